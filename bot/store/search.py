"""Full-text search over titles, excerpts and outlets: the one module in SQLite's own dialect.

FTS5 folds case and diacritics (https://www.sqlite.org/fts5.html#unicode61_tokenizer). It takes a
run of letters for one word, so scripts that put no spaces between words are indexed letter by
letter, and found as phrases.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.store.database import Read, Write
    from digests.story import Story

FEW = 500
"""How many stories may be looked up one by one; a text that finds more finds some soon."""

NOTHING = '""'
"""The expression that no story matches."""

_BY_INDEX = "s.id IN (SELECT rowid FROM story_search WHERE story_search MATCH :match)"
_ONE_BY_ONE = f"+{_BY_INDEX}"  # a term that is no bare column: SQLite cannot start from it

_MOST_WORDS = 16  # an expression may be 256 levels deep; nobody types more than a line
_LONGEST = 300
# Thai, Lao, Tibetan, Burmese, Khmer; kana and Han with its extensions.
_UNSPACED = re.compile(
    "([\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff])"
)


async def index(tx: Write, story: Story) -> None:
    """Make the story findable by what it says now."""
    await drop(tx, story.id)
    await insert(tx, story)


async def insert(tx: Write, story: Story) -> None:
    """Make a new story findable."""
    await tx.execute(
        "INSERT INTO story_search (rowid, title, excerpt, outlets)"
        " VALUES (:id, :title, :excerpt, :outlets)",
        id=story.id,
        title=_spaced(story.title),
        excerpt=_spaced(story.excerpt),
        outlets=_spaced("\n".join(story.outlets)),
    )


async def drop(tx: Write, story_id: int) -> None:
    """Make the story unfindable."""
    await tx.execute("DELETE FROM story_search WHERE rowid = :id", id=story_id)


async def condition(read: Read, match: str) -> str:
    """What is true for a row `s` of stories that the expression, given as `:match`, describes.

    Written so that SQLite starts from the stories that the expression finds if they are few. If
    they are many, it goes through the stories as the rest of the question says: the newest of
    many, or those of a short time, are sooner found among all than all that are found are sorted.
    """
    row = await read.fetch_one(
        "SELECT COUNT(*) AS n FROM"
        " (SELECT rowid FROM story_search WHERE story_search MATCH :match LIMIT :enough) found",
        match=match,
        enough=FEW + 1,
    )
    return _BY_INDEX if row is None or row["n"] <= FEW else _ONE_BY_ONE


def match_for(text: str) -> str:
    """The expression for stories that hold every word of a person's text, the last as a beginning.

    Nothing in the text is taken for syntax; a text without a word matches nothing.
    """
    words = _words(text)
    if not words:
        return NOTHING
    return " AND ".join(f'"{word}"' for word in words) + " *"


def match_in_title(text: str) -> str:
    """As `match_for`, in titles only."""
    return f"title : ({match_for(text)})"


def says_the_same(one: Story, other: Story) -> bool:
    """Tell whether both are found by the same words."""
    return (one.title, one.excerpt, one.outlets) == (other.title, other.excerpt, other.outlets)


def _words(text: str) -> list[str]:
    """The parts between spaces that hold a letter or digit; FTS5 takes them apart further."""
    clean = "".join(char if char.isprintable() and char != '"' else " " for char in text)
    parts = [_spaced(part).strip() for part in clean[:_LONGEST].split()[:_MOST_WORDS]]
    return [part for part in parts if any(char.isalnum() for char in part)]


def _spaced(text: str) -> str:
    """Set the letters of scripts without spaces apart, so that each is a word of its own."""
    return _UNSPACED.sub(r" \1 ", text)
