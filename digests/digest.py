"""A digest: the frozen selection composed for a run, grouped by topic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from digests.ranking import Sort
from digests.story import Story

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from digests.topic import Topics

NO_TOPIC = "News"
"""The heading of stories that name no topic."""


@dataclass(frozen=True, slots=True)
class Section:
    """The stories of one topic within a digest, ranked."""

    topic: str
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a run says: `name` for its title, the time it covers, its sections, and what ranks them.

    Empty sections make a digest that says that there is nothing new.
    """

    name: str
    since: datetime
    fire_at: datetime
    sections: tuple[Section, ...]
    sort: Sort = Sort.HEAT

    @property
    def stories(self) -> tuple[Story, ...]:
        """All its stories, section by section."""
        return tuple(story for section in self.sections for story in section.stories)


@dataclass(frozen=True, slots=True)
class DigestPart:
    """One message's worth of a digest: part `number` of `count`, both from 1."""

    digest: Digest
    number: int
    count: int
    run_id: int = 0


def compose(  # noqa: PLR0917 - a digest's own fields, in their order
    name: str,
    since: datetime,
    fire_at: datetime,
    ranked: Sequence[Story],
    topics: Topics,
    sort: Sort = Sort.HEAT,
) -> Digest:
    """Group ranked stories under their most specific topic, the best story's topic first."""
    groups: dict[str, list[Story]] = {}
    for story in ranked:
        groups.setdefault(topics.heading(story.topics) or NO_TOPIC, []).append(story)
    sections = tuple(Section(topic, tuple(stories)) for topic, stories in groups.items())
    return Digest(name, since, fire_at, sections, sort)


def split(digest: Digest, cuts: Iterable[Iterable[Section]], run_id: int = 0) -> list[DigestPart]:
    """Make the parts of a digest from the sections that each message has room for."""
    pieces = [replace(digest, sections=tuple(sections)) for sections in cuts]
    return [
        DigestPart(piece, number, len(pieces), run_id)
        for number, piece in enumerate(pieces, start=1)
    ]
