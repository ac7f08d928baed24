"""Small facts."""

from __future__ import annotations

from bot.store import facts
from bot.store.database import Database


async def test_the_latest_value_of_a_fact_is_recalled(database: Database) -> None:
    async with database.write() as tx:
        assert await facts.get(tx, "commands") is None
        await facts.put(tx, "commands", "one")
        await facts.put(tx, "commands", "two")
        await facts.put(tx, "other", "three")
    async with database.read() as read:
        assert await facts.get(read, "commands") == "two"
