"""Schedules on the days when clocks change: in every time zone, against a table, by property."""

from bisect import bisect_left
from collections.abc import Callable
from datetime import UTC, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.schedule import Schedule, cron_for
from tests.digests.clocks import (
    BERLIN,
    DAY,
    HOUR,
    INSTANT,
    MINUTE,
    ODD_ZONES,
    Change,
    any_moment,
    changes_of,
    fired,
    local,
    shown,
)


@pytest.mark.parametrize(
    ("cron", "zone", "day", "expected"),
    [
        pytest.param(
            "30 2 * * *", BERLIN, "2024-03-31", ["Sun 2024-03-31 03:00+0200"], id="left out"
        ),
        pytest.param(
            "30 2 * * *", BERLIN, "2024-10-27", ["Sun 2024-10-27 02:30+0200"], id="shown twice"
        ),
        pytest.param(
            "0 0 * * *",
            "Africa/Cairo",
            "2024-04-26",
            ["Fri 2024-04-26 01:00+0300"],
            id="midnight left out",
        ),
        pytest.param(
            "0 */12 * * *",
            "America/Havana",
            "2024-11-03",
            ["Sun 2024-11-03 00:00-0400", "Sun 2024-11-03 12:00-0500"],
            id="midnight shown twice, spelled with a star",
        ),
        pytest.param(
            "30 23 * * 6",
            "America/Nuuk",
            "2024-03-30",
            ["Sat 2024-03-30 22:59-0200"],
            id="last hour of the date left out",
        ),
        pytest.param(
            "*/15 2 * * *",
            "Australia/Lord_Howe",
            "2024-10-06",
            ["Sun 2024-10-06 02:30+1100", "Sun 2024-10-06 02:45+1100"],
            id="half an hour left out",
        ),
        pytest.param(
            "*/20 2 * * *",
            "Australia/Lord_Howe",
            "2024-04-07",
            [
                "Sun 2024-04-07 02:00+1030",
                "Sun 2024-04-07 02:20+1030",
                "Sun 2024-04-07 02:40+1030",
            ],
            id="after half an hour shown twice",
        ),
        pytest.param("0 9 * * *", "Pacific/Apia", "2011-12-30", [], id="date left out"),
    ],
)
def test_a_schedule_that_names_its_hours_keeps_its_dates_where_clocks_change(
    cron: str, zone: str, day: str, expected: list[str]
) -> None:
    """Whoever asked for a digest a day gets one, also on the days on which clocks change."""
    start = local(day, zone) - DAY
    moments = fired(Schedule.parse(cron, zone).next_after, start, start + 3 * DAY)
    assert [text for text in (shown(moment, zone) for moment in moments) if day in text] == expected


def test_an_hourly_schedule_goes_by_what_clocks_show() -> None:
    """The repeated hour gets its digest twice, the one that is left out none."""
    hourly = Schedule.parse("30 * * * *", BERLIN)
    autumn = local("2024-10-27T01:00")
    assert [shown(m)[15:] for m in fired(hourly.next_after, autumn, autumn + 3 * HOUR)] == [
        "01:30+0200",
        "02:30+0200",
        "02:30+0100",
    ]
    spring = local("2024-03-31T01:00")
    assert [shown(m)[15:] for m in fired(hourly.next_after, spring, spring + 2 * HOUR)] == [
        "01:30+0100",
        "03:30+0200",
    ]


def test_the_second_pass_of_an_hour_does_not_lead_back_to_the_first() -> None:
    """After 02:15 was shown for the second time, today's 02:30 is over for a daily digest."""
    schedule = Schedule.parse("30 2 * * *", BERLIN)
    after = local("2024-10-27T02:15", fold=1)
    assert shown(schedule.next_after(after)) == "Mon 2024-10-28 02:30+0100"
    latest = schedule.latest_until(after, after - DAY)
    assert latest is not None
    assert shown(latest) == "Sun 2024-10-27 02:30+0200"


@pytest.mark.parametrize(
    "spellings", [("0 */6 * * *", "0 0,6,12,18 * * *"), ("7 */1 * * *", "7 0-23 * * *")]
)
@pytest.mark.parametrize("zone", ["Africa/Cairo", "America/Havana", BERLIN])
def test_two_spellings_of_one_schedule_fire_alike(spellings: tuple[str, str], zone: str) -> None:
    """Cron's own rule goes by a leading star, which nobody who writes ``*/6`` thinks of."""
    one, other = (Schedule.parse(cron, zone) for cron in spellings)
    for change in changes_of(zone)[:8]:
        start = change.moment - DAY
        assert fired(one.next_after, start, start + 2 * DAY) == fired(
            other.next_after, start, start + 2 * DAY
        )


