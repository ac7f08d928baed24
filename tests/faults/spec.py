"""What a process is told when it is started: one life of the bot."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from digests.decide import Timing

FAST = {
    "quiet": 0.4,
    "timeout": 1.5,
    "edit_every": 0.05,
    "young": 86_400.0 * 365,
    "give_up": 86_400.0,
    "abandon": 86_400.0,
    "retry_first": 0.1,
    "retry_most": 0.5,
    "sweep_after": 1.5,
}
"""Seconds: every patience of delivery, as short as this machine can tell apart."""

NONCE_WINDOW = 2.5
"""Seconds for which the sandbox knows a nonce: longer than a time-out, during which discord.py
repeats a request by itself, as it is at Discord (minutes against half a minute)."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One life. `offset`: seconds by which its clock is ahead of the machine's.

    `kill_at`: the step at whose `nth` occurrence it kills itself. `until_idle`: it ends by itself
    once nothing is left to do. `timing` replaces some of FAST.
    """

    folder: str
    api_url: str
    gateway_url: str
    token: str
    alerts: tuple[int, ...]
    digests: tuple[int, ...]
    seed: int
    offset: float = 0.0
    kill_at: str = ""
    nth: int = 1
    until_idle: bool = False
    mutant: str = "as it is"
    timing: tuple[tuple[str, float], ...] = ()

    def patience(self) -> Timing:
        """The timing of this life."""
        seconds = {**FAST, **dict(self.timing)}
        return Timing(**{name: timedelta(seconds=value) for name, value in seconds.items()})


def to_line(spec: Spec) -> bytes:
    """Write a life as one line."""
    return json.dumps(asdict(spec)).encode() + b"\n"


def from_line(line: str) -> Spec:
    """Read what `to_line` wrote."""
    fields: dict[str, Any] = json.loads(line)
    lists = {name: tuple(fields[name]) for name in ("alerts", "digests")}
    timing = tuple((name, value) for name, value in fields["timing"])
    return Spec(**{**fields, **lists, "timing": timing})
