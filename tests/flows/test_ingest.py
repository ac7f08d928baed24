"""A changed file."""

from pathlib import Path

from bot.sandbox import Sandbox
from bot.sandbox.channels import Channel
from tests.support.bot import alerts, bot_at_work


async def test_a_new_file_is_alerted(sandbox: Sandbox, news: Channel, tmp_path: Path) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.write("a.md", "A lamp that reads aloud at night")
        await bot.settled()
        [message] = news.messages
        assert message.embeds[0]["title"] == "A lamp that reads aloud at night"
        bot.forget_requests()
        await bot.write("a.md", "A lamp that reads aloud at night", heat=70)
        await bot.settled()
        assert bot.requests() == []
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        assert bot.requests("POST")
