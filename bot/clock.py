"""The moment by which the flows go: one source, so that a demo or a test can move it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic, time
from typing import Protocol


class Clock(Protocol):
    """What the program asks of a clock."""

    def now(self) -> datetime:
        """Return the present moment, as an aware datetime in UTC."""
        ...

    def ahead(self) -> timedelta:
        """Return how far it is ahead of time that cannot be set: a change means that it was set."""
        ...


JUMP = timedelta(seconds=1)
"""How far a clock may stray from steady time between two looks and not have been set."""


def was_set(before: timedelta | None, ahead: timedelta) -> bool:
    """Tell whether a clock was set, or may have been, by what `ahead` said last; None = unknown.

    A clock that is slowed or sped up strays little between two looks.
    """
    return before is None or abs(ahead - before) > JUMP


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the machine's moment, in UTC."""
        return datetime.now(UTC)

    def ahead(self) -> timedelta:
        """Return the machine's moment less its monotonic time."""
        return timedelta(seconds=time() - monotonic())


class MovableClock:
    """A clock that can be moved, and that tells its listeners when it was.

    Given a `start` it stands still there; without one it runs with the machine's clock. Whoever
    waits for a moment listens: after a move that moment may have come, or be further away.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._start = None if start is None else _utc(start)
        self._moved = timedelta()
        self._wrong_by = timedelta()
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """Return the start, or the machine's moment, plus what the clock was moved by; in UTC."""
        return (self._start or datetime.now(UTC)) + self._moved + self._wrong_by

    def ahead(self) -> timedelta:
        """Return by how much it was set wrong: moving it on is time that passes."""
        return self._wrong_by

    def advance(self, by: timedelta) -> None:
        """Let that much time pass."""
        self._moved += by
        self._tell()

    def set_wrong(self, by: timedelta) -> None:
        """Set it forward, or back by a negative length, while no time passes."""
        self._wrong_by += by
        self._tell()

    def set(self, moment: datetime) -> None:
        """Move to an aware moment; ValueError for a naive one. Back is wrong, on is time passed."""
        by = _utc(moment) - self.now()
        if by < timedelta():
            self.set_wrong(by)
        else:
            self.advance(by)

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call the listener after each move; the function returned stops that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {moment.isoformat()}")
    return moment.astimezone(UTC)
