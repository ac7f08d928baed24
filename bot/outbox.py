"""The outbox at work: each channel's next delivery is handed to `deliver`, many channels at once.

What waits is the database's knowledge. A wake-up only says that now is a good time to look; a lost
one costs seconds, never a message.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.clock import was_set
from bot.store import outbox
from bot.store.errors import StoreError
from digests.decide import Timing, Wait, next_step

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.clock import Clock
    from bot.deliver import Deliver
    from bot.store.database import Database
    from digests.decide import Step
    from digests.delivery import Delivery

logger = logging.getLogger(__name__)

LONGEST_SLEEP = 60.0
"""Seconds after which the outbox is looked at again even if nobody calls: wake-ups are hints."""

AT_ONCE = 64
"""In how many channels something is under way at a time. Many more would wait for their turn at the
messenger's pace until their time-outs ran out, and then be looked up in vain."""

STOPPED = "The program stopped while the message was being sent."
FAILED = "The program failed while the message was being sent: its log says why."


class Outbox:
    """Works off what is wanted until it is stopped; one channel's trouble is nobody else's."""

    def __init__(
        self, database: Database, deliver: Deliver, clock: Clock, timing: Timing | None = None
    ) -> None:
        """Take the flow that shows one delivery, and how patient it is."""
        self._db = database
        self._deliver = deliver
        self._clock = clock
        self._timing = timing or Timing()
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._due: deque[tuple[Delivery, Step]] = deque()
        self._busy: dict[int, tuple[Delivery, asyncio.Task[None]]] = {}
        self._torn: str | None = STOPPED  # why claims may be there that nobody works on
        self._ahead: timedelta | None = None

    def wake(self) -> None:
        """Say that something new is wanted, or that time has moved."""
        self._idle.clear()
        self._woken.set()

    async def idle(self) -> None:
        """Wait until nothing is due: what is left waits for a moment, or for nobody."""
        await self._idle.wait()

    @property
    def in_flight(self) -> int:
        """How many messages are being sent, corrected or looked up at this moment."""
        return len(self._busy)

    async def run(self) -> None:
        """Deliver until cancelled; a message in flight is then finished and settled first."""
        try:
            while True:
                self._woken.clear()
                seconds = await self._round()
                if not self._busy and not self._woken.is_set():
                    self._idle.set()
                with suppress(TimeoutError):  # not wait_for: on 3.11 a wake-up can hide the end
                    async with asyncio.timeout(seconds):
                        await self._woken.wait()
        finally:
            await self._finish()

    async def _round(self) -> float:
        """Look at the outbox once; returns seconds until it is worth looking again."""
        try:
            await self._watch_clock()
            if self._torn is not None:
                await self._release_claims(self._torn)
            seconds = await self._look()
        except StoreError as error:
            logger.error("delivery.failed", extra={"reason": str(error)})  # noqa: TRY400 - a sentence
            return self._timing.retry_first.total_seconds()
        self._start_due()
        return seconds

    async def _watch_clock(self) -> None:
        """Measure anew what was measured by a clock that has been set, or by a former process."""
        now, before, ahead = self._clock.now(), self._ahead, self._clock.ahead()
        if was_set(before, ahead):
            async with self._db.write() as tx:
                await outbox.measure_anew(tx, now, now + self._timing.sweep_after)
            if before is not None:
                logger.warning("clock.set", extra={"by": str(ahead - before)})
        self._ahead = ahead

    async def _release_claims(self, why: str) -> None:
        """Send claims that nobody works on, a former process's or a torn one's, to the look-up."""
        self._torn = None  # first: a worker that fails meanwhile sets it again
        alive = {delivery.id for delivery, _ in self._busy.values()}
        try:
            async with self._db.write() as tx:
                orphans = await outbox.orphan_claims(tx, self._clock.now(), alive, why)
        except BaseException:
            self._torn = why
            raise
        if orphans:
            logger.warning("delivery.interrupted", extra={"deliveries": orphans})

    async def _look(self) -> float:
        """Line up what is due, the oldest first; returns seconds until more of it will be."""
        now, sleep = self._clock.now(), LONGEST_SLEEP
        async with self._db.read() as read:
            heads = await outbox.heads(read, now)
        self._due.clear()
        for delivery in heads:
            step = next_step(delivery, now, self._timing)
            if isinstance(step, Wait):
                sleep = min(sleep, max((step.until - now).total_seconds(), 0.01))
            elif step is not None and delivery.channel_id not in self._busy:
                self._due.append((delivery, step))
        return sleep

    def _start_due(self) -> None:
        """Start what is due, as much as may be under way at once."""
        while self._due and len(self._busy) < AT_ONCE:
            delivery, step = self._due.popleft()
            if delivery.channel_id not in self._busy:
                self._start(delivery, step)

    def _start(self, delivery: Delivery, step: Step) -> None:
        attempt = self._deliver.attempt(delivery, step)
        task = asyncio.create_task(attempt, name=f"deliver-{delivery.id}")
        self._busy[delivery.channel_id] = delivery, task
        task.add_done_callback(lambda done: self._ended(delivery, done))

    def _ended(self, delivery: Delivery, task: asyncio.Task[None]) -> None:
        """Free the channel; a failure of our own (a full disk, say) is told and tried again."""
        del self._busy[delivery.channel_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._torn = FAILED
            foreseen = isinstance(error, StoreError)  # then its sentence says all
            about = {"channel": delivery.channel_id, "delivery": delivery.id, "reason": str(error)}
            logger.error("delivery.failed", extra=about, exc_info=None if foreseen else error)
            delay = self._timing.retry_first.total_seconds()
            asyncio.get_running_loop().call_later(delay, self.wake)
        elif self._due:
            self._start_due()  # the outbox is read again only when all that was due is under way
        else:
            self.wake()

    async def _finish(self) -> None:
        """Let the messages in flight end: each takes at most a few time-outs."""
        self._due.clear()
        while self._busy:
            await asyncio.wait([task for _, task in self._busy.values()])
