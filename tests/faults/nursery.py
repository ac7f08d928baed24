"""Starts processes of the bot, one at a time, tells what they do, and buries them.

They are forked by a process that has imported everything: see `birth`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.spec import to_line

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator

    from tests.faults.spec import Spec

ROOT = Path(__file__).parents[2]
"""The repository."""

PATIENCE = 60.0
"""Seconds of this machine after which a process that neither speaks nor ends is a failure."""


@dataclass(slots=True)
class Life:
    """One process of the bot, and the steps that it told so far."""

    pid: int
    steps: list[str] = field(default_factory=list)
    code: int | None = None
    """Its exit status once it has ended; -9 for killed."""

    def kill(self) -> None:
        """End it as `kill -9` does. It is not reaped before the next one, so the number is its."""
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)


class Nursery:
    """Starts processes of the bot, one at a time."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def start(self, spec: Spec) -> Life:
        """Start one; the one before must have ended."""
        assert self._process.stdin is not None
        self._process.stdin.write(to_line(spec))
        word, number = await self._line()
        assert word == "pid"
        return Life(int(number))

    async def end_of(self, life: Life) -> int:
        """Follow it to its end; its exit status, which is -9 if it was killed."""
        while life.code is None:
            word, rest = await self._line()
            if word == "step":
                life.steps.append(rest)
            else:
                assert word == "ended"
                life.code = int(rest)
        return life.code

    async def _line(self) -> tuple[str, str]:
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = (await self._process.stdout.readline()).decode()
        word, _, rest = line.strip().partition(" ")
        if not word:
            raise EOFError("the nursery has ended by itself")
        return word, rest


@asynccontextmanager
async def nursery(complaints: Path) -> AsyncIterator[Nursery]:
    """Have a nursery until the block ends; a process still alive in it is killed.

    What it and its children say on stderr is kept in the file `complaints`.
    """
    pipe = asyncio.subprocess.PIPE
    with complaints.open("ab") as stderr:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.birth"),
            cwd=ROOT,
            stdin=pipe,
            stdout=pipe,
            stderr=stderr,
            process_group=0,
        )
    try:
        yield Nursery(process)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # it, and the child that may still live
        await process.wait()
