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

from bot.config import ConfigError
from bot.store.errors import BackupExists, StoreError, StoreForeign, StoreUnreadable
from bot.terminal import OutputError, tell
from digests.durations import DurationError

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

FINE, PROBLEMS, USAGE = 0, 1, 2
"""The exit statuses."""


class UsageError(Exception):
    """The command was asked for something that cannot be; the message says what to do."""


@contextmanager
def problems_told() -> Iterator[None]:
    """Tell what went wrong in sentences and end the program; our own mistakes keep a traceback."""
    try:
        yield
    except Exception as error:
        wrong_usage, other = _foreseen()
        foreseen, rest = _apart(error, wrong_usage + other)
        if any(isinstance(one, OutputError | BrokenPipeError) for one in foreseen):
            _discard_output()
        # Of several flows that failed together each may say the same. Who left hears nothing.
        told = [one for one in foreseen if not isinstance(one, BrokenPipeError)]
        for sentence in dict.fromkeys(map(str, told)):
            tell(sentence)
        if rest:
            raise
        sys.exit(USAGE if isinstance(foreseen[0], wrong_usage) else PROBLEMS)


def _foreseen() -> tuple[tuple[type[Exception], ...], tuple[type[Exception], ...]]:
    """The errors that say in a sentence what to do: those of wrong usage, and others.

    Most commands can meet only some of them, and need not wait until all are imported.
    """
    from bot.app import AlreadyRunningError
    from bot.chat.connection import ConnectionRefused, UnreachableError
    from bot.demo.ports import KeptWorldError, PortTakenError
    from bot.preview import NoDigestError, UnknownTopicError
    from bot.watch.files import FeedMissingError

    wrong_usage = (
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
    return wrong_usage, (BrokenPipeError, OutputError, StoreError, UnreachableError)


def _apart(
    error: Exception, foreseen: tuple[type[Exception], ...]
) -> tuple[list[Exception], list[Exception]]:
    """Part the errors in a group, or one alone, into those of some types and the rest."""
    errors = list(_single(error))
    found = [one for one in errors if isinstance(one, foreseen)]
    return found, [one for one in errors if one not in found]


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
