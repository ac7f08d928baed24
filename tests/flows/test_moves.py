"""A schedule that is moved, changed, or comes back after a pause: what it posts then."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.channels import Channel
from bot.sandbox.guilds import Guild
from digests.quiet import QuietHours
from digests.subscription import Mode, Subscription, Wishes
from tests.flows.reading import KITE, LAMP, LAMP_URL, MOSS, fixed, text, titles
from tests.flows.test_deliver import FORGETFUL, spoil, troubles
from tests.flows.test_ingest import naming
from tests.support.bot import HOUR, MINUTE, BotAtWork, alerts, bot_at_work, digest

DAY = timedelta(days=1)
NIGHT = QuietHours.parse("11:00-20:00")


@pytest.fixture
def nonce_window() -> float:
    """Nonces are the second belt; here it is about the first."""
    return FORGETFUL


async def asked(
    bot: BotAtWork, guild: Guild, channel: Channel, name: str = "lamps", **wishes: Any
) -> Subscription:
    """Alerts that somebody asked for in Discord."""
    wanted = Wishes(mode=Mode.ALERTS, **wishes)
    return await bot.app.subscribe.add(guild.id, channel.id, name, wanted, made_by=1)


def unchanged(wishes: Wishes) -> Wishes:
    """Leave what is asked for as it is."""
    return wishes


async def half_an_hour_of_trying(bot: BotAtWork) -> None:
    """Long enough for a closed channel to be given up."""
    for _ in range(8):
        await bot.advance(5 * MINUTE)


async def test_what_a_deleted_channel_was_to_show_follows_to_the_new_one(
    sandbox: Sandbox, guild: Guild, news: Channel, other: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path) as bot:
        await asked(bot, guild, news)
        news.delete()
        await bot.write("a.md", LAMP)
        await half_an_hour_of_trying(bot)
        await bot.write("b.md", KITE)
        closed = await bot.app.subscribe.named(guild.id, "lamps")
        assert closed.paused
        await bot.app.subscribe.edit(closed, unchanged, other.id)
        await bot.app.subscribe.resume(await bot.app.subscribe.named(guild.id, "lamps"))
        await bot.settled()
        assert titles(other) == [LAMP, KITE]
        await half_an_hour_of_trying(bot)
        assert (await bot.app.subscribe.named(guild.id, "lamps")).paused is None


async def test_a_channel_corrected_in_the_configuration_ends_the_pause_that_the_wrong_one_caused(
    sandbox: Sandbox, news: Channel, other: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        news.delete()
        await bot.write("a.md", LAMP)
        await half_an_hour_of_trying(bot)
        assert (await fixed(bot, news)).paused
        clock = bot.clock
    async with bot_at_work(sandbox, tmp_path, alerts(other), clock=clock) as bot:
        await bot.settled()
        assert titles(other) == [LAMP]
        assert (await fixed(bot, other)).paused is None


async def test_a_pause_that_lasts_is_told_at_each_start(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.app.subscribe.pause(await fixed(bot, news), "Holidays.")
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        [told] = bot.logged("subscription.paused")
        assert vars(told)["reason"] == "Holidays."


@pytest.mark.parametrize("topics", [("AI Ethics",), ()], ids=["other topics", "another channel"])
async def test_a_changed_schedule_posts_nothing_that_came_before(
    sandbox: Sandbox, guild: Guild, tmp_path: Path, topics: tuple[str, ...]
) -> None:
    """Also not when an old story's heat is written anew, as it is every two hours."""
    other, elsewhere = guild.add_text_channel("other"), guild.add_text_channel("elsewhere")
    async with bot_at_work(sandbox, tmp_path) as bot:
        made = await asked(bot, guild, other if topics else elsewhere, topics=topics)
        at = bot.clock.now()
        await bot.write("a.md", LAMP, published_at=at)
        await bot.advance(30 * DAY)
        await bot.app.subscribe.edit(made, lambda _: Wishes(mode=Mode.ALERTS), other.id)
        await bot.write("a.md", LAMP, published_at=at, heat=99)
        await bot.settled()
        assert other.messages == []
        await bot.write("b.md", KITE)
        await bot.settled()
        assert titles(other) == [KITE]


async def test_what_is_over_the_limit_of_a_day_is_left_to_digests(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news, max_per_day=1)) as bot:
        at = bot.clock.now()
        for name, title in {"a.md": LAMP, "b.md": KITE, "c.md": MOSS}.items():
            await bot.write(name, title, published_at=at)
        await bot.settled()
        for day in range(3):
            await bot.advance(DAY)
            for name, title in {"a.md": LAMP, "b.md": KITE, "c.md": MOSS}.items():
                await bot.write(name, title, published_at=at, heat=60 + day)
            await bot.settled()
        assert titles(news) == [LAMP]


