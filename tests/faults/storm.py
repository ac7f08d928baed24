"""A run: the bot lives and is killed, over and over, while news comes and Discord misbehaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.faults.stage import HOUR, LONGEST_LIFE, MINUTE, Plan, Stage, stage
from tests.faults.steps import STEPS
from tests.faults.weather import ANSWERS, GATEWAY, OUTAGE
from tests.faults.wire import WIRE_STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from tests.faults.newsroom import Newsroom
    from tests.faults.table import Tally

_RARE = ("dead", "vanished", "pause", "leave", "delete", "tell admins")
_OFTEN = ("ingest", "claim", "send", "shown", "edit", "failed", "find", "absent", "newest")
COMMON_STEPS = tuple(step for step in STEPS if not step.startswith(_RARE))
"""The steps that a storm comes to by itself; the others need arranging (see `walk`)."""

STEP_WEIGHTS = tuple(4 if step.startswith(_OFTEN) else 1 for step in COMMON_STEPS)

EVERYTHING: Mapping[str, float] = {
    **dict.fromkeys(ANSWERS, 1.0),
    OUTAGE: 0.25,
    **dict.fromkeys(GATEWAY, 0.3),
}
"""All kinds of trouble, those that take long less often."""


PATIENCE = 40
"""How many lives more than planned there may be until a kind of trouble was met."""


async def storm(plan: Plan, folder: Path, *, tell: Callable[[str], None] | None = None) -> Tally:
    """Kill the bot as often as planned, let it come to rest, and judge.

    What is done in each life depends on the seed and the life's number alone. A kind of trouble
    that is planned alone is waited for: there are more lives until it was met.
    """
    most = plan.kills + PATIENCE * (len(plan.kinds) == 1)
    async with stage(plan, folder) as scene:
        while (done := scene.tally.kills.total()) < plan.kills or (done < most and _unmet(scene)):
            scene.chance.seed(f"{plan.seed}/{done}")
            await _one_life(scene)
            if tell is not None and done % 25 == 0:
                tell(f"{plan.name}: {done} of {plan.kills} kills")
        return await settle(scene)


def _unmet(scene: Stage) -> set[str]:
    """The kinds of trouble that were planned and have not been met so far."""
    met = scene.weather.counts()
    return {kind for kind in scene.plan.kinds if not met[kind]}


async def settle(scene: Stage) -> Tally:
    """End all trouble, let the bot finish, and judge."""
    await scene.weather.clear()
    for _ in range(2):
        scene.offset += MINUTE
        await scene.rest()
    scene.tally.faults = scene.weather.counts()
    scene.tally.faults["clock jumped an hour"] = scene.clock_jumps
    scene.tally.verdict = scene.verdict()
    return scene.tally


async def _one_life(scene: Stage) -> None:
    """Change something, spoil something, and end the process in one of three ways."""
    chance, plan = scene.chance, scene.plan
    back = _set_clock(scene)
    for _ in range(chance.randint(1, 2)):
        scene.newsroom.change(scene.now())
    if plan.kinds and chance.random() >= plan.calm:
        kinds, weights = list(plan.kinds), list(plan.kinds.values())
        scene.weather.bring(chance.choices(kinds, weights, k=chance.randint(1, 2)))
    how, nth = chance.random(), chance.choice((1, 1, 1, 2))
    spec = scene.spec(offset=scene.offset - back)
    wire, longest = None, LONGEST_LIFE
    step = chance.choices(COMMON_STEPS, STEP_WEIGHTS)[0]
    if how < 0.55:
        spec = replace(spec, kill_at=step, nth=nth)
    elif how < 0.8:
        wire = (chance.choice(WIRE_STEPS), nth)
    else:
        longest = chance.uniform(0.1, 1.5)
    meanwhile = _once(scene.newsroom, scene.now) if chance.random() < 0.7 else _nothing
    await scene.live(spec, wire=wire, longest=longest, meanwhile=meanwhile)
    meanwhile()


def _set_clock(scene: Stage) -> float:
    """Move the clock on, sometimes by an hour; returns by how much it is wrong in this life."""
    chance = scene.chance
    scene.offset += MINUTE if chance.random() < 0.3 else 0.0
    jump = chance.random() if scene.plan.jumps else 1.0
    scene.clock_jumps += jump < 0.1
    scene.offset += HOUR if jump < 0.05 else 0.0
    return HOUR if 0.05 <= jump < 0.1 else 0.0


def _once(newsroom: Newsroom, now: Callable[[], datetime]) -> Callable[[], None]:
    """News that comes while the bot is at work, or right after its death: but once."""
    left = iter([newsroom])

    def change() -> None:
        for one in left:
            one.change(now())

    return change


def _nothing() -> None:
    """No news."""
