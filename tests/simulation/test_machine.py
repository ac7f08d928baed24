"""Hypothesis looks for a day on which delivery fails, and shortens it to what matters."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Coroutine
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.faults.mutants import BY_NAME, NONE, Mutant
from tests.faults.steps import STEPS
from tests.simulation.loop import VirtualLoop
from tests.simulation.seeds import HARSH, KIND
from tests.simulation.town import HOUR, Town
from tests.simulation.world import World

pytestmark = pytest.mark.timeout(600)  # hundreds of days are much work for a busy machine

SHORT = settings(
    max_examples=150,
    stateful_step_count=25,
    deadline=None,
    database=None,
    derandomize=True,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


class Days(RuleBasedStateMachine):
    """Anything may happen in any order; no channel ever shows a story twice, and none is lost."""

    mutant: Mutant = NONE
    world: World = KIND

    def __init__(self) -> None:
        super().__init__()
        logging.disable(logging.CRITICAL)
        self.loop = VirtualLoop()
        self.town: Town

    def do(self, work: Coroutine[None, None, None]) -> None:
        """Let something happen in virtual time."""
        self.loop.run_until_complete(work)

    @initialize(seed=st.integers(0, 2**16))
    def found(self, seed: int) -> None:
        """Begin a day; the seed says how requests fare."""

        async def begin() -> None:
            self.town = Town(random.Random(seed), self.mutant, self.world)  # noqa: S311 - repeatable
            await self.town.found()
            self.town.start()

        self.do(begin())

    @rule()
    def publish(self) -> None:
        """A story arrives."""
        self.do(self.town.publish())

    @rule()
    def revise(self) -> None:
        """A story changes."""
        self.do(self.town.revise())

    @rule()
    def withdraw(self) -> None:
        """A story is taken back, or published again."""
        self.do(self.town.withdraw())

    @rule(fair=st.booleans())
    def weather(self, *, fair: bool) -> None:
        """Discord gets worse, or better."""
        self.town.fair = fair

    @rule(step=st.sampled_from(("", *STEPS)))
    def start(self, step: str) -> None:
        """The bot is started, or goes on, and dies at a step."""

        async def begin() -> None:
            self.town.start(step)

        self.do(begin())

    @rule(seconds=st.sampled_from((0.05, 0.3, 2.0, 31.0, 200.0)), power=st.booleans())
    def live(self, seconds: float, *, power: bool) -> None:
        """Time passes; a death at a step may be the power's."""
        self.do(self.town.live(seconds, power=power))

    @rule(power=st.booleans())
    def kill(self, *, power: bool) -> None:
        """The process is killed, or the power cut."""
        self.do(self.town.kill(power=power))

    @rule(hours=st.sampled_from((-1, 0, 1)))
    def set_clock(self, hours: int) -> None:
        """The bot's clock is set wrong by an hour, or right."""

        async def move() -> None:
            self.town.set_clock(timedelta(seconds=hours * HOUR))

        self.do(move())

    @invariant()
    def nothing_stands_twice(self) -> None:
        """Never two messages for one story in a channel."""
        assert self.town.verdict().duplicated == 0

    def teardown(self) -> None:
        """When all trouble has ended, everything is there, as it last was."""
        try:
            if hasattr(self, "town"):
                self.do(self.town.settle())
                assert self.town.verdict().complaints == ()
        finally:
            self._end()

    def _end(self) -> None:
        """Leave nothing running behind."""
        if hasattr(self, "town"):
            self.do(self.town.kill())
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.do(asyncio.sleep(0))
        self.loop.close()
        logging.disable(logging.NOTSET)


class HarshDays(Days):
    """The same where Discord ignores nonces."""

    world = HARSH


class SenselessDays(HarshDays):
    """The same without a look-up."""

    mutant = BY_NAME["nonce without look-up"]


@pytest.mark.parametrize("days", [Days, HarshDays], ids=["as Discord is", "nonces ignored"])
def test_no_order_of_events_doubles_or_loses_a_message(days: type[Days]) -> None:
    run_state_machine_as_test(days, settings=SHORT)


def test_hypothesis_finds_a_day_that_doubles_a_message_where_nothing_is_looked_up() -> None:
    with pytest.raises(AssertionError):
        run_state_machine_as_test(SenselessDays, settings=settings(SHORT, phases=[Phase.generate]))
