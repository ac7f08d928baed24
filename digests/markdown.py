"""Text shown in Discord as it is: whatever Discord would act upon is escaped.

What Discord acts upon is described in https://docs.discord.com/developers/reference (message
formatting) and in its help pages on Markdown. A backslash before a character that is no letter,
digit or space shows that character and nothing else. Readers see exactly the clean text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from digests.text import cut

if TYPE_CHECKING:
    from collections.abc import Callable

GUARD: Final = "\u200b"
"""Stands invisibly behind ``@``: Discord looks for mentions before it looks at backslashes."""

_ACTIVE: Final = re.compile(
    r"[\\*_~`|<\[]"  # emphasis, spoilers, code, every form of <...>, masked links
    r"|(?<=\w):(?=//)"  # https://..., which becomes a link
    r"|:(?=[^\s:]*:)"  # :emoji:, and what would be looked up as one with its backslashes
    r"|(?<=discord\.gg)/|(?<=discord\.com)/|(?<=discordapp\.com)/|(?<=discord\.gift)/"
    r"|(?<=discord\.new)/|(?<=discord\.me)/|(?<=dis\.gd)/",  # invites and gifts, even unlinked
    re.IGNORECASE,
)
# Headings, quotes, lists and subtext, and a number followed by the end of an ordered list's marker.
_MARKER: Final = re.compile(r"^([ \t]*(?:\d+(?=[.)](?:\s|$)))?)([#>+.)-])", re.MULTILINE | re.ASCII)
_MENTION: Final = re.compile(r"@(?=\w)")
# All that RFC 3986 lets stand in a URL but parentheses, quotes and the asterisk.
_URL_SAFE: Final = "%/:?#@!$&+,;=-._~[]"
_PAIRED_BRACKETS: Final = re.compile(r"(?:[^\[\]]|\[[^\[\]]*\])*")


def escape(text: str) -> str:
    r"""Return Markdown that shows the text and does nothing else.

    Neutral become emphasis, spoilers, code, headings, quotes, lists, masked links, mentions,
    ``:emoji:``, time stamps, bare URLs (``https\://``) and invites (``discord.gg\/``). Taking out
    the backslashes before punctuation, and `GUARD`, gives back the text.
    """
    text = _ACTIVE.sub(r"\\\g<0>", text)
    text = _MARKER.sub(r"\1\\\2", text)
    return _MENTION.sub(f"@{GUARD}", text)


def escape_link_text(text: str) -> str:
    r"""Escape the text part of ``[text](url)``.

    Discord takes brackets within it only in pairs, escaped or not; other brackets would show the
    link as raw text, so all of them become parentheses then.
    """
    if not _PAIRED_BRACKETS.fullmatch(text):
        text = text.translate({ord("["): "(", ord("]"): ")"})
    return escape(text).replace("]", "\\]")


def link(text: str, url: str | None) -> str:
    """Return a masked link, or only the escaped text if there is no URL.

    The URL cannot end early: what could close it, or break its line, is percent-encoded.
    """
    if url is None:
        return escape(text)
    return f"[{escape_link_text(text)}]({quote(url, safe=_URL_SAFE)})"


def cut_escaped(text: str, limit: int, escaper: Callable[[str], str] = escape) -> str:
    """Escape the longest beginning of the text whose escaped form has at most `limit` code points.

    What is left out is marked by an ellipsis, see `digests.text.cut`.
    """
    limit = length = max(limit, 0)
    while (excess := len(escaped := escaper(cut(text, length))) - limit) > 0:
        # Dropping a character drops at most two of the escaped text, so this never goes too far.
        length -= (excess + 1) // 2
    return escaped
