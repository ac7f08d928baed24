"""Opening what others put into a feed's directory, without being harmed by it.

Whoever can write there can put anything there: a link to a secret, a pipe that never ends, a disk
image. So no link is followed below the feed's own directory, nothing but a regular file is opened,
and no more is read than an article may have.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from digests.parsing import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_LASTING = {errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENOTDIR, errno.ENAMETOOLONG}


class UnusableError(Exception):
    """A file that cannot be read now (`passing`: look again soon) or at all; `reason` says why."""

    def __init__(self, reason: str, *, stamp: str = "", passing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.stamp = stamp
        self.passing = passing


def stamp_of(status: os.stat_result) -> str:
    """Put into a text what a file cannot change without changing: equal stamps, same content.

    The change time catches what keeps size and modification time (`cp -p`, `rsync -t`); the inode
    catches two files that were written in the same tick of the file system's clock and swapped.
    """
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}"


def objection(status: os.stat_result) -> str | None:
    """Say why a file must not be read, or None."""
    if stat.S_ISLNK(status.st_mode):
        return "a symbolic link is not followed: put the file itself here"
    if not stat.S_ISREG(status.st_mode):
        return "not a regular file (a folder, pipe, socket or device): remove it"
    if status.st_nlink > 1:
        # The other name may lie anywhere, and its owner may not want it published.
        return f"a hard link ({status.st_nlink} names for one file): put a copy here"
    if status.st_size > MAX_BYTES:
        return f"{status.st_size:,} bytes long; an article has at most {MAX_BYTES:,}"
    return None


def read_bytes(root: Path, path: str) -> tuple[str, bytes]:
    """Read a whole file that does not change meanwhile: its stamp and content.

    `path` is relative to the feed's directory `root`, in posix form. Raises UnusableError.
    """
    try:
        with os.fdopen(_open(root, path), "rb") as file:
            before = _require_usable(os.fstat(file.fileno()))
            data = file.read(MAX_BYTES + 1)
            after = os.fstat(file.fileno())
    except OSError as error:
        passing = error.errno not in _LASTING
        raise UnusableError(f"cannot be read: {reason(error)}", passing=passing) from error
    if stamp_of(before) != stamp_of(after) or len(data) != before.st_size:
        stamp = stamp_of(before)
        raise UnusableError("the file changed while it was read", stamp=stamp, passing=True)
    return stamp_of(before), data


@contextmanager
def open_folder(root: Path, path: str = "") -> Iterator[int]:
    """Open a folder of the feed, name by name, following no link but `root` itself.

    Gives its descriptor; raises OSError.
    """
    descriptor = os.open(root, _OPEN_FOLDER)
    try:
        for name in path.split("/") if path else ():
            inner = open_inner(descriptor, name)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def open_inner(descriptor: int, name: str) -> int:
    """Open a folder within an open one, unless it is a link; raises OSError."""
    return os.open(name, _OPEN_FOLDER | os.O_NOFOLLOW, dir_fd=descriptor)


def is_inside(path: str) -> bool:
    """Whether a relative path can be one within the directory it starts from."""
    is_name = "\0" not in path and not any("\ud800" <= c <= "\udfff" for c in path)
    return is_name and not any(name in {"", ".", ".."} for name in path.split("/"))


def reason(error: OSError) -> str:
    """Say what the system says, without the path that it adds."""
    return error.strerror or type(error).__name__


def _open(root: Path, path: str) -> int:
    if not is_inside(path):
        raise UnusableError("the path leads out of the feed's directory")
    folder, _, name = path.rpartition("/")
    with open_folder(root, folder) as descriptor:
        # Looked at before it is opened, since opening a device can already do something.
        _require_usable(os.stat(name, dir_fd=descriptor, follow_symlinks=False))
        return os.open(name, _OPEN_FILE, dir_fd=descriptor)


def _require_usable(status: os.stat_result) -> os.stat_result:
    if why := objection(status):
        raise UnusableError(why, stamp=stamp_of(status))
    return status
