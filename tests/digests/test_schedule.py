"""Schedules fire when people expect, in every time zone and on the days when clocks change."""

import sys
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo, available_timezones

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.schedule import Days, QuietHours, Schedule, ScheduleError, cron_for

INSTANT = timedelta.resolution
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BERLIN = "Europe/Berlin"

# Zones whose clocks change in a way of their own: at midnight, to midnight, by 30 minutes, by
# three hours, around Ramadan, or not at all.
ODD_ZONES = [
    BERLIN,
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Havana",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "Antarctica/Casey",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
]


def local(text: str, zone: str = BERLIN, fold: int = 0) -> datetime:
    """Return the moment at which clocks in `zone` show `text`, the second time if `fold` is 1."""
    wall = datetime.fromisoformat(text)
    return wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def shown(moment: datetime, zone: str = BERLIN) -> str:
    """Return what clocks in `zone` show at `moment`, with the weekday and the offset."""
    return f"{moment.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M%z}"


def fired(
    next_after: Callable[[datetime], datetime], after: datetime, until: datetime
) -> list[datetime]:
    """Return what fires later than `after` and not later than `until`."""

    def moments() -> Iterator[datetime]:
        moment = after
        while True:
            moment = next_after(moment)
            yield moment

    return list(takewhile(lambda moment: moment <= until, moments()))


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


# Days on which clocks change


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


@dataclass(frozen=True, slots=True)
class Change:
    """A moment at which clocks change, and their offsets from UTC on its two sides."""

    moment: datetime
    before: timedelta
    after: timedelta


FIRST_NOON = datetime(2019, 12, 31, 12)  # noqa: DTZ001 - a reading of clocks, in any zone
NOONS = [FIRST_NOON + day * DAY for day in range(21 * 365 + 8)]


def offset_at(moment: datetime, zone: ZoneInfo) -> timedelta:
    """Return how far clocks in `zone` are ahead of UTC."""
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def changes_of(name: str) -> tuple[Change, ...]:
    """Return the changes from 2020 to 2040, found by comparing each noon with the next."""
    zone = ZoneInfo(name)
    offsets = [zone.utcoffset(noon) for noon in NOONS]
    days = [day for day, (one, other) in enumerate(pairwise(offsets)) if one != other]
    return tuple(change_after(NOONS[day], zone) for day in days)


