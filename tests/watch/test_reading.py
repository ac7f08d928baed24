"""Bursts are read in a process of their own, which may die without taking anything with it."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing.resource_tracker
import multiprocessing.spawn
import os
import signal
import subprocess
import sys
from datetime import timedelta
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from bot.watch.files import look
from bot.watch.reading import FEW
from digests.article import Article, Rejection
from tests.watch.parsers import look_or_die, look_or_hang
from tests.watch.support import FEED, new_reader, write, write_many

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.batch import Seen
    from bot.watch.reading import Reader

REPOSITORY = Path(__file__).parents[2]


async def gone(pid: int | None) -> None:
    """Wait until a worker of ours has ended."""
    for child in multiprocessing.active_children():
        if child.pid == pid:
            # To join it would take its exit status away from the pool, which waits for it too.
            assert await asyncio.to_thread(wait, [child.sentinel], 20)


def worker_pid(reader: Reader) -> int | None:
    return reader.worker_pid


def told_of(seen: Sequence[Seen]) -> list[str]:
    return [one.outcome.path for one in seen]


def rejected(seen: Sequence[Seen]) -> list[str]:
    return [one.outcome.path for one in seen if isinstance(one.outcome, Rejection)]


async def test_a_few_files_are_read_without_a_worker(tmp_path: Path) -> None:
    paths = write_many(tmp_path, FEW)
    async with new_reader() as reader:
        seen = await reader.read(FEED, tmp_path, paths)
        assert reader.worker_pid is None
    assert seen == [look(FEED, tmp_path, path) for path in paths]


async def test_a_burst_is_read_in_another_process_of_low_priority_with_the_same_result(
    tmp_path: Path,
) -> None:
    paths = write_many(tmp_path, 20)
    write(tmp_path / paths[3], "no front matter")
    async with new_reader() as reader:
        seen = await reader.read(FEED, tmp_path, paths)
        pid = reader.worker_pid
        assert pid is not None
        assert psutil.Process(pid).nice() > psutil.Process().nice()
        assert await reader.read(FEED, tmp_path, paths) == seen
        assert reader.worker_pid == pid
    assert seen == [look(FEED, tmp_path, path) for path in paths]
    assert reader.files_read == 40
    await gone(pid)


@pytest.mark.parametrize("killers", [[0], [6], [2, 3]])
async def test_a_file_that_kills_the_parser_is_refused_and_no_other_is_lost(
    tmp_path: Path, killers: list[int]
) -> None:
    paths = [f"{n}-killer.md" if n in killers else f"{n}.md" for n in range(7)]
    for path in paths:
        write(tmp_path / path)
    async with new_reader(look=look_or_die) as reader:
        seen = await reader.read(FEED, tmp_path, paths)
    assert told_of(seen) == paths
    assert rejected(seen) == [paths[n] for n in killers]
    refused = seen[killers[0]]
    assert "crashed or hung" in str(refused.outcome)
    # With its stamp, so that it is not read again until it changes.
    assert refused.stamp == look(FEED, tmp_path, paths[killers[0]]).stamp


@pytest.mark.slow
async def test_a_file_that_the_parser_never_finishes_is_refused_like_one_that_kills_it(
    tmp_path: Path,
) -> None:
    """The patience must last for the others too, where the worker is the last to be served."""
    paths = ["endless.md", "a.md", "b.md", "c.md", "d.md"]
    for path in paths:
        write(tmp_path / path)
    async with new_reader(look=look_or_hang, patience=timedelta(seconds=3)) as reader:
        seen = await reader.read(FEED, tmp_path, paths)
    assert told_of(seen) == paths
    assert rejected(seen) == ["endless.md"]


async def test_a_crash_costs_another_feed_nothing(tmp_path: Path) -> None:
    paths = write_many(tmp_path, 6)
    write(tmp_path / "killer.md")
    async with new_reader(look=look_or_die) as reader:
        bad, good = await asyncio.gather(
            reader.read("one", tmp_path, [*paths, "killer.md"]),
            reader.read("two", tmp_path, paths),
        )
    assert rejected(bad) == ["killer.md"]
    assert all(isinstance(seen.outcome, Article) for seen in good)


async def test_a_worker_that_somebody_ended_is_replaced(tmp_path: Path) -> None:
    paths = write_many(tmp_path, 6)
    async with new_reader() as reader:
        before = await reader.read(FEED, tmp_path, paths)
        first = reader.worker_pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await gone(first)
        assert await reader.read(FEED, tmp_path, paths) == before
        assert reader.worker_pid not in {None, first}


async def test_an_idle_worker_ends_and_the_next_burst_starts_another(tmp_path: Path) -> None:
    paths = write_many(tmp_path, 6)
    async with new_reader(idle=timedelta(0)) as reader:
        before = await reader.read(FEED, tmp_path, paths)
        pid = reader.worker_pid
        assert pid is not None
        await gone(pid)
        assert worker_pid(reader) is None
        assert await reader.read(FEED, tmp_path, paths) == before


@pytest.fixture
def no_workers() -> Iterator[None]:
    """Let no process be started, but the one that multiprocessing starts once and for all."""
    multiprocessing.resource_tracker.ensure_running()
    executable = multiprocessing.spawn.get_executable()
    multiprocessing.set_executable("/nowhere/python")
    yield
    multiprocessing.set_executable(executable)


@pytest.mark.usefixtures("no_workers")
async def test_where_no_worker_can_be_started_bursts_are_read_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = write_many(tmp_path, 6)
    async with new_reader() as reader:
        for _ in range(2):
            assert rejected(await reader.read(FEED, tmp_path, paths)) == []
    assert [record.message for record in caplog.records] == ["reader.no_worker"]


async def test_a_crash_is_logged_with_the_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = [*write_many(tmp_path, 4), "killer.md"]
    write(tmp_path / "killer.md")
    async with new_reader(look=look_or_die) as reader:
        await reader.read(FEED, tmp_path, paths)
    (record,) = caplog.records
    assert (record.message, record.levelno) == ("reader.crashed", logging.ERROR)
    assert (vars(record)["feed"], vars(record)["path"]) == (FEED, "killer.md")


PARENT = """
import asyncio, sys
from pathlib import Path
from bot.watch.reading import Reader

async def main():
    reader = Reader()
    root = Path(sys.argv[1])
    await reader.read("ai", root, [path.name for path in root.iterdir()])
    print(reader.worker_pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def test_no_worker_outlives_a_program_that_is_killed(tmp_path: Path) -> None:
    write_many(tmp_path, 6)
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], cwd=REPOSITORY, stdout=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        worker = psutil.Process(int(program.stdout.readline()))
        program.kill()
    worker.wait(20)
