"""Watching a feed: what changes in its directory is read and handed over, within a second.

The truth is what a scan finds, compared with the stamps of what was handed over before: an
unchanged file costs a stat, and a change that nobody told us of is found by the next scan.
Notifications only make scans come early.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.batch import Batch, Seen
from bot.watch.backlog import Backlog
from bot.watch.files import FeedMissingError, walk
from bot.watch.hints import MANY, Hints

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from pathlib import Path

    from bot.watch.backlog import Work
    from bot.watch.files import Entry
    from bot.watch.reading import Reader

logger = logging.getLogger(__name__)

MOST_IN_A_BATCH = 50
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 30.0


class Watcher:
    """Watches one feed and hands what changes to `on_batch`, one batch at a time.

    Only when `on_batch` returns is a batch taken as handed over. If it raises, the same files come
    again later, in smaller batches and ever more slowly, so that one file that cannot be stored
    does not keep the others away for long.

    `known`: the stamps of what was handed over in earlier runs. `scanned_before`: the feed's first
    scan was handed over in full then. `poll`: whether to scan often instead of being notified;
    None means only where the file system has no notifications.
    """

    def __init__(
        self,
        feed: str,
        root: Path,
        *,
        known: Mapping[str, str],
        scanned_before: bool,
        on_batch: Callable[[Batch], Awaitable[None]],
        reader: Reader,
        rescan_every: timedelta = timedelta(minutes=5),
        poll_every: timedelta = timedelta(seconds=5),
        poll: bool | None = None,
        settle: timedelta = timedelta(milliseconds=150),
    ) -> None:
        self._feed = feed
        self._root = root.absolute()
        self._on_batch = on_batch
        self._reader = reader
        self._rescan_every = rescan_every.total_seconds()
        self._poll_every = poll_every.total_seconds()
        self._backlog = Backlog(known, first=not scanned_before, settle=settle.total_seconds())
        self._hints = Hints(self._root, self._ask, poll=poll)
        self._asked: set[str] | None = set()  # None: everything
        self._wake = asyncio.Event()
        self._scanned_at = 0.0
        self._trouble: str | None = None
        self._changes = 0
        self._limit = MOST_IN_A_BATCH
        self._pause = 0.0
        self._resume_at = 0.0

    @property
    def files(self) -> int:
        """How many files were handed over and are still there."""
        return len(self._backlog.known)

    @property
    def trouble(self) -> str | None:
        """Why nothing can be expected of this feed at present: feed.missing, feed.empty or None."""
        return self._trouble

    async def run(self) -> None:
        """Scan, then go on watching until cancelled. A missing directory is waited for."""
        self._ask(None)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hints.run())
            while True:
                await self._wait()
                await self._try_step()

    async def scan(self) -> None:
        """Scan once, and return when all that was found is handed over; not beside `run`.

        Raises FeedMissingError, and whatever `on_batch` raises.
        """
        self._ask(None)
        while self._next_moment() is not None:
            await self._wait()
            await self._step()

    def request_rescan(self) -> None:
        """Have everything looked at now."""
        self._ask(None)

    def _ask(self, paths: Iterable[str] | None) -> None:
        if paths is None:
            self._asked = None
        elif self._asked is not None:
            self._asked.update(paths)
        if self._asked is None or self._asked:
            self._wake.set()

    def _next_moment(self) -> float | None:
        """When there is something to do, regular scans apart; None if nothing is left."""
        if self._asked is None or self._asked:
            return 0.0
        handing_over = self._resume_at if self._backlog.has_work else None
        moments = (self._backlog.next_look, handing_over)
        return min((moment for moment in moments if moment is not None), default=None)

    def _next_scan(self) -> float:
        every = self._poll_every if self._hints.is_deaf else self._rescan_every
        return self._scanned_at + every

    async def _wait(self) -> None:
        """Wait for a hint, or until something is due."""
        moment, scan = self._next_moment(), self._next_scan()
        self._wake.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(scan if moment is None else min(moment, scan)):
                await self._wake.wait()

    async def _try_step(self) -> None:
        try:
            await self._step()
        except FeedMissingError as missing:
            self._tell("feed.missing", reason=str(missing))
        except Exception as error:  # noqa: BLE001 - whatever a batch meets, watching goes on
            self._slow_down(error)

    async def _step(self) -> None:
        """Look where something may have changed, then hand over one batch."""
        within = self._take_asked()
        if within is None or within:
            await self._look(within)
        if self._backlog.has_work and self._now() >= self._resume_at:
            await self._hand_over(self._backlog.take(self._limit))

    def _take_asked(self) -> frozenset[str] | None:
        """Take out the paths to be looked at now; None stands for all."""
        now = self._now()
        due, asked, self._asked = self._backlog.due(now), self._asked, set()
        # In trouble it is the whole that has to be looked at: a part does not tell of its end.
        if due is None or asked is None or self._trouble or now >= self._next_scan():
            return None
        within = due | asked
        return within if len(within) < MANY else None

    async def _look(self, within: frozenset[str] | None) -> None:
        try:
            await asyncio.to_thread(self._compare, within, self._now())
        finally:
            if within is None:
                self._scanned_at = self._now()
        self._hints.cover(self._backlog.folders)
        if within is None:
            emptied = self._backlog.emptied
            self._tell("feed.empty" if emptied else None, files=self.files)

    def _compare(self, within: frozenset[str] | None, now: float) -> None:
        self._backlog.compare(walk(self._feed, self._root, within), within, now)

    async def _hand_over(self, work: Work) -> None:
        """Read files and hand them over; whatever goes wrong, they are taken up again later."""
        try:
            seen = await self._read(work.read)
            now = self._now()
            read = tuple(s for s in seen if self._backlog.is_ready(s, work.read, now))
            batch = Batch(
                self._feed,
                read,
                work.removed,
                first=self._backlog.first,
                done=self._backlog.completes(read),
            )
            if batch.read or batch.removed or (batch.first and batch.done):
                await self._on_batch(batch)
        except BaseException:
            self._backlog.give_back(work)
            raise
        self._backlog.remember(batch)
        self._speed_up(batch)

    async def _read(self, entries: Mapping[str, Entry]) -> list[Seen]:
        seen = [Seen(entry.stamp, entry.refusal) for entry in entries.values() if entry.refusal]
        paths = [path for path, entry in entries.items() if not entry.refusal]
        if paths:
            seen += await self._reader.read(self._feed, self._root, paths)
        return seen

    def _speed_up(self, batch: Batch) -> None:
        if self._pause:
            logger.info("watch.recovered", extra={"feed": self._feed})
        self._pause = self._resume_at = 0.0
        self._limit = min(self._limit * 2, MOST_IN_A_BATCH)
        self._changes += len(batch.read) + len(batch.removed)
        # Nothing was taken if what there is has to be looked at again: it is still being written.
        if batch.done and (self._changes or batch.first):
            extra = {"feed": self._feed, "files": self.files, "changes": self._changes}
            logger.info("feed.scanned", extra=extra)
            self._changes = 0

    def _slow_down(self, error: Exception) -> None:
        if not self._pause:
            logger.error("watch.failed", extra={"feed": self._feed}, exc_info=error)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE) or _FIRST_PAUSE
        self._resume_at = self._now() + self._pause
        self._limit = 1  # so that only the file at fault, if it is one, goes on failing

    def _tell(self, trouble: str | None, **details: object) -> None:
        """Log a trouble once, and its end."""
        if trouble != self._trouble:
            extra = {"feed": self._feed, "directory": str(self._root), **details}
            if trouble:
                logger.warning(trouble, extra=extra)
            else:
                logger.info("feed.found", extra=extra)
        self._trouble = trouble

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
