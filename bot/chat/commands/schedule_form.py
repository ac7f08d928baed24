"""The options that /schedule add and /schedule edit have in common."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import discord
from discord import app_commands
from discord.app_commands import Range

from bot.chat.commands.completion import choices, split_last, zones_like
from bot.chat.commands.options import AUTO, OFF, ScheduleOptions
from bot.chat.places import Place
from bot.chat.replies import AnswerError, Reply, respond
from bot.subscribe import LONGEST_NAME
from digests.markdown import escape
from digests.ranking import Sort
from digests.schedule import Days
from digests.subscription import Layout, Mode, WhenEmpty
from digests.text import cut

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    Work = Callable[[discord.Interaction, "Filled"], Coroutine[Any, Any, Reply]]

Kind = TypeVar("Kind", bound=StrEnum)


class _Words(app_commands.Transformer, Generic[Kind]):
    """Offers the values of an enumeration: discord.py would offer its names, in capitals."""

    def __init__(self, kind: type[Kind]) -> None:
        self._kind = kind

    @property
    def choices(self) -> list[app_commands.Choice[str | int | float]]:
        """The values, each under its own name."""
        return [app_commands.Choice(name=one.value, value=one.value) for one in self._kind]

    async def transform(self, _interaction: discord.Interaction, value: str, /) -> Kind:
        """The member with that value."""
        return self._kind(value)


ModeWord = app_commands.Transform[Mode, _Words(Mode)]
SortWord = app_commands.Transform[Sort, _Words(Sort)]
LayoutWord = app_commands.Transform[Layout, _Words(Layout)]
WhenEmptyWord = app_commands.Transform[WhenEmpty, _Words(WhenEmpty)]
Name = Range[str, 1, LONGEST_NAME]
Stories = Range[int, 1, 50]
Heat = Range[int, 0, 1_000]
PerDay = Range[int, 0, 100]

_OPTIONS = {
    "name": "What it is called, such as “morning”",
    "channel": "Where to post (default: here)",
    "mode": "A digest on a schedule, or an alert for each story as it arrives",
    "days": "On which days (default: every day; weekly is on Mondays)",
    "time": "At what time, such as 09:00 (the default)",
    "cron": "Instead of days and time: cron text, such as 0 9 * * 1-5",
    "timezone": "Whose clock that is, such as Europe/Berlin (default: UTC)",
    "topics": "Only these topics, with commas between (default: all)",
    "sort": "What ranks the stories (default: heat)",
    "max_stories": "How many stories at most (default: 10)",
    "min_heat": "Only stories at least this hot (default: 0)",
    "lookback": f"How far back to look, such as 36h (default: {AUTO}, the period and half a day)",
    "layout": "A list for each topic, or a card for each story (default: list)",
    "when_empty": "When nothing is new: stay silent (default), or post a note",
    "role": "A role to mention that anybody may mention; @everyone means nobody",
    "max_per_day": "Alerts: how many a day at most; 0 = no limit (default)",
    "quiet": f"Alerts: hours without any, such as 22:00-07:00 (default: {OFF})",
}


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as somebody filled it in."""

    name: str
    channel_id: int | None
    options: ScheduleOptions

    @property
    def is_blank(self) -> bool:
        """Whether nothing but the name was filled in."""
        return self.channel_id is None and all(value is None for value in self.options.values())


def schedule_form(
    name: str, description: str, work: Work, topics_like: Callable[[str], Awaitable[list[str]]]
) -> app_commands.Command[Any, ..., Any]:
    """Make a command with all options of a schedule."""

    async def topic_choices(
        _interaction: discord.Interaction, text: str
    ) -> list[app_commands.Choice[str]]:
        head, last = split_last(text)
        return choices(head + topic for topic in await topics_like(last))

    @app_commands.command(name=name, description=description)
    @app_commands.describe(**_OPTIONS)
    @app_commands.rename(max_stories="max-stories", min_heat="min-heat")
    @app_commands.rename(when_empty="when-empty", max_per_day="max-per-day")
    @app_commands.autocomplete(topics=topic_choices, timezone=_zone_choices)
    async def form(
        interaction: discord.Interaction,
        *,
        name: Name,
        channel: Place | None = None,
        mode: ModeWord | None = None,
        days: Days | None = None,
        time: str | None = None,
        cron: str | None = None,
        timezone: str | None = None,
        topics: str | None = None,
        sort: SortWord | None = None,
        max_stories: Stories | None = None,
        min_heat: Heat | None = None,
        lookback: str | None = None,
        layout: LayoutWord | None = None,
        when_empty: WhenEmptyWord | None = None,
        role: discord.Role | None = None,
        max_per_day: PerDay | None = None,
        quiet: str | None = None,
    ) -> None:
        options = ScheduleOptions(
            mode=mode,
            days=days,
            time=time,
            cron=cron,
            timezone=timezone,
            topics=topics,
            sort=sort,
            max_stories=max_stories,
            min_heat=min_heat,
            lookback=lookback,
            layout=layout,
            when_empty=when_empty,
            role=_role_id(interaction, role),
            max_per_day=max_per_day,
            quiet=quiet,
        )
        filled = Filled(name, channel.id if channel is not None else None, options)
        await respond(interaction, work(interaction, filled))

    return form


async def _zone_choices(
    _interaction: discord.Interaction, text: str
) -> list[app_commands.Choice[str]]:
    return choices(zones_like(text))


def _role_id(interaction: discord.Interaction, role: discord.Role | None) -> int | None:
    """The role to mention, 0 for nobody; raises AnswerError if Discord would not mention it."""
    if role is None:
        return None
    if role.is_default():
        return 0
    if not role.mentionable and not interaction.app_permissions.mention_everyone:
        raise AnswerError(
            f"The bot cannot mention “{escape(cut(role.name, 60))}”: "
            "switch on “Allow anyone to @mention this role” in the role's settings."
        )
    return role.id
