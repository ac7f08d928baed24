"""The fields of an article's front matter: which there are, of which type, and what may be missing.

A field that the rest needs and that is of a wrong type is a problem. What merely adorns an article
(a link, a picture, a logo, a related piece) is left out where it is broken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from digests.article import Kind, Outlet, Picture, Problem, Related
from digests.text import clean, cut
from digests.urls import host_of, safe_picture_url, safe_url, url_key
from digests.yaml_events import Items, Mapping, Node, Scalar

MAX_TITLE: Final = 500
MAX_EXCERPT: Final = 2_000
MAX_NAME: Final = 100
MAX_TOPICS: Final = 16
MAX_RELATED: Final = 64
MAX_NUMBER: Final = 1_000_000

_QUOTED: Final = 60
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:(?:[Tt]|[ \t]+)(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)"
    r"[ \t]*([Zz]|[+-]\d\d:?\d\d|[+-]\d\d)?)?",
    re.ASCII,
)
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
_DOMAIN: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")

_T = TypeVar("_T")


def _problem(reason: str) -> PydanticCustomError:
    return PydanticCustomError("front_matter", "{reason}", {"reason": reason})


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, Scalar) and value.is_null)


def _scalar(value: Node | None, wanted: str) -> str:
    """The text of a value that must be a scalar and not null."""
    if value is None or _is_missing(value):
        raise _problem(f"is empty: {wanted} is expected")
    if not isinstance(value, Scalar):
        found = "a list" if isinstance(value, Items) else "a mapping"
        raise _problem(f"is {found}: {wanted} is expected")
    return value.text


def _quoted(text: str) -> str:
    return f'"{cut(clean(text[: 4 * _QUOTED]), _QUOTED)}"'


def _words(limit: int) -> Callable[[Node], str]:
    """Make a reader of text, which may be absent."""

    def read(value: Node) -> str:
        return "" if _is_missing(value) else clean(_scalar(value, "text"), limit=limit)

    return read


def _title(value: Node) -> str:
    title = clean(_scalar(value, "text"), limit=MAX_TITLE)
    if not title:
        raise _problem("has no visible text")
    return title


def _whole(value: Node, low: int, default: int) -> int:
    """A decimal number; ``017`` is seventeen, and neither ``true`` nor ``1e3`` is a number."""
    if _is_missing(value):
        return default
    wanted = f"a whole number from {low:,} to {MAX_NUMBER:,}"
    text = _scalar(value, wanted).strip()
    if len(text) <= 64 and _INTEGER.fullmatch(text) and low <= int(text) <= MAX_NUMBER:
        return int(text)
    raise _problem(f"is {_quoted(text)}: {wanted} is expected")


def _heat(value: Node) -> int:
    return _whole(value, low=-1, default=0)


def _quality(value: Node) -> int:
    return _whole(value, low=0, default=0)


def _flag(value: Node) -> bool:
    """True or false; Jekyll publishes what does not say (https://jekyllrb.com/docs/front-matter/)."""
    if _is_missing(value):
        return True
    text = _scalar(value, "true or false").strip()
    known = {"true": True, "false": False}.get(text.lower())
    if known is None:
        raise _problem(f"is {_quoted(text)}: true or false is expected")
    return known


def _moment(value: Node) -> datetime:
    """A moment of ISO 8601; without an offset it is in UTC, a bare date is its first instant."""
    wanted = "a time such as 2020-06-19T16:44:00Z"
    text = _scalar(value, wanted).strip()
    found = _MOMENT.fullmatch(text) if len(text) <= 64 else None
    if found is None:
        raise _problem(f"is {_quoted(text)}: {wanted} is expected")
    day, clock, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00'}{(zone or 'Z').upper()}")
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _problem(f"is {_quoted(text)}: there is no such moment") from None
    if not _EARLIEST <= moment < _LATEST:
        raise _problem(f"is {_quoted(text)}: a year from 1970 to 2199 is expected")
    return moment


def _kind(value: Node) -> Kind:
    return "video" if isinstance(value, Scalar) and value.text.lower() == "video" else "article"


def _or_none(read: Callable[[Node], _T]) -> Callable[[Node], _T | None]:
    """Make a reader that leaves out what is missing or broken."""

    def attempt(value: Node) -> _T | None:
        try:
            return None if _is_missing(value) else read(value)
        except PydanticCustomError:
            return None

    return attempt


def _link(value: Node) -> str | None:
    return safe_url(value.text.strip()) if isinstance(value, Scalar) else None


def _picture(value: Node) -> Picture | None:
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
    count = None if value is None else _or_none(_quality)(value)
    return count or None


def _outlet(value: Node | None, info: ValidationInfo) -> Outlet:
    """The publisher, by its name, else its domain, else the host of the article's link."""
    fields = value if isinstance(value, Mapping) else {"name": value} if value else {}
    name, domain = (_name(fields.get(key)) for key in ("name", "domain"))
    domain = domain.lower().removeprefix("www.")
    if not _DOMAIN.fullmatch(domain):
        domain = ""
    link = info.data.get("web_url") or info.data.get("original_url")
    name = name or domain or (host_of(link) if link else None) or ""
    if not name:
        raise _problem("names no outlet: a name, a domain or a webUrl is expected")
    logo = _picture(fields["images"]) if fields.get("images") else None
    return Outlet(name, domain or None, logo.url if logo else None)


def _name(value: Node | None) -> str:
    return _words(MAX_NAME)(value) if isinstance(value, Scalar) else ""


def _topics(value: Node) -> tuple[str, ...]:
    """Distinct names in order; a single name stands for a list of it."""
    if _is_missing(value):
        return ()
    if isinstance(value, Mapping):
        raise _problem("is a mapping: a list of names is expected")
    names: dict[str, str] = {}
    for number, item in enumerate(value if isinstance(value, Items) else [value]):
        if not isinstance(item, Scalar):
            raise _problem(f"item {number + 1} is not a name: a list of names is expected")
        name = _name(item)
        if name and len(names) < MAX_TOPICS:
            names.setdefault(name.casefold(), name)
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

    title: Annotated[str, BeforeValidator(_title)]
    excerpt: Annotated[str, BeforeValidator(_words(MAX_EXCERPT))] = ""
    web_url: _Link = Field(None, alias="webUrl")
    original_url: _Link = Field(None, alias="originalUrl")
    amp_url: _Link = Field(None, alias="ampWebUrl")
    cached_amp_url: _Link = Field(None, alias="cdnAmpWebUrl")
    kind: Annotated[Kind, BeforeValidator(_kind)] = Field("article", alias="type")
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

    published_at: Annotated[datetime | None, BeforeValidator(_or_none(_moment))] = Field(
        None, alias="publishedDateTime"
    )
    quality: Annotated[int | None, BeforeValidator(_or_none(_quality))] = None

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

    published_at: Annotated[datetime, BeforeValidator(_moment)] = Field(alias="publishedDateTime")
    quality: Annotated[int, BeforeValidator(_quality)] = 0
    heat: Annotated[int, BeforeValidator(_heat)] = 0
    published: Annotated[bool, BeforeValidator(_flag)] = True
    topics: Annotated[tuple[str, ...], BeforeValidator(_topics)] = ()
    picture: Annotated[Picture | None, BeforeValidator(_picture)] = Field(None, alias="images")
    related: Annotated[tuple[Related, ...], BeforeValidator(_related)] = ()


def problems_of(error: ValidationError) -> list[Problem]:
    """Tell each problem with its field, and its line where there is a value that has one."""
    return [
        Problem(
            "is missing" if one["type"] == "missing" else one["msg"],
            getattr(one["input"], "line", None),
            ".".join(str(part) for part in one["loc"]) or None,
        )
        for one in error.errors(include_url=False)
    ]
