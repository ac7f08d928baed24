"""Appearances: which stories each channel has been shown, or is about to be, by which delivery.

One story appears once in a channel, however many subscriptions would show it there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.store.database import Read, Write


async def note(tx: Write, channel_id: int, story_ids: Iterable[int], delivery_id: int) -> None:
    """Remember that the channel is shown these stories by this delivery; the first one counts."""
    await tx.execute_many(
        "INSERT INTO appearances (channel_id, story_id, delivery_id)"
        " VALUES (:channel, :story, :delivery) ON CONFLICT (channel_id, story_id) DO NOTHING",
        [
            {"channel": channel_id, "story": story_id, "delivery": delivery_id}
            for story_id in story_ids
        ],
    )


async def channels(read: Read, story_id: int) -> frozenset[int]:
    """The channels that have been shown the story, or are about to be."""
    rows = await read.fetch_all(
        "SELECT channel_id FROM appearances WHERE story_id = :story", story=story_id
    )
    return frozenset(row["channel_id"] for row in rows)


async def by(read: Read, delivery_id: int) -> list[int]:
    """The stories that a delivery shows, or is to show."""
    rows = await read.fetch_all(
        "SELECT story_id FROM appearances WHERE delivery_id = :delivery", delivery=delivery_id
    )
    return [row["story_id"] for row in rows]


async def forget(tx: Write, delivery_ids: Iterable[int]) -> list[int]:
    """Take back what these deliveries were to show: nobody has seen it, others may show it.

    Returns the stories.
    """
    rows = await tx.fetch_all(
        "DELETE FROM appearances WHERE delivery_id IN (:deliveries) RETURNING story_id",
        deliveries=tuple(delivery_ids),
    )
    return [row["story_id"] for row in rows]


async def hand_over(tx: Write, delivery_id: int, successor_id: int) -> None:
    """Let another delivery of the same channel stand for what this one was to show."""
    await tx.execute(
        "UPDATE appearances SET delivery_id = :successor WHERE delivery_id = :delivery",
        delivery=delivery_id,
        successor=successor_id,
    )


async def merge(tx: Write, from_story: int, into_story: int) -> None:
    """Whoever was shown one story was shown the other: they turned out to be one event."""
    await tx.execute(
        "INSERT INTO appearances (channel_id, story_id, delivery_id)"
        " SELECT channel_id, :new, delivery_id FROM appearances WHERE story_id = :old"
        " ON CONFLICT (channel_id, story_id) DO NOTHING",
        old=from_story,
        new=into_story,
    )
    await tx.execute("DELETE FROM appearances WHERE story_id = :old", old=from_story)


async def share(tx: Write, from_story: int, to_story: int) -> None:
    """Let a story count as shown wherever another was: its readers have seen it as that.

    What is still to be sent, nobody has seen.
    """
    await tx.execute(
        "INSERT INTO appearances (channel_id, story_id, delivery_id)"
        " SELECT a.channel_id, :to_story, a.delivery_id FROM appearances a"
        " JOIN deliveries d ON d.id = a.delivery_id"
        " WHERE a.story_id = :from_story AND NOT (d.state = 'wanted' AND d.message_id IS NULL)"
        " ON CONFLICT (channel_id, story_id) DO NOTHING",
        from_story=from_story,
        to_story=to_story,
    )
