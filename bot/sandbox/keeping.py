"""A world that outlives its process: written to a file while it changes, read at the start."""

import asyncio
import contextlib
import fcntl
import json
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot.sandbox.backend import Backend
from bot.sandbox.changes import (
    Change,
    InteractionChanged,
    InteractionCreated,
    Noted,
    RequestSeen,
    SessionsChanged,
    TypingStarted,
)
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.restoring import restore
from bot.sandbox.snapshot import FORMAT, take_snapshot

SAVED_EVERY = 1.0
"""Seconds of the machine's clock between two writings of a world that changes all the time."""

_PASSING = (
    InteractionChanged,
    InteractionCreated,
    Noted,
    RequestSeen,
    SessionsChanged,
    TypingStarted,
)
"""Changes of nothing that is kept."""


class KeptWorldError(Exception):
    """A file cannot be used for a world; the message says what to do."""


def load_world(path: Path) -> JsonObject | None:
    """Read a file that a sandbox has kept; None if there is none yet.

    Raises KeptWorldError.
    """
    try:
        kept = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _unusable(path) from error
    if not isinstance(kept, dict) or kept.get("format") != FORMAT:
        raise _unusable(path)
    return kept


def moment_of(kept: JsonObject) -> datetime:
    """Return what the clock of a kept world showed last."""
    return datetime.fromisoformat(kept["at"])


@contextlib.contextmanager
def restored_from(path: Path, backend: Backend) -> Iterator[None]:
    """Put what a file holds, if it is there, into a backend that nobody has used yet.

    No other process has the file meanwhile. Raises KeptWorldError.
    """
    with _sole_user(path):
        kept = load_world(path)
        if kept is not None:
            try:
                restore(backend, kept)
            except (LookupError, TypeError, ValueError) as error:
                raise _unusable(path) from error
        yield


@contextlib.asynccontextmanager
async def kept_in(path: Path, backend: Backend) -> AsyncIterator[None]:
    """Write the file anew within SAVED_EVERY after a change, and at the end.

    A write that is cut off leaves the file as it was. One that fails is told on stderr, once until
    one succeeds, and tried again.
    """
    keeper = _Keeper(path, backend)
    unsubscribe = backend.world.changes.subscribe(keeper.note)
    saving = asyncio.create_task(keeper.save_changes())
    try:
        yield
    finally:
        unsubscribe()
        try:
            keeper.end()
            await saving
        finally:
            keeper.save_all()


class _Keeper:
    """Writes a world to its file, one writing at a time."""

    def __init__(self, path: Path, backend: Backend) -> None:
        self._path = path
        self._backend = backend
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()
        self._is_failing = False

    def note(self, change: Change) -> None:
        """Have the world written if it is another one now."""
        if not isinstance(change, _PASSING):
            self._changed.set()

    def end(self) -> None:
        """Let `save_changes` return once nothing is being written."""
        self._ended.set()
        self._changed.set()

    async def save_changes(self) -> None:
        """Write what changes until the end, beside the event loop: a large world takes a while."""
        await self._changed.wait()
        while not self._ended.is_set():
            self._changed.clear()
            try:
                await asyncio.to_thread(_write, self._path, take_snapshot(self._backend))
            except OSError as error:
                self._changed.set()
                self._tell_failure(error)
            else:
                self._tell_success()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), SAVED_EVERY)
            await self._changed.wait()

    def save_all(self) -> None:
        """Write the world a last time: nobody uses it any more, so nobody is kept waiting."""
        try:
            _write(self._path, take_snapshot(self._backend))
        except OSError as error:
            _tell(f"{self._path}: It cannot be written ({_reason(error)}): the latest is lost.")
        else:
            self._tell_success()

    def _tell_failure(self, error: OSError) -> None:
        if not self._is_failing:
            _tell(
                f"{self._path}: It cannot be written ({_reason(error)}), so nothing new is kept: "
                "see to that; the sandbox tries again and again."
            )
        self._is_failing = True

    def _tell_success(self) -> None:
        if self._is_failing:
            _tell(f"{self._path}: It is written again, and holds everything.")
        self._is_failing = False


def _write(path: Path, kept: JsonObject) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(_encoded(kept), "utf-8")
    part.replace(path)


def _encoded(kept: JsonObject) -> str:
    """Encode piece by piece: no other thread runs while the encoder makes one."""
    fields = (f"{json.dumps(name)}: {_value(value)}" for name, value in kept.items())
    return f"{{{', '.join(fields)}}}"


def _value(value: object) -> str:
    return (
        f"[{', '.join(map(json.dumps, value))}]" if isinstance(value, list) else json.dumps(value)
    )


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


@contextlib.contextmanager
def _sole_user(path: Path) -> Iterator[None]:
    """Hold a lock beside the file: two sandboxes would overwrite what the other has written."""
    with _open_lock(path) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise KeptWorldError(
                f"{path}: Another sandbox works with it: stop that one, or name another file."
            ) from error
        yield


def _open_lock(path: Path) -> TextIO:
    try:
        return path.with_name(path.name + ".lock").open("a")
    except OSError as error:
        raise KeptWorldError(f"{path}: It cannot be written ({_reason(error)}).") from error


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _unusable(path: Path) -> KeptWorldError:
    return KeptWorldError(
        f"{path}: This is no world that this version of digest-bot has kept: name another one, or "
        "remove it."
    )
