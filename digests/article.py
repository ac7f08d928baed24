"""An article: one Markdown file of a feed, as the rest of the program knows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from digests.fingerprint import fingerprint_of

Kind = Literal["article", "video"]
"""What the link leads to."""

COLD = -1
"""The heat that the front matter gives to a story that has gone cold."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """The publisher of an article or of a related piece (front matter: ``provider``)."""

    name: str
    domain: str | None = None
    logo: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that Discord may fetch; sizes are pixels, where the file gives them."""

    url: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """Another outlet's coverage of the same story, as listed in an article's ``related``.

    `keys` are the URL keys (see `digests.urls.url_key`) of all its variants.
    """

    title: str
    outlet: Outlet
    excerpt: str = ""
    url: str | None = None
    keys: tuple[str, ...] = ()
    published_at: datetime | None = None
    quality: int | None = None
    kind: Kind = "article"


@dataclass(frozen=True, slots=True)
class Article:
    """One usable file; its identity is `path` within `feed`.

    All text is clean (see `digests.text.clean`) but not escaped: escaping belongs to where it
    is shown. `keys` are the URL keys of all its own variants, `url` the one that readers open.
    """

    feed: str
    path: str
    title: str
    excerpt: str
    url: str | None
    keys: tuple[str, ...]
    published_at: datetime
    outlet: Outlet
    quality: int
    heat: int
    published: bool
    topics: tuple[str, ...]
    kind: Kind = "article"
    picture: Picture | None = None
    related: tuple[Related, ...] = ()

    @property
    def fingerprint(self) -> str:
        """The hash of what readers see: equal fingerprints look the same in a channel."""
        return fingerprint_of(self, {piece.outlet.name for piece in self.related})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where: a line of the file (from 1), a field, or neither."""

    reason: str
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        """Tell the problem in one line, its place first."""
        place = [f"line {self.line}"] if self.line is not None else []
        if self.field:
            place.append(self.field)
        return f"{', '.join(place)}: {self.reason}" if place else self.reason


@dataclass(frozen=True, slots=True)
class Rejection:
    """An article that cannot be used, with all its problems.

    `incomplete` says that the file looks half written: look again soon, then report it.
    """

    feed: str
    path: str
    problems: tuple[Problem, ...]
    incomplete: bool = False
