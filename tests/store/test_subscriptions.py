"""Subscriptions: named, due, paused, removed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.store import appearances, deliveries, outbox, stories, subscriptions
from bot.store.database import Database, Read, Write
from bot.store.errors import NameTaken
from digests.delivery import State
from digests.quiet import QuietHours
from digests.schedule import Schedule
from digests.subscription import Mode, Origin, Subscription, Wishes
from tests.store.samples import CHANNEL, GUILD, HOUR, NOON, OTHER_CHANNEL, story

ALERTS = Wishes(mode=Mode.ALERTS, quiet=QuietHours.parse("22:00-07:00"))
DAILY = Wishes(
    topics=("AI",),
    schedule=Schedule.parse("0 9 * * *", "Europe/Berlin"),
    lookback=timedelta(hours=36),
)


async def _add(tx: Write, name: str = "morning", **changes: Any) -> Subscription:
    given: dict[str, Any] = {
        "origin": Origin.DISCORD,
        "guild_id": GUILD,
        "channel_id": CHANNEL,
        "wishes": DAILY,
        "next_fire_at": NOON,
        "now": NOON,
    }
    return await subscriptions.add(tx, name=name, **(given | changes))


@pytest.mark.parametrize("wishes", [DAILY, ALERTS])
async def test_a_subscription_comes_back_as_it_was_asked_for(
    database: Database, wishes: Wishes
) -> None:
    async with database.write() as tx:
        added = await _add(tx, wishes=wishes, created_by=7)
    assert added == Subscription(
        added.id, Origin.DISCORD, "morning", CHANNEL, GUILD, wishes, NOON, NOON
    )
    async with database.read() as read:
        assert await subscriptions.get(read, added.id) == added
        assert await subscriptions.get(read, added.id + 1) is None


DM = {"guild_id": None, "channel_id": 55}


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [
        ({}, {}, True),
        ({}, {"name": " MORNING "}, True),
        ({}, {"channel_id": OTHER_CHANNEL}, True),
        ({}, {"name": "evening"}, False),
        ({}, {"guild_id": GUILD + 1}, False),
        (DM, DM, True),
        (DM, DM | {"channel_id": 56}, False),
        ({"origin": Origin.CONFIG}, {"origin": Origin.CONFIG, "guild_id": GUILD + 1}, True),
        ({"origin": Origin.CONFIG}, {}, True),
        ({"origin": Origin.CONFIG, "guild_id": None}, {}, False),
    ],
    ids=[
        "the same",
        "the same but for case and spaces",
        "another channel of the server",
        "another name",
        "another server",
        "the same person's messages",
        "another person's messages",
        "both of the configuration",
        "one of the configuration, in the same server",
        "one of the configuration, server not known yet",
    ],
)
async def test_a_name_can_be_used_once_in_a_place(
    database: Database, first: dict[str, Any], second: dict[str, Any], taken: bool
) -> None:
    async with database.write() as tx:
        await _add(tx, **first)
    if taken:
        with pytest.raises(NameTaken, match="choose another"):
            async with database.write() as tx:
                await _add(tx, **second)
    else:
        async with database.write() as tx:
            await _add(tx, **second)


async def test_a_subscription_is_found_by_its_name_in_its_place(database: Database) -> None:
    async with database.write() as tx:
        here = await _add(tx)
        private = await _add(tx, "Morning", **DM)
        fixed = await _add(tx, origin=Origin.CONFIG, guild_id=None, channel_id=77)
        await subscriptions.set_guild(tx, fixed.id, GUILD)
        assert await subscriptions.by_name(tx, GUILD, "MORNING  ") == here
        assert await subscriptions.by_name(tx, 55, "morning") == private
        assert await subscriptions.by_name(tx, 55, "evening") is None
        await subscriptions.remove(tx, here.id, NOON)
        found = await subscriptions.by_name(tx, GUILD, "morning")
        assert found is not None
        assert (found.id, found.guild_id) == (fixed.id, GUILD)


async def test_subscriptions_are_listed_by_place_and_by_origin(database: Database) -> None:
    async with database.write() as tx:
        two, one = await _add(tx, "two"), await _add(tx, "One")
        fixed = await _add(tx, "fixed", origin=Origin.CONFIG, guild_id=None)
        await _add(tx, "elsewhere", guild_id=GUILD + 1)
        assert await subscriptions.in_guild(tx, GUILD) == [one, two]
        assert await subscriptions.in_config(tx) == [fixed]
        await subscriptions.remove(tx, one.id, NOON)
        assert await subscriptions.in_guild(tx, GUILD) == [two]


async def _names_due(read: Read, now: datetime) -> list[str]:
    return [one.name for one in await subscriptions.due(read, now)]


async def test_digests_are_due_from_their_moment_on_the_longest_overdue_first(
    database: Database,
) -> None:
    async with database.write() as tx:
        assert await subscriptions.next_alarm(tx) is None
        await _add(tx, "second", next_fire_at=NOON)
        await _add(tx, "first", next_fire_at=NOON - HOUR)
        await _add(tx, "later", next_fire_at=NOON + HOUR)
        await _add(tx, "never", next_fire_at=None)
        await _add(tx, "alerts", wishes=ALERTS, next_fire_at=NOON - 2 * HOUR)
        assert await _names_due(tx, NOON) == ["first", "second"]
        assert await subscriptions.next_alarm(tx) == NOON - HOUR


async def test_an_advanced_subscription_is_due_at_its_next_moment(database: Database) -> None:
    async with database.write() as tx:
        added = await _add(tx)
        await subscriptions.advance(tx, added.id, NOON + HOUR)
        assert await _names_due(tx, NOON) == []
        assert await subscriptions.next_alarm(tx) == NOON + HOUR


async def test_a_paused_subscription_is_neither_active_nor_due_until_it_is_resumed(
    database: Database,
) -> None:
    async with database.write() as tx:
        added = await _add(tx)
        await subscriptions.pause(tx, added.id, "The channel is closed.")
        paused = await subscriptions.get(tx, added.id)
        assert paused is not None
        assert paused.paused == "The channel is closed."
        assert await subscriptions.active(tx, Mode.DIGEST) == []
        assert await _names_due(tx, NOON) == []
        assert await subscriptions.next_alarm(tx) is None
        await subscriptions.resume(tx, added.id, NOON + HOUR)
        [active] = await subscriptions.active(tx, Mode.DIGEST)
        assert (active.paused, active.next_fire_at) == (None, NOON + HOUR)


async def test_changed_wishes_may_change_the_mode_and_the_channel(database: Database) -> None:
    async with database.write() as tx:
        added = await _add(tx)
        await subscriptions.update(
            tx, added.id, wishes=ALERTS, channel_id=OTHER_CHANNEL, next_fire_at=None
        )
        assert await subscriptions.active(tx, Mode.DIGEST) == []
        [changed] = await subscriptions.active(tx, Mode.ALERTS)
    assert (changed.id, changed.wishes, changed.channel_id) == (added.id, ALERTS, OTHER_CHANNEL)
    assert changed.next_fire_at is None


async def test_active_ones_are_asked_for_by_channel_or_all_however_many(
    database: Database,
) -> None:
    many = 2001
    async with database.write() as tx:
        for number in range(many):
            await _add(tx, f"number {number}", channel_id=CHANNEL + number % 2, wishes=ALERTS)
        everywhere = await subscriptions.active(tx, Mode.ALERTS)
        here = await subscriptions.active(tx, Mode.ALERTS, CHANNEL)
    assert [one.name for one in everywhere] == [f"number {number}" for number in range(many)]
    assert [one.name for one in here] == [f"number {number}" for number in range(0, many, 2)]


async def test_a_removed_subscription_is_gone_and_its_name_free(database: Database) -> None:
    async with database.write() as tx:
        added = await _add(tx)
        await subscriptions.remove(tx, added.id, NOON)
        assert await subscriptions.get(tx, added.id) is None
        assert await subscriptions.active(tx, Mode.DIGEST) == []
        assert await _names_due(tx, NOON) == []
        assert await subscriptions.next_alarm(tx) is None
        assert (await _add(tx)).id != added.id


async def test_what_a_subscription_still_wants_is_dropped_and_what_is_out_stays(
    database: Database,
) -> None:
    async with database.write() as tx:
        added, other = await _add(tx), await _add(tx, "other")
        waiting = await deliveries.want(tx, added, "story:1", 1, NOON)
        shown = await deliveries.want(tx, added, "story:2", 1, NOON)
        others = await deliveries.want(tx, other, "story:3", 1, NOON)
        assert waiting is not None
        assert shown is not None
        assert others is not None
        sent = await deliveries.get(tx, shown)
        assert sent is not None
        await outbox.settle_shown(tx, sent, 1234, 1, NOON)
        await deliveries.revise(tx, "story:2", 2)
        one = await stories.insert(tx, story())
        await appearances.note(tx, CHANNEL, [one], waiting)
        await deliveries.drop_open(tx, added.id, NOON)
        assert CHANNEL not in await appearances.channels(tx, one)
        states = [await deliveries.get(tx, one) for one in (waiting, shown, others)]
    assert [one.state for one in states if one] == [State.DROPPED, State.SHOWN, State.WANTED]
