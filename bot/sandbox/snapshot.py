"""The world as JSON, so that it can go on where it ended.

Kept are accounts, servers, roles, members, channels, threads, messages, direct messages, commands
and recent nonces. What ends with the process is left out: sessions of the gateway, interactions,
answers that one person saw, requests, and what was made to go wrong.
"""

from base64 import b64encode
from collections.abc import Iterator

from bot.sandbox.backend import Backend
from bot.sandbox.channels import Channel, ThreadState
from bot.sandbox.commands import Command
from bot.sandbox.guilds import Guild, Member, Role
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.messages import Attachment, Message, Origin, Pings
from bot.sandbox.permissions import Overwrite
from bot.sandbox.users import User

FORMAT = 1
"""Grows when an older program could not read what is written."""


def take_snapshot(backend: Backend) -> JsonObject:
    """Return everything that is kept, as JSON can hold it."""
    world = backend.world
    return {
        "format": FORMAT,
        "at": world.clock.now().isoformat(),
        "last_id": world.ids.last,
        "owner": world.owner.id,
        "bot": world.bot.id,
        "users": [_user(user) for user in world.users.values()],
        "guilds": [_guild(guild) for guild in world.guilds],
        "channels": [_channel(channel) for channel in world.channels],
        "messages": [_message(message) for message in _standing(backend)],
        "commands": [_command(command) for command in backend.commands.everything],
        "nonces": [
            {"nonce": nonce, "seconds_ago": age, "message": _message(message)}
            for nonce, message, age in backend.nonces.uses()
        ],
    }


def _standing(backend: Backend) -> Iterator[Message]:
    for channel in backend.world.channels:
        yield from channel.messages


def _user(user: User) -> JsonObject:
    return {
        "id": user.id,
        "name": user.name,
        "is_bot": user.is_bot,
        "accepts_messages": user.accepts_messages,
        "locale": user.locale,
    }


def _guild(guild: Guild) -> JsonObject:
    return {
        "id": guild.id,
        "name": guild.name,
        "owner": guild.owner.id,
        "locale": guild.locale,
        "available": guild.available,
        "roles": [_role(role) for role in guild.roles.values()],
        "members": [_member(member) for member in guild.members.values()],
    }


def _role(role: Role) -> JsonObject:
    return {
        "id": role.id,
        "name": role.name,
        "permissions": int(role.permissions),
        "position": role.position,
        "mentionable": role.mentionable,
        "colour": role.colour,
        "managed": role.managed,
    }


def _member(member: Member) -> JsonObject:
    return {
        "user": member.user.id,
        "joined_at": member.joined_at.isoformat(),
        "roles": list(member.role_ids),
    }


def _channel(channel: Channel) -> JsonObject:
    return {
        "id": channel.id,
        "kind": int(channel.kind),
        "name": channel.name,
        "guild": channel.guild.id if channel.guild else None,
        "parent": channel.parent.id if channel.parent else None,
        "recipient": channel.recipient.id if channel.recipient else None,
        "thread": _thread(channel.thread) if channel.thread else None,
        "topic": channel.topic,
        "nsfw": channel.nsfw,
        "position": channel.position,
        "overwrites": [_overwrite(one) for one in channel.overwrites.values()],
        "last_message_id": channel.last_message_id,
    }


def _thread(thread: ThreadState) -> JsonObject:
    return {
        "owner": thread.owner.id,
        "archived_at": thread.archived_at.isoformat(),
        "archived": thread.archived,
        "locked": thread.locked,
        "auto_archive_minutes": thread.auto_archive_minutes,
    }


def _overwrite(overwrite: Overwrite) -> JsonObject:
    return {
        "target": overwrite.target_id,
        "is_role": overwrite.is_role,
        "allow": int(overwrite.allow),
        "deny": int(overwrite.deny),
    }


def _message(message: Message) -> JsonObject:
    body = message.body
    return {
        "id": message.id,
        "channel": message.channel.id,
        "author": message.author.id,
        "kind": int(message.kind),
        "nonce": message.nonce,
        "tts": message.tts,
        "reference": message.reference.id if message.reference else None,
        "thread": message.thread.id if message.thread else None,
        "origin": _origin(message.origin) if message.origin else None,
        "edited_at": message.edited_at.isoformat() if message.edited_at else None,
        "edits": message.edits,
        "content": body.content,
        "embeds": list(body.embeds),
        "components": list(body.components),
        "attachments": [_attachment(one) for one in body.attachments],
        "flags": int(body.flags),
        "pings": _pings(body.pings),
    }


def _attachment(attachment: Attachment) -> JsonObject:
    return {
        "id": attachment.id,
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "data": b64encode(attachment.data).decode(),
        "description": attachment.description,
    }


def _pings(pings: Pings) -> JsonObject:
    return {
        "everyone": pings.everyone,
        "users": [user.id for user in pings.users],
        "roles": list(pings.role_ids),
    }


def _origin(origin: Origin) -> JsonObject:
    return {
        "interaction": origin.interaction_id,
        "kind": origin.kind,
        "name": origin.name,
        "user": origin.user.id,
        "replied_to": origin.replied_to,
        "component_of": origin.component_of,
    }


def _command(command: Command) -> JsonObject:
    return {
        "id": command.id,
        "guild": command.guild_id,
        "version": command.version,
        "given": command.given,
    }
