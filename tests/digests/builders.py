"""Articles and stories for tests: all fields have a default, a test names those it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from digests.article import Article, Outlet, Related
from digests.story import Story

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
POST = Outlet("Example Post", "post.example")
TIMES = Outlet("The Example Times", "times.example")

_ARTICLE = Article(
    feed="ai",
    path="2026-03-04-harbour-robot.md",
    title="Harbour robot learns to knot ropes",
    excerpt="It took a winter.",
    url="https://post.example/harbour-robot",
    keys=("post.example/harbour-robot",),
    published_at=NOON,
    outlet=POST,
    quality=50,
    heat=40,
    published=True,
    topics=("AI in Robotics", "AI"),
)

_STORY = Story(
    id=1,
    feed="ai",
    path="2026-03-04-harbour-robot.md",
    title="Harbour robot learns to knot ropes",
    excerpt="It took a winter.",
    url="https://post.example/harbour-robot",
    kind="article",
    outlet=POST,
    outlets=(POST.name,),
    heat=40,
    quality=50,
    published=True,
    published_at=NOON,
    topics=("AI in Robotics", "AI"),
)


def article(**fields: Any) -> Article:
    """An article about a harbour robot, but for the fields given."""
    return replace(_ARTICLE, **fields)


def story(**fields: Any) -> Story:
    """A story about a harbour robot, but for the fields given."""
    return replace(_STORY, **fields)


def related(*keys: str, outlet: Outlet = TIMES, title: str = "Ropes and robots") -> Related:
    """Another outlet's piece with these URL keys."""
    return Related(title=title, outlet=outlet, keys=keys)
