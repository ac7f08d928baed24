"""A world that outlives its process: written to a file while it changes, read at the start."""

import asyncio
import contextlib
import fcntl
import json
import os
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot.sandbox.backend import Backend
from bot.sandbox.changes import Change, RequestSeen, SessionsChanged, TypingStarted
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.restoring import restore
from bot.sandbox.snapshot import FORMAT, take_snapshot

SAVED_EVERY = 1.0
"""Seconds of the machine's clock between two writings of a world that changes all the time."""

_PASSING = (RequestSeen, SessionsChanged, TypingStarted)
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

    A write that is cut off leaves the file as it was.
    """
    changed = asyncio.Event()

    def note(change: Change) -> None:
        if not isinstance(change, _PASSING):
            changed.set()

    unsubscribe = backend.world.changes.subscribe(note)
    saving = asyncio.create_task(_save_changes(path, backend, changed))
    try:
        yield
    finally:
        unsubscribe()
        saving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await saving
        _write(path, take_snapshot(backend))


async def _save_changes(path: Path, backend: Backend, changed: asyncio.Event) -> None:
    while True:
        await changed.wait()
        changed.clear()
        _write(path, take_snapshot(backend))
        await asyncio.sleep(SAVED_EVERY)


def _write(path: Path, kept: JsonObject) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(kept), "utf-8")
    part.replace(path)


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
        reason = os.strerror(error.errno or 0)
        raise KeptWorldError(f"{path}: It cannot be written ({reason}).") from error


def _unusable(path: Path) -> KeptWorldError:
    return KeptWorldError(
        f"{path}: This is no world that this version of digest-bot has kept: name another one, or "
        "remove it."
    )
