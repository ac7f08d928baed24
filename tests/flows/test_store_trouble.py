"""The database refuses for a while: nothing is lost, and nothing is posted twice."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING

from typing_extensions import override

from tests.flows.reading import KITE, LAMP, MOSS, titles
from tests.support.bot import alerts, bot_at_work, write_file

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.sandbox import Sandbox
    from bot.sandbox.channels import Channel


class _Ear(logging.Handler):
    """Hears one event of the log."""

    def __init__(self, event: str) -> None:
        super().__init__()
        self._event = event
        self.heard = asyncio.Event()

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() == self._event:
            self.heard.set()


@asynccontextmanager
async def hearing(event: str) -> AsyncIterator[None]:
    """Leave the block only when this has been logged in it."""
    ear, logger = _Ear(event), logging.getLogger("bot")
    logger.addHandler(ear)
    try:
        yield
        async with asyncio.timeout(30):
            await ear.heard.wait()
    finally:
        logger.removeHandler(ear)


async def test_what_arrives_while_another_program_locks_the_database_is_posted_afterwards(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news), may_fail=True) as bot:
        with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            async with hearing("watch.failed"):
                write_file(bot.articles / "a.md", bot.article(LAMP))
            assert news.messages == []
            async with hearing("watch.recovered"):
                other.execute("ROLLBACK")
        await bot.write("b.md", KITE)
        await bot.settled()
        assert titles(news) == [LAMP, KITE]


async def test_what_arrives_while_the_disk_is_full_is_posted_when_there_is_room(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news), may_fail=True) as bot:
        await bot.write("a.md", LAMP)
        await bot.settled()
        async with bot.app.database.write() as tx:
            await tx.fetch_all("PRAGMA max_page_count = 1")  # no less than it has: room for none
        texts = {f"{number}.md": bot.article(f"{MOSS} {number} times") for number in range(2, 40)}
        async with hearing("watch.failed"):
            for name, text in texts.items():
                write_file(bot.articles / name, text)
        async with hearing("watch.recovered"), bot.app.database.write() as tx:
            await tx.fetch_all("PRAGMA max_page_count = 100000")
        await bot.write("b.md", KITE)
        await bot.settled()
        shown = titles(news)
        assert shown[0] == LAMP
        assert len(shown) == len(set(shown)) == 2 + len(texts)
