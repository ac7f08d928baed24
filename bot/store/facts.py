"""Small facts about this installation, such as which commands Discord was last given."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.store.database import Read, Write


async def get(read: Read, name: str) -> str | None:
    """Recall a fact, None if it was never put."""
    row = await read.fetch_one("SELECT value FROM facts WHERE name = :name", name=name)
    return None if row is None else str(row["value"])


async def beginning(read: Read, prefix: str) -> dict[str, str]:
    """Recall all facts whose names begin so: their values by name."""
    rows = await read.fetch_all("SELECT name, value FROM facts ORDER BY name")
    found = {str(row["name"]): str(row["value"]) for row in rows}
    return {name: value for name, value in found.items() if name.startswith(prefix)}


async def forget(tx: Write, name: str) -> None:
    """Forget a fact, if it was ever put."""
    await tx.execute("DELETE FROM facts WHERE name = :name", name=name)


async def put(tx: Write, name: str, value: str) -> None:
    """Remember a fact in place of what it was before."""
    await tx.execute(
        "INSERT INTO facts (name, value) VALUES (:name, :value)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name=name,
        value=value,
    )
