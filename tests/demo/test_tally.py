"""How far a burst has come is counted by the posts that lead to its pages, and told on the way."""

from __future__ import annotations

import pytest

from bot.demo.tally import TOLD_EVERY, Tally
from bot.sandbox import Channel, Sandbox
from bot.sandbox.messages import Body

PAGES = [f"https://desk.example/{number}" for number in range(7)]


@pytest.fixture
def channel() -> Channel:
    """Where the posts appear."""
    return Sandbox().world.add_guild("Reading Room").add_text_channel("ai-alerts")


def post(channel: Channel, page: str) -> None:
    channel.post(channel.world.bot, Body(embeds=({"title": "News", "url": page},)))


def test_it_is_told_now_and_then_and_after_the_last(channel: Channel) -> None:
    told: list[str] = []
    tally = Tally(channel, lambda: told.append(str(tally)))
    tally.expect(PAGES)
    for page in ["https://other.example/", *PAGES]:
        post(channel, page)
    assert told == [
        f"{TOLD_EVERY} of 7 posted in #ai-alerts.",
        "7 of 7 posted in #ai-alerts.",
    ]


def test_what_was_posted_before_it_was_expected_counts(channel: Channel) -> None:
    tally = Tally(channel, lambda: None)
    post(channel, PAGES[0])
    tally.expect(PAGES)
    assert str(tally) == "1 of 7 posted in #ai-alerts."


def test_a_second_burst_adds_to_one_that_goes_on_and_starts_anew_after_it(
    channel: Channel,
) -> None:
    tally = Tally(channel, lambda: None)
    tally.expect(PAGES[:2])
    post(channel, PAGES[0])
    tally.expect(PAGES[2:4])
    assert str(tally) == "1 of 4 posted in #ai-alerts."
    for page in PAGES[1:4]:
        post(channel, page)
    tally.expect(PAGES[4:])
    assert str(tally) == "0 of 3 posted in #ai-alerts."
