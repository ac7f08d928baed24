"""SQLite behind the seam: one writer behind a lock, a few readers beside it.

Why not one connection for all: a task that is cancelled inside another's transaction would commit
or undo a part of it. Here a transaction has its connection to itself from BEGIN to the end.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from bot.store.backup import backup_file
from bot.store.database import Database, Read, Row, Scalar, Value, Write, spread
from bot.store.driver import LOCK_TIMEOUT, address, translated
from bot.store.errors import StoreClosed
from bot.store.migrating import Migration, prepare, shipped

T = TypeVar("T")

_READERS = 2
_WRITER_SETTINGS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",  # a power cut must not undo what a send relied on
)
_READER_SETTINGS = ("PRAGMA query_only = ON",)


async def open_sqlite(
    path: Path,
    *,
    lock_timeout: timedelta = LOCK_TIMEOUT,
    migrations: Sequence[Migration] | None = None,
) -> Database:
    """Open the database, made or migrated where needed. Raises a StoreError that says what to do.

    `migrations` are those that ship with the program, unless a test brings its own.
    """
    await asyncio.to_thread(
        prepare, path, shipped() if migrations is None else migrations, lock_timeout
    )
    async with AsyncExitStack() as opening:
        writer, *readers = [
            await _connect(opening, path, lock_timeout, settings)
            for settings in (_WRITER_SETTINGS, *[_READER_SETTINGS] * _READERS)
        ]
        opening.pop_all()
    return _Sqlite(path, writer, readers)


async def _connect(
    opening: AsyncExitStack, path: Path, lock_timeout: timedelta, settings: Iterable[str]
) -> aiosqlite.Connection:
    """Open one connection, which `opening` closes again should another one fail."""
    with translated(path):
        connection = await opening.enter_async_context(
            aiosqlite.connect(
                address(path), uri=True, isolation_level=None, timeout=lock_timeout.total_seconds()
            )
        )
        connection.row_factory = sqlite3.Row
        for setting in settings:
            await connection.execute(setting)
    return connection


class _Sqlite:
    """The database: hands out transactions, each with a connection of its own."""

    def __init__(
        self, path: Path, writer: aiosqlite.Connection, readers: Sequence[aiosqlite.Connection]
    ) -> None:
        self._path = path
        self._writer = writer
        self._writing = asyncio.Lock()
        self._readers = tuple(readers)
        self._idle: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        for reader in readers:
            self._idle.put_nowait(reader)
        self._closed = False

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Read]:
        connection = await self._idle.get()
        try:
            async with self._transaction(connection, "BEGIN", "ROLLBACK") as transaction:
                yield transaction
        finally:
            self._idle.put_nowait(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Write]:
        async with (
            self._writing,
            self._transaction(self._writer, "BEGIN IMMEDIATE", "COMMIT") as transaction,
        ):
            yield transaction

    @asynccontextmanager
    async def _transaction(
        self, connection: aiosqlite.Connection, begin: str, end: str
    ) -> AsyncIterator[_Transaction]:
        if self._closed:
            raise StoreClosed(self._path)
        transaction = _Transaction(self._path, connection)
        try:
            await transaction.execute(begin)
            yield transaction
            await transaction.execute(end)
        except BaseException:
            # It waits its turn behind what a cancelled statement or commit still does, and does
            # nothing if that ended the transaction. Only then is the connection free again.
            await _see_through(connection.rollback())
            raise
        finally:
            transaction.over = True

    async def backup(self, target: Path) -> None:
        await backup_file(self._path, target)

    async def close(self) -> None:
        async with self._writing:
            if self._closed:
                return
            self._closed = True
            for _ in self._readers:
                await self._idle.get()
            for connection in (*self._readers, self._writer):
                await _see_through(connection.close())
            for connection in self._readers:  # whoever still waits is told that it is closed
                self._idle.put_nowait(connection)


class _Transaction:
    """A connection on loan from BEGIN to the end; of no use after an error, or after the end."""

    def __init__(self, path: Path, connection: aiosqlite.Connection) -> None:
        self._path = path
        self._connection = connection
        self.over = False

    async def fetch_all(self, sql: str, **params: Value) -> list[Row]:
        return list(await self._run(self._connection.execute_fetchall, *spread(sql, params)))

    async def fetch_one(self, sql: str, **params: Value) -> Row | None:
        rows = await self.fetch_all(sql, **params)
        return rows[0] if rows else None

    async def execute(self, sql: str, **params: Value) -> int:
        cursor = await self._run(self._connection.execute, *spread(sql, params))
        return int(cursor.rowcount)

    async def execute_many(self, sql: str, rows: Iterable[Mapping[str, Scalar]]) -> None:
        await self._run(self._connection.executemany, sql, list(rows))

    async def _run(self, call: Any, *arguments: Any) -> Any:
        if self.over:
            raise RuntimeError("this transaction has ended")
        try:
            with translated(self._path):
                return await call(*arguments)
        except BaseException:
            # SQLite itself undoes a transaction on some errors: what followed would stand alone.
            self.over = True
            raise


async def _see_through(work: Coroutine[Any, Any, T]) -> T:
    """Await the work to its end, however often this task is cancelled; only then be cancelled."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled from task.exception()
    return task.result()
