"""No story is missed for arriving at an awkward time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digests.decide import digest_query
from digests.query import LATE_LIMIT
from digests.schedule import Schedule
from digests.subscription import Wishes
from digests.topic import Topics

DAILY = Wishes(schedule=Schedule.parse("0 9 * * *", "UTC"))
WEEKDAYS = Wishes(schedule=Schedule.parse("0 9 * * 1-5", "Europe/Berlin"))
START = datetime(2026, 3, 2, tzinfo=UTC)
MINUTES_IN_A_WEEK = int(LATE_LIMIT / timedelta(minutes=1))


@given(
    wishes=st.sampled_from([DAILY, WEEKDAYS]),
    published=st.integers(0, 2 * MINUTES_IN_A_WEEK),
    delay=st.integers(0, MINUTES_IN_A_WEEK),
)
def test_some_digest_meets_every_story_that_arrives_in_time_for_one(
    wishes: Wishes, published: int, delay: int
) -> None:
    """The next digest after the arrival covers it, unless a week has passed since publishing."""
    published_at = START + timedelta(minutes=published)
    arrived_at = published_at + timedelta(minutes=delay)
    assert wishes.schedule is not None
    fire_at = wishes.schedule.next_after(arrived_at - timedelta(microseconds=1))
    window = digest_query(wishes, 1, Topics(), fire_at, None).window
    assert window.covers(published_at, arrived_at) is (published_at > fire_at - LATE_LIMIT)


@given(published=st.integers(0, 2 * MINUTES_IN_A_WEEK), delay=st.integers(0, MINUTES_IN_A_WEEK))
def test_a_late_story_is_eligible_for_two_digests_at_most(published: int, delay: int) -> None:
    """Once more by its arrival is not for ever."""
    published_at = START + timedelta(minutes=published)
    arrived_at = published_at + timedelta(minutes=delay)
    assert DAILY.schedule is not None
    fire_at, met = arrived_at, 0
    for _ in range(10):
        fire_at = DAILY.schedule.next_after(fire_at)
        window = digest_query(DAILY, 1, Topics(), fire_at, None).window
        met += window.covers(published_at, arrived_at)
    assert met <= 2
