"""discord.py would repeat a request after a 500; a message is never asked for blindly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.stage import Plan, stage
from tests.faults.weather import POST


@pytest.mark.parametrize("status", [403, 404, 429, 500])
async def test_an_answer_to_a_second_request_never_passes_for_that_to_the_first(
    status: int, tmp_path: Path
) -> None:
    """Neither where Discord forgets nonces at once: the message is looked up, not sent again."""
    async with stage(Plan(0, 1, nonce_window=0.0), tmp_path) as scene:
        scene.digests.clear()
        scene.alerts.pop()
        scene.newsroom.add(scene.now())
        scene.sandbox.faults.answer(500, *POST, after_effect=True)
        second = scene.sandbox.faults.answer(status, *POST)
        await scene.rest()
        assert second.hits == 0
        assert scene.verdict().complaints == ()
        assert scene.verdict().once == 1
