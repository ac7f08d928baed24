"""Full-text search: what people type finds what they mean, and never breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store import search, selection, stories
from bot.store.database import Database
from bot.store.sqlite import open_sqlite
from tests.store.samples import query, story

SAMPLE = story(
    title="Crème brûlée robots learn C++ at Contoso's lab",
    excerpt="A state-of-the-art oven (model X-200) bakes 日本語の新聞を読む and नमस्ते दुनिया.",
    outlets=("Example Times", "Łódź Post", "ข่าวเทคโนโลยี"),
)


@pytest.mark.parametrize(
    "text",
    [
        "robots",
        "ROBOTS learn",
        "learn robots",
        "rob",
        "creme brulee",
        "CRÈME",
        "cre\u0300me",
        "C++",
        "contoso's",
        "state-of-the-art",
        "X-200",
        "x 200",
        "example times",
        "Łódź",
        "“robots”!",
        "robots -- * ^",
        '"robots"',
        "日本語",
        "新聞",
        "聞を読",
        "नमस्ते",
        "เทคโนโลยี",
        "  robots\n\tlearn  ",
        "robots\x00learn",
        "robots\ud800 learn",
    ],
)
async def test_a_story_is_found_by_its_words(database: Database, text: str) -> None:
    async with database.write() as tx:
        await stories.insert(tx, SAMPLE)
        assert await selection.count(tx, query(text=text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "?!",
        '"',
        "*",
        "\x00",
        "fish AND robots",
        "robots OR fish",
        "NOT fish",
        "title:robots",
        "robots NEAR oven",
        "rob learn",
        "bots",
        "fish",
        "聞新",
        "state-of-art",
    ],
)
async def test_what_is_no_word_of_the_story_finds_nothing(database: Database, text: str) -> None:
    async with database.write() as tx:
        await stories.insert(tx, SAMPLE)
        assert await selection.count(tx, query(text=text)) == 0


async def test_a_long_text_is_cut_rather_than_refused(database: Database) -> None:
    async with database.write() as tx:
        await stories.insert(tx, SAMPLE)
        assert await selection.count(tx, query(text="robots " * 10_000)) == 1
        assert await selection.count(tx, query(text="a" * 100_000)) == 0


def _ask(texts: Iterable[str]) -> list[int]:
    async def ask() -> list[int]:
        with TemporaryDirectory() as directory:
            database = await open_sqlite(Path(directory) / "bot.sqlite3")
            async with database.write() as tx:
                await stories.insert(tx, SAMPLE)
                found = [await selection.count(tx, query(text=text)) for text in texts]
                for text in texts:
                    await selection.titles(tx, text, 5)
            await database.close()
            return found

    return asyncio.run(ask())


odd = st.text() | st.text(st.sampled_from('"*^():{}+-,.ANDORT \x00\ud800é日'))


@settings(max_examples=40, deadline=None)
@given(st.lists(odd, min_size=1, max_size=20))
def test_no_text_is_an_error(texts: list[str]) -> None:
    assert set(_ask(texts)) <= {0, 1}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(SAMPLE.title.split()), min_size=1), st.integers(0, 20))
def test_any_words_of_the_title_find_it_with_the_last_one_unfinished(
    words: list[str], cut: int
) -> None:
    unfinished = words[-1][: len(words[-1]) - cut] or words[-1]
    assert _ask([" ".join([*words[:-1], unfinished])]) == [1]


def test_only_visible_words_decide_whether_a_story_is_indexed_anew() -> None:
    assert search.says_the_same(story(), story(heat=1, topics=("Other",)))
    assert not search.says_the_same(story(), story(outlets=("Example Times", "New")))
