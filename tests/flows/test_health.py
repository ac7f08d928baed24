"""GET /healthz and GET /metrics, as whoever watches over the process asks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.support.bot import bot_at_work

if TYPE_CHECKING:
    from pathlib import Path

    from bot.app import App
    from bot.sandbox import Sandbox


async def told(app: App, path: str) -> str:
    """The answer to a request, over the network as others get it."""
    await app.client.wait_until_ready()
    async with app.health.listening(("127.0.0.1", 0)) as port, aiohttp.ClientSession() as session:
        answer = await session.get(f"http://127.0.0.1:{port}{path}")
        assert answer.status == 200
        return await answer.text()


@pytest.mark.parametrize("missing", [False, True])
async def test_metrics_tell_of_a_feed_that_is_missing(
    sandbox: Sandbox, tmp_path: Path, *, missing: bool
) -> None:
    """Each feed has a line for each trouble, so that an alert needs no guess about absent ones."""
    async with bot_at_work(sandbox, tmp_path, feed_missing=missing) as bot:
        lines = (await told(bot.app, "/metrics")).splitlines()
    feed = 'digest_bot_feed_trouble{feed="ai",trouble='
    assert f'{feed}"missing"}} {float(missing)}' in lines
    assert f'{feed}"empty"}} 0.0' in lines


async def test_metrics_count_files_and_deliveries(sandbox: Sandbox, tmp_path: Path) -> None:
    """And say whether commands can be answered."""
    async with bot_at_work(sandbox, tmp_path) as bot:
        await bot.write("a.md", "A lamp that reads")
        await bot.write_files({"b.md": "no front matter"})
        lines = (await told(bot.app, "/metrics")).splitlines()
    for line in (
        'digest_bot_files{feed="ai",state="accepted"} 1.0',
        'digest_bot_files{feed="ai",state="rejected"} 1.0',
        'digest_bot_deliveries{state="waiting"} 0.0',
        "digest_bot_gateway_connected 1.0",
    ):
        assert line in lines


async def test_a_feed_that_is_missing_is_no_reason_to_restart(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """That would not bring it back."""
    async with bot_at_work(sandbox, tmp_path, feed_missing=True) as bot:
        assert await told(bot.app, "/healthz") == '{"discord": true, "ok": true}'
