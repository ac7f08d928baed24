"""Quiet hours: when a night ends, by the clocks of a place."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Self
from zoneinfo import ZoneInfo

from digests.text import quoted
from digests.times import ScheduleError, time_of_day
from digests.wall_clock import DAY, in_utc, shown_or_leapt


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The part of each day in which nobody wants to be alerted, by the clocks of a place.

    It runs from the first time clocks show `start` until the last time they show `end`, on the
    next date if `end` is the earlier of the two. So each night has one end, also where clocks
    change. Equal times raise ScheduleError: they could mean never as well as always.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise ScheduleError(
                f"Quiet hours from {self.start:%H:%M} to {self.end:%H:%M} have no length; "
                'write two different times, for example "22:00-07:00".'
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read quiet hours such as "22:00-07:00"; anything else raises ScheduleError."""
        start, hyphen, end = text.partition("-")
        if not hyphen:
            raise ScheduleError(
                f'Quiet hours need two times with a hyphen between, for example "22:00-07:00", '
                f"not {quoted(text)}."
            )
        return cls(time_of_day(start), time_of_day(end))

    def until(self, moment: datetime, timezone: str) -> datetime | None:
        """Return when the quiet that `moment` falls into ends, in UTC; None if it is not quiet.

        `timezone` is a known IANA time zone; a naive `moment` raises ValueError.
        """
        moment = in_utc(moment)
        zone = ZoneInfo(timezone)
        today = moment.astimezone(zone).date()
        spans = [self._span(today + days * DAY, zone) for days in (-1, 0, 1)]
        ends = [end for start, end in spans if start <= moment < end]
        if not ends:
            return None
        # Where clocks show the end twice, the next quiet can begin before this one is over.
        return self.until(max(ends), timezone) or max(ends)

    def _span(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the moments between which the quiet that starts on `day` lasts."""
        last_day = day if self.start < self.end else day + DAY
        start, end = datetime.combine(day, self.start), datetime.combine(last_day, self.end)
        return shown_or_leapt(start, zone)[0], shown_or_leapt(end, zone)[-1]
