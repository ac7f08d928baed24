"""A wanted delivery becomes a message: the flow that promises each is shown exactly once.

`bot.outbox` hands over one delivery of a channel at a time, the oldest first. What happens to it:

1. `claim`: the delivery, its attempt's number and the anchor are committed before anything is sent.
2. `send` with the delivery's own nonce and a time-out of ours.
3. A clear answer settles it, fenced by the attempt's number.
4. An unclear one is never followed by a second send: after a quiet period the channel's history
   after the anchor is read, and a message of ours that is there is adopted.
5. Where a look-up was in vain, a sweep looks once more later: should the message have come after
   all, the younger of the two is removed.
"""

from __future__ import annotations

import asyncio
import logging
import random
from typing import TYPE_CHECKING, Protocol, TypeVar, assert_never

from bot.store import outbox, runs, stories, subscriptions
from bot.store.errors import StoreError
from digests.decide import Abandon, Drop, Edit, LookUp, Send, Sweep, Timing, Wait, retry_at
from digests.delivery import (
    Busy,
    Done,
    Found,
    Gone,
    Post,
    Refused,
    State,
    Unclear,
    Unreadable,
    Vanished,
    revision_of,
    story_of,
)
from digests.durations import format_duration

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from datetime import datetime

    from bot.clock import Clock
    from bot.store.database import Database, Read
    from digests.decide import Step
    from digests.delivery import Delivery, EditOutcome, LookupOutcome, SendOutcome, Subject

logger = logging.getLogger(__name__)

Outcome = TypeVar("Outcome")

ANCHOR_HOLDS = 60.0
"""Seconds for which our last message in a channel serves as the anchor of the next: a look-up reads
all that came after it, which in a lively channel is soon a lot."""


class Messenger(Protocol):
    """What delivery needs of Discord. Outcomes are values; nothing but cancellation is raised."""

    async def newest(self, channel_id: int) -> Done | Gone | Busy | Unclear:
        """Ask Discord for an id that is at least as old as anything sent from now on.

        That is the channel's newest message, or the channel's own id where there is none.
        """

    async def send(self, post: Post) -> SendOutcome:
        """Send the post with its nonce, in one request."""

    async def edit(self, message_id: int, post: Post) -> EditOutcome:
        """Make the message show the post, in one request."""

    async def find(self, channel_id: int, after: int, nonce: str) -> LookupOutcome:
        """Look for our own messages with this nonce on the page that follows `after`."""

    async def delete(self, channel_id: int, message_id: int) -> EditOutcome:
        """Remove a message of ours."""

    async def tell_admins(self, guild_id: int | None, sentence: str) -> bool:
        """Tell those who manage a server; False if none of them could be reached."""


