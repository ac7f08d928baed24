"""The demo's directory of articles: what stands in it, and how files in it come and change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from bot.demo.compose import compose_article, file_name, slug_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from bot.demo.inventions import Invention

BURST_MARK = "burst-"
"""Stands in the name of a file that came with many others, before its title's words."""

_TITLE = re.compile(r"^title: (.*)$", re.MULTILINE)
_MOMENT = re.compile(r"^publishedDateTime: (\S+)$", re.MULTILINE)
_HEAT = re.compile(r"^heat: (-?\d+)$", re.MULTILINE)
_PUBLISHED = re.compile(r"^published: (\w+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file says of its article; `published_at` is text that sorts by time."""

    name: str
    title: str
    published_at: str
    heat: int
    withdrawn: bool

    @property
    def in_burst(self) -> bool:
        """Whether it came with hundreds of others."""
        return self.name[11:].startswith(BURST_MARK)


class Directory:
    """Article files, each put in place whole: the watcher never sees half of one."""

    def __init__(self, path: Path) -> None:
        """Take a directory of articles as upstream and `bot.demo.compose` write them."""
        self._path = path
        self._read: dict[str, tuple[int, Entry]] = {}

    def entries(self) -> list[Entry]:
        """Return all articles, the newest first, but those of bursts after all others."""
        newest_first = sorted(self._entries(), key=lambda e: e.published_at, reverse=True)
        return sorted(newest_first, key=lambda entry: entry.in_burst)

    def titles(self) -> set[str]:
        """Return the titles that are taken, in the form by which they are compared."""
        return {entry.title.casefold() for entry in self._entries()}

    def find(self, name: str) -> Entry:
        """Return what a file says."""
        return self._entry(self._path / name)

    def add(self, news: Invention, heat: int, at: datetime, *, mark: str = "") -> str:
        """Write an article under a name that no other has, and return the address of its page.

        `mark` stands before the title's words in that name: see BURST_MARK.
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

    def heat(self, name: str, heat: int) -> None:
        """Change an article's heat."""
        self._change(name, _HEAT, f"heat: {heat}")

    def withdraw(self, name: str) -> None:
        """Say that an article is not published any more."""
        self._change(name, _PUBLISHED, "published: false")

    def _entries(self) -> Iterator[Entry]:
        return map(self._entry, self._path.glob("*.md"))

    def _entry(self, path: Path) -> Entry:
        """Read a file, unless it is as it was: the page asks for all of them again and again."""
        changed = path.stat().st_mtime_ns
        known = self._read.get(path.name)
        if known is None or known[0] != changed:
            known = (changed, _entry_of(path.name, path.read_text("utf-8")))
            self._read[path.name] = known
        return known[1]

    def _unused(self, slug: str, at: datetime) -> str:
        wanted, number = slug, 1
        while (self._path / file_name(wanted, at)).exists():
            number += 1
            wanted = f"{slug}-{number}"
        return wanted

    def _change(self, name: str, line: re.Pattern[str], new: str) -> None:
        self._put(name, line.sub(new, (self._path / name).read_text("utf-8"), count=1))

    def _put(self, name: str, text: str) -> None:
        part = self._path / f".{name}.part"
        part.write_text(text, "utf-8")
        part.replace(self._path / name)


def _entry_of(name: str, text: str) -> Entry:
    title = _TITLE.search(text)
    moment = _MOMENT.search(text)
    heat = _HEAT.search(text)
    published = _PUBLISHED.search(text)
    return Entry(
        name,
        str(yaml.safe_load(title[1])) if title else name,
        moment[1] if moment else "",
        int(heat[1]) if heat else 0,
        withdrawn=bool(published and published[1] == "false"),
    )
