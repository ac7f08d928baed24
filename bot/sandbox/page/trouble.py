"""The sandbox's own panel: what can go wrong between Discord and a bot."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass

from bot.sandbox.backend import Backend
from bot.sandbox.changes import Change, SessionsChanged
from bot.sandbox.channels import Channel
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.gateway import Gateway
from bot.sandbox.page.panel import (
    Action,
    ActionError,
    Field,
    FieldKind,
    Option,
    Panel,
    Pressed,
    Status,
)
from bot.sandbox.permissions import NEEDS_SEND_MESSAGES, Permission
from bot.sandbox.timeline import Mood, Timeline

OUTAGE = 10.0
"""Seconds of the sandbox's clock for which requests are troubled."""

CUT = 3.0
"""Seconds of the sandbox's clock for which a cut connection stays cut: one that a bot opened again
at once would be seen by nobody."""

RETRY_AFTER = 2.0
"""Seconds that a 429 asks for."""

_ALWAYS = 10**9
"""As many requests as there may come until the outage is over."""

_ON, _OFF = "on", "off"

PERMISSIONS: Mapping[Permission, str] = {
    Permission.VIEW_CHANNEL: "see this channel",
    Permission.SEND_MESSAGES: "send messages",
    Permission.EMBED_LINKS: "embed links",
    Permission.READ_MESSAGE_HISTORY: "read the message history",
}
"""Those that a bot which posts relies on, as people say them."""


@dataclass(slots=True)
class _Outage:
    """Requests that fail for a while, and afterwards how many did."""

    fault: Fault
    ends: float
    is_over: bool = False


@dataclass(slots=True)
class _Cut:
    """A cut connection, and afterwards how long the bot took to be back."""

    at: float
    sessions: int
    """How many there were."""

    was_away: bool = False
    back_after: float | None = None


