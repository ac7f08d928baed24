"""What a feed's owner does in the directory, and what arrives of it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from bot.files import FeedMissingError
from bot.reading import Reader
from bot.watch import MOST_IN_A_BATCH
from digests.article import Article
from tests.watch.support import (
    FEED,
    Desk,
    article,
    log_of,
    look_or_die,
    new_reader,
    new_watcher,
    paths_of,
    settle,
    swap,
    switch,
    watching,
    write,
    write_many,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bot.batch import Batch, Seen

# --- the first scan, and the next start ------------------------------------------------------


async def test_the_first_scan_hands_over_everything_and_says_when_it_is_complete(
    tmp_path: Path,
) -> None:
    paths = write_many(tmp_path, 2 * MOST_IN_A_BATCH + 1)
    desk = Desk()
    async with watching(tmp_path, desk):
        await desk.has(*paths)
        assert paths_of(desk.batches) == paths
        assert [len(batch.read) for batch in desk.batches] == [50, 50, 1]
        assert [batch.done for batch in desk.batches] == [False, False, True]
        assert all(batch.first and batch.feed == FEED for batch in desk.batches)
        write(tmp_path / "late.md")
        await desk.has(*paths, "late.md")
    assert not desk.batches[-1].first


async def test_the_first_scan_of_an_empty_directory_is_complete_at_once(tmp_path: Path) -> None:
    desk = Desk()
    async with watching(tmp_path, desk):
        await desk.until(lambda: desk.batches)
    (batch,) = desk.batches
    assert (batch.read, batch.first, batch.done) == ((), True, True)


async def test_after_a_restart_only_what_changed_meanwhile_is_read(tmp_path: Path) -> None:
    paths = write_many(tmp_path, 30)
    before, after = Desk(), Desk()
    async with watching(tmp_path, before):
        await before.has(*paths)
    write(tmp_path / paths[7], article("Changed"))
    after.outcomes, after.stamps = before.outcomes.copy(), before.stamps.copy()
    async with (
        new_reader() as reader,
        watching(tmp_path, after, reader=reader, known=before.stamps, scanned_before=True),
    ):
        await after.until(lambda: after.title(paths[7]) == "Changed")
        assert reader.files_read == 1
    assert not after.batches[0].first


async def test_a_single_scan_returns_when_all_is_handed_over(tmp_path: Path) -> None:
    """Also what was written a moment ago, as the demonstration does."""
    paths = write_many(tmp_path, 60)
    desk = Desk()
    async with new_reader() as reader:
        await new_watcher(tmp_path, desk, reader).scan()
    assert sorted(desk.outcomes) == paths
    assert desk.batches[-1].done


async def test_a_single_scan_of_no_directory_fails_with_one_sentence(tmp_path: Path) -> None:
    async with new_reader() as reader:
        with pytest.raises(FeedMissingError, match="create or mount it"):
            await new_watcher(tmp_path / "none", Desk(), reader).scan()


# --- changes ---------------------------------------------------------------------------------


def create(root: Path) -> None:
    write(root / "new.md", article("New"))


def rewrite(root: Path) -> None:
    write(root / "old.md", article("New"))


def replace(root: Path) -> None:
    write(root / "old.md.tmp", article("New")).replace(root / "old.md")


def delete_and_write(root: Path) -> None:
    (root / "old.md").unlink()
    write(root / "old.md", article("New"))


def create_in_new_folder(root: Path) -> None:
    write(root / "a/b/c/new.md", article("New"))


def move_in(root: Path) -> None:
    write(root.parent / "elsewhere/new.md", article("New"))
    (root.parent / "elsewhere").rename(root / "here")


def rename(root: Path) -> None:
    (root / "old.md").rename(root / "new.md")


def rename_folder(root: Path) -> None:
    (root / "sub").rename(root / "renamed")


def delete(root: Path) -> None:
    (root / "old.md").unlink()


def delete_folder(root: Path) -> None:
    (root / "sub/inner.md").unlink()
    (root / "sub").rmdir()


def move_out(root: Path) -> None:
    (root / "sub").rename(root.parent / "out")


CHANGES: list[tuple[Callable[[Path], None], dict[str, str]]] = [
    (create, {"old.md": "Old", "sub/inner.md": "Inner", "new.md": "New"}),
    (rewrite, {"old.md": "New", "sub/inner.md": "Inner"}),
    (replace, {"old.md": "New", "sub/inner.md": "Inner"}),
    (delete_and_write, {"old.md": "New", "sub/inner.md": "Inner"}),
    (create_in_new_folder, {"old.md": "Old", "sub/inner.md": "Inner", "a/b/c/new.md": "New"}),
    (move_in, {"old.md": "Old", "sub/inner.md": "Inner", "here/new.md": "New"}),
    (rename, {"new.md": "Old", "sub/inner.md": "Inner"}),
    (rename_folder, {"old.md": "Old", "renamed/inner.md": "Inner"}),
    (delete, {"sub/inner.md": "Inner"}),
    (delete_folder, {"old.md": "Old"}),
    (move_out, {"old.md": "Old"}),
]


async def time_of(change: Callable[[Path], None], root: Path, titles: dict[str, str]) -> float:
    """Make a change in a watched directory, and measure how long it takes to arrive."""
    write(root / "old.md", article("Old"))
    write(root / "sub/inner.md", article("Inner"))
    desk = Desk()
    async with watching(root, desk, known={}) as watcher:
        await desk.has("old.md", "sub/inner.md")
        await listening(watcher)
        start = time.perf_counter()
        change(root)
        await desk.until(lambda: desk.titles == titles)
        assert all(not batch.first for batch in desk.batches if batch.removed)
        return time.perf_counter() - start


@pytest.mark.parametrize(("change", "titles"), CHANGES)
async def test_a_change_arrives_within_a_second(
    tmp_path: Path, change: Callable[[Path], None], titles: dict[str, str]
) -> None:
    """The best of three: the machine may be busy with something else."""
    for attempt in range(3):
        if await time_of(change, tmp_path / str(attempt) / "feed", titles) < 1:
            return
    pytest.fail("took more than a second, three times")


async def test_a_replaced_file_is_never_taken_for_gone(tmp_path: Path) -> None:
    write(tmp_path / "old.md")
    desk = Desk()
    async with watching(tmp_path, desk) as watcher:
        await desk.has("old.md")
        await listening(watcher)
        for number in range(20):
            (tmp_path / "old.md").unlink()
            write(tmp_path / "old.md", article(f"Version {number}"))
        await desk.until(lambda: desk.title("old.md") == "Version 19")
    assert not any(batch.removed for batch in desk.batches)


async def test_a_renamed_file_is_there_again_before_it_goes(tmp_path: Path) -> None:
    write(tmp_path / "old.md")
    desk = Desk()
    async with watching(tmp_path, desk) as watcher:
        await desk.has("old.md")
        await listening(watcher)
        rename(tmp_path)
        await desk.has("new.md")
    events = [(path, False) for path in paths_of(desk.batches)]
    assert events == [("old.md", False), ("new.md", False)]
    assert desk.batches[-1].removed == ("old.md",)


async def test_a_half_written_file_is_not_reported_until_it_is_complete(tmp_path: Path) -> None:
    desk = Desk()
    whole = article("Written in two parts")
    async with watching(tmp_path, desk):
        await desk.until(lambda: desk.batches)
        write(tmp_path / "a.md", whole[:60])
        settle(tmp_path / "a.md")
        write(tmp_path / "b.md")
        await desk.has("b.md")
        write(tmp_path / "a.md", whole)
        await desk.until(lambda: desk.title("a.md") == "Written in two parts")
    assert sorted(paths_of(desk.batches)) == ["a.md", "b.md"]


@pytest.mark.slow
async def test_a_file_that_stays_half_written_is_reported_once(tmp_path: Path) -> None:
    write(tmp_path / "a.md", article()[:60])
    desk = Desk()
    async with watching(tmp_path, desk) as watcher:
        await desk.has("a.md")
        watcher.request_rescan()
        write(tmp_path / "b.md")
        await desk.has("a.md", "b.md")
    assert desk.problem("a.md")
    assert paths_of(desk.batches) == ["a.md", "b.md"]


class Meddler(Reader):
    """Reads as usual, but something happens between the scan and the reading, once."""

    def __init__(self, meddle: Callable[[Path], None]) -> None:
        super().__init__()
        self._meddle = [meddle]

    async def read(self, feed: str, root: Path, paths: Sequence[str]) -> list[Seen]:  # noqa: D102 - as Reader.read
        if "old.md" in paths and self._meddle:
            self._meddle.pop()(root)
        return await super().read(feed, root, paths)


@pytest.mark.parametrize(
    ("meddle", "titles"),
    [(delete, {"x.md": "X"}), (rewrite, {"old.md": "New", "x.md": "X"})],
)
async def test_what_happens_between_scan_and_reading_is_noticed(
    tmp_path: Path, meddle: Callable[[Path], None], titles: dict[str, str]
) -> None:
    write(tmp_path / "old.md", article("Old"))
    desk, reader = Desk(), Meddler(meddle)
    async with watching(tmp_path, desk, reader=reader, scanned_before=True):
        await desk.until(lambda: not reader._meddle or desk.batches)
        write(tmp_path / "x.md", article("X"))
        await desk.until(lambda: desk.titles == titles)
    assert len(paths_of(desk.batches)) == len(titles)


# --- costs -----------------------------------------------------------------------------------


async def test_a_rescan_reads_nothing_that_is_unchanged(tmp_path: Path) -> None:
    paths = write_many(tmp_path, 20)
    write(tmp_path / "bad.md", "no front matter, and never will be")
    os.mkfifo(tmp_path / "pipe.md")
    desk = Desk()
    async with new_reader() as reader, watching(tmp_path, desk, reader=reader) as watcher:
        await desk.has(*paths, "bad.md", "pipe.md")
        read, batches = reader.files_read, len(desk.batches)
        for number in range(3):
            watcher.request_rescan()
            write(tmp_path / f"mark-{number}.md")
            await desk.until(lambda: f"mark-{number}.md" in desk.outcomes)  # noqa: B023 - awaited here
        assert reader.files_read == read + 3
        assert len(desk.batches) == batches + 3
    assert "not a regular file" in desk.problem("pipe.md")


async def test_without_notifications_the_regular_scan_finds_changes(tmp_path: Path) -> None:
    desk = Desk()
    async with watching(tmp_path, desk, poll=True, poll_every=0.1):
        await desk.until(lambda: desk.batches)
        create(tmp_path)
        await desk.has("new.md")
        (tmp_path / "new.md").unlink()
        await desk.has()


async def test_a_change_that_nobody_told_of_is_found_by_the_full_rescan(tmp_path: Path) -> None:
    """An open, unlinked folder gives no notification: here, one that is not listened to yet."""
    desk = Desk()
    async with watching(tmp_path, desk, rescan_every=0.2) as watcher:
        await desk.until(lambda: desk.batches)
        watcher._hints.cover({})
        await listening(watcher)
        deafen(watcher)
        create(tmp_path)
        await desk.has("new.md")


# --- the directory itself --------------------------------------------------------------------


async def test_a_directory_that_appears_later_is_a_first_scan_then(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = tmp_path / "feed"
    desk = Desk()
    caplog.set_level("INFO", "bot.watch")
    async with watching(root, desk) as watcher:
        while watcher.trouble is None:
            await asyncio.sleep(0.01)
        write(tmp_path / "prepared/a.md")
        (tmp_path / "prepared").rename(root)
        await desk.has("a.md")
        assert watcher.trouble is None
    assert desk.batches[0].first
    assert log_of(caplog) == ["feed.missing", "feed.found", "feed.scanned"]
