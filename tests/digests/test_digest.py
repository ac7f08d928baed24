"""A digest groups ranked stories by topic, and is cut into messages without losing any."""

from __future__ import annotations

from datetime import timedelta

from digests.digest import NO_TOPIC, Digest, Section, compose, split
from digests.story import Story
from digests.topic import Topics
from tests.digests.builders import NOON, story

SINCE = NOON - timedelta(hours=36)


def told(path: str, *topics: str) -> Story:
    """A story of these topics."""
    return story(path=path, topics=topics)


def composed(*ranked: Story) -> Digest:
    """The morning digest of these stories, best first."""
    return compose("morning", SINCE, NOON, ranked, Topics())


def shape(digest: Digest) -> list[tuple[str, list[str]]]:
    """What stands under which heading."""
    return [(part.topic, [one.path for one in part.stories]) for part in digest.sections]


def test_stories_stand_under_their_most_specific_topic_in_their_ranks() -> None:
    digest = composed(
        told("1", "Computer Vision", "AI"),
        told("2", "AI"),
        told("3", "AI", "Computer Vision"),
        told("4", "TensorFlow", "Machine Learning", "AI"),
    )
    assert shape(digest) == [
        ("Computer Vision", ["1", "3"]),
        ("AI", ["2"]),
        ("TensorFlow", ["4"]),
    ]


def test_the_topic_of_the_best_story_comes_first() -> None:
    digest = composed(told("1", "AI Ethics"), told("2", "AI Hardware"), told("3", "AI Ethics"))
    assert [section.topic for section in digest.sections] == ["AI Ethics", "AI Hardware"]


def test_one_topic_written_in_two_ways_has_one_heading() -> None:
    digest = composed(told("1", "computer vision"), told("2", "Computer  Vision"))
    assert shape(digest) == [("Computer Vision", ["1", "2"])]


def test_stories_without_a_topic_stand_under_news() -> None:
    assert shape(composed(told("1"))) == [(NO_TOPIC, ["1"])]


def test_a_digest_of_nothing_has_no_sections_but_knows_its_time() -> None:
    digest = composed()
    assert (digest.name, digest.since, digest.fire_at) == ("morning", SINCE, NOON)
    assert digest.sections == ()
    assert digest.stories == ()


def test_no_story_is_lost_or_doubled_by_grouping() -> None:
    ranked = [told(str(number), f"Topic {number % 3}") for number in range(10)]
    assert sorted(one.path for one in composed(*ranked).stories) == [str(n) for n in range(10)]


def test_parts_are_numbered_from_one_and_know_how_many_they_are() -> None:
    digest = composed(told("1", "A"), told("2", "B"), told("3", "B"))
    first, (two, three) = digest.sections[0], digest.sections[1].stories
    cuts = [[first, Section("B", (two,))], [Section("B", (three,))]]
    parts = split(digest, cuts, run_id=5)
    assert [(part.number, part.count, part.run_id) for part in parts] == [(1, 2, 5), (2, 2, 5)]
    assert [shape(part.digest) for part in parts] == [
        [("A", ["1"]), ("B", ["2"])],
        [("B", ["3"])],
    ]
    assert {(part.digest.name, part.digest.fire_at) for part in parts} == {("morning", NOON)}


def test_a_digest_that_fits_one_message_is_one_part() -> None:
    digest = composed(told("1", "A"))
    (part,) = split(digest, [digest.sections])
    assert (part.digest, part.number, part.count) == (digest, 1, 1)
