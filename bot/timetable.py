"""The alarm clock: wakes `publish` when a schedule is due.

APScheduler only rings; which moment is due, and whether it has run, is the database's knowledge.
So a lost, late or doubled alarm costs seconds, never a digest: see
docs/adr/0004-alarm-clock-is-a-hint.md.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.store.errors import StoreError

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.publish import Publish

logger = logging.getLogger(__name__)

LONGEST_SLEEP = timedelta(minutes=1)
"""The time-table is looked at this often even if no alarm rings: clocks jump, machines sleep."""

RETRY = timedelta(seconds=5)
"""How long to wait after the database refused."""


class Timetable:
    """Rings at the next scheduled moment, and whenever the time-table or the clock changed."""

    def __init__(self, publish: Publish, clock: Clock) -> None:
        """Take the flow that is to be called and the clock that it goes by."""
        self._publish = publish
        self._clock = clock
        self._rung = asyncio.Event()
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def rearm(self) -> None:
        """Look at the time-table again: it changed, or the clock did."""
        self._rung.set()

    async def run(self) -> None:
        """Call `publish.due` at every alarm until cancelled."""
        self._scheduler.start()
        try:
            while True:
                self._rung.clear()
                self._set_alarm(await self._due())
                await self._rung.wait()
        finally:
            self._scheduler.shutdown(wait=False)

    async def _due(self) -> timedelta:
        """Publish what is due; returns how long the next alarm is away."""
        try:
            following = await self._publish.due()
        except StoreError as error:
            logger.error("timetable.failed", extra={"reason": str(error)})  # noqa: TRY400 - a sentence
            return RETRY
        if following is None:
            return LONGEST_SLEEP
        return max(timedelta(0), min(following - self._clock.now(), LONGEST_SLEEP))

    def _set_alarm(self, away: timedelta) -> None:
        """Replace the one alarm; without a grace time a late loop would drop it (default: 1 s)."""
        self._scheduler.add_job(
            self._rung.set,
            "date",
            run_date=datetime.now(UTC) + away,
            id="alarm",
            replace_existing=True,
            misfire_grace_time=None,
        )
