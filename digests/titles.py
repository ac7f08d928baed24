"""What a headline says, told apart from how it is written: its words in one spelling, in order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

import regex

from digests.wording import COUNTED, FILLERS, ORDINALS, PHRASES, POWERS, SAME

if TYPE_CHECKING:
    from digests.article import Outlet

LONGEST: Final = 1000
"""How many characters of a title are read: no headline is longer, and hostile ones end here."""

_FLAGS: Final = regex.IGNORECASE | regex.VERSION1
_RUN: Final = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々]"
_TOKEN: Final = regex.compile(
    rf"""(?P<run>(?:{_RUN}\p{{M}}*)+)
    | (?P<number>(?:(?<!\S)[+−-])?[$€£¥₹]?\d+(?:[.,:/]\d+)*(?:[\p{{L}}--{_RUN}]+)?%?)
    | (?P<word>[\p{{L}}\p{{M}}\p{{N}}--{_RUN}]+(?:\.\d+)*(?:'[\p{{L}}--{_RUN}]+)*[+\#]*)
    | (?P<cut>[|:–—]|(?<=\s)-(?=\s))""",
    _FLAGS | regex.VERBOSE,
)
_MARKED_LATIN: Final = regex.compile(r"(?<=\p{Latin})\p{Mn}+")
_INITIALS: Final = regex.compile(r"\b(?:\p{L}\.){2,}")
_LEAD_IN: Final = regex.compile(
    r"""^\s*[\[(]?
    (?:updated?(?:\s+\d+)?|breaking(?:\ news)?|exclusive|just\ in|alert|developing
      |live(?:\ ?blog|\ updates?)?|watch|video|report|corrected|correction)
    (?:[\])]\s*[:|–—-]?|\s*[:|–—]|\s+-\s|(?<=\d)\s*-)
    \s*(?=\S)""",
    _FLAGS | regex.VERBOSE,
)
_ATTRIBUTION: Final = regex.compile(
    r"""(?<=\S)
    (?:\s*[\[(](?:updated?|video|exclusive|live)[\])]
      |(?:\s*,|\s+[-–—|])\s*
       (?:reports?(?:\ says?)?|sources?(?:\ says?)?|says\ (?:report|sources?)
         |according\ to\ (?:a\ )?reports?))
    \s*$""",
    _FLAGS | regex.VERBOSE,
)
_STANDS_FOR: Final = PHRASES | COUNTED | ORDINALS
_PHRASE: Final = regex.compile(
    rf"\b(?:{'|'.join(sorted(_STANDS_FOR, key=len, reverse=True))})\b", _FLAGS
)
_THOUSANDS: Final = regex.compile(r"(?<=\d),(?=\d{3}\b)")
_AMOUNT: Final = regex.compile(
    r"""(?<![\d.,])(\d{1,12}(?:\.\d{1,6})?)
    (?:(k|m|mn|mln|b|bn|tn)|[\ -]?(thousand|million|billion|trillion))\b""",
    _FLAGS | regex.VERBOSE,
)
_SPELLINGS: Final = (
    (regex.compile(r"\bUS\$", _FLAGS), "$"),
    (regex.compile(r"(\d[\d.]*) (?:US )?dollars\b", _FLAGS), r"$\1"),
    (regex.compile(r"(\d[\d.]*) euros?\b", _FLAGS), r"€\1"),
    (regex.compile(r"(?<=\d) ?(?:percent|per cent|pct)\b", _FLAGS), "%"),
    (regex.compile(r"\b([1-4])(?:st|nd|rd|th)[ -]quarter\b", _FLAGS), r"Q\1"),
    (regex.compile(r"\b(?:version|ver\.?|v\.?) ?(?=\d)", _FLAGS), ""),
)
_AMERICAN: Final = (
    (regex.compile(r"(?<=\w{3})our"), "or"),
    (regex.compile(r"(?<=\w{2})([bt])re$"), r"\1er"),
    (regex.compile(r"(?<=\w{3}[iy])s(?=(?:e[dr]?|ing|ations?)$)"), "z"),
)
# Outlets write サーバー and サーバ, and mark the same subject with は or が.
_LONG_VOWEL: Final = regex.compile(r"(?<=[\p{Katakana}ー]{2})ー(?![\p{Katakana}ー])")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a headline that says something, in the spelling by which words are compared.

    `part` counts the stretches between colons, dashes and bars. `lower` says that it was written
    without a capital, so that it is no name. `weight` is how many words it is worth: scripts
    without spaces come in long runs.
    """

    text: str
    part: int
    lower: bool
    weight: int = 1

    @property
    def exact(self) -> bool:
        """A number, a code or a designation (GPT-4, 5G, Series B): another one is another thing."""
        return len(self.text) == 1 or any(letter.isdigit() for letter in self.text)


def headline(title: str, outlet: Outlet) -> str:
    """The title without its outlet's own name at the end (``... | Example Times``)."""
    for mark in (" | ", " - ", " – ", " — ", " · ", " :: "):
        head, found, tail = title.rpartition(mark)
        if found and head.strip() and _letters(tail) in _names_of(outlet):
            return head.rstrip()
    return title


@lru_cache(maxsize=2_048)
def words_of(title: str) -> tuple[Word, ...]:
    """Read the words that say something, in order, each in the one spelling of its kind.

    Those of the titles read last are kept: one title is compared with many, over and over.
    """
    words: list[Word] = []
    part = 0
    for token in _TOKEN.finditer(_spelled(title)):
        if token.lastgroup == "cut":
            part += 1
            continue
        word = _word(token.group(), part, run=token.lastgroup == "run")
        said_before = bool(words) and words[-1].text == word.text
        if word.text and word.text not in FILLERS and not said_before:
            words.append(word)
    return tuple(words)


def _spelled(title: str) -> str:
    """Bring characters, phrases and numbers to one spelling; case is kept, since it tells names."""
    text = normalize("NFKC", _MARKED_LATIN.sub("", normalize("NFKD", unescape(title[:LONGEST]))))
    text = text.replace("’", "'").replace("‘", "'").replace("ʼ", "'")
    text = _LEAD_IN.sub("", _ATTRIBUTION.sub("", text))
    text = _INITIALS.sub(lambda found: found.group().replace(".", ""), text)
    text = _PHRASE.sub(lambda found: _STANDS_FOR[found.group().casefold()], text)
    text = _AMOUNT.sub(_in_digits, _THOUSANDS.sub("", text))
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    return text


def _in_digits(amount: regex.Match[str]) -> str:
    number, letters, word = amount.groups()
    value = Decimal(number).scaleb(POWERS[(letters or word).casefold()])
    return f"{value.normalize():f}"


def _word(text: str, part: int, *, run: bool) -> Word:
    if run:
        folded = _LONG_VOWEL.sub("", text).replace("は", "が")
        return Word(folded, part, lower=False, weight=max(1, len(folded) // 2))
    return Word(_one_form(text.casefold()), part, lower=text.islower())


def _one_form(word: str) -> str:
    """Undo the possessive, the short form and the plural, then take the word that stands for it."""
    if word.endswith("n't"):
        return "not"
    stem, _, ending = word.partition("'")
    if ending and len(stem) == 1:  # l'IA, d'une
        stem, ending = ending, ""
    word = stem if ending in {"", "s", "re", "ve", "ll", "d", "m"} else stem + ending
    if word in FILLERS:
        return word
    plain = _american(_singular(word))
    return SAME.get(word) or SAME.get(plain) or plain


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("xes", "ches", "shes", "sses")) else word[:-1]


def _american(word: str) -> str:
    for pattern, spelling in _AMERICAN:
        word = pattern.sub(spelling, word)
    return word


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum()).removeprefix("the")


def _names_of(outlet: Outlet) -> set[str]:
    """What an outlet calls itself: its name, its domain, and its domain without the ending."""
    domain = (outlet.domain or "").removeprefix("www.")
    names = {_letters(name) for name in (outlet.name, domain, domain.rpartition(".")[0])}
    return names - {""}
