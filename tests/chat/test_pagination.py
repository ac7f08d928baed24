"""Digests of any size become messages that Discord takes, with every story in its place."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import limits
from bot.chat.embeds import digest_content, digest_embeds, paginate
from digests.digest import Digest, compose
from digests.ranking import Sort
from digests.story import Story
from digests.subscription import Layout
from digests.topic import Topics
from tests.chat.stories import NOON, longest_url, stories
from tests.digests.builders import story

TOPICS = Topics()


def digest_of(told: list[Story], sort: Sort = Sort.HEAT) -> Digest:
    """The stories as a digest, grouped by topic."""
    return compose("morning", NOON, NOON, told, TOPICS, sort)


@settings(max_examples=60, deadline=None)
@given(st.lists(stories(), max_size=50), st.sampled_from(Layout), st.sampled_from(Sort))
def test_every_part_fits_and_nothing_is_lost(told: list[Story], layout: Layout, sort: Sort) -> None:
    """In order, without repetition, numbered from one; also for hostile and huge stories."""
    digest = digest_of(told, sort)
    parts = paginate(digest, TOPICS, layout, run_id=9)
    for part in parts:
        assert limits.fits(digest_embeds(part, TOPICS, layout))
        assert len(part.digest.stories) <= limits.OPTIONS
        assert len(digest_content(part)) <= limits.CONTENT
    assert [one for part in parts for one in part.digest.stories] == list(digest.stories)
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert {(part.count, part.run_id) for part in parts} == {(len(parts), 9)}


@pytest.mark.parametrize("layout", Layout)
def test_an_empty_digest_is_one_note(layout: Layout) -> None:
    """It says that there is nothing new."""
    [part] = paginate(digest_of([]), TOPICS, layout)
    [embed] = digest_embeds(part, TOPICS, layout)
    assert embed.description == "Nothing new this time. The next digest comes as scheduled."


def test_messages_are_filled_as_far_as_they_go() -> None:
    """Ten cards are one message, eleven are two; twenty-five lines are one, as its menu's are."""
    told = [story(id=n, url=f"https://post.example/{n}", excerpt="") for n in range(26)]
    cards = paginate(digest_of(told[:11]), TOPICS, Layout.CARDS)
    lines = paginate(digest_of(told), TOPICS, Layout.LIST)
    assert [len(part.digest.stories) for part in cards] == [10, 1]
    assert [len(part.digest.stories) for part in lines] == [25, 1]


def test_messages_fit_wherever_the_limit_falls() -> None:
    """The lengths that are added up are those of the message as it is sent."""
    for extra in range(60):
        told = [story(id=n, title="x" * (150 + extra), excerpt="y" * 100) for n in range(20)]
        for part in paginate(digest_of(told), TOPICS, Layout.LIST):
            assert limits.fits(digest_embeds(part, TOPICS, Layout.LIST))


def test_cards_with_one_address_go_into_separate_messages() -> None:
    """Discord would show them as one."""
    told = [story(id=n, url="https://post.example/same") for n in range(3)]
    parts = paginate(digest_of(told), TOPICS, Layout.CARDS)
    assert [len(part.digest.stories) for part in parts] == [1, 1, 1]
    without = [story(id=n, url=None) for n in range(3)]
    assert len(paginate(digest_of(without), TOPICS, Layout.CARDS)) == 1


def test_a_topic_may_go_on_in_the_next_message() -> None:
    """Under its heading again."""
    told = [story(id=n, url=longest_url(n)) for n in range(4)]
    parts = paginate(digest_of(told), TOPICS, Layout.LIST)
    embeds = [digest_embeds(part, TOPICS, Layout.LIST) for part in parts]
    assert len(parts) > 1
    assert [[one.title for one in shown] for shown in embeds] == [["🤖 AI in Robotics"]] * len(
        parts
    )
    assert all(str(one.description).count("](https://") for shown in embeds for one in shown)


@pytest.mark.parametrize("layout", Layout)
def test_fifty_stories_hold_up_the_bot_for_less_than_a_blink(layout: Layout) -> None:
    """The event loop answers nobody meanwhile; a story is drawn once, so it takes linear time."""
    told = [
        story(
            id=n,
            title=f"Harbour robot number {n} learns to knot ropes in the dark",
            url=f"https://post.example/{n}/harbour-robot-learns-to-knot-ropes",
            excerpt="It took a winter, a patient teacher and four kilometres of old rope. " * 5,
            outlets=("Example Post", "Times", "Herald", "Courier", "Radio"),
            topics=(TOPICS.names[1 + n % 10],),
        )
        for n in range(50)
    ]
    digest = digest_of(told)
    taken = []
    for _ in range(5):
        start = time.process_time()
        paginate(digest, TOPICS, layout)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.05
