"""When two articles are one story: by their pages, or by titles that are nearly the same.

A wrong join hides a story from its readers, a missed one shows an event twice: where there is
doubt, two titles stay two. Outside misspellings and one word of a long title, only words that
`digests.wording` knows to be harmless may differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import regex
from rapidfuzz.distance import OSA, Indel

from digests.titles import Word, headline, words_of
from digests.wording import SERIES, TURNS, UNLIKE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from digests.article import Article

TITLE_REACH: Final = timedelta(days=3)
"""How far apart two articles of nearly the same title may be published and still be one story."""

ENOUGH: Final = 3
"""How many words a title must say before it can be recognised."""

ENOUGH_IN_SERIES: Final = 6
"""The same for titles that come back with every issue of a series (weekly, overview, briefing)."""

_LONG: Final = 7
_MARK_LENGTH: Final = 32
_LETTERS: Final = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Greek}]+")
_DOUBLED: Final = regex.compile(r"(.)\1")


def same_story(a: Article, b: Article) -> bool:
    """Tell whether two articles are about one event.

    They are if they share a page of their own, if one lists the other's page as related, or if
    their titles are nearly the same and at most TITLE_REACH lies between them. A page that belongs
    to neither never joins them, although both may list it. Whatever they say, they are if readers
    cannot tell one from the other: a file under a second name.
    """
    if a.published_at == b.published_at and a.fingerprint == b.fingerprint:
        return True
    ours, theirs = pages_of(a), pages_of(b)
    if ours & theirs or ours & related_pages_of(b) or theirs & related_pages_of(a):
        return True
    near = abs(a.published_at - b.published_at) <= TITLE_REACH
    return near and nearly_same_title(headline(a.title, a.outlet), headline(b.title, b.outlet))


def still_same(before: Article, after: Article) -> bool:
    """Tell whether a rewritten file is about the same event as before: by its page or its title.

    A file of which neither remains is a new story under an old name.
    """
    if pages_of(before) & pages_of(after):
        return True
    was, now = headline(before.title, before.outlet), headline(after.title, after.outlet)
    return was.casefold() == now.casefold() or nearly_same_title(was, now)


def same_to_others(before: Article, after: Article) -> bool:
    """Tell whether a rewrite changes nothing by which `same_story` compares a file with others."""
    return (
        before.published_at == after.published_at
        and before.outlet.domain == after.outlet.domain
        and before.fingerprint == after.fingerprint
        and pages_of(before) == pages_of(after)
        and related_pages_of(before) == related_pages_of(after)
    )


def pages_of(article: Article) -> frozenset[str]:
    """The URL keys by which an article is recognised: those of its own page, in all variants.

    An outlet's front page is none: it is about everything.
    """
    return _pages(article.keys)


def related_pages_of(article: Article) -> frozenset[str]:
    """The same for the pieces that the article lists: whoever's own page that is, is its kin."""
    return _pages(tuple(key for piece in article.related for key in piece.keys))


def marks_of(article: Article) -> frozenset[str]:
    """The index words of an article: two of one story share one, unless a page of theirs tells it.

    They are those of its title without the outlet's own name, and its fingerprint.
    """
    return title_marks(headline(article.title, article.outlet)) | {article.fingerprint}


def title_marks(title: str) -> frozenset[str]:
    """Up to six index words; two titles that are nearly the same always share one of them.

    They are the longest words, by an order that no title changes. Where at most n words stand in
    only one of two titles, the first n + 1 words of both together hold one that is in both, and it
    is among the first n + 1 of each. Short titles allow fewer differences and need fewer marks.
    """
    return _told(title).marks


