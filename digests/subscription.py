"""A subscription: a standing request for digests or alerts in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from digests.quiet import QuietHours
from digests.ranking import Sort
from digests.schedule import Schedule


class Mode(StrEnum):
    """Whether a subscription posts on a schedule or a story at a time."""

    DIGEST = "digest"
    ALERTS = "alerts"


class Layout(StrEnum):
    """How a digest looks: one embed per topic with a list, or one card per story."""

    LIST = "list"
    CARDS = "cards"


class WhenEmpty(StrEnum):
    """What a digest does when there is nothing new: stay silent, or post a note."""

    SKIP = "skip"
    NOTE = "note"


class Origin(StrEnum):
    """Where a subscription is kept: fixed in the configuration file, or made in Discord."""

    CONFIG = "config"
    DISCORD = "discord"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a subscription asks for. `topics` are names as the person wrote them; empty = all.

    `max_stories` is 1 to 50; `min_heat` 0 or more; `role` the id of the role to mention, 0 =
    nobody; `max_per_day` concerns alerts, 0 = no limit. `kept_schedule` is what alerts had for a
    schedule when they were a digest, and have again should they become one.
    """

    mode: Mode = Mode.DIGEST
    topics: tuple[str, ...] = ()
    schedule: Schedule | None = None
    sort: Sort = Sort.HEAT
    max_stories: int = 10
    min_heat: int = 0
    lookback: timedelta | None = None
    layout: Layout = Layout.LIST
    when_empty: WhenEmpty = WhenEmpty.SKIP
    role: int = 0
    max_per_day: int = 0
    quiet: QuietHours | None = None
    timezone: str = "UTC"
    kept_schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A standing request, as the database remembers it.

    `name` is unique within its server. `guild_id` is None until it is known for a subscription
    of the configuration, and for direct messages. `paused` says why, None = it is active;
    `closed`: nobody asked for the pause, the channel is closed to the bot. `after_arrival`: alerts
    are for stories with a higher number of arrival.
    """

    id: int
    origin: Origin
    name: str
    channel_id: int
    guild_id: int | None
    wishes: Wishes
    created_at: datetime
    next_fire_at: datetime | None = None
    paused: str | None = None
    closed: bool = False
    after_arrival: int = 0
