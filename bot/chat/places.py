"""Where the bot may post, and what it lacks there."""

from __future__ import annotations

import discord

Place = discord.TextChannel | discord.Thread
"""Channels that digests are posted in; announcement channels are text channels to discord.py."""


def missing_permissions(interaction: discord.Interaction, channel_id: int) -> list[str]:
    """The permissions, as Discord names them, that the bot lacks in a channel of this server."""
    guild = interaction.guild
    channel = guild.get_channel_or_thread(channel_id) if guild is not None else None
    if guild is None or channel is None:
        return []
    return lacking(channel.permissions_for(guild.me), thread=isinstance(channel, discord.Thread))


def lacking(permissions: discord.Permissions, *, thread: bool = False) -> list[str]:
    """Name what is missing from these permissions for posting digests.

    Without the right to send, discord.py says that there is none to embed links either.
    """
    in_thread = {"send_messages_in_threads": "Send Messages in Threads"}
    needed = {
        "view_channel": "View Channel",
        **(in_thread if thread else {"send_messages": "Send Messages"}),
        "embed_links": "Embed Links",
        "read_message_history": "Read Message History",
    }
    return [name for flag, name in needed.items() if not getattr(permissions, flag)]
