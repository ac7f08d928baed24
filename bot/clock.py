"""The program's only source of the present moment, so that a demo or a test can move it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the program asks of a clock."""

    def now(self) -> datetime:
        """Return the present moment, as an aware datetime in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the machine's moment, in UTC."""
        return datetime.now(UTC)


class MovableClock:
    """A clock that can be moved, and that tells its listeners when it was.

    Given a `start` it stands still there; without one it runs with the machine's clock. Whoever
    waits for a moment listens: after a move that moment may have come, or be further away.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._start = None if start is None else _utc(start)
        self._moved = timedelta()
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """Return the start, or the machine's moment, plus what the clock was moved by; in UTC."""
        return (self._start or datetime.now(UTC)) + self._moved

    def advance(self, by: timedelta) -> None:
        """Move on by that much; a negative length moves back."""
        self._moved += by
        for listener in tuple(self._listeners):
            listener()

    def set(self, moment: datetime) -> None:
        """Move to an aware moment; ValueError for a naive one."""
        self.advance(_utc(moment) - self.now())

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call the listener after each move; the function returned stops that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {moment.isoformat()}")
    return moment.astimezone(UTC)
