"""From whatever form the file has to the one that this program knows, or a clear refusal.

The version is SQLite's ``user_version``, which is part of the file and of the transaction that
changes its form: the two can never disagree.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from time import monotonic, sleep

from bot.store.backup import create_private, replace_with_copy
from bot.store.driver import APPLICATION_ID, opened, primary_code
from bot.store.errors import (
    StoreDamaged,
    StoreForeign,
    StoreTooNew,
    StoreUnfit,
    StoreUnreadable,
)

_PAUSE = 0.01  # seconds


@dataclass(frozen=True, slots=True)
class Migration:
    """One change of the database's form; `number` counts from 1 without gaps."""

    number: int
    sql: str


def shipped() -> list[Migration]:
    """The migrations that come with the program, oldest first: ``NNNN_name.sql``."""
    scripts = [
        entry
        for entry in (files("bot.store") / "migrations").iterdir()
        if entry.name.endswith(".sql")
    ]
    return [
        Migration(int(script.name.partition("_")[0]), script.read_text(encoding="utf-8"))
        for script in sorted(scripts, key=lambda script: script.name)
    ]


def prepare(path: Path, migrations: Sequence[Migration], lock_timeout: timedelta) -> None:
    """Make the file, or check it and bring it up to date; an older one is backed up before.

    Raises StoreUnreadable, StoreForeign, StoreDamaged, StoreTooNew, StoreUnfit, StoreLocked,
    StoreFull or StoreReadOnly.
    """
    if not path.parent.is_dir():
        raise StoreUnreadable(path, "its directory is missing")
    if path.exists() and not path.is_file():
        raise StoreUnreadable(path, "it is not a file")
    with suppress(OSError):  # that it is there, or cannot be made, SQLite tells better
        create_private(path)
    with opened(path, create=True, lock_timeout=lock_timeout) as connection:
        version = _version_of_ours(connection, path)
        newest = migrations[-1].number
        if version > newest:
            raise StoreTooNew(path, version, newest)
        if _journal_mode(connection, lock_timeout) != "wal":
            raise StoreUnfit(path)
        connection.execute("PRAGMA synchronous = FULL")
        if version < newest:
            _migrate(connection, path, migrations)


def _version_of_ours(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the file's form; an empty file, which is as good as none, has version 0.

    Raises StoreForeign for a file of another program.
    """
    connection.execute("BEGIN")  # one state for all that is asked, should another process make it
    mark = _pragma(connection, "application_id")
    version = _pragma(connection, "user_version")
    objects = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    connection.execute("ROLLBACK")
    if mark != APPLICATION_ID and (mark or version or objects):
        raise StoreForeign(path)
    return version


def _journal_mode(connection: sqlite3.Connection, lock_timeout: timedelta) -> str:
    """Turn the write-ahead log on; returns the mode that the file system allows.

    The first time takes the whole file, and SQLite itself does not wait for it: it reports a lock
    at once when two processes try.
    """
    give_up = monotonic() + lock_timeout.total_seconds()
    while True:
        try:
            return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or monotonic() > give_up:
                raise
            sleep(_PAUSE)


def _migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    """Bring the file up to date in one transaction, which includes its backup and its version.

    Nobody finds a form between two versions: neither another process that starts at the same
    time, nor the next start after a kill, which would take it for what to back up.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked under the lock: another process may have been quicker.
        version, newest = _pragma(connection, "user_version"), migrations[-1].number
        if 0 < version < newest:
            with opened(path) as reader:  # VACUUM cannot be a part of a transaction
                replace_with_copy(reader, path.with_name(f"{path.name}.before-{newest:04}"))
        for migration in migrations:
            if migration.number > version:
                _apply(connection, path, migration)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _apply(connection: sqlite3.Connection, path: Path, migration: Migration) -> None:
    """Apply one migration, with its version, in the transaction that is open."""
    for statement in statements(migration.sql):
        connection.execute(statement)
    _check_references(connection, path)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {migration.number}")


def _check_references(connection: sqlite3.Connection, path: Path) -> None:
    """Foreign keys are not enforced while a migration rebuilds tables: look before the commit."""
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        raise StoreDamaged(path)


def statements(script: str) -> Iterator[str]:
    """Take a script apart: Python's own ``executescript`` would commit before the first statement.

    Raises ValueError if the last statement is not complete.
    """
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    rest = [line for line in statement.splitlines() if not line.lstrip().startswith("--")]
    if "".join(rest).strip():
        raise ValueError(f"an unfinished statement: {rest[0][:80]}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
