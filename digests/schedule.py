"""Schedules: cron text in a time zone becomes moments.

cronsim reads the cron text and finds the matches on a plain calendar. What a match means where
clocks change is decided here, by three rules:

1. A schedule that names its hours keeps its dates: one time of day is one moment on each local
   date. A time that clocks leap over fires at the leap, one that they show twice fires first.
2. A schedule that covers all 24 hours goes by what clocks show: it fires all through a repeated
   hour, and not in one that is left out.
3. Spelling makes no difference: ``0 */12 * * *`` is ``0 0,12 * * *``.

The first two follow cron(8) on Debian, as cronsim does, and also keep the date where a leap ends
at midnight. The third departs from it: there a leading ``*`` means "frequent", and ``0 */12``
fires twice where midnight is shown twice.

cronsim is never given the zone. With one, version 2.8 names 02:30 of the first pass as the moment
after 02:15 of the second, puts Saturday's 23:30 on Sunday where the leap ends at midnight
(America/Nuuk, 30 March 2024), and forgets 02:00 to 02:20 of ``*/10 2 * * *`` where clocks go back
by half an hour (Australia/Lord_Howe, 7 April 2024).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, Self
from zoneinfo import ZoneInfo

from cronsim import CronSim

from digests.cron_text import in_words, tidy_cron
from digests.times import time_of_day, zone_named
from digests.wall_clock import DAY, in_utc, kept_on_its_date, readings_near, shown_at

Days = Literal["every day", "weekdays", "weekly"]
"""The choices of days that `cron_for` knows; a weekly digest comes on Mondays."""

_DAYS_OF_WEEK: Final[dict[Days, str]] = {"every day": "*", "weekdays": "1-5", "weekly": "1"}
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a subscription's digest is due: five fields of cron text, in an IANA time zone.

    Make one with `parse`, which checks both. All moments are aware datetimes; those returned are
    in UTC. A naive datetime raises ValueError.
    """

    cron: str
    timezone: str

    @classmethod
    def parse(cls, cron: str, timezone: str) -> Self:
        """Return the schedule that these texts mean, with tidy white space and the zone's own case.

        Raises ScheduleError, in one sentence for people, when the cron text does not have five
        good fields, when it would never fire, and when the time zone is not known.
        """
        zone = zone_named(timezone.strip())
        return cls(tidy_cron(cron), zone)

    def next_after(self, moment: datetime) -> datetime:
        """Return the first scheduled moment that is later than `moment`."""
        moment = in_utc(moment)
        zone = ZoneInfo(self.timezone)
        earliest, _ = readings_near(moment, zone)
        matches = CronSim(self.cron, earliest)
        found: list[datetime] = []
        for wall in matches:
            moments = _moments_at(wall, zone, matches)
            found += [m for m in moments if m > moment]
            # A match further on may still fire sooner while clocks show this hour a second time.
            if found and moments and min(found) <= moments[0]:
                break
        return min(found)

    def latest_until(self, moment: datetime, not_before: datetime) -> datetime | None:
        """Return the newest scheduled moment from `not_before` to `moment`, both included.

        This is what a bot that was down owes: one digest. It costs the same after a minute as
        after a year. None means that nothing was due.
        """
        latest = self._latest_until(in_utc(moment))
        return latest if latest >= in_utc(not_before) else None

    def period_at(self, fire_at: datetime) -> timedelta:
        """Return the time from the scheduled moment before `fire_at` to `fire_at`.

        Real time, so a day is 23 or 25 hours long where clocks change; three days on the Monday
        of a schedule that fires from Monday to Friday.
        """
        fire_at = in_utc(fire_at)
        return fire_at - self._latest_until(fire_at - timedelta.resolution)

    def default_lookback(self, fire_at: datetime) -> timedelta:
        """Return how far back a digest fired then looks: its period plus half a day.

        The half day is for articles that arrive after the digest they were published in time for.
        """
        return self.period_at(fire_at) + DAY / 2

    def describe(self) -> str:
        """Return the schedule in words, as in "Monday to Friday at 09:00 (Europe/Berlin)"."""
        return f"{in_words(self.cron)} ({self.timezone})"

    def _latest_until(self, moment: datetime) -> datetime:
        zone = ZoneInfo(self.timezone)
        _, latest = readings_near(moment, zone)
        matches = CronSim(self.cron, latest + _SECOND, reverse=True)
        found: list[datetime] = []
        for wall in matches:
            moments = _moments_at(wall, zone, matches)
            found += [m for m in moments if m <= moment]
            if found and moments and max(found) >= moments[-1]:
                break
        return max(found)


def cron_for(days: Days, at: str) -> str:
    """Return the cron text for a usual choice, as `cron_for("weekdays", "09:00")`.

    Raises ScheduleError if `at` is not a time of day from 00:00 to 23:59.
    """
    clock = time_of_day(at)
    return f"{clock.minute} {clock.hour} * * {_DAYS_OF_WEEK[days]}"


def _moments_at(wall: datetime, zone: ZoneInfo, matches: CronSim) -> tuple[datetime, ...]:
    """Return the moments, in order, at which a match of the cron text fires."""
    shown = shown_at(wall, zone)
    if len(matches.hours) == 24:
        return shown
    return shown[:1] or kept_on_its_date(wall, zone)
