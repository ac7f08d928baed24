"""Runs: each moment of a subscription once, and what it said."""

from __future__ import annotations

import pytest

from bot.store import deliveries, runs, subscriptions
from bot.store.database import Database, Write
from digests.delivery import part_key
from digests.subscription import Origin, Subscription, Wishes
from tests.store.samples import CHANNEL, HOUR, NOON, part


async def _subscription(tx: Write, name: str = "morning") -> int:
    return (await _asked(tx, name)).id


async def _asked(tx: Write, name: str) -> Subscription:
    return await subscriptions.add(
        tx,
        origin=Origin.CONFIG,
        guild_id=None,
        channel_id=CHANNEL,
        name=name,
        wishes=Wishes(),
        next_fire_at=None,
        now=NOON,
    )


async def test_a_moment_is_run_for_once_per_subscription(database: Database) -> None:
    async with database.write() as tx:
        one, other = await _subscription(tx), await _subscription(tx, "evening")
        assert not await runs.exists(tx, one, NOON)
        assert await runs.start(tx, one, NOON, NOON) is not None
        assert await runs.start(tx, one, NOON, NOON + HOUR) is None
        assert await runs.start(tx, other, NOON, NOON) is not None
        assert await runs.exists(tx, one, NOON)
        assert not await runs.exists(tx, one, NOON + HOUR)


async def test_a_part_is_read_as_it_was_frozen(database: Database) -> None:
    async with database.write() as tx:
        run = await runs.start(tx, await _subscription(tx), NOON, NOON)
        assert run is not None
        assert await runs.part(tx, run, 1) is None
        await runs.freeze(tx, run, [part(1, 2, run), part(2, 2, run)])
    async with database.read() as read:
        assert await runs.part(read, run, 1) == part(1, 2, run)
        assert await runs.part(read, run, 2) == part(2, 2, run)
        assert await runs.part(read, run, 3) is None
        assert await runs.part(read, run + 1, 1) is None


async def _frozen(tx: Write, subscription: Subscription, hours_ago: int) -> int:
    """A run of two parts, both wanted."""
    moment = NOON - hours_ago * HOUR
    run = await runs.start(tx, subscription.id, moment, moment)
    assert run is not None
    await runs.freeze(tx, run, [part(1, 2, run), part(2, 2, run)])
    for number in (1, 2):
        await deliveries.want(tx, subscription, part_key(run, number), 1, moment)
    return run


async def _end(tx: Write, run: int, number: int, state: str) -> None:
    await tx.execute(
        "UPDATE deliveries SET state = :state WHERE subject_key = :key",
        state=state,
        key=part_key(run, number),
    )


@pytest.mark.parametrize("state", ["wanted", "claimed", "unclear", "held"])
async def test_a_run_is_finished_when_no_message_of_it_is_open(
    database: Database, state: str
) -> None:
    async with database.write() as tx:
        asked = await _asked(tx, "morning")
        run = await _frozen(tx, asked, hours_ago=2)
        await _end(tx, run, 1, "shown")
        await _end(tx, run, 2, state)
        assert await runs.finished(tx, NOON, 10) == []
        for over in ("shown", "dropped", "dead"):
            await _end(tx, run, 2, over)
            assert await runs.finished(tx, NOON, 10) == [run]


async def test_old_runs_are_finished_the_oldest_first_and_so_many_at_a_time(
    database: Database,
) -> None:
    async with database.write() as tx:
        asked = await _asked(tx, "morning")
        made = [await _frozen(tx, asked, hours_ago) for hours_ago in (30, 20, 10, 0)]
        await tx.execute("UPDATE deliveries SET state = 'shown'")
        assert await runs.finished(tx, NOON, 10) == made[:3]
        assert await runs.finished(tx, NOON, 2) == made[:2]


async def test_an_emptied_run_says_nothing_any_more_but_is_known_to_have_run(
    database: Database,
) -> None:
    async with database.write() as tx:
        asked = await _asked(tx, "morning")
        old, new = [await _frozen(tx, asked, hours_ago) for hours_ago in (30, 20)]
        await tx.execute("UPDATE deliveries SET state = 'shown'")
        await runs.empty(tx, [old])
        assert await runs.part(tx, old, 1) is None
        assert await runs.part(tx, new, 1) == part(1, 2, new)
        assert await runs.finished(tx, NOON, 10) == [new]
        assert await runs.start(tx, asked.id, NOON - 30 * HOUR, NOON) is None
