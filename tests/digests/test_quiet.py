"""Quiet hours: a night has one end, by the clocks of its place."""

from datetime import datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.quiet import QuietHours
from digests.times import ScheduleError
from tests.digests.clocks import (
    BERLIN,
    DAY,
    INSTANT,
    MINUTE,
    ODD_ZONES,
    any_moment,
    changes_of,
    local,
    shown,
)


@pytest.mark.parametrize(
    ("quiet", "moment", "end"),
    [
        ("22:00-07:00", "2024-05-15T21:59", None),
        ("22:00-07:00", "2024-05-15T22:00", "Thu 2024-05-16 07:00+0200"),
        ("22:00-07:00", "2024-05-16T00:00", "Thu 2024-05-16 07:00+0200"),
        ("22:00-07:00", "2024-05-16T06:59", "Thu 2024-05-16 07:00+0200"),
        ("22:00-07:00", "2024-05-16T07:00", None),
        ("12:00 - 13:30", "2024-05-15T13:00", "Wed 2024-05-15 13:30+0200"),
        ("12:00-13:30", "2024-05-15T13:30", None),
        ("00:00-06:00", "2024-05-15T00:00", "Wed 2024-05-15 06:00+0200"),
        ("18:00-00:00", "2024-05-15T23:59", "Thu 2024-05-16 00:00+0200"),
        ("22:00-07:00", "2024-03-30T23:00", "Sun 2024-03-31 07:00+0200"),
        ("22:00-02:30", "2024-03-30T23:00", "Sun 2024-03-31 03:00+0200"),
        ("02:30-07:00", "2024-03-31T03:00", "Sun 2024-03-31 07:00+0200"),
        ("02:10-02:50", "2024-03-31T03:00", None),
        ("22:00-02:30", "2024-10-27T02:45", "Sun 2024-10-27 02:30+0100"),
        ("02:30-07:00", "2024-10-27T02:30", "Sun 2024-10-27 07:00+0100"),
        ("02:31-02:30", "2024-10-27T02:20", "Mon 2024-10-28 02:30+0100"),
    ],
)
def test_quiet_hours_end_when_clocks_show_their_end_for_the_last_time(
    quiet: str, moment: str, end: str | None
) -> None:
    """They hold over midnight, at their edges, and where clocks leap or go back."""
    ends = QuietHours.parse(quiet).until(local(moment), BERLIN)
    assert (ends and shown(ends)) == end


def test_quiet_hours_that_end_in_a_reading_left_out_end_at_the_leap() -> None:
    """Here the leap ends on the next date, so that the night does too."""
    evening = local("2024-03-30T22:30", "America/Nuuk")
    ends = QuietHours.parse("20:00-23:30").until(evening, "America/Nuuk")
    assert ends is not None
    assert shown(ends, "America/Nuuk") == "Sun 2024-03-31 00:00-0100"


def test_quiet_hours_go_on_where_clocks_go_back_over_midnight() -> None:
    """At 00:01 clocks went back to 23:01, when the quiet of the next date had begun."""
    zone = "America/St_Johns"
    late = local("2010-11-06T23:30", zone, fold=1)
    ends = QuietHours.parse("00:00-06:00").until(late, zone)
    assert ends == local("2010-11-07T06:00", zone)


@pytest.mark.parametrize("quiet", ["22:00-07:00", "01:15-02:45", "23:30-00:30", "02:31-02:30"])
@pytest.mark.parametrize("zone", ODD_ZONES)
def test_a_quiet_time_has_one_end_and_is_quiet_until_then(zone: str, quiet: str) -> None:
    """An alert that waits is sent once it may be, not told to wait again."""
    hours = QuietHours.parse(quiet)
    for change in changes_of(zone)[8:10] or changes_of(zone)[:2]:
        for passed in range(-24 * 60, 24 * 60, 19):
            moment = change.moment + passed * MINUTE
            end = hours.until(moment, zone)
            if end is not None:
                assert moment < end
                assert hours.until(end, zone) is None
                assert hours.until((moment + (end - moment) / 2), zone) == end
                assert hours.until(end - INSTANT, zone) == end


@settings(derandomize=True, deadline=None)
@given(st.times(), st.times(), any_moment)
def test_without_changes_of_clocks_quiet_is_what_clocks_show(
    start: time, end: time, moment: datetime
) -> None:
    """Quiet begins with its start and is over at its end."""
    if start == end:
        with pytest.raises(ScheduleError, match="have no length"):
            QuietHours(start, end)
        return
    now = moment.time()
    quiet = start <= now < end if start < end else now >= start or now < end
    ends = QuietHours(start, end).until(moment, "UTC")
    assert (ends is not None) == quiet
    assert ends is None or (ends.time() == end and ends - moment <= DAY)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "two times with a hyphen"),
        ("22:00", "two times with a hyphen"),
        ("22:00-", '"" is not a time of day'),
        ("22:00-25:00", '"25:00" is not a time of day'),
        ("22-7", '"22" is not a time of day'),
        ("22:00-07:00-08:00", "is not a time of day"),
        ("07:00-07:00", "from 07:00 to 07:00 have no length"),
    ],
)
def test_quiet_hours_that_cannot_be_used_are_refused_in_one_sentence(
    text: str, complaint: str
) -> None:
    """The sentence says which of the two times is wrong."""
    with pytest.raises(ScheduleError, match=complaint):
        QuietHours.parse(text)
