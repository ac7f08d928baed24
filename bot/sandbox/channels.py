"""Channels and threads, with the messages in them.

https://docs.discord.com/developers/resources/channel
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING

from bot.sandbox.changes import (
    PATIENCE,
    ChannelDeleted,
    ChannelUpdated,
    MessageCreated,
)
from bot.sandbox.messages import Body, Message, MessageFlag, MessageKind, Origin
from bot.sandbox.permissions import IN_A_DM, Overwrite, Permission, in_channel
from bot.sandbox.users import User

if TYPE_CHECKING:
    from bot.sandbox.guilds import Guild, Role
    from bot.sandbox.world import World


class ChannelKind(IntEnum):
    """What sort of channel it is, by Discord's numbers."""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


HOLDS_NO_MESSAGES = frozenset({ChannelKind.CATEGORY, ChannelKind.FORUM})
"""Channels that answer 50008 to a message."""


@dataclass(slots=True, eq=False)
class ThreadState:
    """What only threads have.

    https://docs.discord.com/developers/topics/threads
    """

    owner: User
    archived_at: datetime
    archived: bool = False
    locked: bool = False
    auto_archive_minutes: int = 1440


@dataclass(slots=True, eq=False)
class Channel:
    """A place for messages; there is one object for each, whatever its kind."""

    id: int
    kind: ChannelKind
    world: "World" = field(repr=False)
    name: str
    guild: "Guild | None" = None
    parent: "Channel | None" = None
    recipient: User | None = None
    """The other side, where this is a direct message."""

    thread: ThreadState | None = None
    topic: str | None = None
    nsfw: bool = False
    position: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    last_message_id: int | None = None
    message_count: int = 0
    deleted: bool = False
    _messages: dict[int, Message] = field(default_factory=dict, repr=False)

    @property
    def messages(self) -> list[Message]:
        """The messages that stand here, newest last; deleted ones are gone."""
        return list(self._messages.values())

    @property
    def mention(self) -> str:
        """The text that links to this channel."""
        return f"<#{self.id}>"

    @property
    def label(self) -> str:
        """What people call it: "#news", "the direct messages with Anna"."""
        if self.recipient is not None:
            return f"the direct messages with {self.recipient.name}"
        return f"#{self.name}"

    def find(self, message_id: int) -> Message | None:
        """Return a message that stands here, or None."""
        return self._messages.get(message_id)

    def permissions_of(self, user: User) -> Permission:
        """Return what someone may do here; nothing if they are not in the server."""
        if self.guild is None:
            return IN_A_DM if user in (self.recipient, self.world.bot) else Permission.NONE
        member = self.guild.members.get(user.id)
        if member is None:
            return Permission.NONE
        ruling = self.parent if self.thread is not None and self.parent is not None else self
        return in_channel(
            self.guild.permissions_of(user),
            ruling.overwrites,
            everyone_id=self.guild.id,
            role_ids=member.role_ids,
            member_id=user.id,
            in_thread=self.thread is not None,
        )

    def allow(self, target: "User | Role", *permissions: Permission) -> None:
        """Let someone, or everyone with a role, do more here than elsewhere."""
        for bits in permissions:
            self._overwrite(target, self._overwrite_of(target).allowing(bits))

    def deny(self, target: "User | Role", *permissions: Permission) -> None:
        """Let someone, or everyone with a role, do less here than elsewhere."""
        for bits in permissions:
            self._overwrite(target, self._overwrite_of(target).denying(bits))

    def reset(self, target: "User | Role") -> None:
        """Take back what `allow` and `deny` said of a target."""
        if self.overwrites.pop(target.id, None) is not None:
            self.world.changes.publish(ChannelUpdated(self))

    def post(
        self,
        author: User,
        body: Body,
        *,
        kind: MessageKind = MessageKind.DEFAULT,
        nonce: str | int | None = None,
        tts: bool = False,
        reference: Message | None = None,
        origin: Origin | None = None,
        seen_by: User | None = None,
    ) -> Message:
        """Put a message here; with `seen_by`, an ephemeral one that the channel does not keep."""
        message = Message(
            self.world.ids.mint(), self, author, body, kind, nonce, tts, reference, origin, seen_by
        )
        if seen_by is None:
            self.keep(message)
        self.world.changes.publish(MessageCreated(message))
        return message

    def keep(self, message: Message) -> None:
        """Let a message stand here (`post` is the way to say something)."""
        self._messages[message.id] = message
        self.last_message_id = message.id
        self.message_count += 1

    def forget(self, message: Message) -> None:
        """Drop a message from what stands here (`Message.delete` is the way to delete one)."""
        if self._messages.pop(message.id, None) is not None:
            self.message_count -= 1

    def start_thread(
        self,
        name: str,
        owner: User,
        *,
        kind: ChannelKind | None = None,
        on: Message | None = None,
        auto_archive_minutes: int = 1440,
    ) -> "Channel":
        """Open a thread below this channel; a thread on a message has the message's id."""
        announcing = self.kind is ChannelKind.ANNOUNCEMENT
        usual = ChannelKind.ANNOUNCEMENT_THREAD if announcing else ChannelKind.PUBLIC_THREAD
        thread = Channel(
            on.id if on else self.world.ids.mint(),
            kind or usual,
            self.world,
            name,
            guild=self.guild,
            parent=self,
            thread=ThreadState(
                owner, self.world.clock.now(), auto_archive_minutes=auto_archive_minutes
            ),
        )
        self.world.add_channel(thread)
        if on is not None:
            on.thread = thread
            on.mark(MessageFlag.HAS_THREAD)
        return thread

    def archive(self, *, archived: bool = True, locked: bool = False) -> None:
        """Close a thread, or (archived=False) open it again; ValueError if this is none."""
        if self.thread is None:
            raise ValueError(f"#{self.name} is no thread.")
        self.thread.archived = archived
        self.thread.locked = locked
        self.thread.archived_at = self.world.clock.now()
        self.world.changes.publish(ChannelUpdated(self))

    def rename(self, name: str) -> None:
        """Call it something else."""
        self.name = name
        self.world.changes.publish(ChannelUpdated(self))

    def delete(self) -> None:
        """Remove it with its messages and threads."""
        self.deleted = True
        for child in self.world.children(self):
            if child.thread is not None:
                child.delete()
        self.world.forget_channel(self)
        self.world.changes.publish(ChannelDeleted(self))

    async def wait_for_message(
        self, *, after: Message | None = None, timeout: float = PATIENCE
    ) -> Message:
        """Return the first message newer than `after` (or the first at all), once it is there."""
        newest = after.id if after else 0

        def arrived() -> Message | None:
            return next((m for m in self._messages.values() if m.id > newest), None)

        what = f"a message in #{self.name}"
        return await self.world.changes.until(arrived, what=what, timeout=timeout)

    def _overwrite_of(self, target: "User | Role") -> Overwrite:
        is_role = not isinstance(target, User)
        return self.overwrites.get(target.id, Overwrite(target.id, is_role))

    def _overwrite(self, target: "User | Role", overwrite: Overwrite) -> None:
        self.overwrites[target.id] = overwrite
        self.world.changes.publish(ChannelUpdated(self))