# Every zone, every change of clocks from 2020 to 2040


@pytest.fixture(scope="module")
def calendars() -> dict[tuple[Change, ...], str]:
    """Return each distinct list of changes in the world, with the name of a zone that has it."""
    places = sorted(available_timezones() - {"Factory", "localtime"})
    assert len(places) > 400
    return {changes_of(place): place for place in places}


def breaches(
    next_after: Callable[[datetime], datetime], zone: str, at: time, around: datetime
) -> list[str]:
    """Return how a daily schedule departs from one moment on each local date, `at` if it is shown.

    `around` is in the middle of the four days that are looked at.
    """
    found = []
    moments = fired(next_after, around - 2 * DAY, around + 2 * DAY)
    walls = [moment.astimezone(ZoneInfo(zone)) for moment in moments]
    if not 3 <= len(walls) <= 5:
        found.append(f"{zone}: {len(walls)} moments around {shown(around, zone)}")
    for wall, following in pairwise(walls):
        if following.date() != wall.date() + DAY:
            found.append(f"{zone}: after {wall} comes {following}")
    for wall in walls:
        wanted = datetime.combine(wall.date(), at, ZoneInfo(zone))
        is_shown = wanted.astimezone(UTC).astimezone(ZoneInfo(zone)) == wanted
        if is_shown and wall != wanted:
            found.append(f"{zone}: {wall} instead of {wanted}")
    return found


TIMES_OF_DAY = ("00:00", "00:30", "01:30", "02:00", "02:30", "23:30", "23:59")
TIMES = [time.fromisoformat(text) for text in TIMES_OF_DAY]


@pytest.mark.parametrize("at", TIMES, ids=str)
def test_a_daily_schedule_fires_once_on_each_date_in_every_zone(
    at: time, calendars: dict[tuple[Change, ...], str]
) -> None:
    """No date goes without its digest and none gets two, around each change in the world."""
    found = []
    for changes, zone in calendars.items():
        schedule = Schedule.parse(cron_for("every day", f"{at:%H:%M}"), zone)
        for change in changes:
            found += breaches(schedule.next_after, zone, at, change.moment)
    assert found == []


def test_the_world_has_the_changes_that_are_hard(
    calendars: dict[tuple[Change, ...], str],
) -> None:
    """Else the check above would pass for want of cases."""
    changes = {(zone, change) for listed, zone in calendars.items() for change in listed}
    lengths = {change.after - change.before for _, change in changes}
    assert {HOUR, -HOUR, HOUR / 2, -HOUR / 2, 3 * HOUR, -3 * HOUR} <= lengths
    walls = {
        (change.moment + change.before).strftime("%H:%M")
        for _, change in changes
        if change.after > change.before
    }
    assert {"00:00", "02:00", "23:00"} <= walls, "readings at which clocks leap"
    assert len(changes) > 1000


def test_the_check_finds_what_apscheduler_does_wrong(
    calendars: dict[tuple[Change, ...], str],
) -> None:
    """The usual library, as the baseline: the check can fail, and this is why it is not used."""
    failing = set()
    for at in TIMES:
        for changes, zone in calendars.items():
            trigger = CronTrigger(hour=at.hour, minute=at.minute, timezone=ZoneInfo(zone))

            def next_after(moment: datetime, trigger: CronTrigger = trigger) -> datetime:
                following: datetime = trigger.get_next_fire_time(None, moment + INSTANT)
                return following.astimezone(UTC)

            if any(breaches(next_after, zone, at, change.moment) for change in changes[:2]):
                failing.add(zone)
    assert len(failing) > len(calendars) / 2


@pytest.mark.parametrize("zone", ODD_ZONES)
def test_a_daily_schedule_fires_once_on_each_date_of_a_whole_year(zone: str) -> None:
    """The days between the changes hold no surprise either."""
    schedule = Schedule.parse("30 2 * * *", zone)
    start, end = local("2024-01-01", zone), local("2025-01-01", zone)
    dates = [m.astimezone(ZoneInfo(zone)).date() for m in fired(schedule.next_after, start, end)]
    assert dates == [start.astimezone(ZoneInfo(zone)).date() + day * DAY for day in range(366)]


# Against a table of what clocks show, minute by minute

