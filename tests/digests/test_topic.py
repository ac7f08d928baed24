"""Topics are found however people write them, and hang together as configured."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.names import name_key
from digests.topic import ROOT, Topic, Topics, topic_code

VISION = Topic("Computer Vision", aliases=("Vision", "CV"), emoji="👀")
SEAMARKS = Topic("Seamarks", parent="Computer Vision", colour=0x123456)


@pytest.mark.parametrize("written", ["Computer Vision", "computer vision", "  COMPUTER\tVISION "])
def test_case_and_spaces_do_not_count(written: str) -> None:
    assert Topics().get(written).name == "Computer Vision"


@given(st.text())
def test_a_tag_is_short_and_the_same_for_all_ways_to_write_a_topic(name: str) -> None:
    assert re.fullmatch("[0-9a-f]{8}", topic_code(name))
    assert topic_code(f" {name} ") == topic_code(name)


def test_topics_of_one_directory_have_different_tags() -> None:
    names = Topics().names
    assert len({topic_code(name) for name in names}) == len(names)


def test_the_topics_of_upstream_have_a_parent_a_colour_and_an_emoji_unconfigured() -> None:
    topics = Topics()
    assert topics.get("TensorFlow").parent == "Machine Learning"
    for name in topics.names:
        known = topics.get(name)
        assert (known.parent is None) == (name == ROOT)
        assert known.colour is not None
        assert known.emoji


def test_a_configured_topic_keeps_what_it_does_not_say() -> None:
    topic = Topics([VISION]).get("Computer Vision")
    assert (topic.parent, topic.colour, topic.emoji) == (ROOT, 0x3498DB, "👀")


def test_black_is_a_colour_that_may_be_configured() -> None:
    assert Topics([Topic("Computer Vision", colour=0)]).get("Computer Vision").colour == 0


def test_a_topic_that_nobody_described_gets_a_style_that_stays() -> None:
    first, second = Topics().get(" Tide  Tables"), Topics().get("tide tables")
    assert first.name == "Tide Tables"
    assert (first.colour, first.emoji) == (second.colour, second.emoji)
    assert first.parent is None


def test_a_topic_is_found_by_its_aliases() -> None:
    assert Topics([VISION]).get("cv").name == "Computer Vision"


def test_an_alias_never_hides_a_topic_of_that_name() -> None:
    topics = Topics([Topic("Computer Vision", aliases=("AI Ethics",))])
    assert topics.get("AI Ethics").name == "AI Ethics"


def test_a_parent_takes_its_children_and_all_aliases_along() -> None:
    topics = Topics([VISION, SEAMARKS])
    assert topics.widen(["Computer Vision"]) == {"computer vision", "seamarks", "vision", "cv"}
    assert topics.widen(["seamarks"]) == {"seamarks"}
    assert topics.widen(["CV"]) == topics.widen(["Computer Vision"])
    assert {"tensorflow", "seamarks", "cv", "ai"} <= topics.widen(["AI"])


def test_asking_for_no_topic_asks_for_all() -> None:
    assert Topics().widen([]) == frozenset()


def test_a_topic_that_was_only_met_in_articles_can_be_asked_for() -> None:
    assert Topics().widen(["Tide Tables"]) == {"tide tables"}


def test_a_parent_may_be_named_by_its_alias() -> None:
    topics = Topics([VISION, Topic("Seamarks", parent="CV")])
    assert "seamarks" in topics.widen(["Computer Vision"])


@pytest.mark.parametrize(
    ("names", "heading"),
    [
        ([], None),
        (["AI"], "AI"),
        (["Computer Vision", "AI"], "Computer Vision"),
        (["AI", "Computer Vision"], "Computer Vision"),
        (["Machine Learning", "TensorFlow", "AI"], "TensorFlow"),
        (["TensorFlow", "Computer Vision", "AI"], "TensorFlow"),
        (["vision"], "Computer Vision"),
        (["tide tables", "AI"], "tide tables"),
        (["AI", "AI"], "AI"),
    ],
)
def test_a_story_stands_under_its_most_specific_topic(
    names: list[str], heading: str | None
) -> None:
    assert Topics([VISION]).heading(names) == heading


@pytest.mark.parametrize(
    "circle",
    [
        [Topic("A", parent="A")],
        [Topic("A", parent="B"), Topic("B", parent="A")],
        [Topic("A", parent="B"), Topic("B", parent="C"), Topic("C", parent="A")],
        [Topic("A", parent="Other", aliases=("Other",))],
    ],
)
def test_parents_in_a_circle_neither_hang_nor_lose_topics(circle: list[Topic]) -> None:
    topics = Topics(circle)
    names = [topic.name for topic in circle]
    assert {name_key(name) for name in names} <= topics.widen(["A"])
    assert topics.heading(names) in names
