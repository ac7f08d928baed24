"""Months of a real newsroom, replayed: trouble on the way leaves no trace in the channels.

The history is not the project's own; where it is not at hand, these tests are skipped.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.batch import Batch, Seen
from digests.decide import Timing
from digests.parsing import parse
from tests.faults.history import HISTORY, moments
from tests.faults.mutants import BY_NAME, NONE, Mutant
from tests.faults.steps import STEPS
from tests.simulation.loop import VirtualLoop
from tests.simulation.town import Town

pytestmark = [
    pytest.mark.skipif(not HISTORY.exists(), reason="the newsroom's history is absent"),
    pytest.mark.slow,
]

Contents = dict[int, list[tuple[str, str, bool]]]
"""Per channel, what stands there: title, address, and whether it is struck through."""

UNHURRIED = replace(NONE, timing=lambda _: Timing(young=timedelta(days=90)))
"""Messages stay young: how long a replay takes must not decide what is corrected."""


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[None]:
    """What is logged in hundreds of deaths helps nobody."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def batches() -> Iterator[Batch]:
    """What a watcher would hand over, one batch for each moment of the history."""
    for number, texts in enumerate(moments()):
        read = tuple(
            Seen(f"{number} {path}", parse("power-apps", path, text.encode()))
            for path, text in texts.items()
        )
        yield Batch("power-apps", read)


def replayed(seed: int, *, calm: bool, mutant: Mutant = UNHURRIED) -> tuple[Contents, int]:
    """What stands in the channels after the last write, and how often the bot died meanwhile."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(_replay(seed, mutant, calm=calm))
    finally:
        loop.close()


async def _replay(seed: int, mutant: Mutant, *, calm: bool) -> tuple[Contents, int]:
    chance = random.Random(seed)  # noqa: S311 - repeatable
    town = Town(chance, mutant)
    await town.found()
    for batch in batches():
        town.fair = calm or chance.random() < 0.3
        town.start("" if calm else chance.choice(STEPS))
        await town.read_news(batch)
        if not calm:
            await town.live(chance.expovariate(2.0), power=True)
            await town.kill(power=True)
        await town.work_off()
    await town.settle()
    return _contents(town), town.kills


def _contents(town: Town) -> Contents:
    return {
        channel: sorted(
            (one.story.title, one.story.url or "", not one.story.published) for one in messages
        )
        for channel, messages in town.place.channels.items()
    }


@pytest.fixture(scope="module")
def calm_contents() -> Contents:
    """What stands in the channels if nothing ever goes wrong."""
    contents, _ = replayed(0, calm=True)
    return contents


@pytest.mark.parametrize("seed", range(1, 9))
def test_kills_and_faults_during_months_of_news_leave_the_same_messages(
    calm_contents: Contents, seed: int
) -> None:
    contents, kills = replayed(seed, calm=False)
    assert contents == calm_contents
    assert kills > 200


def test_no_story_of_the_newsroom_stands_twice(calm_contents: Contents) -> None:
    for messages in calm_contents.values():
        titles = [title for title, _, _ in messages]
        assert len(titles) > 50
        assert len(set(titles)) == len(titles)


def test_the_same_months_leave_other_messages_where_they_are_marked_before_they_are_sent(
    calm_contents: Contents,
) -> None:
    hasty = replace(BY_NAME["mark before send"], timing=UNHURRIED.timing)
    contents, _ = replayed(1, calm=False, mutant=hasty)
    assert contents != calm_contents
