"""Thousands of simulated days, each from a seed."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.faults.mutants import NONE
from tests.faults.steps import STEPS
from tests.faults.table import Tally
from tests.simulation.loop import VirtualLoop
from tests.simulation.town import HOUR, Town

if TYPE_CHECKING:
    from tests.faults.mutants import Mutant

EPISODES = 12


def simulate(seed: int, mutant: Mutant = NONE, *, nonce_window: float = 180.0) -> Tally:
    """Run one day and judge it."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(_day(seed, mutant, nonce_window))
    finally:
        loop.close()


async def _day(seed: int, mutant: Mutant, nonce_window: float) -> Tally:
    chance = random.Random(seed)  # noqa: S311 - repeatable
    town = Town(chance, mutant, nonce_window=nonce_window)
    await town.found()
    for _ in range(EPISODES):
        await _episode(town, chance)
    await town.settle()
    tally = Tally(mutant.name, seed)
    tally.kills["simulated"] = town.kills
    tally.verdict = town.verdict()
    return tally


async def _episode(town: Town, chance: random.Random) -> None:
    """Some news, some trouble, an end, and a pause."""
    town.fair = chance.random() < 0.3
    power = chance.random() < 0.3
    town.start(chance.choice(STEPS) if chance.random() < 0.6 else "")
    for _ in range(chance.randint(1, 3)):
        await (town.publish() if chance.random() < 0.6 else town.revise())
        await town.live(chance.expovariate(1 / 20), power=power)
    if chance.random() < 0.1:
        town.clock.wrong_by = timedelta(seconds=chance.choice((-HOUR, 0.0, HOUR)))
    if chance.random() < 0.6:
        await town.kill(power=power)
    if chance.random() < 0.2:
        await town.live(chance.uniform(60, 900))
