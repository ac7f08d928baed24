"""From a change in the world to the event that a bot hears.

https://docs.discord.com/developers/events/gateway-events
"""

from dataclasses import dataclass

from bot.sandbox import changes as ch
from bot.sandbox import message_payloads, payloads
from bot.sandbox.channels import Channel
from bot.sandbox.guilds import Guild, Member, Role
from bot.sandbox.intents import Intent
from bot.sandbox.interaction import Interaction, InteractionKind
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.messages import Message
from bot.sandbox.permissions import Permission

ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024
"""Bytes that a file may have in a server without boosts."""


@dataclass(frozen=True, slots=True)
class Event:
    """A name and data, and the server whose shard hears of it (None: direct messages)."""

    name: str
    data: JsonObject
    guild_id: int | None


def event_of(change: ch.Change, intents: Intent) -> Event | None:
    """Return what a session with these intents hears of a change, or None."""
    match change:
        case ch.MessageCreated(message) | ch.MessageEdited(message) | ch.MessageDeleted(message):
            return _message_event(change, message, intents)
        case ch.InteractionCreated(interaction):
            return _interaction_event(interaction)
        case ch.TypingStarted(channel):
            return _typing_event(change, channel, intents)
        case ch.MemberJoined(member) | ch.MemberUpdated(member):
            return _member_event(change, member, intents)
        case _:
            return _structure_event(change) if Intent.GUILDS in intents else None


def _structure_event(change: ch.Change) -> Event | None:
    """Servers, channels and roles: all that the GUILDS intent is about."""
    match change:
        case ch.GuildJoined(guild):
            return Event("GUILD_CREATE", payloads.guild_create(guild), guild.id)
        case ch.GuildLeft(guild):
            return Event("GUILD_DELETE", {"id": str(guild.id)}, guild.id)
        case ch.GuildUnavailable(guild):
            return Event("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, guild.id)
        case ch.ChannelCreated(channel) | ch.ChannelUpdated(channel) | ch.ChannelDeleted(channel):
            return _channel_event(change, channel)
        case ch.RoleCreated(role) | ch.RoleUpdated(role) | ch.RoleDeleted(role):
            return _role_event(change, role)
        case _:
            return None


def _message_event(change: ch.Change, message: Message, intents: Intent) -> Event | None:
    guild = message.channel.guild
    needed = Intent.GUILD_MESSAGES if guild else Intent.DIRECT_MESSAGES
    bot = message.channel.world.bot
    hidden = Permission.VIEW_CHANNEL not in message.channel.permissions_of(bot)
    if needed not in intents or message.ephemeral or hidden:
        return None
    guild_id = guild.id if guild else None
    if isinstance(change, ch.MessageDeleted):
        gone = {"id": str(message.id), "channel_id": str(message.channel.id)}
        return Event("MESSAGE_DELETE", gone | _in_guild(guild), guild_id)
    visible = Intent.MESSAGE_CONTENT in intents or message.about_bot
    data = message_payloads.announced(message, content_visible=visible)
    if isinstance(change, ch.MessageEdited):
        return Event("MESSAGE_UPDATE", data, guild_id)
    if message.nonce is not None:
        data["nonce"] = message.nonce
    return Event("MESSAGE_CREATE", data, guild_id)


def _channel_event(change: ch.Change, channel: Channel) -> Event | None:
    guild = channel.guild
    if guild is None or not guild.has_bot:
        return None
    verb = _VERBS[type(change)]
    data = payloads.channel(channel)
    if channel.thread is None:
        return Event(f"CHANNEL_{verb}", data, guild.id)
    if verb == "CREATE":
        data["newly_created"] = True
    return Event(f"THREAD_{verb}", data, guild.id)


_VERBS = {
    ch.ChannelCreated: "CREATE",
    ch.ChannelUpdated: "UPDATE",
    ch.ChannelDeleted: "DELETE",
    ch.RoleCreated: "CREATE",
    ch.RoleUpdated: "UPDATE",
}


def _role_event(change: ch.Change, role: Role) -> Event | None:
    if not role.guild.has_bot:
        return None
    data: JsonObject = {"guild_id": str(role.guild.id)}
    if isinstance(change, ch.RoleDeleted):
        return Event("GUILD_ROLE_DELETE", data | {"role_id": str(role.id)}, role.guild.id)
    name = f"GUILD_ROLE_{_VERBS[type(change)]}"
    return Event(name, data | {"role": payloads.role(role)}, role.guild.id)


def _member_event(change: ch.Change, member: Member, intents: Intent) -> Event | None:
    guild = member.guild
    is_bot = member.user is guild.world.bot
    joined = isinstance(change, ch.MemberJoined)
    # A bot hears of changes to itself without the intent; of its own arrival GUILD_CREATE tells.
    if not guild.has_bot or (is_bot and joined):
        return None
    if Intent.GUILD_MEMBERS not in intents and not is_bot:
        return None
    data = payloads.member(member) | {"guild_id": str(guild.id)}
    return Event("GUILD_MEMBER_ADD" if joined else "GUILD_MEMBER_UPDATE", data, guild.id)


def _typing_event(change: ch.TypingStarted, channel: Channel, intents: Intent) -> Event | None:
    guild = channel.guild
    needed = Intent.GUILD_MESSAGE_TYPING if guild else Intent.DIRECT_MESSAGE_TYPING
    if needed not in intents:
        return None
    data = {
        "channel_id": str(channel.id),
        "user_id": str(change.user.id),
        "timestamp": int(channel.world.clock.now().timestamp()),
    }
    return Event("TYPING_START", data | _in_guild(guild), guild.id if guild else None)


def _in_guild(guild: Guild | None) -> JsonObject:
    return {"guild_id": str(guild.id)} if guild else {}


def _interaction_event(interaction: Interaction) -> Event:
    """Interactions reach the bot whatever its intents are."""
    channel, world = interaction.channel, interaction.channel.world
    guild = channel.guild
    data: JsonObject = {
        "id": str(interaction.id),
        "application_id": str(world.application_id),
        "type": int(interaction.kind),
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": str(channel.id),
        "channel": _interaction_channel(channel, interaction),
        "app_permissions": str(int(channel.permissions_of(world.bot))),
        "locale": interaction.user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": payloads.integration_owners(channel),
        "context": 0 if guild else 1,
        "attachment_size_limit": ATTACHMENT_SIZE_LIMIT,
    }
    if guild is None:
        data["user"] = payloads.user(interaction.user)
    else:
        data |= _interaction_guild(guild, interaction)
    if interaction.message is not None and interaction.kind is not InteractionKind.COMMAND:
        data["message"] = message_payloads.shown(interaction.message)
    return Event("INTERACTION_CREATE", data, guild.id if guild else None)


def _interaction_channel(channel: Channel, interaction: Interaction) -> JsonObject:
    permissions = channel.permissions_of(interaction.user)
    return payloads.channel(channel) | {"permissions": str(int(permissions))}


def _interaction_guild(guild: Guild, interaction: Interaction) -> JsonObject:
    member = payloads.member(guild.members[interaction.user.id])
    permissions = interaction.channel.permissions_of(interaction.user)
    return {
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "guild_locale": guild.locale,
        "member": member | {"permissions": str(int(permissions))},
    }
