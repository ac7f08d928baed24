"""Runs: each moment of a subscription once, and what it said."""

from __future__ import annotations

from bot.store import runs, subscriptions
from bot.store.database import Database, Write
from digests.subscription import Origin, Wishes
from tests.store.samples import CHANNEL, HOUR, NOON, part


async def _subscription(tx: Write, name: str = "morning") -> int:
    added = await subscriptions.add(
        tx,
        origin=Origin.CONFIG,
        guild_id=None,
        channel_id=CHANNEL,
        name=name,
        wishes=Wishes(),
        next_fire_at=None,
        now=NOON,
    )
    return added.id


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
