"""The fields of an article's front matter: which there are, of which type, and what may be missing.

A field that the rest needs and that is of a wrong type is a problem. What merely adorns an article
(a link, a picture, a logo, a related piece) is left out where it is broken.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo

from digests import fields
from digests.article import COLD, Kind, Outlet, Picture, Problem, Related
from digests.names import name_key
from digests.urls import host_of, safe_picture_url, safe_url, url_key
from digests.yaml_events import Items, Mapping, Node, Scalar

MAX_TITLE: Final = 500
MAX_EXCERPT: Final = 2_000
MAX_NAME: Final = 100
MAX_TOPICS: Final = 16
MAX_RELATED: Final = 64

_DOMAIN: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


def _link(value: Node) -> str | None:
    return safe_url(value.text.strip()) if isinstance(value, Scalar) else None


def _picture(value: Node | None) -> Picture | None:
    """The first usable one of a list of pictures."""
    for item in value if isinstance(value, Items) else ():
        if not isinstance(item, Mapping):
            continue
        address = item.get("url")
        url = safe_picture_url(address.text.strip()) if isinstance(address, Scalar) else None
        if url is not None:
            return Picture(url, _pixels(item.get("width")), _pixels(item.get("height")))
    return None


def _pixels(value: Node | None) -> int | None:
    return fields.or_none(fields.count)(value) or None


def _outlet(value: Node | None, info: ValidationInfo) -> Outlet:
    """The publisher, by its name, else its domain, else the host of the article's link."""
    parts = value if isinstance(value, Mapping) else {"name": value} if value else {}
    name, domain = (_name(parts.get(key)) for key in ("name", "domain"))
    domain = domain.lower().removeprefix("www.")
    if not _DOMAIN.fullmatch(domain):
        domain = ""
    link = info.data.get("web_url") or info.data.get("original_url")
    name = name or domain or (host_of(link) if link else None) or ""
    if not name:
        raise fields.problem("names no outlet: a name, a domain or a webUrl is expected")
    logo = _picture(parts.get("images"))
    return Outlet(name, domain or None, logo.url if logo else None)


def _name(value: Node | None) -> str:
    return fields.words(value, limit=MAX_NAME) if isinstance(value, Scalar) else ""


def _topics(value: Node) -> tuple[str, ...]:
    """Distinct names in order; a single name stands for a list of it."""
    if fields.is_missing(value):
        return ()
    if isinstance(value, Mapping):
        raise fields.problem("is a mapping: a list of names is expected")
    names: dict[str, str] = {}
    for number, item in enumerate(value if isinstance(value, Items) else [value]):
        if not isinstance(item, Scalar):
            raise fields.problem(f"item {number + 1} is not a name: a list of names is expected")
        name = _name(item)
        if name and len(names) < MAX_TOPICS:
            names.setdefault(name_key(name), name)
    return tuple(names.values())


def _related(value: Node) -> tuple[Related, ...]:
    """The usable ones among the related pieces, at most `MAX_RELATED`."""
    found: list[Related] = []
    for item in value if isinstance(value, Items) else ():
        if len(found) == MAX_RELATED:
            break
        try:
            found.append(_RelatedPiece.model_validate(item).as_related())
        except ValidationError:
            continue
    return tuple(found)


_Link = Annotated[str | None, BeforeValidator(_link)]


class _Piece(BaseModel):
    """What an article and a related piece have in common; addresses come before the outlet."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    title: Annotated[str, BeforeValidator(partial(fields.visible_words, limit=MAX_TITLE))]
    excerpt: Annotated[str, BeforeValidator(partial(fields.words, limit=MAX_EXCERPT))] = ""
    web_url: _Link = Field(None, alias="webUrl")
    original_url: _Link = Field(None, alias="originalUrl")
    amp_url: _Link = Field(None, alias="ampWebUrl")
    cached_amp_url: _Link = Field(None, alias="cdnAmpWebUrl")
    kind: Annotated[Kind, BeforeValidator(fields.kind)] = Field("article", alias="type")
    outlet: Annotated[Outlet, BeforeValidator(_outlet)] = Field(
        None, alias="provider", validate_default=True
    )

    @property
    def url(self) -> str | None:
        """The address that readers open."""
        return self.web_url or self.original_url

    @property
    def keys(self) -> tuple[str, ...]:
        """The URL keys of all variants, without repetition."""
        variants = (self.web_url, self.original_url, self.amp_url, self.cached_amp_url)
        return tuple(dict.fromkeys(url_key(url) for url in variants if url))


class _RelatedPiece(_Piece):
    """An entry of `related`; only its title and its outlet are required."""

    published_at: Annotated[datetime | None, BeforeValidator(fields.or_none(fields.moment))] = (
        Field(None, alias="publishedDateTime")
    )
    quality: Annotated[int | None, BeforeValidator(fields.or_none(fields.count))] = None

    def as_related(self) -> Related:
        return Related(
            title=self.title,
            outlet=self.outlet,
            excerpt=self.excerpt,
            url=self.url,
            keys=self.keys,
            published_at=self.published_at,
            quality=self.quality,
            kind=self.kind,
        )


class FrontMatter(_Piece):
    """The fields of an article; missing heat and quality are 0, missing `published` is true."""

    published_at: Annotated[datetime, BeforeValidator(fields.moment)] = Field(
        alias="publishedDateTime"
    )
    quality: Annotated[int, BeforeValidator(fields.count)] = 0
    heat: Annotated[int, BeforeValidator(partial(fields.whole, low=COLD))] = 0
    published: Annotated[bool, BeforeValidator(fields.flag)] = True
    topics: Annotated[tuple[str, ...], BeforeValidator(_topics)] = ()
    picture: Annotated[Picture | None, BeforeValidator(_picture)] = Field(None, alias="images")
    related: Annotated[tuple[Related, ...], BeforeValidator(_related)] = ()


def problems_of(error: ValidationError) -> list[Problem]:
    """Tell each problem with its field, and its line where there is a value that has one."""
    return [
        Problem(
            "is missing" if one["type"] == "missing" else one["msg"],
            None if one["type"] == "missing" else getattr(one["input"], "line", None),
            ".".join(str(part) for part in one["loc"]) or None,
        )
        for one in error.errors(include_url=False)
    ]
