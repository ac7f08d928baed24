"""A consistent copy of the database, made while the bot runs, from this process or another."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.store.driver import APPLICATION_ID, opened
from bot.store.errors import BackupExists, BackupFailed, StoreForeign, StoreUnreadable


async def backup_file(path: Path, target: Path) -> None:
    """Copy the database at `path` to the new file `target`; readers and writers go on meanwhile.

    The copy stands under its name only when it is whole, read back and safely on the disk. Raises
    BackupExists, BackupFailed or, for what is wrong with `path`, another StoreError.
    """
    await asyncio.to_thread(_backup, path, target)


def replace_with_copy(connection: sqlite3.Connection, target: Path) -> None:
    """Write the connection's database to `target`, which appears, or is replaced, at once.

    Raises BackupFailed and leaves no file of its own then.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        create_private(part)  # SQLite fills an empty file, but would make one that anybody may read
        connection.execute("VACUUM INTO ?", (str(part),))
        _verify(part)
        _sync(part)
        part.replace(target)
        _sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise BackupFailed(target, str(error)) from error


def _backup(path: Path, target: Path) -> None:
    if not path.is_file():
        raise StoreUnreadable(path, "there is no such file")
    with opened(path) as connection:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise StoreForeign(path)
        _reserve(target)
        try:
            replace_with_copy(connection, target)
        except BaseException:
            target.unlink(missing_ok=True)
            raise


def _reserve(target: Path) -> None:
    """Take the name before the long copy, so that nobody else has it afterwards."""
    try:
        create_private(target)
    except FileExistsError as error:
        raise BackupExists(target) from error
    except OSError as error:
        raise BackupFailed(target, error.strerror or str(error)) from error


def create_private(path: Path) -> None:
    """Make an empty file that only the bot's user may read; FileExistsError if there is one."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _verify(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(found)


def _sync(path: Path) -> None:
    """Force a file or a directory's entries to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