async def test_a_story_that_heats_up_is_posted_though_a_later_one_was_over_the_limit(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    wanted = alerts(news, max_per_day=1, min_heat=50)
    async with bot_at_work(sandbox, tmp_path, wanted) as bot:
        at = bot.clock.now()
        await bot.write("cold.md", LAMP, published_at=at, heat=10)
        await bot.write("b.md", KITE, published_at=at, heat=60)
        await bot.write("c.md", MOSS, published_at=at, heat=60)
        await bot.settled()
        await bot.advance(DAY)
        await bot.write("cold.md", LAMP, published_at=at, heat=200)
        await bot.settled()
        assert titles(news) == [KITE, LAMP]


async def test_a_story_that_a_merger_swallowed_is_not_posted_again_when_the_channel_is_open_again(
    sandbox: Sandbox, guild: Guild, news: Channel, other: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path) as bot:
        await asked(bot, guild, news)
        news.delete()
        await bot.write("moss.md", MOSS)
        await half_an_hour_of_trying(bot)
        await bot.write("a.md", LAMP)
        await bot.write("b.md", KITE)
        await bot.write_files({"b.md": naming(bot.article(KITE), LAMP_URL)})
        closed = await bot.app.subscribe.named(guild.id, "lamps")
        assert closed.paused
        await bot.app.subscribe.edit(closed, unchanged, other.id)
        await bot.app.subscribe.resume(closed)
        await bot.settled()
        assert titles(other)[0] == MOSS
        assert len(titles(other)) == 2


async def test_alerts_that_move_to_where_a_digest_has_shown_a_story_do_not_repeat_it(
    sandbox: Sandbox, guild: Guild, news: Channel, other: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, digest(other)) as bot:
        waiting = await asked(bot, guild, news, quiet=NIGHT)
        await bot.write("a.md", LAMP)
        await bot.app.publish.run_now((await fixed(bot, other)).id)
        await bot.settled()
        assert [LAMP in text(message) for message in other.messages] == [True]
        await bot.app.subscribe.edit(waiting, unchanged, other.id)
        await bot.advance(12 * HOUR)
        assert len(other.messages) == 1


async def test_what_a_removed_schedule_leaves_unsaid_another_one_in_its_channel_says(
    sandbox: Sandbox, guild: Guild, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path) as bot:
        waiting = await asked(bot, guild, news, quiet=NIGHT)
        await asked(bot, guild, news, "awake")
        await bot.write("a.md", LAMP)
        await bot.settled()
        assert news.messages == []
        await bot.app.subscribe.remove(waiting)
        await bot.settled()
        assert titles(news) == [LAMP]


async def test_what_alerts_that_move_away_leave_unsaid_is_said_here_and_there(
    sandbox: Sandbox, guild: Guild, news: Channel, other: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path) as bot:
        waiting = await asked(bot, guild, news, quiet=NIGHT)
        await asked(bot, guild, news, "awake")
        await bot.write("a.md", LAMP)
        await bot.settled()
        assert news.messages == []
        await bot.app.subscribe.edit(waiting, unchanged, other.id)
        await bot.advance(12 * HOUR)
        assert (titles(news), titles(other)) == ([LAMP], [LAMP])


async def test_a_digest_takes_what_alerts_that_moved_away_left_unsaid(
    sandbox: Sandbox, guild: Guild, news: Channel, other: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(other), digest(news)) as bot:
        waiting = await asked(bot, guild, news, quiet=NIGHT)
        await bot.write("a.md", LAMP)
        await bot.settled()
        await bot.app.subscribe.edit(waiting, unchanged, other.id)
        await bot.app.publish.run_now((await fixed(bot, news)).id)
        await bot.settled()
        assert [LAMP in text(message) for message in news.messages] == [True]
        assert titles(other) == [LAMP]


async def test_a_story_of_the_future_is_posted_when_its_moment_comes(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.write("a.md", LAMP, published_at=bot.clock.now() + HOUR)
        await bot.write("b.md", KITE)
        await bot.settled()
        assert titles(news) == [KITE]
        await bot.advance(HOUR)
        assert titles(news) == [KITE, LAMP]


async def test_an_old_message_of_unknown_fate_is_not_sent_after_a_pause(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        spoil(sandbox, "reset")
        await bot.write("a.md", LAMP)
        await bot.settled()
        await bot.app.subscribe.pause(await fixed(bot, news), "Holidays.")
        await bot.advance(5 * DAY)
        await bot.app.subscribe.resume(await fixed(bot, news))
        await bot.settled()
        await bot.advance(MINUTE)
        assert news.messages == []
        assert (await troubles(bot)).unclear == 0


async def test_an_alert_is_spared_where_a_digest_has_shown_the_event_under_another_name(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    """The alert waits for the end of quiet hours when the two stories turn out to be one."""
    wanted = alerts(news, quiet=NIGHT, min_heat=60), digest(news)
    async with bot_at_work(sandbox, tmp_path, *wanted) as bot:
        at = bot.clock.now() - HOUR
        kites = {"published_at": at, "heat": 20, "url": "https://times.example/kites"}
        await bot.write("b.md", KITE, **kites)
        await bot.write("a.md", LAMP, published_at=at, heat=80)
        await bot.advance(6 * HOUR + MINUTE)
        [shown] = news.messages
        assert KITE in text(shown)
        await bot.write_files({"b.md": naming(bot.article(KITE, **kites), LAMP_URL)})
        await bot.advance(3 * HOUR)
        assert len(news.messages) == 1
