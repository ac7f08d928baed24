"""Whatever is written, rewritten and removed: stories are what the files at hand hang together to.

So `/top-by-heat`, which asks the database, and `preview`, which reads the directory, show the same.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.batch import Batch, Seen
from bot.clock import MovableClock
from bot.ingest import Ingest
from bot.store import selection
from bot.store.database import Database, Read, Row, Scalar, Value, Write
from bot.store.sqlite import open_sqlite
from digests.article import Article
from digests.grouping import group_into_stories, groups_of
from digests.query import Query, Window
from digests.story import Story
from digests.topic import Topics
from tests.flows.reading import KITE, LAMP, MOSS
from tests.store.samples import HOUR, NOON, article, related

PAGES = ("times.example/a", "times.example/b", "post.example/c", "post.example")
FILES = ("a.md", "b.md", "c.md", "d.md")

versions = st.builds(
    article,
    path=st.sampled_from(FILES),
    title=st.sampled_from([LAMP, KITE, MOSS, "AI news"]),
    url=st.none(),
    keys=st.sampled_from(PAGES).map(lambda page: (page,)) | st.just(()),
    related=st.lists(st.sampled_from(PAGES).map(related), max_size=2).map(tuple),
    published_at=st.sampled_from([0, 0, 2, 4]).map(lambda days: NOON - timedelta(days=days)),
    heat=st.integers(1, 3),
    published=st.sampled_from([True, True, True, False]),
)
batches = st.builds(
    lambda read, removed: Batch(
        "ai",
        tuple(Seen(f"{one}", one) for one in read),
        tuple(removed - {one.path for one in read}),
    ),
    st.lists(versions, max_size=3, unique_by=lambda one: one.path),
    st.frozensets(st.sampled_from(FILES), max_size=1),
)


class _Inside:
    """A database that is all one transaction: an example ends by undoing it, and costs no disk."""

    def __init__(self, tx: Write) -> None:
        self._tx = tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Read]:
        yield self._tx

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Write]:
        yield self._tx

    async def backup(self, target: Path) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError


class _Undo(Exception):  # noqa: N818 - no error, but the way out of a transaction
    """Ends an example's transaction, so that the next one finds the database empty."""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An open, empty database."""
    opened = await open_sqlite(tmp_path / "bot.sqlite3")
    yield opened
    await opened.close()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(batches, min_size=2, max_size=8))
async def test_after_any_writes_the_stories_are_those_of_the_files_that_are_there(
    database: Database, taken: Sequence[Batch]
) -> None:
    with suppress(_Undo):
        async with database.write() as tx:
            await _hold_to_the_files(_Inside(tx), taken)
            raise _Undo


async def _hold_to_the_files(database: Database, taken: Sequence[Batch]) -> None:
    ingest = Ingest(database, MovableClock(NOON), Topics(()), lambda: None)
    files: dict[str, Article] = {}
    for batch in taken:
        await ingest.take(batch)
        for seen in batch.read:
            assert isinstance(seen.outcome, Article)
            files[seen.outcome.path] = seen.outcome
        for path in batch.removed:
            files.pop(path, None)
        present = list(files.values())
        async with database.read() as read:
            assert await _grouped(read) == {
                frozenset(one.path for one in group) for group in groups_of(present)
            }
            told = await selection.select(read, _EVERYTHING)
        wanted = [one for one in group_into_stories(present) if one.published]
        assert _shown(told) == _shown(wanted)


_EVERYTHING = Query(Window(NOON - 1000 * HOUR, NOON), limit=100)


async def _grouped(read: Read) -> set[frozenset[str]]:
    """The files that are there, by the story that the database has them in."""
    rows = await read.fetch_all("SELECT story_id, path FROM articles WHERE removed_at IS NULL")
    stories: dict[int, set[str]] = {}
    for row in rows:
        stories.setdefault(row["story_id"], set()).add(row["path"])
    return {frozenset(paths) for paths in stories.values()}


def _shown(stories: Sequence[Story]) -> list[Story]:
    """What people see of stories, and what ranks them; outlets stand in the order they came in."""
    plain = [
        replace(
            one, id=0, arrived_at=None, arrival=0, revision=0, outlets=tuple(sorted(one.outlets))
        )
        for one in stories
    ]
    return sorted(plain, key=lambda one: one.path)


class _Counting:
    """Stands before a transaction and counts what is read whole: bodies are most of a database."""

    def __init__(self, tx: Write) -> None:
        self._tx = tx
        self.bodies = 0

    async def fetch_all(self, sql: str, **params: Value) -> list[Row]:
        rows = await self._tx.fetch_all(sql, **params)
        if sql.startswith("SELECT") and "body" in sql and "FROM articles" in sql:
            self.bodies += len(rows)
        return rows

    async def fetch_one(self, sql: str, **params: Value) -> Row | None:
        return await self._tx.fetch_one(sql, **params)

    async def execute(self, sql: str, **params: Value) -> int:
        return await self._tx.execute(sql, **params)

    async def execute_many(self, sql: str, rows: Iterable[Mapping[str, Scalar]]) -> None:
        await self._tx.execute_many(sql, rows)


def _written(*articles: Article) -> Batch:
    return Batch("ai", tuple(Seen(one.path, one) for one in articles), ())


def _lighthouse(number: int, path: str) -> Article:
    """One of many whose titles share words and tell of different things."""
    return article(path, title=f"{number} lighthouses ask chatbots about the tides")


async def test_of_articles_whose_titles_are_only_alike_none_is_read_whole(
    database: Database,
) -> None:
    """Two hundred of them, with all related pieces, took a twentieth of a second per headline."""
    many = [_lighthouse(number, f"{number}.md") for number in range(20, 60)]
    async with database.write() as tx:
        counting = _Counting(tx)
        ingest = Ingest(_Inside(counting), MovableClock(NOON), Topics(()), lambda: None)
        await ingest.take(_written(*many))
        counting.bodies = 0
        await ingest.take(_written(_lighthouse(20, "same.md"), _lighthouse(60, "new.md")))
        stories = await _grouped(tx)
    assert frozenset({"20.md", "same.md"}) in stories
    assert frozenset({"new.md"}) in stories
    looked_at, composed = 1, 2 + 1
    assert counting.bodies == looked_at + composed


@pytest.mark.parametrize("title", [LAMP, "Short"])
async def test_an_article_that_an_older_version_stored_without_its_headline_is_still_joined(
    database: Database, title: str
) -> None:
    """By its title, or by being the same file under a second name."""
    async with database.write() as tx:
        ingest = Ingest(_Inside(tx), MovableClock(NOON), Topics(()), lambda: None)
        await ingest.take(_written(article("old.md", title=title)))
        await tx.execute("UPDATE articles SET headline = NULL")
        await ingest.take(_written(article("new.md", title=title)))
        assert await _grouped(tx) == {frozenset({"old.md", "new.md"})}


async def test_a_file_under_a_second_name_is_no_second_story_however_little_its_title_says(
    database: Database,
) -> None:
    async with database.write() as tx:
        ingest = Ingest(_Inside(tx), MovableClock(NOON), Topics(()), lambda: None)
        await ingest.take(_written(article("old.md", title="Short")))
        await ingest.take(_written(article("new.md", title="Short")))
        assert await _grouped(tx) == {frozenset({"old.md", "new.md"})}
