"""Where notifications work, and what is asked for when they may have been missed."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from watchfiles import awatch

from bot.watch import hints as hints_module
from bot.watch.files import walk
from bot.watch.hints import Hints, examine, is_silent
from tests.watch.support import FEED, write

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

TABLE = """\
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 21 0:26 / /mnt/news rw,relatime shared:2 master:1 - nfs4 files.example:/news rw
31 30 8:2 / /mnt/news/local rw - ext4 /dev/sdb1 rw
32 21 0:27 / /mnt/my\\040share rw - cifs //files.example/share rw
33 21 0:28 / /mnt/sshfs rw - fuse.sshfs news@files.example: rw
34 21 0:29 / /mnt/stick rw - fuseblk /dev/sdc1 rw
35 21 0:30 / /mnt/twice rw - nfs files.example:/old rw
36 21 0:31 / /mnt/twice rw - ext4 /dev/sdd1 rw
"""


@pytest.mark.parametrize(
    ("path", "silent"),
    [
        ("/home/bot/articles", False),
        ("/mnt/news", True),
        ("/mnt/news/ai", True),
        ("/mnt/newsletters", False),
        ("/mnt/news/local/ai", False),
        ("/mnt/my share/ai", True),
        ("/mnt/sshfs", True),
        ("/mnt/stick", False),
        ("/mnt/twice/ai", False),
    ],
)
def test_network_drives_are_told_by_the_table_of_mounts(
    tmp_path: Path, path: str, silent: bool
) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(TABLE)
    assert is_silent(Path(path), table) is silent


def test_without_a_table_of_mounts_notifications_are_relied_on(tmp_path: Path) -> None:
    assert not is_silent(tmp_path, tmp_path / "none")


def test_a_directory_that_is_replaced_or_switched_is_another_one(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    link = tmp_path / "current"
    assert examine(link) is None
    link.symlink_to("one")
    first = examine(link)
    assert first == examine(tmp_path / "one") is not None
    link.unlink()
    link.symlink_to("two")
    assert examine(link) != first


def test_for_a_directory_that_is_still_the_same_the_table_of_mounts_is_not_read(
    tmp_path: Path,
) -> None:
    """It is asked about twice a second, and the table of a busy machine is long."""
    seen = examine(tmp_path)
    assert seen is not None
    as_before = replace(seen, is_silent=not seen.is_silent)
    assert examine(tmp_path, as_before) is as_before
    elsewhere = replace(as_before, inode=as_before.inode + 1)
    assert examine(tmp_path, elsewhere) == seen


class Ear:
    """Hears what is asked for."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[set[str] | None] = asyncio.Queue()

    def ask(self, paths: Iterable[str] | None) -> None:
        """Take a hint down."""
        asked = None if paths is None else set(paths)
        if asked is None or asked:
            self.heard.put_nowait(asked)

    async def hears(self, *paths: str) -> None:
        """Wait until all these paths were asked for; no paths stand for everything."""
        missing = set(paths)
        async with asyncio.timeout(10):
            while asked := await self.heard.get():
                missing -= asked
                if paths and not missing:
                    return
        assert not paths, f"everything was asked for, instead of {paths}"


@asynccontextmanager
async def listening(root: Path, *, poll: bool | None = None) -> AsyncIterator[tuple[Hints, Ear]]:
    ear = Ear()
    hints = Hints(root, ear.ask, poll=poll)
    cover(hints, root)
    task = asyncio.create_task(hints.run())
    yield hints, ear
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def cover(hints: Hints, root: Path) -> None:
    """Do what the watcher does after a scan."""
    if root.exists():
        hints.cover(walk(FEED, root).folders)


def deaf(hints: Hints) -> bool:
    return hints.is_deaf


def link(path: Path, target: Path) -> None:
    path.symlink_to(target)


def put_another(root: Path) -> None:
    """Put another, empty directory in the place of one."""
    root.rename(root.with_name("old"))
    root.mkdir()


