"""Schedules fire when people expect."""

import gc
import sys
from collections.abc import Callable
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from digests.quiet import QuietHours
from digests.schedule import Days, Schedule, cron_for
from tests.digests.clocks import BERLIN, DAY, HOUR, INSTANT, MINUTE, local, shown

# Ordinary days


@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        ("0 9 * * *", "2024-05-15T08:59", "Wed 2024-05-15 09:00+0200"),
        ("0 9 * * *", "2024-05-15T09:00", "Thu 2024-05-16 09:00+0200"),
        ("0 9 * * 1-5", "2024-05-17T09:00", "Mon 2024-05-20 09:00+0200"),
        ("0 9 * * 0", "2024-05-15T12:00", "Sun 2024-05-19 09:00+0200"),
        ("0 9 * * 7", "2024-05-15T12:00", "Sun 2024-05-19 09:00+0200"),
        ("0 9 * * sun", "2024-05-15T12:00", "Sun 2024-05-19 09:00+0200"),
        ("0 9 * * MON", "2024-05-15T12:00", "Mon 2024-05-20 09:00+0200"),
        ("*/20 * * * *", "2024-05-15T12:41", "Wed 2024-05-15 13:00+0200"),
        ("0 9 L * *", "2024-02-15T12:00", "Thu 2024-02-29 09:00+0100"),
        ("0 9 29 2 *", "2024-03-01T00:00", "Tue 2028-02-29 09:00+0100"),
        ("0 9 13 * 5", "2024-05-15T12:00", "Fri 2024-05-17 09:00+0200"),
        ("0 9 * * 1#1", "2024-05-15T12:00", "Mon 2024-06-03 09:00+0200"),
    ],
)
def test_the_next_moment_is_the_first_that_the_cron_text_names(
    cron: str, after: str, expected: str
) -> None:
    """Both 0 and 7 are Sunday, names work in either case, and days of month or week suffice."""
    assert shown(Schedule.parse(cron, BERLIN).next_after(local(after))) == expected


def test_a_fraction_of_a_second_before_and_after_a_scheduled_moment_counts() -> None:
    """A bot that wakes a millisecond late has not missed its moment, nor met the next one."""
    schedule = Schedule.parse("0 9 * * *", BERLIN)
    nine = local("2024-05-15T09:00")
    assert schedule.next_after(nine - INSTANT) == nine
    assert schedule.next_after(nine + INSTANT) == nine + DAY
    assert schedule.latest_until(nine - INSTANT, nine - 3 * DAY) == nine - DAY
    assert schedule.latest_until(nine + INSTANT, nine - 3 * DAY) == nine


def test_moments_may_be_given_in_any_zone_and_come_back_in_utc() -> None:
    """A caller's own zone makes no difference to when a digest is due."""
    schedule = Schedule.parse("0 9 * * *", BERLIN)
    in_tokyo = local("2024-05-15T08:59").astimezone(ZoneInfo("Asia/Tokyo"))
    assert schedule.next_after(in_tokyo) == local("2024-05-15T09:00")
    assert schedule.next_after(in_tokyo).tzinfo is UTC
    latest = schedule.latest_until(in_tokyo, in_tokyo - DAY)
    assert latest is not None
    assert latest.tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused() -> None:
    """Guessing whose clocks a naive datetime means would post at the wrong hour."""
    naive = local("2024-05-15T09:00").replace(tzinfo=None)
    aware = local("2024-05-15T09:00")
    schedule = Schedule.parse("0 9 * * *", BERLIN)
    attempts: list[Callable[[], object]] = [
        lambda: schedule.next_after(naive),
        lambda: schedule.latest_until(naive, aware),
        lambda: schedule.latest_until(aware, naive),
        lambda: schedule.period_at(naive),
        lambda: schedule.default_lookback(naive),
        lambda: QuietHours.parse("22:00-07:00").until(naive, BERLIN),
    ]
    for attempt in attempts:
        with pytest.raises(ValueError, match="a moment needs a time zone"):
            attempt()


# After downtime


def test_what_is_owed_after_downtime_is_the_newest_moment_since_the_bot_stopped() -> None:
    """Five missed mornings are one digest, not five."""
    schedule = Schedule.parse("0 9 * * *", BERLIN)
    now, stopped = local("2024-05-15T12:00"), local("2024-05-10T12:00")
    assert schedule.latest_until(now, stopped) == local("2024-05-15T09:00")


def test_nothing_is_owed_if_nothing_was_due_while_the_bot_was_down() -> None:
    """A moment counts if it is exactly when the bot stopped, or exactly now."""
    schedule = Schedule.parse("0 9 * * *", BERLIN)
    nine = local("2024-05-15T09:00")
    assert schedule.latest_until(nine + 2 * HOUR, nine + HOUR) is None
    assert schedule.latest_until(nine + 2 * HOUR, nine) == nine
    assert schedule.latest_until(nine - HOUR, nine) is None


def calls_made_by(work: Callable[[], object]) -> int:
    """Return how many Python functions `work` calls: a cost that no busy machine changes."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    gc.disable()  # what other tests left behind may call functions as it is collected
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
        gc.enable()
    return calls


def test_a_year_of_downtime_costs_a_minutely_schedule_no_more_than_a_minute() -> None:
    """A bot that comes back after a year answers as quickly as ever."""
    schedule = Schedule.parse("* * * * *", BERLIN)
    now = local("2024-05-15T12:00:30")
    schedule.latest_until(now, now - MINUTE)  # loads the zone
    minute = calls_made_by(lambda: schedule.latest_until(now, now - MINUTE))
    assert calls_made_by(lambda: schedule.latest_until(now, now - 365 * DAY)) == minute < 100


# How far back a digest looks


@pytest.mark.parametrize(
    ("cron", "fire_at", "hours"),
    [
        ("0 9 * * *", "2024-05-15T09:00", 24),
        ("0 9 * * 1-5", "2024-05-20T09:00", 72),
        ("0 9 * * 1-5", "2024-05-21T09:00", 24),
        ("0 9 * * 1", "2024-05-20T09:00", 7 * 24),
        ("0 * * * *", "2024-05-20T09:00", 1),
        ("0 9 * * *", "2024-03-31T09:00", 23),
        ("0 9 * * *", "2024-10-27T09:00", 25),
    ],
)
def test_a_digest_looks_back_over_its_period_and_half_a_day(
    cron: str, fire_at: str, hours: int
) -> None:
    """Monday's digest covers the weekend; a day of changing clocks has 23 or 25 hours."""
    schedule = Schedule.parse(cron, BERLIN)
    assert schedule.period_at(local(fire_at)) == hours * HOUR
    assert schedule.default_lookback(local(fire_at)) == (hours + 12) * HOUR


# The usual choices


def test_white_space_is_tidied() -> None:
    """What is pasted with tabs and line ends is the same schedule."""
    assert Schedule.parse("  0  9\t* * 1-5\n", f" {BERLIN} ") == Schedule("0 9 * * 1-5", BERLIN)


@pytest.mark.parametrize(
    ("days", "at", "words"),
    [
        ("every day", "09:00", "every day at 09:00"),
        ("weekdays", "7:05", "Monday to Friday at 07:05"),
        ("weekly", "23:59", "every Monday at 23:59"),
    ],
)
def test_the_usual_choices_need_no_cron_text(days: Days, at: str, words: str) -> None:
    """Days and a time of day are enough for the schedules that most people want."""
    assert Schedule.parse(cron_for(days, at), "UTC").describe() == f"{words} (UTC)"
