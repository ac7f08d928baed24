"""A story: the articles and related pieces about one event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from digests.article import COLD, Kind, Outlet, Picture
from digests.fingerprint import fingerprint_of
from digests.names import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from digests.article import Article


@dataclass(frozen=True, slots=True)
class Story:
    """What readers are shown of one event: its lead, and which outlets cover it.

    `id` is the database's; `feed` and `path` name the lead's file. `outlets` are distinct names,
    the lead's first. `arrived_at` is when the story was first met in a published state, or None
    if the very first scan of its feed found it; `arrival` numbers the arrivals from 1, 0 = none:
    the order in which stories came does not depend on a clock. `revision` counts visible changes,
    from 1; 0 while nobody could see it yet.
    """

    id: int
    feed: str
    path: str
    title: str
    excerpt: str
    url: str | None
    kind: Kind
    outlet: Outlet
    outlets: tuple[str, ...]
    heat: int
    quality: int
    published: bool
    published_at: datetime
    topics: tuple[str, ...]
    picture: Picture | None = None
    arrived_at: datetime | None = None
    arrival: int = 0
    revision: int = 1

    @property
    def coverage(self) -> int:
        """How many distinct outlets cover the story, the lead's included; at least 1."""
        return len(self.outlets)

    @property
    def fingerprint(self) -> str:
        """The hash of what readers see of the story; heat and topics come and go unseen."""
        return fingerprint_of(self, self.outlets)


def lead_of(articles: Iterable[Article]) -> Article:
    """Choose the article that stands for its story: published, hottest, best, newest, then by name.

    Raises ValueError if there are none.
    """
    return min(
        articles,
        key=lambda one: (
            not one.published,
            one.heat == COLD,
            -one.heat,
            -one.quality,
            -one.published_at.timestamp(),
            one.feed,
            one.path,
        ),
    )


def compose_story(story_id: int, articles: Sequence[Article]) -> Story:
    """Make the story of these articles, which the caller knows to be about one event.

    Whether and when it arrived, and what readers have seen of it, is not theirs to say.

    Raises ValueError if there are none.
    """
    lead = lead_of(articles)
    others = [one for one in articles if one is not lead]
    outlets = [lead.outlet.name, *(one.outlet.name for one in others)]
    outlets += [piece.outlet.name for one in (lead, *others) for piece in one.related]
    topics = [topic for one in (lead, *others) for topic in one.topics]
    return Story(
        id=story_id,
        feed=lead.feed,
        path=lead.path,
        title=lead.title,
        excerpt=lead.excerpt,
        url=lead.url,
        kind=lead.kind,
        outlet=lead.outlet,
        outlets=_distinct(outlets),
        heat=lead.heat,
        quality=lead.quality,
        published=lead.published,
        published_at=lead.published_at,
        topics=_distinct(topics),
        picture=lead.picture,
    )


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Keep the first of names that are the same, in order."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name_key(name), name)
    return tuple(first.values())
