"""Each wanted message is there exactly once, whatever happens between the bot and Discord."""

from __future__ import annotations

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.channels import Channel
from bot.sandbox.faults import Fault
from bot.sandbox.guilds import Guild
from bot.sandbox.messages import Message
from bot.sandbox.permissions import Permission
from bot.store import deliveries
from digests.decide import Timing
from digests.delivery import Done, Post, SendOutcome
from tests.flows.reading import KITE, LAMP, LAMP_URL, MOSS, fixed, titles
from tests.support.bot import (
    HOUR,
    MESSAGE,
    MESSAGES,
    MINUTE,
    BotAtWork,
    alerts,
    bot_at_work,
)

SECOND = timedelta(seconds=1)

HASTY = Timing(timeout=2 * SECOND)
"""Patient by the bot's clock, which tests move; hasty by the clock on the wall.

Only for where an answer never comes: on a busy machine others may take as long.
"""

FORGETFUL, MINDFUL = 0.0, 180.0
"""Seconds for which Discord knows a nonce again."""

TROUBLES = ["500", "502", "503", "reset", "closed", "hang"]


def spoil(
    sandbox: Sandbox,
    trouble: str,
    method: str = "POST",
    route: str = "messages$",
    *,
    after_effect: bool = False,
) -> Fault:
    """Let the next such request go wrong, before or after it was carried out."""
    faults = sandbox.faults
    if trouble.isdecimal():
        return faults.answer(int(trouble), method, route, after_effect=after_effect)
    harm = {"reset": faults.reset, "closed": faults.close, "hang": faults.hang}[trouble]
    return harm(method, route, after_effect=after_effect)


@pytest.fixture
def nonce_window() -> float:
    """Nonces are only the second belt: most of these tests are about the first, without them."""
    return FORGETFUL


def patience_with(trouble: str) -> Timing:
    """Hasty only if the trouble is that no answer comes."""
    return HASTY if trouble == "hang" else Timing()


async def left_behind(bot: BotAtWork, folder: Path) -> Path:
    """What a process that is killed at this instant leaves on the disk, in another folder.

    Nobody waits any more for what it had under way.
    """
    shutil.copytree(bot.articles, folder / "articles")
    await bot.app.database.backup(folder / "bot.sqlite3")
    for _, attempt in bot.app.outbox._busy.values():
        attempt.cancel()
    return folder


async def troubles(bot: BotAtWork) -> deliveries.Troubles:
    """What is not as it should be."""
    async with bot.app.database.read() as read:
        return await deliveries.troubles(read, bot.clock.now())


@pytest.mark.parametrize("after_effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_lost_answer_is_looked_up_after_a_quiet_period_before_anything_is_sent_again(
    sandbox: Sandbox, news: Channel, tmp_path: Path, trouble: str, *, after_effect: bool
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news), timing=patience_with(trouble)) as bot:
        spoil(sandbox, trouble, after_effect=after_effect)
        await bot.write("a.md", LAMP)
        await bot.settled()
        assert titles(news) == [LAMP] * after_effect
        assert (await troubles(bot)).unclear == 1
        bot.forget_requests()
        await bot.advance(29 * SECOND)
        assert bot.requests() == []
        await bot.advance(SECOND)
        assert titles(news) == [LAMP]
        first, *more = bot.requests()
        assert (first.method, first.route) == ("GET", MESSAGES)
        assert [entry.method for entry in more] == ["POST"] * (not after_effect)
        assert (await troubles(bot)).unclear == 0


async def test_a_message_that_comes_late_but_within_the_quiet_period_is_adopted(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news), timing=HASTY) as bot:
        stuck = sandbox.faults.hang("POST", "messages$")
        await bot.write("a.md", LAMP)
        await bot.settled()
        stuck.release()
        await news.wait_for_message()
        bot.forget_requests()
        await bot.advance(MINUTE)
        assert titles(news) == [LAMP]
        assert bot.requests("POST") == []


@pytest.mark.parametrize("nonce_window", [MINDFUL])
async def test_a_message_that_comes_after_the_second_try_is_the_same_by_its_nonce(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news), timing=HASTY) as bot:
        stuck = sandbox.faults.hang("POST", "messages$")
        await bot.write("a.md", LAMP)
        await bot.settled()
        await bot.advance(MINUTE)
        first, second = sandbox.timeline.of("POST", MESSAGES)
        stuck.release()
        await sandbox.wait_until(lambda: first.status)
        assert first.nonce == second.nonce
        assert titles(news) == [LAMP]


