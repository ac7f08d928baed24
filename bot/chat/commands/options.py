"""What the options of /schedule mean: text that admins type, turned into wishes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict, get_args

from bot.chat.replies import AnswerError
from digests.durations import parse_duration
from digests.names import name_key
from digests.quiet import QuietHours
from digests.schedule import Days, Schedule, cron_for
from digests.subscription import Layout, Mode, WhenEmpty, Wishes

if TYPE_CHECKING:
    from digests.ranking import Sort

DEFAULT_TIME = "09:00"
DEFAULT_DAYS: Days = "every day"

AUTO = "auto"
"""What to type for a lookback that follows from the schedule again."""

OFF = "off"
"""What to type for no quiet hours any more."""

_PLAIN = ("mode", "sort", "max_stories", "min_heat", "layout", "when_empty", "role", "max_per_day")
"""Options that are taken as they come."""

_FOR_DIGESTS = ("days", "time", "cron", "sort", "max_stories", "layout", "when_empty")
_FOR_ALERTS = ("max_per_day", "quiet")


class ScheduleOptions(TypedDict, total=False):
    """The options as Discord hands them over; those that were not given are missing or None."""

    mode: Mode | None
    days: Days | None
    time: str | None
    cron: str | None
    timezone: str | None
    topics: str | None
    sort: Sort | None
    max_stories: int | None
    min_heat: int | None
    lookback: str | None
    layout: Layout | None
    when_empty: WhenEmpty | None
    role: int | None
    max_per_day: int | None
    quiet: str | None


def wishes_from(base: Wishes, options: ScheduleOptions) -> Wishes:
    """Change wishes by the options that were given; one sentence is raised for one that is wrong.

    Raises AnswerError, ScheduleError or DurationError.
    """
    given = {name: value for name, value in options.items() if value is not None}
    wishes = _without_schedule(base, given)
    _refuse_foreign(given, wishes.mode)
    before = base.schedule or base.kept_schedule
    if wishes.mode is Mode.ALERTS:
        return replace(wishes, schedule=None, kept_schedule=before)
    schedule = _schedule(before, wishes.timezone, options)
    return replace(wishes, schedule=schedule, kept_schedule=None)


def _without_schedule(base: Wishes, given: dict[str, object]) -> Wishes:
    """The wishes with every option but those that make the schedule."""
    changes = {name: given[name] for name in _PLAIN if name in given}
    if "timezone" in given:
        changes["timezone"] = Schedule.parse("0 9 * * *", str(given["timezone"])).timezone
    if "topics" in given:
        changes["topics"] = read_topics(str(given["topics"]))
    if "lookback" in given:
        text = str(given["lookback"])
        changes["lookback"] = None if _says(text, AUTO) else parse_duration(text)
    if "quiet" in given:
        text = str(given["quiet"])
        changes["quiet"] = None if _says(text, OFF) else QuietHours.parse(text)
    return replace(base, **changes)  # type: ignore[arg-type] # the names are Wishes' own


def _refuse_foreign(given: dict[str, object], mode: Mode) -> None:
    """Say so if an option was given that this mode has no use for."""
    foreign = _FOR_DIGESTS if mode is Mode.ALERTS else _FOR_ALERTS
    wrong = [f"`{name.replace('_', '-')}`" for name in foreign if name in given]
    if wrong:
        kind, other = ("Alerts", "digest") if mode is Mode.ALERTS else ("Digests", "alerts")
        raise AnswerError(
            f"{kind} have no use for {', '.join(wrong)}: leave that out, or choose `mode:{other}`."
        )


def _schedule(before: Schedule | None, timezone: str, options: ScheduleOptions) -> Schedule:
    """The schedule of a digest; of days and time, what was not given stays as it was."""
    cron, days, time = options.get("cron"), options.get("days"), options.get("time")
    if cron and (days or time):
        raise AnswerError("Give either `cron`, or `time` and `days`, not both.")
    if cron or (before is not None and not days and not time):
        return Schedule.parse(cron or (before.cron if before else ""), timezone)
    usual = (DEFAULT_DAYS, DEFAULT_TIME) if before is None else _usual_choice(before.cron)
    if usual is None and not (days and time):
        raise AnswerError("This schedule is written as `cron`: give both `days` and `time`.")
    usual_days, usual_time = usual or (DEFAULT_DAYS, DEFAULT_TIME)
    return Schedule.parse(cron_for(days or usual_days, time or usual_time), timezone)


def _usual_choice(cron: str) -> tuple[Days, str] | None:
    """The days and the time that `cron_for` made this of; None if it is something else."""
    minute, hour, *_ = cron.split()
    if not (minute.isdecimal() and hour.isdecimal()):
        return None
    time = f"{int(hour):02}:{int(minute):02}"
    choices: tuple[Days, ...] = get_args(Days)
    return next(((days, time) for days in choices if cron_for(days, time) == cron), None)


def _says(text: str, word: str) -> bool:
    return text.strip().casefold() == word


def read_topics(text: str) -> tuple[str, ...]:
    """Read topic names with commas between, each once; “all” and nothing mean all topics."""
    names = [" ".join(name.split()) for name in text.split(",")]
    names = [name for name in names if name]
    if [name.casefold() for name in names] == ["all"]:
        return ()
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name_key(name), name)
    return tuple(first.values())
