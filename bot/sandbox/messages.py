"""Messages as they stand in a channel.

https://docs.discord.com/developers/resources/message#message-object
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING

from bot.sandbox.changes import MessageDeleted, MessageEdited
from bot.sandbox.ids import created_at
from bot.sandbox.jsontypes import JsonObject

if TYPE_CHECKING:
    from bot.sandbox.channels import Channel
    from bot.sandbox.users import User


class MessageKind(IntEnum):
    """What sort of message it is, by Discord's numbers."""

    DEFAULT = 0
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER = 21
    CONTEXT_MENU_COMMAND = 23


class MessageFlag(IntFlag):
    """Marks on a message."""

    NONE = 0
    CROSSPOSTED = 1 << 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on a message."""

    id: int
    filename: str
    content_type: str
    data: bytes
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Pings:
    """Who was notified: what the content holds and the sender's `allowed_mentions` lets by."""

    everyone: bool = False
    users: tuple["User", ...] = ()
    role_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """What a message says. Editing a message replaces its body."""

    content: str = ""
    embeds: tuple[JsonObject, ...] = ()
    components: tuple[JsonObject, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    flags: MessageFlag = MessageFlag.NONE
    pings: Pings = Pings()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not (self.content or self.embeds or self.components or self.attachments)


@dataclass(frozen=True, slots=True)
class Origin:
    """The interaction that a message answers."""

    interaction_id: int
    kind: int
    name: str
    user: "User"
    replied_to: int | None = None
    """For a follow-up, the id of the first answer."""

    component_of: int | None = None
    """For a button or menu, the id of the message that it sits on."""


@dataclass(slots=True, eq=False)
class Message:
    """One message; there is one object for each, which edits change."""

    id: int
    channel: "Channel"
    author: "User"
    body: Body
    kind: MessageKind = MessageKind.DEFAULT
    nonce: str | int | None = None
    tts: bool = False
    reference: "Message | None" = None
    origin: Origin | None = None
    seen_by: "User | None" = None
    """The only person who sees it, if it is ephemeral."""

    thread: "Channel | None" = None
    """The thread that was started from it."""

    edited_at: datetime | None = None
    edits: int = 0
    """How often its body was replaced."""

    deleted: bool = False

    @property
    def created_at(self) -> datetime:
        """When it was posted, by its id."""
        return created_at(self.id)

    @property
    def content(self) -> str:
        """Its text, without embeds."""
        return self.body.content

    @property
    def embeds(self) -> tuple[JsonObject, ...]:
        """Its embeds, as Discord stored them."""
        return self.body.embeds

    @property
    def components(self) -> tuple[JsonObject, ...]:
        """Its action rows."""
        return self.body.components

    @property
    def flags(self) -> MessageFlag:
        """Its marks."""
        return self.body.flags

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return self.seen_by is not None

    @property
    def loading(self) -> bool:
        """Whether it still shows that the bot is thinking."""
        return MessageFlag.LOADING in self.body.flags

    @property
    def about_bot(self) -> bool:
        """Whether the bot may read it without the message-content intent: its own, DMs, mentions.

        https://docs.discord.com/developers/events/gateway#message-content-intent
        """
        bot = self.channel.world.bot
        return self.author is bot or self.channel.guild is None or bot in self.body.pings.users

    @property
    def pinged(self) -> bool:
        """Whether anybody at all was notified."""
        return self.body.pings != Pings()

    def edit(self, body: Body) -> None:
        """Replace what it says, and count that."""
        world = self.channel.world
        self.body = body
        self.edits += 1
        self.edited_at = world.clock.now()
        world.changes.publish(MessageEdited(self))

    def fill(self, body: Body) -> None:
        """Put an answer where the bot was "thinking"; that is no edit to a reader."""
        self.body = body
        self.channel.world.changes.publish(MessageEdited(self))

    def mark(self, flag: MessageFlag) -> None:
        """Set a mark, which is no edit."""
        self.body = replace(self.body, flags=self.body.flags | flag)
        self.channel.world.changes.publish(MessageEdited(self))

    def delete(self) -> None:
        """Remove it, as its author or a moderator does."""
        if self.deleted:
            return
        self.deleted = True
        self.channel.forget(self)
        self.channel.world.changes.publish(MessageDeleted(self))
