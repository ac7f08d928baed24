"""The article files of a feed: which there are, and what one of them says.

Everything here is blocking; the watcher calls it in threads, `check` and `preview` directly.
"""

from __future__ import annotations

import errno
import os
import stat
import time
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.batch import Seen
from bot.watch.opening import (
    UnusableError,
    is_inside,
    objection,
    open_folder,
    open_inner,
    read_bytes,
    reason,
    stamp_of,
)
from digests.article import Article, Problem, Rejection
from digests.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

DEEPEST = 16
"""How many folders deep an article may lie."""

_SUFFIX = ".md"
_NOT_OURS = (".", "#", "~")
"""First letters of hidden files and of what editors leave beside the file they edit."""


class FeedMissingError(Exception):
    """The directory of a feed is not there, or may not be listed; the message says what to do."""

    def __init__(self, feed: str, root: Path, why: str) -> None:
        super().__init__(
            f'The directory "{root}" of feed "{feed}" cannot be read ({why}): create or mount'
            " it, or correct `directory` in the configuration."
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One name that a scan found.

    `changed_at`: when the file system last changed anything about it (ctime), in nanoseconds since
    the epoch. `refusal`: why it will not even be opened.
    """

    stamp: str
    changed_at: int
    refusal: Rejection | None = None


@dataclass(slots=True)
class Listing:
    """What a scan found, by path within the feed (posix form, relative).

    `folders` holds the identity of each folder, "" being the feed's own. `unlisted` are folders
    that exist but could not be listed: of what is in them nothing is known. `taken_at`:
    nanoseconds since the epoch, when the scan ended.
    """

    feed: str
    entries: dict[str, Entry] = field(default_factory=dict)
    folders: dict[str, tuple[int, int]] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    taken_at: int = 0

    def lacks(self, path: str) -> bool:
        """Whether there is no such file, for all that could be listed."""
        return path not in self.entries and not any(
            path.startswith(f"{folder}/") for folder in self.unlisted
        )

    def note(self, path: str, status: os.stat_result, why_not: str | None) -> None:
        """Enter a file, or what will not be read and why not."""
        refusal = Rejection(self.feed, path, (Problem(why_not),)) if why_not else None
        self.entries[path] = Entry(stamp_of(status), status.st_ctime_ns, refusal)


def walk(feed: str, root: Path, within: Collection[str] | None = None) -> Listing:
    """List the article files of a feed, or only those at or below the paths in `within`.

    `root` itself may be a link: deployments switch one. Raises FeedMissingError.
    """
    listing = Listing(feed)
    try:
        with open_folder(root) as descriptor:
            if within is None:
                _list(listing, descriptor, "")
            else:
                _pick(listing, root, within)
    except OSError as error:
        raise FeedMissingError(feed, root, reason(error)) from error
    listing.entries = dict(sorted(listing.entries.items()))
    listing.taken_at = time.time_ns()
    return listing


def look(feed: str, root: Path, path: str) -> Seen:
    """Read and parse one file; whatever is wrong with it becomes a rejection.

    An incomplete rejection (the file is being written, or has just gone) is worth another look.
    """
    try:
        stamp, data = read_bytes(root, path)
    except UnusableError as unusable:
        problem = Problem(unusable.reason)
        return Seen(unusable.stamp, Rejection(feed, path, (problem,), incomplete=unusable.passing))
    return Seen(stamp, parse(feed, path, data))


def read_article(feed: str, root: Path, path: str) -> Article | Rejection:
    """Read one article, once, as it is now."""
    return look(feed, root, path).outcome


def read_directory(feed: str, root: Path) -> Iterator[Article | Rejection]:
    """Read every article of a feed, once, in the order of their paths. Raises FeedMissingError."""
    for path, entry in walk(feed, root).entries.items():
        yield entry.refusal or read_article(feed, root, path)


def is_ours(name: str) -> bool:
    """Whether a file or folder of that name is looked at: not if hidden or an editor's own."""
    return not name.startswith(_NOT_OURS)


def _pick(listing: Listing, root: Path, within: Collection[str]) -> None:
    for path in within:
        if not is_inside(path) or not all(is_ours(name) for name in path.split("/")):
            continue
        folder, _, name = path.rpartition("/")
        try:
            with open_folder(root, folder) as descriptor:
                _take(listing, descriptor, folder, name)
        except OSError:
            continue  # it leads nowhere (any more): the listing lacks it


def _list(listing: Listing, descriptor: int, folder: str) -> None:
    """Take every entry of an open folder, and what lies beneath; raises OSError."""
    status = os.fstat(descriptor)
    listing.folders[folder] = (status.st_dev, status.st_ino)
    with os.scandir(descriptor) as entries:
        for entry in entries:
            if is_ours(entry.name):
                _take(listing, descriptor, folder, entry.name)


def _take(listing: Listing, descriptor: int, folder: str, name: str) -> None:
    """Take one entry of an open folder: list a folder, note a file, say what is unusable."""
    try:
        status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
    except OSError:
        return  # deleted since it was listed
    path = f"{folder}/{name}" if folder else name
    is_folder, is_article = stat.S_ISDIR(status.st_mode), name.lower().endswith(_SUFFIX)
    if not _is_text(name):
        if is_folder or is_article:
            _refuse_name(listing, path, status)
    elif is_folder:
        _descend(listing, descriptor, path, status)
    elif is_article:
        listing.note(path, status, objection(status))
    elif stat.S_ISLNK(status.st_mode) and _leads_to_folder(descriptor, name):
        listing.note(path, status, "a link to a folder is not followed: put the folder itself here")


def _descend(listing: Listing, descriptor: int, path: str, status: os.stat_result) -> None:
    if path.count("/") >= DEEPEST:
        listing.note(path, status, f"more than {DEEPEST} folders deep: move it up")
        return
    try:
        inner = open_inner(descriptor, path.rpartition("/")[2])
        try:
            _list(listing, inner, path)
        finally:
            os.close(inner)
    except OSError as error:
        if error.errno not in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}:  # replaced just now
            listing.unlisted.add(path)
            listing.note(path, status, f"the folder cannot be listed: {reason(error)}")


def _leads_to_folder(descriptor: int, name: str) -> bool:
    try:
        return stat.S_ISDIR(os.stat(name, dir_fd=descriptor).st_mode)
    except OSError:
        return False


def _is_text(name: str) -> bool:
    return name.isprintable() or not any(unicodedata.category(c) in {"Cc", "Cs"} for c in name)


def _refuse_name(listing: Listing, path: str, status: os.stat_result) -> None:
    """Refuse a name that neither a database nor a log can hold, under one that they can."""
    shown = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    shown = "".join(repr(c)[1:-1] if unicodedata.category(c) == "Cc" else c for c in shown)
    # A file that really has the shown name keeps it; it may have been listed before this one.
    if shown not in listing.entries:
        is_utf8 = not any(unicodedata.category(c) == "Cs" for c in path)
        what = "holds a control character" if is_utf8 else "is not UTF-8 text"
        listing.note(shown, status, f"the name {what}: rename the file")