Reading = Callable[[datetime], bool]
EXAMPLES: dict[str, Reading] = {
    "*/10 * * * *": lambda wall: wall.minute % 10 == 0,
    "5,50 0-23 * * 6,7": lambda wall: wall.minute in {5, 50} and wall.isoweekday() in {6, 7},
    "0 */2 * * *": lambda wall: wall.minute == 0 and wall.hour % 2 == 0,
    "*/20 1-3 * * *": lambda wall: wall.minute % 20 == 0 and wall.hour in {1, 2, 3},
    "15,45 0,23 * * *": lambda wall: wall.minute in {15, 45} and wall.hour in {0, 23},
    "* 2 * * SUN": lambda wall: wall.hour == 2 and wall.isoweekday() == 7,
    "30 2 * * *": lambda wall: (wall.hour, wall.minute) == (2, 30),
}
EVERY_HOUR = {"*/10 * * * *", "5,50 0-23 * * 6,7"}


def table_of(zone: str, around: datetime) -> dict[datetime, datetime]:
    """Return what clocks show in each minute of the days around a moment."""
    start = around.replace(second=0) - 10 * DAY
    minutes = (start + passed * MINUTE for passed in range(20 * 24 * 60))
    return {m: m.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for m in minutes}


def by_table(cron: str, table: dict[datetime, datetime]) -> list[datetime]:
    """Return when a schedule fires by the rules of schedule.py, without any arithmetic of zones."""
    matches = EXAMPLES[cron]
    if cron in EVERY_HOUR:
        return [moment for moment, wall in table.items() if matches(wall)]
    first: dict[datetime, datetime] = {}
    for moment, wall in table.items():
        first.setdefault(wall, moment)
    walls = sorted(first)
    wanted = [walls[0] + n * MINUTE for n in range((walls[-1] - walls[0]) // MINUTE)]
    return sorted({stand_in(wall, walls, first) for wall in wanted if matches(wall)})


def stand_in(wall: datetime, walls: list[datetime], first: dict[datetime, datetime]) -> datetime:
    """Return when `wall` is first shown, else the next reading of its date, else the last."""
    following = walls[bisect_left(walls, wall)]
    if following.date() == wall.date():
        return first[following]
    return first[walls[bisect_left(walls, wall) - 1]]


@pytest.mark.parametrize("cron", EXAMPLES)
@pytest.mark.parametrize("zone", ODD_ZONES)
def test_both_directions_agree_with_a_table_of_what_clocks_show(zone: str, cron: str) -> None:
    """What fires next and what fired last are right at any moment near a change."""
    schedule = Schedule.parse(cron, zone)
    for change in changes_of(zone)[8:10] or changes_of(zone)[:2]:
        expected = by_table(cron, table_of(zone, change.moment))
        for passed in range(-36 * 60, 36 * 60, 41):
            moment = change.moment + passed * MINUTE
            later = bisect_left(expected, moment + INSTANT)
            assert schedule.next_after(moment) == expected[later]
            assert schedule.latest_until(moment, moment - 9 * DAY) == expected[later - 1]


# Properties

SOME_CRONS = [*EXAMPLES, "* * * * *", "0 9 * * 1-5", "17 3 1,15 * *", "0 0 L * *", "5 4 29 2 *"]
any_schedule = st.builds(Schedule.parse, st.sampled_from(SOME_CRONS), st.sampled_from(ODD_ZONES))


@settings(derandomize=True, deadline=None)
@given(any_schedule, any_moment)
def test_the_next_moment_is_later_and_leads_to_a_later_one(
    schedule: Schedule, moment: datetime
) -> None:
    """A schedule never fires twice for one moment and never stands still."""
    following = schedule.next_after(moment)
    assert moment < following < schedule.next_after(following)


@settings(derandomize=True, deadline=None)
@given(any_schedule, any_moment)
def test_nothing_is_scheduled_between_the_latest_and_the_next_moment(
    schedule: Schedule, moment: datetime
) -> None:
    """Looking back and looking ahead see the same schedule."""
    latest = schedule.latest_until(moment, moment - 41 * 366 * DAY)
    assert latest is not None
    assert latest <= moment < schedule.next_after(latest) == schedule.next_after(moment)
    assert schedule.latest_until(latest, latest) == latest


@settings(derandomize=True, deadline=None)
@given(any_schedule, any_moment)
def test_the_period_leads_back_to_the_scheduled_moment_before(
    schedule: Schedule, moment: datetime
) -> None:
    """Two digests in a row leave no time between them that neither covers."""
    fire_at = schedule.next_after(moment)
    before = fire_at - schedule.period_at(fire_at)
    assert schedule.next_after(before) == fire_at
    assert schedule.default_lookback(fire_at) == schedule.period_at(fire_at) + 12 * HOUR
