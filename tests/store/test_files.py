"""What a scan saw of each file."""

from __future__ import annotations

from bot.store import files
from bot.store.database import Database
from bot.store.files import FileCount, Note, RejectedFile
from tests.store.samples import HOUR, NOON


async def test_the_first_scan_of_a_feed_is_remembered_once(database: Database) -> None:
    async with database.write() as tx:
        assert await files.scanned_at(tx, "ai") is None
        await files.mark_scanned(tx, "ai", NOON)
        await files.mark_scanned(tx, "ai", NOON + HOUR)
    async with database.read() as read:
        assert await files.scanned_at(read, "ai") == NOON
        assert await files.scanned_at(read, "other") is None


async def test_each_file_has_its_latest_stamp_within_its_feed(database: Database) -> None:
    async with database.write() as tx:
        await files.note(tx, "ai", "a.md", "1", None, NOON)
        await files.note(tx, "other", "a.md", "9", None, NOON)
        await files.note_many(tx, "ai", [Note("a.md", "2"), Note("b.md", "3")], NOON)
        await files.note_many(tx, "ai", [], NOON)
    async with database.read() as read:
        assert await files.stamps(read, "ai") == {"a.md": "2", "b.md": "3"}
        assert await files.stamps(read, "none") == {}


async def test_a_forgotten_file_is_read_again_when_it_comes_back(database: Database) -> None:
    async with database.write() as tx:
        await files.note(tx, "ai", "a.md", "1", ("bad",), NOON)
        await files.forget(tx, "ai", "a.md")
        assert await files.stamps(tx, "ai") == {}
        assert await files.rejected(tx, 10) == []


async def test_rejected_files_are_listed_latest_first_with_all_problems(
    database: Database,
) -> None:
    async with database.write() as tx:
        await files.note(tx, "ai", "old.md", "1", ("line 1: é", "“two”"), NOON)
        await files.note(tx, "ai", "new.md", "1", (), NOON + HOUR)
        await files.note(tx, "ai", "fine.md", "1", None, NOON)
    async with database.read() as read:
        assert await files.rejected(read, 1) == [RejectedFile("ai", "new.md", (), NOON + HOUR)]
        assert await files.rejected(read, 9) == [
            RejectedFile("ai", "new.md", (), NOON + HOUR),
            RejectedFile("ai", "old.md", ("line 1: é", "“two”"), NOON),
        ]


async def test_a_repaired_file_is_no_longer_rejected(database: Database) -> None:
    async with database.write() as tx:
        await files.note(tx, "ai", "a.md", "1", ("bad",), NOON)
        await files.note(tx, "ai", "b.md", "1", ("bad",), NOON)
        await files.note(tx, "zoo", "c.md", "1", None, NOON)
        assert await files.counts(tx) == [FileCount("ai", 2, 2), FileCount("zoo", 1, 0)]
        await files.note(tx, "ai", "a.md", "2", None, NOON)
        assert await files.counts(tx) == [FileCount("ai", 2, 1), FileCount("zoo", 1, 0)]
