"""Clocks around the world, for tests of schedules: what they show, and when they change."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


any_moment = st.datetimes(
    datetime(2005, 1, 1),  # noqa: DTZ001 - Hypothesis wants naive bounds and adds the zone
    datetime(2060, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
