"""Opening a database: made, brought up to date, or refused with what to do."""


# ruff: noqa: ASYNC240 - nothing else runs in the loop while a test looks at a file

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import facts
from bot.store.errors import (
    BackupFailed,
    StoreDamaged,
    StoreError,
    StoreForeign,
    StoreTooNew,
    StoreUnreadable,
)
from bot.store.migrating import Migration, shipped, statements
from bot.store.sqlite import open_sqlite

NEXT = len(shipped()) + 1
BETTER = Migration(
    NEXT, "CREATE TABLE better (id INTEGER PRIMARY KEY);\nDROP TABLE story_topics;\n"
)
BROKEN = Migration(NEXT, "CREATE TABLE better (id INTEGER PRIMARY KEY);\nDROP TABLE nonsense;\n")
DANGLING = Migration(
    NEXT,
    "INSERT INTO articles (feed, path, story_id, published_at, body)"
    " VALUES ('ai', 'a.md', 77, 0, '');",
)


async def test_a_new_database_is_ready_for_use_and_survives_a_power_cut(path: Path) -> None:
    database = await open_sqlite(path)
    async with database.write() as tx:
        modes = [
            dict(row)  # type: ignore[call-overload]  # a Row of sqlite3 has keys
            for name in ("journal_mode", "synchronous", "foreign_keys")
            for row in await tx.fetch_all(f"PRAGMA {name}")
        ]
    await database.close()
    full = 2
    assert modes == [{"journal_mode": "wal"}, {"synchronous": full}, {"foreign_keys": 1}]


async def test_what_was_remembered_is_there_when_it_is_opened_again(path: Path) -> None:
    await _remember(path, "still here")
    assert await _recall(path) == "still here"


async def test_an_empty_file_is_as_good_as_none(path: Path) -> None:
    path.touch()
    await _remember(path, "here")
    assert await _recall(path) == "here"


async def test_a_name_with_odd_characters_is_only_a_name(tmp_path: Path) -> None:
    odd = tmp_path / "50% ?mode=ro#ä b.sqlite3"
    await _remember(odd, "here")
    assert odd.is_file()


def _not_sqlite(path: Path) -> None:
    path.write_text("# Shopping list\n" * 100, encoding="utf-8")


def _other_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")


def _other_mark(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 42")


def _cut_short(path: Path) -> None:
    asyncio.run(_remember(path, "x" * 100_000))
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 8192 * 4096)


def _cut_off_in_the_header(path: Path) -> None:
    asyncio.run(_remember(path, "x"))
    with path.open("r+b") as file:
        file.truncate(50)


