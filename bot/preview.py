"""What a digest would hold at some moment, from the directories alone: no Discord, no database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.chat.embeds import paginate, post_content, post_embeds
from bot.chat.views import post_view
from bot.watch.files import read_directory
from digests.article import Article
from digests.decide import lookback_of
from digests.delivery import Post, nonce_for, part_key
from digests.digest import compose
from digests.grouping import group_into_stories
from digests.names import name_key
from digests.query import Query, Window, select
from digests.subscription import Layout, WhenEmpty

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from bot.config import Feed, FixedSubscription
    from digests.digest import DigestPart
    from digests.ranking import Sort
    from digests.story import Story
    from digests.topic import Topics


SILENCE = "Nothing is new: the bot would stay silent."
"""What is said instead of messages, where none would be sent."""

LIKELY = 0.75
"""How much a topic must be like what somebody wrote to be told of: 0 to 1."""


class UnknownTopicError(Exception):
    """Neither the configuration nor any article names a topic; the message has the likeliest."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        likely = max(sorted(known), key=lambda other: _likeness(name, other), default="")
        hint = "neither an article nor the configuration names it."
        if _likeness(name, likely) >= LIKELY:
            hint = f'the most like it is "{likely}".'
        super().__init__(f'There is no topic "{name}"; {hint}')


class NoDigestError(Exception):
    """A subscription posts alerts; the message says so."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f'"{name}" posts alerts as stories arrive: there is no digest to preview; '
            "name another subscription."
        )


def _likeness(written: str, name: str) -> float:
    """How much a name, or one of its words, is like what somebody wrote: 0 to 1."""
    likeness = SequenceMatcher(b=written.casefold())
    ratios = []
    for part in (name, *name.split()):
        likeness.set_seq1(part.casefold())
        ratios.append(likeness.ratio())
    return max(ratios)


@dataclass(frozen=True, slots=True)
class Request:
    """What to preview; `topics` are names as somebody wrote them, none = all.

    `takes_any_topic`: one that nobody names may be meant for articles to come.
    """

    at: datetime
    lookback: timedelta
    sort: Sort
    topics: tuple[str, ...]
    limit: int
    min_heat: int
    name: str = "Preview"
    layout: Layout = Layout.LIST
    when_empty: WhenEmpty = WhenEmpty.SKIP
    role: int = 0
    takes_any_topic: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """The stories in the order of their ranks, and the messages that would show them."""

    request: Request
    stories: tuple[Story, ...]
    parts: tuple[DigestPart, ...]
    unusable: int

    def posts(self) -> list[Post]:
        """The posts that would be sent, for a channel that is not there; none = silence."""
        if not self.stories and self.request.when_empty is WhenEmpty.SKIP:
            return []
        at = self.request.at
        return [
            Post(
                0,
                part,
                nonce_for(0, part_key(0, part.number), at),
                revision=1,
                layout=self.request.layout,
                role=self.request.role,
            )
            for part in self.parts
        ]


def request_for(one: FixedSubscription, now: datetime, at: datetime | None) -> Request:
    """What a subscription asks for, at a moment or at its next one; raises NoDigestError."""
    wishes = one.wishes
    if wishes.schedule is None:
        raise NoDigestError(one.name)
    at = at or wishes.schedule.next_after(now).astimezone(ZoneInfo(wishes.timezone))
    return Request(
        at=at,
        lookback=lookback_of(wishes, at),
        sort=wishes.sort,
        topics=wishes.topics,
        limit=wishes.max_stories,
        min_heat=wishes.min_heat,
        name=one.name,
        layout=wishes.layout,
        when_empty=wishes.when_empty,
        role=wishes.role,
        takes_any_topic=True,
    )


def make_preview(feeds: Iterable[Feed], request: Request, topics: Topics) -> Preview:
    """Read the feeds and compose the digest.

    Raises bot.watch.files.FeedMissingError, and UnknownTopicError.
    """
    articles, unusable = _read(feeds)
    named = _known_names(request, articles, topics)
    window = Window(request.at - request.lookback, request.at)
    wanted = topics.widen(named) if named else frozenset()
    query = Query(window, request.sort, wanted, request.min_heat, request.limit)
    ranked = select(group_into_stories(articles), query)
    digest = compose(request.name, window.since, request.at, ranked, topics, request.sort)
    parts = paginate(digest, topics, request.layout)
    return Preview(replace(request, topics=named), tuple(ranked), tuple(parts), unusable)


def _read(feeds: Iterable[Feed]) -> tuple[list[Article], int]:
    """The articles of the feeds, and how many files are none."""
    articles: list[Article] = []
    unusable = 0
    for feed in feeds:
        for found in read_directory(feed.name, feed.directory):
            if isinstance(found, Article):
                articles.append(found)
            else:
                unusable += 1
    return articles, unusable


def _known_names(request: Request, articles: Iterable[Article], topics: Topics) -> tuple[str, ...]:
    """The topics by their proper names, each once; UnknownTopicError for one that nobody names."""
    met = {name for article in articles for name in article.topics}
    known = {name_key(name): name for name in (*met, *topics.names)}
    found: dict[str, str] = {}
    for name in request.topics:
        key = name_key(topics.get(name).name)
        if key not in known and not request.takes_any_topic:
            raise UnknownTopicError(name, known.values())
        found.setdefault(key, known.get(key, name))
    return tuple(found.values())


def as_json(preview: Preview, topics: Topics) -> dict[str, Any]:
    """The preview in the shape that other programs rely on; times are ISO 8601 with offset."""
    request = preview.request
    return {
        "fire_at": request.at.isoformat(),
        "since": (request.at - request.lookback).isoformat(),
        "topics": list(request.topics),
        "stories": [_story(rank, story) for rank, story in enumerate(preview.stories, start=1)],
        "messages": messages(preview, topics),
    }


def messages(preview: Preview, topics: Topics) -> list[dict[str, Any]]:
    """The payloads that would be sent, as Discord takes them."""
    return [_payload(post, topics) for post in preview.posts()]


def _payload(post: Post, topics: Topics) -> dict[str, Any]:
    payload: dict[str, Any] = {"embeds": [embed.to_dict() for embed in post_embeds(post, topics)]}
    content = post_content(post)
    components = post_view(post).to_components()
    return (
        ({"content": content} if content else {})
        | payload
        | ({"components": components} if components else {})
    )


def _story(rank: int, story: Story) -> dict[str, Any]:
    return {
        "rank": rank,
        "feed": story.feed,
        "path": story.path,
        "title": story.title,
        "url": story.url,
        "outlet": story.outlet.name,
        "heat": story.heat,
        "quality": story.quality,
        "coverage": story.coverage,
        "topics": list(story.topics),
        "published_at": story.published_at.isoformat(),
    }


def unusable_note(preview: Preview) -> str | None:
    """A sentence on the files that were left out, if any were."""
    if not preview.unusable:
        return None
    files = "1 file" if preview.unusable == 1 else f"{preview.unusable} files"
    return f"{files} could not be used: digest-bot check tells why."
