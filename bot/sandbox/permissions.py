"""What someone may do in a channel.

https://docs.discord.com/developers/topics/permissions
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntFlag


class Permission(IntFlag):
    """Discord's permission bits, those that the sandbox or a bot's invitation speaks of."""

    NONE = 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    CHANGE_NICKNAME = 1 << 26
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51


EVERYTHING = Permission((1 << 52) - 1)
"""What an administrator has: every bit up to the highest that Discord defines."""

EVERYONE_BY_DEFAULT = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.ADD_REACTIONS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CONNECT
    | Permission.SPEAK
    | Permission.CHANGE_NICKNAME
)
"""What the @everyone role of a new server may do."""

IN_A_DM = (
    EVERYONE_BY_DEFAULT | Permission.MENTION_EVERYONE | Permission.PIN_MESSAGES
) & ~Permission.CHANGE_NICKNAME
"""What both sides of a direct message may do."""

NEEDS_SEND_MESSAGES = (
    Permission.MENTION_EVERYONE
    | Permission.SEND_TTS_MESSAGES
    | Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
)
"""Implicitly denied to whoever may not send messages."""


@dataclass(frozen=True, slots=True)
class Overwrite:
    """A channel's exception for one role or one member."""

    target_id: int
    is_role: bool
    allow: Permission = Permission.NONE
    deny: Permission = Permission.NONE

    def allowing(self, bits: Permission) -> "Overwrite":
        """Return the exception with these bits allowed, and so no longer denied."""
        return Overwrite(self.target_id, self.is_role, self.allow | bits, self.deny & ~bits)

    def denying(self, bits: Permission) -> "Overwrite":
        """Return the exception with these bits denied, and so no longer allowed."""
        return Overwrite(self.target_id, self.is_role, self.allow & ~bits, self.deny | bits)


def server_wide(granted: Iterable[Permission], *, owner: bool) -> Permission:
    """Return what the roles (with @everyone among them) give, before any channel has its say."""
    total = Permission.NONE
    for bits in granted:
        total |= bits
    return EVERYTHING if owner or Permission.ADMINISTRATOR in total else total


def in_channel(
    base: Permission,
    overwrites: Mapping[int, Overwrite],
    *,
    everyone_id: int,
    role_ids: Iterable[int],
    member_id: int,
    in_thread: bool = False,
) -> Permission:
    """Return what is left and what is added in one channel, implicit denials included.

    The order is Discord's: @everyone's overwrite, all role overwrites together (an allow beats a
    deny), then the member's own.
    """
    if Permission.ADMINISTRATOR in base:
        return EVERYTHING
    bits = _apply(base, overwrites.get(everyone_id))
    roles = [overwrites[role_id] for role_id in role_ids if role_id in overwrites]
    for overwrite in roles:
        bits &= ~overwrite.deny
    for overwrite in roles:
        bits |= overwrite.allow
    return _with_implied_denials(_apply(bits, overwrites.get(member_id)), in_thread=in_thread)


def _apply(bits: Permission, overwrite: Overwrite | None) -> Permission:
    return bits if overwrite is None else (bits & ~overwrite.deny) | overwrite.allow


def _with_implied_denials(bits: Permission, *, in_thread: bool) -> Permission:
    if Permission.VIEW_CHANNEL not in bits:
        return Permission.NONE
    sending = Permission.SEND_MESSAGES_IN_THREADS if in_thread else Permission.SEND_MESSAGES
    return bits if sending in bits else bits & ~NEEDS_SEND_MESSAGES
