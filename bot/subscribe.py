"""Standing requests: add, change, pause, resume, remove; in Discord and by the configuration."""

from __future__ import annotations

import logging
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from bot.alerts import Alerts
from bot.store import deliveries, stories, subscriptions
from digests.names import name_key
from digests.subscription import Mode, Origin
from digests.text import clean, cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from bot.clock import Clock
    from bot.config import FixedSubscription
    from bot.store.database import Database, Read, Write
    from digests.decide import Timing
    from digests.subscription import Subscription, Wishes
    from digests.topic import Topics

logger = logging.getLogger(__name__)

MOST_IN_A_SERVER = 50
"""How many subscriptions a server may have, so that one cannot crowd out the others."""

LONGEST_NAME = 40
"""The longest name of a subscription, in characters."""

MOST_TOLD = 5
"""How many names of schedules an error tells."""

_EMPTY_NAME = "Give the schedule a name, such as “morning”."


class SubscribeError(Exception):
    """A request that cannot be met; the message is one sentence for the person who asked."""


class Subscribe:
    """Keeps the subscriptions, on behalf of a server's admins and of the configuration."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        topics: Topics,
        timing: Timing,
        rearm: Callable[[], None],
    ) -> None:
        """`rearm` is called after a change, so that whoever acts on subscriptions looks again."""
        self._db = database
        self._clock = clock
        self._topics = topics
        self._timing = timing
        self._rearm = rearm

    async def add(
        self, guild_id: int, channel_id: int, name: str, wishes: Wishes, made_by: int
    ) -> Subscription:
        """Make a subscription; raises SubscribeError if the name is taken or there are too many."""
        name = _tidy(name)
        now = self._clock.now()
        async with self._db.write() as tx:
            others = await subscriptions.in_guild(tx, guild_id)
            if taken := [one.name for one in others if name_key(one.name) == name_key(name)]:
                raise SubscribeError(
                    f"There is already a schedule named “{taken[0]}”: choose another name."
                )
            if len(others) >= MOST_IN_A_SERVER:
                raise SubscribeError(
                    f"This server has {MOST_IN_A_SERVER} schedules, the most there may be: "
                    "remove one first."
                )
            made = await subscriptions.add(
                tx,
                origin=Origin.DISCORD,
                guild_id=guild_id,
                channel_id=channel_id,
                name=name,
                wishes=wishes,
                next_fire_at=_next_fire(wishes, now),
                now=now,
                created_by=made_by,
            )
        logger.info("subscription.added", extra=_about(made))
        self._rearm()
        return made

    async def in_guild(self, guild_id: int) -> list[Subscription]:
        """The subscriptions that post in a server."""
        async with self._db.read() as read:
            return await subscriptions.in_guild(read, guild_id)

    async def named(self, guild_id: int, name: str) -> Subscription:
        """Find a server's subscription; raises SubscribeError naming those that exist."""
        async with self._db.read() as read:
            found = await subscriptions.by_name(read, guild_id, name)
            others = () if found else await subscriptions.in_guild(read, guild_id)
        if found is None:
            raise SubscribeError(_not_found(name, [one.name for one in others]))
        return found

    async def edit(
        self,
        subscription: Subscription,
        change: Callable[[Wishes], Wishes],
        channel_id: int | None = None,
    ) -> Subscription:
        """Change what is asked for, as it is by now.

        Raises SubscribeError for one of the configuration, for one that was removed meanwhile, and
        whatever `change` raises.
        """
        _refuse_fixed(subscription)
        async with self._db.write() as tx:
            known = await _still_there(tx, subscription)
            changed = await self._change(tx, known, change(known.wishes), channel_id)
        self._rearm()
        return changed

    async def _change(
        self, tx: Write, subscription: Subscription, wishes: Wishes, channel_id: int | None
    ) -> Subscription:
        """Ask for something else, or elsewhere: what was still to be shown follows."""
        now = self._clock.now()
        same_time = wishes.schedule == subscription.wishes.schedule
        changed = replace(
            subscription,
            wishes=wishes,
            channel_id=channel_id or subscription.channel_id,
            next_fire_at=subscription.next_fire_at if same_time else _next_fire(wishes, now),
        )
        if changed == subscription:
            return subscription
        await subscriptions.update(
            tx,
            subscription.id,
            wishes=wishes,
            channel_id=changed.channel_id,
            next_fire_at=changed.next_fire_at,
        )
        if changed.channel_id != subscription.channel_id:
            unseen = await deliveries.move(tx, subscription.id, changed.channel_id, now)
            await self._offer(tx, subscription.channel_id, unseen)
        return changed

    async def pause(self, subscription: Subscription, why: str) -> None:
        """Stop posting until it is resumed; raises SubscribeError if it was removed meanwhile."""
        async with self._db.write() as tx:
            await _still_there(tx, subscription)
            await subscriptions.pause(tx, subscription.id, why)
        logger.info("subscription.paused", extra={**_about(subscription), "reason": why})
        self._rearm()

    async def resume(self, subscription: Subscription) -> Subscription:
        """Post again, what was still to be shown and is worth it included.

        After a pause that nobody asked for, so is what came meanwhile. Raises SubscribeError if it
        was removed.
        """
        async with self._db.write() as tx:
            resumed = await self._resume(tx, await _still_there(tx, subscription))
        logger.info("subscription.resumed", extra=_about(resumed))
        self._rearm()
        return resumed

    async def _resume(self, tx: Write, subscription: Subscription) -> Subscription:
        now = self._clock.now()
        worth_since = now - self._timing.young
        following = _next_fire(subscription.wishes, now)
        await subscriptions.resume(tx, subscription.id, following)
        await deliveries.refresh(tx, subscription.id, worth_since)
        resumed = replace(subscription, paused=None, closed=False, next_fire_at=following)
        if subscription.closed and subscription.wishes.mode is Mode.ALERTS:
            alerts = Alerts(tx, self._topics, now, [resumed])
            passed = subscription.after_arrival
            for story in await stories.arrived_since(tx, worth_since, passed):
                await alerts.want(story)
        await subscriptions.pass_over(tx, subscription.id, await stories.last_arrival(tx))
        return resumed

    async def remove(self, subscription: Subscription) -> None:
        """End a subscription; what it posted stays. Raises SubscribeError for a configured one."""
        _refuse_fixed(subscription)
        async with self._db.write() as tx:
            await self._end(tx, subscription)
        logger.info("subscription.removed", extra=_about(subscription))
        self._rearm()

    async def _end(self, tx: Write, subscription: Subscription) -> None:
        await subscriptions.remove(tx, subscription.id, self._clock.now())
        unseen = await deliveries.drop_open(tx, subscription.id, self._clock.now())
        await self._offer(tx, subscription.channel_id, unseen)

    async def _offer(self, tx: Write, channel_id: int, story_ids: Iterable[int]) -> None:
        """Let the channel's other alerts show what the one that leaves was to show there."""
        found = await stories.get_many(tx, story_ids)
        if not found:
            return
        asking = await subscriptions.active(tx, Mode.ALERTS, channel_id)
        alerts = Alerts(tx, self._topics, self._clock.now(), asking)
        for story in found.values():
            await alerts.want(story)

    async def take_fixed(self, wanted: Iterable[FixedSubscription]) -> None:
        """Make the configuration's subscriptions what the file says: add, change, remove."""
        now = self._clock.now()
        async with self._db.write() as tx:
            known = {name_key(one.name): one for one in await subscriptions.in_config(tx)}
            for fixed in wanted:
                before = known.pop(name_key(fixed.name), None)
                if before is not None:
                    await self._take_changed(tx, before, fixed)
                    continue
                await subscriptions.add(
                    tx,
                    origin=Origin.CONFIG,
                    guild_id=None,
                    channel_id=fixed.channel_id,
                    name=fixed.name,
                    wishes=fixed.wishes,
                    next_fire_at=_next_fire(fixed.wishes, now),
                    now=now,
                    created_by=None,
                )
            for gone in known.values():
                await self._end(tx, gone)
        self._rearm()

    async def _take_changed(
        self, tx: Write, before: Subscription, fixed: FixedSubscription
    ) -> None:
        """Take what the file says now; a pause ends when the channel that it was about is left."""
        if fixed.name != before.name:
            await subscriptions.rename(tx, before.id, fixed.name)
        changed = await self._change(tx, before, fixed.wishes, fixed.channel_id)
        if before.closed and changed.channel_id != before.channel_id:
            await self._resume(tx, changed)
            logger.info("subscription.resumed", extra=_about(changed))
        elif before.paused is not None:
            details = {**_about(changed), "reason": before.paused}
            logger.warning("subscription.paused", extra=details)

    async def locate(self, guild_id: int, channel_ids: AbstractSet[int]) -> None:
        """Note which server the configured subscriptions' channels are in, as Discord told it."""
        async with self._db.read() as read:
            fixed = await subscriptions.in_config(read)
        moved = [one for one in fixed if one.channel_id in channel_ids and one.guild_id != guild_id]
        if not moved:
            return
        async with self._db.write() as tx:
            for one in moved:
                await subscriptions.set_guild(tx, one.id, guild_id)


