"""Which articles are one story, and which stay two."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.article import Article, Outlet
from digests.joining import (
    TITLE_REACH,
    marks_of,
    nearly_same_title,
    same_story,
    same_to_others,
    still_same,
    title_marks,
)
from tests.digests.builders import NOON, POST, TIMES, article, related

OTHER: dict[str, Any] = {
    "path": "2026-03-04-lighthouse-dog.md",
    "title": "Robot dog climbs all lighthouse stairs",
    "keys": ("times.example/lighthouse-dog",),
    "outlet": TIMES,
}
"""What makes an article another one: its file, its title, its page and its outlet."""


def both_ways(a: Article, b: Article) -> bool:
    """Whether they are one story, told the same in either order."""
    told = same_story(a, b)
    assert same_story(b, a) == told
    return told


def test_unlike_articles_stay_two_stories() -> None:
    assert not both_ways(article(), article(**OTHER))


def test_two_files_of_one_page_are_one_story() -> None:
    mobile = ("m.times.example/x", "post.example/harbour-robot")
    assert both_ways(article(), article(**OTHER | {"keys": mobile}))


def test_an_article_that_another_lists_as_related_is_the_same_story_however_late() -> None:
    listing = article(related=(related("times.example/a", "times.example/lighthouse-dog"),))
    assert both_ways(listing, article(**OTHER, published_at=NOON + timedelta(days=30)))


def test_two_articles_that_list_the_same_third_page_stay_two_stories() -> None:
    third = (related("weekly.example/both"),)
    assert not both_ways(article(related=third), article(**OTHER, related=third))


@pytest.mark.parametrize("key", ["post.example", "post.example/", "https://post.example/"])
def test_an_outlets_front_page_joins_nothing(key: str) -> None:
    """Files whose link was lost often hold the outlet's front page instead."""
    assert not both_ways(article(keys=(key,)), article(**OTHER | {"keys": (key,)}))


def test_a_page_that_is_told_by_its_query_joins() -> None:
    key = "post.example/?p=123"
    assert both_ways(article(keys=(key,)), article(**OTHER | {"keys": (key,)}))


def test_articles_without_any_page_are_not_one_story_for_that() -> None:
    assert not both_ways(article(keys=()), article(**OTHER | {"keys": ()}))


def test_nearly_the_same_title_joins_within_three_days_and_no_longer() -> None:
    def after(distance: timedelta) -> Article:
        title = "Harbour robot learns to knot rope"
        return article(**OTHER | {"title": title}, published_at=NOON + distance)

    assert both_ways(article(), after(TITLE_REACH))
    assert not both_ways(article(), after(TITLE_REACH + timedelta(seconds=1)))


@pytest.mark.parametrize(
    ("title", "outlet"),
    [
        ("Harbour robot learns to knot ropes | Example Times", TIMES),
        ("Harbour robot learns to knot ropes - The Example Times", TIMES),
        ("Harbour robot learns to knot ropes — times.example", TIMES),
        ("Harbour robot learns to knot ropes · Times", Outlet("Times Online", "www.times.example")),
    ],
)
def test_an_outlets_own_name_behind_its_title_does_not_count(title: str, outlet: Outlet) -> None:
    theirs = article(**OTHER | {"title": title, "outlet": outlet})
    assert both_ways(article(), theirs)
    assert marks_of(article()) & marks_of(theirs)


def test_another_name_behind_a_title_counts() -> None:
    title = "Harbour robot learns to knot ropes | Example Times"
    assert not both_ways(article(), article(**OTHER | {"title": title, "outlet": POST}))


