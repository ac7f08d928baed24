"""What a digest would hold at some moment, from the directories alone: no Discord, no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.chat.embeds import paginate, post_content, post_embeds
from bot.chat.views import post_view
from bot.watch.files import read_directory
from digests.article import Article
from digests.delivery import Post, nonce_for, part_key
from digests.digest import compose
from digests.grouping import group_into_stories
from digests.query import Query, Window, select
from digests.subscription import Layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from bot.config import Feed
    from digests.digest import DigestPart
    from digests.ranking import Sort
    from digests.story import Story
    from digests.topic import Topics


@dataclass(frozen=True, slots=True)
class Request:
    """What to preview; `topics` are names, none = all."""

    at: datetime
    lookback: timedelta
    sort: Sort
    topics: tuple[str, ...]
    limit: int
    min_heat: int
    name: str = "Preview"


@dataclass(frozen=True, slots=True)
class Preview:
    """The stories in the order of their ranks, and the messages that would show them."""

    request: Request
    stories: tuple[Story, ...]
    parts: tuple[DigestPart, ...]
    unusable: int

    def posts(self) -> list[Post]:
        """The posts that would be sent, for a channel that is not there."""
        return [
            Post(0, part, nonce_for(0, part_key(0, part.number)), revision=1)
            for part in self.parts
        ]


def make_preview(feeds: Iterable[Feed], request: Request, topics: Topics) -> Preview:
    """Read the feeds and compose the digest; raises bot.watch.files.FeedMissingError."""
    articles: list[Article] = []
    unusable = 0
    for feed in feeds:
        for found in read_directory(feed.name, feed.directory):
            if isinstance(found, Article):
                articles.append(found)
            else:
                unusable += 1
    window = Window(request.at - request.lookback, request.at)
    wanted = topics.widen(request.topics) if request.topics else frozenset()
    query = Query(window, request.sort, wanted, request.min_heat, request.limit)
    ranked = select(group_into_stories(articles), query)
    digest = compose(request.name, window.since, request.at, ranked, topics)
    parts = paginate(digest, topics, Layout.LIST)
    return Preview(request, tuple(ranked), tuple(parts), unusable)


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
    return f"{files} could not be used: run `digest-bot check` to see why."


def problems_of(feeds: Sequence[Feed]) -> tuple[int, list[dict[str, Any]]]:
    """How many files the feeds hold, and those that cannot be used, with their problems."""
    total, rejected = 0, []
    for feed in feeds:
        for found in read_directory(feed.name, feed.directory):
            total += 1
            if not isinstance(found, Article):
                told = [str(problem) for problem in found.problems]
                rejected.append({"path": found.path, "problems": told})
    return total, rejected
