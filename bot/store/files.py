"""What the scan last saw of each file of a feed, so that an unchanged one is not read again.

A stamp is the caller's text: equal stamps mean an unchanged file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.store.codec import TEXTS
from bot.store.database import from_ms, from_ms_or_none, to_ms

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.store.database import Read, Write

_NOTE = (
    "INSERT INTO files (feed, path, stamp, problems, noted_at)"
    " VALUES (:feed, :path, :stamp, :problems, :now)"
    " ON CONFLICT (feed, path) DO UPDATE SET stamp = excluded.stamp,"
    " problems = excluded.problems, noted_at = excluded.noted_at"
)


@dataclass(frozen=True, slots=True)
class Note:
    """What a scan saw of one file; `problems` is None for a file that was accepted."""

    path: str
    stamp: str
    problems: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file that cannot be used, why, and since when that is known."""

    feed: str
    path: str
    problems: tuple[str, ...]
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class FileCount:
    """How many files of a feed are known, and how many of these were rejected."""

    feed: str
    files: int
    rejected: int


async def scanned_at(read: Read, feed: str) -> datetime | None:
    """When the very first scan of the feed was complete; None if it never was."""
    row = await read.fetch_one("SELECT scanned_at FROM feeds WHERE name = :feed", feed=feed)
    return from_ms_or_none(row["scanned_at"] if row else None)


async def mark_scanned(tx: Write, feed: str, now: datetime) -> None:
    """Remember that the very first scan is complete; later calls change nothing."""
    await tx.execute(
        "INSERT INTO feeds (name, scanned_at) VALUES (:feed, :now) ON CONFLICT (name) DO NOTHING",
        feed=feed,
        now=to_ms(now),
    )


async def stamps(read: Read, feed: str) -> dict[str, str]:
    """The stamp of every known file of the feed, by path."""
    rows = await read.fetch_all("SELECT path, stamp FROM files WHERE feed = :feed", feed=feed)
    return {row["path"]: row["stamp"] for row in rows}


async def note(  # noqa: PLR0917 - one row, in the order of its columns
    tx: Write,
    feed: str,
    path: str,
    stamp: str,
    problems: tuple[str, ...] | None,
    now: datetime,
) -> None:
    """Remember what was seen of one file."""
    await note_many(tx, feed, [Note(path, stamp, problems)], now)


async def note_many(tx: Write, feed: str, notes: Iterable[Note], now: datetime) -> None:
    """Remember what was seen of many files at once."""
    await tx.execute_many(
        _NOTE,
        (
            {
                "feed": feed,
                "path": one.path,
                "stamp": one.stamp,
                "problems": None if one.problems is None else TEXTS.encode(one.problems),
                "now": to_ms(now),
            }
            for one in notes
        ),
    )


async def forget(tx: Write, feed: str, path: str) -> None:
    """Forget a file that is gone; should it come back, it is read again."""
    await tx.execute("DELETE FROM files WHERE feed = :feed AND path = :path", feed=feed, path=path)


async def rejected(read: Read, limit: int) -> list[RejectedFile]:
    """The files that cannot be used, the latest first."""
    rows = await read.fetch_all(
        "SELECT feed, path, problems, noted_at FROM files WHERE problems IS NOT NULL"
        " ORDER BY noted_at DESC, feed, path LIMIT :limit",
        limit=limit,
    )
    return [
        RejectedFile(
            row["feed"], row["path"], TEXTS.decode(row["problems"]), from_ms(row["noted_at"])
        )
        for row in rows
    ]


async def counts(read: Read) -> list[FileCount]:
    """How many files each feed has, by its name."""
    rows = await read.fetch_all(
        "SELECT feed, COUNT(*) AS files, COUNT(problems) AS rejected FROM files"
        " GROUP BY feed ORDER BY feed"
    )
    return [FileCount(row["feed"], row["files"], row["rejected"]) for row in rows]
