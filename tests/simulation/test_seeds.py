"""Delivery simulated: the real flow and the real store, where hours take milliseconds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.faults.mutants import BY_NAME, MUTANTS, NONE, Mutant
from tests.simulation.loop import StuckError, VirtualLoop
from tests.simulation.seeds import HARSH, KIND, simulate, simulate_all
from tests.simulation.world import World

pytestmark = pytest.mark.timeout(600)  # hundreds of days are much work for a busy machine

CAUGHT_WITHIN = 60
"""Days within which every mutant has been caught."""


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[None]:
    """What is logged in thousands of deaths helps nobody."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(
    ("world", "days"), [(KIND, 120), (HARSH, 120)], ids=["as Discord is", "nonces ignored"]
)
def test_every_message_is_there_once_after_kills_power_cuts_and_lost_answers(
    world: World, days: int
) -> None:
    total = simulate_all(range(days), world=world)
    assert total.verdict.complaints == ()
    assert total.verdict.once == total.verdict.wanted > 20 * days


@pytest.mark.parametrize("seed", [231, 260, 292, 337])
def test_a_late_edit_never_undoes_a_newer_one(seed: int) -> None:
    assert simulate(seed).verdict.complaints == ()


@pytest.mark.parametrize("seed", [211, 233])
def test_a_story_that_is_taken_back_in_doubt_and_published_again_is_not_lost(seed: int) -> None:
    assert simulate(seed).verdict.complaints == ()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: str(mutant.name))
def test_without_one_of_its_defences_delivery_fails_where_it_did_not_before(mutant: Mutant) -> None:
    for seed in range(CAUGHT_WITHIN):
        if getattr(simulate(seed, mutant, HARSH).verdict, mutant.fault):
            assert simulate(seed, NONE, HARSH).verdict.complaints == ()
            return
    pytest.fail(f"{mutant.name}: nothing was {mutant.fault} in {CAUGHT_WITHIN} days")


def test_a_lost_claim_does_no_harm_unless_the_power_is_cut() -> None:
    kept = replace(BY_NAME["claim not durable"], volatile_claims=False)
    assert simulate_all(range(20), kept, HARSH).verdict.complaints == ()


def test_a_day_from_the_same_seed_is_the_same_day() -> None:
    assert simulate(7) == simulate(7)


def test_a_simulation_in_which_nothing_can_happen_any_more_says_so() -> None:
    loop = VirtualLoop()
    with pytest.raises(StuckError, match="nothing would ever happen"):
        loop.run_until_complete(asyncio.Event().wait())
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()


def test_hours_of_virtual_time_pass_in_the_order_in_which_they_were_asked_for() -> None:
    async def night() -> list[str]:
        seen: list[str] = []

        async def sleeper(name: str, hours: float) -> None:
            await asyncio.sleep(hours * 3600)
            seen.append(name)

        await asyncio.gather(sleeper("late", 9), sleeper("early", 1))
        return seen

    loop = VirtualLoop()
    assert loop.run_until_complete(night()) == ["early", "late"]
    assert loop.time() == pytest.approx(9 * 3600)
    loop.close()
