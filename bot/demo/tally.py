"""How many of a burst's articles have been posted, so that a page can say so while it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from bot.sandbox.changes import MessageCreated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.sandbox.changes import Change
    from bot.sandbox.channels import Channel
    from bot.sandbox.messages import Message

TOLD_EVERY = 5
"""After how many posts it is told: that is what Discord lets through at a time."""


class Tally:
    """Counts the posts that lead to expected pages, in one channel."""

    def __init__(self, channel: Channel, tell: Callable[[], None]) -> None:
        """Call `tell` now and then while expected posts arrive, and after the last."""
        self._channel = channel
        self._tell = tell
        self._expected: set[str] = set()
        self._posted = 0
        channel.world.changes.subscribe(self._on_change)

    def expect(self, pages: Iterable[str]) -> None:
        """Wait for a post of each page; what is still awaited from before stays so."""
        if not self._expected:
            self._posted = 0
        self._expected |= set(pages)
        for message in self._channel.messages:  # the bot may have been faster
            self._count(message)

    @override
    def __str__(self) -> str:
        expected = self._posted + len(self._expected)
        return f"{self._posted} of {expected} posted in #{self._channel.name}."

    def _on_change(self, change: Change) -> None:
        if not isinstance(change, MessageCreated) or change.message.channel is not self._channel:
            return
        if self._count(change.message) and (self._posted % TOLD_EVERY == 0 or not self._expected):
            self._tell()

    def _count(self, message: Message) -> bool:
        """Take note of a message; whether it was expected."""
        shown = {embed.get("url") for embed in message.embeds} & self._expected
        self._expected -= shown
        self._posted += len(shown)
        return bool(shown)
