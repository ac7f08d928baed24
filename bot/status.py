"""How the bot is doing: what /status shows and /metrics counts."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from bot.store import deliveries, facts, files, subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.clock import Clock
    from bot.store.database import Database
    from bot.store.deliveries import Troubles
    from bot.store.files import FileCount, RejectedFile
    from digests.subscription import Subscription

REJECTED_SHOWN = 5
"""How many unusable files /status names."""

FEED_TROUBLES = ("feed.missing", "feed.empty")
"""What a feed's trouble may be, by the events that are logged of it."""


@dataclass(frozen=True, slots=True)
class Report:
    """The state of things; `subscriptions` and `troubles` are those of one server, or all.

    `feed_troubles` holds the feeds of which nothing can be expected at present, and why: the name
    of the event that was logged.
    """

    version: str
    feeds: tuple[FileCount, ...]
    rejected: tuple[RejectedFile, ...]
    subscriptions: tuple[Subscription, ...]
    troubles: Troubles
    feed_troubles: Mapping[str, str]


class Status:
    """Reads the state of things in one transaction."""

    def __init__(
        self, database: Database, clock: Clock, watched: Callable[[], Mapping[str, str | None]]
    ) -> None:
        """`watched` tells the feeds that are watched, each with its trouble if it has one."""
        self._db = database
        self._clock = clock
        self.watched = watched

    async def report(self, guild_id: int) -> Report:
        """Tell how things are for one server; the feeds are everyone's."""
        now = self._clock.now()
        async with self._db.read() as read:
            posting = await subscriptions.in_guild(read, guild_id)
            return Report(
                version=program_version(),
                feeds=tuple(await files.counts(read)),
                rejected=tuple(await files.rejected(read, REJECTED_SHOWN)),
                subscriptions=tuple(posting),
                troubles=await deliveries.troubles(read, now, [one.id for one in posting]),
                feed_troubles={feed: why for feed, why in self.watched().items() if why},
            )

    async def check(self) -> None:
        """Raise StoreError if the database does not answer; costs the same whatever it holds."""
        async with self._db.read() as read:
            await facts.get(read, "any")  # whether it is there or not: looking reads the file

    async def totals(self) -> tuple[tuple[FileCount, ...], Troubles]:
        """Count files and deliveries over everything."""
        now = self._clock.now()
        async with self._db.read() as read:
            return tuple(await files.counts(read)), await deliveries.troubles(read, now)


def program_version() -> str:
    """The version of this program, as installed."""
    try:
        return version("digest-bot")
    except PackageNotFoundError:
        return "unknown"
