"""Subscriptions: who asked for what, where, and when it is due next.

A *place* is a server's id or, in direct messages, the channel's: names are unique within it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from bot.store import stories
from bot.store.codec import WISHES
from bot.store.database import from_ms, from_ms_or_none, to_ms, to_ms_or_none
from bot.store.errors import NameTaken
from digests.names import name_key
from digests.subscription import Mode, Origin, Subscription

if TYPE_CHECKING:
    from datetime import datetime

    from bot.store.database import Read, Row, Write
    from digests.subscription import Wishes

_PAGE = 1000
"""How many are taken from the database at a time, so that thousands do not keep the loop."""


async def add(
    tx: Write,
    *,
    origin: Origin,
    guild_id: int | None,
    channel_id: int,
    name: str,
    wishes: Wishes,
    next_fire_at: datetime | None,
    now: datetime,
    created_by: int | None = None,
) -> Subscription:
    """Add a subscription, active from now on. Raises NameTaken where the name is in use.

    Names are unique in a place, for a person's direct messages, and among those of the
    configuration, without regard to case and white space.
    """
    if origin is Origin.DISCORD and await by_name(tx, guild_id or channel_id, name):
        raise NameTaken(name)
    row = await tx.fetch_one(
        "INSERT INTO subscriptions (origin, guild_id, channel_id, name, name_key, mode, wishes,"
        " next_fire_at, created_at, created_by, after_arrival) VALUES (:origin, :guild, :channel,"
        " :name, :name_key, :mode, :wishes, :next_fire_at, :now, :created_by, :after_arrival)"
        " ON CONFLICT DO NOTHING RETURNING *",
        origin=origin,
        guild=guild_id,
        channel=channel_id,
        name=name,
        name_key=name_key(name),
        mode=wishes.mode,
        wishes=WISHES.encode(wishes),
        next_fire_at=to_ms_or_none(next_fire_at),
        now=to_ms(now),
        created_by=created_by,
        after_arrival=await stories.last_arrival(tx),
    )
    if row is None:
        raise NameTaken(name)
    return _subscription(row)


async def get(read: Read, subscription_id: int) -> Subscription | None:
    """Read a subscription, None if it was removed or never was."""
    row = await read.fetch_one(
        "SELECT * FROM subscriptions WHERE id = :id AND removed_at IS NULL", id=subscription_id
    )
    return None if row is None else _subscription(row)


async def by_name(read: Read, place: int, name: str) -> Subscription | None:
    """Find a place's subscription by name; one made in Discord before one of the configuration."""
    row = await read.fetch_one(
        "SELECT * FROM subscriptions WHERE COALESCE(guild_id, channel_id) = :place"
        " AND name_key = :name_key AND removed_at IS NULL ORDER BY origin DESC, id LIMIT 1",
        place=place,
        name_key=name_key(name),
    )
    return None if row is None else _subscription(row)


async def in_guild(read: Read, place: int) -> list[Subscription]:
    """The subscriptions of a server, or of a person's direct messages, by name."""
    rows = await read.fetch_all(
        "SELECT * FROM subscriptions WHERE COALESCE(guild_id, channel_id) = :place"
        " AND removed_at IS NULL ORDER BY name_key, id",
        place=place,
    )
    return [_subscription(row) for row in rows]


async def in_config(read: Read) -> list[Subscription]:
    """The subscriptions that the configuration file fixed, by name."""
    rows = await read.fetch_all(
        "SELECT * FROM subscriptions WHERE origin = 'config' AND removed_at IS NULL"
        " ORDER BY name_key"
    )
    return [_subscription(row) for row in rows]


async def active(read: Read, mode: Mode, channel_id: int | None = None) -> list[Subscription]:
    """The subscriptions of a mode that are not paused, oldest first: all, or a channel's."""
    found: list[Subscription] = []
    while True:
        rows = await read.fetch_all(
            "SELECT * FROM subscriptions WHERE mode = :mode AND paused IS NULL"
            " AND removed_at IS NULL AND channel_id = COALESCE(:channel, channel_id)"
            " AND id > :known ORDER BY id LIMIT :page",
            mode=mode,
            channel=channel_id,
            known=found[-1].id if found else 0,
            page=_PAGE,
        )
        found += [_subscription(row) for row in rows]
        if len(rows) < _PAGE:
            return found


async def due(read: Read, now: datetime) -> list[Subscription]:
    """The active digest subscriptions whose moment has come, the longest overdue first."""
    rows = await read.fetch_all(
        "SELECT * FROM subscriptions WHERE mode = :digest AND next_fire_at <= :now"
        " AND paused IS NULL AND removed_at IS NULL ORDER BY next_fire_at, id",
        digest=Mode.DIGEST,
        now=to_ms(now),
    )
    return [_subscription(row) for row in rows]


