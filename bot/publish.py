"""A due schedule becomes a digest and wanted deliveries: one transaction per run."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.clock import was_set
from bot.store import appearances, deliveries, runs, selection, subscriptions
from digests.decide import digest_query
from digests.delivery import part_key
from digests.digest import compose
from digests.subscription import Layout, Mode, WhenEmpty

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.clock import Clock
    from bot.store.database import Database, Read, Write
    from digests.digest import Digest, DigestPart
    from digests.schedule import Schedule
    from digests.subscription import Subscription
    from digests.topic import Topics

logger = logging.getLogger(__name__)

KEPT = timedelta(days=7)
"""How long what a run said is kept after all its messages are out: it is seldom asked for again."""

TIDY_EVERY = timedelta(days=1)
"""How often what is no longer needed is forgotten."""

TIDY_AT_ONCE = 100
"""How many runs are emptied in one transaction; more are left for the next call."""


class Paginate(Protocol):
    """How a digest is cut into parts that each fit a message: known to whoever draws them."""

    def __call__(self, digest: Digest, layout: Layout, run_id: int = 0) -> Sequence[DigestPart]:
        """Cut the digest; an empty one has one part, the note."""


class Publish:
    """Runs what is due, at most once for every scheduled moment."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        topics: Topics,
        paginate: Paginate,
        wake: Callable[[], None],
    ) -> None:
        """`wake` is called after a commit that left something to deliver."""
        self._db = database
        self._clock = clock
        self._topics = topics
        self._paginate = paginate
        self._wake = wake
        self._tidied_at: datetime | None = None
        self._ahead: timedelta | None = None

    async def due(self) -> datetime | None:
        """Run every schedule that is due now; returns the next moment at which one will be."""
        now = self._clock.now()
        await self._follow_clock(now)
        async with self._db.read() as read:
            due = await subscriptions.due(read, now)
        for subscription in due:
            await self._run(subscription.id, now)
        await self._tidy(now)
        async with self._db.read() as read:
            return await subscriptions.next_alarm(read)

    async def _run(self, subscription_id: int, now: datetime) -> None:
        """The newest scheduled moment up to now stands for all that were missed."""
        async with self._db.write() as tx:
            subscription = await subscriptions.get(tx, subscription_id)
            if subscription is None or not _is_due(subscription, now):
                return
            schedule, missed_since = subscription.wishes.schedule, subscription.next_fire_at
            if schedule is None or missed_since is None:
                return
            fire_at = schedule.latest_until(now, not_before=missed_since) or missed_since
            await self._publish(tx, subscription, fire_at, missed_since, now)
            following = await _first_unrun(tx, subscription.id, schedule, fire_at)
            await subscriptions.advance(tx, subscription.id, following)
        self._wake()

    async def _follow_clock(self, now: datetime) -> None:
        """Plan anew what a clock that was set may have planned for a year that is far away."""
        ahead = self._clock.ahead()
        if was_set(self._ahead, ahead):
            async with self._db.write() as tx:
                await _plan_anew(tx, now)
        self._ahead = ahead

    async def _tidy(self, now: datetime) -> None:
        """Once a day, empty the runs that are over; whatever a clock does, a day later at most."""
        if self._tidied_at is not None and abs(now - self._tidied_at) < TIDY_EVERY:
            return
        async with self._db.read() as read:
            finished = await runs.finished(read, now - KEPT, TIDY_AT_ONCE)
        if finished:
            async with self._db.write() as tx:
                await runs.empty(tx, finished)
        if len(finished) < TIDY_AT_ONCE:
            self._tidied_at = now

    async def run_now(self, subscription_id: int) -> int:
        """Post a digest at once, besides the schedule; returns how many messages are wanted."""
        now = self._clock.now()
        async with self._db.write() as tx:
            subscription = await subscriptions.get(tx, subscription_id)
            if subscription is None:
                return 0
            wanted = await self._publish(tx, subscription, now, None, now)
        self._wake()
        return wanted

    async def preview(self, subscription: Subscription) -> list[DigestPart]:
        """What the subscription would post at its next moment, or now if it has none."""
        fire_at = _next_moment(subscription, self._clock.now())
        async with self._db.read() as read:
            digest = await self._compose(read, subscription, fire_at, None)
        return list(self._paginate(digest, subscription.wishes.layout))

    async def _publish(
        self,
        tx: Write,
        subscription: Subscription,
        fire_at: datetime,
        missed_since: datetime | None,
        now: datetime,
    ) -> int:
        """Compose and freeze the digest of one run, and want its parts."""
        run_id = await runs.start(tx, subscription.id, fire_at, now)
        if run_id is None:
            logger.info("run.repeated", extra=_about(subscription, fire_at))
            return 0
        digest = await self._compose(tx, subscription, fire_at, missed_since)
        if not digest.sections and subscription.wishes.when_empty is WhenEmpty.SKIP:
            logger.info("run.empty", extra=_about(subscription, fire_at))
            return 0
        parts = self._paginate(digest, subscription.wishes.layout, run_id)
        await runs.freeze(tx, run_id, parts)
        for part in parts:
            delivery = await deliveries.want(
                tx, subscription, part_key(run_id, part.number), 1, now
            )
            if delivery is not None:
                shown = [story.id for story in part.digest.stories]
                await appearances.note(tx, subscription.channel_id, shown, delivery)
        logger.info(
            "run.composed",
            extra={
                **_about(subscription, fire_at),
                "stories": len(digest.stories),
                "messages": len(parts),
            },
        )
        return len(parts)

    async def _compose(
        self,
        read: Read,
        subscription: Subscription,
        fire_at: datetime,
        missed_since: datetime | None,
    ) -> Digest:
        query = digest_query(
            subscription.wishes, subscription.channel_id, self._topics, fire_at, missed_since
        )
        ranked = await selection.select(read, query)
        since = query.window.since
        return compose(subscription.name, since, fire_at, ranked, self._topics, query.sort)


def _next_moment(subscription: Subscription, now: datetime) -> datetime:
    """The moment planned; a pause may have let that pass, and then it is the next one."""
    planned, schedule = subscription.next_fire_at, subscription.wishes.schedule
    if planned is not None and planned > now:
        return planned
    return now if schedule is None else schedule.next_after(now)


async def _first_unrun(
    read: Read, subscription_id: int, schedule: Schedule, after: datetime
) -> datetime:
    """The next scheduled moment without a run: after a clock went back, some lie ahead."""
    moment = schedule.next_after(after)
    while await runs.exists(read, subscription_id, moment):
        moment = schedule.next_after(moment)
    return moment


async def _plan_anew(tx: Write, now: datetime) -> None:
    """Bring alarms nearer that lie too far ahead, as after a clock that was wrong by years.

    No moment fires twice for it: a run is unique by its moment.
    """
    for subscription in await subscriptions.active(tx, Mode.DIGEST):
        schedule, planned = subscription.wishes.schedule, subscription.next_fire_at
        if schedule is None:
            continue
        following = await _first_unrun(tx, subscription.id, schedule, now)
        if planned is None or following < planned:
            await subscriptions.advance(tx, subscription.id, following)


def _is_due(subscription: Subscription, now: datetime) -> bool:
    planned = subscription.next_fire_at
    return subscription.paused is None and planned is not None and planned <= now


def _about(subscription: Subscription, fire_at: datetime) -> dict[str, object]:
    return {
        "subscription": subscription.id,
        "schedule": subscription.name,
        "fire_at": fire_at.isoformat(),
    }
