"""A query: which stories, in which order, how many. One meaning for digests, answers and preview.

`select` is that meaning; the store answers the same query in SQL, and a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digests.names import name_key
from digests.ranking import Sort, rank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digests.story import Story

LATE_LIMIT = timedelta(days=7)
"""How long after its publishing a file that arrives late may still enter a digest."""

DEFAULT_LOOKBACK = timedelta(hours=36)
"""How far back a question looks that does not say: a daily schedule's period plus half a day."""


@dataclass(frozen=True, slots=True)
class Window:
    """The time that a query covers: published after `since` and not after `until`.

    With `late`, the lookback of the digests concerned, a story published within LATE_LIMIT of
    `until` also counts by the time it arrived, if no digest can have met it yet: it arrived after
    that lookback had passed, or after `unmet_since`, the moment of the digest before.
    """

    since: datetime
    until: datetime
    late: timedelta | None = None
    unmet_since: datetime | None = None

    def covers(self, published_at: datetime, arrived_at: datetime | None = None) -> bool:
        """Tell whether a story of these times belongs in the window."""
        if published_at > self.until:
            return False
        if published_at > self.since:
            return True
        return (
            arrived_at is not None
            and self.since < arrived_at <= self.until
            and published_at > self.until - LATE_LIMIT
            and self._is_late(published_at, arrived_at)
        )

    def _is_late(self, published_at: datetime, arrived_at: datetime) -> bool:
        if self.late is None:
            return False
        unmet = self.unmet_since is not None and arrived_at > self.unmet_since
        return unmet or arrived_at > published_at + self.late


@dataclass(frozen=True, slots=True)
class Query:
    """Which stories are asked for.

    `topics` are topic keys (see `digests.topic`), already widened to children and aliases; empty
    means all. `text` is a full-text search, understood by the store only. `unseen_in` leaves out
    what a channel (its id) has been shown, also known to the store only.
    """

    window: Window
    sort: Sort = Sort.HEAT
    topics: frozenset[str] = frozenset()
    min_heat: int = 0
    limit: int = 10
    offset: int = 0
    text: str | None = None
    unseen_in: int | None = None


def matches(story: Story, query: Query) -> bool:
    """Tell whether the story is among those asked for, whatever the limit."""
    return (
        story.published
        and story.heat >= query.min_heat
        and query.window.covers(story.published_at, story.arrived_at)
        and (not query.topics or any(name_key(name) in query.topics for name in story.topics))
    )


def select(stories: Iterable[Story], query: Query) -> list[Story]:
    """Answer the query from the stories at hand: matching, ranked, then cut."""
    ranked = rank((story for story in stories if matches(story, query)), query.sort)
    return ranked[query.offset : query.offset + query.limit]
