"""Which stories are eligible: for a digest, and for a question."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from digests.query import DEFAULT_LOOKBACK, LATE_LIMIT, Query, Window, matches, select
from digests.ranking import Sort
from digests.topic import Topics
from tests.digests.builders import NOON, story

HOUR, INSTANT = timedelta(hours=1), timedelta.resolution
WEEKDAY = Window(since=NOON - DEFAULT_LOOKBACK, until=NOON, late=DEFAULT_LOOKBACK)
ASKED = Query(WEEKDAY)


@pytest.mark.parametrize(
    ("published_at", "covered"),
    [
        (NOON + INSTANT, False),
        (NOON, True),
        (NOON - HOUR, True),
        (WEEKDAY.since + INSTANT, True),
        (WEEKDAY.since, False),
    ],
)
def test_a_window_begins_after_its_start_and_includes_its_end(
    published_at: datetime, covered: bool
) -> None:
    """So that windows laid end to end hold every moment once."""
    assert WEEKDAY.covers(published_at) is covered


@pytest.mark.parametrize(
    ("age", "arrived", "covered"),
    [
        (3 * 24 * HOUR, HOUR, True),
        (3 * 24 * HOUR, 0 * HOUR, True),
        (3 * 24 * HOUR, -INSTANT, False),
        (3 * 24 * HOUR, DEFAULT_LOOKBACK, False),
        (3 * 24 * HOUR, DEFAULT_LOOKBACK - INSTANT, True),
        (40 * HOUR, 4 * HOUR, False),
        (40 * HOUR, 4 * HOUR - INSTANT, True),
        (LATE_LIMIT, HOUR, False),
        (LATE_LIMIT - INSTANT, HOUR, True),
    ],
    ids=[
        "arrived in the window",
        "arrived at its end",
        "arrives only later",
        "arrived before the window",
        "arrived just within it",
        "arrived while its lookback had not passed",
        "arrived just after its lookback",
        "a week old",
        "just under a week old",
    ],
)
def test_a_late_arrival_counts_once_more_by_the_time_it_arrived(
    age: timedelta, arrived: timedelta, covered: bool
) -> None:
    """`age` and `arrived` are how long before the end of the window."""
    assert WEEKDAY.covers(NOON - age, NOON - arrived) is covered


@pytest.mark.parametrize(("arrived", "covered"), [(24 * HOUR, False), (24 * HOUR - INSTANT, True)])
def test_what_arrived_since_the_digest_before_counts_even_if_hardly_late(
    arrived: timedelta, covered: bool
) -> None:
    """Published 40 hours ago, it was not there yet when the digest before could have had it."""
    window = replace(WEEKDAY, unmet_since=NOON - 24 * HOUR)
    assert window.covers(NOON - 40 * HOUR, NOON - arrived) is covered


def test_what_the_very_first_scan_found_never_counts_as_arriving() -> None:
    assert not WEEKDAY.covers(NOON - timedelta(days=3), arrived_at=None)


def test_a_question_that_does_not_ask_for_late_arrivals_gets_none() -> None:
    punctual = replace(WEEKDAY, late=None)
    assert not punctual.covers(NOON - timedelta(days=3), NOON - HOUR)


def test_a_story_from_the_future_waits_even_if_its_file_is_here() -> None:
    assert not WEEKDAY.covers(NOON + HOUR, NOON - HOUR)


def test_a_hidden_story_is_not_eligible() -> None:
    assert matches(story(), ASKED)
    assert not matches(story(published=False), ASKED)


@pytest.mark.parametrize(("heat", "eligible"), [(29, False), (30, True), (31, True)])
def test_a_story_needs_the_least_heat_that_is_asked_for(heat: int, eligible: bool) -> None:
    assert matches(story(heat=heat), replace(ASKED, min_heat=30)) is eligible


def test_a_cold_story_is_not_eligible_unless_asked_for() -> None:
    assert not matches(story(heat=-1), ASKED)
    assert matches(story(heat=-1), replace(ASKED, min_heat=-1))


@pytest.mark.parametrize(
    ("asked", "eligible"),
    [
        ([], True),
        (["AI"], True),
        (["ai in  robotics"], True),
        (["AI in Finance"], False),
        (["AI in Finance", "AI in Robotics"], True),
    ],
)
def test_a_story_is_within_one_of_the_topics_or_none_is_asked_for(
    asked: list[str], eligible: bool
) -> None:
    one = story(topics=("AI in Robotics",))
    assert matches(one, replace(ASKED, topics=Topics().widen(asked))) is eligible


def test_a_story_outside_the_window_is_not_eligible_however_hot() -> None:
    assert not matches(story(heat=999, published_at=WEEKDAY.since), ASKED)


def test_an_answer_is_filtered_then_ranked_then_cut() -> None:
    stories = [story(path=str(heat), heat=heat) for heat in range(20)]
    asked = replace(ASKED, min_heat=10, limit=3)
    assert [one.heat for one in select(stories, asked)] == [19, 18, 17]
    assert [one.heat for one in select(stories, replace(asked, offset=3))] == [16, 15, 14]
    assert [one.heat for one in select(stories, replace(asked, offset=9))] == [10]
    assert select(stories, replace(asked, offset=10)) == []


def test_an_answer_is_sorted_as_asked() -> None:
    stories = [story(path="hot", heat=9, quality=1), story(path="good", heat=1, quality=9)]
    assert [one.path for one in select(stories, replace(ASKED, sort=Sort.QUALITY))] == [
        "good",
        "hot",
    ]
