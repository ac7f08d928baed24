"""Running digest-bot in a process of its own, and what it needs around it."""

from __future__ import annotations

import os
import re
import selectors
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import psutil

from bot.demo.compose import article_name, compose_article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

DIGEST_BOT = (sys.executable, "-m", "bot")

REPOSITORY = Path(__file__).parents[2]

PATIENCE = 60.0
"""Seconds after which a command that does not do what a test waits for has failed.

A command takes a second or two, and on a machine that has ten other things to do, twenty.
"""

CORPUS = REPOSITORY.parent / "shared" / "corpus" / "power-apps" / "articles"
"""Real articles, where they are at hand."""


def environment(**changes: str) -> dict[str, str]:
    """The environment of a command: this one's, with 80 columns and without a token."""
    inherited = {name: value for name, value in os.environ.items() if name != "DISCORD_TOKEN"}
    return {
        **inherited,
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": "80",
        **changes,
    }


def run(*arguments: object, cwd: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; changes are those to its environment."""
    return subprocess.run(
        [*DIGEST_BOT, *map(str, arguments)],
        cwd=cwd,
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def run_and_leave(*arguments: object, cwd: Path, **changes: str) -> tuple[int, str]:
    """Run a command whose output nobody reads (any more); its exit status, and stderr."""
    with started(*arguments, cwd=cwd, **changes) as command:
        assert command.process.stdout is not None
        command.process.stdout.close()
        return command.wait(), command.err


@dataclass(slots=True)
class Running:
    """A command that runs; `out` and `err` hold what it has written so far."""

    process: subprocess.Popen[bytes]
    out: str = ""
    err: str = ""

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Read on until the pattern is found in what it wrote, on either stream."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for text in (self.out, self.err):
                if found := re.search(pattern, text):
                    return found
            if not self._read(deadline - time.monotonic()):
                raise AssertionError(f"No {pattern!r} in:\n{self.out}\n{self.err}")

    def family(self) -> list[psutil.Process]:
        """The command's process, and those that it has started."""
        head = psutil.Process(self.process.pid)
        return [head, *head.children(recursive=True)]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, and return the exit status."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for the end, and return the exit status."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline - time.monotonic()):
            pass
        return self.process.wait(max(deadline - time.monotonic(), 1))

    def _read(self, seconds: float) -> bool:
        """Take what comes next; false at the end, or when time is over."""
        with selectors.DefaultSelector() as selector:
            for stream, name in ((self.process.stdout, "out"), (self.process.stderr, "err")):
                if stream is not None and not stream.closed:
                    selector.register(stream, selectors.EVENT_READ, name)
            if not selector.get_map():
                return False
            ready = selector.select(max(seconds, 0))
            for key, _ in ready:
                self._take(key.fileobj, key.data)  # type: ignore[arg-type] # a stream, as above
            return bool(ready)

    def _take(self, stream: IO[bytes], name: str) -> None:
        if data := os.read(stream.fileno(), 65536):
            setattr(self, name, getattr(self, name) + data.decode("utf-8", "replace"))
        else:
            stream.close()


def all_over(processes: list[psutil.Process]) -> bool:
    """Whether they end, in time; where nobody takes note of that, they stay as zombies."""
    deadline = time.monotonic() + PATIENCE
    while not all(map(_is_over, processes)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)  # a process that is no child of ours tells nobody of its end
    return True


def _is_over(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@contextmanager
def started(*arguments: object, cwd: Path, **changes: str) -> Iterator[Running]:
    """Start a command that goes on; it is killed at the end, should it still be there."""
    process = subprocess.Popen(
        [*DIGEST_BOT, *map(str, arguments)],
        cwd=cwd,
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield Running(process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def write_article(folder: Path, title: str, heat: int, at: datetime, **fields: Any) -> Path:
    """Write an article that was published an hour before `at`."""
    published_at = at - timedelta(hours=1)
    path = folder / article_name(title, published_at)
    path.parent.mkdir(parents=True, exist_ok=True)
    topic = fields.pop("topic", "Computer Vision")
    path.write_text(compose_article(title, topic, heat, published_at, **fields), encoding="utf-8")
    return path
