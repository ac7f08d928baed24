"""A request takes effect long after it was given up: readers see the newest version once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.channels import Channel
from bot.store.deliveries import Troubles
from digests.decide import Timing
from tests.flows.reading import LAMP, LAMP_URL, titles
from tests.flows.test_deliver import FORGETFUL, MINDFUL, SECOND, troubles
from tests.support.bot import HOUR, MINUTE, alerts, bot_at_work

NEWER = f"{LAMP}, and in the morning"

PATIENT = Timing(timeout=3 * SECOND)
"""Long enough, by the clock on the wall, for what a test does while a request hangs."""


@pytest.mark.parametrize("nonce_window", [MINDFUL, FORGETFUL], ids=["nonces", "no nonces"])
async def test_a_first_try_that_comes_after_the_second_is_corrected(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    """The nonce brings back the older message, or the sweep keeps it: both show the old title."""
    async with bot_at_work(sandbox, tmp_path, alerts(news), timing=PATIENT) as bot:
        at = bot.clock.now()
        first = sandbox.faults.hang("POST", "messages$")
        await bot.write("a.md", LAMP, url=LAMP_URL, published_at=at)
        await bot.settled()
        await bot.write("a.md", NEWER, url=LAMP_URL, published_at=at)
        second = sandbox.faults.hang("POST", "messages$")
        bot.clock.advance(MINUTE)
        await second.reached()
        first.release()
        await news.wait_for_message()
        second.release()
        await bot.settled()
        await bot.advance(HOUR)
        await bot.advance(HOUR)
        assert titles(news) == [NEWER]
        assert await troubles(bot) == Troubles(0, 0, 0, 0, 0)
