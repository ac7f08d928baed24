"""Which events a bot asks for when it connects.

https://docs.discord.com/developers/events/gateway#gateway-intents
"""

from enum import IntFlag

from bot.sandbox.settings import Settings


class Intent(IntFlag):
    """The intents that decide about events that the sandbox sends."""

    NONE = 0
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15


HIGHEST = 1 << 26
"""Bits from here on mean nothing to Discord and end the connection with 4013."""


def disallowed(intents: Intent, settings: Settings) -> Intent:
    """Return the privileged intents among these that the application has not switched on."""
    switched = {
        Intent.MESSAGE_CONTENT: settings.message_content,
        Intent.GUILD_MEMBERS: settings.server_members,
        Intent.GUILD_PRESENCES: settings.presences,
    }
    refused = Intent.NONE
    for intent, allowed in switched.items():
        if intent in intents and not allowed:
            refused |= intent
    return refused
