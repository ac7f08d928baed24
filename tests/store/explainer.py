"""How SQLite goes about what it is asked: by which index, or through all there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.store.database import Read, Row, Scalar, Value


class Explainer:
    """Stands before a transaction and keeps how SQLite would go about each question."""

    def __init__(self, tx: Read) -> None:
        self._tx = tx
        self.steps: list[str] = []

    async def fetch_all(self, sql: str, **params: Value) -> list[Row]:
        """Explain a question, then ask it."""
        rows = await self._tx.fetch_all(f"EXPLAIN QUERY PLAN {sql}", **params)
        self.steps += [str(row["detail"]) for row in rows]
        return await self._tx.fetch_all(sql, **params)

    async def fetch_one(self, sql: str, **params: Value) -> Row | None:
        """Explain a question, then ask it."""
        rows = await self.fetch_all(sql, **params)
        return rows[0] if rows else None

    async def execute(self, sql: str, **params: Value) -> int:
        """Explain a change, then make it."""
        await self.fetch_all(sql, **params)
        return 0

    async def execute_many(self, sql: str, rows: Iterable[Mapping[str, Scalar]]) -> None:
        """Explain a change of many rows, then make it."""
        for row in rows:
            await self.fetch_all(sql, **row)
