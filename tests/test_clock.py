"""The clocks that the program can be given."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.clock import Clock, MovableClock, SystemClock

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("clock", [SystemClock(), MovableClock(), MovableClock(NINE)])
def test_every_clock_tells_aware_moments_in_utc(clock: Clock) -> None:
    """No part of the program meets a naive moment."""
    assert clock.now().tzinfo is UTC


def test_a_clock_with_a_start_stands_still_there() -> None:
    """A test is not at the mercy of the time it takes."""
    clock = MovableClock(NINE)
    assert clock.now() == clock.now() == NINE


def test_a_clock_without_a_start_runs_with_the_machine() -> None:
    """The demo's time goes on after a jump."""
    before = datetime.now(UTC)
    clock = MovableClock()
    clock.advance(timedelta(hours=1))
    assert before <= clock.now() - timedelta(hours=1) <= datetime.now(UTC)


def test_a_clock_can_be_advanced_and_set() -> None:
    """It moves by a length, back as well, or to a moment of any zone."""
    clock = MovableClock(NINE)
    clock.advance(timedelta(hours=2))
    assert clock.now() == NINE + timedelta(hours=2)
    clock.set(datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == NINE - timedelta(minutes=30)


def test_a_clock_that_is_set_is_told_from_time_that_passes() -> None:
    """What waits for time to pass is not fooled by somebody who sets the clock."""
    clock = MovableClock(NINE)
    clock.advance(timedelta(hours=2))
    assert clock.ahead() == timedelta()
    clock.set_wrong(timedelta(hours=1))
    assert (clock.now(), clock.ahead()) == (NINE + timedelta(hours=3), timedelta(hours=1))
    clock.set(NINE)
    assert (clock.now(), clock.ahead()) == (NINE, timedelta(hours=-2))
    steady = SystemClock()
    assert abs(steady.ahead() - steady.ahead()) < timedelta(seconds=1)


def test_listeners_hear_of_a_move_after_it_until_they_stop() -> None:
    """Who waits for a moment can look again at once."""
    clock = MovableClock(NINE)
    heard: list[datetime] = []
    stop = clock.listen(lambda: heard.append(clock.now()))
    clock.advance(timedelta(minutes=1))
    clock.set(NINE)
    stop()
    clock.advance(timedelta(minutes=1))
    assert heard == [NINE + timedelta(minutes=1), NINE]


def test_a_listener_may_stop_listening_when_called() -> None:
    """The others are still called."""
    clock = MovableClock(NINE)
    heard: list[str] = []

    def once() -> None:
        heard.append("once")
        stop()

    stop = clock.listen(once)
    clock.listen(lambda: heard.append("always"))
    clock.advance(timedelta(minutes=1))
    clock.advance(timedelta(minutes=1))
    assert heard == ["once", "always", "always"]


def test_a_moment_without_a_time_zone_is_refused() -> None:
    """It could mean any of forty moments."""
    with pytest.raises(ValueError, match="needs a time zone"):
        MovableClock(datetime(2026, 3, 2, 9))  # noqa: DTZ001 - the naive moment under test
