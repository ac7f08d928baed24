"""In which order readers meet stories."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.ranking import Sort, rank, sort_key
from digests.story import Story
from tests.digests.builders import NOON, story

HOT = story(path="hot", heat=90, quality=10, published_at=NOON - timedelta(days=2))
GOOD = story(path="good", heat=10, quality=90, published_at=NOON - timedelta(days=1))
FRESH = story(path="fresh", heat=20, quality=20, published_at=NOON)
COVERED = story(path="covered", heat=5, quality=5, outlets=("A", "B", "C"), published_at=NOON)
ALL = [GOOD, COVERED, FRESH, HOT]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort.HEAT, ["hot", "fresh", "good", "covered"]),
        (Sort.QUALITY, ["good", "fresh", "hot", "covered"]),
        (Sort.COVERAGE, ["covered", "hot", "fresh", "good"]),
        (Sort.NEWEST, ["fresh", "covered", "good", "hot"]),
    ],
)
def test_each_sort_puts_its_own_measure_first(sort: Sort, order: list[str]) -> None:
    assert [one.path for one in rank(ALL, sort)] == order


def test_heat_is_what_stories_are_ranked_by_unless_asked() -> None:
    assert rank(ALL) == rank(ALL, Sort.HEAT)


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (story(heat=2), story(heat=1)),
        (story(quality=2), story(quality=1)),
        (story(), story(published_at=NOON - timedelta(seconds=1))),
        (story(feed="a", path="z"), story(feed="b", path="a")),
        (story(path="a"), story(path="b")),
    ],
    ids=["heat", "quality", "recency", "feed", "path"],
)
def test_ties_go_by_heat_then_quality_then_recency_then_name(
    sort: Sort, better: Story, worse: Story
) -> None:
    assert rank([worse, better], sort) == [better, worse]


def test_a_cold_story_stands_behind_one_without_heat() -> None:
    assert rank([story(heat=-1), story(heat=0)])[0].heat == 0


@given(st.permutations(range(6)), st.sampled_from(Sort))
def test_the_order_in_which_stories_come_in_does_not_matter(order: list[int], sort: Sort) -> None:
    stories = [story(path=str(number), heat=number // 2) for number in order]
    assert rank(stories, sort) == rank(sorted(stories, key=lambda one: one.path), sort)


@pytest.mark.parametrize("sort", list(Sort))
def test_no_two_files_share_a_place(sort: Sort) -> None:
    assert sort_key(story(path="a"), sort) != sort_key(story(path="b"), sort)
