"""What becomes of results that nobody can take: a full disk, a stdout that is closed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.commands import DIGEST_BOT, PATIENCE, environment

FULL = Path("/dev/full")

COMMANDS = (
    "--help",
    "--version",
    "preview --help",
    "preview --articles articles",
    "preview --articles articles --format html",
    "check --articles articles --format json",
    "demo --once",
    "sandbox",
)


def ended(command: str, redirection: str, cwd: Path, **changes: str) -> tuple[int, str]:
    """How a command ends whose stdout a shell has redirected: the exit status, and stderr."""
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", *DIGEST_BOT, *command.split()],
        cwd=cwd,
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stderr


def told(command: str, redirection: str, cwd: Path, **changes: str) -> str:
    """What is said in the end; a demo has told where it is before."""
    status, stderr = ended(command, redirection, cwd, **changes)
    assert status == 1
    *before, last = stderr.splitlines()
    assert len(before) == (3 if command.startswith("demo") else 0), stderr
    return last


@pytest.mark.skipif(not FULL.exists(), reason="this system has no disk that is always full")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_is_one_sentence(command: str, articles: Path) -> None:
    assert told(command, f">{FULL}", articles.parent) == (
        "The output cannot be written (No space left on device); "
        "send it to somewhere that takes it."
    )


@pytest.mark.skipif(not FULL.exists(), reason="this system has no disk that is always full")
def test_a_full_disk_is_one_sentence_whatever_letters_the_output_has(tmp_path: Path) -> None:
    assert "No space left" in told("--help", f">{FULL}", tmp_path, PYTHONIOENCODING="ascii")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_closed_stdout_is_one_sentence(command: str, articles: Path) -> None:
    assert told(command, ">&-", articles.parent) == (
        "The output cannot be written (it is closed); send it to somewhere that takes it."
    )


def test_a_command_that_prints_nothing_needs_no_stdout(tmp_path: Path) -> None:
    status, stderr = ended("backup copy.sqlite3 -c none.toml", ">&-", tmp_path)
    assert (status, stderr.startswith("none.toml: There is no such file")) == (2, True)
