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


async def test_facts_of_a_kind_are_recalled_together_until_they_are_forgotten(
    database: Database,
) -> None:
    async with database.write() as tx:
        for name in ("commands/1", "commands/2", "commands_", "other"):
            await facts.put(tx, name, name.upper())
        await facts.forget(tx, "commands/2")
        await facts.forget(tx, "never put")
    async with database.read() as read:
        assert await facts.beginning(read, "commands/") == {"commands/1": "COMMANDS/1"}
