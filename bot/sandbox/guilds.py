"""Servers ("guilds" on the wire) with their roles and members.

https://docs.discord.com/developers/resources/guild
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from bot.sandbox.changes import (
    GuildJoined,
    GuildLeft,
    GuildUnavailable,
    MemberJoined,
    MemberUpdated,
    RoleCreated,
    RoleDeleted,
    RoleUpdated,
)
from bot.sandbox.channels import Channel, ChannelKind
from bot.sandbox.permissions import Permission, server_wide
from bot.sandbox.users import User

if TYPE_CHECKING:
    from bot.sandbox.world import World


@dataclass(slots=True, eq=False)
class Role:
    """A set of permissions that members share; the role with the server's id is @everyone."""

    id: int
    guild: "Guild" = field(repr=False)
    name: str
    permissions: Permission
    position: int
    mentionable: bool = False
    colour: int = 0
    managed: bool = False

    @property
    def mention(self) -> str:
        """The text that mentions everyone with this role."""
        return f"<@&{self.id}>"

    def grant(self, *permissions: Permission) -> None:
        """Add permissions, server-wide."""
        for bits in permissions:
            self.permissions |= bits
        self.guild.world.changes.publish(RoleUpdated(self))

    def delete(self) -> None:
        """Remove it from the server and from all who have it."""
        self.guild.roles.pop(self.id, None)
        for member in self.guild.members.values():
            if self.id in member.role_ids:
                member.role_ids.remove(self.id)
        self.guild.world.changes.publish(RoleDeleted(self))


@dataclass(slots=True, eq=False)
class Member:
    """An account in one server."""

    user: User
    guild: "Guild" = field(repr=False)
    joined_at: datetime
    role_ids: list[int] = field(default_factory=list)

    def give(self, role: Role) -> None:
        """Give a role."""
        if role.id not in self.role_ids:
            self.role_ids.append(role.id)
            self.guild.world.changes.publish(MemberUpdated(self))

    def take(self, role: Role) -> None:
        """Take a role away."""
        if role.id in self.role_ids:
            self.role_ids.remove(role.id)
            self.guild.world.changes.publish(MemberUpdated(self))


@dataclass(slots=True, eq=False)
class Guild:
    """A server: made by `World.add_guild`, with an @everyone role and, usually, the bot in it."""

    id: int
    world: "World" = field(repr=False)
    name: str
    owner: User
    locale: str = "en-US"
    available: bool = True
    roles: dict[int, Role] = field(default_factory=dict, repr=False)
    members: dict[int, Member] = field(default_factory=dict, repr=False)

    @property
    def channels(self) -> list[Channel]:
        """Its channels, threads not among them, in the order in which they were made."""
        return [c for c in self.world.channels_of(self) if c.thread is None]

    @property
    def threads(self) -> list[Channel]:
        """Its threads, archived ones among them."""
        return [c for c in self.world.channels_of(self) if c.thread is not None]

    @property
    def everyone(self) -> Role:
        """The role that all members have."""
        return self.roles[self.id]

    @property
    def has_bot(self) -> bool:
        """Whether the bot is a member."""
        return self.world.bot.id in self.members

    @property
    def bot_role(self) -> Role:
        """The role that came with the bot; LookupError if the bot is not a member."""
        return next(role for role in self.roles.values() if role.managed)

    def permissions_of(self, user: User) -> Permission:
        """Return what a member may do, channels aside; nothing for a stranger."""
        member = self.members.get(user.id)
        if member is None:
            return Permission.NONE
        roles = [self.roles[i] for i in (self.id, *member.role_ids) if i in self.roles]
        return server_wide((role.permissions for role in roles), owner=user is self.owner)

    def add_role(
        self,
        name: str,
        *permissions: Permission,
        mentionable: bool = False,
        colour: int = 0,
        managed: bool = False,
    ) -> Role:
        """Make a role with these permissions."""
        bits = Permission.NONE
        for permission in permissions:
            bits |= permission
        role = Role(
            self.world.ids.mint(), self, name, bits, len(self.roles), mentionable, colour, managed
        )
        self.roles[role.id] = role
        self.world.changes.publish(RoleCreated(role))
        return role

    def add_member(self, user: User, *roles: Role) -> Member:
        """Let an account join, with these roles."""
        member = Member(user, self, self.world.clock.now(), [role.id for role in roles])
        self.members[user.id] = member
        self.world.changes.publish(MemberJoined(member))
        return member

    def add_bot(self, permissions: Permission) -> None:
        """Invite the bot; it gets a role of its own with these permissions."""
        role = self.add_role(self.world.bot.name, permissions, managed=True)
        self.add_member(self.world.bot, role)
        self.world.changes.publish(GuildJoined(self))

    def remove_bot(self) -> None:
        """Kick the bot: it keeps nothing of the server, which lives on."""
        role = self.bot_role
        del self.members[self.world.bot.id]
        del self.roles[role.id]
        self.world.changes.publish(GuildLeft(self))

    def remove(self) -> None:
        """Delete the server and everything in it."""
        self.world.forget_guild(self)
        self.world.changes.publish(GuildLeft(self))

    def lose(self) -> None:
        """Make the server unavailable, as an outage does."""
        self.available = False
        self.world.changes.publish(GuildUnavailable(self))

    def restore(self) -> None:
        """End an outage."""
        self.available = True
        self.world.changes.publish(GuildJoined(self))

    def add_text_channel(
        self,
        name: str,
        *,
        topic: str | None = None,
        nsfw: bool = False,
        parent: Channel | None = None,
    ) -> Channel:
        """Make an ordinary channel."""
        return self._add(ChannelKind.TEXT, name, topic=topic, nsfw=nsfw, parent=parent)

    def add_announcement_channel(self, name: str, *, topic: str | None = None) -> Channel:
        """Make a channel whose messages can be published to other servers."""
        return self._add(ChannelKind.ANNOUNCEMENT, name, topic=topic)

    def add_forum(self, name: str, *, topic: str | None = None) -> Channel:
        """Make a forum: it holds posts (threads), no messages."""
        return self._add(ChannelKind.FORUM, name, topic=topic)

    def add_voice_channel(self, name: str) -> Channel:
        """Make a voice channel, which has a text chat too."""
        return self._add(ChannelKind.VOICE, name)

    def add_category(self, name: str) -> Channel:
        """Make a heading that channels can stand under."""
        return self._add(ChannelKind.CATEGORY, name)

    def _add(
        self,
        kind: ChannelKind,
        name: str,
        *,
        topic: str | None = None,
        nsfw: bool = False,
        parent: Channel | None = None,
    ) -> Channel:
        channel = Channel(
            self.world.ids.mint(),
            kind,
            self.world,
            name,
            guild=self,
            parent=parent,
            topic=topic,
            nsfw=nsfw,
            position=len(self.channels),
        )
        self.world.add_channel(channel)
        return channel
