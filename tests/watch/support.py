"""What the tests of watching share: articles on disk, and a desk that batches land on."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from typing_extensions import override

from bot.watch.reading import Reader
from bot.watch.watcher import Watcher
from digests.article import Article, Rejection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from pathlib import Path

    from bot.batch import Batch, Seen

FEED = "ai"


def article(title: str = "A lamp that reads", *, heat: int = 40) -> str:
    """Write a small article file."""
    return (
        "---\n"
        "category: news\n"
        f'title: "{title}"\n'
        'excerpt: "It reads aloud."\n'
        "publishedDateTime: 2024-05-06T07:08:09Z\n"
        f'webUrl: "https://news.example/{title.lower().replace(" ", "-")}"\n'
        "type: article\n"
        "quality: 50\n"
        f"heat: {heat}\n"
        "published: true\n"
        "provider:\n"
        '  name: "The Example"\n'
        "  domain: news.example\n"
        "topics:\n"
        "  - AI\n"
        "---\n"
    )


def write(path: Path, text: str | None = None) -> Path:
    """Write an article file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(article() if text is None else text, "utf-8")
    return path


def write_many(root: Path, count: int, title: str = "Story") -> list[str]:
    """Write so many articles; gives their paths within the feed."""
    paths = [f"{number:05}.md" for number in range(count)]
    for path in paths:
        write(root / path, article(f"{title} {path}"))
    return paths


def switch(link: Path, target: Path) -> None:
    """Let a link lead elsewhere, at one stroke."""
    new = link.with_name("new-link")
    new.symlink_to(target)
    new.replace(link)


def swap(one: Path, other: Path) -> None:
    """Let two directories change places."""
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


class Log(logging.Handler):
    """Takes the events of the watcher down, and lets a test wait for one."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[str] = []
        self._wake = asyncio.Event()

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.events.append(record.message if hasattr(record, "message") else record.getMessage())
        self._wake.set()

    async def tells(self, event: str) -> None:
        """Wait until an event has been logged."""
        async with asyncio.timeout(10):
            while event not in self.events:
                self._wake.clear()
                await self._wake.wait()


@contextmanager
def logged() -> Iterator[Log]:
    """Listen to what the watcher logs, for as long as the block lasts."""
    logger, log = logging.getLogger("bot.watch.watcher"), Log()
    level = logger.level
    logger.addHandler(log)
    logger.setLevel(logging.INFO)
    try:
        yield log
    finally:
        logger.removeHandler(log)
        logger.setLevel(level)


class Witness(Reader):
    """Reads as usual, and lets a test wait until a file has been read."""

    def __init__(self) -> None:
        super().__init__()
        self._read: set[str] = set()
        self._wake = asyncio.Event()

    @override
    async def read(self, feed: str, root: Path, paths: Sequence[str]) -> list[Seen]:
        seen = await super().read(feed, root, paths)
        self._read.update(paths)
        self._wake.set()
        return seen

    async def has_read(self, path: str) -> None:
        """Wait until a file has been read."""
        async with asyncio.timeout(10):
            while path not in self._read:
                self._wake.clear()
                await self._wake.wait()


class Meddler(Reader):
    """Reads as usual, but before it first does, something happens to the directory."""

    def __init__(self, meddle: Callable[[Path], None]) -> None:
        super().__init__()
        self._meddle = [meddle]

    @override
    async def read(self, feed: str, root: Path, paths: Sequence[str]) -> list[Seen]:
        while self._meddle:
            self._meddle.pop()(root)
        return await super().read(feed, root, paths)


@dataclass
class Desk:
    """Where batches land: what is known of each file, and the batches in their order.

    `takes`: seconds that it takes to store a batch. `refuses`: which ones cannot be stored.
    """

    batches: list[Batch] = field(default_factory=list)
    outcomes: dict[str, Article | Rejection] = field(default_factory=dict)
    stamps: dict[str, str] = field(default_factory=dict)
    refuses: Callable[[Batch], bool] = lambda _: False
    refused: int = 0
    takes: float = 0
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, batch: Batch) -> None:
        """Stand in for ingest."""
        if self.refuses(batch):
            self.refused += 1
            raise OSError("the database is locked")
        await asyncio.sleep(self.takes)
        self.batches.append(batch)
        for seen in batch.read:
            self.outcomes[seen.outcome.path] = seen.outcome
            self.stamps[seen.outcome.path] = seen.stamp
        for path in batch.removed:
            del self.outcomes[path], self.stamps[path]
        async with self._arrived:
            self._arrived.notify_all()

    async def until(self, met: Callable[[], object], patience: float = 20) -> None:
        """Wait for batches until a condition is met."""
        async with asyncio.timeout(patience), self._arrived:
            await self._arrived.wait_for(met)

    async def has(self, *paths: str) -> None:
        """Wait until exactly these files are known."""
        await self.until(lambda: set(self.outcomes) == set(paths))

    @property
    def titles(self) -> dict[str, str]:
        """The title of each article, by path; what was rejected has none."""
        return {p: o.title if isinstance(o, Article) else "" for p, o in self.outcomes.items()}

    def problem(self, path: str) -> str:
        """Give the problems of a rejected file."""
        outcome = self.outcomes[path]
        assert isinstance(outcome, Rejection), outcome
        return "; ".join(str(problem) for problem in outcome.problems)


@asynccontextmanager
async def new_reader(**options: object) -> AsyncIterator[Reader]:
    """Open a reader, and close it at the end."""
    reader = Reader(**options)  # type: ignore[arg-type]  # passed on as they are
    try:
        yield reader
    finally:
        await reader.aclose()


def new_watcher(
    root: Path,
    desk: Desk,
    reader: Reader,
    *,
    known: dict[str, str] | None = None,
    scanned_before: bool = False,
    rescan_every: float = 300,
    poll: bool | None = None,
    poll_every: float = 300,
) -> Watcher:
    """Make a watcher of one feed; times are in seconds."""
    return Watcher(
        FEED,
        root,
        known=known or {},
        scanned_before=scanned_before,
        on_batch=desk.take,
        reader=reader,
        rescan_every=timedelta(seconds=rescan_every),
        poll=poll,
        poll_every=timedelta(seconds=poll_every),
    )


@asynccontextmanager
async def running(watcher: Watcher) -> AsyncIterator[Watcher]:
    """Let a watcher run for as long as the block lasts."""
    task = asyncio.create_task(watcher.run())
    try:
        yield watcher
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def watching(root: Path, desk: Desk) -> AsyncIterator[Watcher]:
    """Watch a directory, with everything as usual, for as long as the block lasts."""
    async with new_reader() as reader, running(new_watcher(root, desk, reader)) as watcher:
        yield watcher


def paths_of(batches: Sequence[Batch]) -> list[str]:
    """List what was handed over, in order."""
    return [seen.outcome.path for batch in batches for seen in batch.read]
