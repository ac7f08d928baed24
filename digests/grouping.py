"""All articles at hand, grouped into stories at once.

`bot.kinship`, which takes articles one by one, comes to the same groups: a test holds them equal.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from digests.joining import marks_of, pages_of, related_pages_of, same_story
from digests.story import compose_story

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digests.article import Article
    from digests.story import Story


def group_into_stories(articles: Sequence[Article]) -> list[Story]:
    """Join the articles into stories, numbered from 1 in the order of their first article."""
    groups = groups_of(articles)
    return [compose_story(number, group) for number, group in enumerate(groups, start=1)]


def groups_of(articles: Sequence[Article]) -> list[list[Article]]:
    """The articles by story, each told by one or more that hang together, in their order."""
    leader = list(range(len(articles)))

    def find(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]
            index = leader[index]
        return index

    for one, other in _candidates(articles):
        first, second = sorted((find(one), find(other)))
        if first != second and same_story(articles[one], articles[other]):
            leader[second] = first
    groups: dict[int, list[Article]] = defaultdict(list)
    for index, article in enumerate(articles):
        groups[find(index)].append(article)
    return list(groups.values())


def _candidates(articles: Sequence[Article]) -> Iterator[tuple[int, int]]:
    """Pairs that may be one story: they share a title mark, or one knows the other's page."""
    by_mark: dict[str, list[int]] = defaultdict(list)
    by_page: dict[str, list[int]] = defaultdict(list)
    for index, article in enumerate(articles):
        for mark in marks_of(article):
            by_mark[mark].append(index)
        for key in pages_of(article):
            by_page[key].append(index)
    for places in by_mark.values():
        yield from _pairs(places)
    for index, article in enumerate(articles):
        known = pages_of(article) | related_pages_of(article)
        yield from ((index, other) for key in known for other in by_page[key] if other != index)


def _pairs(places: Sequence[int]) -> Iterable[tuple[int, int]]:
    return ((one, other) for at, one in enumerate(places) for other in places[at + 1 :])
