"""A query becomes an answer: what slash commands ask, read in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store import articles, selection, stories
from digests.digest import compose
from digests.query import DEFAULT_LOOKBACK, Query, Window
from digests.ranking import Sort
from digests.topic import topic_code

if TYPE_CHECKING:
    from datetime import datetime

    from bot.clock import Clock
    from bot.store.database import Database
    from digests.article import Article
    from digests.digest import Digest
    from digests.story import Story
    from digests.topic import Topics

PAGE_SIZE = 5
"""Stories on one page of an answer: a screen of a phone or two."""

SEARCH_LOOKBACK = timedelta(days=90)
"""How far back a search looks that does not say."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asked; `asked_at` stays the same from page to page, and so do the ranks.

    `limit` is 1 to 50 stories over all pages, `lookback` up to 90 days.
    """

    asked_at: datetime
    sort: Sort = Sort.HEAT
    topic: str | None = None
    lookback: timedelta = DEFAULT_LOOKBACK
    limit: int = 10
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an answer: `number` of `count`, from 1; `first_rank` is its first story's."""

    question: Question
    stories: tuple[Story, ...]
    total: int
    number: int
    count: int

    @property
    def first_rank(self) -> int:
        """The rank of the page's first story, from 1."""
        return (self.number - 1) * PAGE_SIZE + 1


@dataclass(frozen=True, slots=True)
class Coverage:
    """A story with the articles it consists of, the best first."""

    story: Story
    articles: tuple[Article, ...]


class Answer:
    """Answers questions from what is stored."""

    def __init__(self, database: Database, clock: Clock, topics: Topics) -> None:
        """Take what answers are made from."""
        self._db = database
        self._clock = clock
        self._topics = topics

    async def page(self, question: Question, number: int = 1) -> Page:
        """Answer a question; a page beyond the last is the last."""
        query = self._query(question)
        async with self._db.read() as read:
            total = min(await selection.count(read, query), question.limit)
            count = max(1, -(-total // PAGE_SIZE))
            number = min(max(number, 1), count)
            offset = (number - 1) * PAGE_SIZE
            size = min(PAGE_SIZE, total - offset)
            found = await selection.select(read, replace(query, offset=offset, limit=size))
        return Page(question, tuple(found), total, number, count)

    async def story(self, story_id: int) -> Coverage | None:
        """A story with all its coverage; None if there is no such story, or it is hidden."""
        async with self._db.read() as read:
            story = await stories.get(read, story_id)
            if story is None or story.revision == 0:
                return None
            stored = await articles.of_story(read, story.id)
        present = [one.article for one in stored if not one.removed] or [
            one.article for one in stored
        ]
        lead = (story.feed, story.path)
        ranked = sorted(
            present,
            key=lambda one: ((one.feed, one.path) != lead, -one.heat, one.feed, one.path),
        )
        return Coverage(story, tuple(ranked))

    async def digest(self, name: str, question: Question) -> Digest:
        """A digest for one person, whatever any channel was shown."""
        query = self._query(question)
        async with self._db.read() as read:
            found = await selection.select(read, query)
        return compose(
            name, query.window.since, question.asked_at, found, self._topics, question.sort
        )

    async def topics(self, lookback: timedelta) -> list[tuple[str, int]]:
        """The topics of the time and how many stories each has, most first."""
        now = self._clock.now()
        async with self._db.read() as read:
            return await selection.topics(read, Window(now - lookback, now))

    async def topic_names(self) -> list[str]:
        """The names of all topics that are in the news, then of those that are only known."""
        used = [name for name, _ in await self.topics(SEARCH_LOOKBACK)]
        return list(dict.fromkeys([*used, *sorted(self._topics.names)]))

    async def topic_of_code(self, code: str) -> str | None:
        """The topic for which a code stands (see `digests.topic.topic_code`), among all in use."""
        names = await self.topic_names()
        return next((name for name in names if topic_code(name) == code), None)

    async def story_titles(self, text: str, limit: int = 25) -> list[tuple[int, str]]:
        """Stories whose title contains the text, newest first, for autocomplete."""
        async with self._db.read() as read:
            return await selection.titles(read, text, limit)

    def _query(self, question: Question) -> Query:
        widened = self._topics.widen([question.topic]) if question.topic else frozenset()
        window = Window(question.asked_at - question.lookback, question.asked_at)
        return Query(window, question.sort, widened, limit=question.limit, text=question.text)
