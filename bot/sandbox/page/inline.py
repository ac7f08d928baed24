"""Discord's Markdown within a line: emphasis, code, links, mentions, moments.

https://docs.discord.com/developers/reference#message-formatting
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from bot.sandbox.page.elements import Html, element, joined
from bot.sandbox.page.links import link
from bot.sandbox.page.setting import Setting
from bot.sandbox.page.times import time_mark

Found: TypeAlias = "tuple[str, int] | None"
"""What stands at a place, and where it ends; None if it is only text."""

Rule: TypeAlias = Callable[[str, int, Setting], Found]

_ADDRESS = r"https?://[^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*"

_START = re.compile(r"[\\`*_~|\[<\n]|https?://|@(?:everyone|here)\b")
_ESCAPED = re.compile(r"\\([^\w\s]|_)")
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_STRONG = re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)", re.DOTALL)
_EMPHASIS = re.compile(r"\*(?=[^\s*]|\*\*)((?:\\.|\*\*|[^\\*])+?)(?<!\s)\*(?!\*)", re.DOTALL)
_UNDERLINE = re.compile(r"__((?:\\.|[^\\])+?)__(?!_)", re.DOTALL)
_UNDERSCORED = re.compile(r"(?<!\w)_(?=\S)((?:\\.|__|[^\\_])+?)(?<!\s)_(?!\w)", re.DOTALL)
_STRUCK = re.compile(r"~~((?:\\.|[^\\])+?)~~", re.DOTALL)
_SPOILER = re.compile(r"\|\|((?:\\.|[^\\])+?)\|\|", re.DOTALL)
_LINK = re.compile(rf"\[((?:\\.|\[[^\[\]\n]*\]|[^\\\[\]])+)\]\(<?({_ADDRESS})>?\)")
_IN_BRACKETS = re.compile(r"<(https?://[^\s<>]+)>")
_BARE = re.compile(_ADDRESS)
_TRAILING = ".,:;\"'!?*_~|]"
_MENTION = re.compile(r"<(@&|@!?|#)(\d{1,20})>")
_COMMAND = re.compile(r"</([^:<>\n]{1,100}):\d{1,20}>")
_TIME = re.compile(r"<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>")
_EMOJI = re.compile(r"<a?:(\w{1,32}):\d{1,20}>")


def inline(text: str, setting: Setting) -> Html:
    """Return a line, or several, as HTML; a new line is a line break."""
    return joined([text] if setting.is_deepest else _pieces(text, setting))


def _pieces(text: str, setting: Setting) -> Iterator[str]:
    shown = position = 0
    while start := _START.search(text, position):
        found = _at(text, start.start(), setting)
        if found is None:
            position = start.start() + 1
            continue
        yield text[shown : start.start()]
        piece, shown = found
        position = shown
        yield piece
    yield text[shown:]


def _at(text: str, position: int, setting: Setting) -> Found:
    for rule in _RULES[text[position]]:
        found = rule(text, position, setting)
        if found is not None:
            return found
    return None


def _break(_text: str, position: int, _setting: Setting) -> Found:
    return element("br"), position + 1


def _escaped(text: str, position: int, _setting: Setting) -> Found:
    match = _ESCAPED.match(text, position)
    return (match[1], match.end()) if match else None


def _code(text: str, position: int, _setting: Setting) -> Found:
    match = _CODE.match(text, position)
    return (element("code", match[2]), match.end()) if match else None


def _around(pattern: re.Pattern[str], name: str, **attributes: str) -> Rule:
    """A rule for marks around a text that may hold marks itself."""

    def rule(text: str, position: int, setting: Setting) -> Found:
        match = pattern.match(text, position)
        if match is None or not match[1].strip(" \n*"):
            return None
        return element(name, inline(match[1], setting.deeper()), **attributes), match.end()

    return rule


def _masked_link(text: str, position: int, setting: Setting) -> Found:
    match = _LINK.match(text, position)
    if match is None or setting.in_link:
        return None
    made = link(match[2], inline(match[1], setting.linked()))
    return (made, match.end()) if made is not None else None


def _bracketed_link(text: str, position: int, setting: Setting) -> Found:
    match = _IN_BRACKETS.match(text, position)
    if match is None or setting.in_link:
        return None
    made = link(match[1], match[1])
    return (made, match.end()) if made is not None else None


def _bare_link(text: str, position: int, setting: Setting) -> Found:
    match = _BARE.match(text, position)
    if match is None or setting.in_link:
        return None
    url = match[0].rstrip(_TRAILING)
    made = link(url, url)
    return (made, position + len(url)) if made is not None else None


def _mention(text: str, position: int, setting: Setting) -> Found:
    match = _MENTION.match(text, position)
    if match is None:
        return None
    snowflake, names = int(match[2]), setting.names
    if match[1] == "#":
        shown = f"#{names.channel(snowflake) or 'unknown'}"
    elif match[1] == "@&":
        shown = f"@{names.role(snowflake) or 'unknown-role'}"
    else:
        shown = f"@{names.user(snowflake) or 'unknown-user'}"
    return _named(shown), match.end()


def _everyone(text: str, position: int, _setting: Setting) -> Found:
    end = position + len("@everyone" if text.startswith("@everyone", position) else "@here")
    return _named(text[position:end]), end


def _command(text: str, position: int, _setting: Setting) -> Found:
    match = _COMMAND.match(text, position)
    return (_named(f"/{match[1]}"), match.end()) if match else None


def _named(text: str) -> Html:
    return element("span", text, class_="mention")


def _moment(text: str, position: int, setting: Setting) -> Found:
    match = _TIME.match(text, position)
    if match is None:
        return None
    return time_mark(int(match[1]), match[2] or "f", setting.now), match.end()


def _emoji(text: str, position: int, _setting: Setting) -> Found:
    """An emoji of a server's own; its picture lives at Discord, so its name has to do."""
    match = _EMOJI.match(text, position)
    return (f":{match[1]}:", match.end()) if match else None


_RULES: Mapping[str, tuple[Rule, ...]] = {
    "\n": (_break,),
    "\\": (_escaped,),
    "`": (_code,),
    "*": (_around(_STRONG, "strong"), _around(_EMPHASIS, "em")),
    "_": (_around(_UNDERLINE, "u"), _around(_UNDERSCORED, "em")),
    "~": (_around(_STRUCK, "s"),),
    "|": (_around(_SPOILER, "span", class_="spoiler", tabindex="0"),),
    "[": (_masked_link,),
    "<": (_mention, _command, _moment, _emoji, _bracketed_link),
    "@": (_everyone,),
    "h": (_bare_link,),
}
"""What may begin with a character, in the order in which it is tried."""
