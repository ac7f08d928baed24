"""How a message looks in a terminal."""

from typing import Any

import pytest
from rich.cells import cell_len

from bot.sandbox import Channel, ManualClock, Person, Sandbox, render_message, render_messages
from bot.sandbox.markup import plain, relative
from bot.sandbox.messages import Attachment, Body, Message, MessageFlag, Origin
from bot.sandbox.wrapping import columns, flow, wrap
from tests.sandbox.sources import MESSAGE_FORMATTING, documented, own

pytestmark = own("a message in a terminal")

EMBED: dict[str, Any] = {
    "type": "rich",
    "author": {"name": "Morning digest"},
    "title": "Robot learns to fold laundry",
    "url": "https://example.com/laundry",
    "description": "1. **[A longer headline about folding](https://news.example.org/a)** · heat 90",
    "fields": [
        {"name": "Heat", "value": "120", "inline": True},
        {"name": "Outlets", "value": "4", "inline": True},
        {"name": "Why", "value": "Because it matters", "inline": False},
    ],
    "footer": {"text": "2 of 3"},
    "timestamp": "2026-03-02T09:00:00+00:00",
}
ROW: dict[str, Any] = {
    "type": 1,
    "components": [
        {"type": 2, "label": "Previous", "custom_id": "p", "disabled": True},
        {"type": 2, "label": "Next", "custom_id": "n", "emoji": {"name": "▶"}},
        {"type": 2, "label": "Open", "url": "https://example.com"},
    ],
}
MENU: dict[str, Any] = {
    "type": 1,
    "components": [{"type": 3, "custom_id": "m", "placeholder": "Sort by", "options": []}],
}


@pytest.fixture
def sandbox() -> Sandbox:
    """A sandbox that serves nobody: its world is enough to look at."""
    return Sandbox(clock=ManualClock())


def _post(channel: Channel, content: str = "", **parts: Any) -> Message:
    return channel.post(channel.world.bot, Body(content, **parts))


def test_whole_message(channel: Channel) -> None:
    """A message shows who spoke, the text, the embed beside a bar, and the buttons."""
    message = _post(channel, "Good morning", embeds=(EMBED,), components=(ROW, MENU))
    assert render_message(message, 60).splitlines() == [
        "Digest [APP] · 2 Mar 2026 09:00 UTC",
        "Good morning",
        "▌ Morning digest",
        "▌",
        "▌ Robot learns to fold laundry",
        "▌ https://example.com/laundry",
        "▌",
        "▌ 1. A longer headline about folding ‹news.example.org› ·",
        "▌    heat 90",
        "▌",
        "▌ Heat                          Outlets",
        "▌ 120                           4",
        "▌",
        "▌ Why",
        "▌ Because it matters",
        "▌",
        "▌ 2 of 3 • 2 Mar 2026 09:00 UTC",
        "( Previous )  [ ▶ Next ]  [ Open ↗ ]",
        "[ Sort by ▾ ]",
    ]


@pytest.mark.parametrize("width", [20, 37, 80, 120])
def test_width(channel: Channel, width: int) -> None:
    """No line is wider than asked, also with characters that take two columns."""
    wide = EMBED | {"title": "日本語のニュース" * 20, "url": "https://example.com/" + "x" * 200}
    message = _post(channel, "👩‍💻 " * 50, embeds=(wide,), components=(ROW,))
    lines = render_message(message, width).splitlines()
    assert max(map(cell_len, lines)) <= width


def test_colours_only_on_request(channel: Channel) -> None:
    """Escape sequences stand in the text only if asked for, and change nothing else."""
    message = _post(channel, "x", embeds=(EMBED,))
    assert "\x1b" not in render_message(message)
    coloured = render_message(message, ansi=True)
    assert "\x1b[1mRobot learns to fold laundry\x1b[0m" in coloured


def test_hostile_text(channel: Channel) -> None:
    """A headline cannot take over the terminal, nor hide what it is."""
    evil = EMBED | {"title": "a\x1b[2Jb\u202ec\x07d", "footer": {"text": "\x9b31mred"}}
    shown = render_message(_post(channel, "x\x1b]0;owned\x07", embeds=(evil,)))
    assert "a[2Jbcd" in shown
    assert not set("\x1b\x07\x9b\u202e") & set(shown)


def test_context(channel: Channel, anna: Person) -> None:
    """An answer says to what, a secret one to whom, a late one that it is coming."""
    origin = Origin(1, 2, "top-by-heat", anna.user)
    body = Body(flags=MessageFlag.LOADING | MessageFlag.EPHEMERAL)
    answer = channel.post(channel.world.bot, body, origin=origin, seen_by=anna.user)
    lines = render_message(answer).splitlines()
    assert lines[0] == "╭ Anna used /top-by-heat"
    assert lines[2:] == ["Digest is thinking…", "Only Anna can see this"]
    reply = anna.say(channel, "thanks", reply_to=answer)
    assert render_message(reply).splitlines()[0] == "╭ in reply to Digest"


