"""The clock that tests hold still, and the ids that carry its time."""

import asyncio
from datetime import timedelta

from bot.sandbox import ManualClock, SystemClock
from bot.sandbox.ids import Snowflakes, created_at, shard_of
from tests.sandbox.sources import SHARDING, SNOWFLAKES, documented, own

pytestmark = documented(SNOWFLAKES)


def test_ids_carry_time() -> None:
    """An id says when it was made, to the millisecond."""
    clock = ManualClock()
    clock.advance(12.345)
    made = created_at(Snowflakes(clock).mint())
    assert abs((made - clock.now()).total_seconds()) < 0.001


def test_ids_increase() -> None:
    """Ids strictly increase, even while the clock stands still."""
    clock = ManualClock()
    ids = Snowflakes(clock)
    minted = []
    for _ in range(50):
        minted += [ids.mint(), ids.mint_apart(), ids.mint()]
        clock.advance(0.0004)
    assert minted == sorted(set(minted))


@documented(SHARDING)
def test_servers_spread_over_shards() -> None:
    """Servers made in the same instant still spread evenly over shards."""
    ids = Snowflakes(ManualClock())
    shards = [shard_of(ids.mint_apart(), 4) for _ in range(8)]
    assert sorted(shards) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert shard_of(None, 4) == 0


@own("the clock that tests hold still")
async def test_sleepers_wake_in_order() -> None:
    """Who waits for a clock that stands still wakes when, and in the order in which, it moves."""
    clock = ManualClock()
    woken: list[str] = []

    async def sleep(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(name)

    async with asyncio.TaskGroup() as group:
        group.create_task(sleep("late", 2))
        group.create_task(sleep("early", 1))
        group.create_task(sleep("at once", 0))
        await asyncio.sleep(0)
        clock.advance(0.9)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert woken == ["at once"]
        clock.advance(5)
    assert woken == ["at once", "early", "late"]


@own("the clock of the machine")
async def test_the_machines_clock() -> None:
    """The usual clock is the machine's, in UTC."""
    clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(0)
    assert clock.monotonic() >= before
    assert clock.now().utcoffset() == timedelta(0)
