"""Questions about stories. `select` means in SQL what `digests.query.select` means in Python.

A test with made-up stories and queries holds the two equal.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store import search
from bot.store.codec import STORY
from bot.store.database import to_ms
from digests.query import LATE_LIMIT

if TYPE_CHECKING:
    from bot.store.database import Read, Value
    from digests.query import Query, Window
    from digests.story import Story

_MILLISECOND = timedelta(milliseconds=1)

# `oldest` bounds the search by index, and thereby how late an arrival may be.
_IN_WINDOW = """
    s.published = 1 AND s.published_at > :oldest AND s.published_at <= :until
    AND (s.published_at > :since
         OR (s.arrived_at > :since AND s.arrived_at <= :until
             AND (s.arrived_at > s.published_at + CAST(:late AS BIGINT)
                  OR s.arrived_at > CAST(:unmet_since AS BIGINT))))
"""

_MATCHING = f"""
FROM stories s
WHERE {_IN_WINDOW}
    AND s.heat >= :min_heat
    AND (:all_topics = 1 OR EXISTS (
        SELECT 1 FROM story_topics t WHERE t.story_id = s.id AND t.topic IN (:topics)))
    AND (CAST(:unseen_in AS BIGINT) IS NULL OR NOT EXISTS (
        SELECT 1 FROM appearances a WHERE a.channel_id = :unseen_in AND a.story_id = s.id))
"""  # noqa: S608 - constants

_RANKED = """
ORDER BY
    CASE :sort WHEN 'quality' THEN s.quality WHEN 'coverage' THEN s.coverage
        WHEN 'newest' THEN s.published_at ELSE s.heat END DESC,
    s.heat DESC, s.quality DESC, s.published_at DESC, s.feed, s.path
LIMIT :limit OFFSET :offset
"""

_TOPICS = f"""
SELECT MIN(t.name) AS name, COUNT(*) AS n
FROM stories s JOIN story_topics t ON t.story_id = s.id
WHERE s.heat >= 0 AND {_IN_WINDOW}
GROUP BY t.topic ORDER BY n DESC, t.topic
"""  # noqa: S608 - constants

_TITLES = "SELECT s.id, s.body FROM stories s WHERE s.published = 1"

_NEWEST = "ORDER BY s.published_at DESC, s.id LIMIT :limit"


async def select(read: Read, query: Query) -> list[Story]:
    """Answer the query: matching stories, ranked, then cut."""
    rows = await read.fetch_all(
        f"SELECT s.body {_MATCHING} {await _saying(read, _match(query))} {_RANKED}",
        sort=query.sort,
        limit=query.limit,
        offset=query.offset,
        **_conditions(query),
    )
    return [STORY.decode(row["body"]) for row in rows]


async def count(read: Read, query: Query) -> int:
    """How many stories match the query, whatever its limit and offset."""
    row = await read.fetch_one(
        f"SELECT COUNT(*) AS n {_MATCHING} {await _saying(read, _match(query))}",
        **_conditions(query),
    )
    return 0 if row is None else int(row["n"])


async def topics(read: Read, window: Window) -> list[tuple[str, int]]:
    """The topics of that time's living stories, with how many each has, the largest first."""
    rows = await read.fetch_all(_TOPICS, **_times(window))
    return [(row["name"], row["n"]) for row in rows]


async def titles(read: Read, text: str, limit: int) -> list[tuple[int, str]]:
    """Ids and titles of stories whose title has the words of the text, the newest first.

    For completion: the last word may be unfinished, and no text at all finds every story.
    """
    match = search.match_in_title(text) if text.strip() else None
    rows = await read.fetch_all(
        f"{_TITLES} {await _saying(read, match)} {_NEWEST}",
        match=match,
        limit=limit,
    )
    return [(row["id"], STORY.decode(row["body"]).title) for row in rows]


async def _saying(read: Read, match: str | None) -> str:
    """The end of a WHERE for stories that an expression describes; none leaves nothing out.

    One statement for both, which asks whether there is an expression, would never be answered by
    the index of the search.
    """
    return "" if match is None else f"AND {await search.condition(read, match)}"


def _match(query: Query) -> str | None:
    return None if query.text is None else search.match_for(query.text)


def _conditions(query: Query) -> dict[str, Value]:
    return {
        **_times(query.window),
        "min_heat": query.min_heat,
        "all_topics": int(not query.topics),
        "topics": tuple(query.topics),
        "unseen_in": query.unseen_in,
        "match": _match(query),
    }


def _times(window: Window) -> dict[str, Value]:
    since = to_ms(window.since)
    late_limit = since if window.late is None else to_ms(window.until - LATE_LIMIT)
    return {
        "since": since,
        "until": to_ms(window.until),
        "late": None if window.late is None else window.late // _MILLISECOND,
        "unmet_since": None if window.unmet_since is None else to_ms(window.unmet_since),
        "oldest": min(since, late_limit),
    }
