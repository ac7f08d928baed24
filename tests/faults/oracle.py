"""Judges a run by what Discord's users saw and by what was put into the directory alone."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.changes import MessageCreated
from tests.faults.newsroom import PAGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.sandbox import Sandbox
    from bot.sandbox.changes import Change
    from bot.sandbox.channels import Channel
    from bot.sandbox.messages import Message
    from tests.faults.newsroom import Piece

_SERIAL = re.compile(re.escape(PAGE) + r"(\d+)/")
_MARK = re.compile(r":([0-9a-f]{24})\.(\d+)\b")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the messages that were wanted; `complaints` says where and what."""

    wanted: int = 0
    once: int = 0
    duplicated: int = 0
    lost: int = 0
    stale: int = 0
    complaints: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether everything wanted was shown once, as it last was."""
        return self.once == self.wanted and not self.complaints


class Witness:
    """Sees every message that ever appears, also one that is deleted again."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._posted: list[Message] = []
        sandbox.world.changes.subscribe(self._see)

    def _see(self, change: Change) -> None:
        if isinstance(change, MessageCreated):
            self._posted.append(change.message)

    def messages(self, channel: Channel) -> list[Message]:
        """All that ever appeared in a channel, oldest first."""
        return [message for message in self._posted if message.channel is channel]


def judge(
    witness: Witness, pieces: Sequence[Piece], alerts: Iterable[Channel], digests: Iterable[Channel]
) -> Verdict:
    """Compare what each channel was shown with what was published."""
    counts, complaints = Counter[str](), list[str]()
    for channel in (*alerts, *digests):
        posted = witness.messages(channel)
        in_digest = channel in digests
        complaints += [f"#{channel.name}: {text}" for text in _repeated_marks(posted)]
        shown = _by_serial(posted)
        for piece in pieces:
            messages = shown.get(piece.serial, [])
            fault = _fault(piece, messages, in_digest=in_digest)
            wanted = piece.published and not piece.gave_up
            counts["wanted"] += wanted
            counts["once"] += wanted and fault is None
            if fault is not None:
                counts[fault] += 1
                complaints.append(f"#{channel.name}: study {piece.serial} is {fault}")
    return Verdict(**counts, complaints=tuple(complaints))


def _fault(piece: Piece, messages: Sequence[Message], *, in_digest: bool) -> str | None:
    """What is wrong with how one article is shown in one channel, or None."""
    if len(messages) > 1:
        return "duplicated"
    if piece.gave_up:
        return None
    if not messages or messages[0].deleted:
        return "lost" if piece.published or messages else None
    if in_digest:  # a digest is frozen when it is composed
        return None
    title = str(messages[0].embeds[0].get("title", ""))
    current = title.strip("~").endswith(f", take {piece.take}")
    current = current and title.startswith("~~") is not piece.published
    return None if current else "stale"


def _by_serial(messages: Iterable[Message]) -> dict[int, list[Message]]:
    """Which messages show which article, by the links that they hold."""
    shown: dict[int, list[Message]] = {}
    for message in messages:
        for serial in set(_SERIAL.findall(json.dumps(message.embeds))):
            shown.setdefault(int(serial), []).append(message)
    return shown


def _repeated_marks(messages: Iterable[Message]) -> list[str]:
    """The marks that more than one message carries: the same delivery, sent twice."""
    marks = Counter(
        mark for message in messages for mark, _ in _MARK.findall(json.dumps(message.components))
    )
    return [f"{count} messages of delivery {mark}" for mark, count in marks.items() if count > 1]
