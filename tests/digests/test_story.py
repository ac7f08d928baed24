"""Several articles become one story: its lead, its outlets, and when readers see a change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from digests.article import Article, Outlet, Picture
from digests.story import compose_story, lead_of
from tests.digests.builders import NOON, POST, TIMES, article, related, story


@pytest.mark.parametrize(
    ("lead", "other"),
    [
        (article(heat=1), article(heat=99, published=False)),
        (article(heat=0), article(heat=-1, quality=999)),
        (article(heat=50, quality=1), article(heat=49, quality=99)),
        (article(quality=51), article(published_at=NOON + timedelta(days=1))),
        (article(), article(published_at=NOON - timedelta(seconds=1), path="a.md")),
        (article(feed="a", path="z.md"), article(feed="b", path="a.md")),
        (article(path="a.md"), article(path="b.md")),
    ],
    ids=["published", "not cold", "hottest", "best", "newest", "feed", "path"],
)
def test_the_lead_is_published_then_hottest_then_best_then_newest(
    lead: Article, other: Article
) -> None:
    assert lead_of([lead, other]) is lead
    assert lead_of([other, lead]) is lead


def test_a_story_needs_an_article() -> None:
    with pytest.raises(ValueError, match="empty"):
        lead_of([])
    with pytest.raises(ValueError, match="empty"):
        compose_story(1, [])


def test_a_story_shows_its_lead() -> None:
    lead = article(path="lead.md", heat=80, picture=Picture("https://post.example/rope.png"))
    made = compose_story(7, [article(), lead])
    assert (made.id, made.feed, made.path) == (7, "ai", "lead.md")
    assert (made.title, made.excerpt, made.url) == (lead.title, lead.excerpt, lead.url)
    assert (made.heat, made.quality, made.picture) == (80, lead.quality, lead.picture)


def test_coverage_counts_each_outlet_once_the_leads_first() -> None:
    lead = article(heat=80, outlet=TIMES, related=(related("a", outlet=POST), related("b")))
    shouted = Outlet("EXAMPLE POST")
    other = article(path="b.md", outlet=POST, related=(related("c", outlet=shouted),))
    made = compose_story(1, [other, lead])
    assert made.outlets == ("The Example Times", "Example Post")
    assert made.coverage == 2


def test_a_story_that_nobody_else_covers_has_a_coverage_of_one() -> None:
    assert compose_story(1, [article()]).coverage == 1


def test_a_story_has_the_topics_of_all_its_articles_the_leads_first() -> None:
    lead = article(heat=80, topics=("AI in Robotics", "AI"))
    other = article(path="b.md", topics=("Computer Vision", "ai"))
    assert compose_story(1, [other, lead]).topics == ("AI in Robotics", "AI", "Computer Vision")


def test_a_story_is_published_as_long_as_one_of_its_articles_is() -> None:
    hidden = article(path="a.md", published=False)
    assert compose_story(1, [hidden, article()]).published
    assert not compose_story(1, [hidden]).published


def test_the_order_of_articles_does_not_change_what_readers_see() -> None:
    articles = [article(path=f"{outlet}.md", outlet=Outlet(outlet)) for outlet in "abc"]
    one, other = compose_story(1, articles), compose_story(1, articles[::-1])
    assert one.fingerprint == other.fingerprint


UNSEEN: list[dict[str, Any]] = [
    {"heat": 99},
    {"quality": 99},
    {"published": False},
    {"topics": ("AI Ethics",)},
    {"published_at": NOON + timedelta(hours=1)},
    {"path": "renamed.md"},
]
SEEN: list[dict[str, Any]] = [
    {"title": "Harbour robot learns to tie ropes"},
    {"excerpt": "It took a summer."},
    {"url": "https://post.example/other"},
    {"url": None},
    {"kind": "video"},
    {"outlet": TIMES},
    {"picture": Picture("https://post.example/rope.png")},
]


def name_of(change: object) -> str:
    """Name a case by the field it changes."""
    return next(iter(change)) if isinstance(change, dict) else str(change)


@pytest.mark.parametrize("change", UNSEEN, ids=name_of)
def test_a_change_that_no_reader_sees_leaves_the_fingerprint(change: dict[str, Any]) -> None:
    assert article(**change).fingerprint == article().fingerprint
    assert story(**change).fingerprint == story().fingerprint


@pytest.mark.parametrize("change", SEEN, ids=name_of)
def test_a_change_that_readers_see_changes_the_fingerprint(change: dict[str, Any]) -> None:
    assert article(**change).fingerprint != article().fingerprint
    assert story(**change).fingerprint != story().fingerprint


def test_grown_coverage_is_seen_a_second_piece_of_an_outlet_is_not() -> None:
    once = article(related=(related("a"),))
    assert once.fingerprint != article().fingerprint
    assert article(related=(related("a"), related("b"))).fingerprint == once.fingerprint
    grown = story(outlets=(POST.name, TIMES.name))
    assert grown.fingerprint != story().fingerprint


def test_a_text_that_moves_from_the_title_to_the_excerpt_is_seen() -> None:
    one, other = article(title="ab", excerpt="c"), article(title="a", excerpt="bc")
    assert one.fingerprint != other.fingerprint


def test_another_size_of_the_same_picture_is_not_seen() -> None:
    small = article(picture=Picture("https://post.example/rope.png", 50, 50))
    large = article(picture=Picture("https://post.example/rope.png", 900, 900))
    assert small.fingerprint == large.fingerprint
