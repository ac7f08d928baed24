"""Discord as delivery meets it: channels that keep messages, and requests that go wrong.

A request's effect belongs to Discord: it comes whether or not the sender still lives.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING

from digests.delivery import Busy, Done, Found, Unclear, Vanished
from digests.story import Story

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from digests.delivery import EditOutcome, Gone, LookupOutcome, Post, SendOutcome

START = datetime(2026, 3, 4, 12, tzinfo=UTC)
"""When the virtual time 0 is, by Discord's clock."""

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)

NONCE_WINDOW = 180.0
"""Seconds for which a nonce is known; the documentation says "a few minutes"."""

LATEST = 25.0
"""Seconds after an unclear answer within which a late effect comes: less than the quiet period."""


PAGE = 3
"""How many messages a page of the history has: few, so that a look-up often reads several."""


class Luck(Enum):
    """What becomes of a request."""

    FINE = auto()
    FAILED = auto()
    """An error, and nothing was done."""

    LOST_ANSWER = auto()
    """It was done, and an error or a reset came back."""

    SILENT = auto()
    """It is done some time after the sender gave up waiting."""

    LATE = auto()
    """A reset comes back at once, and it is done after that."""

    BUSY = auto()
    """429."""


@dataclass(slots=True)
class SimMessage:
    """A message, as readers see it: the post that it shows now; `deleted` by the sweeper."""

    id: int
    nonce: str
    post: Post
    deleted: bool = False

    @property
    def revision(self) -> int:
        """Which revision of its subject it shows."""
        return self.post.revision

    @property
    def story(self) -> Story:
        """The story that it shows."""
        assert isinstance(self.post.subject, Story)
        return self.post.subject


@dataclass(slots=True)
class Place:
    """All channels, their messages in order, and how requests fare: `luck` is asked for each."""

    luck: Callable[[], Luck]
    chance: random.Random
    nonce_window: float = NONCE_WINDOW
    channels: dict[int, list[SimMessage]] = field(default_factory=dict)
    _nonces: dict[str, tuple[float, SimMessage]] = field(default_factory=dict)
    _last_id: int = 0
    _waiting: dict[asyncio.TimerHandle, Callable[[], object]] = field(default_factory=dict)

    def mint(self) -> int:
        """A new id: Discord's own time, and larger than all before it."""
        moment = START + timedelta(seconds=_now()) - EPOCH
        self._last_id = max(self._last_id + 1, (moment // timedelta(milliseconds=1)) << 22)
        return self._last_id

    def create(self, post: Post) -> SimMessage:
        """Make a message, unless its nonce made one lately."""
        at, message = self._nonces.get(post.nonce, (float("-inf"), None))
        if message is not None and _now() - at <= self.nonce_window:
            return message
        message = SimMessage(self.mint(), post.nonce, post)
        self.channels.setdefault(post.channel_id, []).append(message)
        self._nonces[post.nonce] = _now(), message
        return message

    def later(self, seconds: float, effect: Callable[[], object]) -> None:
        """Let something happen, whoever is alive then."""

        def happen() -> None:
            del self._waiting[handle]
            effect()

        handle = asyncio.get_running_loop().call_later(seconds, happen)
        self._waiting[handle] = effect

    def hang_up(self) -> None:
        """The sender is gone: what it asked for takes effect within LATEST from now on."""
        for handle, effect in list(self._waiting.items()):
            if handle.when() > _now() + LATEST:
                handle.cancel()
                del self._waiting[handle]
                self.later(self.chance.uniform(0.01, LATEST), effect)


class SimMessenger:
    """The `Messenger` of one process."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def newest(self, channel_id: int) -> Done | Gone | Busy | Unclear:
        """The newest message's id, or the channel's own."""
        trouble = await self._read()
        if trouble is not None:
            return trouble
        messages = self._place.channels.get(channel_id, [])
        return Done(messages[-1].id if messages else channel_id)

    async def send(self, post: Post) -> SendOutcome:
        """Make a message, somehow."""
        made = await self._change(lambda: self._place.create(post))
        return Done(made.id, made.revision) if isinstance(made, SimMessage) else made

    async def edit(self, message_id: int, post: Post) -> EditOutcome:
        """Change a message, somehow."""
        found = [one for one in self._place.channels[post.channel_id] if one.id == message_id]
        if not found or found[0].deleted:
            return Vanished()
        made = await self._change(lambda: _show(found[0], post))
        return Done(made.id) if isinstance(made, SimMessage) else made

    async def find(self, channel_id: int, after: int, nonce: str) -> LookupOutcome:
        """Look for messages."""
        trouble = await self._read()
        if trouble is not None:
            return trouble
        there = [one for one in self._place.channels.get(channel_id, []) if one.id > after]
        page = there[:PAGE]
        ours = [one for one in page if one.nonce == nonce and not one.deleted]
        return Found(
            tuple(Done(one.id, one.revision) for one in ours),
            page[-1].id if len(there) > PAGE else None,
        )

    async def delete(self, channel_id: int, message_id: int) -> EditOutcome:
        """Delete a message."""
        trouble = await self._read()
        if trouble is not None:
            return trouble
        for one in self._place.channels[channel_id]:
            one.deleted |= one.id == message_id
        return Done(message_id)

    async def tell_admins(self, _guild_id: int | None, _sentence: str, /) -> bool:
        """Nobody is there to be told."""
        return False

    async def _read(self) -> Busy | Unclear | None:
        luck = self._place.luck()
        await asyncio.sleep(self._seconds(0.2))
        if luck is Luck.BUSY:
            return Busy(timedelta(seconds=self._seconds(5)))
        if luck is Luck.SILENT:
            await asyncio.Event().wait()
        return None if luck is Luck.FINE else Unclear("bad luck")

    async def _change(self, effect: Callable[[], SimMessage]) -> SimMessage | Busy | Unclear:
        luck, place = self._place.luck(), self._place
        answer = self._seconds(0.3)
        match luck:
            case Luck.FINE | Luck.LOST_ANSWER:
                made: list[SimMessage] = []
                place.later(answer / 2, lambda: made.append(effect()))
                await asyncio.sleep(answer)
                return made[0] if luck is Luck.FINE else Unclear("its answer was lost")
            case Luck.SILENT:
                place.later(30 + self._seconds(LATEST), effect)
                await asyncio.Event().wait()
            case Luck.LATE:
                place.later(self._seconds(LATEST), effect)
            case Luck.BUSY:
                await asyncio.sleep(answer)
                return Busy(timedelta(seconds=self._seconds(5)))
            case _:
                await asyncio.sleep(answer)
        return Unclear("bad luck")

    def _seconds(self, most: float) -> float:
        return self._place.chance.uniform(0.01, most)


def _show(message: SimMessage, post: Post) -> SimMessage:
    message.post = post
    return message


def _now() -> float:
    return asyncio.get_running_loop().time()