def test_an_issue_of_a_series_is_not_the_issue_before_it() -> None:
    issue = article(title="Weekly AI round-up")
    next_issue = article(**OTHER | {"title": issue.title}, published_at=NOON + timedelta(days=1))
    assert not both_ways(issue, next_issue)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"heat": 90, "quality": 1, "topics": (), "published": False}, True),
        ({"keys": ("post.example/harbour-robot", "post.example")}, True),
        ({"title": "Harbour robot learns to tie ropes"}, False),
        ({"outlet": Outlet(POST.name, "elsewhere.example")}, False),
        ({"keys": ("post.example/harbour-robot", "post.example/amp")}, False),
        ({"related": (related("weekly.example/both", outlet=POST),)}, False),
        ({"published_at": NOON + timedelta(hours=1)}, False),
    ],
)
def test_a_rewrite_is_compared_anew_only_if_it_changes_what_files_are_compared_by(
    change: dict[str, Any], same: bool
) -> None:
    assert same_to_others(article(), article(**change)) is same


SHORT: dict[str, Any] = {"title": "AI news", "keys": (), "url": None}
"""An article that is recognised neither by its page nor by its title."""


def test_a_file_under_a_second_name_is_the_same_story_however_little_it_says() -> None:
    one, other = article(**SHORT), article(**SHORT, path="b.md", heat=99, topics=())
    assert both_ways(one, other)
    assert marks_of(one) & marks_of(other)


@pytest.mark.parametrize(
    "change", [{"excerpt": "It took a summer."}, {"published_at": NOON + timedelta(seconds=1)}]
)
def test_files_that_say_little_stay_two_if_readers_can_tell_them_apart(
    change: dict[str, Any],
) -> None:
    assert not both_ways(article(**SHORT), article(**SHORT | {"path": "b.md"} | change))


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"heat": 90, "excerpt": "New words."}, True),
        ({"title": OTHER["title"]}, True),
        ({"keys": OTHER["keys"]}, True),
        ({"keys": OTHER["keys"], "title": "Harbor robot learns to knot ropes"}, True),
        ({"keys": OTHER["keys"], "title": OTHER["title"]}, False),
        ({"keys": (), "title": OTHER["title"]}, False),
    ],
)
def test_a_file_is_a_new_story_only_if_its_page_and_its_title_change(
    change: dict[str, Any], same: bool
) -> None:
    assert still_same(article(), article(**change)) is same


def test_a_short_title_that_stays_keeps_its_file_the_same_story() -> None:
    """Another outlet's version leads now: a new page under the same name and title."""
    before = article(title="AI news")
    assert still_same(before, article(title="AI News", keys=OTHER["keys"]))


PIECES = """
contoso robot harbour sues northwind not 3 4 the ai chip chips colour color unveils launches by
Part II Q3 $5m ロボットを発売 新しい | : - ’s café weekly лодка
"""
WORDS = st.sampled_from(PIECES.split())
TITLES = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join))


@given(TITLES, TITLES)
def test_the_order_of_two_titles_does_not_matter(a: str, b: str) -> None:
    assert nearly_same_title(a, b) == nearly_same_title(b, a)


@given(TITLES)
def test_an_article_is_its_own_story_whatever_its_title(title: str) -> None:
    one = article(title=title)
    assert same_story(one, one)
    assert still_same(one, one)


@given(TITLES)
def test_a_title_has_at_most_six_short_marks(title: str) -> None:
    marks = title_marks(title)
    assert len(marks) <= 6
    assert all(0 < len(mark) <= 32 for mark in marks)


@given(TITLES, TITLES)
def test_titles_that_share_no_mark_never_join(a: str, b: str) -> None:
    """So that the store, which looks at shared marks only, decides as if it looked at all."""
    assert not nearly_same_title(a, b) or title_marks(a) & title_marks(b)


@pytest.mark.parametrize(
    "title", ["", " ", "…", "?!", "The", "AI", "- | -", "\u200b", "社", "of a"]
)
def test_titles_that_say_nothing_are_never_the_same(title: str) -> None:
    assert not nearly_same_title(title, title)


def test_a_hostile_title_ends_like_any_other() -> None:
    for title in ("a-" * 200_000, "(" * 100_000, "9" * 100_000 + "bn", "x " * 99_000 + "- report"):
        assert len(title_marks(title)) <= 6
        nearly_same_title(title, title + "!")
