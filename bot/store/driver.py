"""How SQLite is opened here, and how its errors become sentences for the operator."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from bot.store.errors import (
    StoreDamaged,
    StoreError,
    StoreForeign,
    StoreFull,
    StoreLocked,
    StoreReadOnly,
    StoreUnreadable,
)

APPLICATION_ID = 0x44475354
"""Marks a file as this program's (https://www.sqlite.org/pragma.html#pragma_application_id)."""

LOCK_TIMEOUT = timedelta(seconds=5)
"""How long another program may hold the database before that is an error."""

_MEANINGS: dict[int, Callable[[Path], StoreError]] = {
    sqlite3.SQLITE_BUSY: StoreLocked,
    sqlite3.SQLITE_LOCKED: StoreLocked,
    sqlite3.SQLITE_PROTOCOL: StoreLocked,
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_CANTOPEN: StoreUnreadable,
    sqlite3.SQLITE_PERM: StoreUnreadable,
    sqlite3.SQLITE_AUTH: StoreUnreadable,
    sqlite3.SQLITE_NOTADB: StoreForeign,
    sqlite3.SQLITE_CORRUPT: StoreDamaged,
    sqlite3.SQLITE_IOERR: StoreDamaged,
}
_PRIMARY = 0xFF  # an extended result code carries its primary code in the low byte


def address(path: Path, *, create: bool = False) -> str:
    """The URI under which SQLite opens the file; unless `create`, a missing file stays missing."""
    return f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"


@contextmanager
def opened(
    path: Path, *, create: bool = False, lock_timeout: timedelta = LOCK_TIMEOUT
) -> Iterator[sqlite3.Connection]:
    """Open the file for a short errand in this thread; errors raised inside are translated."""
    with translated(path):
        connection = sqlite3.connect(
            address(path, create=create),
            uri=True,
            isolation_level=None,
            timeout=lock_timeout.total_seconds(),
        )
        with closing(connection):
            yield connection


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's operational errors into ours; what is our own fault passes as it is."""
    try:
        yield
    except sqlite3.Error as error:
        meaning = _meaning(error, path)
        if meaning is None:
            raise
        raise meaning from error


def primary_code(error: sqlite3.Error) -> int | None:
    """SQLite's result code without its extension; None for an error of Python's own layer."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & _PRIMARY


def _meaning(error: sqlite3.Error, path: Path) -> StoreError | None:
    """What the operator is told; None for a mistake in this program."""
    code = primary_code(error)
    known = None if code is None else _MEANINGS.get(code)
    return None if known is None else known(path)
