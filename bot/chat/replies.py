"""How interactions are answered: in time, privately unless asked otherwise, errors as a sentence.

Discord wants a first answer within 3 seconds
(https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback).
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.store.errors import StoreError
from bot.subscribe import SubscribeError
from digests.durations import DurationError
from digests.schedule import ScheduleError

if TYPE_CHECKING:
    from collections.abc import Coroutine

logger = logging.getLogger(__name__)

PATIENCE = 1.5
"""Seconds to work before answering “thinking …”; the rest of the 3 are for the network."""

UNKNOWN_INTERACTION = 10062
ALREADY_ANSWERED = 40060

_OURS = "Something went wrong in the bot; its operator finds the reason in the log. Try again later."


class AnswerError(Exception):
    """A question that cannot be answered; the message is one sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer with."""

    content: str | None = None
    embeds: tuple[discord.Embed, ...] = ()
    view: discord.ui.View | None = None


async def respond(
    interaction: discord.Interaction, work: Coroutine[Any, Any, Reply], *, private: bool = True
) -> None:
    """Answer with what the work returns; if it takes long, say so first."""
    reply = await _in_time(interaction, work, private=private)
    view = discord.utils.MISSING if reply.view is None else reply.view
    if interaction.response.is_done():
        await interaction.edit_original_response(
            content=reply.content, embeds=reply.embeds, view=view
        )
        return
    await interaction.response.send_message(
        content=reply.content, embeds=reply.embeds, view=view, ephemeral=private
    )


async def turn(interaction: discord.Interaction, work: Coroutine[Any, Any, Reply]) -> None:
    """Replace the message whose button was pressed with what the work returns."""
    reply = await work
    await interaction.response.edit_message(
        content=reply.content, embeds=list(reply.embeds), view=reply.view
    )


async def _in_time(
    interaction: discord.Interaction, work: Coroutine[Any, Any, Reply], *, private: bool
) -> Reply:
    task = asyncio.create_task(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if not done:
            await interaction.response.defer(ephemeral=private, thinking=True)
        return await task
    finally:
        task.cancel()


def sentence_for(error: BaseException) -> str | None:
    """The sentence for the person, if the error is one that they can do something about."""
    if isinstance(error, app_commands.CommandInvokeError | app_commands.TransformerError):
        error = error.__cause__ or error
    if isinstance(error, AnswerError | SubscribeError | ScheduleError | DurationError):
        return str(error)
    if isinstance(error, StoreError):
        return "The bot's database does not answer just now: try again in a minute."
    if isinstance(error, app_commands.NoPrivateMessage):
        return "This command works in a server only."
    if isinstance(error, app_commands.CheckFailure):
        return "You need the permission “Manage Server” for this."
    return None


async def tell(interaction: discord.Interaction, error: BaseException) -> None:
    """Answer an interaction that failed, and log what is nobody's mistake but ours."""
    cause = error.__cause__ if isinstance(error, app_commands.CommandInvokeError) else error
    if isinstance(cause, discord.HTTPException) and cause.code in (
        UNKNOWN_INTERACTION,
        ALREADY_ANSWERED,
    ):
        logger.warning("interaction.late", extra={"reason": cause.text})
        return
    sentence = sentence_for(error)
    if sentence is None or isinstance(cause, StoreError):
        logger.error("interaction.failed", exc_info=cause)
    try:
        await _say(interaction, sentence or _OURS)
    except discord.HTTPException as failure:
        logger.warning("interaction.unanswered", extra={"reason": failure.text})


async def _say(interaction: discord.Interaction, sentence: str) -> None:
    text = f"⚠️ {sentence}"
    if not interaction.response.is_done():
        await interaction.response.send_message(text, ephemeral=True)
    elif interaction.response.type is discord.InteractionResponseType.deferred_channel_message:
        await interaction.edit_original_response(content=text)
    else:
        await interaction.followup.send(text, ephemeral=True)
