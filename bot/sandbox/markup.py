"""Discord's Markdown as plain text for a terminal.

https://docs.discord.com/developers/reference#message-formatting
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bot.sandbox.world import World

_CODE = re.compile(r"```(?:\w*\n)?(.*?)```|`([^`\n]+)`", re.DOTALL)
_ESCAPE = re.compile(r"\\([^\w\s]|_)")
_LINK = re.compile(
    r"\[((?:[^\[\]\\]|\\.)+)\]\(<?(https?://[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?\)"
)
_AUTOLINK = re.compile(r"<(https?://[^\s>]+)>")
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|\*|__|_(?=\S))(?=\S)(.+?)(?<=\S)\1(?![\w])", re.DOTALL)
_STRUCK = re.compile(r"~~(.+?)~~", re.DOTALL)
_SPOILER = re.compile(r"\|\|(.+?)\|\|", re.DOTALL)
_HEADING = re.compile(r"^(?:#{1,3}|-#) +", re.MULTILINE)
_BULLET = re.compile(r"^( *)[-*] +", re.MULTILINE)
_QUOTE = re.compile(r"^> ", re.MULTILINE)
_EMOJI = re.compile(r"<a?(:\w+:)\d+>")
_MENTION = re.compile(r"<(@&|@!?|#)(\d{1,20})>")
_COMMAND = re.compile(r"</([^:>]+):\d+>")
_TIME = re.compile(r"<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>")

_STRIKE = "\u0336"
"""Combining long stroke: how plain text is struck through."""

FIRST_PRIVATE, LAST_PRIVATE = 0xE000, 0xF8FF
"""Private-use characters stand in for what must not be read as Markdown."""


def plain(text: str, world: World, now: datetime) -> str:
    """Return what a reader sees, without the marks; `now` is what "2 hours ago" counts from."""
    kept: list[str] = []

    def keep(shown: str) -> str:
        kept.append(shown)
        return chr(FIRST_PRIVATE + len(kept) - 1)

    text = "".join(c for c in text if not FIRST_PRIVATE <= ord(c) <= LAST_PRIVATE)
    text = _CODE.sub(lambda m: keep(m[1] if m[1] is not None else m[2]), text)
    text = _ESCAPE.sub(lambda m: keep(m[1]), text)
    text = _AUTOLINK.sub(lambda m: keep(m[1]), text)
    text = _LINK.sub(lambda m: m[1] + keep(f" ‹{host_of(m[2])}›"), text)
    text = _with_names(text, world, now)
    for pattern, shown in _MARKS:
        text = pattern.sub(shown, text)
    text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    return "".join(_unkept(character, kept) for character in text)


def _unkept(character: str, kept: list[str]) -> str:
    index = ord(character) - FIRST_PRIVATE
    return kept[index] if 0 <= index < len(kept) else character


_MARKS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_HEADING, ""),
    (_BULLET, r"\1• "),
    (_QUOTE, "│ "),
    (_EMOJI, r"\1"),
    (_SPOILER, r"\1"),
    (_STRUCK, lambda m: "".join(c + _STRIKE if c.isprintable() else c for c in m[1])),
)


def host_of(url: str) -> str:
    """Return where a link leads, in short."""
    try:
        host = urlsplit(url).hostname or url
    except ValueError:
        return url
    return host.removeprefix("www.")


def _with_names(text: str, world: World, now: datetime) -> str:
    text = _MENTION.sub(lambda m: _name(world, m[1], int(m[2])), text)
    text = _COMMAND.sub(r"/\1", text)
    return _TIME.sub(lambda m: moment(int(m[1]), m[2] or "f", now), text)


def _name(world: World, mark: str, snowflake: int) -> str:
    if mark == "#":
        channel = world.channel(snowflake)
        return f"#{channel.name}" if channel else "#unknown"
    if mark == "@&":
        roles = (guild.roles.get(snowflake) for guild in world.guilds)
        role = next((role for role in roles if role is not None), None)
        return f"@{role.name.removeprefix('@')}" if role else "@unknown-role"
    user = world.users.get(snowflake)
    return f"@{user.name}" if user else "@unknown-user"


_FORMATS = {
    "t": "%H:%M",
    "T": "%H:%M:%S",
    "d": "%d/%m/%Y",
    "D": "%-d %B %Y",
    "f": "%-d %B %Y %H:%M",
    "F": "%A, %-d %B %Y %H:%M",
    "s": "%d/%m/%Y, %H:%M",
    "S": "%d/%m/%Y, %H:%M:%S",
}


def moment(seconds: int, style: str, now: datetime) -> str:
    """Return a timestamp mark as text, in UTC; style R counts from `now`."""
    try:
        when = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return "<invalid time>"
    if style == "R":
        return relative((when - now).total_seconds())
    return when.strftime(_FORMATS[style].replace("%-d", str(when.day)))


_UNITS = (
    (31_536_000, "year"),
    (2_592_000, "month"),
    (86_400, "day"),
    (3_600, "hour"),
    (60, "minute"),
)


def relative(seconds: float) -> str:
    """Return a span as people say it: "2 hours ago", "in 3 days"."""
    size = abs(seconds)
    length, unit = next(((n, u) for n, u in _UNITS if size >= n), (1, "second"))
    count = int(size // length)
    span = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{span} ago" if seconds <= 0 else f"in {span}"
