"""What the options of /schedule mean: text that admins type, turned into wishes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypedDict
from zoneinfo import available_timezones

from bot.chat.replies import AnswerError
from digests.durations import parse_duration
from digests.schedule import QuietHours, Schedule, cron_for
from digests.subscription import Layout, Mode, WhenEmpty, Wishes

if TYPE_CHECKING:
    from digests.ranking import Sort

Days = Literal["every day", "weekdays", "weekly"]
"""The usual choices of days; `weekly` is on Mondays."""

DEFAULT_TIME = "09:00"


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
    wishes = _plain(base, given)
    wishes = replace(wishes, schedule=_schedule(base, wishes, options))
    if wishes.mode is Mode.ALERTS and (options.get("cron") or options.get("time")):
        raise AnswerError("Alerts post when a story arrives: leave out time, days and cron.")
    if wishes.mode is Mode.DIGEST and (wishes.max_per_day or wishes.quiet):
        raise AnswerError("Quiet hours and max-per-day are for alerts: leave them out.")
    return wishes


def _plain(base: Wishes, given: dict[str, object]) -> Wishes:
    """The options that stand for themselves, or nearly."""
    direct = ("mode", "sort", "max_stories", "min_heat", "layout", "when_empty", "role")
    changes: dict[str, object] = {name: given[name] for name in direct if name in given}
    if "max_per_day" in given:
        changes["max_per_day"] = given["max_per_day"]
    if "timezone" in given:
        changes["timezone"] = Schedule.parse("0 9 * * *", str(given["timezone"])).timezone
    if "topics" in given:
        changes["topics"] = read_topics(str(given["topics"]))
    if "lookback" in given:
        changes["lookback"] = parse_duration(str(given["lookback"]))
    if "quiet" in given:
        changes["quiet"] = QuietHours.parse(str(given["quiet"]))
    return replace(base, **changes)  # type: ignore[arg-type] # the names are Wishes' own


def _schedule(base: Wishes, wishes: Wishes, options: ScheduleOptions) -> Schedule | None:
    if wishes.mode is Mode.ALERTS:
        return None
    cron, days, time = options.get("cron"), options.get("days"), options.get("time")
    if cron and (days or time):
        raise AnswerError("Give either cron, or time and days, not both.")
    if not cron and not days and not time and base.schedule is not None:
        return Schedule.parse(base.schedule.cron, wishes.timezone)
    return Schedule.parse(
        cron or cron_for(days or "every day", time or DEFAULT_TIME), wishes.timezone
    )


def read_topics(text: str) -> tuple[str, ...]:
    """Read topic names with commas between; “all” and nothing mean all topics."""
    names = [" ".join(name.split()) for name in text.split(",")]
    names = [name for name in names if name]
    if [name.casefold() for name in names] == ["all"]:
        return ()
    return tuple(dict.fromkeys(names))


def complete_last(text: str, names: list[str]) -> list[str]:
    """Complete the last of several names with commas between, for autocomplete."""
    before, comma, _ = text.rpartition(",")
    head = f"{before.strip()}, " if comma else ""
    return [head + name for name in names]


def zones_like(text: str, limit: int) -> list[str]:
    """Time zones whose name holds the text, those beginning a part of the name with it first."""
    wanted = text.strip().replace(" ", "_").casefold()
    found = [zone for zone in available_timezones() if wanted in zone.casefold()]
    plain = [zone for zone in found if "/" in zone or zone == "UTC"]
    return sorted(
        plain, key=lambda zone: (not _begins(zone, wanted), zone.startswith("Etc/"), zone)
    )[:limit]


def _begins(zone: str, wanted: str) -> bool:
    return any(part.casefold().startswith(wanted) for part in (zone, *zone.split("/")))