def nearly_same_title(a: str, b: str) -> bool:
    """Tell whether two titles report the same, in the same order, but for their wording.

    Case, punctuation, quotation marks, plurals, spelling and words that say nothing do not count.
    Long titles may differ by up to two misspelled words and by one word that is no name. Numbers,
    negations and the order of the parties always count. Titles that say too little are never the
    same, not even as themselves.
    """
    ours, theirs = sorted((_told(a), _told(b)), key=lambda told: told.texts)
    if ours.marks.isdisjoint(theirs.marks):
        return False
    return ours.is_enough and theirs.is_enough and _say_the_same(ours, theirs)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a title says, read once for all that it is compared with."""

    words: tuple[Word, ...]
    texts: tuple[str, ...]
    different: frozenset[str]
    marks: frozenset[str]
    is_series: bool
    is_enough: bool


@lru_cache(maxsize=8_192)
def _told(title: str) -> _Told:
    words = tuple(words_of(title))
    texts = tuple(word.text for word in words)
    series = any(text in SERIES for text in texts)
    said = sum(word.weight for word in words if word.text not in SERIES)
    enough = said >= (ENOUGH_IN_SERIES if series else ENOUGH)
    return _Told(words, texts, frozenset(texts), _marks(texts), series, enough)


def _say_the_same(ours: _Told, theirs: _Told) -> bool:
    """Compare two titles, in an order of the two that is always the same."""
    if ours.texts == theirs.texts:
        return True
    if ours.is_series or theirs.is_series:
        return False
    shared = len(ours.different & theirs.different)
    if len(ours.different ^ theirs.different) > _allowed(shared):
        return False  # as the gaps below would find, at some length
    labelled = ours.words[-1].part > 0 or theirs.words[-1].part > 0
    roomy = shared >= _LONG and not labelled
    costs = [_cost(left, right, roomy=roomy) for left, right in _gaps(ours, theirs)]
    return all(costs) and sum(costs) <= _allowed(shared)


def _allowed(shared: int) -> int:
    """How many words may stand in only one of two titles that share so many others."""
    if shared < 4:
        return 0
    return 3 if shared < 6 else 5


def _marks(texts: Iterable[str]) -> frozenset[str]:
    """Take one mark more than `_allowed` lets differ from a title of so many words."""
    longest = sorted(set(texts), key=lambda text: (-len(text), text))
    count = 1 if len(longest) < 5 else 4 if len(longest) < 7 else 6
    return frozenset(text[:_MARK_LENGTH] for text in longest[:count])


def _gaps(ours: _Told, theirs: _Told) -> Iterable[tuple[Sequence[Word], Sequence[Word]]]:
    """The stretches in which two titles differ, between the words that they share in order."""
    blocks = [
        (step.src_start, step.src_end, step.dest_start, step.dest_end)
        for step in Indel.opcodes(ours.texts, theirs.texts)
        if step.tag == "equal"
    ]
    our_length, their_length = len(ours.words), len(theirs.words)
    edges = [(0, 0, 0, 0), *blocks, (our_length, our_length, their_length, their_length)]
    for (_, our_start, _, their_start), (our_end, _, their_end, _) in pairwise(edges):
        if our_start < our_end or their_start < their_end:
            yield ours.words[our_start:our_end], theirs.words[their_start:their_end]


def _cost(left: Sequence[Word], right: Sequence[Word], *, roomy: bool) -> int:
    """How many words of a gap stand in only one title; 0 if they make it another story."""
    if not left or not right:
        return int(roomy and _may_come_and_go([*left, *right]))
    respelled = len(left) == len(right) and all(map(_respelled, left, right))
    return len(left) + len(right) if respelled or _joined(left, right) else 0


def _joined(left: Sequence[Word], right: Sequence[Word]) -> bool:
    """Tell whether one title writes together what the other writes apart: chat bot, GPT-4."""
    whole = "".join(_texts(left))
    turning = TURNS & {*_texts(left), *_texts(right)}
    return whole == "".join(_texts(right)) and whole[0].isalpha() and not turning


def _may_come_and_go(words: Sequence[Word]) -> bool:
    """Only one word, that neither turns the meaning nor could be a name."""
    word = words[0]
    return len(words) == 1 and word.lower and not word.exact and word.text not in TURNS


def _respelled(left: Word, right: Word) -> bool:
    """Tell whether two words are one, misspelled or in the spelling of another country.

    Short words one letter apart are mostly two words (charge, change), and so are those that
    differ at an end (employer, employee).
    """
    a, b = left.text, right.text
    shorter = min(len(a), len(b))
    if shorter < 5 or a[0] != b[0] or not (_LETTERS.fullmatch(a) and _LETTERS.fullmatch(b)):
        return False
    if {a, b} & TURNS or any(a in pair and b in pair for pair in UNLIKE):
        return False
    if _skeleton(a) == _skeleton(b):
        return True
    return OSA.distance(a, b, score_cutoff=1) == 1 and (
        sorted(a) == sorted(b) or (shorter >= 8 and a[-1] == b[-1])
    )


def _skeleton(word: str) -> str:
    """A word without what British and American spelling, and careless ones, differ in."""
    return _DOUBLED.sub(r"\1", word.replace("our", "or").replace("z", "s").replace("c", "s"))


def _texts(words: Iterable[Word]) -> list[str]:
    return [word.text for word in words]


@lru_cache(maxsize=8_192)
def _pages(keys: tuple[str, ...]) -> frozenset[str]:
    """Keep the URL keys that lead to one piece, rather than to an outlet's front page."""
    bare = {key: key.removeprefix("https://").removeprefix("http://").rstrip("/") for key in keys}
    return frozenset(key for key, page in bare.items() if "/" in page or "?" in page)
