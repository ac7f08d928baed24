"""A backup: consistent, whole, and never over another file."""


# ruff: noqa: ASYNC240 - nothing else runs in the loop while a test looks at a file

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.store import facts, search, selection, stories
from bot.store.backup import backup_file
from bot.store.database import Database
from bot.store.errors import BackupExists, BackupFailed, StoreForeign, StoreUnreadable
from bot.store.sqlite import open_sqlite
from tests.store.samples import story


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the copy is to be."""
    return tmp_path / "copies" / "backup.sqlite3"


async def test_a_copy_holds_what_was_committed_and_nothing_else(
    database: Database, target: Path
) -> None:
    target.parent.mkdir()
    await _remember(database, "committed")
    async with database.write() as tx:
        await facts.put(tx, "a", "unfinished")
        await database.backup(target)
    assert await _recall(target) == "committed"
    assert list(target.parent.glob("*.part")) == []


async def test_stories_can_be_searched_for_in_a_copy(database: Database, target: Path) -> None:
    target.parent.mkdir()
    async with database.write() as tx:
        await stories.insert(tx, story("gone.md", title="Fish"))
        one = await stories.insert(tx, story(title="Robots"))
        await search.drop(tx, one - 1)
    await database.backup(target)
    copy = await open_sqlite(target)
    async with copy.read() as read:
        assert await selection.titles(read, "rob", 5) == [(one, "Robots")]
        assert await selection.titles(read, "fish", 5) == []
    await copy.close()


async def test_only_the_bots_own_user_may_read_a_copy(database: Database, target: Path) -> None:
    target.parent.mkdir()
    await database.backup(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


async def test_readers_and_writers_go_on_while_the_copy_is_made(
    database: Database, target: Path
) -> None:
    target.parent.mkdir()
    await _remember(database, "x" * 1_000_000)
    copying = asyncio.create_task(database.backup(target))
    written = 0
    while not copying.done():
        await _remember(database, str(written))
        written += 1
    await copying
    assert written > 0


async def test_another_process_can_make_the_copy(
    database: Database, path: Path, target: Path
) -> None:
    target.parent.mkdir()
    await _remember(database, "committed")
    script = (
        "import asyncio, sys; from pathlib import Path; from bot.store.backup import backup_file;"
        "asyncio.run(backup_file(Path(sys.argv[1]), Path(sys.argv[2])))"
    )
    await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", script, str(path), str(target)], check=True
    )
    assert await _recall(target) == "committed"


async def test_a_file_is_never_overwritten(database: Database, target: Path) -> None:
    target.parent.mkdir()
    target.write_text("precious", encoding="utf-8")
    with pytest.raises(BackupExists, match="name a new file"):
        await database.backup(target)
    assert target.read_text(encoding="utf-8") == "precious"


async def test_a_missing_directory_is_told(database: Database, target: Path) -> None:
    with pytest.raises(BackupFailed, match="No such file or directory"):
        await database.backup(target)


async def test_a_copy_that_fails_leaves_no_file(
    database: Database, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(5, "Input/output error")

    target.parent.mkdir()
    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(BackupFailed, match="Input/output error"):
        await database.backup(target)
    assert list(target.parent.iterdir()) == []


async def test_only_a_database_of_this_bot_is_copied(tmp_path: Path, target: Path) -> None:
    target.parent.mkdir()
    with pytest.raises(StoreUnreadable, match="no such file"):
        await backup_file(tmp_path / "missing.sqlite3", target)
    other = tmp_path / "other.sqlite3"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(StoreForeign, match="not a database of this bot"):
        await backup_file(other, target)
    assert not target.exists()


async def _remember(database: Database, value: str) -> None:
    async with database.write() as tx:
        await facts.put(tx, "a", value)


async def _recall(path: Path) -> str | None:
    database = await open_sqlite(path)
    async with database.read() as read:
        found = await facts.get(read, "a")
    await database.close()
    return found
