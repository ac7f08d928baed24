"""Reading many files without the program noticing: bursts are parsed in a process of their own.

A few files are read in a thread. Thousands at once would keep the interpreter from everything
else, so they go to a worker process of low priority, which is started when it is needed and ended
when it has been idle for a while. If it dies, the file that killed it is found and refused.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.batch import Seen
from bot.watch import files
from digests.article import Problem, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Look = Callable[[str, Path, str], Seen]

logger = logging.getLogger(__name__)

FEW = 4
"""So many files are read in a thread: the worker would take longer to start."""

_NICE = 10


class Reader:
    """Reads and parses files off the event loop; one serves all feeds.

    `look` reads one file (feed, root, path) and is a function of a module, since it is sent to the
    worker by name. `idle`: how long the worker waits for more work. `patience`: how long it may
    take for one call of `read` before it is killed, as if it had crashed.
    """

    def __init__(
        self,
        *,
        look: Look = files.look,
        idle: timedelta = timedelta(seconds=30),
        patience: timedelta = timedelta(seconds=60),
    ) -> None:
        self.files_read = 0
        self._look = look
        self._idle = idle
        self._patience = patience
        self._turn = asyncio.Lock()
        self._allowed = True
        self._worker: _Worker | None = None
        self._closing: asyncio.TimerHandle | None = None

    @property
    def worker_pid(self) -> int | None:
        """The process number of the worker, while there is one."""
        return self._worker.pid if self._worker else None

    async def read(self, feed: str, root: Path, paths: Sequence[str]) -> list[Seen]:
        """Read and parse some files (about 50 at a time keep the loop free), in their order.

        Raises WorkerUnavailableError if the worker died and cannot be started again.
        """
        self.files_read += len(paths)
        if len(paths) <= FEW:
            return await self._read_here(feed, root, paths)
        # One caller at a time: a file that kills the worker must not cost another feed anything.
        async with self._turn:
            if not await self._has_worker():
                return await self._read_here(feed, root, paths)
            try:
                return await self._read_apart(feed, root, paths)
            finally:
                self._close_when_idle()

    async def aclose(self) -> None:
        """End the worker, whatever it is doing."""
        if self._closing:
            self._closing.cancel()
        worker, self._worker = self._worker, None
        if worker:
            await asyncio.to_thread(worker.kill)

    async def _read_here(self, feed: str, root: Path, paths: Sequence[str]) -> list[Seen]:
        return await asyncio.to_thread(_look_at_all, self._look, feed, root, paths)

    async def _has_worker(self) -> bool:
        """Start the worker if need be; where the system allows none, threads must do."""
        if self._allowed:
            try:
                await self._ready_worker()
            except WorkerUnavailableError as unavailable:
                self._allowed = False
                logger.warning("reader.no_worker", extra={"reason": str(unavailable)})
        return self._allowed

    async def _read_apart(self, feed: str, root: Path, paths: Sequence[str]) -> list[Seen]:
        """Read in the worker; if it dies, halve the task until the culprit is alone."""
        worker = await self._ready_worker()
        watchdog = asyncio.get_running_loop().call_later(
            self._patience.total_seconds(), worker.interrupt
        )
        try:
            return await asyncio.wrap_future(
                worker.pool.submit(_look_at_all, self._look, feed, root, paths)
            )
        except BrokenProcessPool:
            self._worker = None
            await asyncio.to_thread(worker.kill)
        finally:
            watchdog.cancel()
        if len(paths) == 1:
            return [await asyncio.to_thread(_crashed, feed, root, paths[0])]
        middle = len(paths) // 2
        first = await self._read_apart(feed, root, paths[:middle])
        return first + await self._read_apart(feed, root, paths[middle:])

    async def _ready_worker(self) -> _Worker:
        if self._closing:
            self._closing.cancel()
        if self._worker is None:
            self._worker = await asyncio.to_thread(_Worker)
        return self._worker

    def _close_when_idle(self) -> None:
        if self._worker:
            self._closing = asyncio.get_running_loop().call_later(
                self._idle.total_seconds(), self._close
            )

    def _close(self) -> None:
        if self._worker:
            self._worker.pool.shutdown(wait=False)
            self._worker = None


class WorkerUnavailableError(Exception):
    """No worker process can be started here; the message says why."""


class _Worker:
    """One process of low priority. Made and killed in a thread: both take a while."""

    def __init__(self) -> None:
        try:
            self.pool = ProcessPoolExecutor(
                1, multiprocessing.get_context("spawn"), initializer=_begin
            )
            self.pid = self.pool.submit(os.getpid).result()
        except (OSError, BrokenProcessPool) as error:
            raise WorkerUnavailableError(str(error)) from error

    def interrupt(self) -> None:
        """Kill the process; whoever waits for it gets BrokenProcessPool."""
        # Asking for the child, instead of the number, never hits a process that took it over.
        for child in multiprocessing.active_children():
            if child.pid == self.pid:
                child.kill()

    def kill(self) -> None:
        """Kill the process and wait for its end."""
        self.interrupt()
        self.pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """Prepare the worker: last in the queue for the processor, and never without its parent."""
    os.nice(_NICE)
    # Ctrl-C reaches the whole group of processes; the parent decides when the worker ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Outlive no parent: one that is killed cannot say goodbye."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _look_at_all(look: Look, feed: str, root: Path, paths: Sequence[str]) -> list[Seen]:
    return [look(feed, root, path) for path in paths]


def _crashed(feed: str, root: Path, path: str) -> Seen:
    """Refuse, unread, the file that killed the worker; the stamp keeps it from being read again."""
    logger.error("reader.crashed", extra={"feed": feed, "path": path})
    entry = files.walk(feed, root, [path]).entries.get(path)
    problem = Problem("the parser crashed or hung on this file; please report it with the file")
    gone = entry is None
    return Seen(entry.stamp if entry else "", Rejection(feed, path, (problem,), incomplete=gone))
