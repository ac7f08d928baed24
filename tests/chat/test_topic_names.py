"""Topics as people type them: what is suggested, and how often the database is asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.chat import topic_names
from bot.chat.replies import AnswerError
from bot.chat.topic_names import TopicNames
from bot.clock import MovableClock
from bot.store import stories
from bot.store.database import Database
from bot.store.sqlite import open_sqlite
from digests.topic import Topics
from tests.store.samples import HOUR, NOON, story


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A database with one story, about the deep sea."""
    opened = await open_sqlite(tmp_path / "bot.sqlite3")
    await tell_of(opened, "Deep Sea")
    yield opened
    await opened.close()


async def tell_of(database: Database, topic: str) -> None:
    """Let there be a story with this topic."""
    async with database.write() as tx:
        await stories.insert(tx, story(f"{topic}.md", topics=(topic,)))


def names_of(database: Database) -> TopicNames:
    topics = Topics()
    return TopicNames(Answer(database, MovableClock(NOON + HOUR), topics), topics)


async def test_while_somebody_types_the_same_names_are_suggested(database: Database) -> None:
    names = names_of(database)
    assert "Deep Sea" in await names.like("")
    await tell_of(database, "Deep Sky")
    assert await names.like("deep s") == ["Deep Sea"]


async def test_a_new_topic_is_recognised_before_it_is_suggested(database: Database) -> None:
    names = names_of(database)
    await names.like("")
    await tell_of(database, "Deep Sky")
    assert await names.recognise("deep sky") == "Deep Sky"
    assert await names.unknown(("Deep Sky", "Gardens")) == [("Gardens", None)]
    assert await names.unknown(("deep sky", "Deep Skye")) == [("Deep Skye", "Deep Sky")]


async def test_new_names_are_suggested_after_some_seconds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = names_of(database)
    assert await names.like("deep s") == ["Deep Sea"]
    await tell_of(database, "Deep Sky")
    loop = asyncio.get_running_loop()
    later = loop.time() + topic_names.SUGGESTED_FOR
    monkeypatch.setattr(loop, "time", lambda: later)
    assert await names.like("deep s") == ["Deep Sea", "Deep Sky"]


async def test_a_part_of_a_name_is_enough_if_no_other_topic_has_it(database: Database) -> None:
    names = names_of(database)
    assert await names.recognise("sea") == "Deep Sea"
    await tell_of(database, "Sea Shanties")
    with pytest.raises(AnswerError, match="no topic “sea”"):
        await names.recognise("sea")
    with pytest.raises(AnswerError, match="no topic"):
        await names.recognise("")
