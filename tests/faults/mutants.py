"""Delivery with one defence taken away: what each of them prevents must show without it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from typing_extensions import override

from bot.deliver import Deliver, _post
from bot.store import outbox
from digests.delivery import Done, Found, State, revision_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.deliver import Messenger
    from digests.decide import Timing
    from digests.delivery import (
        Busy,
        Delivery,
        EditOutcome,
        Gone,
        LookupOutcome,
        Post,
        SendOutcome,
        Unclear,
    )

DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
"""Where the milliseconds in Discord's ids begin to count
(https://docs.discord.com/developers/reference#snowflakes)."""


class Bare:
    """A messenger that passes everything on: a mutant overrides what it takes away."""

    def __init__(self, inner: Messenger) -> None:
        self._inner = inner

    async def newest(self, channel_id: int) -> Done | Gone | Busy | Unclear:
        """Ask for the newest message."""
        return await self._inner.newest(channel_id)

    async def send(self, post: Post) -> SendOutcome:
        """Send a post."""
        return await self._inner.send(post)

    async def edit(self, message_id: int, post: Post) -> EditOutcome:
        """Edit a message."""
        return await self._inner.edit(message_id, post)

    async def find(self, channel_id: int, after: int, nonce: str) -> LookupOutcome:
        """Look through a page of the history."""
        return await self._inner.find(channel_id, after, nonce)

    async def delete(self, channel_id: int, message_id: int) -> EditOutcome:
        """Remove a message."""
        return await self._inner.delete(channel_id, message_id)

    async def tell_admins(self, guild_id: int | None, sentence: str) -> bool:
        """Tell admins."""
        return await self._inner.tell_admins(guild_id, sentence)


class NoLookUp(Bare):
    """Looks nothing up: an unclear send is simply repeated."""

    @override
    async def find(self, channel_id: int, after: int, nonce: str) -> LookupOutcome:
        return Found()


class NoNonce(NoLookUp):
    """Nor does it send the nonce that it sent before: a library's own, new for every call."""

    @override
    async def send(self, post: Post) -> SendOutcome:
        return await self._inner.send(replace(post, nonce=secrets.token_hex(12)))


class LocalAnchor(Deliver):
    """Believes its own clock about what is new in a channel."""

    @override
    async def _anchor(self, delivery: Delivery) -> int | None:
        since = self._clock.now() - DISCORD_EPOCH
        return delivery.anchor or (since // timedelta(milliseconds=1)) << 22


class SendFirst(Deliver):
    """Sends, then writes down that it did."""

    @override
    async def _send(self, delivery: Delivery) -> None:
        subject = await self._subject(delivery)
        if subject is None:
            await self._drop_unpublished(delivery)
            return
        anchor = await self._anchor(delivery)
        if anchor is None:
            return
        outcome = await self._call(self._messenger.send(_post(delivery, subject)))
        async with self._db.write() as tx:
            claim = await outbox.claim(tx, delivery, anchor)
        if claim is not None:
            await self._settle(claim, revision_of(subject), outcome, if_unclear=State.UNCLEAR)


class MarkFirst(Deliver):
    """Writes down that a message is shown, then sends it."""

    @override
    async def _send(self, delivery: Delivery) -> None:
        subject = await self._subject(delivery)
        if subject is None:
            await self._drop_unpublished(delivery)
            return
        anchor = await self._anchor(delivery)
        if anchor is None:
            return
        revision = revision_of(subject)
        async with self._db.write() as tx:
            claim = await outbox.claim(tx, delivery, anchor)
            if claim is None:
                return
            now = self._clock.now()
            await outbox.settle_shown(tx, claim, anchor, revision, now)
        outcome = await self._call(self._messenger.send(_post(claim, subject)))
        if isinstance(outcome, Done):
            await self._shown(claim, outcome.message_id, revision)


def _same(timing: Timing) -> Timing:
    return timing


def _restless(timing: Timing) -> Timing:
    return replace(timing, quiet=timedelta(0))


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is different about it: the flow, the messenger, the patience, the disk.

    `volatile_claims`: a commit of a claim returns before it is safe from a power cut. `fault` is
    what it must be caught at: "duplicated" or "lost".
    """

    name: str
    fault: str
    deliver: type[Deliver] = Deliver
    messenger: Callable[[Messenger], Messenger] = Bare
    timing: Callable[[Timing], Timing] = _same
    volatile_claims: bool = False


NONE = Mutant("as it is", "")
"""The algorithm itself."""

MUTANTS = (
    Mutant("no nonce, no look-up", "duplicated", messenger=NoNonce),
    Mutant("nonce without look-up", "duplicated", messenger=NoLookUp),
    Mutant("no quiet period", "duplicated", timing=_restless),
    Mutant("anchor from the local clock", "duplicated", deliver=LocalAnchor),
    Mutant("send before claim", "duplicated", deliver=SendFirst),
    Mutant("mark before send", "lost", deliver=MarkFirst),
    Mutant("claim not durable", "duplicated", volatile_claims=True),
)

BY_NAME = {mutant.name: mutant for mutant in (NONE, *MUTANTS)}
