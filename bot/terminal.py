"""What the command line writes: results to stdout, everything else to stderr."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from typing_extensions import Buffer, override

if TYPE_CHECKING:
    from collections.abc import Iterator

NARROWEST, WIDEST = 40, 100
"""Columns of text that still read well."""


class OutputError(Exception):
    """Results cannot be written; the message says why."""

    def __init__(self, reason: str | None) -> None:
        super().__init__(
            f"The output cannot be written ({reason}); send it to somewhere that takes it."
        )


class _Output(io.FileIO):
    """Where stdout goes: what fails here is told apart from what fails in any other file."""

    @override
    def write(self, data: Buffer, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:  # a reader that left: nothing to tell
            raise
        except OSError as error:
            closed = error.errno == errno.EBADF
            raise OutputError("it is closed" if closed else error.strerror) from None


def prepare_stdout() -> None:
    """Let stdout raise OutputError when it fails or is closed, whoever writes to it.

    What its encoding lacks is escaped.
    """
    stdout = sys.stdout
    if stdout is None:
        # Nothing can be written to this, and no file that is opened later takes its number.
        raw = _Output(os.open(os.devnull, os.O_RDONLY), "w")
        encoding = "utf-8"
    else:
        stdout.flush()
        raw = _Output(stdout.fileno(), "w", closefd=False)
        encoding = stdout.encoding
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(raw), encoding, "backslashreplace", line_buffering=raw.isatty()
    )


def columns() -> int:
    """How wide text is set: as the terminal or COLUMNS says, within reason; 80 without either."""
    return min(max(shutil.get_terminal_size((80, 24)).columns, NARROWEST), WIDEST)


def put(text: str) -> None:
    """Write a result, at once: who reads it through a pipe may have gone already."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def put_json(value: Any) -> None:
    """Write a result for programs: JSON in which letters stay letters where stdout allows them."""
    readable = sys.stdout.encoding.lower().replace("-", "") == "utf8"
    put(json.dumps(value, ensure_ascii=not readable, indent=2))


def tell(sentence: str) -> None:
    """Write what is not a result: a problem, or a note."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


@contextmanager
def busy(doing: str) -> Iterator[None]:
    """Show on a terminal, and nowhere else, that something takes its time."""
    with Console(stderr=True).status(doing):
        yield


def one_line(text: str) -> str:
    """A name of a file as a line may show it: nothing in it speaks to the terminal."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape", "surrogatepass").decode()
        for each in text
    )