def change_after(noon: datetime, zone: ZoneInfo) -> Change:
    """Return the one change between two noons, found by bisection."""
    start, end = (wall.replace(tzinfo=zone).astimezone(UTC) for wall in (noon, noon + DAY))
    before, after = offset_at(start, zone), offset_at(end, zone)
    second = timedelta(seconds=1)
    passed = bisect_left(
        range((end - start) // second),
        True,
        key=lambda seconds: offset_at(start + seconds * second, zone) == after,
    )
    return Change(start + passed * second, before, after)


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
any_moment = st.datetimes(
    datetime(2005, 1, 1),  # noqa: DTZ001 - Hypothesis wants naive bounds and adds the zone
    datetime(2060, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


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

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
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


# What people type, and what they read


def test_white_space_is_tidied() -> None:
    """What is pasted with tabs and line ends is the same schedule."""
    assert Schedule.parse("  0  9\t* * 1-5\n", f" {BERLIN} ") == Schedule("0 9 * * 1-5", BERLIN)


@pytest.mark.parametrize(
    ("cron", "complaint"),
    [
        ("", "five fields"),
        ("0 9 * *", "has 4"),
        ("0 0 9 * * *", "no seconds"),
        ("@daily", "five fields"),
        ("60 9 * * *", '"60" cannot be the minute '),
        ("0 24 * * *", '"24" cannot be the hour '),
        ("0 9 0 * *", '"0" cannot be the day of the month '),
        ("0 9 * 13 *", '"13" cannot be the month '),
        ("0 9 * * 8", '"8" cannot be the day of the week '),
        ("0 9 * * FRI-MON", "ranges rise"),
        ("*/0 9 * * *", '"\\*/0" cannot be the minute '),
        ("0 9 30 2 *", "never fires"),
        ("0 9 31 4,6,9,11 *", "never fires"),
        ("0 9 */20 * 1L", "never fires"),
        ("9" * 250 + " 9 * * *", "9…"),
        ("0," * 200 + "0 9 * * *", "300 characters"),
    ],
)
def test_cron_text_that_cannot_be_used_is_refused_in_one_sentence_with_an_example(
    cron: str, complaint: str
) -> None:
    """The sentence names the part that is wrong, and is short enough for a reply."""
    with pytest.raises(ScheduleError, match=complaint) as refusal:
        Schedule.parse(cron, BERLIN)
    sentence = str(refusal.value)
    assert 'for example "0 9 * * 1-5" is Monday to Friday at 09:00.' in sentence
    assert "\n" not in sentence
    assert len(sentence) < 300


@settings(derandomize=True, deadline=None)
@given(st.text(alphabet="0123456789*/-,L#W MON\t@²x", max_size=20), st.text(max_size=20))
def test_whatever_is_typed_is_a_schedule_that_can_be_told_or_a_sentence(
    cron: str, zone: str
) -> None:
    """No text leads to another error, and none comes back unprintable."""
    for text in (cron, f"{cron[:3].strip() or '*'} 9 * * {cron[3:6].strip() or '*'}"):
        for place in (BERLIN, zone):
            try:
                schedule = Schedule.parse(text, place)
            except ScheduleError as refusal:
                told = str(refusal)
            else:
                told = schedule.describe()
                assert schedule.next_after(local("2024-05-15T09:00")) > local("2024-05-15T09:00")
            assert told.isprintable()


@pytest.mark.parametrize(
    ("zone", "nearest"),
    [
        ("Europe/Berln", BERLIN),
        ("europe/berlin", BERLIN),
        ("Berlin", BERLIN),
        ("new york", "America/New_York"),
        ("posix/Asia/Tokyo", "Asia/Tokyo"),
    ],
)
def test_an_unknown_time_zone_is_refused_with_the_nearest_known_one(
    zone: str, nearest: str
) -> None:
    """People write the city alone, in lower case, with a space or a slip."""
    with pytest.raises(ScheduleError, match=f"did you mean {nearest}"):
        Schedule.parse("0 9 * * *", zone)


@pytest.mark.parametrize(
    "zone",
    [
        "",
        " ",
        "../etc",
        "../../etc/passwd",
        "/etc/localtime",
        "Europe",
        "Europe/",
        "Europe/../Europe/Berlin",
        "localtime",
        "Factory",
        "zone.tab",
        "Europe\\Berlin",
        "Europe/Berlin\0",
        "A" * 5000,
        "\ud800",
    ],
)
def test_what_is_no_place_is_refused_as_a_time_zone(zone: str) -> None:
    """A name of a zone is never a path, and never depends on the machine."""
    with pytest.raises(ScheduleError, match=r"time zone"):
        Schedule.parse("0 9 * * *", zone)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 9 * * *", "every day at 09:00"),
        ("0 9 * * 0-7", "every day at 09:00"),
        ("0 9 1 * 0-7", "every day at 09:00"),
        ("0 9,17 * * *", "every day at 09:00 and 17:00"),
        ("0 */12 * * *", "every day at 00:00 and 12:00"),
        ("0 9 * * 1-5", "Monday to Friday at 09:00"),
        ("0 9 * * 5,6,7", "Friday to Sunday at 09:00"),
        ("0 9 * * 1", "every Monday at 09:00"),
        ("0 9 * * 0,6", "every Saturday and Sunday at 09:00"),
        ("30 7 * * fri,mon,wed", "every Monday, Wednesday and Friday at 07:30"),
        ("0 * * * *", "every hour"),
        ("*/15 * * * *", "every 15 minutes"),
        ("* * * * *", "every minute"),
        ("0 * * * 1-5", "Monday to Friday, every hour"),
        ("5 * * * *", "at minute 5 of every hour"),
        ("0 9 1 * *", "at 09:00 on the first day of every month"),
        ("0 9 21 * *", "at 09:00 on the 21st day of every month"),
        ("0 9 L * *", "at 09:00 on the last day of every month"),
        ("0 9 * * 1#1", "at 09:00 on the first Monday of the month"),
        ("0 9 1-31 6 1", "at 09:00 every day in June"),
    ],
)
def test_a_schedule_is_told_in_words(cron: str, words: str) -> None:
    """People read what they asked for without knowing cron."""
    assert Schedule.parse(cron, BERLIN).describe() == f"{words} ({BERLIN})"


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


@pytest.mark.parametrize("at", ["", "9", "24:00", "09:60", "9am", "09:00:00", "٠٩:٠٠"])
def test_a_time_of_day_is_hours_and_minutes(at: str) -> None:
    """Anything else gets a sentence that shows how to write it."""
    with pytest.raises(ScheduleError, match="is not a time of day; write it as 09:00"):
        cron_for("every day", at)


# Quiet hours


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
