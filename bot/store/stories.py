"""The stories: each with the columns that questions are asked by, and whole in `body`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.store import appearances, search
from bot.store.codec import STORY
from bot.store.database import to_ms, to_ms_or_none
from digests.names import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.store.database import Read, Scalar, Write
    from digests.story import Story


async def insert(tx: Write, story: Story) -> int:
    """Store a new story, whatever its id says; returns the id that it has from now on."""
    row = await tx.fetch_one(
        "INSERT INTO stories (feed, path, heat, quality, coverage, published, published_at,"
        " arrived_at, arrival, revision, body) VALUES (:feed, :path, :heat, :quality, :coverage,"
        " :published, :published_at, :arrived_at, :arrival, :revision, :body) RETURNING id",
        **_columns(story),
    )
    if row is None:
        raise RuntimeError("the database stored a story without telling its id")
    stored = replace(story, id=int(row["id"]))
    await tx.execute(
        "UPDATE stories SET body = :body WHERE id = :id", id=stored.id, body=STORY.encode(stored)
    )
    await _insert_topics(tx, stored)
    await search.insert(tx, stored)
    return stored.id


async def save(tx: Write, story: Story) -> None:
    """Replace what is known of a story; its topics and words are rewritten only if they changed.

    Raises LookupError if there is no such story, or it was merged into another.
    """
    row = await tx.fetch_one(
        "SELECT body FROM stories WHERE id = :id AND merged_into IS NULL", id=story.id
    )
    if row is None:
        raise LookupError(f"there is no story {story.id} to be saved")
    before = STORY.decode(row["body"])
    await tx.execute(
        "UPDATE stories SET feed = :feed, path = :path, heat = :heat, quality = :quality,"
        " coverage = :coverage, published = :published, published_at = :published_at,"
        " arrived_at = :arrived_at, arrival = :arrival, revision = :revision, body = :body"
        " WHERE id = :id",
        id=story.id,
        **_columns(story),
    )
    if before.topics != story.topics:
        await _put_topics(tx, story)
    if not search.says_the_same(before, story):
        await search.index(tx, story)


async def get(read: Read, story_id: int) -> Story | None:
    """The story of this id, or the one that it was merged into."""
    return (await get_many(read, [story_id])).get(story_id)


async def get_many(read: Read, story_ids: Iterable[int]) -> dict[int, Story]:
    """The stories by the ids that were asked for, each possibly merged into another since."""
    ids = tuple(story_ids)
    if not ids:
        return {}
    rows = await read.fetch_all(
        "SELECT asked.id AS asked, s.body FROM stories asked"
        " JOIN stories s ON s.id = COALESCE(asked.merged_into, asked.id)"
        " WHERE asked.id IN (:ids)",
        ids=ids,
    )
    return {row["asked"]: STORY.decode(row["body"]) for row in rows}


async def last_arrival(read: Read) -> int:
    """The number of the story that arrived last; 0 if none ever did."""
    row = await read.fetch_one("SELECT MAX(arrival) AS n FROM stories WHERE arrival > 0")
    return int(row["n"] or 0) if row else 0


async def arrived_since(read: Read, moment: datetime, arrival: int) -> list[Story]:
    """The stories that arrived after a moment and after a number, in the order of these."""
    rows = await read.fetch_all(
        "SELECT body FROM stories WHERE arrival > 0 AND arrival > :arrival"
        " AND arrived_at > :moment AND merged_into IS NULL ORDER BY arrival",
        moment=to_ms(moment),
        arrival=arrival,
    )
    return [STORY.decode(row["body"]) for row in rows]


async def merge(tx: Write, from_id: int, into_id: int) -> None:
    """Let one story go up in another: they turned out to be one event.

    Its articles and appearances move; it is no longer published nor found, and its id leads to
    the other for ever. The caller saves the other story anew. Raises ValueError unless both are
    stories of their own.
    """
    alive = await tx.fetch_all(
        "SELECT id FROM stories WHERE id IN (:ids) AND merged_into IS NULL",
        ids=(from_id, into_id),
    )
    if len(alive) != 2:
        raise ValueError(f"story {from_id} cannot be merged into {into_id}")
    for step in _MERGE:
        await tx.execute(step, old=from_id, new=into_id)
    await appearances.merge(tx, from_id, into_id)
    await tx.execute("DELETE FROM story_topics WHERE story_id = :old", old=from_id)
    await search.drop(tx, from_id)


_MERGE = (
    "UPDATE articles SET story_id = :new WHERE story_id = :old",
    # No chains: what led to the old one leads straight to the new one.
    "UPDATE stories SET merged_into = :new WHERE id = :old OR merged_into = :old",
    "UPDATE stories SET published = 0 WHERE id = :old AND merged_into = :new",
    (
        "INSERT INTO passed_over (subscription_id, story_id)"
        " SELECT subscription_id, :new FROM passed_over WHERE story_id = :old"
        " ON CONFLICT (subscription_id, story_id) DO NOTHING"
    ),
)


async def _put_topics(tx: Write, story: Story) -> None:
    await tx.execute("DELETE FROM story_topics WHERE story_id = :id", id=story.id)
    await _insert_topics(tx, story)


async def _insert_topics(tx: Write, story: Story) -> None:
    names: dict[str, str] = {}
    for name in story.topics:
        names.setdefault(name_key(name), name)
    await tx.execute_many(
        "INSERT INTO story_topics (story_id, topic, name) VALUES (:id, :topic, :name)",
        ({"id": story.id, "topic": topic, "name": name} for topic, name in names.items()),
    )


def _columns(story: Story) -> dict[str, Scalar]:
    return {
        "feed": story.feed,
        "path": story.path,
        "heat": story.heat,
        "quality": story.quality,
        "coverage": story.coverage,
        "published": int(story.published),
        "published_at": to_ms(story.published_at),
        "arrived_at": to_ms_or_none(story.arrived_at),
        "arrival": story.arrival,
        "revision": story.revision,
        "body": STORY.encode(story),
    }
