"""Runs: one fired moment of a subscription, unique, with the digest that was composed for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store.codec import DIGEST_PARTS
from bot.store.database import to_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.store.database import Read, Write
    from digests.digest import DigestPart


async def start(tx: Write, subscription_id: int, fire_at: datetime, now: datetime) -> int | None:
    """Claim the moment for this subscription; None if it was claimed before: one wins."""
    row = await tx.fetch_one(
        "INSERT INTO runs (subscription_id, fire_at, composed_at, parts)"
        " VALUES (:subscription, :fire_at, :now, '[]')"
        " ON CONFLICT (subscription_id, fire_at) DO NOTHING RETURNING id",
        subscription=subscription_id,
        fire_at=to_ms(fire_at),
        now=to_ms(now),
    )
    return None if row is None else int(row["id"])


async def freeze(tx: Write, run_id: int, parts: Sequence[DigestPart]) -> None:
    """Keep what the run says: a digest that is sent late, or looked up, is still the same."""
    await tx.execute(
        "UPDATE runs SET parts = :parts WHERE id = :id",
        id=run_id,
        parts=DIGEST_PARTS.encode(tuple(parts)),
    )


async def part(read: Read, run_id: int, number: int) -> DigestPart | None:
    """Part `number`, from 1, of what the run says; None if there is no such run or part."""
    row = await read.fetch_one("SELECT parts FROM runs WHERE id = :id", id=run_id)
    parts = () if row is None else DIGEST_PARTS.decode(row["parts"])
    return next((one for one in parts if one.number == number), None)


async def finished(read: Read, before: datetime, limit: int) -> list[int]:
    """The runs composed before that moment which still hold parts that no message waits for."""
    rows = await read.fetch_all(
        "SELECT r.id FROM runs r WHERE r.composed_at < :before AND r.parts <> '[]' AND NOT EXISTS"
        " (SELECT 1 FROM deliveries d WHERE d.state IN ('wanted', 'claimed', 'unclear', 'held')"
        " AND d.subject_key LIKE 'digest:' || r.id || ':%') ORDER BY r.id LIMIT :limit",
        before=to_ms(before),
        limit=limit,
    )
    return [row["id"] for row in rows]


async def empty(tx: Write, run_ids: Iterable[int]) -> None:
    """Forget what these runs said: it is most of what a run takes. That they ran stays known."""
    await tx.execute(
        "UPDATE runs SET parts = '[]' WHERE id IN (:ids)",
        ids=tuple(run_ids),
    )


async def exists(read: Read, subscription_id: int, fire_at: datetime) -> bool:
    """Tell whether the subscription has run for this moment."""
    row = await read.fetch_one(
        "SELECT id FROM runs WHERE subscription_id = :subscription AND fire_at = :fire_at",
        subscription=subscription_id,
        fire_at=to_ms(fire_at),
    )
    return row is not None
