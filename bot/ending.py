"""How a command ends: what stops it, and what it says and returns when it cannot go on.

Exit status: 0 fine; 1 it ran and found problems; 2 wrong usage or configuration, which trying
again does not mend.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bot.app import AlreadyRunningError
from bot.chat.connection import ConnectionRefused, UnreachableError
from bot.config import ConfigError
from bot.demo.ports import KeptWorldError, PortTakenError
from bot.preview import NoDigestError, UnknownTopicError
from bot.store.errors import BackupExists, StoreError, StoreForeign, StoreUnreadable
from bot.terminal import OutputError, tell
from bot.watch.files import FeedMissingError
from digests.durations import DurationError

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

FINE, PROBLEMS, USAGE = 0, 1, 2
"""The exit statuses."""


class UsageError(Exception):
    """The command was asked for something that cannot be; the message says what to do."""


_WRONG_USAGE = (
    AlreadyRunningError,
    BackupExists,
    ConfigError,
    ConnectionRefused,
    DurationError,
    FeedMissingError,
    KeptWorldError,
    NoDigestError,
    PortTakenError,
    StoreForeign,
    StoreUnreadable,
    UnknownTopicError,
    UsageError,
)


@contextmanager
def problems_told() -> Iterator[None]:
    """Tell what went wrong in sentences and end the program; our own mistakes keep a traceback."""
    status = FINE
    try:
        yield
    except* BrokenPipeError:
        _discard_output()
        status = PROBLEMS
    except* (*_WRONG_USAGE, OutputError, StoreError, UnreachableError) as group:
        errors = list(_single(group))
        if any(isinstance(error, OutputError) for error in errors):
            _discard_output()
        # Of several flows that failed together each may say the same.
        for sentence in dict.fromkeys(map(str, errors)):
            tell(sentence)
        status = USAGE if isinstance(errors[0], _WRONG_USAGE) else PROBLEMS
    if status != FINE:
        sys.exit(status)


def _discard_output() -> None:
    """Write what is left to nowhere: nobody takes it, which the interpreter would complain of."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run_until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run until it ends, or until SIGINT or SIGTERM asks it to close cleanly.

    A second signal changes nothing: closing takes seconds, and interrupting it would leave behind
    what the first was to clean up.
    """
    asyncio.run(_until_stopped(work))


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(work)

    def stop() -> None:
        if not task.cancelling():
            task.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    await asyncio.wait({task})
    if not task.cancelled():
        task.result()


def _single(error: BaseException) -> Iterator[Exception]:
    """The errors in a group of groups."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _single(inner)
    elif isinstance(error, Exception):
        yield error
