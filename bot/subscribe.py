"""Standing requests: add, change, pause, resume, remove; in Discord and by the configuration."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.store import deliveries, subscriptions
from digests.decide import Timing
from digests.subscription import Mode, Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from bot.clock import Clock
    from bot.config import FixedSubscription
    from bot.store.database import Database, Write
    from digests.subscription import Subscription, Wishes

logger = logging.getLogger(__name__)

MOST_IN_A_SERVER = 50
"""How many subscriptions a server may have, so that one cannot crowd out the others."""

LONGEST_NAME = 40
"""The longest name of a subscription, in characters."""

_EMPTY_NAME = "Give the schedule a name, such as “morning”."


class SubscribeError(Exception):
    """A request that cannot be met; the message is one sentence for the person who asked."""


class Subscribe:
    """Keeps the subscriptions, on behalf of a server's admins and of the configuration."""

    def __init__(self, database: Database, clock: Clock, rearm: Callable[[], None]) -> None:
        """`rearm` is called after a change, so that the timetable sets its alarm anew."""
        self._db = database
        self._clock = clock
        self._rearm = rearm

    async def add(
        self, guild_id: int, channel_id: int, name: str, wishes: Wishes, made_by: int
    ) -> Subscription:
        """Make a subscription; raises SubscribeError if the name is taken or there are too many."""
        name = _tidy(name)
        now = self._clock.now()
        async with self._db.write() as tx:
            others = await subscriptions.in_guild(tx, guild_id)
            if any(other.name.casefold() == name.casefold() for other in others):
                raise SubscribeError(f"There is already a schedule named “{name}”: take another.")
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
        logger.info("subscription.added", extra={"subscription": made.id, "schedule": name})
        self._rearm()
        return made

    async def in_guild(self, guild_id: int) -> list[Subscription]:
        """The subscriptions that post in a server."""
        async with self._db.read() as read:
            return await subscriptions.in_guild(read, guild_id)

    async def named(self, guild_id: int, name: str) -> Subscription:
        """Find a server's subscription; raises SubscribeError naming those that exist."""
        async with self._db.read() as read:
            everything = await subscriptions.in_guild(read, guild_id)
        for one in everything:
            if one.name.casefold() == name.strip().casefold():
                return one
        names = ", ".join(f"“{one.name}”" for one in everything)
        hint = f"there is {names}." if names else "make one with /schedule add."
        raise SubscribeError(f"There is no schedule named “{name.strip()}” here: {hint}")

    async def edit(
        self, subscription: Subscription, wishes: Wishes, channel_id: int | None = None
    ) -> Subscription:
        """Change what is asked for; raises SubscribeError for one of the configuration."""
        _refuse_fixed(subscription)
        async with self._db.write() as tx:
            changed = await self._change(tx, subscription, wishes, channel_id)
        self._rearm()
        return changed

    async def _change(
        self, tx: Write, subscription: Subscription, wishes: Wishes, channel_id: int | None
    ) -> Subscription:
        same_time = wishes.schedule == subscription.wishes.schedule
        changed = replace(
            subscription,
            wishes=wishes,
            channel_id=channel_id or subscription.channel_id,
            next_fire_at=subscription.next_fire_at
            if same_time
            else _next_fire(wishes, self._clock.now()),
        )
        await subscriptions.update(
            tx,
            subscription.id,
            wishes=wishes,
            channel_id=changed.channel_id,
            next_fire_at=changed.next_fire_at,
        )
        return changed

    async def pause(self, subscription: Subscription, why: str) -> None:
        """Stop posting until it is resumed."""
        async with self._db.write() as tx:
            await subscriptions.pause(tx, subscription.id, why)
        logger.info("subscription.paused", extra={"subscription": subscription.id, "reason": why})
        self._rearm()

    async def resume(self, subscription: Subscription) -> Subscription:
        """Post again, what is still worth showing included."""
        now = self._clock.now()
        following = _next_fire(subscription.wishes, now)
        async with self._db.write() as tx:
            await subscriptions.resume(tx, subscription.id, following)
            await deliveries.refresh(tx, subscription.id, now - Timing().young)
        logger.info("subscription.resumed", extra={"subscription": subscription.id})
        self._rearm()
        return replace(subscription, paused=None, next_fire_at=following)

    async def remove(self, subscription: Subscription) -> None:
        """End a subscription; what it posted stays. Raises SubscribeError for a configured one."""
        _refuse_fixed(subscription)
        async with self._db.write() as tx:
            await subscriptions.remove(tx, subscription.id, self._clock.now())
        logger.info("subscription.removed", extra={"subscription": subscription.id})
        self._rearm()

    async def take_fixed(self, wanted: Iterable[FixedSubscription]) -> None:
        """Make the configuration's subscriptions what the file says: add, change, remove."""
        now = self._clock.now()
        async with self._db.write() as tx:
            known = {one.name.casefold(): one for one in await subscriptions.in_config(tx)}
            for fixed in wanted:
                before = known.pop(fixed.name.casefold(), None)
                if before is not None:
                    await self._change(tx, before, fixed.wishes, fixed.channel_id)
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
                await subscriptions.remove(tx, gone.id, now)
        self._rearm()

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


def _next_fire(wishes: Wishes, now: datetime) -> datetime | None:
    if wishes.mode is not Mode.DIGEST or wishes.schedule is None:
        return None
    return wishes.schedule.next_after(now)


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
