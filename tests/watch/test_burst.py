"""Five thousand files at once, and a program that goes on answering meanwhile."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import time
from asyncio.subprocess import PIPE
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
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
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

MANY = 5000
BUDGET = 0.050
PATIENCE = 200
"""Seconds for what takes five on a machine that has nothing else to do."""


BESIDE = """
import select, sys, time
late, start = [], time.perf_counter()
while not select.select([sys.stdin], [], [], 0.001)[0]:
    late.append(time.perf_counter() - start - 0.001)
    start = time.perf_counter()
print(sorted(late)[int(len(late) * 0.99)], sum(late) / len(late))
"""
"""A program that wants to run each 1 ms too, until its input ends, and has nothing else to do."""


class Lateness(NamedTuple):
    """How late those came that wanted to run each 1 ms: 99 of 100 of them, and on average."""

    mostly: float
    on_average: float


@dataclass
class Pulse:
    """How late a task came that wanted to run each 1 ms, and what the loop computed meanwhile.

    `beside`: how late another program came at the same time.
    """

    late: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    beside: Lateness | None = None


@asynccontextmanager
async def heartbeat() -> AsyncIterator[Pulse]:
    """Measure the loop for as long as the block lasts, and what the machine has to do besides."""
    pulse = Pulse()

    async def beat() -> None:
        while True:
            start, used = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.001)
            pulse.late.append(time.perf_counter() - start - 0.001)
            pulse.busy.append(time.thread_time() - used)

    beside = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", BESIDE), stdin=PIPE, stdout=PIPE
    )
    task = asyncio.create_task(beat())
    try:
        yield pulse
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        told, _ = await beside.communicate(b"")  # which ends its input
    pulse.beside = Lateness(*map(float, told.split()))


def lateness(late: Sequence[float]) -> Lateness:
    return Lateness(sorted(late)[int(len(late) * 0.99)], sum(late) / len(late))


def assert_never_blocked(pulse: Pulse) -> None:
    """Hold the loop to its budget: what it computes at a time always, its lateness mostly.

    Other programs cost it the processor as often as they do one that has nothing else to do, which
    says nothing of this one.
    """
    ours, beside = lateness(pulse.late), pulse.beside
    assert beside is not None
    assert ours.mostly < BUDGET + 3 * beside.mostly
    assert ours.on_average < BUDGET / 5 + 3 * beside.on_average
    assert max(pulse.busy) < BUDGET


@pytest.mark.slow
@pytest.mark.timeout(500)
async def test_five_thousand_files_at_once_never_block_the_loop(tmp_path: Path) -> None:
    """At first sight, and again when all are rewritten."""
    paths = write_many(tmp_path, MANY)
    desk = Desk()
    async with watching(tmp_path, desk), heartbeat() as pulse:
        await desk.until(lambda: len(desk.outcomes) == MANY, PATIENCE)
        await asyncio.to_thread(write_many, tmp_path, MANY, "Rewritten")
        await desk.until(lambda: _all_say(desk, "Rewritten"), PATIENCE)
    assert_never_blocked(pulse)
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
@pytest.mark.timeout(500)
@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
async def test_a_git_checkout_arrives_in_full_and_nothing_of_git_itself(tmp_path: Path) -> None:
    _repository(tmp_path, 1000)
    desk = Desk()
    async with watching(tmp_path, desk), heartbeat() as pulse:
        await desk.until(lambda: len(desk.outcomes) == 1001, PATIENCE)
        await asyncio.to_thread(_git, tmp_path, "switch", "--quiet", "new")
        await desk.until(lambda: "only-old.md" not in desk.outcomes and _newest(desk), PATIENCE)
    assert_never_blocked(pulse)
    assert sorted(desk.outcomes) == [*(f"{n:05}.md" for n in range(1000)), "only-new.md"]


def _newest(desk: Desk) -> bool:
    return sum(title.startswith("New") for title in desk.titles.values()) == 1000


async def test_a_single_change_overtakes_a_burst(tmp_path: Path) -> None:
    write_many(tmp_path, 2000)
    desk = Desk(takes=0.05)
    async with watching(tmp_path, desk) as watcher:
        await desk.until(lambda: desk.batches and not watcher._hints.is_deaf)
        write(tmp_path / "urgent.md", article("Urgent"))
        await desk.until(lambda: len(desk.outcomes) == 2001, PATIENCE)
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
