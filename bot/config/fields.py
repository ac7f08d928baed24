"""What single values of the configuration may look like, each as a type for the tables.

Each refuses a value with a ValueError whose text is a whole sentence for the operator.
"""

import ipaddress
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import NoneType
from typing import Annotated
from unicodedata import category
from urllib.parse import SplitResult, urlsplit

import regex
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    Strict,
    StringConstraints,
    ValidationInfo,
)

from digests.durations import parse_duration
from digests.quiet import QuietHours
from digests.schedule import Schedule
from digests.text import quoted as quoted_text

LARGEST_ID = 2**63 - 1
"""Discord's ids have 64 bits, and the database's integers a sign."""

ANY_CRON = "0 0 * * *"
"""A schedule that is fine in every time zone, to check a zone with."""

NOT_IN_THIS_FILE = (
    "A token does not belong in this file, which is copied and shown to others; put it into the "
    "environment variable DISCORD_TOKEN, or alone into the file that discord.token_file names."
)
"""What is said of a token written into the file."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_ASCII = re.compile("[!-~]+")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_LISTEN = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\[\]:]+)):([0-9]{1,5})")
# An id, a time and a signature, each in URL-safe base64.
_TOKEN = re.compile(r"[\w-]{23,28}\.[\w-]{5,7}\.[\w-]{27,}")


def holds_token(value: object) -> bool:
    """Tell whether a text may be, or hold, a token of Discord."""
    return isinstance(value, str) and bool(_TOKEN.search(value))


def quoted(value: object) -> str:
    """Return a value of the file as a sentence may show it: short, on one line, never a token."""
    if isinstance(value, list | dict):
        return "A list" if isinstance(value, list) else "A table"
    if isinstance(value, bool | int | float):
        return str(value).lower()[:40]
    text = "".join(letter if letter.isprintable() else " " for letter in str(value))
    if holds_token(text):
        return "What is written here, maybe a token,"
    return quoted_text(text, 60)


def _id(value: object) -> object:
    """Take ids as text as well: that is how Discord's own menu copies them."""
    if isinstance(value, str) and re.fullmatch("[0-9]{1,20}", value.strip()):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError(f"{quoted(value)} is not an id of Discord; write its digits alone.")


Id = Annotated[int, BeforeValidator(_id), Field(ge=1, le=LARGEST_ID)]
"""The id of a server or channel: a whole number, or its digits as text."""

RoleId = Annotated[int, BeforeValidator(_id), Field(ge=0, le=LARGEST_ID)]
"""The id of a role, or 0 for none."""

Whole = Annotated[int, Strict(), Field(ge=0, le=1_000_000)]
"""A whole number from 0 to a million: true, "5" and 5.0 are not."""


def _on_one_line(text: str) -> str:
    # Joiners, which some emoji and alphabets need, are not printable to Python but fine.
    if any(category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in text):
        raise ValueError(f"{quoted(text)} holds a line break or a control character; leave it out.")
    return text


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80),
    AfterValidator(_on_one_line),
]
"""What people call a thing: 1 to 80 characters on one line."""


def _place(text: object) -> object:
    if holds_token(text):
        raise ValueError(NOT_IN_THIS_FILE)
    if isinstance(text, str) and (not text.strip() or not text.isprintable()):
        raise ValueError(f"{quoted(text)} is not the path of a file or directory.")
    return text


def _under_base(path: Path, info: ValidationInfo) -> Path:
    try:
        path = path.expanduser()
    except RuntimeError:
        raise ValueError(f"{quoted(path)} names a home directory that is not there.") from None
    return path if info.context is None else info.context / path


Place = Annotated[Path, BeforeValidator(_place), AfterValidator(_under_base)]
"""A path; a relative one starts at the directory that validation is given as its context."""


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # refuses what is no number
    except ValueError:
        raise ValueError(f"{quoted(url)} is not an address.") from None
    return parts


