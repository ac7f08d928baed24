"""Stories of every kind for tests of how they look, most of them hostile."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from digests.article import Outlet, Picture
from digests.story import Story
from digests.text import clean
from digests.topic import Topics

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)

HOSTILE = (
    "@everyone and @here",
    "<@1> <@&2> <#3> </ban:4> <t:0:R> <a:x:5> <id:guide>",
    "](javascript:alert(1)) [x](https://evil.example)",
    "a ]( b [ c ][ d ) e (",
    "```rm -rf``` `x` **b** __u__ ~~s~~ ||spoiler||",
    "> quote",
    ">>> long quote",
    "-# small",
    "# heading",
    "- list",
    "* list",
    "1. list",
    "12) list",
    "https://evil.example/path discord.gg/abc www.evil.example",
    "back\\slash \\* \\\\",
    "trailing \\",
    ":smile: :a:b: 10:30:45",
    "snake_case_name *",
    "~",
    "👩‍👩‍👧‍👦 family 🇩🇪 é́́́",
    "мир 世界 שלום",
    "a" * 600,
    "*" * 600,
    "_ " * 300,
)
"""Texts that Discord would act upon, break, or cut badly."""

_GUARD_OR_ESCAPE = re.compile(r"\u200b|\\([^0-9A-Za-z\s])")


def unescaped(markdown: str) -> str:
    """What Discord shows of escaped text: backslashes before punctuation are not shown."""
    return _GUARD_OR_ESCAPE.sub(r"\1", markdown)


def longest_url(number: int) -> str:
    """A URL of 2,048 characters, the most that an article may have."""
    start = f"https://news.example/{number}/"
    return start + "x" * (2048 - len(start))


def text(longest: int, *, least: int = 0) -> st.SearchStrategy[str]:
    """Clean text, as the parser lets it through: anything but what is invisible."""
    either = st.sampled_from(HOSTILE) | st.text(max_size=longest)
    cleaned = either.map(lambda raw: clean(raw, limit=longest))
    return cleaned.filter(lambda shown: len(shown) >= least)


urls = st.none() | st.integers(0, 9).map(longest_url) | st.just("https://post.example/a_(b)*~c")
outlets = st.builds(
    Outlet, text(80, least=1), st.just("post.example"), st.none() | st.just("https://i.example/l")
)
moments = st.integers(0, 10**7).map(lambda seconds: NOON - timedelta(seconds=seconds))
topic_names = st.sampled_from([*Topics().names, "*Stars*", "@everyone", "T" * 100])


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """A story of any length, with up to 400 outlets."""
    outlet = draw(outlets)
    others = draw(st.sampled_from([0, 1, 2, 4, 400]))
    name = draw(text(80, least=1))
    return Story(
        id=draw(st.integers(1, 10**12)),
        feed="ai",
        path="a.md",
        title=draw(text(300, least=1)),
        excerpt=draw(text(500)),
        url=draw(urls),
        kind=draw(st.sampled_from(["article", "video"])),
        outlet=outlet,
        outlets=(outlet.name, *(f"{name} {number}" for number in range(others))),
        heat=draw(st.integers(-1, 10**6)),
        quality=draw(st.integers(0, 200)),
        published=draw(st.booleans()),
        published_at=draw(moments),
        topics=tuple(draw(st.lists(topic_names, max_size=3))),
        picture=draw(st.none() | st.just(Picture("https://i.example/p.png"))),
    )
