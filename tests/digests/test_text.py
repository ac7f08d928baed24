"""Text is cleaned once, and cut where readers would cut it."""

from __future__ import annotations

import time
import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from digests.text import ELLIPSIS, MARKS_PER_BASE, clean, cut

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=200)
ODD_TEXT = st.text(
    st.sampled_from("ab &#;\n\t\u200b\u200d\ufe0f\u202e\u0301\u0308👩👍🏽1\u20e3\ud83dé\\ "),
    max_size=60,
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("Plain words", "Plain words", id="plain words stay"),
        pytest.param("It&#8217;s R&amp;D &lt;now&gt;", "It’s R&D <now>", id="entities are decoded"),
        pytest.param("&amp;lt;b&amp;gt;", "&lt;b&gt;", id="entities are decoded once"),
        pytest.param("R&Dot AT&T &nothing;", "R&Dot AT&T &nothing;", id="no entity, no change"),
        pytest.param("a \t b\r\n\u00a0c\u2028d", "a b c d", id="white space becomes single spaces"),
        pytest.param("  a  ", "a", id="white space around goes"),
        pytest.param("⠓\u2800\u2800⠊\u2800", "⠓ ⠊", id="Braille without dots is white space"),
        pytest.param("a\x00b\x1b[31mc\x7f", "ab[31mc", id="control characters go"),
        pytest.param("a\u202eb\u2066c\u200fd", "abcd", id="bidirectional overrides go"),
        pytest.param("a\u200bb\ufeffc\u2060d\u00ade\u3164f", "abcdef", id="invisible ones go"),
        pytest.param("a\ud83db", "ab", id="lone surrogates go"),
        pytest.param("a\u200db\ufe0f", "ab", id="a joiner outside of emoji goes"),
        pytest.param("👩\u200d💻 ok", "👩\u200d💻 ok", id="the joiner inside emoji stays"),
        pytest.param("👩🏽\u200d🚀", "👩🏽\u200d🚀", id="also behind a skin tone"),
        pytest.param("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥", id="also behind a colour selector"),
        pytest.param("1\ufe0f\u20e3", "1\ufe0f\u20e3", id="a keycap stays"),
        pytest.param("e\u0301", "é", id="composed as in Unicode's normal form C"),
        pytest.param("z" + "\u0336" * 50, "z" + "\u0336" * 4, id="marks are capped"),
        pytest.param("\u0301\u0301a", "a", id="marks with nothing to stand on go"),
        pytest.param("<b>bold</b>", "<b>bold</b>", id="markup is text"),
        pytest.param("&#0;&#xD800;", "\ufffd\ufffd", id="impossible entities show as such"),
    ],
)
def test_cleaning(raw: str, shown: str) -> None:
    """What readers see of odd text."""
    assert clean(raw) == shown


@given(ANY_TEXT | ODD_TEXT)
def test_clean_text_is_one_visible_line(text: str) -> None:
    """No clean text breaks a line, hides a character or stacks marks without end."""
    shown = clean(text)
    assert shown == " ".join(shown.split())
    assert shown == unicodedata.normalize("NFC", shown)
    assert not regex.search(r"[\p{Cc}\p{Cs}\u200b\u202a-\u202e\u2066-\u2069\ufeff]", shown)
    # A composed character may count for up to three marks more when it is taken apart.
    assert not regex.search(rf"\p{{M}}{{{MARKS_PER_BASE + 4}}}", shown)
    shown.encode("utf-8")


@given(ODD_TEXT)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """Clean text stays as it is, unless it spells an entity."""
    once = clean(text.replace("&", "+"))
    assert clean(once) == once


def test_cleaning_takes_time_in_proportion_to_length() -> None:
    """Marks in the wrong order, which take quadratic time to sort, take none here."""
    plain, hostile = "é " * 60_000, "a" + "\u0316\u0301" * 60_000

    assert _seconds(hostile) < 10 * _seconds(plain) + 0.1


def _seconds(text: str) -> float:
    start = time.thread_time()
    clean(text)
    return time.thread_time() - start


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        pytest.param("short", 5, "short", id="what fits stays"),
        pytest.param("a few words too many", 16, "a few words too…", id="a word stays whole"),
        pytest.param("a few words too many", 15, "a few words…", id="or goes as a whole"),
        pytest.param("well, that, and more", 12, "well, that…", id="without its comma"),
        pytest.param("Donaudampfschifffahrt", 8, "Donauda…", id="a long word is cut"),
        pytest.param("ok 👩\u200d💻👩\u200d💻", 7, "ok 👩\u200d💻…", id="an emoji stays whole"),
        pytest.param("👩\u200d💻👩\u200d💻", 3, "…", id="or goes as a whole"),
        pytest.param("abc", 1, "…", id="room for nothing but the ellipsis"),
        pytest.param("abc", 0, "", id="room for nothing"),
        pytest.param("abc", -1, "", id="less than nothing"),
        pytest.param(r"ab\*cd", 4, "ab…", id="no backslash is left to escape the ellipsis"),
        pytest.param(r"ab\\cd", 5, r"ab\\…", id="an escaped backslash stays"),
    ],
)
def test_cutting(text: str, limit: int, short: str) -> None:
    """Where a text is cut."""
    assert cut(text, limit) == short


@given(ANY_TEXT | ODD_TEXT, st.integers(-2, 80))
def test_a_cut_text_fits_and_splits_nothing(text: str, limit: int) -> None:
    """A cut keeps whole characters, as many code points as Discord takes, and is marked."""
    short = cut(text, limit)
    assert len(short) <= max(limit, 0)
    if short == text or not short:
        return
    assert short.endswith(ELLIPSIS)
    kept = short.removesuffix(ELLIPSIS)
    assert text.startswith(kept)
    assert (len(kept) - len(kept.rstrip("\\"))) % 2 == 0


@given(
    st.text(st.sampled_from("a👩\u200d💻\ufe0f\u0301🇩🇪🏽"), min_size=1, max_size=40),
    st.integers(1, 30),
)
def test_a_cut_falls_between_characters(text: str, limit: int) -> None:
    """What readers see as one character is never split."""
    short = cut(text, limit)
    if short != text:
        clusters = regex.findall(r"\X", text)
        beginnings = {"".join(clusters[:count]) for count in range(len(clusters) + 1)}
        assert short.removesuffix(ELLIPSIS) in beginnings