class Deliver:
    """Shows one delivery at a time; keeps nothing that a restart would miss."""

    def __init__(
        self,
        database: Database,
        messenger: Messenger,
        clock: Clock,
        timing: Timing | None = None,
        chance: random.Random | None = None,
    ) -> None:
        """Take what it works with; `chance` spreads the retries."""
        self._db = database
        self._messenger = messenger
        self._clock = clock
        self._timing = timing or Timing()
        self._chance = chance or random.Random()  # noqa: S311 - jitter, not a secret
        self._anchors: dict[int, tuple[int, float]] = {}

    async def attempt(self, delivery: Delivery, step: Step) -> None:
        """Carry out what was decided for a delivery, and settle it. Raises StoreError.

        A fault of our own is raised as well, but settled as a failure first: one delivery that
        cannot be drawn must not keep its channel waiting for ever.
        """
        try:
            await self._carry_out(delivery, step)
        except StoreError:
            raise
        except Exception as error:
            reason = f"The program failed: {type(error).__name__}."
            if isinstance(step, Sweep):
                await self._settle_swept(delivery, None, again=True)
            else:  # a claim that this leaves open is the outbox's business
                await self._fail(delivery, delivery.state, reason)
            raise

    async def _carry_out(self, delivery: Delivery, step: Step) -> None:
        match step:
            case Send():
                await self._send(delivery)
            case Edit():
                await self._edit(delivery)
            case LookUp():
                await self._look_up(delivery)
            case Sweep():
                await self._sweep(delivery)
            case Drop():
                await self._drop(delivery, "the message is too old to be corrected")
            case Abandon():
                patience = format_duration(self._timing.abandon)
                reason = f"It failed for {patience}: {delivery.last_error or 'no reason is known'}"
                await self._dead(delivery, Refused(reason, payload=""))
            case Wait():
                pass
            case _:
                assert_never(step)

    async def _send(self, delivery: Delivery) -> None:
        subject = await self._subject(delivery)
        if subject is None:
            await self._drop_unpublished(delivery)
            return
        anchor = await self._anchor(delivery)
        if anchor is None:
            return
        async with self._db.write() as tx:
            claim = await outbox.claim(tx, delivery, anchor)
        if claim is None:
            return
        outcome = await self._call(self._messenger.send(_post(claim, subject)))
        await self._settle(claim, revision_of(subject), outcome, if_unclear=State.UNCLEAR)

    async def _anchor(self, delivery: Delivery) -> int | None:
        """A message id from before the first send; None if there is none, which is settled."""
        known = delivery.anchor or self._recent_anchor(delivery.channel_id)
        if known is not None:
            return known
        outcome = await self._call(self._messenger.newest(delivery.channel_id))
        match outcome:
            case Done(message_id):
                return message_id
            case Busy(retry_after):
                await self._postpone(delivery, self._clock.now() + retry_after)
            case Gone(reason):
                await self._gone(delivery, reason, State.WANTED)
            case Unclear(reason):
                await self._fail(delivery, State.WANTED, reason)
        return None

    def _recent_anchor(self, channel_id: int) -> int | None:
        message_id, until = self._anchors.get(channel_id, (None, 0.0))
        return message_id if asyncio.get_running_loop().time() < until else None

    async def _edit(self, delivery: Delivery) -> None:
        subject = await self._subject(delivery)
        if subject is None or delivery.message_id is None:
            await self._drop(delivery, "nothing to correct any more")
            return
        async with self._db.write() as tx:
            claim = await outbox.claim(tx, delivery, None)
        if claim is None:
            return
        outcome = await self._call(self._messenger.edit(delivery.message_id, _post(claim, subject)))
        # An edit may be repeated, so an unclear one needs no look-up, only its quiet period.
        await self._settle(claim, revision_of(subject), outcome, if_unclear=State.WANTED)

    async def _settle(
        self,
        claim: Delivery,
        revision: int,
        outcome: SendOutcome | EditOutcome,
        *,
        if_unclear: State,
    ) -> None:
        """Note what came of a claimed attempt to show this revision."""
        match outcome:
            case Done(message_id, seen):
                # A nonce that is known brings back the first message, which may be an older one.
                await self._shown(claim, message_id, seen or revision)
            case Vanished():
                await self._give_up(claim)
            case Gone(reason) if claim.message_id is None:
                await self._gone(claim, reason, State.WANTED)
            case Gone(reason):
                await self._fail(claim, State.WANTED, reason)  # no reason to stop posting
            case Refused():
                await self._dead(claim, outcome)
            case Busy(retry_after):
                await self._postpone(claim, self._clock.now() + retry_after)
            case Unclear(reason):
                late_edit = claim.message_id is not None
                await self._fail(claim, if_unclear, reason, may_come_late=late_edit)
            case _:
                assert_never(outcome)

    async def _look_up(self, delivery: Delivery) -> None:
        outcome = await self._find(delivery, every=False)
        match outcome:
            case [Done(message_id, revision), *_]:
                logger.info("delivery.adopted", extra=_about(delivery))
                await self._shown(delivery, message_id, revision or delivery.wanted)
            case Unreadable(reason):
                await self._gone(delivery, reason, State.HELD)
            case Gone(reason):
                await self._gone(delivery, reason, State.UNCLEAR)
            case Busy(retry_after):
                await self._postpone(delivery, self._clock.now() + retry_after)
            case Unclear(reason):
                await self._fail(delivery, State.UNCLEAR, reason)
            case _:
                sweep_at = self._clock.now() + self._timing.sweep_after
                async with self._db.write() as tx:
                    await outbox.settle_absent(tx, delivery, sweep_at)

    async def _sweep(self, delivery: Delivery) -> None:
        """Make sure that there is one message only; what cannot be done now is done later."""
        outcome = await self._find(delivery, every=True)
        if not isinstance(outcome, list):
            await self._settle_swept(delivery, None, again=True)
            return
        removed = [await self._remove(delivery, one.message_id) for one in outcome[1:]]
        left = outcome[0] if outcome else None
        await self._settle_swept(delivery, left, again=not all(removed))

    async def _remove(self, delivery: Delivery, message_id: int) -> bool:
        """Remove a second message; False if it may still be there."""
        outcome = await self._call(self._messenger.delete(delivery.channel_id, message_id))
        if not isinstance(outcome, Done | Vanished):
            return False
        logger.warning("delivery.swept", extra={**_about(delivery), "message_id": message_id})
        return True

    async def _settle_swept(self, delivery: Delivery, left: Done | None, *, again: bool) -> None:
        """Note what the sweep found; one that could not be done comes again while it is young."""
        now = self._clock.now()
        if again and now - delivery.created_at > self._timing.young:
            logger.error("delivery.unswept", extra=_about(delivery))
            again = False
        async with self._db.write() as tx:
            later = now + self._timing.sweep_after if again else None
            await outbox.settle_swept(tx, delivery, left, later)

    async def _find(
        self, delivery: Delivery, *, every: bool
    ) -> list[Done] | Unreadable | Gone | Busy | Unclear:
        """Our messages of this delivery, the oldest first, or with `every` unset only that one.

        Everything after the anchor is read, page by page: however much it is, each has its own
        time-out.
        """
        after: int | None = delivery.anchor or delivery.channel_id
        found: list[Done] = []
        while after is not None and (every or not found):
            page = await self._call(
                self._messenger.find(delivery.channel_id, after, delivery.nonce)
            )
            if not isinstance(page, Found):
                return page
            found += page.messages
            after = page.further
        return found

    async def _shown(self, delivery: Delivery, message_id: int, revision: int) -> None:
        async with self._db.write() as tx:
            await outbox.settle_shown(tx, delivery, message_id, revision, self._clock.now())
        if delivery.message_id is None:
            until = asyncio.get_running_loop().time() + ANCHOR_HOLDS
            self._anchors[delivery.channel_id] = message_id, until
        logger.info("delivery.shown", extra={**_about(delivery), "message_id": message_id})

    async def _drop(self, delivery: Delivery, why: str) -> None:
        async with self._db.write() as tx:
            await outbox.drop(tx, delivery)
        logger.info("delivery.dropped", extra={**_about(delivery), "reason": why})

    async def _drop_unpublished(self, delivery: Delivery) -> None:
        """Drop what has nothing to show, unless it was published again at this very moment."""
        async with self._db.write() as tx:
            dropped = await _read_subject(tx, delivery) is None and await outbox.drop(tx, delivery)
        if dropped:
            logger.info(
                "delivery.dropped", extra={**_about(delivery), "reason": "nothing to show any more"}
            )

    async def _give_up(self, delivery: Delivery) -> None:
        async with self._db.write() as tx:
            await outbox.give_up(tx, delivery)
        logger.info("delivery.vanished", extra=_about(delivery))

    async def _dead(self, delivery: Delivery, refused: Refused) -> None:
        async with self._db.write() as tx:
            await outbox.settle_failed(
                tx,
                delivery,
                State.DEAD,
                error=refused.reason,
                now=self._clock.now(),
                next_try_at=None,
                payload=refused.payload,
            )
        logger.error("delivery.refused", extra={**_about(delivery), "reason": refused.reason})

    async def _gone(self, delivery: Delivery, reason: str, state: State) -> None:
        """Try a closed channel for a while, then pause its subscription."""
        await self._fail(delivery, state, reason)
        now = self._clock.now()
        if now - (delivery.failing_since or now) >= self._timing.give_up:
            await self._pause(delivery, reason)

    async def _pause(self, delivery: Delivery, reason: str) -> None:
        """Pause the subscription and tell its server's admins; /status shows the reason as well.

        One that has moved to another channel meanwhile only leaves this delivery behind.
        """
        async with self._db.write() as tx:
            subscription = await subscriptions.get(tx, delivery.subscription_id)
            if subscription is None or subscription.paused is not None:
                return
            moved = subscription.channel_id != delivery.channel_id
            if moved:
                await outbox.drop(tx, delivery)
            else:
                await subscriptions.pause(tx, subscription.id, reason, closed=True)
        if moved:
            return
        told = await self._call(
            self._messenger.tell_admins(
                subscription.guild_id,
                f"⏸️ “{subscription.name}” in <#{subscription.channel_id}> is paused. {reason} "
                "Then use `/schedule resume`; what is still worth showing will follow.",
            )
        )
        logger.error(
            "subscription.paused",
            extra={
                "subscription": subscription.id,
                "schedule": subscription.name,
                "channel": subscription.channel_id,
                "reason": reason,
                "told": told is True,
            },
        )

    async def _fail(
        self, delivery: Delivery, state: State, reason: str, *, may_come_late: bool = False
    ) -> None:
        now = self._clock.now()
        later = retry_at(delivery.failing_since, now, self._timing, self._chance.random())
        async with self._db.write() as tx:
            await outbox.settle_failed(
                tx,
                delivery,
                state,
                error=reason,
                now=now,
                next_try_at=later,
                may_come_late=may_come_late,
            )
        event = {State.UNCLEAR: "delivery.unclear", State.HELD: "delivery.held"}.get(
            state, "delivery.retried"
        )
        logger.warning(event, extra={**_about(delivery), "reason": reason})

    async def _postpone(self, delivery: Delivery, until: datetime) -> None:
        async with self._db.write() as tx:
            await outbox.postpone(tx, delivery, until)
        logger.info("delivery.postponed", extra={**_about(delivery), "until": until.isoformat()})

    async def _call(self, call: Awaitable[Outcome]) -> Outcome | Unclear:
        """Wait for an answer no longer than the time-out: without one nothing is known."""
        try:
            async with asyncio.timeout(self._timing.timeout.total_seconds()):
                return await call
        except TimeoutError:
            return Unclear("Discord did not answer in time.")

    async def _subject(self, delivery: Delivery) -> Subject | None:
        async with self._db.read() as read:
            return await _read_subject(read, delivery)


async def _read_subject(read: Read, delivery: Delivery) -> Subject | None:
    """What the message is to show, as it is now: a story lives, a digest's part is frozen."""
    story_id = story_of(delivery.subject_key)
    if story_id is not None:
        story = await stories.get(read, story_id)
        gone = story is None or (delivery.message_id is None and not story.published)
        return None if gone else story
    _, run, number = delivery.subject_key.split(":")
    return await runs.part(read, int(run), int(number))


def _post(delivery: Delivery, subject: Subject) -> Post:
    return Post(
        channel_id=delivery.channel_id,
        subject=subject,
        nonce=delivery.nonce,
        revision=revision_of(subject),
        layout=delivery.layout,
        role=delivery.role,
    )


def _about(delivery: Delivery) -> dict[str, object]:
    return {
        "delivery": delivery.id,
        "channel": delivery.channel_id,
        "subject": delivery.subject_key,
        "attempt": delivery.attempt,
    }
