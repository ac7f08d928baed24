"""In which order stories stand."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digests.story import Story


class Sort(StrEnum):
    """What stories are ranked by; ties go by heat, quality, recency and then the file's name."""

    HEAT = "heat"
    QUALITY = "quality"
    COVERAGE = "coverage"
    NEWEST = "newest"


RankKey = tuple[float, float, float, float, str, str]
"""What `sort_key` returns: smaller stands first."""


def sort_key(story: Story, sort: Sort) -> RankKey:
    """The key that puts the story in its place, best first: unique, so that ranks never waver."""
    recency = -story.published_at.timestamp()
    first = {
        Sort.HEAT: -story.heat,
        Sort.QUALITY: -story.quality,
        Sort.COVERAGE: -story.coverage,
        Sort.NEWEST: recency,
    }[sort]
    return (first, -story.heat, -story.quality, recency, story.feed, story.path)


def rank(stories: Iterable[Story], sort: Sort = Sort.HEAT) -> list[Story]:
    """Put the stories in order, best first."""
    return sorted(stories, key=lambda story: sort_key(story, sort))
