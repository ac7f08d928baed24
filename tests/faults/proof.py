"""The long form of the proof: every run there is, and one table of them all."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.faults.history import HISTORY, replay_history
from tests.faults.lab import experiment
from tests.faults.mutants import MUTANTS, NONE
from tests.faults.stage import Plan, stage
from tests.faults.steps import STEPS
from tests.faults.storm import EVERYTHING, storm
from tests.faults.table import Tally, by_kind, row, table
from tests.faults.walk import walk
from tests.faults.weather import KINDS
from tests.faults.wire import WIRE_STEPS
from tests.simulation.seeds import HARSH, KIND, simulate_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOGETHER, WALK, CALM = "all together", "every named step", "kills alone"
NEWSROOM = "a newsroom, replayed"

RUNS = (WALK, CALM, *KINDS, TOGETHER, NEWSROOM)
"""The names of all runs with real processes."""

SHARE = 0.02
"""The part of all kills that goes to each kind of trouble alone."""

BLOWS = 8
"""How often each mutant is struck."""

DAYS = 1.5
"""Simulated days for every kill."""


@dataclass(slots=True)
class Proof:
    """What was found: rows that must be zeros, and rows that must not."""

    earned: list[Tally] = field(default_factory=list)
    mutants: list[Tally] = field(default_factory=list)
    unmet: list[str] = field(default_factory=list)
    """Runs that never met the trouble that they are about."""

    @property
    def holds(self) -> bool:
        """Whether nothing was lost, doubled or stale, and every mutant was caught."""
        faults = {mutant.name: mutant.fault for mutant in MUTANTS}
        caught = all(getattr(one.verdict, faults[one.name]) for one in self.mutants)
        clean = all(one.verdict.clean for one in self.earned)
        return bool(self.earned) and caught and clean and not self.unmet

    def text(self) -> str:
        """The table, and what was counted by kind."""
        total = Tally("in all, with real processes", 0)
        for one in self.earned:
            if "simulated" not in one.kills:
                total.add(one)
        return "\n\n".join(
            [
                table([*self.earned, total]),
                "without one defence, at the blows that it is for:",
                "\n".join(row(one) for one in self.mutants),
                by_kind(total.faults, "faults met"),
                by_kind(total.kills, "kills"),
            ]
        )


def plans(kills: int, seed: int) -> list[Plan]:
    """The storms of a run: each kind alone, none at all, and all together."""
    each = max(1, round(kills * SHARE))
    alone = [
        Plan(each, seed + number, kind, {kind: 1.0}, calm=0.2)
        for number, kind in enumerate(KINDS, start=1)
    ]
    calm = Plan(each, seed, CALM)
    rest = kills - each * (len(alone) + 1) - len(STEPS) - len(WIRE_STEPS)
    return [calm, *alone, Plan(max(each, rest), seed, TOGETHER, EVERYTHING)]


async def prove(
    kills: int,
    seed: int,
    folder: Path,
    tell: Callable[[str], None],
    *,
    only: str = "",
    mutant: str = NONE.name,
) -> Proof:
    """Run everything, or only the storm of one name with all of the kills.

    With `mutant` the bot goes without one of its defences.
    """
    proof = Proof()
    if only in ("", WALK):
        tell(WALK)
        async with stage(Plan(0, seed, WALK), _place(folder, WALK)) as scene:
            proof.earned.append(await walk(scene))
    for plan in plans(kills, seed):
        if only in ("", plan.name):
            asked = replace(plan, kills=kills, seed=seed) if only else plan
            tell(f"{plan.name}: {asked.kills} kills from seed {asked.seed}")
            asked = replace(asked, mutant=mutant)
            tally = await storm(asked, _place(folder, plan.name), tell=tell)
            proof.earned.append(tally)
            proof.unmet += [f"{plan.name}: {kind}" for kind in plan.kinds if not tally.faults[kind]]
    if only in ("", NEWSROOM) and HISTORY.exists():
        plan = Plan(0, seed, NEWSROOM, EVERYTHING)
        proof.earned.append(await replay_history(plan, _place(folder, NEWSROOM), tell))
    for one in () if only else MUTANTS:
        tell(f"mutant: {one.name}")
        where = _place(folder, f"mutant {one.name}")
        proof.mutants.append(await experiment(one, one, where, blows=BLOWS))
    return proof


def simulated(kills: int, seed: int, tell: Callable[[str], None]) -> list[Tally]:
    """The rows of the simulation. Not beside a running loop: it brings its own."""
    logging.disable(logging.CRITICAL)
    days = range(seed, seed + round(kills * DAYS))
    tell(f"simulation: {2 * len(days)} days from seed {seed}")
    kind = simulate_all(days, world=KIND, name="simulated")
    harsh = simulate_all(days, world=HARSH, name="simulated, nonces ignored")
    logging.disable(logging.NOTSET)
    return [kind, harsh]


def _place(folder: Path, name: str) -> Path:
    """A folder of its own for each run."""
    place = folder / name.replace(" ", "-").replace(",", "")
    place.mkdir(parents=True)
    return place
