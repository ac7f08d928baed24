"""GET /healthz and GET /metrics, as whoever watches over the process asks them."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.health import Health
from bot.status import Status
from bot.store.sqlite import open_sqlite
from tests.store.explainer import Explainer
from tests.support.bot import bot_at_work

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.app import App
    from bot.sandbox import Sandbox
    from bot.store.database import Database


async def asked(health: Health, path: str) -> tuple[int, str]:
    """The status of the answer to a request and its text, over the network as others get it."""
    async with health.listening(("127.0.0.1", 0)) as port, aiohttp.ClientSession() as session:
        answer = await session.get(f"http://127.0.0.1:{port}{path}")
        return answer.status, await answer.text()


async def told(app: App, path: str) -> str:
    """What a bot that is well answers."""
    await app.client.wait_until_ready()
    status, text = await asked(app.health, path)
    assert status == 200
    return text


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


async def test_without_the_database_both_answer_503_and_why(tmp_path: Path) -> None:
    """In one sentence for the operator: a traceback would say it to nobody."""
    database = await open_sqlite(tmp_path / "bot.sqlite3")
    await database.close()
    health = Health(Status(database, SystemClock(), dict), is_connected=lambda: True)
    reason = f"The database {tmp_path / 'bot.sqlite3'} is closed: start the bot again."
    assert await asked(health, "/metrics") == (503, f"{reason}\n")
    status, text = await asked(health, "/healthz")
    assert (status, json.loads(text)) == (503, {"discord": True, "ok": False, "reason": reason})


class Explained:
    """A database that keeps how it would go about each question of its reading transactions."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.steps: list[str] = []
        self.write, self.backup, self.close = database.write, database.backup, database.close

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Explainer]:
        """Open a transaction that explains."""
        async with self._db.read() as read:
            explainer = Explainer(read)
            yield explainer
            self.steps += explainer.steps


async def test_whether_the_database_answers_costs_the_same_however_many_files_there_are(
    tmp_path: Path,
) -> None:
    """It is asked every few seconds, and a hundred thousand files are no unusual archive."""
    database = Explained(await open_sqlite(tmp_path / "bot.sqlite3"))
    health = Health(Status(database, SystemClock(), dict), is_connected=lambda: True)
    status, _ = await asked(health, "/healthz")
    await database.close()
    assert status == 200
    assert database.steps
    assert [step for step in database.steps if "SCAN" in step] == []
