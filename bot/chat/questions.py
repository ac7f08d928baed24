"""Questions from Discord and the messages that answer them: for commands, buttons and menus."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answer import SEARCH_LOOKBACK, Question
from bot.chat import embeds
from bot.chat.replies import AnswerError, Reply
from bot.chat.topic_names import TopicNames
from bot.chat.views import LONGEST_SEARCH, page_view, stories_view, story_view
from digests.durations import format_duration, parse_duration
from digests.markdown import escape
from digests.query import DEFAULT_LOOKBACK
from digests.ranking import Sort
from digests.subscription import Layout
from digests.text import clean, cut

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.answer import Answer
    from bot.chat.views import PageRef
    from bot.clock import Clock
    from digests.digest import DigestPart
    from digests.topic import Topics

DEFAULT_LIMIT = 10
"""How many stories are told of if nobody says."""

_CHOSEN = re.compile("id:([0-9]{1,18})", re.ASCII)


def choice_value(story_id: int) -> str:
    """The value of a suggestion that stands for a story, which no title is mistaken for."""
    return f"id:{story_id}"


def search_text(text: str) -> str:
    """Return what is searched for, at most LONGEST_SEARCH characters; raises AnswerError.

    Cleaning may make a text three times as long as Discord let somebody type it, and a page's
    button must carry it. The last word is taken for a beginning anyway, so it may be cut.
    """
    words = clean(text, limit=LONGEST_SEARCH)
    if not any(letter.isalnum() for letter in words):
        raise AnswerError("Write at least one word to search for.")
    return words


class Questions:
    """Asks the flow that knows, and draws what it says; `topic_names` are those to ask about."""

    def __init__(self, answer: Answer, clock: Clock, topics: Topics) -> None:
        """Take the flow that answers."""
        self._answer = answer
        self._clock = clock
        self._topics = topics
        self.topic_names = TopicNames(answer, topics)

    def put(
        self,
        sort: Sort = Sort.HEAT,
        *,
        topic: str | None = None,
        since: str | None = None,
        limit: int = DEFAULT_LIMIT,
        text: str | None = None,
    ) -> Question:
        """Put a question as of now from what somebody typed; raises DurationError, AnswerError."""
        words = None if text is None else search_text(text)
        default = DEFAULT_LOOKBACK if words is None else SEARCH_LOOKBACK
        return Question(
            asked_at=self._clock.now(),
            sort=sort,
            topic=topic.strip() or None if topic else None,
            lookback=parse_duration(since) if since else default,
            limit=limit,
            text=words,
        )

    async def ranking(self, question: Question) -> Reply:
        """Answer a question with its first page; raises AnswerError for an unknown topic."""
        return await self._page(await self._with_known_topic(question), 1)

    async def turn_to(self, ref: PageRef) -> Reply:
        """Draw the page that a button refers to."""
        question = ref.question
        if ref.topic_code is not None:
            topic = await self._answer.topic_of_code(ref.topic_code)
            if topic is None:
                raise AnswerError("That topic is not in the news any more: ask again.")
            question = replace(question, topic=topic)
        return await self._page(question, ref.number)

    async def _page(self, question: Question, number: int) -> Reply:
        page = await self._answer.page(question, number)
        return Reply(embeds=(embeds.page_embed(page, self._topics),), view=page_view(page))

    async def story(self, story_id: int) -> Reply:
        """Draw one story with all its coverage; raises AnswerError if it is gone."""
        coverage = await self._answer.story(story_id)
        if coverage is None:
            raise AnswerError("The bot does not have that story any more: try `/search`.")
        embed = embeds.coverage_embed(coverage, self._topics)
        return Reply(embeds=(embed,), view=story_view(coverage.story))

    async def story_named(self, wanted: str) -> Reply:
        """Draw the story that was chosen: a suggestion's value, or words of a title."""
        if chosen := _CHOSEN.fullmatch(wanted):
            return await self.story(int(chosen[1]))
        titles = await self._answer.story_titles(wanted, 1)
        if not titles:
            raise AnswerError(
                f"No story's title has the words “{escape(cut(clean(wanted), 60))}”: "
                "try `/search`, which also looks at excerpts and outlets."
            )
        return await self.story(titles[0][0])

    async def topic_counts(self, lookback: timedelta) -> Reply:
        """Draw the topics of the time."""
        counts = await self._answer.topics(lookback)
        embed = embeds.topics_embed(counts, format_duration(lookback), self._topics)
        return Reply(embeds=(embed,))

    async def digest(self, question: Question) -> Reply:
        """Compose a digest for one person: in as many messages as it takes."""
        question = await self._with_known_topic(question)
        digest = await self._answer.digest("Your digest", question)
        if not digest.sections:
            return await self._page(question, 1)
        parts = embeds.paginate(digest, self._topics, Layout.LIST)
        first, *others = [self._part(part) for part in parts]
        return replace(first, more=tuple(others))

    def _part(self, part: DigestPart) -> Reply:
        return Reply(
            content=embeds.digest_content(part),
            embeds=tuple(embeds.digest_embeds(part, self._topics, Layout.LIST)),
            view=stories_view(part.digest.stories),
        )

    async def _with_known_topic(self, question: Question) -> Question:
        """The question with its topic's own name; raises AnswerError if nobody knows the topic."""
        if question.topic is None:
            return question
        return replace(question, topic=await self.topic_names.recognise(question.topic))

    async def stories_like(self, text: str, limit: int) -> list[tuple[int, str]]:
        """Ids and titles of stories to suggest, the newest first."""
        return await self._answer.story_titles(text, limit)
