"""The articles, and by what each is recognised as part of a story: URL keys and title marks.

A file that is gone leaves a tombstone: should it come back, it finds its story.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.store.codec import ARTICLE
from bot.store.database import to_ms
from digests.joining import marks_of, pages_of, related_pages_of
from digests.titles import headline

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from bot.store.database import Read, Row, Write
    from digests.article import Article

CANDIDATES = 200
"""How many articles `like_titled` finds at most: a headline that common says nothing."""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its place in the database; `removed` says that its file is gone."""

    id: int
    story_id: int
    article: Article
    removed: bool


@dataclass(frozen=True, slots=True)
class Titled:
    """What is looked at of an article before the whole of it is read.

    `headline` is None if an older version stored the article, which kept none. `is_twin` says that
    readers see the same of it as of the one that asks.
    """

    id: int
    headline: str | None
    is_twin: bool


async def get_many(read: Read, feed: str, paths: Iterable[str]) -> dict[str, StoredArticle]:
    """The known articles among these files, tombstones included, by path."""
    rows = await read.fetch_all(
        "SELECT id, story_id, removed_at, body, path FROM articles"
        " WHERE feed = :feed AND path IN (:paths)",
        feed=feed,
        paths=tuple(paths),
    )
    return {row["path"]: _stored(row) for row in rows}


async def with_ids(read: Read, ids: Iterable[int]) -> list[StoredArticle]:
    """The articles of these ids, tombstones included, in the order in which they came."""
    wanted = tuple(ids)
    if not wanted:
        return []
    rows = await read.fetch_all(
        "SELECT id, story_id, removed_at, body FROM articles WHERE id IN (:ids) ORDER BY id",
        ids=wanted,
    )
    return [_stored(row) for row in rows]


async def of_story(read: Read, story_id: int) -> list[StoredArticle]:
    """All articles of a story in the order in which they came, tombstones included."""
    rows = await read.fetch_all(
        "SELECT id, story_id, removed_at, body FROM articles WHERE story_id = :story ORDER BY id",
        story=story_id,
    )
    return [_stored(row) for row in rows]


async def told_by_others(read: Read, story_ids: Iterable[int], article: Article) -> set[int]:
    """Those of the stories that another article tells whose file is there, not only tombstones."""
    ids = tuple(story_ids)
    if not ids:
        return set()
    rows = await read.fetch_all(
        "SELECT DISTINCT story_id FROM articles WHERE story_id IN (:ids) AND removed_at IS NULL"
        " AND NOT (feed = :feed AND path = :path)",
        ids=ids,
        feed=article.feed,
        path=article.path,
    )
    return {row["story_id"] for row in rows}


async def add(tx: Write, article: Article, story_id: int) -> int:
    """Store an article of which nothing is known yet under its story; returns its id."""
    article_id = await _insert(tx, article, story_id)
    await _insert_keys(tx, article_id, _keys(article))
    await _insert_marks(tx, article_id, _marks(article))
    return article_id


async def put(tx: Write, article: Article, story_id: int) -> int:
    """Store the article under its story, alive again if it was a tombstone; returns its id."""
    article_id = await _insert(tx, article, story_id)
    await _put_keys(tx, article_id, article)
    await _put_marks(tx, article_id, article)
    return article_id


async def rewrite(tx: Write, article: Article) -> int:
    """Store another version of a known article that others find as before; returns its story's id.

    Raises LookupError if the article is not known.
    """
    row = await tx.fetch_one(
        "UPDATE articles SET body = :body WHERE feed = :feed AND path = :path RETURNING story_id",
        feed=article.feed,
        path=article.path,
        body=ARTICLE.encode(article),
    )
    if row is None:
        raise LookupError(f"there is no article {article.path} in {article.feed}")
    return int(row["story_id"])


async def move(tx: Write, moved: Iterable[Article], story_id: int) -> None:
    """Let known articles belong to another story."""
    await tx.execute_many(
        "UPDATE articles SET story_id = :story WHERE feed = :feed AND path = :path",
        [{"story": story_id, "feed": one.feed, "path": one.path} for one in moved],
    )


async def remove(tx: Write, feed: str, path: str, now: datetime) -> StoredArticle | None:
    """Make the article a tombstone; None if it was none that is alive."""
    row = await tx.fetch_one(
        "UPDATE articles SET removed_at = :now"
        " WHERE feed = :feed AND path = :path AND removed_at IS NULL"
        " RETURNING id, story_id, removed_at, body",
        feed=feed,
        path=path,
        now=to_ms(now),
    )
    return None if row is None else _stored(row)


async def linked(read: Read, article: Article) -> list[StoredArticle]:
    """The other articles that name this one's page, or whose page this one names.

    Never through a third party's page: two that merely list the same piece are not linked.
    """
    own, related = pages_of(article), related_pages_of(article)
    rows = await read.fetch_all(
        "SELECT id, story_id, removed_at, body FROM articles WHERE id IN ("
        " SELECT article_id FROM article_keys WHERE own = 1 AND key IN (:named)"
        " UNION SELECT article_id FROM article_keys WHERE own = 0 AND key IN (:own))"
        " AND NOT (feed = :feed AND path = :path) ORDER BY id",
        named=tuple(own | related),
        own=tuple(own),
        feed=article.feed,
        path=article.path,
    )
    return [_stored(row) for row in rows]


