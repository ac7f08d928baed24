"""What people find in a channel that has a digest, on good days and on odd ones."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import timetable
from bot.clock import MovableClock
from bot.sandbox import Sandbox
from bot.sandbox.channels import Channel
from bot.store import subscriptions
from digests.subscription import Layout, WhenEmpty
from tests.flows.reading import KITE, LAMP, LAMP_URL, MOSS, fixed, text
from tests.support.bot import (
    HOUR,
    MESSAGES,
    MINUTE,
    NOON,
    BotAtWork,
    alerts,
    bot_at_work,
    digest,
    write_file,
)

DAY = timedelta(days=1)
SIX = NOON + 6 * HOUR


async def test_a_digest_every_minute_is_posted_as_each_minute_comes(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    """Nothing is called but the clock moves: the bot's own alarm has to ring."""
    async with bot_at_work(sandbox, tmp_path, digest(news, "* * * * *")) as bot:
        newest = None
        for title in (LAMP, KITE, MOSS):
            await bot.write(f"{title}.md", title)
            bot.clock.advance(MINUTE)
            newest = await news.wait_for_message(after=newest)
            assert title in text(newest)
        assert len(news.messages) == 3


async def test_a_digest_is_posted_when_the_clock_on_the_wall_reaches_its_moment(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    """Here nobody moves the clock: it runs, from half a second before six."""
    clock = MovableClock()
    async with bot_at_work(sandbox, tmp_path, digest(news), clock=clock) as bot:
        clock.set(SIX - HOUR)
        await bot.app.subscribe.resume(await fixed(bot, news))
        await bot.write("a.md", LAMP)
        clock.set(SIX - timedelta(milliseconds=500))
        await bot.app.outbox.idle()
        early = list(news.messages)  # asked before the clock is: on a busy machine it may be six
        assert early == [] or clock.now() >= SIX
        assert LAMP in text(await news.wait_for_message(timeout=20))
        # Not by the look that is taken once a minute whether or not an alarm rings.
        assert SIX <= clock.now() < SIX + timetable.LONGEST_SLEEP / 2


async def test_a_moment_is_published_once_however_often_it_is_looked_at(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, digest(news)) as bot:
        await bot.write("a.md", LAMP)
        bot.clock.advance(6 * HOUR)
        following = await asyncio.gather(*(bot.app.publish.due() for _ in range(8)))
        assert set(following) == {SIX + DAY}
        await bot.settled()
        assert len(news.messages) == 1


async def test_a_restart_publishes_no_moment_again(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    asked, clock = digest(news, when_empty=WhenEmpty.NOTE), MovableClock(NOON)
    async with bot_at_work(sandbox, tmp_path, asked, clock=clock) as bot:
        await bot.advance(6 * HOUR)
    for _ in range(2):
        async with bot_at_work(sandbox, tmp_path, asked, clock=clock) as bot:
            await bot.advance(MINUTE)
    assert len(news.messages) == 1


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_clock_that_is_set_back_by_an_hour_publishes_nothing_twice(
    sandbox: Sandbox, news: Channel, tmp_path: Path, *, restarted: bool
) -> None:
    asked = digest(news, "*/10 * * * *", when_empty=WhenEmpty.NOTE)
    clock = MovableClock(SIX + timedelta(seconds=3))
    async with bot_at_work(sandbox, tmp_path, asked, clock=clock) as bot:
        for _ in range(6):
            await bot.advance(10 * MINUTE)
        if not restarted:
            await bot.advance(-HOUR)
    clock.set(SIX + timedelta(seconds=7))
    async with bot_at_work(sandbox, tmp_path, asked, clock=clock) as bot:
        for _ in range(6):
            await bot.advance(10 * MINUTE)
        assert len(news.messages) == 6
        await bot.advance(10 * MINUTE)
        assert len(news.messages) == 7


async def test_a_clock_that_was_wrong_by_years_costs_no_digest_after_a_restart(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    asked = digest(news, when_empty=WhenEmpty.NOTE)
    async with bot_at_work(sandbox, tmp_path, asked, clock=MovableClock(NOON + 4000 * DAY)):
        pass
    async with bot_at_work(sandbox, tmp_path, asked) as bot:
        await bot.advance(6 * HOUR)
        assert len(news.messages) == 1


async def test_a_clock_that_was_wrong_by_years_costs_no_digest_while_it_runs(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    asked = digest(news, when_empty=WhenEmpty.NOTE)
    async with bot_at_work(sandbox, tmp_path, asked) as bot:
        bot.clock.set_wrong(4000 * DAY)
        await bot.settled()
        shown = len(news.messages)
        bot.clock.set_wrong(-4000 * DAY)
        await bot.settled()
        await bot.advance(6 * HOUR)
        assert len(news.messages) == shown + 1


async def test_three_days_of_downtime_give_one_digest_of_all_that_was_missed(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    """Stories that were known before, that came meanwhile, and one too new for it."""
    clock = MovableClock(NOON)
    async with bot_at_work(sandbox, tmp_path, digest(news), clock=clock) as bot:
        await bot.write("known.md", LAMP)
        clock.advance(3 * DAY + 3 * HOUR)
        came = bot.article(KITE, published_at=NOON + 2 * DAY)
        fresh = bot.article(MOSS, published_at=NOON + 3 * DAY + 2 * HOUR)
        clock.advance(-3 * DAY - 3 * HOUR)
    write_file(tmp_path / "articles" / "came.md", came)
    write_file(tmp_path / "articles" / "fresh.md", fresh)
    clock.advance(3 * DAY + 3 * HOUR)
    async with bot_at_work(sandbox, tmp_path, digest(news), clock=clock) as bot:
        [caught_up] = news.messages
        assert LAMP in text(caught_up)
        assert KITE in text(caught_up)
        assert MOSS not in text(caught_up)
        await bot.advance(3 * HOUR)
        _, usual = news.messages
        assert MOSS in text(usual)
        assert LAMP not in text(usual)


async def test_a_digest_catches_up_for_at_most_seven_days(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    clock = MovableClock(NOON)
    async with bot_at_work(sandbox, tmp_path, digest(news), clock=clock) as bot:
        await bot.write("ten-days.md", LAMP)
        older = bot.article(KITE, published_at=NOON + 3 * DAY + 5 * HOUR)
        younger = bot.article(MOSS, published_at=NOON + 3 * DAY + 7 * HOUR)
    write_file(tmp_path / "articles" / "older.md", older)
    write_file(tmp_path / "articles" / "younger.md", younger)
    clock.set(SIX + 10 * DAY + HOUR)
    async with bot_at_work(sandbox, tmp_path, digest(news), clock=clock):
        [caught_up] = news.messages
        assert LAMP not in text(caught_up)
        assert KITE not in text(caught_up)
        assert MOSS in text(caught_up)


async def test_nothing_new_is_passed_over_in_silence_or_with_a_note_if_asked(
    sandbox: Sandbox, news: Channel, other: Channel, tmp_path: Path
) -> None:
    noted = digest(other, name="noted", when_empty=WhenEmpty.NOTE)
    async with bot_at_work(sandbox, tmp_path, digest(news), noted) as bot:
        await bot.write("a.md", LAMP)
        await bot.advance(6 * HOUR)
        assert (len(news.messages), len(other.messages)) == (1, 1)
        await bot.advance(DAY)
        assert (len(news.messages), len(other.messages)) == (1, 2)
        assert LAMP not in text(other.messages[-1])


async def test_a_role_is_pinged_for_news_and_not_for_a_note_that_there_is_none(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    assert news.guild is not None
    readers = news.guild.add_role("Readers", mentionable=True)
    asked = digest(news, when_empty=WhenEmpty.NOTE, role=readers.id)
    async with bot_at_work(sandbox, tmp_path, asked) as bot:
        await bot.write("a.md", LAMP)
        await bot.advance(6 * HOUR)
        await bot.advance(DAY)
    posted, note = news.messages
    assert posted.body.pings.role_ids == (readers.id,)
    assert not note.body.pings.role_ids
    assert "<@&" not in note.body.content


async def test_an_article_that_arrives_days_late_is_in_the_next_digest_once(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, digest(news)) as bot:
        await bot.write("late.md", LAMP, published_at=NOON - 6 * DAY)
        await bot.write("too-late.md", KITE, published_at=NOON - 8 * DAY)
        await bot.advance(6 * HOUR)
        [posted] = news.messages
        assert LAMP in text(posted)
        assert KITE not in text(posted)
        await bot.advance(DAY)
        assert len(news.messages) == 1


async def test_an_article_that_falls_between_two_digests_is_in_the_second(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    """Published 20 hours before it arrives, right after a digest: too old for its lookback."""
    async with bot_at_work(sandbox, tmp_path, digest(news)) as bot:
        await bot.advance(6 * HOUR + MINUTE)
        await bot.write("a.md", LAMP, published_at=bot.clock.now() - 20 * HOUR)
        await bot.advance(DAY)
        [posted] = news.messages
        assert LAMP in text(posted)


async def test_a_paused_digest_is_not_posted_and_goes_on_at_its_next_moment(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, digest(news)) as bot:
        await bot.app.subscribe.pause(await fixed(bot, news), "Holidays.")
        await bot.write("a.md", LAMP)
        await bot.advance(7 * HOUR)
        assert news.messages == []
        resumed = await bot.app.subscribe.resume(await fixed(bot, news))
        assert resumed.next_fire_at == SIX + DAY
        await bot.settled()
        assert news.messages == []
        await bot.write("b.md", KITE)
        await bot.advance(DAY)
        [posted] = news.messages
        assert KITE in text(posted)


@pytest.mark.parametrize(
    ("midnight", "cron", "times"),
    [
        ("2026-03-29T00:00:00+01:00", "30 2 * * *", 1),
        ("2026-10-25T00:00:00+02:00", "30 2 * * *", 1),
        ("2026-03-29T00:00:00+01:00", "15 * * * *", 23),
        ("2026-10-25T00:00:00+02:00", "15 * * * *", 25),
    ],
    ids=["02:30 leapt over", "02:30 twice", "hourly, a short day", "hourly, a long day"],
)
async def test_on_a_day_when_clocks_change_each_moment_has_one_digest(  # noqa: PLR0917 - fixtures
    sandbox: Sandbox, news: Channel, tmp_path: Path, midnight: str, cron: str, times: int
) -> None:
    asked = digest(news, cron, timezone="Europe/Berlin", when_empty=WhenEmpty.NOTE)
    clock = MovableClock(datetime.fromisoformat(midnight))
    hours = 25 if "-10-" in midnight else 23
    async with bot_at_work(sandbox, tmp_path, asked, clock=clock) as bot:
        for _ in range(2 * hours):
            await bot.advance(30 * MINUTE)
        assert len(news.messages) == times


async def test_a_digest_now_comes_besides_the_scheduled_one_which_does_not_repeat_it(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, digest(news)) as bot:
        await bot.write("a.md", LAMP)
        asked = await fixed(bot, news)
        assert await bot.app.publish.run_now(asked.id) == 1
        await bot.settled()
        assert LAMP in text(news.messages[0])
        await bot.advance(MINUTE)
        assert await bot.app.publish.run_now(asked.id) == 0
        await bot.write("b.md", KITE)
        await bot.advance(6 * HOUR)
        _, usual = news.messages
        assert KITE in text(usual)
        assert LAMP not in text(usual)


async def test_a_digest_now_of_a_schedule_that_was_removed_is_nothing(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path) as bot:
        assert await bot.app.publish.run_now(4711) == 0


async def test_a_preview_shows_what_is_to_come_and_leaves_it_new(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, digest(news)) as bot:
        await bot.write("a.md", LAMP)
        asked = await fixed(bot, news)
        [part] = await bot.app.publish.preview(asked)
        assert [story.title for story in part.digest.stories] == [LAMP]
        await bot.settled()
        assert news.messages == []
        await bot.advance(6 * HOUR)
        assert LAMP in text(news.messages[0])


async def test_a_digest_that_is_sent_late_says_what_it_said_at_its_moment(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, digest(news)) as bot:
        sandbox.faults.answer(503, "POST", "messages$")
        await bot.write("a.md", LAMP, published_at=NOON)
        await bot.advance(6 * HOUR)
        assert news.messages == []
        await bot.write("a.md", f"{LAMP}, corrected", url=LAMP_URL, published_at=NOON)
        await bot.write("b.md", KITE, published_at=NOON)
        await bot.advance(MINUTE)
        [posted] = news.messages
        assert LAMP in text(posted)
        assert "corrected" not in text(posted)
        assert KITE not in text(posted)


async def test_a_long_digest_comes_in_parts_each_once_although_the_bot_ends_between_them(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    asked, clock = digest(news, layout=Layout.CARDS, max_stories=30), MovableClock(NOON)
    subjects = ["copper", "velvet", "thunder", "almond", "granite", "saffron", "pelican", "glacier"]
    headlines = [
        f"{one.title()} {other} harbour" for one in subjects for other in subjects if one != other
    ]
    async with bot_at_work(sandbox, tmp_path, asked, clock=clock) as bot:
        await bot.write_files({f"{title}.md": bot.article(title) for title in headlines[:30]})
        second = sandbox.faults.delay(0.1, "POST", "messages$", after_effect=True)
        clock.advance(6 * HOUR)
        await second.reached()
    async with bot_at_work(sandbox, tmp_path, asked, clock=clock) as bot:
        await bot.advance(MINUTE)
        shown = [embed["title"] for message in news.messages for embed in message.embeds]
        assert sorted(shown) == sorted(headlines[:30])
        nonces = {entry.nonce for entry in sandbox.timeline.of("POST", MESSAGES)}
        assert len(nonces) == len(news.messages) == len(sandbox.timeline.of("POST", MESSAGES)) > 2
        heads = [message.content for message in news.messages[1:]]
        count = len(news.messages)
        assert [f"part {n} of {count}" in head for n, head in enumerate(heads, 2)] == [True] * (
            count - 1
        )


async def test_what_is_over_the_most_stories_has_its_chance_in_the_next_digest(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, digest(news, max_stories=1)) as bot:
        await bot.write("a.md", LAMP, heat=90)
        await bot.write("b.md", KITE, heat=20, published_at=NOON)
        await bot.advance(6 * HOUR)
        await bot.advance(DAY)
        first, second = news.messages
        assert LAMP in text(first)
        assert KITE not in text(first)
        assert KITE in text(second)


async def test_digests_of_two_channels_know_nothing_of_each_other(
    sandbox: Sandbox, news: Channel, other: Channel, tmp_path: Path
) -> None:
    asked = (digest(news), digest(other, name="hot", min_heat=60), alerts(other, min_heat=99))
    async with bot_at_work(sandbox, tmp_path, *asked) as bot:
        await bot.write("a.md", LAMP, heat=90)
        await bot.write("b.md", KITE, heat=20)
        await bot.advance(6 * HOUR)
        assert LAMP in text(news.messages[0])
        assert KITE in text(news.messages[0])
        assert LAMP in text(other.messages[0])
        assert KITE not in text(other.messages[0])


async def test_news_that_come_while_a_first_scan_is_under_way_are_waited_for(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    """A bot that starts at the very moment of a digest reads its feed first."""
    asked, clock = digest(news), MovableClock(NOON)
    async with bot_at_work(sandbox, tmp_path, asked, clock=clock) as bot:
        written = {
            f"{n}.md": bot.article(f"{title} {n}", published_at=NOON + HOUR)
            for n, title in enumerate([LAMP, KITE, MOSS] * 20)
        }
    for name, whole in written.items():
        write_file(tmp_path / "articles" / name, whole)
    clock.set(SIX)
    async with bot_at_work(sandbox, tmp_path, asked, clock=clock) as bot:
        [posted] = news.messages
        assert LAMP in text(posted)


async def test_what_a_digest_said_is_forgotten_a_week_after_it_was_shown(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, digest(news)) as bot:
        await bot.write("a.md", LAMP)
        await bot.advance(6 * HOUR)
        assert len(news.messages) == 1
        await bot.advance(7 * DAY - HOUR)
        assert await kept(bot) == 1
        await bot.advance(DAY)
        assert await kept(bot) == 0
        await bot.write("b.md", KITE)
        await bot.advance(DAY)
        assert LAMP not in text(news.messages[-1])


async def test_what_waits_for_a_paused_subscription_is_kept(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, digest(news)) as bot:
        await bot.write("a.md", LAMP)
        asked = await fixed(bot, news)
        async with bot.app.database.write() as tx:
            await subscriptions.pause(tx, asked.id, "a test")
        await bot.app.publish.run_now(asked.id)
        for _ in range(3):
            await bot.advance(7 * DAY)
        assert await kept(bot) == 1


async def kept(bot: BotAtWork) -> int:
    """How many runs still hold what they said."""
    async with bot.app.database.read() as read:
        rows = await read.fetch_all("SELECT id FROM runs WHERE parts <> '[]'")
    return len(rows)