async def _still_there(read: Read, subscription: Subscription) -> Subscription:
    """The subscription as it is by now; raises SubscribeError if somebody removed it."""
    known = await subscriptions.get(read, subscription.id)
    if known is None:
        raise SubscribeError(
            f"“{subscription.name}” was removed meanwhile: make one with /schedule add."
        )
    return known


def _about(subscription: Subscription) -> dict[str, object]:
    return {
        "subscription": subscription.id,
        "schedule": subscription.name,
        "channel": subscription.channel_id,
    }


def _next_fire(wishes: Wishes, now: datetime) -> datetime | None:
    if wishes.mode is not Mode.DIGEST or wishes.schedule is None:
        return None
    return wishes.schedule.next_after(now)


def _not_found(name: str, known: list[str]) -> str:
    """Say which there are: all of a few, of many the likeliest, since all fit into no message."""
    said = f"There is no schedule named “{cut(clean(name), LONGEST_NAME)}” here:"
    if not known:
        return f"{said} make one with /schedule add."
    if len(known) <= MOST_TOLD:
        return f"{said} there is {_listed(known)}."
    likeness = SequenceMatcher(b=name.strip()[:LONGEST_NAME].casefold())

    def alike(other: str) -> float:
        likeness.set_seq1(other.casefold())
        return likeness.ratio()

    likely = [other for other in known if alike(other) >= 0.5]
    nearest = sorted(likely, key=alike, reverse=True)[:MOST_TOLD]
    if not nearest:
        return f"{said} /schedule list shows all."
    are = "is" if len(nearest) == 1 else "are"
    return f"{said} the most like it {are} {_listed(nearest)}; /schedule list shows all."


def _listed(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _tidy(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise SubscribeError(_EMPTY_NAME)
    if len(tidy) > LONGEST_NAME:
        raise SubscribeError(f"Give the schedule a name of at most {LONGEST_NAME} characters.")
    return tidy


def _refuse_fixed(subscription: Subscription) -> None:
    if subscription.origin is Origin.CONFIG:
        raise SubscribeError(
            f"“{subscription.name}” is set in the bot's configuration file: "
            "ask the bot's operator to change it there."
        )
