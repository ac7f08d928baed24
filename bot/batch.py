"""What the watcher hands to ingest: files as they were read, and files that are gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digests.article import Article, Rejection


@dataclass(frozen=True, slots=True)
class Seen:
    """One file as it was read.

    `stamp` is opaque text (see `bot.watch.opening.stamp_of`): equal stamps mean an unchanged file.
    It is kept between runs and compared, nothing else; an empty one equals no file's.
    """

    stamp: str
    outcome: Article | Rejection


@dataclass(frozen=True, slots=True)
class Batch:
    """A part of what changed in one feed, at most 50 files, each once.

    `first`: found by the feed's very first scan, whose finds never count as arriving. `done`:
    nothing else is waiting. What is new comes before what is removed, so a renamed file's article
    is there again before it goes.
    """

    feed: str
    read: tuple[Seen, ...] = ()
    removed: tuple[str, ...] = ()
    first: bool = False
    done: bool = False
