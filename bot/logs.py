"""What the program says while it runs: one line per event, on stderr, never with a secret.

A message is the dotted name of an event, its details are `extra`:
`logger.info("feed.scanned", extra={"feed": "ai", "files": 96})`. docs/log-events.md says what each
event means. Libraries log sentences instead; those go the same way.
"""

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal, TextIO

from typing_extensions import override

REDACTED = "[redacted]"
"""What stands in a line in place of a secret."""

LIBRARIES = ("aiohttp", "apscheduler", "discord", "watchfiles")
"""Whose everyday news is of use to a debugging developer only."""

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

# What lets anybody answer in the bot's name. Interactions' answers and follow-ups carry the token
# in their path, gateway events (which discord.py logs when debugging) in their body.
# https://docs.discord.com/developers/interactions/receiving-and-responding#endpoints
_TOKEN_IN_PATH = re.compile(r"(/(?:webhooks|interactions)/[0-9]+/)[^/\s\"'?\\]+")
_TOKEN_IN_BODY = re.compile(r"""(["']token\\?["']:\s*\\?["'])[^"'\\]+""")

_context: ContextVar[Mapping[str, object]] = ContextVar("log context", default=MappingProxyType({}))


@contextmanager
def context(**details: object) -> Iterator[None]:
    """Add details to every event that is logged inside, also by what is awaited or started there.

    An event's own details win over those of the context, and an inner context over an outer.
    """
    token = _context.set({**_context.get(), **details})
    try:
        yield
    finally:
        _context.reset(token)


def set_up(
    level: str,
    line_format: Literal["console", "json"],
    *,
    stream: TextIO | None = None,
    secrets: Iterable[str] = (),
) -> None:
    """Log from `level` on ("debug" to "error") to `stream`, stderr if None.

    None of the secrets appears in a line, nor the tokens of interactions and webhooks. Tracebacks
    are part of every JSON line, but of the console only at level debug, as is what LIBRARIES say
    below a warning. Called again, it replaces what it set up before.
    """
    threshold = logging.getLevelNamesMapping()[level.upper()]
    debugging = threshold <= logging.DEBUG
    formatter = JsonFormatter() if line_format == "json" else ConsoleFormatter(tracebacks=debugging)
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _Handler)]:
        root.removeHandler(handler)
    root.addHandler(_Handler(stream or sys.stderr, formatter, secrets))
    root.setLevel(threshold)
    for library in LIBRARIES:
        quieter = logging.NOTSET if debugging else max(threshold, logging.WARNING)
        logging.getLogger(library).setLevel(quieter)


class ConsoleFormatter(logging.Formatter):
    """Lines for people: time, level, event and `key=value` pairs."""

    def __init__(self, *, tracebacks: bool) -> None:
        super().__init__()
        self._tracebacks = tracebacks

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback below it if tracebacks are wanted."""
        details = [f"{key}={_readable(value)}" for key, value in _details(record).items()]
        head = f"{_time(record)} {record.levelname.lower():7} {_printable(_event(record))}"
        traceback = _traceback(record) if self._tracebacks else ""
        return " ".join([head, *details]) + ("\n" + traceback if traceback else "")


class JsonFormatter(logging.Formatter):
    """Lines for programs: one JSON object each."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the object, with a traceback if there is an exception."""
        line: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "event": _event(record),
            "logger": record.name,
        }
        for key, value in _details(record).items():
            line[f"{key}_" if key in line else key] = value
        if traceback := _traceback(record):
            line["traceback"] = traceback
        return json.dumps(line, default=str)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines without secrets. They are taken out last, whatever part of a line held them."""

    def __init__(
        self, stream: TextIO, formatter: logging.Formatter, secrets: Iterable[str]
    ) -> None:
        super().__init__(stream)
        self.setFormatter(formatter)
        self._redact = redactor(secrets)

    @override
    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


def redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """Return a function that puts REDACTED for each secret, and each token of an interaction."""
    known = {form for secret in secrets if secret for form in (secret, json.dumps(secret)[1:-1])}
    exact = re.compile("|".join(map(re.escape, sorted(known, key=len, reverse=True))) or r"(?!)")

    def redact(text: str) -> str:
        text = exact.sub(REDACTED, text)
        text = _TOKEN_IN_PATH.sub(rf"\1{REDACTED}", text)
        return _TOKEN_IN_BODY.sub(rf"\1{REDACTED}", text)

    return redact


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _event(record: logging.LogRecord) -> str:
    """Return the message; one whose arguments do not fit it is told as it is, not lost."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args}"


def _details(record: logging.LogRecord) -> dict[str, object]:
    """Return the context and what the event has of its own, with the exception as one line."""
    own = {key: value for key, value in vars(record).items() if key not in _STANDARD}
    details = {**_context.get(), **own}
    if record.exc_info and (error := record.exc_info[1]):
        said = " ".join(str(error).split())
        details["error"] = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return details


def _traceback(record: logging.LogRecord) -> str:
    if not record.exc_info or not record.exc_info[1]:
        return ""
    return logging.Formatter().formatException(record.exc_info)


def _readable(value: object) -> str:
    """Return a value, in quotes where a reader could not tell its end."""
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value))
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    if text and text.isprintable() and not set(text) & set(' "='):
        return text
    return '"' + _printable(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def _printable(text: str) -> str:
    """Escape what would break the line, or talk to the terminal, or hide in it."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )
