"""Reaching those who manage a server, when something there needs a person."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import discord

from bot.chat.errors import CALL_ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)


async def tell_admins(client: discord.Client, guild_id: int | None, sentence: str) -> bool:
    """Say it where a server's admins look: its updates or system channel, else to its owner.

    Returns whether one of them took it; /status shows the same in any case.
    """
    guild = client.get_guild(guild_id) if guild_id is not None else None
    if guild is None:
        return False
    for channel in _channels(guild):
        if await _said(channel, sentence):
            return True
    if guild.owner_id is None:
        return False
    try:
        owner = await client.fetch_user(guild.owner_id)
        direct = await owner.create_dm()
    except CALL_ERRORS:
        return False
    return await _said(direct, f"{sentence}\n-# Your server {guild.name}")


def _channels(guild: discord.Guild) -> Iterator[discord.TextChannel]:
    """The channels meant for such news, as far as the bot may write there."""
    for channel in (guild.public_updates_channel, guild.system_channel):
        if channel is not None:
            allowed = channel.permissions_for(guild.me)
            if allowed.view_channel and allowed.send_messages:
                yield channel


async def _said(place: discord.abc.Messageable, sentence: str) -> bool:
    try:
        await place.send(sentence, allowed_mentions=discord.AllowedMentions.none())
    except CALL_ERRORS as error:
        logger.warning("admins.not_reached", extra={"reason": str(error)})
        return False
    return True
