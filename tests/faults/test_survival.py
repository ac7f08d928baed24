"""The short form of the proof: the real bot, killed for real, in a Discord that misbehaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.stage import Plan, replay, stage
from tests.faults.steps import STEPS
from tests.faults.storm import EVERYTHING, storm
from tests.faults.walk import walk
from tests.faults.weather import KINDS
from tests.faults.wire import WIRE_STEPS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),  # a walk takes half a minute, and more than two on a busy machine
]


async def test_a_kill_at_any_step_of_the_path_neither_loses_nor_doubles_a_message(
    tmp_path: Path,
) -> None:
    plan = Plan(50, 7, "every named step")
    async with stage(plan, tmp_path) as scene:
        tally = await walk(scene)
    assert tally.verdict.complaints == ()
    assert tally.verdict.once == tally.verdict.wanted > 50
    assert {tally.kills[step] for step in STEPS} == {1}
    assert {tally.kills[f"wire: {step}"] for step in WIRE_STEPS} == {1}


@pytest.mark.parametrize("kind", KINDS)
async def test_kills_and_one_kind_of_trouble_neither_lose_nor_double_a_message(
    kind: str, tmp_path: Path
) -> None:
    plan = Plan(2, 11, kind, {kind: 1.0}, calm=0.0)
    tally = await storm(plan, tmp_path)
    assert tally.verdict.complaints == (), replay(plan)
    assert tally.verdict.once == tally.verdict.wanted > 0
    assert tally.faults[kind] > 0


async def test_kills_and_trouble_of_every_kind_at_once_neither_lose_nor_double_a_message(
    tmp_path: Path,
) -> None:
    plan = Plan(12, 11, kinds=EVERYTHING)
    tally = await storm(plan, tmp_path)
    assert tally.verdict.complaints == (), replay(plan)
    assert tally.verdict.once == tally.verdict.wanted > 0
