"""Cron text: checked, and put into words. What it means where clocks change: `digests.schedule`."""

import re
from datetime import datetime, time
from typing import Final

from cronsim import CronSim, CronSimError

from digests.text import listed, quoted
from digests.times import ScheduleError

_EXAMPLE: Final = 'for example "0 9 * * 1-5" is Monday to Friday at 09:00'
_SOME_DAY: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a reading of clocks, not a moment
_LONGEST: Final = 300  # long enough to list all minutes and hours one by one
_FIELDS: Final = {
    "minute": "0 to 59",
    "hour": "0 to 23",
    "day of the month": "1 to 31, or L for the last",
    "month": "1 to 12, or JAN to DEC",
    "day of the week": "0 to 7 where 0 and 7 are Sunday, or SUN to SAT",
}
_WEEKDAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_EACH_WEEKDAY: Final = re.compile(
    r"(?<!first )(?<!second )(?<!third )(?<!fourth )(?<!fifth )(?<!last )"
    rf"\b({'|'.join(_WEEKDAYS)})\b"
)
_MOST_TIMES_TOLD: Final = 6  # a longer list of times is told by its rule instead


def tidy_cron(cron: str) -> str:
    """Return cron text with single spaces; raises ScheduleError if it is none, or never fires."""
    fields = cron.split()
    _check(cron, fields)
    return " ".join(fields)


def in_words(cron: str) -> str:
    """Return good cron text in words, as in "Monday to Friday at 09:00"."""
    matches = CronSim(cron, _SOME_DAY)
    return _usual_words(matches) or _explained(matches)


def _check(cron: str, fields: list[str]) -> None:
    if len(cron) > _LONGEST:
        raise ScheduleError(
            f"Cron text may have {_LONGEST} characters and this has {len(cron)}; {_EXAMPLE}."
        )
    if len(fields) != len(_FIELDS):
        raise ScheduleError(
            f"Cron text has five fields ({', '.join(_FIELDS)}; no seconds) "
            f"and {quoted(cron)} has {len(fields)}; {_EXAMPLE}."
        )
    wrong = [
        f"{quoted(fields[position])} cannot be the {name} in cron text ({values})"
        for position, (name, values) in enumerate(_FIELDS.items())
        if not _is_cron(" ".join(["*"] * position + [fields[position]] + ["*"] * (4 - position)))
    ]
    if wrong:
        first, *more = wrong
        more = [each.replace(" in cron text", "") for each in more]
        raise ScheduleError(
            f"{listed([first, *more])}; ranges rise as in 1-5, steps are written */2; {_EXAMPLE}."
        )
    if not _ever_matches(cron):
        raise ScheduleError(
            f"{quoted(cron)} never fires, because no month has such a day; {_EXAMPLE}."
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


def _usual_words(matches: CronSim) -> str | None:
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
    return f"every {listed(names)}"


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
    return listed([f"{each:%H:%M}" for each in times])


def _rate_in_words(matches: CronSim) -> str | None:
    step = 60 // len(matches.minutes)
    if matches.minutes != set(range(0, 60, step)):
        return None
    return {60: "every hour", 1: "every minute"}.get(step, f"every {step} minutes")


def _explained(matches: CronSim) -> str:
    """Return cronsim's own explanation as part of a sentence, with English ordinals and plurals."""
    if _fires_every_date(matches):
        _, minute, hour, _, month, _ = matches.parts
        matches = CronSim(f"{minute} {hour} * {month} *", _SOME_DAY)
    text = matches.explain().replace(" through ", " to ")
    text = re.sub(r"of month\b", "of the month", text)
    for wrong, right in (("1th", "1st"), ("2th", "2nd"), ("3th", "3rd")):
        text = re.sub(rf"(?<=[2-5]){wrong}\b", right, text)
    if " if it's on " not in text:
        text = _EACH_WEEKDAY.sub(r"\1s", text)
    return text[0].lower() + text[1:]
