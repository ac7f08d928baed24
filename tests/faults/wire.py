"""Kills from Discord's side: at the instant when a request arrives, takes effect or is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.changes import MessageCreated, MessageEdited, RequestSeen

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox import Sandbox
    from bot.sandbox.changes import Change

WIRE_STEPS = (
    "POST arrives",
    "message exists",
    "POST answered",
    "PATCH arrives",
    "message edited",
    "PATCH answered",
    "GET arrives",
    "GET answered",
)
"""What a request for a channel's messages goes through, as its receiver sees it."""


class Wire:
    """Listens for a step, and calls somebody at its `nth` occurrence."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._step = ""
        self._left = 0
        self._then: Callable[[], None] = lambda: None
        sandbox.world.changes.subscribe(self._see)

    def at(self, step: str, nth: int, then: Callable[[], None]) -> None:
        """Call `then` at a step from now on, instead of what was asked before; "" is never."""
        self._step, self._left, self._then = step, nth, then

    def _see(self, change: Change) -> None:
        if self._left and step_of(change) == self._step:
            self._left -= 1
            if self._left == 0:
                self._then()


def step_of(change: Change) -> str:
    """Name the step that a change in the sandbox is, or ""."""
    match change:
        case MessageCreated():
            return "message exists"
        case MessageEdited():
            return "message edited"
        case RequestSeen(entry) if "/messages" in entry.route:
            return f"{entry.method} {'arrives' if entry.status is None else 'answered'}"
        case _:
            return ""
