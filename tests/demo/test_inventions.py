"""The demo's made-up news: varied, and each of them a story of its own."""

from __future__ import annotations

from bot.demo.controls import BURST
from bot.demo.inventions import INVENTIONS, invent
from digests.grouping import group_into_stories
from digests.topic import Topics
from tests.digests.builders import article


def test_no_two_have_the_same_title() -> None:
    assert len({invent(number).title for number in range(INVENTIONS)}) == INVENTIONS


def test_those_of_a_burst_are_stories_of_their_own() -> None:
    burst = [article(path=f"{n}.md", title=invent(n).title, keys=()) for n in range(BURST)]
    assert len(group_into_stories(burst)) == BURST


def test_those_of_a_burst_say_many_things_under_many_topics() -> None:
    burst = [invent(number) for number in range(BURST)]
    assert len({news.excerpt for news in burst}) > BURST / 2
    assert {news.topic for news in burst} <= set(Topics().names)
    assert len({news.topic for news in burst}) > 10


def test_two_in_a_row_have_nothing_in_common_but_their_place() -> None:
    for number in range(BURST):
        one, other = (invent(n).title.split() for n in (number, number + 1))
        assert one[-1] != other[-1]
