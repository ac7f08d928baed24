"""The whole program: how it starts, what it shares with nobody, how it ends."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from bot.app import AlreadyRunningError, Settings, opened, sole_user
from bot.clock import MovableClock
from bot.demo.compose import compose_article
from bot.sandbox import Sandbox
from bot.sandbox.channels import Channel
from bot.store.errors import StoreError
from digests.subscription import WhenEmpty
from tests.flows.reading import KITE, LAMP, titles
from tests.support.bot import (
    HOUR,
    MINUTE,
    NOON,
    WatchedIngest,
    alerts,
    bot_at_work,
    configuration,
    digest,
    write_file,
)


async def test_a_second_bot_on_the_same_database_is_refused_in_one_sentence(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        with pytest.raises(AlreadyRunningError, match="stop it first, or choose another"):
            async with bot_at_work(sandbox, tmp_path, alerts(news)):
                pass
        await bot.write("a.md", LAMP)
        await bot.settled()
        assert titles(news) == [LAMP]


def test_the_database_is_free_again_when_the_process_that_used_it_is_killed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "bot.sqlite3"
    script = f"""
        from pathlib import Path
        from bot.app import sole_user
        with sole_user(Path({str(path)!r})):
            print("mine", flush=True)
            input()
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "mine\n"
        with pytest.raises(AlreadyRunningError), sole_user(path):
            pass
        holder.kill()
        holder.wait()
    with sole_user(path):
        pass


def test_what_goes_wrong_while_the_database_is_ours_is_not_taken_for_something_else(
    tmp_path: Path,
) -> None:
    with pytest.raises(FileNotFoundError, match="a template"), sole_user(tmp_path / "bot.sqlite3"):
        raise FileNotFoundError("a template")


async def test_a_database_in_a_directory_that_is_missing_is_told_in_one_sentence(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match="missing"):
        async with opened(configuration(sandbox, tmp_path / "missing")):
            pass


@pytest.mark.parametrize("round_", range(3))
async def test_the_bot_ends_although_something_wakes_it_at_that_instant(
    sandbox: Sandbox, news: Channel, tmp_path: Path, round_: int
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        for _ in range(round_):
            await asyncio.sleep(0)
        bot.app.rearm()
        bot.task.cancel()
        done, _ = await asyncio.wait({bot.task}, timeout=20)
        assert done == {bot.task}


async def test_the_log_tells_that_the_bot_ends_what_it_waits_for_and_that_it_has_ended(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        sending = sandbox.faults.hang("POST", "messages$")
        await bot.write("a.md", LAMP)
        await sending.reached()
        bot.task.cancel()
        async with asyncio.timeout(20):
            while not bot.logged("bot.stopping"):  # noqa: ASYNC110 - only a log
                await asyncio.sleep(0)
        assert not bot.logged("bot.stopped")
        sending.release()
        await asyncio.wait({bot.task})
        [stopping] = bot.logged("bot.stopping")
        assert vars(stopping)["in_flight"] == 1
        assert [record.getMessage() for record in bot.log][-1] == "bot.stopped"
        assert titles(news) == [LAMP]


async def test_a_restart_in_the_middle_of_the_news_loses_and_repeats_none(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.write("a.md", LAMP)
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.write("b.md", KITE)
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.advance(MINUTE)
        assert titles(news) == [LAMP, KITE]


async def test_the_gateway_may_be_away_while_posts_go_out(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    """Posting is REST's: a dropped connection delays no news."""
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        sandbox.gateway.close(1001)
        await bot.write("a.md", LAMP)
        await bot.settled()
        assert titles(news) == [LAMP]
        gateway = sandbox.gateway
        await sandbox.wait_until(
            lambda: gateway.identified + gateway.resumed == 2, what="the bot to be back", timeout=20
        )


async def test_what_arrives_while_discord_is_out_of_reach_at_the_very_first_start_is_news(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    articles, clock = tmp_path / "articles", MovableClock(NOON)
    fields: dict[str, Any] = {"topic": "AI", "heat": 50, "published_at": NOON}
    write_file(articles / "old.md", compose_article(LAMP, **fields))
    login = sandbox.faults.hang("GET", "users/@me$")
    async with opened(configuration(sandbox, tmp_path, alerts(news)), Settings(clock)) as app:
        app.ingest = ingest = WatchedIngest(app)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(app.run(sandbox.token))
            await login.reached()
            await ingest.took("old.md")
            write_file(articles / "new.md", compose_article(KITE, **fields))
            await ingest.took("new.md")
            login.release()
            await news.wait_for_message()
            running.cancel()
    assert titles(news) == [KITE]


async def test_a_feed_whose_directory_is_missing_keeps_no_digest_waiting(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    asked = digest(news, when_empty=WhenEmpty.NOTE)
    async with bot_at_work(sandbox, tmp_path, asked, feed_missing=True) as bot:
        bot.clock.advance(6 * HOUR)
        await news.wait_for_message()