class Troubles:
    """Does the harm, ends it in time, and tells how it stands."""

    def __init__(
        self,
        backend: Backend,
        timeline: Timeline,
        faults: Faults,
        gateway: Gateway,
        refresh: Callable[[], None],
    ) -> None:
        self._bot = backend.world.bot
        self._clock = backend.clock
        self._timeline = timeline
        self._faults = faults
        self._gateway = gateway
        self._refresh = refresh
        self._outages: dict[int, _Outage] = {}
        self._last_cut: _Cut | None = None
        self._endings: set[asyncio.Task[None]] = set()
        backend.world.changes.subscribe(self._on_change)

    def panel(self) -> Panel:
        """Return the controls."""
        there = Field(
            "permission", "In this channel, the bot may", FieldKind.SWITCHES, options=self._switches
        )
        return Panel(
            "What goes wrong",
            (
                Action(
                    "cut",
                    "Cut the connection",
                    self._cut,
                    hint=f"Its sockets are gone without a word, and for {CUT:g} s none opens.",
                    status=self._cut_status,
                ),
                Action(
                    "errors",
                    f"Answer 500 for {OUTAGE:g} s",
                    self._errors,
                    hint="Every request of the bot fails.",
                    status=lambda: self._outage_status(500),
                ),
                Action(
                    "limits",
                    f"Answer 429 for {OUTAGE:g} s",
                    self._limits,
                    hint=f"Every request is told to wait {RETRY_AFTER:g} s.",
                    status=lambda: self._outage_status(429),
                ),
                Action("permission", "Permissions", self._permission, (there,)),
            ),
        )

    async def close(self) -> None:
        """End every outage now."""
        for ending in tuple(self._endings):
            ending.cancel()
        await asyncio.gather(*self._endings, return_exceptions=True)

    async def _cut(self, _: Pressed) -> str:
        if not self._gateway.sessions:
            raise ActionError("No bot is connected.")
        self._forget_what_is_over()
        self._last_cut = _Cut(self._clock.monotonic(), len(self._gateway.sessions))
        self._timeline.note(f"The connection is cut, for {CUT:g} s", Mood.TROUBLE)
        self._gateway.refuse_connections = _ALWAYS
        self._gateway.drop()
        self._later(self._mend())
        return "The connection is cut."

    async def _mend(self) -> None:
        """Let connections be opened again."""
        try:
            await self._clock.sleep(CUT)
        finally:
            self._gateway.refuse_connections = 0

    def _on_change(self, change: Change) -> None:
        """Note how long a bot took that came back after a cut."""
        cut = self._last_cut
        if cut is None or cut.back_after is not None or not isinstance(change, SessionsChanged):
            return
        is_away = len(self._gateway.sessions) < cut.sessions
        if cut.was_away and not is_away:
            cut.back_after = self._clock.monotonic() - cut.at
        cut.was_away = is_away

    def _cut_status(self) -> Status | None:
        cut = self._last_cut
        if cut is None:
            return None
        if cut.back_after is None:
            return Status("The connection is cut; the bot is away.", is_bad=True)
        return Status(f"The connection was cut; the bot was back after {cut.back_after:.1f} s.")

    async def _errors(self, _: Pressed) -> str:
        return self._begin(500, self._faults.answer(500, times=_ALWAYS))

    async def _limits(self, _: Pressed) -> str:
        return self._begin(429, self._faults.rate_limit(RETRY_AFTER, times=_ALWAYS))

    def _begin(self, status: int, fault: Fault) -> str:
        """Let a fault last for a while, in place of one that may still last."""
        self._forget_what_is_over()
        if (earlier := self._outages.get(status)) is not None:
            earlier.fault.times = earlier.fault.hits
        outage = _Outage(fault, self._clock.monotonic() + OUTAGE)
        self._outages[status] = outage
        told = f"Every request is answered with {status}"
        self._timeline.note(f"{told}, for {OUTAGE:g} s", Mood.TROUBLE)
        self._later(self._end(status, outage))
        return f"{told}."

    def _later(self, ending: Coroutine[None, None, None]) -> None:
        """End a trouble in time, or when the sandbox ends."""
        task = asyncio.create_task(ending)
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)

    async def _end(self, status: int, outage: _Outage) -> None:
        try:
            await self._clock.sleep(OUTAGE)
        finally:
            outage.fault.times = outage.fault.hits
            outage.is_over = True
            if self._outages.get(status) is outage:
                said = f"No longer {status}: {_requests(outage.fault.hits)} failed"
                self._timeline.note(said, Mood.RELIEF)
                self._refresh()

    def _outage_status(self, status: int) -> Status | None:
        outage = self._outages.get(status)
        if outage is None:
            return None
        if outage.is_over:
            return Status(f"Over: {_requests(outage.fault.hits)} failed.")
        return Status(f"Every request is answered with {status}.", outage.ends, is_bad=True)

    def _forget_what_is_over(self) -> None:
        """Say no more of what has passed: something else is begun."""
        self._outages = {key: one for key, one in self._outages.items() if not one.is_over}
        if self._last_cut is not None and self._last_cut.back_after is not None:
            self._last_cut = None

    async def _permission(self, pressed: Pressed) -> str:
        channel = _in_server(pressed.channel)
        if channel is None:  # then nothing was offered, and so nothing can have been chosen
            raise ActionError("Direct messages have no permissions; open a server's channel.")
        self._forget_what_is_over()
        name, _, wanted = pressed.values["permission"].partition("/")
        permission = Permission[name]
        what = PERMISSIONS[permission].replace("this channel", "it")
        if wanted == _OFF:
            channel.deny(self._bot, permission)
            said, mood = f"may no longer {what}", Mood.TROUBLE
        else:
            channel.allow(self._bot, permission)
            said, mood = f"may {what} again", Mood.RELIEF
            if only := self._only_with(permission, channel):
                said = f"{said}, but {only}"
        sentence = f"In #{channel.name}, {self._bot.name} {said}"
        self._timeline.note(sentence, mood)
        return f"{sentence}."

    def _switches(self, channel: Channel | None) -> Sequence[Option]:
        """Return what the bot may do, and what it may not; what another denial implies is locked.

        The value of each says what using it would do, so that a late one does not do the opposite.
        """
        there = _in_server(channel)
        if there is None:
            return ()
        held = there.permissions_of(self._bot)
        denied = self._denied(there)
        options = []
        for permission, what in PERMISSIONS.items():
            value, locked = f"{permission.name}/{_ON}", None
            if permission in held:
                value = f"{permission.name}/{_OFF}"
            elif permission not in denied:
                locked = self._only_with(permission, there) or "not by its roles"
            options.append(Option(value, what, permission in held, locked))
        return options

    def _denied(self, channel: Channel) -> Permission:
        own = channel.overwrites.get(self._bot.id)
        return Permission.NONE if own is None else own.deny

    def _only_with(self, permission: Permission, channel: Channel) -> str:
        """Return what else is needed before a permission means anything; "" if nothing is."""
        denied = self._denied(channel)
        if permission is not Permission.VIEW_CHANNEL and Permission.VIEW_CHANNEL in denied:
            return "only once it may see the channel"
        if permission in NEEDS_SEND_MESSAGES and Permission.SEND_MESSAGES in denied:
            return "only once it may send messages"
        return ""


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count} requests"


def _in_server(channel: Channel | None) -> Channel | None:
    """Return where the channel's permissions are kept: a thread has its parent's."""
    if channel is None or channel.guild is None:
        return None
    return channel.parent if channel.thread is not None else channel