def _newer(path: Path) -> None:
    asyncio.run(_remember(path, "x"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def _directory(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "error", "advice"),
    [
        (_not_sqlite, StoreForeign, "set another database path"),
        (_other_program, StoreForeign, "set another database path"),
        (_other_mark, StoreForeign, "set another database path"),
        (_cut_short, StoreDamaged, "put the latest backup in its place"),
        (_cut_off_in_the_header, StoreDamaged, "put the latest backup in its place"),
        (_newer, StoreTooNew, "version 99.*install the newer bot"),
        (_directory, StoreUnreadable, "it is not a file"),
    ],
)
async def test_an_unusable_file_is_refused_with_advice_and_left_as_it_is(
    path: Path, spoil: Callable[[Path], None], error: type[StoreError], advice: str
) -> None:
    await asyncio.to_thread(spoil, path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(error, match=advice) as caught:
        await open_sqlite(path)
    assert str(path) in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before


async def test_a_missing_directory_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreadable, match="its directory is missing"):
        await open_sqlite(tmp_path / "nowhere" / "bot.sqlite3")


async def test_a_new_database_is_its_users_own(path: Path) -> None:
    """It says who asked for what in which channel: nobody else's business."""
    await _remember(path, "here")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_several_processes_may_open_a_new_database_at_once(path: Path) -> None:
    await _open_at_once(path, shipped())
    await _remember(path, "here")
    assert list(path.parent.glob("*before*")) == []


async def test_several_processes_may_bring_a_database_up_to_date_at_once(path: Path) -> None:
    await _remember(path, "kept")
    await _open_at_once(path, [*shipped(), BETTER])
    assert _version(path) == BETTER.number
    assert [_version(backup) for backup in path.parent.glob("*before*")] == [len(shipped())]


@pytest.mark.parametrize("old", [[], shipped()[:1]], ids=["new", "old"])
async def test_nobody_sees_a_database_between_two_versions(
    path: Path, old: list[Migration]
) -> None:
    """A process that did would back it up over the backup from before, as would a restart."""
    seen = []

    class Watched(list[Migration]):
        def __iter__(self) -> Iterator[Migration]:
            for migration in super().__iter__():
                seen.append(_version(path))
                yield migration

    if old:
        await (await open_sqlite(path, migrations=old)).close()
    await (await open_sqlite(path, migrations=Watched(shipped()))).close()
    assert seen == [len(old)] * len(shipped())
    assert _version(path) == len(shipped())


async def test_a_migration_keeps_what_was_remembered_and_a_backup_from_before(
    path: Path,
) -> None:
    await _remember(path, "kept")
    assert await _recall(path, [*shipped(), BETTER]) == "kept"
    assert _version(path) == BETTER.number
    assert _tables(path) >= {"better"}
    backup = path.with_name(f"bot.sqlite3.before-{NEXT:04}")
    assert _version(backup) == len(shipped())
    assert await _recall(backup) == "kept"


async def test_an_up_to_date_database_is_not_backed_up(path: Path) -> None:
    await _remember(path, "one")
    await _remember(path, "two")
    assert list(path.parent.glob("*before*")) == []


@pytest.mark.parametrize(
    ("migration", "error"), [(BROKEN, sqlite3.OperationalError), (DANGLING, StoreDamaged)]
)
async def test_a_failed_migration_leaves_everything_as_it_was(
    path: Path, migration: Migration, error: type[Exception]
) -> None:
    await _remember(path, "kept")
    before = _tables(path)
    with pytest.raises(error):
        await open_sqlite(path, migrations=[*shipped(), migration])
    assert (_version(path), _tables(path)) == (len(shipped()), before)
    assert await _recall(path) == "kept"


async def test_a_migration_can_be_tried_again_after_it_failed(path: Path) -> None:
    await _remember(path, "kept")
    with pytest.raises(sqlite3.OperationalError):
        await open_sqlite(path, migrations=[*shipped(), BROKEN])
    assert await _recall(path, [*shipped(), BETTER]) == "kept"


async def test_no_migration_is_made_without_its_backup(path: Path) -> None:
    await _remember(path, "kept")
    path.with_name(f"bot.sqlite3.before-{NEXT:04}").mkdir()
    with pytest.raises(BackupFailed, match="check its directory"):
        await open_sqlite(path, migrations=[*shipped(), BETTER])
    assert _version(path) == len(shipped())


async def test_the_shipped_migrations_count_up_without_a_gap() -> None:
    assert [migration.number for migration in shipped()] == list(range(1, len(shipped()) + 1))


def test_a_script_is_taken_apart_where_its_statements_end() -> None:
    script = "CREATE TABLE a (b TEXT); -- one;\nINSERT INTO a\nVALUES (';');\n-- end\n"
    assert [text.strip() for text in statements(script)] == [
        "CREATE TABLE a (b TEXT); -- one;",
        "INSERT INTO a\nVALUES (';');",
    ]


def test_an_unfinished_script_is_refused() -> None:
    with pytest.raises(ValueError, match="unfinished statement: DROP TABLE a"):
        list(statements("CREATE TABLE a (b TEXT);\nDROP TABLE a\n"))


async def _open_at_once(path: Path, migrations: list[Migration]) -> None:
    opened = await asyncio.gather(*(open_sqlite(path, migrations=migrations) for _ in range(4)))
    for database in opened:
        await database.close()


async def _remember(path: Path, value: str) -> None:
    database = await open_sqlite(path)
    async with database.write() as tx:
        await facts.put(tx, "a", value)
    await database.close()


async def _recall(path: Path, migrations: list[Migration] | None = None) -> str | None:
    database = await open_sqlite(path, migrations=migrations)
    async with database.read() as read:
        found = await facts.get(read, "a")
    await database.close()
    return found


def _version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {row[0] for row in rows}
