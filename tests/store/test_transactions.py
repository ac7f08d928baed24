"""Transactions: whole or not at all, whatever happens to the task or the process that holds one."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path

import aiosqlite
import pytest

from bot.store import facts
from bot.store.database import Database
from bot.store.errors import StoreClosed, StoreFull, StoreReadOnly
from bot.store.sqlite import open_sqlite


async def test_what_was_written_is_seen_by_the_next_reader(database: Database) -> None:
    async with database.write() as tx:
        await facts.put(tx, "a", "1")
        assert await facts.get(tx, "a") == "1"
    async with database.read() as read:
        assert await facts.get(read, "a") == "1"


async def test_an_exception_undoes_the_whole_transaction(database: Database) -> None:
    async def fail() -> None:
        async with database.write() as tx:
            await facts.put(tx, "a", "1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await _recall(database, "a") is None


async def test_a_reader_sees_one_state_while_a_writer_commits_another(database: Database) -> None:
    await _remember(database, "before")
    async with database.read() as read:
        assert await facts.get(read, "a") == "before"
        await _remember(database, "after")
        assert await facts.get(read, "a") == "before"
    assert await _recall(database, "a") == "after"


async def test_a_reader_does_not_wait_for_an_open_writer(database: Database) -> None:
    async with database.write() as tx:
        await facts.put(tx, "a", "unfinished")
        assert await _recall(database, "a") is None


async def test_more_readers_than_connections_all_get_their_turn(database: Database) -> None:
    await _remember(database, "1")
    assert await asyncio.gather(*(_recall(database, "a") for _ in range(20))) == ["1"] * 20


async def test_writers_take_turns(database: Database) -> None:
    await _remember(database, "0")

    async def count_up() -> None:
        async with database.write() as tx:
            await facts.put(tx, "a", str(int(await facts.get(tx, "a") or "") + 1))

    await asyncio.gather(*(count_up() for _ in range(20)))
    assert await _recall(database, "a") == "20"


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StoreReadOnly, match="may not be written"):
        async with database.read() as read:
            await read.fetch_all("DELETE FROM facts")


async def test_after_an_error_nothing_more_of_the_transaction_is_taken(database: Database) -> None:
    async def go_on() -> None:
        async with database.write() as tx:
            with suppress(aiosqlite.OperationalError):
                await tx.execute("UPDATE nonsense SET a = 1")
            await facts.put(tx, "a", "1")

    with pytest.raises(RuntimeError, match="has ended"):
        await go_on()
    assert await _recall(database, "a") is None


async def test_an_error_that_was_swallowed_still_keeps_the_transaction_from_being_kept(
    database: Database,
) -> None:
    async def swallow() -> None:
        async with database.write() as tx:
            await facts.put(tx, "a", "1")
            with suppress(aiosqlite.OperationalError):
                await tx.execute("UPDATE nonsense SET a = 1")

    with pytest.raises(RuntimeError, match="has ended"):
        await swallow()
    assert await _recall(database, "a") is None


async def test_a_transaction_is_of_no_use_after_its_end(database: Database) -> None:
    async with database.write() as tx:
        pass
    with pytest.raises(RuntimeError, match="has ended"):
        await facts.put(tx, "a", "1")


async def test_references_are_enforced(database: Database) -> None:
    with pytest.raises(aiosqlite.IntegrityError):
        async with database.write() as tx:
            await tx.execute(
                "INSERT INTO story_topics (story_id, topic, name) VALUES (77, 'ai', 'AI')"
            )


async def test_a_full_disk_is_told_and_leaves_nothing_behind(database: Database) -> None:
    async def write_too_much() -> None:
        async with database.write() as tx:
            await facts.put(tx, "a", "small")
            await tx.fetch_all("PRAGMA max_page_count = 1")  # no less than it has: room for none
            await facts.put(tx, "b", "x" * 100_000)

    with pytest.raises(StoreFull, match="make room"):
        await write_too_much()
    assert await _recall(database, "a") is None
    async with database.write() as tx:
        await tx.fetch_all("PRAGMA max_page_count = 100000")
        await facts.put(tx, "a", "there is room again")
    assert await _recall(database, "a") == "there is room again"


async def test_a_closed_database_says_so(path: Path) -> None:
    database = await open_sqlite(path)
    await database.close()
    await database.close()
    for transaction in (database.read, database.write):
        with pytest.raises(StoreClosed, match="start the bot again"):
            async with transaction():
                pass


async def test_closing_waits_for_the_transaction_under_way(path: Path) -> None:
    database = await open_sqlite(path)
    async with database.write() as tx:
        closing = asyncio.create_task(database.close())
        await asyncio.sleep(0)
        await facts.put(tx, "a", "kept")
    await closing
    again = await open_sqlite(path)
    assert await _recall(again, "a") == "kept"
    await again.close()


Pair = Callable[[int], Awaitable[None]]


async def _tear(write_pair: Pair, seed: int, rounds: int = 150) -> None:
    """Write pairs from several tasks at once, and cancel most of them somewhere on their way."""
    chance = random.Random(seed)  # noqa: S311 - to be repeatable

    async def interrupted(number: int) -> None:
        task = asyncio.ensure_future(write_pair(number))
        for _ in range(chance.randrange(60)):
            await asyncio.sleep(0)
        for _ in range(chance.randrange(3)):
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.wait((task,))
        if not task.cancelled():
            task.result()

    for start in range(0, rounds, 5):
        await asyncio.gather(*(interrupted(number) for number in range(start, start + 5)))


def _torn(names: Iterable[str]) -> int:
    """How many pairs have lost one half."""
    halves = Counter(name.removeprefix("left").removeprefix("right") for name in names)
    return sum(count == 1 for count in halves.values())


@pytest.mark.parametrize("seed", range(3))
async def test_cancelling_tasks_anywhere_tears_no_transaction(
    database: Database, seed: int
) -> None:
    async def write_pair(number: int) -> None:
        async with database.write() as tx:
            await facts.put(tx, f"left{number}", "")
            await facts.put(tx, f"right{number}", "")

    await _tear(write_pair, seed)
    async with database.read() as read:
        names = [row["name"] for row in await read.fetch_all("SELECT name FROM facts")]
    assert _torn(names) == 0
    assert 0 < len(names) < 300, "some must have been kept, and some undone"
    await _remember(database, "the database still works")


_SLOW = (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)"
    " SELECT SUM(i) AS total FROM n"
)


@pytest.mark.parametrize("cancellations", [1, 2, 5])
async def test_a_cancelled_writer_does_not_leave_before_its_transaction_has_ended(
    database: Database, path: Path, cancellations: int
) -> None:
    under_way = asyncio.Event()

    async def write() -> None:
        async with database.write() as tx:
            await facts.put(tx, "a", "1")
            under_way.set()
            await tx.fetch_one(_SLOW)

    task = asyncio.create_task(write())
    await under_way.wait()
    for _ in range(cancellations):
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.wait((task,))
    assert task.cancelled()
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # raises if the lock is still held


async def test_one_connection_shared_by_all_tasks_would_tear_them(path: Path) -> None:
    """The check above can fail: this is the form that it is there to keep out."""
    async with aiosqlite.connect(path) as shared:
        await shared.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT)")

        async def write_pair(number: int) -> None:
            try:
                await shared.execute("INSERT INTO facts VALUES (?, '')", (f"left{number}",))
                await shared.execute("INSERT INTO facts VALUES (?, '')", (f"right{number}",))
                await shared.commit()
            except BaseException:
                await shared.rollback()
                raise

        await _tear(write_pair, seed=0)
        await shared.commit()
        rows = await shared.execute_fetchall("SELECT name FROM facts")
    assert _torn(str(row[0]) for row in rows) > 0


_KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.store import facts
from bot.store.sqlite import open_sqlite

async def main():
    database = await open_sqlite(Path(sys.argv[1]))
    async with database.write() as tx:
        await facts.put(tx, "a", "committed")
    async with database.write() as tx:
        for number in range(2000):
            await facts.put(tx, f"b{number}", "x" * 1000)
        await facts.put(tx, "a", "unfinished")
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_a_process_killed_within_a_transaction_leaves_the_state_before_it(
    path: Path,
) -> None:
    killed = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", _KILLED, str(path)], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    database = await open_sqlite(path)
    assert await _recall(database, "a") == "committed"
    assert await _recall(database, "b0") is None
    await database.close()


async def _remember(database: Database, value: str) -> None:
    async with database.write() as tx:
        await facts.put(tx, "a", value)


async def _recall(database: Database, name: str) -> str | None:
    async with database.read() as read:
        return await facts.get(read, name)
