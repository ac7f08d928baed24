"""An article written by hand in the demo reads back as what was typed, whatever was typed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import frontmatter
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.demo.compose import article_name, compose_article, secured_blob, timestamp

NOON = datetime(2031, 3, 14, 12, tzinfo=UTC)
ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=200)


def read(text: str) -> dict[str, Any]:
    """The front matter of an article's text, whose body must be empty."""
    metadata, body = frontmatter.parse(text)
    assert body == ""
    return dict(metadata)


@given(ANY_TEXT)
@example('A "quoted" and \'half-quoted headline')
@example("line one\nline two\r\n\tline three")
@example("---")
@example("\n---\npublished: false\n---\n")
@example("heat: 9000 # nine")
@example("{title: [a]} & *alias !!tag | > %")
@example("🐙 👩‍🔬 مرحبا \u202e reversed \u200b")
@example("\x00\x07\x1b\x7f\x85\u2028\u2029\ufeff\ufffe")
@example("no")
@example("2031-03-14")
@example(" " * 90 + "x" * 300)
@example("")
def test_any_title(title: str) -> None:
    """Any title reads back letter by letter, and changes no other field."""
    found = read(compose_article(title, "Computer Vision", 120, NOON))
    assert found["title"] == title
    assert found["heat"] == 120
    assert found["published"] is True


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_other_text(excerpt: str, outlet: str, topic: str) -> None:
    """Excerpt, outlet and topic read back letter by letter, too."""
    found = read(compose_article("Title", topic, 1, NOON, excerpt=excerpt, outlet=outlet))
    assert found["excerpt"] == excerpt
    assert found["provider"]["name"] == outlet
    assert found["topics"][0] == topic
    assert found["topics"][-1] == "AI"


@pytest.mark.parametrize("title", ["\ud83d", "tail \udc00", "\udfff\ud800 both"])
def test_half_an_emoji(title: str) -> None:
    """Half of an emoji, which no UTF-8 file can hold, becomes the replacement character."""
    text = compose_article(title, "AI", 1, NOON)
    assert "\ufffd" in read(text)["title"]
    assert text.encode("utf-8")
    assert article_name(title, NOON).isascii()


def test_every_option() -> None:
    """Every option lands in its own field of the front matter."""
    found = read(
        compose_article(
            "A Headline",
            "AI Ethics",
            -1,
            NOON,
            excerpt="In short.",
            url="https://desk.example/a?b=1#c",
            outlet="The Desk",
            domain="desk.example",
            quality=77,
            published=False,
            kind="video",
            picture="https://img.example/a.jpg",
        )
    )
    assert found.pop("secured")
    assert found == {
        "category": "news",
        "title": "A Headline",
        "excerpt": "In short.",
        "publishedDateTime": NOON,
        "webUrl": "https://desk.example/a?b=1#c",
        "type": "video",
        "quality": 77,
        "heat": -1,
        "published": False,
        "provider": {"name": "The Desk", "domain": "desk.example"},
        "topics": ["AI Ethics", "AI"],
        "images": [{"url": "https://img.example/a.jpg"}],
    }


def test_topic_of_all_topics() -> None:
    """An article about AI as such names AI once."""
    assert read(compose_article("Title", "AI", 1, NOON))["topics"] == ["AI"]


def test_pages_differ() -> None:
    """Articles of different titles lead to different pages, so they stay different stories."""
    urls = {read(compose_article(title, "AI", 1, NOON))["webUrl"] for title in ("One", "Two", "三")}
    assert len(urls) == 3


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Robots, at last: café édition!", "2031-03-14-robots-at-last-cafe-edition.md"),
        ("../../etc/passwd", "2031-03-14-etc-passwd.md"),
        ("word " * 60, f"2031-03-14-{'word-' * 15}word.md"),
    ],
)
def test_name_of_day_and_title(title: str, name: str) -> None:
    """The file is named after the day and the words of the title, cut to a sane length."""
    assert article_name(title, NOON) == name


@given(ANY_TEXT)
@example("盆踊り")
@example("")
def test_name_is_plain(title: str) -> None:
    """Every title gives a file name of lower-case letters, digits and hyphens."""
    assert re.fullmatch(r"2031-03-14-[a-z0-9]+(-[a-z0-9]+)*\.md", article_name(title, NOON))


def test_moment_in_utc() -> None:
    """A moment is written in UTC, wherever it was taken, and so is the day in the name."""
    tokyo = timezone(timedelta(hours=9))
    early = datetime(2031, 3, 15, 8, 59, 59, 999_999, tzinfo=tokyo)
    assert timestamp(early) == "2031-03-14T23:59:59Z"
    assert article_name("x", early) == "2031-03-14-x.md"
    assert "publishedDateTime: 2031-03-14T23:59:59Z\n" in compose_article("x", "AI", 1, early)


def test_moment_without_a_time_zone() -> None:
    """A moment without a time zone is refused rather than guessed."""
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        compose_article("x", "AI", 1, naive)
    with pytest.raises(ValueError, match="no time zone"):
        article_name("x", naive)


def test_secured() -> None:
    """The secured value has upstream's shape and stays the same for one slug."""
    assert re.fullmatch(r"[A-Za-z0-9+/]{384};[A-Za-z0-9+/]{22}==", secured_blob("a-slug"))
    assert secured_blob("a-slug") == secured_blob("a-slug")
    assert secured_blob("a-slug") != secured_blob("another-slug")
