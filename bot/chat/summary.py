"""Subscriptions and the bot's state in words, for /schedule and /status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.chat import limits
from bot.chat.embeds import PLAIN
from digests.durations import format_duration
from digests.markdown import escape
from digests.subscription import Mode, Origin, WhenEmpty
from digests.text import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.subscription import Subscription, Wishes
    from digests.topic import Topics


def subscription_embed(subscription: Subscription, topics: Topics) -> discord.Embed:
    """One subscription with everything that it asks for."""
    wishes = subscription.wishes
    first = topics.get(wishes.topics[0]) if wishes.topics else None
    embed = discord.Embed(
        title=cut(f"🗓️ {subscription.name}", limits.TITLE),
        description=_state(subscription),
        colour=(first.colour if first else None) or PLAIN,
    )
    for name, value in _facts(wishes):
        embed.add_field(name=name, value=cut(value, limits.FIELD_VALUE), inline=True)
    return embed


def subscriptions_embed(subscriptions: Sequence[Subscription]) -> discord.Embed:
    """All subscriptions of a server, a few lines each."""
    if not subscriptions:
        return discord.Embed(
            title="🗓️ Schedules",
            description="Nothing is posted here yet. Begin with `/schedule add name:morning`.",
            colour=PLAIN,
        )
    embed = discord.Embed(title="🗓️ Schedules", colour=PLAIN)
    for one in subscriptions[: limits.FIELDS]:
        embed.add_field(name=cut(one.name, limits.FIELD_NAME), value=_state(one), inline=False)
    if len(subscriptions) > limits.FIELDS:
        embed.set_footer(text=f"and {len(subscriptions) - limits.FIELDS} more")
    return embed


def _state(subscription: Subscription) -> str:
    """What it does where, when next, and whether it is paused."""
    wishes = subscription.wishes
    lines = [f"{_when(wishes)} in <#{subscription.channel_id}>"]
    if subscription.paused:
        lines.append(f"⏸️ {escape(cut(subscription.paused, 200))}")
    elif subscription.next_fire_at is not None:
        moment = subscription.next_fire_at
        full, relative = (discord.utils.format_dt(moment, style) for style in ("f", "R"))
        lines.append(f"Next: {full} ({relative})")
    if subscription.origin is Origin.CONFIG:
        lines.append("-# set in the bot's configuration file")
    return cut("\n".join(lines), limits.FIELD_VALUE)


def _when(wishes: Wishes) -> str:
    if wishes.mode is Mode.ALERTS or wishes.schedule is None:
        return "An alert for each story as it arrives,"
    return f"A digest {escape(wishes.schedule.describe())}"


def _facts(wishes: Wishes) -> list[tuple[str, str]]:
    """The wishes that differ from the usual, and those that everyone wants to see."""
    facts = [("Topics", escape(", ".join(wishes.topics)) or "all")]
    if wishes.mode is Mode.DIGEST:
        facts.append(("Stories", f"up to {wishes.max_stories}, by {wishes.sort}"))
        facts.append(("Layout", wishes.layout.value))
    if wishes.min_heat:
        facts.append(("Heat", f"at least {wishes.min_heat}"))
    if wishes.lookback is not None:
        facts.append(("Looks back", format_duration(wishes.lookback)))
    if wishes.role:
        facts.append(("Mentions", f"<@&{wishes.role}>"))
    if wishes.when_empty is WhenEmpty.NOTE:
        facts.append(("When nothing is new", "posts a note"))
    if wishes.max_per_day:
        facts.append(("A day", f"at most {wishes.max_per_day}"))
    if wishes.quiet is not None:
        quiet = f"{wishes.quiet.start:%H:%M}-{wishes.quiet.end:%H:%M} ({wishes.timezone})"
        facts.append(("Quiet", quiet))
    return facts
