"""Answers to questions: a page of a ranking, a story with its coverage, the topics of the time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import discord

from bot.chat import limits
from bot.chat.embeds.story import story_card, story_list
from bot.chat.embeds.style import GAP, PLAIN, counted, joined, relative_time
from digests.durations import LONGEST, format_duration, parse_duration
from digests.markdown import cut_escaped, escape, link
from digests.ranking import Sort
from digests.text import cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.answer import Coverage, Page, Question
    from digests.article import Article, Related
    from digests.topic import Topics

_SORT_TITLES = {
    Sort.HEAT: "🔥 Hottest stories",
    Sort.QUALITY: "⭐ Best stories",
    Sort.COVERAGE: "📰 Most covered stories",
    Sort.NEWEST: "🕑 Latest stories",
}

_LONGER_LOOKBACKS = (timedelta(days=7), LONGEST)
"""What is suggested to those who found nothing."""


def page_embed(page: Page, topics: Topics) -> discord.Embed:
    """One page of an answer, ranked."""
    topic = topics.get(page.question.topic) if page.question.topic else None
    embed = discord.Embed(
        title=_question_title(page.question, topics),
        description=story_list(page.stories, page.first_rank, page.question.sort)
        or _nothing_found(page.question),
        colour=(topic.colour if topic else None) or PLAIN,
    )
    if page.stories:
        if page.stories[0].picture is not None:
            embed.set_thumbnail(url=page.stories[0].picture.url)
        many = counted(page.total, "story", "stories")
        embed.set_footer(text=f"Page {page.number} of {page.count} · {many}")
    return embed


def _question_title(question: Question, topics: Topics) -> str:
    parts = [f"🔎 “{question.text}”" if question.text else _SORT_TITLES[question.sort]]
    if question.topic:
        topic = topics.get(question.topic)
        parts.append(f"{topic.emoji} {cut(topic.name, 100)}")
    parts.append(f"last {format_duration(question.lookback)}")
    return cut_escaped(" · ".join(parts), limits.TITLE)


def _nothing_found(question: Question) -> str:
    """A sentence on what to try: a longer time if there is one, else other words or topics."""
    if further := _further_back(question.lookback):
        return f"No story fits. {further}, or see what there is with `/topics`."
    if question.text:
        return "No story fits. Try fewer words, or only the beginning of the last one."
    return "No story fits. See what there is with `/topics`."


def _further_back(lookback: timedelta) -> str:
    """What to try instead of that length of time; "" if there is nothing longer."""
    longer = [length for length in _LONGER_LOOKBACKS if length > lookback]
    return f"Look further back with `since:{format_duration(longer[0])}`" if longer else ""


def coverage_embed(coverage: Coverage, topics: Topics) -> discord.Embed:
    """A story with all its coverage, one line for each outlet's piece."""
    embed = story_card(coverage.story, topics, large=True)
    lines = list(_coverage_lines(coverage))
    if lines:
        pieces = counted(len(lines), "more piece")
        head = f"{embed.description}{GAP}**Also covered by {pieces}:**"
        embed.description = joined(lines, limits.DESCRIPTION, head)
    return embed


def _coverage_lines(coverage: Coverage) -> Iterator[str]:
    """A line for every piece but the lead's own, each page once."""
    told = {coverage.story.url}
    for number, article in enumerate(coverage.articles):
        pieces: list[Article | Related] = [article, *article.related]
        for piece in pieces[1:] if number == 0 else pieces:
            if piece.url is None or piece.url not in told:
                told.add(piece.url)
                yield _coverage_line(piece)


def _coverage_line(piece: Article | Related) -> str:
    outlet = escape(cut(piece.outlet.name, 60))
    when = f" · {relative_time(piece.published_at)}" if piece.published_at else ""
    return f"- **{outlet}**: {link(cut(piece.title, 120), piece.url)}{when}"


def topics_embed(counts: Sequence[tuple[str, int]], lookback: str, topics: Topics) -> discord.Embed:
    """The topics of the time and how many stories each has."""
    if not counts:
        further = _further_back(parse_duration(lookback))
        text = f"The last {lookback} had no news." + (f" {further}." if further else "")
        return discord.Embed(title="🧭 Topics", description=text, colour=PLAIN)
    lines = [
        f"{topics.get(name).emoji} **{escape(cut(name, 60))}** · "
        + counted(many, "story", "stories")
        for name, many in counts
    ]
    text = joined(lines, limits.DESCRIPTION, f"What the last {lookback} were about:\n")
    return discord.Embed(title="🧭 Topics", description=text, colour=PLAIN)