def _url(secure: str, plain: str) -> Callable[[str], str]:
    """Check an address that is told the token: encrypted, or not leaving this machine."""

    def check(url: str) -> str:
        parts = _split(url)
        if parts.username is not None or parts.query or parts.fragment:
            # Not repeated: a user name often comes with a password.
            raise ValueError(f'Write only host, port and path, as in "{secure}://host/path".')
        if not parts.hostname or parts.scheme not in {secure, plain} or not _ASCII.fullmatch(url):
            raise ValueError(f'{quoted(url)} is not an address that starts with "{secure}://".')
        if parts.scheme == plain and not is_loopback(parts.hostname):
            raise ValueError(
                f'{quoted(url)} is not encrypted; write "{secure}://", or a host on this machine '
                "such as 127.0.0.1, since every request carries the token."
            )
        return url.rstrip("/")

    return check


ApiUrl = Annotated[str, AfterValidator(_url("https", "http"))]
"""Where REST requests go: https, or http to this machine; without a slash at the end."""

GatewayUrl = Annotated[str, AfterValidator(_url("wss", "ws"))]
"""Where the gateway is: wss, or ws to this machine; without a slash at the end."""


def _optional(parse: Callable[[str], object], kind: type, example: str) -> PlainValidator:
    """Read a text, where "" stands for None; a value made in code is taken as it is."""

    def read(value: object) -> object:
        if value is None or isinstance(value, kind):
            return value
        if not isinstance(value, str):
            raise ValueError(f"{quoted(value)} is not text in quotes, such as {example}.")  # noqa: TRY004 - pydantic gathers ValueErrors only
        return parse(value) if value.strip() else None

    return PlainValidator(read)


def _colour(text: str) -> int:
    if not _COLOUR.fullmatch(text):
        raise ValueError(f'{quoted(text)} is not a colour; write "#" and six digits: "#3498db".')
    return int(text[1:], 16)


def _listen(text: str) -> tuple[str, int]:
    found = _LISTEN.fullmatch(text.strip())
    host = (found[1] or found[2]) if found else ""
    if not found or int(found[3]) > 65535 or not _is_host(host, in_brackets=bool(found[1])):
        raise ValueError(
            f'{quoted(text)} is not a host and a port; write "127.0.0.1:8080", an IPv6 address '
            'in brackets as in "[::1]:8080", or "" to switch this off.'
        )
    return host, int(found[3])


def _is_host(host: str, *, in_brackets: bool) -> bool:
    try:
        return (ipaddress.ip_address(host).version == 6) == in_brackets
    except ValueError:
        return not in_brackets and bool(_HOST.fullmatch(host))


Colour = Annotated[int | None, _optional(_colour, NoneType, '"#3498db"')]
"""0xRRGGBB, written "#rrggbb"."""

Lookback = Annotated[timedelta | None, _optional(parse_duration, timedelta, '"36h"')]
"""A length of time between a minute and 90 days, written "36h"."""

Quiet = Annotated[QuietHours | None, _optional(QuietHours.parse, QuietHours, '"22:00-07:00"')]
"""Quiet hours, written "22:00-07:00"."""

Listen = Annotated[tuple[str, int] | None, _optional(_listen, tuple, '"127.0.0.1:8080"')]
"""A host and a port, written "host:port"; port 0 is any free one."""

OptionalName = Annotated[Name | None, BeforeValidator(lambda value: None if value == "" else value)]
"""A name, or "" for none."""


def _emoji(text: str) -> str:
    if not regex.fullmatch(r"\X", text) or text.isalnum():
        raise ValueError(f'{quoted(text)} is not an emoji; write a single one, such as "📰".')
    return text


OptionalEmoji = Annotated[
    Annotated[Name, AfterValidator(_emoji)] | None,
    BeforeValidator(lambda value: None if value == "" else value),
]
"""A single emoji, or "" for none."""

Timezone = Annotated[str, AfterValidator(lambda name: Schedule.parse(ANY_CRON, name).timezone)]
"""The name of an IANA time zone."""
