"""Finding what a path names, and refusing what the bot may not see or do."""

from bot.sandbox.calls import Call
from bot.sandbox.channels import Channel
from bot.sandbox.errors import (
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    UNKNOWN_APPLICATION,
    UNKNOWN_CHANNEL,
    UNKNOWN_GUILD,
    UNKNOWN_MESSAGE,
    DiscordError,
)
from bot.sandbox.guilds import Guild
from bot.sandbox.messages import Message
from bot.sandbox.permissions import Permission


def channel_of(call: Call, *needed: Permission) -> Channel:
    """Return the channel in the path, if the bot sees it and may do what is needed.

    DiscordError: 10003 (no such channel), 50001 (hidden from the bot), 50013 (not allowed).
    """
    world = call.backend.world
    channel = world.channel(call.id("channel_id"))
    if channel is None:
        raise DiscordError(UNKNOWN_CHANNEL)
    permissions = channel.permissions_of(world.bot)
    if Permission.VIEW_CHANNEL not in permissions:
        raise DiscordError(MISSING_ACCESS)
    if any(permission not in permissions for permission in needed):
        raise DiscordError(MISSING_PERMISSIONS)
    return channel


def message_of(call: Call, channel: Channel) -> Message:
    """Return the message in the path; DiscordError (10008) if it does not stand there."""
    message = channel.find(call.id("message_id"))
    if message is None:
        raise DiscordError(UNKNOWN_MESSAGE)
    return message


def guild_of(call: Call) -> Guild:
    """Return the server in the path; DiscordError 10004 (none such) or 50001 (bot not in it)."""
    guild = call.backend.world.guild(call.id("guild_id"))
    if guild is None:
        raise DiscordError(UNKNOWN_GUILD)
    if not guild.has_bot:
        raise DiscordError(MISSING_ACCESS)
    return guild


def check_application(call: Call) -> None:
    """Refuse a path that names another application than the bot's (10002)."""
    if call.id("application_id") != call.backend.world.application_id:
        raise DiscordError(UNKNOWN_APPLICATION)


def content_visible(call: Call, message: Message) -> bool:
    """Whether the app may read what a message says: its own, its DMs, its mentions, or all.

    https://docs.discord.com/developers/events/gateway#message-content-intent
    """
    return call.backend.settings.message_content or message.about_bot
