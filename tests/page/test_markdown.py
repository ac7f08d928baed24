"""What people read of Discord's Markdown, and that no text can become anything but text."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from bot.sandbox.page.elements import VOID, element, escape
from bot.sandbox.page.markdown import markdown
from bot.sandbox.page.setting import Nobody, Setting

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Names(Nobody):
    """Knows one channel, one role and one person, all by the id 7."""

    @override
    def channel(self, snowflake: int) -> str | None:
        return "general" if snowflake == 7 else None

    @override
    def role(self, snowflake: int) -> str | None:
        return "readers" if snowflake == 7 else None

    @override
    def user(self, snowflake: int) -> str | None:
        return "Anna" if snowflake == 7 else None


def shown(text: str) -> str:
    return markdown(text, Setting(Names(), NOW))


def line(text: str) -> str:
    """What a single paragraph holds."""
    html = shown(text)
    assert html.startswith("<p>"), html
    return html.removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold**", "<strong>bold</strong>"),
        ("*slanted*", "<em>slanted</em>"),
        ("_slanted_", "<em>slanted</em>"),
        ("__underlined__", "<u>underlined</u>"),
        ("~~struck~~", "<s>struck</s>"),
        ("***both***", "<strong><em>both</em></strong>"),
        ("**bold *and* more**", "<strong>bold <em>and</em> more</strong>"),
        ("__**both**__", "<u><strong>both</strong></u>"),
        ("||hidden||", '<span class="spoiler" tabindex="0">hidden</span>'),
        ("`**code**`", "<code>**code**</code>"),
        ("``a ` b``", "<code>a ` b</code>"),
        ("one\ntwo", "one<br>two"),
    ],
)
def test_marks_change_how_text_looks(text: str, html: str) -> None:
    assert line(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "2 * 3 * 4",
        "snake_case_name",
        "**open",
        "****",
        "~~",
        "`open",
        "[text](nowhere)",
        "a || b",
        "*",
    ],
)
def test_what_is_no_mark_stays_as_it_was_typed(text: str) -> None:
    assert line(text) == text


def test_a_backslash_takes_a_mark_its_meaning() -> None:
    assert line(r"\*plain\* \_plain\_ \[a\](b) 5 \\ 2") == r"*plain* _plain_ [a](b) 5 \ 2"


def test_a_masked_link_shows_its_text_and_leads_to_its_address() -> None:
    html = line("[A **new** chip](https://news.example/a(1)?x=1&y=2)")
    assert 'href="https://news.example/a(1)?x=1&amp;y=2"' in html
    assert ">A <strong>new</strong> chip</a>" in html
    assert 'rel="noopener noreferrer"' in html
    assert 'target="_blank"' in html


@pytest.mark.parametrize(
    "text", ["https://news.example/a.", "<https://news.example/a>", "(https://news.example/a)"]
)
def test_a_bare_address_is_a_link_without_the_punctuation_around_it(text: str) -> None:
    assert '<a href="https://news.example/a"' in line(text)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//host",
        "vbscript:x",
        "http://",
    ],
)
def test_only_web_addresses_become_links(address: str) -> None:
    assert "<a" not in shown(f"[text]({address}) <{address}>")


def test_a_link_within_a_link_is_only_text() -> None:
    assert shown("[see https://a.example now](https://b.example)").count("<a ") == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<#7>", "#general"),
        ("<@7>", "@Anna"),
        ("<@!7>", "@Anna"),
        ("<@&7>", "@readers"),
        ("<#8>", "#unknown"),
        ("<@8>", "@unknown-user"),
        ("<@&8>", "@unknown-role"),
        ("@everyone", "@everyone"),
        ("</schedule add:12>", "/schedule add"),
    ],
)
def test_mentions_are_names(text: str, name: str) -> None:
    assert line(text) == f'<span class="mention">{name}</span>'


def test_an_emoji_of_a_server_is_its_name() -> None:
    assert line("<a:party:123456>") == ":party:"


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        ("<t:1772434800:R>", "2 hours ago"),
        ("<t:1772449200:R>", "in 2 hours"),
        ("<t:1772442000>", "2 March 2026 09:00"),
        ("<t:1772442000:t>", "09:00"),
    ],
)
def test_moments_are_told_in_words_and_keep_their_date_for_the_page(mark: str, text: str) -> None:
    html = line(mark)
    assert f">{text}</time>" in html
    assert 'datetime="2026-03-02T' in html


def test_a_moment_that_no_calendar_has_is_said_to_be_invalid() -> None:
    assert "&lt;invalid time&gt;" in line("<t:9999999999999:f>")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Title", '<h2 class="heading-1">Title</h2>'),
        ("### Small", '<h2 class="heading-3">Small</h2>'),
        ("-# aside", '<p class="subtext"><small>aside</small></p>'),
        ("> said\n> twice", "<blockquote><p>said<br>twice</p></blockquote>"),
        (">>> all\nthe rest", "<blockquote><p>all<br>the rest</p></blockquote>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("- a\n  1. b", '<ul><li>a<ol start="1"><li>b</li></ol></li></ul>'),
        ("```py\nx < y\n```", '<pre tabindex="0"><code>x &lt; y</code></pre>'),
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        ("#not-a-title", "<p>#not-a-title</p>"),
    ],
)
def test_lines_form_blocks(text: str, html: str) -> None:
    assert shown(text) == html


def test_lists_nested_without_end_are_drawn_only_so_deep() -> None:
    deep = "\n".join(f"{'  ' * depth}- {depth}" for depth in range(200))
    assert_harmless(shown(deep), deepest=40)


@pytest.mark.parametrize("text", ["**" * 2048, "[" * 4096, "`" * 4096, "> " * 2048, "||" * 2048])
def test_repeated_marks_are_read_without_trouble(text: str) -> None:
    assert_harmless(shown(text))


PIECES = (
    *(
        "<script>",
        "</p>",
        "<img src=x onerror=y>",
        " onload=x",
        "javascript:",
        "https://a.example/",
    ),
    *('"', "'", "&", "<", ">", "\\", "`", "```", "*", "**", "_", "__", "~~", "||", "[", "](", ")"),
    *("<t:1:R>", "<@7>", "\n", "> ", "- ", "1. ", "# ", "-# ", ">>> ", "\0", "\ud800", "é"),
)
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map("".join)


@given(HOSTILE)
def test_no_text_makes_an_element_or_an_attribute_of_its_own(text: str) -> None:
    assert_harmless(shown(text))


@given(HOSTILE)
def test_text_in_an_attribute_stays_there(text: str) -> None:
    assert_harmless(element("a", escape(text), title=text))


ALLOWED = {
    "a": {"href", "title", "target", "rel"},
    "time": {"class", "datetime", "data-style", "title", "aria-live"},
    "span": {"class", "tabindex"},
    "p": {"class"},
    "pre": {"tabindex"},
    "ol": {"start"},
    "h2": {"class"},
} | {
    name: set()
    for name in ("strong", "em", "u", "s", "code", "br", "small", "blockquote", "ul", "li")
}


class Checker(HTMLParser):
    """Reads what a browser would read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.deepest = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        assert {name for name, _ in attrs} <= ALLOWED[tag], attrs
        assert (dict(attrs).get("href") or "http").startswith("http")
        if tag not in VOID:
            self.open.append(tag)
            self.deepest = max(self.deepest, len(self.open))

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    @override
    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def assert_harmless(html: str, deepest: int = 100) -> None:
    """Check that the markup is balanced and holds only what the renderer makes."""
    html.encode()
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert not checker.open
    assert checker.deepest <= deepest
