"""Schedules: cron text in a time zone becomes moments. Quiet hours: when a night ends.

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

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Final, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

Days = Literal["every day", "weekdays", "weekly"]
"""The choices of days that `cron_for` knows; a weekly digest comes on Mondays."""

_DAYS_OF_WEEK: Final[dict[Days, str]] = {"every day": "*", "weekdays": "1-5", "weekly": "1"}
_EXAMPLE: Final = 'for example "0 9 * * 1-5" is Monday to Friday at 09:00'
_SOME_DAY: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a reading of clocks, not a moment
_LONGEST_CRON: Final = 300  # long enough to list all minutes and hours one by one
_FIELDS: Final = {
    "minute": "0 to 59",
    "hour": "0 to 23",
    "day of the month": "1 to 31, or L for the last",
    "month": "1 to 12, or JAN to DEC",
    "day of the week": "0 to 7 where 0 and 7 are Sunday, or SUN to SAT",
}
# Names that zoneinfo opens, but that are copies, count leap seconds, or differ by machine.
_NOT_A_PLACE: Final = re.compile(r"(posix|right)/.*|localtime|posixrules|Factory")
_TIME_OF_DAY: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_WEEKDAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MOST_TIMES_TOLD: Final = 6  # a longer list of times is told by its rule instead

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_SECOND: Final = timedelta(seconds=1)


class ScheduleError(ValueError):
    """A schedule, time zone, time or quiet hours that cannot be used; the text says what to do."""


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
        """Return the schedule that these texts mean, with tidy white space.

        Raises ScheduleError, in one sentence for people, when the cron text does not have five
        good fields, when it would never fire, and when the time zone is not known.
        """
        zone = timezone.strip()
        _check_zone(zone)
        fields = cron.split()
        _check_cron(cron, fields)
        return cls(" ".join(fields), zone)

    def next_after(self, moment: datetime) -> datetime:
        """Return the first scheduled moment that is later than `moment`."""
        moment = _in_utc(moment)
        zone = ZoneInfo(self.timezone)
        earliest, _ = _readings_near(moment, zone)
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
        latest = self._latest_until(_in_utc(moment))
        return latest if latest >= _in_utc(not_before) else None

    def period_at(self, fire_at: datetime) -> timedelta:
        """Return the time from the scheduled moment before `fire_at` to `fire_at`.

        Real time, so a day is 23 or 25 hours long where clocks change; three days on the Monday
        of a schedule that fires from Monday to Friday.
        """
        fire_at = _in_utc(fire_at)
        return fire_at - self._latest_until(fire_at - timedelta.resolution)

    def default_lookback(self, fire_at: datetime) -> timedelta:
        """Return how far back a digest fired then looks: its period plus half a day.

        The half day is for articles that arrive after the digest they were published in time for.
        """
        return self.period_at(fire_at) + _DAY / 2

    def describe(self) -> str:
        """Return the schedule in words, as in "Monday to Friday at 09:00 (Europe/Berlin)"."""
        matches = CronSim(self.cron, _SOME_DAY)
        return f"{_in_words(matches) or _explained(matches)} ({self.timezone})"

    def _latest_until(self, moment: datetime) -> datetime:
        zone = ZoneInfo(self.timezone)
        _, latest = _readings_near(moment, zone)
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
    clock = _time_of_day(at)
    return f"{clock.minute} {clock.hour} * * {_DAYS_OF_WEEK[days]}"


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
                f"not {_quoted(text)}."
            )
        return cls(_time_of_day(start), _time_of_day(end))

    def until(self, moment: datetime, timezone: str) -> datetime | None:
        """Return when the quiet that `moment` falls into ends, in UTC; None if it is not quiet.

        `timezone` is a known IANA time zone; a naive `moment` raises ValueError.
        """
        moment = _in_utc(moment)
        zone = ZoneInfo(timezone)
        today = moment.astimezone(zone).date()
        spans = [self._span(today + days * _DAY, zone) for days in (-1, 0, 1)]
        ends = [end for start, end in spans if start <= moment < end]
        if not ends:
            return None
        # Where clocks show the end twice, the next quiet can begin before this one is over.
        return self.until(max(ends), timezone) or max(ends)

    def _span(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the moments between which the quiet that starts on `day` lasts."""
        last_day = day if self.start < self.end else day + _DAY
        start, end = datetime.combine(day, self.start), datetime.combine(last_day, self.end)
        return _shown_or_leapt(start, zone)[0], _shown_or_leapt(end, zone)[-1]


