"""Five thousand files at once, and a program that goes on answering meanwhile."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.watch.parsers import look_or_die
from tests.watch.support import (
    Desk,
    article,
    new_reader,
    new_watcher,
    paths_of,
    running,
    watching,
    write,
    write_many,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

MANY = 5000
BUDGET = 0.050


class Beat(NamedTuple):
    """How late a task came that wants to run each 1 ms, and what the loop computed meanwhile."""

    late: float
    busy: float


@asynccontextmanager
async def heartbeat() -> AsyncIterator[list[Beat]]:
    """Measure the loop for as long as the block lasts."""
    beats: list[Beat] = []

    async def beat() -> None:
        while True:
            start, used = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.001)
            late = time.perf_counter() - start - 0.001
            beats.append(Beat(late, time.thread_time() - used))

    task = asyncio.create_task(beat())
    yield beats
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def assert_never_blocked(beats: list[Beat]) -> None:
    """Hold the loop to its budget: what it computes at a time always, its lateness mostly.

    Other programs may cost it the processor now and then, which says nothing of this one.
    """
    late = sorted(beat.late for beat in beats)
    assert late[int(len(late) * 0.99)] < BUDGET
    assert sum(late) / len(late) < BUDGET / 5
    assert max(beat.busy for beat in beats) < BUDGET


@pytest.mark.slow
async def test_five_thousand_files_at_once_never_block_the_loop(tmp_path: Path) -> None:
    """At first sight, and again when all are rewritten."""
    paths = write_many(tmp_path, MANY)
    desk = Desk()
    async with watching(tmp_path, desk), heartbeat() as beats:
        await desk.until(lambda: len(desk.outcomes) == MANY, 60)
        await asyncio.to_thread(write_many, tmp_path, MANY, "Rewritten")
        await desk.until(lambda: _all_say(desk, "Rewritten"), 60)
    assert_never_blocked(beats)
    assert set(desk.outcomes) == set(paths)
    assert not any(batch.removed for batch in desk.batches)


def _all_say(desk: Desk, word: str) -> bool:
    return desk.batches[-1].done and all(t.startswith(word) for t in desk.titles.values())


def _git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def _repository(root: Path, count: int) -> None:
    """Make a repository with two branches that differ in every file, and in which there are."""
    write_many(root, count, "Old")
    write(root / "only-old.md")
    _git(root, "init", "--quiet", "--initial-branch=old")
    _git(root, "add", ".")
    _git(root, "commit", "--quiet", "--message=Old")
    _git(root, "switch", "--quiet", "--create=new")
    write_many(root, count, "New")
    (root / "only-old.md").rename(root / "only-new.md")
    _git(root, "add", ".")
    _git(root, "commit", "--quiet", "--message=New")
    _git(root, "switch", "--quiet", "old")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
async def test_a_git_checkout_arrives_in_full_and_nothing_of_git_itself(tmp_path: Path) -> None:
    _repository(tmp_path, 1000)
    desk = Desk()
    async with watching(tmp_path, desk), heartbeat() as beats:
        await desk.until(lambda: len(desk.outcomes) == 1001)
        await asyncio.to_thread(_git, tmp_path, "switch", "--quiet", "new")
        await desk.until(lambda: "only-old.md" not in desk.outcomes and _newest(desk))
    assert_never_blocked(beats)
    assert sorted(desk.outcomes) == [*(f"{n:05}.md" for n in range(1000)), "only-new.md"]


def _newest(desk: Desk) -> bool:
    return sum(title.startswith("New") for title in desk.titles.values()) == 1000


async def test_a_single_change_overtakes_a_burst(tmp_path: Path) -> None:
    write_many(tmp_path, 2000)
    desk = Desk(takes=0.05)
    async with watching(tmp_path, desk) as watcher:
        await desk.until(lambda: desk.batches and not watcher._hints.is_deaf)
        write(tmp_path / "urgent.md", article("Urgent"))
        await desk.until(lambda: len(desk.outcomes) == 2001)
    assert paths_of(desk.batches).index("urgent.md") < 1900


async def test_a_file_that_kills_the_parser_costs_a_burst_only_itself(tmp_path: Path) -> None:
    paths = write_many(tmp_path, 60)
    write(tmp_path / "killer.md")
    desk = Desk()
    async with (
        new_reader(look=look_or_die) as reader,
        running(new_watcher(tmp_path, desk, reader)),
    ):
        await desk.has(*paths, "killer.md")
    assert "crashed" in desk.problem("killer.md")
    assert sum(bool(title) for title in desk.titles.values()) == 60