async def sent_twice(bot: BotAtWork, sandbox: Sandbox, news: Channel) -> Message:
    """Let a first try have its effect after the second; returns the second's message."""
    stuck = sandbox.faults.hang("POST", "messages$")
    await bot.write("a.md", LAMP)
    await bot.settled()
    await bot.advance(MINUTE)
    [second] = news.messages
    stuck.release()
    await news.wait_for_message(after=second)
    return second


async def test_a_message_that_comes_after_the_second_try_and_its_nonce_is_swept_up(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news), timing=HASTY) as bot:
        second = await sent_twice(bot, sandbox, news)
        await bot.advance(HOUR)
        assert news.messages == [second]


@pytest.mark.parametrize(("method", "route"), [("DELETE", ""), ("GET", "messages$")])
async def test_a_sweep_that_meets_a_closed_door_comes_again_and_claims_nothing(
    sandbox: Sandbox, news: Channel, tmp_path: Path, method: str, route: str
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news), timing=HASTY) as bot:
        second = await sent_twice(bot, sandbox, news)
        sandbox.faults.answer(403, method, route)
        await bot.advance(16 * MINUTE)
        assert len(news.messages) == 2
        assert bot.logged("delivery.swept") == []
        await bot.advance(16 * MINUTE)
        assert news.messages == [second]
        assert len(bot.logged("delivery.swept")) == 1


async def test_the_look_up_finds_the_message_below_hundreds_of_others(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    assert news.guild is not None
    anna = sandbox.add_person("Anna", news.guild)
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.write("a.md", LAMP)
        await bot.settled()
        for number in range(250):
            anna.say(news, f"before {number}")
        spoil(sandbox, "reset", after_effect=True)
        await bot.write("b.md", KITE)
        await bot.settled()
        for number in range(150):
            anna.say(news, f"after {number}")
        await bot.advance(MINUTE)
        assert titles(news) == [LAMP, KITE]
        assert len(bot.requests("POST")) == 2
        assert (await troubles(bot)).unclear == 0


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_discord_that_is_down_for_an_hour_gets_each_message_once_and_in_order(
    sandbox: Sandbox, news: Channel, tmp_path: Path, trouble: str
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news), timing=patience_with(trouble)) as bot:
        for after_effect in (False, False, True):
            spoil(sandbox, trouble, after_effect=after_effect)
        for name, title in (("a.md", LAMP), ("b.md", KITE), ("c.md", MOSS)):
            await bot.write(name, title)
        for _ in range(12):
            await bot.advance(5 * MINUTE)
        assert titles(news) == [LAMP, KITE, MOSS]


async def test_a_rate_limit_is_waited_out(sandbox: Sandbox, news: Channel, tmp_path: Path) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        sandbox.faults.rate_limit(0.05, "POST", "messages$", times=2)
        await bot.write("a.md", LAMP)
        await bot.settled()
        assert titles(news) == [LAMP]
        assert (await troubles(bot)).unclear == 0


async def test_a_rate_limit_longer_than_our_patience_costs_time_but_no_message(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news), timing=HASTY) as bot:
        sandbox.faults.rate_limit(60, "POST", "messages$")
        await bot.write("a.md", LAMP)
        await bot.advance(MINUTE)
        await bot.advance(MINUTE)
        assert titles(news) == [LAMP]


