"""Wanted deliveries become messages: the flow that promises each is shown exactly once.

Per channel the oldest comes first. What happens to one delivery, in order:

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
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, TypeVar, assert_never

from bot.store import deliveries, runs, stories, subscriptions
from bot.store.errors import StoreError
from digests.decide import Drop, Edit, LookUp, Send, Sweep, Timing, Wait, next_step, retry_at
from digests.delivery import (
    Absent,
    Busy,
    Done,
    Gone,
    Post,
    Refused,
    State,
    Unclear,
    Unreadable,
    Vanished,
    revision_of,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from datetime import datetime

    from bot.clock import Clock
    from bot.store.database import Database
    from digests.decide import Step
    from digests.delivery import Delivery, EditOutcome, LookupOutcome, SendOutcome, Subject

logger = logging.getLogger(__name__)

Outcome = TypeVar("Outcome")

LONGEST_SLEEP = 60.0
"""Seconds after which the outbox is looked at again even if nobody calls: wake-ups are hints."""


class Messenger(Protocol):
    """What delivery needs of Discord. Outcomes are values; nothing but cancellation is raised."""

    async def newest(self, channel_id: int) -> Done | Gone | Busy | Unclear:
        """Ask Discord for an id that is at least as old as anything sent from now on.

        That is the channel's newest message, or the channel's own id where there is none.
        """

    async def send(self, post: Post) -> SendOutcome:
        """Send the post with its nonce."""

    async def edit(self, message_id: int, post: Post) -> EditOutcome:
        """Make the message show the post."""

    async def find(self, channel_id: int, after: int, nonce: str) -> LookupOutcome:
        """Look for our own message with this nonce among all that are newer than `after`."""

    async def sweep(self, channel_id: int, after: int, nonce: str) -> LookupOutcome:
        """Remove all but the oldest of our messages with this nonce; it is what is left."""

    async def tell_admins(self, guild_id: int | None, sentence: str) -> bool:
        """Tell those who manage a server; False if none of them could be reached."""


class Deliver:
    """Works off the outbox until it is stopped; one channel's trouble is nobody else's."""

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
        self._woken = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._anchors: dict[int, int] = {}
        self._torn = True
        self._idle = asyncio.Event()

    def wake(self) -> None:
        """Say that something new is wanted, or that time has moved."""
        self._idle.clear()
        self._woken.set()

    async def idle(self) -> None:
        """Wait until nothing is due: what is left waits for a moment, or for nobody."""
        await self._idle.wait()

    async def run(self) -> None:
        """Deliver until cancelled; a message in flight is then finished and settled first."""
        try:
            while True:
                self._woken.clear()
                seconds = await self._round()
                if not self._busy and not self._woken.is_set():
                    self._idle.set()
                with suppress(TimeoutError):  # not wait_for: on 3.11 a wake-up can hide the end
                    async with asyncio.timeout(seconds):
                        await self._woken.wait()
        finally:
            await self._finish()

    async def _round(self) -> float:
        """Look at the outbox once; returns seconds until it is worth looking again."""
        try:
            if self._torn:
                await self._release_claims()
            return await self._start_due()
        except StoreError as error:
            logger.error("delivery.failed", extra={"reason": str(error)})  # noqa: TRY400 - a sentence
            return self._timing.retry_first.total_seconds()

    async def _release_claims(self) -> None:
        """Send claims that nobody works on, a former process's or a torn one's, to the look-up."""
        async with self._db.write() as tx:
            orphans = await deliveries.orphan_claims(tx, self._clock.now(), self._busy.keys())
        self._torn = False
        if orphans:
            logger.warning("delivery.interrupted", extra={"deliveries": orphans})

    async def _start_due(self) -> float:
        """Start a worker for every channel with something due; returns when to look again."""
        now = self._clock.now()
        async with self._db.read() as read:
            heads = await deliveries.heads(read, now)
        sleep = LONGEST_SLEEP
        for delivery in heads:
            if delivery.channel_id in self._busy:
                continue
            step = next_step(delivery, now, self._timing)
            if isinstance(step, Wait):
                sleep = min(sleep, max((step.until - now).total_seconds(), 0.01))
            elif step is not None:
                self._start(delivery, step)
        return sleep

    def _start(self, delivery: Delivery, step: Step) -> None:
        task = asyncio.create_task(self._attempt(delivery, step), name=f"deliver-{delivery.id}")
        self._busy[delivery.channel_id] = task
        task.add_done_callback(lambda done: self._ended(delivery, done))

    def _ended(self, delivery: Delivery, task: asyncio.Task[None]) -> None:
        """Free the channel; a failure of our own (a full disk, say) is told and tried again."""
        del self._busy[delivery.channel_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._torn = True
            logger.error(
                "delivery.failed",
                extra={"channel": delivery.channel_id, "delivery": delivery.id},
                exc_info=error,
            )
            delay = self._timing.retry_first.total_seconds()
            asyncio.get_running_loop().call_later(delay, self.wake)
        else:
            self.wake()

    async def _finish(self) -> None:
        """Let the messages in flight end: each takes at most a few time-outs."""
        while self._busy:
            await asyncio.wait(self._busy.values())

    async def _attempt(self, delivery: Delivery, step: Step) -> None:
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
                async with self._db.write() as tx:
                    await deliveries.drop(tx, delivery)
            case Wait():
                pass
            case _:
                assert_never(step)

    async def _send(self, delivery: Delivery) -> None:
        subject = await self._subject(delivery)
        if subject is None:
            await self._drop(delivery, "nothing to show any more")
            return
        anchor = await self._anchor(delivery)
        if anchor is None:
            return
        async with self._db.write() as tx:
            claim = await deliveries.claim(tx, delivery, anchor)
        if claim is None:
            return
        outcome = await self._call(self._messenger.send(_post(claim, subject)))
        await self._settle(claim, revision_of(subject), outcome, if_unclear=State.UNCLEAR)

    async def _anchor(self, delivery: Delivery) -> int | None:
        """A message id from before the first send; None if there is none, which is settled."""
        known = delivery.anchor or self._anchors.get(delivery.channel_id)
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

    async def _edit(self, delivery: Delivery) -> None:
        subject = await self._subject(delivery)
        if subject is None or delivery.message_id is None:
            await self._drop(delivery, "nothing to correct any more")
            return
        async with self._db.write() as tx:
            claim = await deliveries.claim(tx, delivery, None)
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
            case Done(message_id):
                await self._shown(claim, message_id, revision)
            case Vanished():
                await self._give_up(claim)
            case Gone(reason):
                await self._gone(claim, reason, State.WANTED)
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
        after = delivery.anchor or delivery.channel_id
        outcome = await self._call(self._messenger.find(delivery.channel_id, after, delivery.nonce))
        match outcome:
            case Done(message_id, revision):
                logger.info("delivery.adopted", extra=_about(delivery))
                await self._shown(delivery, message_id, revision or delivery.wanted)
            case Absent():
                sweep_at = self._clock.now() + self._timing.sweep_after
                async with self._db.write() as tx:
                    await deliveries.settle_absent(tx, delivery, sweep_at)
            case Unreadable(reason):
                await self._fail(delivery, State.HELD, reason)
            case Gone(reason):
                await self._gone(delivery, reason, State.UNCLEAR)
            case Busy(retry_after):
                await self._postpone(delivery, self._clock.now() + retry_after)
            case Unclear(reason):
                await self._fail(delivery, State.UNCLEAR, reason)
            case _:
                assert_never(outcome)

    async def _sweep(self, delivery: Delivery) -> None:
        """Make sure that there is one message only; what cannot be read now is swept later."""
        after = delivery.anchor or delivery.channel_id
        outcome = await self._call(
            self._messenger.sweep(delivery.channel_id, after, delivery.nonce)
        )
        left = outcome.message_id if isinstance(outcome, Done) else None
        if left is not None and left != delivery.message_id:
            logger.warning("delivery.swept", extra=_about(delivery))
        again = isinstance(outcome, Busy | Unclear | Unreadable)
        later = self._clock.now() + self._timing.sweep_after if again else None
        async with self._db.write() as tx:
            await deliveries.settle_swept(tx, delivery, left, later)

    async def _shown(self, delivery: Delivery, message_id: int, revision: int) -> None:
        async with self._db.write() as tx:
            await deliveries.settle_shown(tx, delivery, message_id, revision, self._clock.now())
        known = self._anchors.get(delivery.channel_id, 0)
        self._anchors[delivery.channel_id] = max(known, message_id)
        logger.info("delivery.shown", extra={**_about(delivery), "message_id": message_id})

    async def _drop(self, delivery: Delivery, why: str) -> None:
        async with self._db.write() as tx:
            await deliveries.drop(tx, delivery)
        logger.info("delivery.dropped", extra={**_about(delivery), "reason": why})

    async def _give_up(self, delivery: Delivery) -> None:
        async with self._db.write() as tx:
            await deliveries.give_up(tx, delivery)
        logger.info("delivery.vanished", extra=_about(delivery))

    async def _dead(self, delivery: Delivery, refused: Refused) -> None:
        async with self._db.write() as tx:
            await deliveries.settle_failed(
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
        if now - (delivery.failing_since or now) < self._timing.give_up:
            return
        await self._pause(delivery.subscription_id, reason)

    async def _pause(self, subscription_id: int, reason: str) -> None:
        """Pause a subscription and tell its server's admins; /status shows the reason as well."""
        async with self._db.write() as tx:
            subscription = await subscriptions.get(tx, subscription_id)
            await subscriptions.pause(tx, subscription_id, reason)
        if subscription is None or subscription.paused is not None:
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
            extra={"subscription": subscription_id, "reason": reason, "told": told is True},
        )

    async def _fail(
        self, delivery: Delivery, state: State, reason: str, *, may_come_late: bool = False
    ) -> None:
        now = self._clock.now()
        later = retry_at(delivery.failing_since, now, self._timing, self._chance.random())
        async with self._db.write() as tx:
            await deliveries.settle_failed(
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
            await deliveries.postpone(tx, delivery, until)
        logger.info("delivery.postponed", extra={**_about(delivery), "until": until.isoformat()})

    async def _call(self, call: Awaitable[Outcome]) -> Outcome | Unclear:
        """Wait for an answer no longer than the time-out: without one nothing is known."""
        try:
            async with asyncio.timeout(self._timing.timeout.total_seconds()):
                return await call
        except TimeoutError:
            return Unclear("Discord did not answer in time.")

    async def _subject(self, delivery: Delivery) -> Subject | None:
        """What the message is to show, as it is now: a story lives, a digest's part is frozen."""
        kind, _, rest = delivery.subject_key.partition(":")
        async with self._db.read() as read:
            if kind == "story":
                story = await stories.get(read, int(rest))
                gone = story is None or (delivery.message_id is None and not story.published)
                return None if gone else story
            run, _, number = rest.partition(":")
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