async def next_alarm(read: Read) -> datetime | None:
    """The moment at which the next active digest subscription is due; None if none ever is."""
    row = await read.fetch_one(
        "SELECT next_fire_at FROM subscriptions WHERE mode = :digest AND next_fire_at IS NOT NULL"
        " AND paused IS NULL AND removed_at IS NULL ORDER BY next_fire_at LIMIT 1",
        digest=Mode.DIGEST,
    )
    return from_ms_or_none(row["next_fire_at"] if row else None)


async def update(
    tx: Write,
    subscription_id: int,
    *,
    wishes: Wishes,
    channel_id: int,
    next_fire_at: datetime | None,
) -> None:
    """Change what is asked for, where, and when it is due next.

    Alerts are for later stories then, unless some were kept back by a closed channel.
    """
    await tx.execute(
        "UPDATE subscriptions SET wishes = :wishes, mode = :mode, channel_id = :channel,"
        " next_fire_at = :next_fire_at, "
        " after_arrival = CASE WHEN closed = 1 THEN after_arrival ELSE :after_arrival END"
        " WHERE id = :id AND removed_at IS NULL",
        id=subscription_id,
        wishes=WISHES.encode(wishes),
        mode=wishes.mode,
        channel=channel_id,
        next_fire_at=to_ms_or_none(next_fire_at),
        after_arrival=await stories.last_arrival(tx),
    )


async def rename(tx: Write, subscription_id: int, name: str) -> None:
    """Write its name in another way: it is still the same by its `name_key`."""
    await tx.execute(
        "UPDATE subscriptions SET name = :name WHERE id = :id", id=subscription_id, name=name
    )


async def pass_over(tx: Write, subscription_id: int, arrival: int) -> None:
    """Alert of nothing more that has arrived up to this number."""
    await tx.execute(
        "UPDATE subscriptions SET after_arrival = :arrival"
        " WHERE id = :id AND after_arrival < :arrival",
        id=subscription_id,
        arrival=arrival,
    )


async def pass_story(tx: Write, subscription_id: int, story_id: int) -> None:
    """Alert of this story no more, whatever becomes of it: it was over the limit of a day."""
    await tx.execute(
        "INSERT INTO passed_over (subscription_id, story_id) VALUES (:id, :story)"
        " ON CONFLICT (subscription_id, story_id) DO NOTHING",
        id=subscription_id,
        story=story_id,
    )


async def passing(read: Read, story_id: int) -> frozenset[int]:
    """The subscriptions that a story was too much for."""
    rows = await read.fetch_all(
        "SELECT subscription_id FROM passed_over WHERE story_id = :story", story=story_id
    )
    return frozenset(row["subscription_id"] for row in rows)


async def advance(tx: Write, subscription_id: int, next_fire_at: datetime | None) -> None:
    """Set when the subscription is due next; None for one that needs no alarm."""
    await tx.execute(
        "UPDATE subscriptions SET next_fire_at = :next_fire_at WHERE id = :id",
        id=subscription_id,
        next_fire_at=to_ms_or_none(next_fire_at),
    )


async def pause(tx: Write, subscription_id: int, why: str, *, closed: bool = False) -> None:
    """Stop the subscription until it is resumed; `why` is told to its server's people.

    `closed`: nobody asked for it, its channel is closed to the bot.
    """
    await tx.execute(
        "UPDATE subscriptions SET paused = :why, closed = :closed"
        " WHERE id = :id AND removed_at IS NULL",
        id=subscription_id,
        why=why,
        closed=int(closed),
    )


async def resume(tx: Write, subscription_id: int, next_fire_at: datetime | None) -> None:
    """Make a paused subscription active again, due next at that moment."""
    await tx.execute(
        "UPDATE subscriptions SET paused = NULL, closed = 0, next_fire_at = :next_fire_at"
        " WHERE id = :id AND removed_at IS NULL",
        id=subscription_id,
        next_fire_at=to_ms_or_none(next_fire_at),
    )


async def remove(tx: Write, subscription_id: int, now: datetime) -> None:
    """End the subscription: its name is free. The row stays for what was delivered."""
    await tx.execute(
        "UPDATE subscriptions SET removed_at = :now WHERE id = :id AND removed_at IS NULL",
        id=subscription_id,
        now=to_ms(now),
    )


async def set_guild(tx: Write, subscription_id: int, guild_id: int) -> None:
    """Note the server of a configured subscription's channel, once Discord has told it."""
    await tx.execute(
        "UPDATE subscriptions SET guild_id = :guild WHERE id = :id",
        id=subscription_id,
        guild=guild_id,
    )


_wishes = lru_cache(maxsize=10_000)(WISHES.decode)  # all alerts are asked for every hotter story


def _subscription(row: Row) -> Subscription:
    return Subscription(
        id=row["id"],
        origin=Origin(row["origin"]),
        name=row["name"],
        channel_id=row["channel_id"],
        guild_id=row["guild_id"],
        wishes=_wishes(row["wishes"]),
        created_at=from_ms(row["created_at"]),
        next_fire_at=from_ms_or_none(row["next_fire_at"]),
        paused=row["paused"],
        closed=bool(row["closed"]),
        after_arrival=row["after_arrival"],
    )
