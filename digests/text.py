"""Text of unknown origin, made fit to be shown: cleaned once on the way in, cut on the way out."""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

ELLIPSIS: Final = "…"
"""What stands for the rest of a text that was cut."""

MARKS_PER_BASE: Final = 4
"""How many combining marks one character may carry; living scripts need no more."""

BRAILLE_BLANK: Final = "\u2800"
"""A character with no dots: a symbol to Unicode, white space to who looks at it."""

# Entities end in a semicolon here: without one, HTML would take the "&not" of "&nothing" as one.
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

# White space that is a control character is kept here: it becomes a space later. An emoji keeps
# the selector that makes it colourful (U+FE0F) and the joiner between two of its kind (U+200D).
_INVISIBLE: Final = regex.compile(
    r"(?!(?<=\p{Emoji})\uFE0F)"
    r"(?!(?<=\p{ExtPict}[\uFE0F\p{EMod}]?)\u200D(?=\p{ExtPict}))"
    r"[[\p{Cc}\p{Cf}\p{Cs}\p{DI}]--[\t\n\v\f\r\x85]]",
    regex.VERSION1,
)
_SURPLUS_MARKS: Final = regex.compile(rf"(?:(?<=\A|\s)|(?<=\p{{M}}{{{MARKS_PER_BASE}}}))\p{{M}}+")


def clean(text: str, *, limit: int | None = None) -> str:
    """Return the text as one line of visible characters, at most `limit` code points if given.

    HTML entities are decoded once. Dropped are control, format, bidirectional and other invisible
    characters, lone surrogates, marks that have nothing to stand on, and all but the first
    `MARKS_PER_BASE` marks of a character. White space becomes single spaces; the rest is brought
    to Unicode's normal form C (UAX #15). Markup stays: it is text, and escaped where it is shown.
    """
    if "&" in text:
        text = _ENTITY.sub(_decoded, text)
    if not (text.isascii() and text.isprintable()):
        text = _INVISIBLE.sub("", text).replace(BRAILLE_BLANK, " ")
        text = _SURPLUS_MARKS.sub("", text)
        # Marks are capped before: sorting thousands of them takes quadratic time.
        text = normalize("NFC", text)
    text = " ".join(text.split())
    return text if limit is None else cut(text, limit)


def cut(text: str, limit: int) -> str:
    """Shorten the text to at most `limit` code points, the ellipsis included.

    Discord counts code points (https://github.com/discord/discord-api-docs/issues/1315). A cut
    never splits what readers see as one character (UAX #29), keeps words whole if that costs less
    than a third of the space, and leaves no backslash that would escape what follows.
    """
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    kept = text[: _last_boundary(text, limit - 1)]
    space = kept.rfind(" ")
    if not text[len(kept)].isspace() and space > len(kept) * 2 // 3:
        kept = kept[:space]
    return _without_odd_backslash(kept.rstrip(" ,;:.")) + ELLIPSIS


def quoted(text: str, limit: int = 40) -> str:
    """Return what somebody typed so that a sentence can repeat it: short, on one line, in quotes.

    Nothing of it is dropped but what cannot be seen, so that people recognise their own words.
    """
    tidy = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f'"{tidy}"' if len(tidy) <= limit else f'"{tidy[: limit - 1]}{ELLIPSIS}"'


def listed(words: Sequence[str], conjunction: str = "and") -> str:
    """Return the words, of which there is at least one, as a sentence lists them: a, b and c."""
    *most, last = words
    return f"{', '.join(most)} {conjunction} {last}" if most else last


def _decoded(entity: re.Match[str]) -> str:
    """Decode one entity; a name that HTML does not know is text."""
    name = entity[0][1:]
    return unescape(entity[0]) if name.startswith("#") else html5.get(name, entity[0])


def _without_odd_backslash(text: str) -> str:
    """Drop a backslash at the end that would escape whatever is put behind it."""
    count = len(text) - len(text.rstrip("\\"))
    return text[:-1] if count % 2 else text


def _last_boundary(text: str, limit: int) -> int:
    """The end of the last whole grapheme cluster within the first `limit` code points."""
    if text.isascii() and "\r" not in text:
        return limit  # every character is a cluster of its own
    end = 0
    for cluster in regex.finditer(r"\X", text):
        if cluster.end() > limit:
            break
        end = cluster.end()
    return end
