"""Where the bot may post, and what it lacks there."""

from __future__ import annotations

import discord

Place = discord.TextChannel | discord.Thread
"""Channels that digests are posted in; announcement channels are text channels to discord.py."""


def missing_permissions(interaction: discord.Interaction, channel_id: int) -> list[str]:
    """The permissions, as Discord names them, that the bot lacks in a channel of this server."""
    guild = interaction.guild
    return missing_in(None if guild is None else guild.get_channel_or_thread(channel_id))


def missing_in(channel: object) -> list[str]:
    """The permissions that somebody has to give the bot in this channel; none if that is unknown.

    A thread whose channel the bot does not know says nothing about them.
    """
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return []
    me: discord.Member | None = channel.guild.me
    if me is None or (isinstance(channel, discord.Thread) and channel.parent is None):
        return []
    return lacking(channel.permissions_for(me), thread=isinstance(channel, discord.Thread))


def lacking(permissions: discord.Permissions, *, thread: bool = False) -> list[str]:
    """Name what is missing from these permissions for posting digests.

    Who may not see a channel may do nothing there, and who may not send may embed no links: what
    follows from something else that is missing was taken away by nobody, and is not named.
    """
    if not permissions.view_channel:
        return ["View Channel"]
    send = "send_messages_in_threads" if thread else "send_messages"
    if getattr(permissions, send):
        needed = {"embed_links": "Embed Links"}
    else:
        needed = {send: "Send Messages in Threads" if thread else "Send Messages"}
    needed["read_message_history"] = "Read Message History"
    return [name for flag, name in needed.items() if not getattr(permissions, flag)]
