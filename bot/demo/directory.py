"""The demo's directory of articles: what stands in it, and how files in it come and change."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.demo.compose import compose_article, file_name, slug_of
from bot.sandbox.page.panel import ActionError
from bot.watch.files import FeedMissingError, look, walk
from bot.watch.opening import UnusableError, read_bytes
from bot.watch.opening import reason as reason_of
from digests.article import Article, Rejection
from digests.parsing import parse
from digests.text import clean, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from bot.demo.inventions import Invention
    from bot.watch.files import Entry

BURST_MARK = "burst-"
"""Stands in the name of a file that came with many others, before its title's words."""

_FEED = "demo"


@dataclass(frozen=True, slots=True)
class Contents:
    """What stood in the directory at one moment.

    `articles` are those that the bot can use, the newest first, but those of bursts after all
    others; `left_out` are the paths of all other files, in their order.
    """

    articles: tuple[Article, ...] = ()
    left_out: tuple[str, ...] = ()
    titles: frozenset[str] = frozenset()

    def tells(self, title: str) -> bool:
        """Whether there is an article of that title."""
        return _title_key(title) in self.titles


class Directory:
    """Article files, each put in place whole: the watcher never sees half of one.

    People put files here too, so all are read as the bot reads them, whatever is in them.
    Everything blocks.
    """

    def __init__(self, path: Path) -> None:
        """Take a directory that may not be there yet."""
        self._path = path
        self._read: dict[str, tuple[str, Article | Rejection]] = {}
        self._contents = Contents()

    def look(self) -> Contents:
        """Return what is there: the same object while nothing changes.

        Only what changed since the last time is read.
        """
        try:
            listed = walk(_FEED, self._path).entries
        except FeedMissingError:
            listed = {}
        found = {path: self._outcome(path, entry) for path, entry in listed.items()}
        if found != self._read:
            self._read = found
            self._contents = _contents(outcome for _, outcome in found.values())
        return self._contents

    def add(self, news: Invention, heat: int, at: datetime, *, mark: str = "") -> str:
        """Write an article under a name that no other has, and return the address of its page.

        `mark` stands before the title's words in that name: see BURST_MARK. Raises ActionError.
        """
        slug = self._unused(mark + slug_of(news.title), at)
        url = f"https://{news.domain}/{slug}"
        text = compose_article(
            news.title,
            news.topic,
            heat,
            at,
            excerpt=news.excerpt,
            url=url,
            outlet=news.outlet,
            domain=news.domain,
        )
        self._put(file_name(slug, at), text)
        return url

    def heat(self, path: str, heat: int) -> int:
        """Change an article's heat, and return what it was; raises ActionError."""
        text, article = self._article(path)
        self._change(text, article, replace(article, heat=heat), f"heat: {heat}")
        return article.heat

    def withdraw(self, path: str) -> str:
        """Say that an article is not published any more, and return its title.

        Raises ActionError, also if that is said already.
        """
        text, article = self._article(path)
        if not article.published:
            raise ActionError(f"“{article.title}” is withdrawn already: choose another one.")
        self._change(text, article, replace(article, published=False), "published: false")
        return article.title

    def _outcome(self, path: str, entry: Entry) -> tuple[str, Article | Rejection]:
        """What a file holds, and its stamp: as it was read before if it is as it was."""
        if entry.refusal is not None:
            return entry.stamp, entry.refusal
        known = self._read.get(path)
        if known is not None and known[0] == entry.stamp:
            return known
        seen = look(_FEED, self._path, path)
        return seen.stamp, seen.outcome

    def _article(self, path: str) -> tuple[str, Article]:
        """Read a file for a change of it: its text, with line feeds alone, and what it says."""
        try:
            _, data = read_bytes(self._path, path)
        except UnusableError as error:
            raise ActionError(_unusable(path, error.reason)) from error
        article = parse(_FEED, path, data)
        if isinstance(article, Rejection):
            raise ActionError(_unusable(path, str(article.problems[0])))
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        return text, article

    def _change(self, text: str, before: Article, wanted: Article, line: str) -> None:
        """Write a line of the front matter anew so that the bot reads what is wanted."""
        if before == wanted:
            return
        for changed in _with_line(text, line):
            if parse(_FEED, wanted.path, changed.encode()) == wanted:
                self._put(wanted.path, changed)
                return
        key = line.partition(":")[0]
        raise ActionError(
            f"The file {quoted(wanted.path, 80)} says its `{key}` in a way of its own: change it "
            "in an editor."
        )

    def _unused(self, slug: str, at: datetime) -> str:
        wanted, number = slug, 1
        while (self._path / file_name(wanted, at)).exists():
            number += 1
            wanted = f"{slug}-{number}"
        return wanted

    def _put(self, path: str, text: str) -> None:
        target = self._path / path
        part = target.with_name(f".{target.name}.part")
        try:
            part.write_text(text, "utf-8")
            part.replace(target)
        except OSError as error:
            raise ActionError(
                f"The file {quoted(path, 80)} cannot be written ({reason_of(error)}): "
                "see to the demo's directory."
            ) from error


def _contents(outcomes: Iterable[Article | Rejection]) -> Contents:
    articles: list[Article] = []
    left_out: list[str] = []
    for found in outcomes:
        if isinstance(found, Article):
            articles.append(found)
        else:
            left_out.append(found.path)
    articles.sort(key=lambda article: article.published_at, reverse=True)
    articles.sort(key=_is_of_burst)
    titles = frozenset(_title_key(article.title) for article in articles)
    return Contents(tuple(articles), tuple(left_out), titles)


def _with_line(text: str, line: str) -> Iterator[str]:
    """Yield the text with a line of the front matter replaced, and with it as the first one."""
    key = line.partition(":")[0]
    yield re.sub(rf"^{key}:.*$", line, text, count=1, flags=re.MULTILINE)
    yield text.replace("\n", f"\n{line}\n", 1)


def _is_of_burst(article: Article) -> bool:
    """Whether it came with hundreds of others."""
    return article.path[11:].startswith(BURST_MARK)


def _title_key(title: str) -> str:
    return clean(title).casefold()


def _unusable(path: str, reason: str) -> str:
    return f"The bot cannot read {quoted(path, 80)} any more ({reason}): choose another article."