async def like_titled(read: Read, article: Article, reach: timedelta) -> list[Titled]:
    """The other articles at most `reach` apart, both ends included, that share a mark with it.

    Those that share most come first, then the newest, at most CANDIDATES. Tombstones are included.
    Whole articles can be long, and of many that are alike few tell the same.
    """
    rows = await read.fetch_all(
        "SELECT a.id, a.headline, alike.twin FROM articles a JOIN ("
        " SELECT article_id, COUNT(*) AS shared,"
        " MAX(CASE WHEN mark = :fingerprint THEN 1 ELSE 0 END) AS twin FROM article_marks"
        " WHERE mark IN (:marks) AND published_at BETWEEN :since AND :until"
        " GROUP BY article_id) alike ON alike.article_id = a.id"
        " WHERE NOT (a.feed = :feed AND a.path = :path)"
        " ORDER BY alike.shared DESC, a.published_at DESC, a.id LIMIT :limit",
        fingerprint=article.fingerprint,
        marks=tuple(marks_of(article)),
        since=to_ms(article.published_at - reach),
        until=to_ms(article.published_at + reach),
        feed=article.feed,
        path=article.path,
        limit=CANDIDATES,
    )
    return [Titled(row["id"], row["headline"], bool(row["twin"])) for row in rows]


async def _insert(tx: Write, article: Article, story_id: int) -> int:
    row = await tx.fetch_one(
        "INSERT INTO articles (feed, path, story_id, published_at, removed_at, body, headline)"
        " VALUES (:feed, :path, :story, :published_at, NULL, :body, :headline)"
        " ON CONFLICT (feed, path) DO UPDATE SET story_id = excluded.story_id,"
        " published_at = excluded.published_at, removed_at = NULL, body = excluded.body,"
        " headline = excluded.headline"
        " RETURNING id",
        feed=article.feed,
        path=article.path,
        story=story_id,
        published_at=to_ms(article.published_at),
        body=ARTICLE.encode(article),
        headline=headline(article.title, article.outlet),
    )
    if row is None:
        raise RuntimeError("the database stored an article without telling its id")
    return int(row["id"])


async def _put_keys(tx: Write, article_id: int, article: Article) -> None:
    """Bring the stored keys in line, writing only if they differ: nearly all rewrites keep them."""
    wanted = _keys(article)
    rows = await tx.fetch_all(
        "SELECT key, own FROM article_keys WHERE article_id = :id", id=article_id
    )
    if {(row["key"], row["own"]) for row in rows} == wanted:
        return
    await tx.execute("DELETE FROM article_keys WHERE article_id = :id", id=article_id)
    await _insert_keys(tx, article_id, wanted)


async def _put_marks(tx: Write, article_id: int, article: Article) -> None:
    """Bring the stored marks in line, writing only if they or the time differ."""
    wanted = _marks(article)
    rows = await tx.fetch_all(
        "SELECT mark, published_at FROM article_marks WHERE article_id = :id", id=article_id
    )
    if {(row["mark"], row["published_at"]) for row in rows} == wanted:
        return
    await tx.execute("DELETE FROM article_marks WHERE article_id = :id", id=article_id)
    await _insert_marks(tx, article_id, wanted)


async def _insert_keys(tx: Write, article_id: int, keys: Iterable[tuple[str, int]]) -> None:
    await tx.execute_many(
        "INSERT INTO article_keys (article_id, key, own) VALUES (:id, :key, :own)",
        ({"id": article_id, "key": key, "own": is_own} for key, is_own in sorted(keys)),
    )


async def _insert_marks(tx: Write, article_id: int, marks: Iterable[tuple[str, int]]) -> None:
    await tx.execute_many(
        "INSERT INTO article_marks (article_id, mark, published_at) VALUES (:id, :mark, :at)",
        ({"id": article_id, "mark": mark, "at": at} for mark, at in sorted(marks)),
    )


def _keys(article: Article) -> set[tuple[str, int]]:
    """The rows of `article_keys`: each URL key, and whether it is of the article's own page."""
    related = {(key, 0) for key in related_pages_of(article)}
    return {(key, 1) for key in pages_of(article)} | related


def _marks(article: Article) -> set[tuple[str, int]]:
    """The rows of `article_marks`: each mark, and when the article was published."""
    published_at = to_ms(article.published_at)
    return {(mark, published_at) for mark in marks_of(article)}


def _stored(row: Row) -> StoredArticle:
    return StoredArticle(
        id=row["id"],
        story_id=row["story_id"],
        article=ARTICLE.decode(row["body"]),
        removed=row["removed_at"] is not None,
    )
