"""How interactions are answered: in time, privately unless asked otherwise, errors as a sentence.

Discord wants a first answer within 3 seconds
(https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback).
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord import app_commands

from bot.chat import limits
from bot.chat.errors import CALL_ERRORS
from bot.chat.errors import sentence as sentence_of_call
from bot.store.errors import StoreClosed, StoreError
from bot.subscribe import SubscribeError
from digests.durations import DurationError
from digests.markdown import escape
from digests.text import cut
from digests.times import ScheduleError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

logger = logging.getLogger(__name__)

PATIENCE = 1.5
"""Seconds to work before answering “thinking …”; the rest of the 3 are for the network."""

LONGEST_WORK = 120.0
"""Seconds after which work is given up, so that nobody watches “thinking …” for ever."""

UNKNOWN_INTERACTION = 10062
ALREADY_ANSWERED = 40060

_OURS = (
    "Something went wrong in the bot, and its operator finds the reason in the log: "
    "try again later."
)
_RESTARTING = "The bot is being restarted: try again in a minute."
_BUSY = "The bot's database does not answer just now: try again in a minute."
_TOO_LONG = "This takes too long just now: try again in a minute."
_OUTDATED = "Your Discord still shows an older form of this command: reload it and try again."

_SENTENCES: tuple[tuple[type[BaseException], str], ...] = (
    (StoreClosed, _RESTARTING),
    (StoreError, _BUSY),
    (TimeoutError, _TOO_LONG),
    (app_commands.NoPrivateMessage, "This command works in a server only."),
    (app_commands.CheckFailure, "You need the permission “Manage Server” for this."),
    (
        app_commands.TransformerError,
        "The bot does not see that channel: give it the permission “View Channel” there.",
    ),
    (app_commands.CommandNotFound, _OUTDATED),
    (app_commands.CommandSignatureMismatch, _OUTDATED),
)
"""What other errors mean to the person, the first that fits."""


class AnswerError(Exception):
    """A question that cannot be answered; the message is one sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer with; `more` are further messages, for what one has no room for."""

    content: str | None = None
    embeds: tuple[discord.Embed, ...] = ()
    view: discord.ui.View | None = None
    more: tuple[Reply, ...] = ()


async def respond(
    interaction: discord.Interaction, work: Coroutine[Any, Any, Reply], *, private: bool = True
) -> None:
    """Answer with what the work returns; if it takes long, say so first."""

    async def say_so() -> None:
        await interaction.response.defer(ephemeral=private, thinking=True)

    reply, late = await _in_time(work, say_so)
    shown = _shown(reply)
    if late:
        await interaction.edit_original_response(**shown)
    else:
        await _once(lambda: interaction.response.send_message(**shown, ephemeral=private))
    for further in reply.more:
        await interaction.followup.send(**_shown(further), ephemeral=private)


async def turn(interaction: discord.Interaction, work: Coroutine[Any, Any, Reply]) -> None:
    """Replace the message whose button was pressed with what the work returns."""
    reply, late = await _in_time(work, interaction.response.defer)
    if late:
        await interaction.edit_original_response(
            content=reply.content, embeds=reply.embeds, view=reply.view
        )
    else:
        await _once(
            lambda: interaction.response.edit_message(
                content=reply.content, embeds=reply.embeds, view=reply.view
            )
        )


def _shown(reply: Reply) -> dict[str, Any]:
    """The reply as arguments for a new message, where what is missing must be left out."""
    given = {"content": reply.content, "embeds": reply.embeds, "view": reply.view}
    return {name: value for name, value in given.items() if value is not None}


async def _in_time(
    work: Coroutine[Any, Any, Reply], say_so: Callable[[], Awaitable[object]]
) -> tuple[Reply, bool]:
    """Return what the work returned, and whether it took so long that one had to say so."""
    task = asyncio.create_task(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if done:
            return task.result(), False
        await _once(say_so)
        async with asyncio.timeout(LONGEST_WORK):
            return await task, True
    finally:
        task.cancel()


async def _once(answer: Callable[[], Awaitable[object]]) -> None:
    """Give a first answer. After a lost connection a second try tells whether it had arrived."""
    try:
        await answer()
    except (aiohttp.ClientConnectionError, ConnectionError):
        try:
            await answer()
        except discord.HTTPException as error:
            if error.code != ALREADY_ANSWERED:
                raise


def sentence_for(error: BaseException) -> str | None:
    """The sentence for the person, if the error is one that somebody can do something about."""
    error = _cause(error)
    if isinstance(error, AnswerError):
        return str(error)
    if isinstance(error, SubscribeError | ScheduleError | DurationError):
        # Unlike the above they are plain text, and repeat what was typed.
        return escape(str(error))
    return next((text for kind, text in _SENTENCES if isinstance(error, kind)), None)


async def tell(interaction: discord.Interaction, error: BaseException) -> None:
    """Answer an interaction that failed, and log what is nobody's mistake but ours."""
    cause = _cause(error)
    if isinstance(cause, discord.HTTPException) and cause.code in (
        UNKNOWN_INTERACTION,
        ALREADY_ANSWERED,
    ):
        logger.warning("interaction.late", extra={"reason": cause.text})
        return
    sentence = sentence_for(cause)
    ours = isinstance(cause, StoreError | TimeoutError) and not isinstance(cause, StoreClosed)
    if sentence is None or ours:
        logger.error("interaction.failed", exc_info=cause)
    try:
        await _say(interaction, f"⚠️ {sentence or _OURS}")
    except CALL_ERRORS as failure:
        logger.warning("interaction.unanswered", extra={"reason": sentence_of_call(failure)})


def _cause(error: BaseException) -> BaseException:
    """What a command or an option's conversion failed with, out of discord.py's wrapping."""
    wrapped = isinstance(error, app_commands.CommandInvokeError | app_commands.TransformerError)
    return (error.__cause__ or error) if wrapped else error


async def _say(interaction: discord.Interaction, text: str) -> None:
    text = cut(text, limits.CONTENT)  # Discord takes nothing at all of what is longer
    if not interaction.response.is_done():
        await interaction.response.send_message(text, ephemeral=True)
    elif interaction.response.type is discord.InteractionResponseType.deferred_channel_message:
        await interaction.edit_original_response(content=text)
    else:
        await interaction.followup.send(text, ephemeral=True)