def watches() -> int:
    """Count the directories that the kernel watches for this process."""
    fds = Path("/proc/self/fdinfo")
    total = 0
    for fd in os.listdir(fds):  # noqa: PTH208 - names are enough
        try:
            total += (fds / fd).read_text().count("inotify wd:")
        except FileNotFoundError:
            continue  # that of the listing itself
    return total


async def nothing_watched() -> None:
    """Wait for the end of what a test before had watched: the library sees to it in a thread."""
    async with asyncio.timeout(10):
        while watches():  # noqa: ASYNC110 - the kernel tells nobody
            await asyncio.sleep(0.01)


async def test_first_everything_is_asked_for_then_what_changes(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    async with listening(tmp_path) as (hints, ear):
        await ear.hears()
        assert not hints.is_deaf
        write(tmp_path / "a.md")
        write(tmp_path / "sub/b.md")
        await ear.hears("a.md", "sub/b.md")


async def test_hidden_files_are_not_hinted_at(tmp_path: Path) -> None:
    async with listening(tmp_path) as (_, ear):
        await ear.hears()
        write(tmp_path / ".a.md.swp")
        write(tmp_path / "a.md")
        assert await ear.heard.get() == {"a.md"}


@pytest.mark.skipif(not Path("/proc/self/fdinfo").exists(), reason="needs Linux's /proc")
async def test_no_link_is_followed_to_folders_outside(tmp_path: Path) -> None:
    await nothing_watched()
    for path in ("feed/sub/a.md", "outside/x/a.md", "outside/y/a.md"):
        write(tmp_path / path)
    link(tmp_path / "feed/link", tmp_path / "outside")
    async with listening(tmp_path / "feed") as (_, ear):
        await ear.hears()
        assert watches() == 2


async def test_when_the_folders_change_everything_is_asked_for_again(tmp_path: Path) -> None:
    async with listening(tmp_path) as (hints, ear):
        await ear.hears()
        write(tmp_path / "sub/a.md")
        await ear.hears("sub")
        cover(hints, tmp_path)
        await ear.hears()
        write(tmp_path / "sub/b.md")
        await ear.hears("sub/b.md")


async def test_when_the_directory_comes_or_is_replaced_everything_is_asked_for(
    tmp_path: Path,
) -> None:
    root = tmp_path / "feed"
    async with listening(root) as (hints, ear):
        await ear.hears()
        assert deaf(hints)
        write(root / "a.md")
        await ear.hears()
        assert not deaf(hints)
        put_another(root)
        await ear.hears()
        write(root / "b.md")
        await ear.hears("b.md")


async def test_after_a_failure_everything_is_asked_for_and_listening_begins_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The library gives up on a name that is not UTF-8."""
    async with listening(tmp_path) as (hints, ear):
        await ear.hears()
        write(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.md")))
        await ear.hears()
        assert deaf(hints)
        await ear.hears()
        assert not deaf(hints)
        write(tmp_path / "a.md")
        await ear.hears("a.md")
    assert caplog.messages == [], "the scan tells of the file, which says what to do"


async def test_notifications_that_the_system_does_not_give_are_told_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first two tries fail; until one succeeds the feed is polled."""
    failures = [OSError("OS file watch limit reached")] * 2

    def scarce(*paths: Path, **options: Any) -> Any:
        if failures:
            raise failures.pop()
        return awatch(*paths, **options)

    monkeypatch.setattr(hints_module, "awatch", scarce)
    async with listening(tmp_path) as (hints, ear):
        for _ in range(2):
            await ear.hears()
            assert deaf(hints)
        await ear.hears()
        assert not deaf(hints)
    assert caplog.messages == ["feed.deaf"]


async def test_where_polling_is_wanted_nothing_is_listened_to(tmp_path: Path) -> None:
    await nothing_watched()
    root = write(tmp_path / "feed/a.md").parent
    async with listening(root, poll=True) as (hints, ear):
        await ear.hears()
        assert deaf(hints)
        assert watches() == 0
        put_another(root)
        await ear.hears()


async def test_where_polling_is_not_wanted_the_file_system_does_not_matter(
    tmp_path: Path,
) -> None:
    async with listening(tmp_path, poll=False) as (hints, ear):
        await ear.hears()
        assert not deaf(hints)
