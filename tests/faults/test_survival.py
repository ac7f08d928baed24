"""The short form of the proof: the real bot, killed for real, in a Discord that misbehaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.storm import EVERYTHING, Plan, replay, stage, storm
from tests.faults.walk import walk

pytestmark = pytest.mark.slow


async def test_a_kill_at_any_step_of_the_path_neither_loses_nor_doubles_a_message(
    tmp_path: Path,
) -> None:
    plan = Plan(50, 7, "every named step")
    async with stage(plan, tmp_path) as scene:
        tally = await walk(scene)
    assert tally.verdict.complaints == ()
    assert tally.verdict.once == tally.verdict.wanted > 50
    assert set(tally.kills.values()) == {1}


async def test_kills_and_faults_of_every_kind_at_once_neither_lose_nor_double_a_message(
    tmp_path: Path,
) -> None:
    plan = Plan(8, 11, kinds=EVERYTHING, calm=0.0)
    tally = await storm(plan, tmp_path)
    assert tally.verdict.complaints == (), replay(plan)
    assert tally.verdict.once == tally.verdict.wanted > 0
    assert tally.faults.total() > 0
