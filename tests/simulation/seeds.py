"""Simulated days, each from a seed: thousands of them take minutes."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.faults.mutants import NONE
from tests.faults.steps import STEPS
from tests.faults.table import Tally
from tests.simulation.loop import VirtualLoop
from tests.simulation.town import HOUR, Town
from tests.simulation.world import FORGETFUL, World

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.faults.mutants import Mutant

EPISODES = 12
"""Lives of the bot in a day."""

KIND = World()
"""Discord as it is known to be."""

HARSH = World(nonce_window=FORGETFUL)
"""A Discord that ignores nonces: all rests on the look-up."""


def simulate(seed: int, mutant: Mutant = NONE, world: World = KIND) -> Tally:
    """Run one day and judge it."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(_day(seed, mutant, world))
    finally:
        loop.close()


def simulate_all(
    seeds: Iterable[int], mutant: Mutant = NONE, world: World = KIND, name: str = ""
) -> Tally:
    """Run many days into one row."""
    total = Tally(name or mutant.name, 0)
    for seed in seeds:
        one = simulate(seed, mutant, world)
        total.add(one)
    return total


async def _day(seed: int, mutant: Mutant, world: World) -> Tally:
    chance = random.Random(seed)  # noqa: S311 - a day is to be repeatable, not secret
    town = Town(chance, mutant, world)
    await town.found()
    for _ in range(EPISODES):
        await _episode(town, chance)
    await town.settle()
    tally = Tally(mutant.name, seed)
    tally.kills["simulated"] = town.kills
    tally.faults = town.faults
    tally.verdict = town.verdict(f"seed {seed}, ")
    return tally


async def _episode(town: Town, chance: random.Random) -> None:
    """Some news, some trouble, an end, and a pause."""
    town.fair = chance.random() < 0.3
    power = chance.random() < 0.3
    town.start(chance.choice(STEPS) if chance.random() < 0.6 else "")
    for _ in range(chance.randint(1, 3)):
        [event] = chance.choices((town.publish, town.revise, town.withdraw), (6, 3, 1))
        await event()
        await town.live(chance.expovariate(1 / 20), power=power)
    if chance.random() < 0.1:
        town.set_clock(timedelta(seconds=chance.choice((-HOUR, 0.0, HOUR))))
    if chance.random() < 0.6:
        await town.kill(power=power)
    if chance.random() < 0.2:
        await town.live(chance.uniform(60, 900))