def test_edits_and_files(channel: Channel) -> None:
    """An edited message says so; files, pictures and suppressed embeds are told apart."""
    picture = {"type": "rich", "image": {"url": "https://example.com/i.png"}}
    message = _post(channel, embeds=(picture,))
    assert "▌ [picture: https://example.com/i.png]" in render_message(message)
    files = (Attachment(1, "heat.csv", "text/csv", b""),)
    flags = MessageFlag.SUPPRESS_EMBEDS
    message.edit(Body("y", embeds=(picture,), attachments=files, flags=flags))
    shown = render_message(message)
    assert "(edited)" in shown
    assert "[file: heat.csv]" in shown
    assert "picture" not in shown


def test_several(channel: Channel) -> None:
    """Several messages stand apart."""
    shown = render_messages([_post(channel, "one"), _post(channel, "two")])
    assert "one\n\nDigest" in shown


def test_narrow_fields(channel: Channel) -> None:
    """Inline fields go under each other where the terminal is narrow; at most three in a row."""
    fields = [{"name": f"n{i}", "value": "v", "inline": True} for i in range(4)]
    message = _post(channel, embeds=({"type": "rich", "fields": fields},))
    wide = render_message(message, 80)
    assert "▌ n0                        n1                        n2" in wide
    assert "▌ n0\n▌ v\n▌ n1" in render_message(message, 30)


MARKS = [
    ("**bold** *it* __under__ ***both*** _it_", "bold it under both it"),
    ("~~gone~~", "g̶o̶n̶e̶"),
    ("||secret||", "secret"),
    ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
    (r"\*literal\* \_x\_ \[a\](b)", "*literal* _x_ [a](b)"),
    ("`**code**` ```py\nx = *y*\n```", "**code** x = *y*\n"),
    ("# Head\n## Two\n-# small", "Head\nTwo\nsmall"),
    ("- a\n  * b\n> said", "• a\n  • b\n│ said"),
    ("[text](https://www.example.com/a_(b)_c)", "text ‹example.com›"),
    ("<https://example.com/a_b_c>", "https://example.com/a_b_c"),
    ("<:heat:123> <a:fire:4>", ":heat: :fire:"),
    ("</top-by-heat:123>", "/top-by-heat"),
    ("<t:1772442000> <t:1772442000:t>", "2 March 2026 09:00 09:00"),
    ("<t:1772442000:F>", "Monday, 2 March 2026 09:00"),
    ("<t:1772434800:R>, <t:1772614800:R>", "2 hours ago, in 2 days"),
    ("<t:9999999999999:D>", "<invalid time>"),
    ("<@1> <#1> <@&1>", "@unknown-user #unknown @unknown-role"),
    ("\ue000\ue001 `x`", " x"),
]


@documented(MESSAGE_FORMATTING)
@pytest.mark.parametrize(("text", "shown"), MARKS)
def test_markdown(sandbox: Sandbox, text: str, shown: str) -> None:
    """Discord's Markdown is shown as a reader sees it, without the marks."""
    assert plain(text, sandbox.world, sandbox.clock.now()) == shown


@documented(MESSAGE_FORMATTING)
def test_mentions(sandbox: Sandbox, channel: Channel, anna: Person) -> None:
    """Mentions show names."""
    assert channel.guild is not None
    text = f"{anna.mention} {channel.mention} {channel.guild.everyone.mention}"
    shown = plain(text, sandbox.world, sandbox.clock.now())
    assert shown == "@Anna #ai-news @everyone"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 seconds ago"),
        (-1, "1 second ago"),
        (-90, "1 minute ago"),
        (3_600, "in 1 hour"),
        (-86_400 * 40, "1 month ago"),
        (86_400 * 800, "in 2 years"),
    ],
)
def test_relative(seconds: float, text: str) -> None:
    """A span of time is told in its largest unit."""
    assert relative(seconds) == text


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one two three", ["one two", "three"]),
        ("• one two three", ["• one", "  two", "  three"]),
        ("│ one two three", ["│ one", "│ two", "│ three"]),
        ("1. one two", ["1. one", "   two"]),
        ("a\n\nb", ["a", "", "b"]),
        ("abcdefghij", ["abcdefg", "hij"]),
    ],
)
def test_wrapping(text: str, lines: list[str]) -> None:
    """Words stay whole, and what follows a bullet, number or quotation mark hangs under it."""
    assert wrap(text, 7) == lines


def test_blocks() -> None:
    """Blocks stand side by side, and buttons flow onto as few lines as they need."""
    assert columns([["a", "b"], ["c"]], 8) == ["a    c", "b"]
    assert flow(["[ a ]", "[ b ]", "[ c ]"], 12) == ["[ a ]  [ b ]", "[ c ]"]
