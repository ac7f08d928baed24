"""What the command line says of itself."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import environment, run

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = ("demo", "run", "preview", "check", "sandbox", "invite", "backup")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_into_80_columns(command: str, tmp_path: Path) -> None:
    done = run(*command.split(), "--help", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "..." not in done.stdout.replace("[ARGS]...", "")


def test_every_command_is_listed_with_what_it_is_for(tmp_path: Path) -> None:
    listed = run("--help", cwd=tmp_path).stdout.partition("Commands:")[2].splitlines()[1:]
    assert [line.split()[0] for line in listed] == list(COMMANDS)
    assert all(line.endswith(".") for line in listed)


def test_without_a_command_the_help_is_shown(tmp_path: Path) -> None:
    done = run(cwd=tmp_path)
    assert done.returncode == 2
    assert "Commands:" in done.stdout + done.stderr


def test_the_version_is_the_installed_one(tmp_path: Path) -> None:
    assert run("--version", cwd=tmp_path).stdout == f"digest-bot {version('digest-bot')}\n"


@pytest.mark.parametrize("arguments", ["dance", "run --fast", "backup", "sandbox --guilds 0"])
def test_a_slip_of_the_keyboard_is_wrong_usage(arguments: str, tmp_path: Path) -> None:
    done = run(*arguments.split(), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_the_way_in_loads_nothing_that_takes_time() -> None:
    """Until it has, Ctrl-C ends the program at once; so little may come before."""
    code = "import sys, bot.__main__; print([n for n in ('typer', 'discord') if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
