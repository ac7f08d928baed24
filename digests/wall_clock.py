"""Moments, and what the clocks of a place show: where an hour is left out, or shown twice.

`wall` is a naive datetime: a reading of the clocks of a zone. Moments are returned in UTC.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

DAY: Final = timedelta(days=1)
"""A day of 24 hours; the date of a place may last one hour less or more."""

_MINUTE: Final = timedelta(minutes=1)
_SECOND: Final = timedelta(seconds=1)


def in_utc(moment: datetime) -> datetime:
    """Return the moment in UTC; raises ValueError for a naive datetime."""
    if moment.utcoffset() is None:
        raise ValueError(f"a moment needs a time zone, and {moment!r} has none")
    return moment.astimezone(UTC)


def shown_at(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the moments, in order, at which clocks show `wall`: none, one or two of them."""
    passes = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(m for m in passes if m.astimezone(zone).replace(tzinfo=None) == wall))


def shown_or_leapt(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the moments at which clocks show `wall`, or the one at which they leap over it."""
    return shown_at(wall, zone) or (_leap_over(wall, zone),)


def kept_on_its_date(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the moment that stands for a reading that clocks leap over, on the same local date.

    It is the leap itself, or the minute before where the leap ends at midnight. A whole date
    that is left out (Pacific/Apia, 30 December 2011) has no such moment.
    """
    leap = _leap_over(wall, zone)
    around = (leap, leap - _MINUTE)
    return tuple(m for m in around if m.astimezone(zone).date() == wall.date())[:1]


def readings_near(moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the earliest and the latest reading that may bear on `moment`.

    They differ only within a day of a change of clocks, by the length of that change.
    """
    clocks = [(moment + days * DAY).astimezone(zone).utcoffset() for days in (-1, 0, 1)]
    readings = [moment.replace(tzinfo=None) + offset for offset in clocks if offset is not None]
    return min(readings), max(readings)


def _leap_over(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which clocks leap over `wall`, a reading that they never show.

    PEP 495 puts such a reading after the leap with fold=0, before it with fold=1, and so close
    that there is no other change between the two.
    """
    after, before = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    new = after.astimezone(zone).utcoffset()

    def has_leapt(seconds: int) -> bool:
        return (before + seconds * _SECOND).astimezone(zone).utcoffset() == new

    length = (after - before) // _SECOND
    return before + bisect_left(range(length), True, key=has_leapt) * _SECOND
