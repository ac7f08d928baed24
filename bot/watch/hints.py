"""Hints that a feed has changed: the kernel's notifications, and a look at the directory itself.

A hint only makes the next scan come early. Notifications get lost (when too many come at once,
when the directory is replaced or a link to it switched), so nothing depends on them.
"""

from __future__ import annotations

import asyncio
import logging
import re
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import awatch

from bot.watch.files import is_ours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

logger = logging.getLogger(__name__)

MOUNTS = Path("/proc/self/mountinfo")
"""The table of mounts, see proc_pid_mountinfo(5)."""

MANY = 200
"""From so many paths on, looking at everything costs less than looking at each."""

_UNDECODABLE = "Unable to decode path"
"""What watchfiles' error says of a name that is not UTF-8."""

_TICK = 0.5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 30.0

_SILENT = frozenset(
    {"9p", "afs", "ceph", "cifs", "drvfs", "fakeowner", "lustre", "ncpfs", "nfs", "nfs4", "prl_fs"}
    | {"smb2", "smb3", "smbfs", "vboxsf", "virtiofs", "wslfs"}
)
"""File systems that others can change without this kernel hearing of it."""


@dataclass(frozen=True, slots=True)
class Root:
    """What a feed's directory is just now: it is another one if any of this changes."""

    device: int
    inode: int
    is_silent: bool


class Hints:
    """Tells where a feed may have changed, by calling `ask` with paths, or with None for all.

    `poll`: whether to do without notifications; None means where the file system has none.
    `is_deaf`: no notifications come at present, so that scans must be frequent.
    """

    def __init__(
        self, root: Path, ask: Callable[[Iterable[str] | None], None], *, poll: bool | None = None
    ) -> None:
        self.is_deaf = True
        self._root = root
        self._ask = ask
        self._poll = poll
        self._folders: Mapping[str, tuple[int, int]] = {}
        self._again = asyncio.Event()
        self._pause = _FIRST_PAUSE

    def cover(self, folders: Mapping[str, tuple[int, int]]) -> None:
        """Listen to exactly these folders: paths within the feed, and their identity."""
        if folders != self._folders:
            self._folders = dict(folders)
            self._again.set()

    async def run(self) -> None:
        """Give hints until cancelled; asks for everything whenever some may have been missed."""
        while True:
            root = await asyncio.to_thread(examine, self._root)
            if root is None or (root.is_silent if self._poll is None else self._poll):
                await self._wait_for_another(root)
            else:
                await self._listen(root)

    async def _wait_for_another(self, root: Root | None) -> None:
        self.is_deaf = True
        self._ask(None)
        if root:
            logger.info("feed.polled", extra={"directory": str(self._root)})
        while root == await asyncio.to_thread(examine, self._root, root):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(_TICK)

    async def _listen(self, root: Root) -> None:
        """Pass on notifications until the directory, or the set of folders, is another one."""
        self._again = asyncio.Event()
        failure: Exception | None = None
        try:
            await self._pass_on(root)
        except* (OSError, RuntimeError) as failures:
            failure = failures.exceptions[0]
        if failure:
            await self._recover(failure)

    async def _pass_on(self, root: Root) -> None:
        # The folders come from a scan, and each is watched by itself: watching recursively, the
        # library would follow links out of the feed, and block the loop while it lists a tree.
        folders = [self._root / folder for folder in self._folders or ("",)]
        notifications = awatch(
            *folders,
            watch_filter=None,
            debounce=100,
            step=20,
            stop_event=self._again,
            rust_timeout=round(_TICK * 1000),
            yield_on_timeout=True,
            force_polling=False,
            recursive=False,
            ignore_permission_denied=True,
        )
        # Runs as soon as the next statement waits, that is, once the kernel watches.
        begun = asyncio.get_running_loop().call_soon(self._begin_to_hear)
        try:
            async with aclosing(notifications):
                async for changes in notifications:
                    self._pause = _FIRST_PAUSE
                    paths = (path for _, path in changes)
                    self._ask(self._within(paths) if len(changes) < MANY else None)
                    if root != await asyncio.to_thread(examine, self._root, root):
                        return
        finally:
            begun.cancel()

    def _begin_to_hear(self) -> None:
        self.is_deaf = False
        self._ask(None)

    async def _recover(self, failure: Exception) -> None:
        """Wait, ever longer, before trying again; until then the watcher polls."""
        self.is_deaf = True
        # Told once; and a folder that went away since the scan is nothing special.
        # So is a name that is not UTF-8, over which the library fails: the scan tells of the file.
        is_usual = isinstance(failure, FileNotFoundError) or _UNDECODABLE in str(failure)
        is_news = self._pause == _FIRST_PAUSE and not is_usual
        level = logging.WARNING if is_news else logging.DEBUG
        extra = {"directory": str(self._root), "reason": str(failure)}
        logger.log(level, "feed.deaf", extra=extra)
        self._ask(None)
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    def _within(self, paths: Iterable[str]) -> Iterator[str]:
        """Give the paths within the feed that may be those of articles or folders."""
        for path in paths:
            inner = path.removeprefix(f"{self._root}/")
            if is_ours(inner.rpartition("/")[2]):
                yield inner


def examine(root: Path, before: Root | None = None) -> Root | None:
    """See what a feed's directory is at the moment; None if it is not there.

    One that is still the same as `before` lies where it did: the table of mounts is not read.
    """
    try:
        status = root.stat()
        if before and (status.st_dev, status.st_ino) == (before.device, before.inode):
            return before
        return Root(status.st_dev, status.st_ino, is_silent(root.resolve()))
    except OSError:
        return None


def is_silent(path: Path, mounts: Path = MOUNTS) -> bool:
    """Whether a path (absolute, without links) lies on a file system without notifications.

    Where the system has no table of mounts, none is taken to be silent.
    """
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return False
    best, kind = -1, ""
    for line in lines:
        where, _, what = line.partition(" - ")
        point = _unescaped(where.split(" ")[4])
        # Of two mounts in one place the later one hides the other.
        if path.is_relative_to(point) and len(point) >= best:
            best, kind = len(point), what.split(" ")[0]
    return kind in _SILENT or kind.startswith("fuse.")


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), text)
