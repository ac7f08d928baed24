"""The machine's clock is set forward or back: nothing is lost, doubled or kept waiting for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.channels import Channel
from bot.sandbox.permissions import Permission
from tests.flows.reading import KITE, LAMP, fixed, titles
from tests.flows.test_deliver import FORGETFUL, HASTY, SECOND, spoil, troubles
from tests.support.bot import HOUR, MINUTE, alerts, bot_at_work


@pytest.fixture
def nonce_window() -> float:
    """A Discord that forgets nonces at once: only the quiet period helps."""
    return FORGETFUL


async def test_a_quiet_period_is_not_shortened_by_a_clock_that_is_set_forward(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news), timing=HASTY) as bot:
        stuck = sandbox.faults.hang("POST", "messages$")
        await bot.write("a.md", LAMP)
        await bot.settled()
        bot.clock.set_wrong(HOUR)
        await bot.settled()
        assert (await troubles(bot)).unclear == 1
        [warning] = bot.logged("clock.set")
        assert vars(warning)["by"] == "1:00:00"
        stuck.release()
        await news.wait_for_message()
        await bot.advance(MINUTE)
        assert titles(news) == [LAMP]
        assert (await troubles(bot)).unclear == 0


async def test_a_clock_that_is_set_back_keeps_nothing_waiting_longer(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        spoil(sandbox, "reset")
        await bot.write("a.md", LAMP)
        await bot.settled()
        bot.clock.set_wrong(-HOUR)
        await bot.settled()
        await bot.write("b.md", KITE)
        await bot.advance(31 * SECOND)
        assert titles(news) == [LAMP, KITE]


async def test_what_arrives_while_the_clock_is_behind_a_schedules_birth_is_posted(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        bot.clock.set_wrong(-HOUR)
        await bot.write("a.md", LAMP)
        await bot.settled()
        assert titles(news) == [LAMP]


async def test_two_tries_are_not_half_an_hour_because_the_clock_says_so(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    assert news.guild is not None
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        news.deny(news.guild.bot_role, Permission.SEND_MESSAGES)
        await bot.write("a.md", LAMP)
        await bot.settled()
        bot.clock.set_wrong(HOUR)
        await bot.settled()
        assert (await fixed(bot, news)).paused is None
        news.reset(news.guild.bot_role)
        await bot.advance(MINUTE)
        assert titles(news) == [LAMP]


async def test_a_process_that_starts_waits_for_what_its_forerunner_may_have_under_way(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    """The clock may have been set while no process watched it."""
    async with bot_at_work(sandbox, tmp_path, alerts(news), timing=HASTY) as bot:
        stuck = sandbox.faults.hang("POST", "messages$")
        await bot.write("a.md", LAMP)
        await bot.settled()
        clock = bot.clock
    clock.set_wrong(HOUR)
    async with bot_at_work(sandbox, tmp_path, alerts(news), timing=HASTY, clock=clock) as bot:
        assert (await troubles(bot)).unclear == 1
        stuck.release()
        await news.wait_for_message()
        await bot.advance(MINUTE)
        assert titles(news) == [LAMP]
