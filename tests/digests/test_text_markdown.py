r"""Escaped text shows as it is and does nothing.

The model of Discord used here is small: a backslash before a character that is no letter, digit
or space shows that character; everything else is as written.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digests.markdown import GUARD, cut_escaped, escape, escape_link_text, link
from digests.text import clean

MARKUP = (
    "* _ ~ ` | > # - + 1. 12) \\ [ ] ( ) < > @ : / ! & a b1 everyone here discord.gg/x "
    "https:// <@1> <@&2> <#3> </help:4> <t:5:R> <a:wave:6> <id:guide> :smile: @everyone ||"
)
CLEAN_TEXT = (
    st.lists(st.sampled_from([*MARKUP.split(), " "]), max_size=25).map("".join)
    | st.text(max_size=60)
).map(lambda text: clean(text.replace("&", "+")))


def shown(markdown: str) -> str:
    """What Discord shows, if nothing in it is acted upon."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", markdown).replace(GUARD, "")


def active(markdown: str) -> list[str]:
    """All that Discord would act upon, where it is not escaped."""
    bare = re.sub(r"\\[^0-9A-Za-z\s]", "\0", markdown)
    return re.findall(
        r"[*_~`|<\[\\]|\w+://|:[^\s:\0]+:|@(?:everyone|here|\w)"
        r"|discord(?:app)?\.(?:gg|com|gift)/|^\s*(?:[#>+-]|\d+[.)](?:\s|$))",
        bare,
        re.IGNORECASE,
    )


@pytest.mark.parametrize(
    "text",
    [
        "*bold* _italics_ __under__ ~~gone~~ ||spoiler|| `code` ```block```",
        "# Heading",
        "-# Small print",
        "> Quote",
        ">>> Long quote",
        "- Item",
        "+ Item",
        "1. Item",
        "2024) Item",
        "[text](https://example.com)",
        "<@1> <@!1> <@&2> <#3> </help:4> <t:5:R> <:wave:6> <a:wave:6> <id:guide>",
        "<https://example.com> https://example.com http://example.com steam://run",
        "@everyone @here @Someone",
        "discord.gg/abc Discord.GG/abc https://discord.com/invite/abc discordapp.com/invite/abc",
        ":smile: :+1: a::b: 12:30:45",
        "a\\b \\* \\\\",
        "¯\\_(ツ)_/¯",
    ],
)
def test_what_discord_would_act_upon_is_shown_as_text(text: str) -> None:
    """Each construct of Discord's Markdown stays what it is: characters."""
    assert active(text)
    assert active(escape(text)) == []
    assert shown(escape(text)) == text


@given(CLEAN_TEXT)
@example("::smile:: :_:")
def test_escaping_changes_nothing_that_readers_see(text: str) -> None:
    """Whatever the text, Discord shows it and does nothing else."""
    assert active(escape(text)) == []
    assert shown(escape(text)) == text


@pytest.mark.parametrize(
    "text", ["Plain words, 1.5 million; a-b (c) #5 & more!", "GPT-4: a review"]
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    """Backslashes cost room: none are spent on what is harmless."""
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Plain", "Plain"),
        ("[Video] Look", r"\[Video\] Look"),
        ("a] [b", "a) (b"),
        ("[[a]]", "((a))"),
        ("a [b", "a (b"),
    ],
)
def test_brackets_of_a_link_come_in_pairs_or_not_at_all(text: str, label: str) -> None:
    """Discord shows a link with a lone bracket in its text as raw Markdown."""
    assert escape_link_text(text) == label


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://example.com/a_b?c=d&e=%20#f", "https://example.com/a_b?c=d&e=%20#f"),
        ("https://example.com/a_(b)", "https://example.com/a_%28b%29"),
        ("https://example.com/a b>'\"", "https://example.com/a%20b%3E%27%22"),
        ("https://example.com/a|b*c\\d", "https://example.com/a%7Cb%2Ac%5Cd"),
    ],
)
def test_a_link_ends_where_its_url_ends(url: str, target: str) -> None:
    """Nothing within a URL closes the parenthesis or begins other Markdown."""
    assert link("Read *this*", url) == rf"[Read \*this\*]({target})"


def test_without_a_url_a_link_is_its_text() -> None:
    """An article without a usable address still shows its title."""
    assert link("a_b [c]", None) == r"a\_b \[c]"


@given(CLEAN_TEXT, st.integers(-1, 40))
def test_an_escaped_text_fits_its_place(text: str, limit: int) -> None:
    """The limit counts the backslashes too, and nothing becomes active by cutting."""
    short = cut_escaped(text, limit)
    assert len(short) <= max(limit, 0)
    assert active(short) == []


@given(CLEAN_TEXT)
def test_an_escaped_text_is_not_cut_if_it_fits(text: str) -> None:
    """Nothing is lost without need."""
    assert cut_escaped(text, len(escape(text))) == escape(text)


def test_cutting_escaped_text_loses_no_more_than_it_must() -> None:
    """As many characters stay as their backslashes leave room for."""
    assert cut_escaped("*" * 20, 11) == r"\*\*\*\*\*…"
    assert cut_escaped("a] [b" * 9, 12, escape_link_text) == "a) (ba) (ba…"
