"""What may go wrong in a simulated town, and the clock that its bot believes in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.simulation.place import NONCE_WINDOW, START, Luck

LUCK = {
    Luck.FINE: 10,
    Luck.FAILED: 2,
    Luck.LOST_ANSWER: 2,
    Luck.SILENT: 1,
    Luck.LATE: 1,
    Luck.BUSY: 1,
}
"""How requests fare on a bad day."""


class SimClock:
    """The bot's clock: virtual time, and what somebody set it wrong by."""

    def __init__(self) -> None:
        self.wrong_by = timedelta()

    def now(self) -> datetime:
        """Return the moment that the bot believes in."""
        passed = timedelta(seconds=asyncio.get_running_loop().time())
        return START + passed + self.wrong_by

    def ahead(self) -> timedelta:
        """Return what somebody set it wrong by."""
        return self.wrong_by


@dataclass(frozen=True, slots=True)
class World:
    """What may happen in a town.

    `nonce_window`: seconds for which Discord knows a nonce; FORGETFUL = it knows none.
    """

    nonce_window: float = NONCE_WINDOW


FORGETFUL = -1.0
"""A nonce window in which no nonce is known again."""
