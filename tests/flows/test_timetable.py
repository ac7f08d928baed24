"""The alarm clock: it rings in time, and a lost or early alarm costs no digest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from bot import timetable
from bot.clock import MovableClock
from bot.publish import Publish
from bot.store.errors import StoreLocked
from bot.timetable import Timetable

SECOND = timedelta(seconds=1)


class Diary(Publish):
    """Stands in for the flow: says when it is due next, and notes when it was called."""

    def __init__(self, clock: MovableClock, *following: timedelta | Exception | None) -> None:
        self.clock = clock
        self.calls: list[datetime] = []
        self._following = list(following)
        self._called = asyncio.Condition()

    @override
    async def due(self) -> datetime | None:
        self.calls.append(self.clock.now())
        async with self._called:
            self._called.notify_all()
        answer = self._following.pop(0) if self._following else None
        if isinstance(answer, Exception):
            raise answer
        return None if answer is None else self.clock.now() + answer

    async def called(self, times: int) -> None:
        """Wait until it was called so often, but not until the look that comes once a minute."""
        async with asyncio.timeout(20), self._called:
            await self._called.wait_for(lambda: len(self.calls) >= times)


@asynccontextmanager
async def ringing(diary: Diary) -> AsyncIterator[Timetable]:
    """A time-table at work."""
    table = Timetable(diary, diary.clock)
    task = asyncio.create_task(table.run())
    try:
        yield table
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_it_looks_at_once_and_rings_at_the_next_moment() -> None:
    diary = Diary(MovableClock(), 0.3 * SECOND)
    async with ringing(diary):
        await diary.called(2)
    first, second = diary.calls
    assert second - first >= timedelta(seconds=0.25)


async def test_a_moment_that_has_passed_rings_at_once() -> None:
    diary = Diary(MovableClock(), -3600 * SECOND)
    async with ringing(diary):
        await diary.called(2)


async def test_a_change_of_the_time_table_is_looked_at_at_once() -> None:
    diary = Diary(MovableClock(), None, 3600 * SECOND)
    async with ringing(diary) as table:
        for times in (1, 2, 3):
            await diary.called(times)
            table.rearm()
        await diary.called(4)


async def test_it_looks_again_after_a_minute_although_nothing_is_due_for_a_year(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert timedelta(minutes=1) == timetable.LONGEST_SLEEP
    monkeypatch.setattr(timetable, "LONGEST_SLEEP", 0.05 * SECOND)
    diary = Diary(MovableClock(), 365 * 86400 * SECOND, None)
    async with ringing(diary):
        await diary.called(4)


async def test_a_database_that_refuses_is_asked_again_soon(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(timetable, "RETRY", 0.05 * SECOND)
    diary = Diary(MovableClock(), StoreLocked(tmp_path), StoreLocked(tmp_path), None)
    async with ringing(diary):
        await diary.called(3)