# Moments and what clocks show. `wall` is a naive datetime: a reading of the clocks of a zone.


def _in_utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"a moment needs a time zone, and {moment!r} has none")
    return moment.astimezone(UTC)


def _shown_at(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the moments, in order, at which clocks show `wall`: none, one or two of them."""
    passes = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(m for m in passes if m.astimezone(zone).replace(tzinfo=None) == wall))


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


def _shown_or_leapt(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    return _shown_at(wall, zone) or (_leap_over(wall, zone),)


def _kept_on_its_date(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the moment that stands for a reading that clocks leap over, on the same local date.

    It is the leap itself, or the minute before where the leap ends at midnight. A whole date
    that is left out (Pacific/Apia, 30 December 2011) has no such moment.
    """
    leap = _leap_over(wall, zone)
    around = (leap, leap - _MINUTE)
    return tuple(m for m in around if m.astimezone(zone).date() == wall.date())[:1]


def _moments_at(wall: datetime, zone: ZoneInfo, matches: CronSim) -> tuple[datetime, ...]:
    """Return the moments, in order, at which a match of the cron text fires."""
    shown = _shown_at(wall, zone)
    if len(matches.hours) == 24:
        return shown
    return shown[:1] or _kept_on_its_date(wall, zone)


def _readings_near(moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the earliest and the latest reading that may bear on `moment`.

    They differ only within a day of a change of clocks, by the length of that change.
    """
    clocks = [(moment + days * _DAY).astimezone(zone).utcoffset() for days in (-1, 0, 1)]
    readings = [moment.replace(tzinfo=None) + offset for offset in clocks if offset is not None]
    return min(readings), max(readings)


# Text from people, and text for people.


def _check_cron(cron: str, fields: list[str]) -> None:
    if len(cron) > _LONGEST_CRON:
        raise ScheduleError(
            f"Cron text may have {_LONGEST_CRON} characters and this has {len(cron)}; {_EXAMPLE}."
        )
    if len(fields) != len(_FIELDS):
        raise ScheduleError(
            f"Cron text has five fields ({', '.join(_FIELDS)}; no seconds) "
            f"and {_quoted(cron)} has {len(fields)}; {_EXAMPLE}."
        )
    for position, (name, values) in enumerate(_FIELDS.items()):
        alone = ["*"] * position + [fields[position]] + ["*"] * (4 - position)
        if not _is_cron(" ".join(alone)):
            raise ScheduleError(
                f"{_quoted(fields[position])} cannot be the {name} in cron text ({values}; "
                f"ranges rise as in 1-5, steps are written */2); {_EXAMPLE}."
            )
    if not _ever_matches(cron):
        raise ScheduleError(
            f"{_quoted(cron)} never fires, because no month has such a day; {_EXAMPLE}."
        )


def _is_cron(cron: str) -> bool:
    try:
        CronSim(cron, _SOME_DAY)
    except CronSimError:
        return False
    return True


def _ever_matches(cron: str) -> bool:
    """Tell whether cron text whose fields are good one by one matches any date.

    cronsim searches 50 years, and the calendar's rarest day, a 29 February on a given day of the
    week, comes back within 40.
    """
    return _is_cron(cron) and next(CronSim(cron, _SOME_DAY), None) is not None


def _check_zone(name: str) -> None:
    if not name:
        raise ScheduleError("A schedule needs a time zone, for example Europe/Berlin or UTC.")
    if not _NOT_A_PLACE.fullmatch(name) and _opens(name):
        return
    likely = _nearest_zones(name)
    hint = (
        f"did you mean {_listed(likely, 'or')}?"
        if likely
        else "write one such as Europe/Berlin or UTC."
    )
    raise ScheduleError(f"There is no time zone {_quoted(name)}; {hint}")


def _opens(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # unknown; a path, or no zone data; a folder of zones
        return False
    return True


def _nearest_zones(name: str) -> list[str]:
    """Return up to three zones that were probably meant, also by city alone or in other case."""
    zones = sorted(zone for zone in available_timezones() if not _NOT_A_PLACE.fullmatch(zone))
    spellings = {zone.rpartition("/")[2].lower(): zone for zone in zones}
    spellings |= {zone.lower(): zone for zone in zones}
    wanted = name[:64].lower().replace(" ", "_")
    if wanted in spellings:
        return [spellings[wanted]]
    close = get_close_matches(wanted, spellings, n=3, cutoff=0.75)
    return list(dict.fromkeys(spellings[spelling] for spelling in close))


def _time_of_day(text: str) -> time:
    found = _TIME_OF_DAY.fullmatch(text.strip())
    if not found:
        raise ScheduleError(f"{_quoted(text)} is not a time of day; write it as 09:00 or 21:30.")
    return time(int(found[1]), int(found[2]))


def _quoted(text: str) -> str:
    """Return text that somebody typed so that it fits into a sentence."""
    tidy = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f'"{tidy}"' if len(tidy) <= 40 else f'"{tidy[:39]}…"'


def _in_words(matches: CronSim) -> str | None:
    """Return the words for a schedule of a usual shape: certain weekdays at a few times."""
    days = _days_in_words(matches)
    if days is None:
        return None
    if len(matches.hours) < 24:
        times = _times_in_words(matches)
        return times and f"{days} at {times}"
    rate = _rate_in_words(matches)
    return rate if days == "every day" else rate and f"{days}, {rate}"


def _days_in_words(matches: CronSim) -> str | None:
    if len(matches.months) < 12:
        return None
    if _fires_every_date(matches):
        return "every day"
    if not matches.days.issuperset(range(1, 32)) or not matches.weekdays.issubset(range(8)):
        return None
    from_monday = sorted(_weekday_numbers(matches), key=lambda number: (number - 1) % 7)
    names = [_WEEKDAYS[number] for number in from_monday]
    in_a_row = (from_monday[-1] - from_monday[0]) % 7 == len(names) - 1
    if len(names) > 2 and in_a_row:
        return f"{names[0]} to {names[-1]}"
    return f"every {_listed(names)}"


def _fires_every_date(matches: CronSim) -> bool:
    """Tell whether neither dates nor weekdays keep a schedule from any date of its months.

    Cron asks for both if one of them is written with a star, else for either: ``1-31 * 1`` is
    every date, not only Mondays.
    """
    full = (matches.days.issuperset(range(1, 32)), len(_weekday_numbers(matches)) == 7)
    return all(full) or (any(full) and not matches.day_and)


def _weekday_numbers(matches: CronSim) -> set[int]:
    """Return the days of the week that match in every week, 0 for Sunday to 6 for Saturday."""
    return {day % 7 for day in matches.weekdays if isinstance(day, int)}


def _times_in_words(matches: CronSim) -> str | None:
    times = [time(h, m) for h in sorted(matches.hours) for m in sorted(matches.minutes)]
    if len(times) > _MOST_TIMES_TOLD:
        return None
    return _listed([f"{each:%H:%M}" for each in times])


def _rate_in_words(matches: CronSim) -> str | None:
    step = 60 // len(matches.minutes)
    if matches.minutes != set(range(0, 60, step)):
        return None
    return {60: "every hour", 1: "every minute"}.get(step, f"every {step} minutes")


def _listed(words: list[str], conjunction: str = "and") -> str:
    *most, last = words
    return f"{', '.join(most)} {conjunction} {last}" if most else last


def _explained(matches: CronSim) -> str:
    """Return cronsim's own explanation, as part of a sentence and with English ordinals."""
    if _fires_every_date(matches):
        _, minute, hour, _, month, _ = matches.parts
        matches = CronSim(f"{minute} {hour} * {month} *", _SOME_DAY)
    text = matches.explain().replace(" through ", " to ")
    text = re.sub(r"of month\b", "of the month", text)
    for wrong, right in (("1th", "1st"), ("2th", "2nd"), ("3th", "3rd")):
        text = re.sub(rf"(?<=[2-5]){wrong}\b", right, text)
    return text[0].lower() + text[1:]
