"""What Discord's errors mean: values for delivery, one sentence for people.

Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
"""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.chat.once import UnclearAnswerError
from digests.delivery import Busy, Gone, Refused, Unclear, Vanished
from digests.text import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNKNOWN_MESSAGE = 10008
MISSING_PERMISSIONS = 50013

_TOKEN_WAIT = timedelta(minutes=5)
"""How long to wait after a 401: many of them are a ban, and a new token needs a new start."""

CALL_ERRORS = (discord.DiscordException, aiohttp.ClientError, OSError, asyncio.TimeoutError)
"""Everything that a call to Discord is known to raise."""

_SENTENCES = {
    10003: "There is no such channel, or no longer: choose another one with `/schedule edit`, or "
    "in the bot's configuration.",
    10004: "The server does not know the bot any more: invite it again.",
    50001: "The bot may not see the channel: give it the permission “View Channel” there.",
    50007: "The person does not accept direct messages from the bot.",
    MISSING_PERMISSIONS: "The bot may not post in the channel: give it “Send Messages” and "
    "“Embed Links” there.",
    50024: "The bot cannot post in a channel of this kind: choose another one.",
    50083: "The thread is archived: open it again or choose another channel.",
    160005: "The thread is locked: unlock it or choose another channel.",
}

_CLOSED = (50024, 50083, 160005)
"""400s that are about the place, not about what was sent."""


def sentence(error: Exception) -> str:
    """Say in one sentence what an error of a call to Discord means, and what to do if anything."""
    if isinstance(error, discord.HTTPException):
        known = _SENTENCES.get(error.code)
        return known or f"Discord answered {error.status} ({error.code}): {_first_line(error.text)}"
    if isinstance(error, UnclearAnswerError):
        return str(error)
    if isinstance(error, TimeoutError):
        return "Discord did not answer in time."
    return f"The connection to Discord failed ({type(error).__name__})."


Outcome = Vanished | Gone | Refused | Busy | Unclear
"""What may be said of a call that failed."""


def may_not_post(lacking: Sequence[str]) -> str:
    """Say which permissions to give the bot in the channel; there is at least one."""
    needed = listed([f"“{name}”" for name in lacking])
    return f"The bot may not post in the channel: give it {needed} there."


def outcome(error: Exception, payload: Mapping[str, object]) -> Outcome:
    """Sort an error by what is certain: was the message made, may it be, can it ever be?"""
    if isinstance(error, discord.RateLimited):
        return Busy(timedelta(seconds=error.retry_after))
    if isinstance(error, discord.HTTPException) and 400 <= error.status < 500:
        return _refusal(error, payload)
    return Unclear(sentence(error))


def _refusal(error: discord.HTTPException, payload: Mapping[str, object]) -> Outcome:
    """What a clear no means; an unknown message is one that was there."""
    if error.status == 429:
        return Busy(_retry_after(error))
    if error.status == 401:
        return Busy(_TOKEN_WAIT)
    if error.code == UNKNOWN_MESSAGE:
        return Vanished()
    if error.status in (403, 404) or error.code in _CLOSED:
        return Gone(sentence(error))
    return Refused(sentence(error), json.dumps(payload, ensure_ascii=False))


def named_fields(error: discord.HTTPException) -> list[tuple[int, str]]:
    """The embed fields that Discord found wrong: the embed's index and the field's name."""
    found = re.findall(r"embeds\.(\d+)\.([a-z_]+)", error.text)
    return [(int(index), name) for index, name in dict.fromkeys(found)]


def _retry_after(error: discord.HTTPException) -> timedelta:
    headers = getattr(error.response, "headers", {})
    try:
        return timedelta(seconds=min(max(float(headers.get("Retry-After", 5)), 0.1), 3600))
    except ValueError:
        return timedelta(seconds=5)


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines[-1] if lines else "no reason given")[:200]
