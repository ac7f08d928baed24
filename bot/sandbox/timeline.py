"""What a bot asked of the sandbox and what befell it, for people who ask what it did and when."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from itertools import count

from bot.sandbox.changes import PATIENCE, Changes, Noted, RequestSeen
from bot.sandbox.clock import Clock
from bot.sandbox.jsontypes import JsonObject

MOST_ENTRIES = 10_000
LONGEST_SUMMARY = 120

_TOKEN_IN_PATH = re.compile(r"(/(?:interactions|webhooks)/\d+/)[^/]+")


@dataclass(slots=True, eq=False)
class Entry:
    """One request. `status` is None until it is answered, and stays so if it never is.

    No token is kept: neither the bot's nor those of interactions, which are cut from the path.
    """

    at: datetime
    method: str
    path: str
    route: str
    """The template that the path matched, or "" for an unknown one."""

    nonce: str | int | None = None
    summary: str = ""
    status: int | None = None
    code: int | None = None
    """Discord's own error code, if it was refused."""

    fault: str | None = None
    """What was done to it on purpose."""

    about: str = ""
    """What it concerns, as people call it: "#news", "/latest"."""

    kind: int | None = None
    """The type that the body names: for an answer to an interaction, which sort of answer."""

    number: int = field(default=0, kw_only=True)
    """Its place among all that the timeline noted: clocks may be moved, this only grows."""


class Mood(Enum):
    """How a note is meant."""

    TROUBLE = "trouble"
    """Something goes wrong, on purpose or not."""

    RELIEF = "relief"
    """It is over, or the bot has coped."""

    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is no request: what was done to the bot, what became of its connection."""

    at: datetime
    text: str
    mood: Mood
    number: int


class Timeline:
    """The last requests, oldest first, and beside them notes; a bounded memory."""

    def __init__(self, clock: Clock, changes: Changes, most: int = MOST_ENTRIES) -> None:
        self._clock = clock
        self._changes = changes
        self._entries: deque[Entry] = deque(maxlen=most)
        self._notes: deque[Note] = deque(maxlen=most)
        self._numbers = count(1)

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def arrived(self, method: str, path: str, route: str) -> Entry:
        """Note a request."""
        number = next(self._numbers)
        entry = Entry(self._clock.now(), method, without_token(path), route, number=number)
        self._entries.append(entry)
        self._changes.publish(RequestSeen(entry))
        return entry

    def describe(self, entry: Entry, body: JsonObject, read: Callable[[str], str]) -> None:
        """Add what a request's body says, in a line; `read` makes Markdown what people read."""
        nonce = body.get("nonce")
        entry.nonce = nonce if isinstance(nonce, str | int) else None
        entry.kind = body["type"] if isinstance(body.get("type"), int) else None
        entry.summary = summary_of(body, read)

    def answered(self, entry: Entry, status: int | None, code: int | None = None) -> None:
        """Note the answer; status None says that the connection was cut instead."""
        entry.status, entry.code = status, code
        self._changes.publish(RequestSeen(entry))

    def note(self, text: str, mood: Mood = Mood.PLAIN) -> None:
        """Note something that is no request, as a sentence without a full stop."""
        note = Note(self._clock.now(), text, mood, next(self._numbers))
        self._notes.append(note)
        self._changes.publish(Noted(note))

    @property
    def notes(self) -> list[Note]:
        """What was noted beside the requests, oldest first."""
        return list(self._notes)

    @property
    def story(self) -> list[Entry | Note]:
        """Requests and notes in the order in which they came."""
        return sorted([*self._entries, *self._notes], key=lambda one: one.number)

    def of(self, method: str, route: str) -> list[Entry]:
        """Return the requests to one route, such as ("POST", "/channels/{channel_id}/messages")."""
        return [e for e in self._entries if e.method == method and e.route == route]

    async def wait_for(
        self, condition: Callable[[Entry], bool], *, timeout: float = PATIENCE
    ) -> Entry:
        """Return the first entry, past or to come, that meets a condition."""

        def found() -> list[Entry]:
            return [entry for entry in self._entries if condition(entry)][:1]

        matching = await self._changes.until(found, what="such a request", timeout=timeout)
        return matching[0]


def without_token(path: str) -> str:
    """Return the path with the token of an interaction or webhook hidden."""
    return _TOKEN_IN_PATH.sub(r"\1***", path)


def summary_of(body: JsonObject, read: Callable[[str], str] = str) -> str:
    """Return what a request says in one short line: its text, or the names of its parts.

    Both are as people read them after `read`.
    """
    answer = body.get("data")
    if isinstance(answer, dict) and "type" in body:  # the answer to an interaction
        return summary_of(answer, read)
    parts = []
    if body.get("content"):
        parts.append(repr(read(str(body["content"]))))
    embeds = body.get("embeds")
    for embed in embeds if isinstance(embeds, list) else ():
        title = embed.get("title") if isinstance(embed, dict) else None
        parts.append(f"[{read(str(title or 'embed'))}]")
    text = " ".join(parts) or ", ".join(sorted(map(str, body)))
    return text if len(text) <= LONGEST_SUMMARY else text[: LONGEST_SUMMARY - 1] + "…"
