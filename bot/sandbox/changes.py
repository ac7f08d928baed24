"""What happens in the sandbox, as values, and the one place where they are heard.

The gateway turns these into events for the bot; whoever waits for something (a test, a page that
shows the channels) listens here too.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from bot.sandbox.channels import Channel
    from bot.sandbox.guilds import Guild, Member, Role
    from bot.sandbox.interaction import Interaction
    from bot.sandbox.messages import Message
    from bot.sandbox.timeline import Entry, Note
    from bot.sandbox.users import User

T = TypeVar("T")

PATIENCE = 20.0
"""Seconds of the machine's clock that waiting lasts, unless the caller says otherwise."""


@dataclass(frozen=True, slots=True)
class MessageCreated:
    """A message appeared, for all or (ephemeral) for one person."""

    message: "Message"


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """A message reads differently than before."""

    message: "Message"


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """A message is gone."""

    message: "Message"


@dataclass(frozen=True, slots=True)
class ChannelCreated:
    """A channel or a thread was made."""

    channel: "Channel"


@dataclass(frozen=True, slots=True)
class ChannelUpdated:
    """A channel or a thread has other properties or permissions."""

    channel: "Channel"


@dataclass(frozen=True, slots=True)
class ChannelDeleted:
    """A channel or a thread is gone."""

    channel: "Channel"


@dataclass(frozen=True, slots=True)
class RoleCreated:
    """A server has a new role."""

    role: "Role"


@dataclass(frozen=True, slots=True)
class RoleUpdated:
    """A role allows something else, or is called something else."""

    role: "Role"


@dataclass(frozen=True, slots=True)
class RoleDeleted:
    """A role is gone."""

    role: "Role"


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """Someone joined a server."""

    member: "Member"


@dataclass(frozen=True, slots=True)
class MemberUpdated:
    """A member has other roles."""

    member: "Member"


@dataclass(frozen=True, slots=True)
class GuildJoined:
    """The bot is in a server that it was not in, or that had been unavailable."""

    guild: "Guild"


@dataclass(frozen=True, slots=True)
class GuildLeft:
    """The bot was removed from a server, or the server was deleted."""

    guild: "Guild"


@dataclass(frozen=True, slots=True)
class GuildUnavailable:
    """A server is out of reach because of an outage at Discord."""

    guild: "Guild"


@dataclass(frozen=True, slots=True)
class TypingStarted:
    """The bot shows that it is about to say something."""

    channel: "Channel"
    user: "User"


@dataclass(frozen=True, slots=True)
class InteractionCreated:
    """A person used a command, a button, a menu or a form."""

    interaction: "Interaction"


@dataclass(frozen=True, slots=True)
class InteractionChanged:
    """The bot answered an interaction, or the time for it ran out."""

    interaction: "Interaction"


@dataclass(frozen=True, slots=True)
class CommandsChanged:
    """The bot registered or removed commands, globally (None) or in one server."""

    guild_id: int | None


@dataclass(frozen=True, slots=True)
class SessionsChanged:
    """A bot connected to the gateway, resumed, or lost its connection."""

    live: int
    """How many sessions have a connection now."""


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """An HTTP request arrived or was answered."""

    entry: "Entry"


@dataclass(frozen=True, slots=True)
class Noted:
    """Something else than a request was put on the timeline."""

    note: "Note"


Change: TypeAlias = (
    MessageCreated
    | MessageEdited
    | MessageDeleted
    | ChannelCreated
    | ChannelUpdated
    | ChannelDeleted
    | RoleCreated
    | RoleUpdated
    | RoleDeleted
    | MemberJoined
    | MemberUpdated
    | GuildJoined
    | GuildLeft
    | GuildUnavailable
    | TypingStarted
    | InteractionCreated
    | InteractionChanged
    | CommandsChanged
    | SessionsChanged
    | RequestSeen
    | Noted
)
"""Everything that can happen."""

Listener: TypeAlias = Callable[[Change], None]


class Changes:
    """Tells every listener of every change, in the order in which they happen."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._untold: deque[Change] = deque()
        self._telling = False

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` on every change from now on; the result ends that when called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, change: Change) -> None:
        """Tell every listener; a change that a listener makes is told after this one."""
        self._untold.append(change)
        if self._telling:
            return
        self._telling = True
        try:
            while self._untold:
                self._tell(self._untold.popleft())
        finally:
            self._telling = False

    def _tell(self, change: Change) -> None:
        for listener in tuple(self._listeners):
            listener(change)

    async def until(
        self, condition: Callable[[], T | None], *, what: str = "it", timeout: float = PATIENCE
    ) -> T:
        """Return the first truthy result of `condition`, asked now and after every change.

        Raises TimeoutError, saying what was waited for, after `timeout` seconds.
        """
        changed = asyncio.Event()
        unsubscribe = self.subscribe(lambda _: changed.set())
        try:
            async with asyncio.timeout(timeout):
                while not (result := condition()):
                    await changed.wait()
                    changed.clear()
                return result
        except TimeoutError:
            raise TimeoutError(f"Waited {timeout:g} s for {what}, in vain.") from None
        finally:
            unsubscribe()
