"""Subscriptions in words, for /schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.chat import limits
from bot.chat.embeds.style import PLAIN, joined, relative_time
from digests.durations import format_duration
from digests.markdown import cut_escaped, escape
from digests.ranking import Sort
from digests.subscription import Mode, Origin, WhenEmpty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.subscription import Subscription, Wishes
    from digests.topic import Topics

_SORTS = {
    Sort.HEAT: "by heat",
    Sort.QUALITY: "by quality",
    Sort.COVERAGE: "by coverage",
    Sort.NEWEST: "newest first",
}


def subscription_embed(subscription: Subscription, topics: Topics) -> discord.Embed:
    """One subscription with everything that it asks for."""
    wishes = subscription.wishes
    first = topics.get(wishes.topics[0]) if wishes.topics else None
    embed = discord.Embed(
        title=f"🗓️ {escape(subscription.name)}",
        description=_state(subscription),
        colour=(first.colour if first else None) or PLAIN,
    )
    for name, value in _facts(wishes):
        embed.add_field(name=name, value=value, inline=True)
    return embed


def subscriptions_embed(subscriptions: Sequence[Subscription]) -> discord.Embed:
    """All subscriptions of a server, a few lines each, as many as fit."""
    blocks = [f"**{escape(one.name)}**\n{_state(one)}\n" for one in subscriptions]
    nothing = "Nothing is posted here yet: begin with `/schedule add name:morning`."
    text = joined(blocks, limits.DESCRIPTION) or nothing
    return discord.Embed(title="🗓️ Schedules", description=text, colour=PLAIN)


def _state(subscription: Subscription) -> str:
    """What it does where, when next, and whether it is paused."""
    kind, when = _kind_and_time(subscription.wishes)
    lines = [f"{kind} in <#{subscription.channel_id}>: {when}"]
    if subscription.paused:
        lines.append(f"⏸️ {cut_escaped(subscription.paused, 200)}")
    elif subscription.next_fire_at is not None:
        moment = discord.utils.format_dt(subscription.next_fire_at, "f")
        lines.append(f"Next: {moment} ({relative_time(subscription.next_fire_at)})")
    if subscription.origin is Origin.CONFIG:
        lines.append("-# set in the bot's configuration file")
    return "\n".join(lines)


def _kind_and_time(wishes: Wishes) -> tuple[str, str]:
    if wishes.mode is Mode.ALERTS or wishes.schedule is None:
        return "Alerts", "each story as it arrives"
    return "A digest", cut_escaped(wishes.schedule.describe(), 300)


def _facts(wishes: Wishes) -> list[tuple[str, str]]:
    """The wishes that differ from the usual, and those that everyone wants to see."""
    facts = [("Topics", cut_escaped(", ".join(wishes.topics), limits.FIELD_VALUE) or "all")]
    if wishes.min_heat:
        facts.append(("Heat", f"at least {wishes.min_heat}"))
    if wishes.lookback is not None:
        facts.append(("Looks back", format_duration(wishes.lookback)))
    if wishes.role:
        facts.append(("Mentions", f"<@&{wishes.role}>"))
    return facts + (_digest_facts(wishes) if wishes.mode is Mode.DIGEST else _alert_facts(wishes))


def _digest_facts(wishes: Wishes) -> list[tuple[str, str]]:
    facts = [("Stories", f"up to {wishes.max_stories}, {_SORTS[wishes.sort]}")]
    facts.append(("Layout", wishes.layout.value))
    if wishes.when_empty is WhenEmpty.NOTE:
        facts.append(("When nothing is new", "posts a note"))
    return facts


def _alert_facts(wishes: Wishes) -> list[tuple[str, str]]:
    facts = []
    if wishes.max_per_day:
        facts.append(("A day", f"at most {wishes.max_per_day}"))
    if wishes.quiet is not None:
        start, end = wishes.quiet.start, wishes.quiet.end
        facts.append(("Quiet", f"{start:%H:%M} to {end:%H:%M} ({wishes.timezone})"))
    return facts