async def test_a_missing_permission_is_tried_for_half_an_hour_and_the_message_then_comes(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    assert news.guild is not None
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        news.deny(news.guild.bot_role, Permission.SEND_MESSAGES)
        await bot.write("a.md", LAMP)
        for _ in range(4):
            await bot.advance(5 * MINUTE)
        assert news.messages == []
        news.reset(news.guild.bot_role)
        await bot.advance(6 * MINUTE)
        assert titles(news) == [LAMP]
        assert (await fixed(bot, news)).paused is None


async def test_a_channel_that_stays_closed_pauses_its_subscription_until_it_is_resumed(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    assert news.guild is not None
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        news.deny(news.guild.bot_role, Permission.SEND_MESSAGES)
        await bot.write("a.md", LAMP)
        for _ in range(10):
            await bot.advance(5 * MINUTE)
        paused = await fixed(bot, news)
        assert paused.paused is not None
        assert "Send Messages" in paused.paused
        assert (len(bot.requests("POST")) - 1) * 5 * MINUTE <= 50 * MINUTE
        bot.forget_requests()
        await bot.write("b.md", KITE)
        await bot.advance(HOUR)
        assert bot.requests() == []
        news.reset(news.guild.bot_role)
        await bot.app.subscribe.resume(paused)
        await bot.settled()
        assert titles(news) == [LAMP, KITE], "also what came while it was closed"


async def test_what_came_during_a_pause_that_somebody_asked_for_is_not_posted_later(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.app.subscribe.pause(await fixed(bot, news), "Holidays.")
        at = bot.clock.now()
        await bot.write("a.md", LAMP, published_at=at)
        await bot.app.subscribe.resume(await fixed(bot, news))
        await bot.write("a.md", LAMP, published_at=at, heat=99)
        await bot.write("b.md", KITE)
        await bot.settled()
        assert titles(news) == [KITE]


async def test_after_a_pause_of_a_day_nothing_old_is_posted(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    assert news.guild is not None
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        news.deny(news.guild.bot_role, Permission.SEND_MESSAGES)
        await bot.write("a.md", LAMP)
        for _ in range(10):
            await bot.advance(5 * MINUTE)
        news.reset(news.guild.bot_role)
        await bot.advance(25 * HOUR)
        await bot.app.subscribe.resume(await fixed(bot, news))
        await bot.settled()
        assert news.messages == []


async def test_a_channel_that_is_gone_pauses_its_subscription(
    sandbox: Sandbox, news: Channel, other: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news), alerts(other, name="b")) as bot:
        news.delete()
        await bot.write("a.md", LAMP)
        for _ in range(10):
            await bot.advance(5 * MINUTE)
        assert "There is no such channel, or no longer" in str((await fixed(bot, news)).paused)
        assert titles(other) == [LAMP]


async def test_one_channels_failure_does_not_delay_another(
    sandbox: Sandbox, news: Channel, other: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news), alerts(other, name="b")) as bot:
        stuck = sandbox.faults.hang("POST", "messages$")
        await bot.write("a.md", LAMP)
        await stuck.reached()
        await sandbox.wait_until(lambda: news.messages or other.messages)
        assert len(news.messages) + len(other.messages) == 1
        await bot.write("b.md", KITE)
        await sandbox.wait_until(lambda: len(news.messages) + len(other.messages) == 2)
        stuck.release()
        await bot.settled()
        assert titles(news) == titles(other) == [LAMP, KITE]


async def test_a_message_that_a_moderator_deleted_is_neither_posted_again_nor_asked_for_again(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        at = bot.clock.now()
        await bot.write("a.md", LAMP, published_at=at)
        await bot.settled()
        news.messages[0].delete()
        for number in range(3):
            await bot.write("a.md", f"{LAMP}, take {number}", url=LAMP_URL, published_at=at)
            await bot.advance(HOUR)
        assert news.messages == []
        assert len(bot.requests("PATCH")) == 1
        assert len(bot.requests("POST")) == 1


@pytest.mark.parametrize("nonce_window", [MINDFUL])
async def test_a_message_that_was_deleted_before_its_lost_answer_was_looked_up_stays_deleted(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        spoil(sandbox, "reset", after_effect=True)
        await bot.write("a.md", LAMP)
        await bot.settled()
        news.messages[0].delete()
        await bot.advance(MINUTE)
        await bot.advance(HOUR)
        assert news.messages == []


async def test_where_the_history_may_not_be_read_an_unclear_message_is_held_and_told(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    assert news.guild is not None
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        news.deny(news.guild.bot_role, Permission.READ_MESSAGE_HISTORY)
        news.deny(news.guild.everyone, Permission.READ_MESSAGE_HISTORY)
        await permissions_told(bot, news, history=False)
        spoil(sandbox, "reset", after_effect=True)
        await bot.write("a.md", LAMP)
        await bot.settled()
        await bot.advance(MINUTE)
        assert (await troubles(bot)).held == 1
        assert "Read Message History" in bot.logged("delivery.held")[0].__dict__["reason"]
        await bot.advance(HOUR)
        [told] = sandbox.world.direct(news.guild.owner).messages
        assert "Read Message History" in told.content
        assert titles(news) == [LAMP]
        news.reset(news.guild.bot_role)
        news.reset(news.guild.everyone)
        await permissions_told(bot, news, history=True)
        bot.forget_requests()
        await bot.app.subscribe.resume(await fixed(bot, news))
        await bot.advance(HOUR)
        assert (await troubles(bot)).held == 0
        assert titles(news) == [LAMP]
        assert bot.requests("POST") == []


async def permissions_told(bot: BotAtWork, channel: Channel, *, history: bool) -> None:
    """Wait until the client has been told what it may do in a channel."""
    known = bot.app.client.get_channel(channel.id)
    assert known is not None

    def is_told() -> bool:
        return known.permissions_for(known.guild.me).read_message_history is history  # type: ignore[union-attr]  # a server's channel

    while not is_told():
        await bot.app.client.wait_for("guild_channel_update", timeout=20)


@pytest.mark.parametrize("trouble", ["500", "503", "reset", "hang"])
async def test_an_edit_whose_answer_was_lost_is_made_again(
    sandbox: Sandbox, news: Channel, tmp_path: Path, trouble: str
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news), timing=patience_with(trouble)) as bot:
        at = bot.clock.now()
        await bot.write("a.md", LAMP, published_at=at)
        await bot.settled()
        spoil(sandbox, trouble, "PATCH", "message_id")
        await bot.write("a.md", f"{LAMP}, corrected", url=LAMP_URL, published_at=at)
        await bot.settled()
        assert titles(news) == [LAMP]
        await bot.advance(MINUTE)
        assert titles(news) == [f"{LAMP}, corrected"]


async def test_a_picture_that_discord_refuses_is_left_out(
    sandbox: Sandbox, news: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.embeds._is_well_formed", lambda url, _: "odd" not in url)
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.write("a.md", LAMP, picture="https://pictures.example/odd.png")
        await bot.settled()
        [message] = news.messages
        assert titles(news) == [LAMP]
        assert "image" not in message.embeds[0]
        assert [entry.status for entry in bot.requests("POST")] == [400, 200]


async def test_what_discord_refuses_altogether_is_kept_for_the_operator_and_holds_nothing_up(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        sandbox.faults.answer(400, "POST", "messages$")
        await bot.write("a.md", LAMP)
        await bot.write("b.md", KITE)
        await bot.advance(HOUR)
        assert titles(news) == [KITE]
        assert (await troubles(bot)).dead == 1
        async with bot.app.database.read() as read:
            row = await read.fetch_one("SELECT payload FROM deliveries WHERE state = 'dead'")
        assert row is not None
        assert LAMP in row["payload"]


async def test_a_subscription_that_is_removed_while_its_message_hangs_sends_nothing_more(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, timing=HASTY) as bot:
        wishes = alerts(news).wishes
        assert news.guild is not None
        asked = await bot.app.subscribe.add(news.guild.id, news.id, "as it happens", wishes, 1)
        stuck = sandbox.faults.hang("POST", "messages$")
        await bot.write("a.md", LAMP)
        await stuck.reached()
        await bot.app.subscribe.remove(asked)
        await bot.settled()
        bot.forget_requests()
        await bot.advance(HOUR)
        assert bot.requests() == []
        assert (await troubles(bot)) == deliveries.Troubles(0, 0, 0, 0, 0)


async def test_the_message_in_flight_is_finished_before_the_bot_ends(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    slow = sandbox.faults.delay(0.2, "POST", "messages$", after_effect=True)
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.write("a.md", LAMP)
        await slow.reached()
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.advance(HOUR)
        assert bot.requests() == []
        assert titles(news) == [LAMP]


async def test_a_failure_of_our_own_once_the_message_exists_does_not_post_it_twice(
    sandbox: Sandbox, news: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    timing = Timing(retry_first=0.05 * SECOND)
    async with bot_at_work(sandbox, tmp_path, alerts(news), timing=timing, may_fail=True) as bot:
        torn = asyncio.Event()
        send = bot.app.outbox._deliver._messenger.send

        async def send_and_break(post: Post) -> SendOutcome:
            outcome = await send(post)
            assert isinstance(outcome, Done)
            if torn.is_set():
                return outcome
            torn.set()
            raise RuntimeError("the disk is full")

        monkeypatch.setattr(bot.app.outbox._deliver._messenger, "send", send_and_break)
        await bot.write("a.md", LAMP)
        await torn.wait()
        await sandbox.timeline.wait_for(lambda entry: entry.method == "POST")
        while (await troubles(bot)).unclear == 0:
            await bot.settled()
        await bot.advance(MINUTE)
        assert titles(news) == [LAMP]
        assert len(sandbox.timeline.of("POST", MESSAGES)) == 1


async def test_an_edit_that_was_under_way_when_the_bot_died_is_made_by_the_next(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        at = bot.clock.now()
        await bot.write("a.md", LAMP, published_at=at)
        await bot.settled()
        await bot.write("a.md", f"{LAMP}, corrected", url=LAMP_URL, published_at=at)
        stuck = sandbox.faults.hang("PATCH", "message_id")
        bot.clock.advance(10 * MINUTE)
        await stuck.reached()
        later = await left_behind(bot, tmp_path / "later")
        clock = bot.clock
    async with bot_at_work(sandbox, later, alerts(news), clock=clock) as bot:
        await bot.advance(MINUTE)
        assert titles(news) == [f"{LAMP}, corrected"]
        assert [entry.route for entry in bot.requests("PATCH")] == [MESSAGE]


@pytest.mark.parametrize("after_effect", [False, True], ids=["not sent", "sent"])
async def test_a_message_that_was_under_way_when_the_bot_died_is_there_once(
    sandbox: Sandbox, news: Channel, tmp_path: Path, *, after_effect: bool
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        stuck = sandbox.faults.hang("POST", "messages$", after_effect=after_effect)
        await bot.write("a.md", LAMP)
        await stuck.reached()
        later = await left_behind(bot, tmp_path / "later")
    async with bot_at_work(sandbox, later, alerts(news)) as bot:
        assert bot.logged("delivery.interrupted")
        assert bot.requests() == []
        await bot.advance(MINUTE)
        assert titles(news) == [LAMP]
        assert len(bot.requests("POST")) == (not after_effect)


async def test_a_message_that_was_wanted_or_shown_when_the_bot_died_is_there_once(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        await bot.write("a.md", LAMP)
        await bot.settled()
        stuck = sandbox.faults.hang("POST", "messages$")
        await bot.write("b.md", KITE)
        await stuck.reached()
        await bot.write("c.md", MOSS)
        later = await left_behind(bot, tmp_path / "later")
    async with bot_at_work(sandbox, later, alerts(news)) as bot:
        await bot.advance(MINUTE)
        assert titles(news) == [LAMP, KITE, MOSS]


async def test_a_lost_answer_in_direct_messages_is_looked_up_too(
    sandbox: Sandbox, guild: Guild, tmp_path: Path
) -> None:
    anna = sandbox.add_person("Anna", guild)
    async with bot_at_work(sandbox, tmp_path, alerts(anna.dm)) as bot:
        spoil(sandbox, "reset", after_effect=True)
        await bot.write("a.md", LAMP)
        await bot.settled()
        await bot.advance(HOUR)
        assert titles(anna.dm) == [LAMP]
        assert (await troubles(bot)).unclear == 0


async def test_a_lost_answer_in_a_thread_is_looked_up_although_the_thread_was_archived(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    thread = news.start_thread("Letters", sandbox.world.owner)
    async with bot_at_work(sandbox, tmp_path, alerts(thread)) as bot:
        spoil(sandbox, "reset", after_effect=True)
        await bot.write("a.md", LAMP)
        await bot.settled()
        thread.archive()
        await bot.advance(HOUR)
        assert titles(thread) == [LAMP]
        assert (await troubles(bot)).unclear == 0


async def test_a_global_rate_limit_longer_than_our_patience_does_not_silence_the_bot(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    async with bot_at_work(sandbox, tmp_path, alerts(news), timing=HASTY) as bot:
        sandbox.faults.rate_limit(60, "POST", "messages$", is_global=True)
        await bot.write("a.md", LAMP)
        await bot.settled()
        for _ in range(3):
            await bot.advance(HOUR)
        assert titles(news) == [LAMP]


async def test_a_story_withdrawn_between_two_attempts_is_posted_when_it_is_published_again(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    """The first attempt left no message, so nobody has seen it."""
    async with bot_at_work(sandbox, tmp_path, alerts(news)) as bot:
        spoil(sandbox, "reset", after_effect=False)
        await bot.write("a.md", LAMP)
        await bot.settled()
        await bot.write("a.md", LAMP, published=False)
        await bot.advance(HOUR)
        assert news.messages == []
        await bot.write("a.md", LAMP)
        await bot.settled()
        assert titles(news) == [LAMP]
        await bot.write("a.md", LAMP, heat=51)
        await bot.advance(HOUR)
        assert titles(news) == [LAMP]
