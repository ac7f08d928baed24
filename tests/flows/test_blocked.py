"""What cannot be shown does not keep the rest of its channel waiting for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from discord import Embed

from bot.chat import messenger
from bot.chat.embeds import post_embeds
from bot.sandbox import Sandbox, Settings
from bot.sandbox.channels import Channel
from digests.decide import Timing
from digests.delivery import Post
from digests.story import Story
from digests.topic import Topics
from tests.flows.reading import KITE, LAMP, LAMP_URL, titles
from tests.flows.test_deliver import FORGETFUL, SECOND, spoil, troubles
from tests.support.bot import HOUR, MINUTE, alerts, bot_at_work
from tests.support.sandbox import running


@pytest.fixture
def nonce_window() -> float:
    """Nonces are the second belt; here it is about the first."""
    return FORGETFUL


async def test_a_message_that_cannot_be_drawn_is_put_aside_for_the_operator(
    sandbox: Sandbox, news: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_at_lamps(post: Post, topics: Topics) -> list[Embed]:
        if isinstance(post.subject, Story) and post.subject.title == LAMP:
            raise ValueError("nobody can draw a lamp")
        return post_embeds(post, topics)

    monkeypatch.setattr(messenger, "post_embeds", fail_at_lamps)
    async with bot_at_work(sandbox, tmp_path, alerts(news), may_fail=True) as bot:
        await bot.write("a.md", LAMP)
        await bot.write("b.md", KITE)
        await bot.settled()
        assert titles(news) == [KITE]
        assert (await troubles(bot)).dead == 1
        assert "ValueError" in vars(bot.logged("delivery.refused")[0])["reason"]


async def test_a_message_that_discord_fails_at_for_a_day_is_put_aside(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        fault = sandbox.faults.answer(503, "POST", "messages$", times=1_000)
        await bot.write("a.md", LAMP)
        await bot.settled()
        await bot.write("b.md", KITE)
        for _ in range(24 * 4 + 1):
            await bot.advance(15 * MINUTE)
        fault.times = fault.hits
        await bot.advance(15 * MINUTE)
        await bot.advance(15 * MINUTE)
        assert titles(news) == [KITE]
        assert (await troubles(bot)).dead == 1
        assert "503" in vars(bot.logged("delivery.refused")[0])["reason"]


async def test_a_message_that_cannot_be_looked_up_for_a_day_is_put_aside(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        spoil(sandbox, "reset")
        sandbox.faults.answer(503, "GET", "messages$", times=1_000)
        await bot.write("a.md", LAMP)
        await bot.settled()
        await bot.write("b.md", KITE)
        for _ in range(24 * 4 + 2):
            await bot.advance(15 * MINUTE)
        assert titles(news) == [KITE]
        assert (await troubles(bot)).dead == 1
        assert "503" in vars(bot.logged("delivery.refused")[0])["reason"]


async def test_a_story_that_the_program_trips_over_is_put_aside_after_a_while(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    timing = Timing(abandon=HOUR, retry_first=SECOND / 20)
    async with bot_at_work(sandbox, tmp_path, alerts(news), timing=timing, may_fail=True) as bot:
        sandbox.faults.answer(503, "POST", "messages$")
        await bot.write("a.md", LAMP)
        await bot.settled()
        await bot.write("b.md", KITE)
        async with bot.app.database.write() as tx:  # as another version may have left it
            await tx.execute("UPDATE stories SET body = '{}' WHERE path = 'a.md'")
        for _ in range(6):
            await bot.advance(15 * MINUTE)
        assert titles(news) == [KITE]
        assert "ValidationError" in vars(bot.logged("delivery.refused")[0])["reason"]


async def test_a_look_up_reads_a_long_history_page_by_page_however_long_it_takes(
    tmp_path: Path,
) -> None:
    """At Discord's pace of five pages in five seconds, with a time-out shorter than that."""
    async with running(Settings(nonce_window=FORGETFUL)) as sandbox:
        guild = sandbox.world.add_guild("Reading Room")
        news, anna = guild.add_text_channel("news"), sandbox.add_person("Anna", guild)
        timing = Timing(timeout=6 * SECOND)
        async with bot_at_work(sandbox, tmp_path, alerts(news), timing=timing) as bot:
            spoil(sandbox, "reset")
            await bot.write("a.md", LAMP)
            await bot.settled()
            for number in range(1100):
                anna.say(news, f"Hello, for the {number}th time.")
            await bot.advance(MINUTE)
            assert [message for message in news.messages if message.embeds]
            assert (await troubles(bot)).unclear == 0


async def test_a_correction_waits_for_an_archived_thread_to_be_opened_again(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    thread = news.start_thread("Letters", sandbox.world.owner)
    async with bot_at_work(sandbox, tmp_path, alerts(thread)) as bot:
        at = bot.clock.now()
        await bot.write("a.md", LAMP, url=LAMP_URL, published_at=at)
        await bot.settled()
        thread.archive()
        await bot.write("a.md", f"{LAMP} again", url=LAMP_URL, published_at=at)
        await bot.advance(11 * MINUTE)
        await bot.advance(HOUR)
        assert titles(thread) == [LAMP]
        await bot.write("b.md", KITE)  # opens the thread again
        await bot.advance(HOUR)
        assert titles(thread) == [f"{LAMP} again", KITE]


async def test_a_locked_thread_is_a_closed_channel(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    thread = news.start_thread("Letters", sandbox.world.owner)
    async with bot_at_work(sandbox, tmp_path, alerts(thread)) as bot:
        thread.archive(locked=True)
        await bot.write("a.md", LAMP)
        await bot.settled()
        thread.archive(archived=False)
        await bot.advance(MINUTE)
        assert titles(thread) == [LAMP]
