"""What a value of the front matter means to the kind of field that it stands in.

Each reader takes what `digests.yaml_events` read and returns a value, or raises
PydanticCustomError with one sentence, in which pydantic collects all problems of a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypeVar

from pydantic_core import PydanticCustomError

from digests.article import Kind
from digests.text import clean, cut
from digests.yaml_events import Items, Node, Scalar

MAX_NUMBER: Final = 1_000_000
"""The greatest heat, quality or number of pixels that makes sense."""

_SHOWN: Final = 60
_LONGEST: Final = 64
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:(?:[Tt]|[ \t]+)(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)"
    r"[ \t]*([Zz]|[+-]\d\d:?\d\d|[+-]\d\d)?)?",
    re.ASCII,
)
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
_A_MOMENT: Final = "a time such as 2020-06-19T16:44:00Z"

_T = TypeVar("_T")


def problem(reason: str) -> PydanticCustomError:
    """Make the error that tells the reason and nothing else."""
    return PydanticCustomError("front_matter", "{reason}", {"reason": reason})


def is_missing(value: Node | None) -> bool:
    """Tell whether there is no value, which null says too."""
    return value is None or (isinstance(value, Scalar) and value.is_null)


def words(value: Node | None, *, limit: int) -> str:
    """Clean text of at most `limit` code points; nothing is no text."""
    return "" if is_missing(value) else clean(_scalar(value, "text"), limit=limit)


def visible_words(value: Node | None, *, limit: int) -> str:
    """Clean text of at most `limit` code points, of which there must be some."""
    text = clean(_scalar(value, "text"), limit=limit)
    if not text:
        raise problem("has no visible text")
    return text


def whole(value: Node | None, *, low: int) -> int:
    """A decimal number from `low` to `MAX_NUMBER`; nothing is 0.

    ``017`` is seventeen; neither ``true`` nor ``1e3`` nor ``12:30`` is a number.
    """
    if is_missing(value):
        return 0
    wanted = f"a whole number from {low:,} to {MAX_NUMBER:,}"
    text = _scalar(value, wanted).strip()
    if len(text) <= _LONGEST and _INTEGER.fullmatch(text) and low <= int(text) <= MAX_NUMBER:
        return int(text)
    raise _mismatch(text, wanted)


def count(value: Node | None) -> int:
    """A number that is not negative; nothing is 0."""
    return whole(value, low=0)


def flag(value: Node | None) -> bool:
    """True or false, nothing is true.

    Jekyll publishes a page unless it says otherwise (https://jekyllrb.com/docs/front-matter/).
    """
    if is_missing(value):
        return True
    text = _scalar(value, "true or false").strip()
    known = {"true": True, "false": False}.get(text.lower())
    if known is None:
        raise _mismatch(text, "true or false")
    return known


def moment(value: Node | None) -> datetime:
    """A moment of ISO 8601; without an offset it is in UTC, a bare date is its first instant."""
    text = _scalar(value, _A_MOMENT).strip()
    found = _MOMENT.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise _mismatch(text, _A_MOMENT)
    day, clock, zone = found.groups()
    try:
        when = datetime.fromisoformat(f"{day}T{clock or '00:00'}{(zone or 'Z').upper()}")
        when = when.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _mismatch(text, "a moment that exists") from None
    if not _EARLIEST <= when < _LATEST:
        raise _mismatch(text, "a moment of the years 1970 to 2199")
    return when


def kind(value: Node | None) -> Kind:
    """Video, or else article."""
    return "video" if isinstance(value, Scalar) and value.text.lower() == "video" else "article"


def or_none(read: Callable[[Node | None], _T]) -> Callable[[Node | None], _T | None]:
    """Make a reader that leaves out what is missing or broken."""

    def attempt(value: Node | None) -> _T | None:
        try:
            return None if is_missing(value) else read(value)
        except PydanticCustomError:
            return None

    return attempt


def _scalar(value: Node | None, wanted: str) -> str:
    """The text of a value that must be neither missing nor a list or mapping."""
    if isinstance(value, Scalar):
        if value.is_null:
            raise problem("is missing")
        return value.text
    raise problem(f"{'a list' if isinstance(value, Items) else 'a mapping'} is not {wanted}")


def _mismatch(text: str, wanted: str) -> PydanticCustomError:
    shown = cut(clean(text[: 4 * _SHOWN]), _SHOWN)
    return problem(f'"{shown}" is not {wanted}')
