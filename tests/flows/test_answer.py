"""What is asked about one story comes back whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.answer import Answer
from bot.chat.embeds import coverage_embed
from bot.clock import MovableClock
from bot.store import articles, stories
from bot.store.sqlite import open_sqlite
from digests.article import Outlet
from digests.story import compose_story
from digests.topic import Topics
from tests.store.samples import NOON, article


async def test_two_feeds_may_have_an_article_of_one_story_at_the_same_path(tmp_path: Path) -> None:
    """The lead is told apart by its feed too; else its twin would be taken for it, and left out."""
    twin = article(feed="ai")
    lead = replace(
        twin, feed="robots", outlet=Outlet("Robot Weekly"), url="https://r.example/a", quality=90
    )
    database = await open_sqlite(tmp_path / "bot.sqlite3")
    try:
        async with database.write() as tx:
            story_id = await stories.insert(tx, compose_story(0, [twin, lead]))
            for one in (twin, lead):
                await articles.put(tx, one, story_id)
        found = await Answer(database, MovableClock(NOON), Topics()).story(story_id)
    finally:
        await database.close()
    assert found is not None
    assert [one.feed for one in found.articles] == ["robots", "ai"]
    shown = coverage_embed(found, Topics()).description or ""
    assert "- **Example Times**: [Northwind" in shown
