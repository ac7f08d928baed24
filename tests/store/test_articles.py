"""Articles, and how those of one event find each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from bot.store import articles, stories
from bot.store.articles import CANDIDATES
from bot.store.database import Database, Read, Row, Scalar, Value, Write
from digests.article import Article
from tests.store.samples import HOUR, NOON, article, related, story

ONE = 1
"""The id of the first story."""


class Counting:
    """A transaction that takes so many statements and no more."""

    def __init__(self, tx: Write, most: int) -> None:
        self._tx = tx
        self._left = most

    def _count(self) -> Write:
        self._left -= 1
        assert self._left >= 0
        return self._tx

    async def fetch_all(self, sql: str, **params: Value) -> list[Row]:
        """Count and ask."""
        return await self._count().fetch_all(sql, **params)

    async def fetch_one(self, sql: str, **params: Value) -> Row | None:
        """Count and ask."""
        return await self._count().fetch_one(sql, **params)

    async def execute(self, sql: str, **params: Value) -> int:
        """Count and change."""
        return await self._count().execute(sql, **params)

    async def execute_many(self, sql: str, rows: Iterable[Mapping[str, Scalar]]) -> None:
        """Count and change; so many rows are one statement."""
        await self._count().execute_many(sql, rows)


async def _story(tx: Write) -> int:
    return await stories.insert(tx, story())


async def test_an_article_comes_back_as_it_was(database: Database) -> None:
    given = article(related=(related("other.example/x"),))
    async with database.write() as tx:
        story_id = await _story(tx)
        article_id = await articles.put(tx, given, story_id)
    async with database.read() as read:
        found = await articles.get_many(read, "ai", ["missing.md", given.path])
    assert found == {given.path: articles.StoredArticle(article_id, story_id, given, removed=False)}


async def test_a_new_article_is_stored_in_three_statements_and_found_like_any_other(
    database: Database,
) -> None:
    """Each statement is a trip to another thread and back: thousands of files come at once."""
    given = article(related=(related(THIRD),))
    async with database.write() as tx:
        added = await articles.add(Counting(tx, most=3), given, await _story(tx))
        before = await _index_rows(tx)
        assert await articles.put(tx, given, ONE) == added
        assert await _index_rows(tx) == before


async def test_a_rewritten_article_keeps_its_id_and_may_move_to_another_story(
    database: Database,
) -> None:
    async with database.write() as tx:
        one, other = await _story(tx), await _story(tx)
        first = await articles.put(tx, article(), one)
        again = await articles.put(tx, article(title="Something else entirely"), other)
        assert first == again
        assert await articles.of_story(tx, one) == []
        [stored] = await articles.of_story(tx, other)
    assert stored.article.title == "Something else entirely"


async def test_the_same_path_in_two_feeds_is_two_articles(database: Database) -> None:
    async with database.write() as tx:
        story_id = await _story(tx)
        await articles.put(tx, article(), story_id)
        await articles.put(tx, article(feed="other"), story_id)
        assert len(await articles.of_story(tx, story_id)) == 2
        assert (await articles.get_many(tx, "none", [article().path])) == {}


async def test_a_removed_article_is_a_tombstone_until_its_file_is_back(database: Database) -> None:
    async with database.write() as tx:
        story_id = await _story(tx)
        await articles.put(tx, article(), story_id)
        gone = await articles.remove(tx, "ai", article().path, NOON)
        assert gone is not None
        assert (gone.removed, gone.article, gone.story_id) == (True, article(), story_id)
        assert await articles.of_story(tx, story_id) == [gone]
        assert await articles.remove(tx, "ai", article().path, NOON) is None
        assert await articles.remove(tx, "ai", "never.md", NOON) is None
        await articles.put(tx, article(), story_id)
        [back] = await articles.of_story(tx, story_id)
        assert not back.removed


async def test_a_rewrite_that_others_find_as_before_stays_with_its_story(
    database: Database,
) -> None:
    async with database.write() as tx:
        story_id = await _story(tx)
        await articles.put(tx, article(), story_id)
        assert await articles.rewrite(tx, article(heat=99)) == story_id
        [stored] = await articles.of_story(tx, story_id)
    assert stored.article == article(heat=99)
    with pytest.raises(LookupError, match="no article"):
        async with database.write() as tx:
            await articles.rewrite(tx, article("never.md"))


async def test_a_moved_article_is_found_in_its_new_story(database: Database) -> None:
    async with database.write() as tx:
        one, other = await _story(tx), await _story(tx)
        for path in ("a.md", "b.md"):
            await articles.put(tx, article(path), one)
        await articles.move(tx, [article("b.md")], other)
        assert [it.article.path for it in await articles.of_story(tx, one)] == ["a.md"]
        assert [it.article.path for it in await articles.of_story(tx, other)] == ["b.md"]


async def test_a_story_is_told_by_others_while_the_file_of_one_is_there(
    database: Database,
) -> None:
    async with database.write() as tx:
        one, other = await _story(tx), await _story(tx)
        for path, story_id in (("a.md", one), ("b.md", one), ("c.md", other)):
            await articles.put(tx, article(path), story_id)
        await articles.remove(tx, "ai", "b.md", NOON)
        asked = [one, other, 404]
        assert await articles.told_by_others(tx, asked, article("a.md")) == {other}
        assert await articles.told_by_others(tx, asked, article("b.md")) == {one, other}


OWN, THEIRS, THIRD = "a.example/1", "b.example/1", "c.example/1"
FRONT = "b.example"
HERE = article("here.md", keys=(OWN,))
LISTING_THEIRS = article("here.md", keys=(OWN,), related=(related(THIRD), related(THEIRS)))


@pytest.mark.parametrize(
    ("asking", "other", "found"),
    [
        (HERE, article("there.md", keys=(THEIRS, OWN)), True),
        (HERE, article("there.md", keys=(THEIRS,), related=(related(THIRD, OWN),)), True),
        (LISTING_THEIRS, article("there.md", keys=(THEIRS,)), True),
        (HERE, article("there.md", keys=(THEIRS,)), False),
        (
            LISTING_THEIRS,
            article("there.md", keys=("d.example",), related=(related(THIRD),)),
            False,
        ),
        (article("here.md", keys=()), article("there.md", keys=()), False),
        (article("here.md", keys=(FRONT,)), article("there.md", keys=(FRONT,)), False),
        (article("here.md", related=(related(FRONT),)), article("there.md", keys=(FRONT,)), False),
        (HERE, replace(HERE, title="Itself, as it was before"), False),
    ],
    ids=[
        "the same page",
        "it lists our page",
        "we list its page",
        "strangers",
        "both list a third party's page",
        "no pages at all",
        "one outlet's front page",
        "we list its outlet's front page",
        "itself",
    ],
)
async def test_articles_are_linked_by_their_own_pages(
    database: Database, asking: Article, other: Article, found: bool
) -> None:
    async with database.write() as tx:
        await articles.put(tx, other, await _story(tx))
    async with database.read() as read:
        assert [one.article for one in await articles.linked(read, asking)] == [other] * found


async def test_a_tombstone_is_still_linked(database: Database) -> None:
    async with database.write() as tx:
        await articles.put(tx, article("there.md", keys=(OWN,)), await _story(tx))
        await articles.remove(tx, "ai", "there.md", NOON)
        [found] = await articles.linked(tx, HERE)
    assert found.removed


async def test_links_follow_a_rewrite(database: Database) -> None:
    async with database.write() as tx:
        story_id = await _story(tx)
        await articles.put(tx, article("there.md", keys=(OWN,)), story_id)
        await articles.put(tx, article("there.md", keys=(THEIRS,)), story_id)
        assert await articles.linked(tx, HERE) == []
        await articles.put(tx, article("there.md", keys=(OWN, THEIRS)), story_id)
        assert len(await articles.linked(tx, HERE)) == 1


async def test_of_a_front_page_nothing_is_kept(database: Database) -> None:
    """Where an outlet's links are lost, each of its articles would be every other's candidate."""
    async with database.write() as tx:
        given = article(keys=(FRONT, OWN), related=(related(FRONT, THEIRS),))
        await articles.put(tx, given, await _story(tx))
        rows = await tx.fetch_all("SELECT key, own FROM article_keys")
    assert {(row["key"], row["own"]) for row in rows} == {(OWN, 1), (THEIRS, 0)}


async def _alike(read: Read, asking: Article) -> list[str]:
    found = [one.id for one in await articles.like_titled(read, asking, 72 * HOUR)]
    paths = {one.id: one.article.path for one in await articles.with_ids(read, found)}
    return [paths[one] for one in found]


@pytest.mark.parametrize(
    ("hours", "found"), [(0, True), (72, True), (-72, True), (73, False), (-73, False)]
)
async def test_titles_are_compared_within_the_time_asked_for(
    database: Database, hours: int, found: bool
) -> None:
    async with database.write() as tx:
        other = article("there.md", published_at=NOON + hours * HOUR)
        await articles.put(tx, other, await _story(tx))
        assert await _alike(tx, article("here.md")) == ["there.md"] * found


async def test_a_title_without_a_word_in_common_is_no_candidate(database: Database) -> None:
    async with database.write() as tx:
        await articles.put(tx, article("there.md", title="Fish prices fall"), await _story(tx))
        assert await _alike(tx, article("here.md")) == []
        assert await _alike(tx, article("here.md", title="")) == []


async def test_an_article_is_no_candidate_for_itself(database: Database) -> None:
    async with database.write() as tx:
        await articles.put(tx, article("here.md"), await _story(tx))
        assert await _alike(tx, article("here.md")) == []


async def test_candidates_follow_a_new_title_and_a_new_date(database: Database) -> None:
    asking = article("here.md")
    async with database.write() as tx:
        story_id = await _story(tx)
        await articles.put(tx, article("there.md"), story_id)
        await articles.put(tx, article("there.md", title="Fish prices fall"), story_id)
        assert await _alike(tx, asking) == []
        await articles.put(tx, article("there.md"), story_id)
        assert await _alike(tx, asking) == ["there.md"]
        await articles.put(tx, article("there.md", published_at=NOON + 100 * HOUR), story_id)
        assert await _alike(tx, asking) == []


async def test_the_likeliest_candidates_come_first_and_are_not_endless(
    database: Database,
) -> None:
    asking = article("here.md", title="Northwind opens laboratory for quiet robots")
    async with database.write() as tx:
        story_id = await _story(tx)
        for number in range(CANDIDATES):
            other = article(f"{number}.md", title="The laboratory that nobody asked for")
            await articles.put(tx, other, story_id)
        await articles.put(tx, article("twin.md", title=asking.title), story_id)
        found = await _alike(tx, asking)
    assert found[0] == "twin.md"
    assert len(found) == CANDIDATES


async def test_a_rewrite_that_keeps_pages_and_title_rewrites_no_index(database: Database) -> None:
    async with database.write() as tx:
        story_id = await _story(tx)
        await articles.put(tx, article(related=(related(THIRD),)), story_id)
        before = await _index_rows(tx)
        await articles.put(tx, article(related=(related(THIRD),), heat=99), story_id)
        assert await _index_rows(tx) == before


async def _index_rows(read: Read) -> list[tuple[int, str]]:
    rows = await read.fetch_all(
        "SELECT rowid AS id, key AS word FROM article_keys"
        " UNION ALL SELECT rowid, mark FROM article_marks"
    )
    return [(row["id"], row["word"]) for row in rows]
