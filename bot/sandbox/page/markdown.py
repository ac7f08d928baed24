"""Discord's Markdown as HTML: what a message's text, a description or a field's value may hold.

https://docs.discord.com/developers/reference#message-formatting

Blank lines separate paragraphs; emphasis does not reach across them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.sandbox.page.elements import Html, element, joined
from bot.sandbox.page.inline import inline
from bot.sandbox.page.setting import Setting

_FENCE = re.compile(r"```(?:[\w+#.-]{0,20}\n)?(.+?)```", re.DOTALL)
_HEADING = re.compile(r"(#{1,3}) +(.+)")
_SUBTEXT = re.compile(r"-# +(.+)")
_ITEM = re.compile(r"( *)(?:[-*]|(\d{1,9})\.) +(.+)")
_REST_QUOTED = re.compile(r"^>>> (.*)", re.DOTALL | re.MULTILINE)

QUOTE = "> "


def markdown(text: str, setting: Setting) -> Html:
    """Return a text of several lines as block elements."""
    parts: list[str] = []
    position = 0
    for fence in _FENCE.finditer(text):
        parts += _blocks(text[position : fence.start()], setting)
        parts.append(element("pre", element("code", fence[1].strip("\n")), tabindex=0))
        position = fence.end()
    return joined([*parts, *_blocks(text[position:], setting)])


def _blocks(text: str, setting: Setting) -> Iterator[Html]:
    rest = None if setting.in_quote else _REST_QUOTED.search(text)
    if rest is not None:
        text = text[: rest.start()]
    for kind, lines in groupby(text.split("\n"), lambda line: _kind(line, setting)):
        yield from _BLOCKS[kind](list(lines), setting)
    if rest is not None:
        yield _quote(rest[1], setting)


def _kind(line: str, setting: Setting) -> str:
    """Return what sort of block a line is part of."""
    if not line.strip():
        return "blank"
    if line.startswith(QUOTE) and not setting.in_quote:
        return "quote"
    if _SUBTEXT.fullmatch(line):
        return "subtext"
    if _HEADING.fullmatch(line):
        return "heading"
    return "list" if _ITEM.fullmatch(line) else "text"


def _text(lines: Sequence[str], setting: Setting) -> Iterator[Html]:
    yield element("p", inline("\n".join(lines), setting))


def _nothing(_lines: Sequence[str], _setting: Setting) -> Iterator[Html]:
    yield from ()


def _quotes(lines: Sequence[str], setting: Setting) -> Iterator[Html]:
    yield _quote("\n".join(line.removeprefix(QUOTE) for line in lines), setting)


def _quote(text: str, setting: Setting) -> Html:
    return element("blockquote", joined(_blocks(text, setting.quoted())))


def _subtext(lines: Sequence[str], setting: Setting) -> Iterator[Html]:
    for match in map(_SUBTEXT.fullmatch, lines):
        if match is not None:
            yield element("p", element("small", inline(match[1], setting)), class_="subtext")


def _headings(lines: Sequence[str], setting: Setting) -> Iterator[Html]:
    for match in map(_HEADING.fullmatch, lines):
        if match is not None:
            # People choose a heading by its size; to a screen reader all are of one level, since
            # a text that begins with the smallest would leave levels out.
            shown = inline(match[2], setting)
            yield element(f"h{setting.heading}", shown, class_=f"heading-{len(match[1])}")


@dataclass(frozen=True, slots=True)
class _Item:
    """A line of a list; `number` is None where it has a bullet."""

    indent: int
    number: int | None
    text: str


def _lists(lines: Sequence[str], setting: Setting) -> Iterator[Html]:
    items = [
        _Item(len(match[1]), int(match[2]) if match[2] else None, match[3])
        for match in map(_ITEM.fullmatch, lines)
        if match is not None
    ]
    while items:
        made, items = _list(items, setting)
        yield made


def _list(items: Sequence[_Item], setting: Setting) -> tuple[Html, list[_Item]]:
    """Return the list that the first item begins, and the items that are not part of it."""
    first = items[0]
    rest = list(items)
    entries: list[Html] = []
    while rest and rest[0].indent >= first.indent and _alike(rest[0], first):
        item = rest.pop(0)
        inner = [inline(item.text, setting)]
        while rest and rest[0].indent > item.indent and not setting.is_deepest:
            nested, rest = _list(rest, setting.deeper())
            inner.append(nested)
        entries.append(element("li", *inner))
    name = "ul" if first.number is None else "ol"
    return element(name, *entries, start=first.number), rest


def _alike(item: _Item, first: _Item) -> bool:
    return (item.number is None) == (first.number is None)


_BLOCKS = {
    "blank": _nothing,
    "text": _text,
    "quote": _quotes,
    "subtext": _subtext,
    "heading": _headings,
    "list": _lists,
}
