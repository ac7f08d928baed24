"""A database that outlives the processes that use it, except for what a power cut takes."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NoReturn

from bot.store.database import spread
from bot.store.migrating import shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping
    from pathlib import Path

    from bot.store.database import Row, Scalar, Value


class KilledError(Exception):
    """The process has been killed: nothing of it goes on."""


def blank() -> bytes:
    """The image of a database in the form that the program gives it, with nothing in it."""
    connection = sqlite3.connect(":memory:")
    for migration in shipped():
        connection.executescript(migration.sql)
    image = connection.serialize()
    connection.close()
    return image


class Disk:
    """The real SQLite in memory, for the real statements of `bot.store`.

    With `volatile_claims` a claim's commit returns before it is safe from a power cut, as with
    synchronous=NORMAL; any later commit makes it so.
    """

    def __init__(self, image: bytes, *, volatile_claims: bool = False) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.connection.deserialize(image)
        self._volatile_claims = volatile_claims
        self._before: bytes | None = None
        self._undo: bytes | None = None

    def begin(self) -> None:
        """Start a transaction."""
        if self._volatile_claims:
            self._before = self.connection.serialize()
        self.connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Keep a transaction, safely."""
        self.connection.execute("COMMIT")
        self._undo = None

    def note(self, step: str) -> None:
        """Hear of the steps, to know which commit is a claim's."""
        if step == "claim commit ends" and self._volatile_claims:
            self._undo = self._before

    def cut_power(self) -> None:
        """Lose what is not safe."""
        if self._undo is not None:
            self.connection.deserialize(self._undo)
            self._undo = None


class SimDatabase:
    """One process's way to the disk: transactions one after another, until the process is killed.

    Every transaction begins and ends with a turn for the other tasks.
    """

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._turn = asyncio.Lock()
        self.dead = False

    @asynccontextmanager
    async def read(self) -> AsyncIterator[_Transaction]:
        """See one state."""
        await asyncio.sleep(0)
        async with self._turn:
            self._check()
            yield _Transaction(self._disk.connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[_Transaction]:
        """Change something, or nothing if the process is killed before the commit."""
        async with self._turn:
            self._check()
            self._disk.begin()
            try:
                yield _Transaction(self._disk.connection)
                self._check()
            except BaseException:
                self._disk.connection.execute("ROLLBACK")
                raise
            self._disk.commit()
        await asyncio.sleep(0)

    async def backup(self, target: Path) -> NoReturn:
        """Not simulated."""
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing to let go of: the disk stays."""

    def _check(self) -> None:
        if self.dead:
            raise KilledError


class _Transaction:
    """Runs statements at once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def fetch_all(self, sql: str, **params: Value) -> list[Row]:
        """Every row of the answer."""
        return list(self._connection.execute(*spread(sql, params)))

    async def fetch_one(self, sql: str, **params: Value) -> Row | None:
        """The first row of the answer, or None."""
        rows = await self.fetch_all(sql, **params)
        return rows[0] if rows else None

    async def execute(self, sql: str, **params: Value) -> int:
        """Change rows; the number of them."""
        return self._connection.execute(*spread(sql, params)).rowcount

    async def execute_many(self, sql: str, rows: Iterable[Mapping[str, Scalar]]) -> None:
        """Run the same change once per row of parameters."""
        self._connection.executemany(sql, list(rows))
