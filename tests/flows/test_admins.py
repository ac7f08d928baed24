"""Those who manage a server hear in Discord that a schedule had to be paused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.sandbox.permissions import Permission
from tests.support.bot import MINUTE, alerts, bot_at_work

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sandbox import Sandbox
    from bot.sandbox.channels import Channel


@pytest.mark.parametrize(
    ("denied", "named"),
    [
        (Permission.SEND_MESSAGES, "“Send Messages”"),
        (
            Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY,
            "“Send Messages” and “Read Message History”",
        ),
    ],
)
async def test_the_owner_is_told_once_why_a_schedule_was_paused_and_how_to_go_on(
    sandbox: Sandbox, news: Channel, tmp_path: Path, denied: Permission, named: str
) -> None:
    assert news.guild is not None
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        news.deny(news.guild.bot_role, denied)
        await bot.write("a.md", "A lamp that reads")
        for _ in range(20):
            await bot.advance(5 * MINUTE)
        told = sandbox.world.direct(news.guild.owner).messages
        assert len(told) == 1
        assert f"The bot may not post in the channel: give it {named} there." in told[0].content
        assert "/schedule resume" in told[0].content
        assert not told[0].pinged
