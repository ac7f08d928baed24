"""Who is to be alerted of a story: asked for each that changes, and when somebody resumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import appearances, deliveries, subscriptions
from digests.decide import start_of_day, wants_alert
from digests.delivery import story_key
from digests.subscription import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.store.database import Write
    from digests.story import Story
    from digests.subscription import Subscription
    from digests.topic import Topics


class Alerts:
    """The alerts of one transaction: the subscriptions that may ask, and what they go by."""

    def __init__(
        self,
        tx: Write,
        topics: Topics,
        now: datetime,
        asking: Sequence[Subscription] | None = None,
    ) -> None:
        """All that are active are `asking`, read when a story first needs them, or some only."""
        self._tx = tx
        self._topics = topics
        self._now = now
        self._asking = asking

    async def want(self, story: Story) -> None:
        """Want the story shown in every channel that asks for it and has not been shown it."""
        if self._asking is None:
            self._asking = await subscriptions.active(self._tx, Mode.ALERTS)
        asking = [one for one in self._asking if wants_alert(one, story, self._topics, self._now)]
        if asking:
            passing = await subscriptions.passing(self._tx, story.id)
            asking = [one for one in asking if one.id not in passing]
        if not asking:
            return
        key = story_key(story.id)
        shown = await appearances.channels(self._tx, story.id)
        revivable = await deliveries.revivable(self._tx, key)
        for subscription in asking:
            if subscription.channel_id not in shown:
                await self._want_in(subscription, story)
            elif subscription.channel_id in revivable:
                await deliveries.revive(self._tx, subscription, key, story.revision, self._now)

    async def _want_in(self, subscription: Subscription, story: Story) -> None:
        """Want it in one channel, unless that has had enough for today: a digest may take it."""
        if await self._is_enough(subscription):
            await subscriptions.pass_story(self._tx, subscription.id, story.id)
            return
        delivery = await deliveries.want(
            self._tx,
            subscription,
            story_key(story.id),
            story.revision,
            self._now,
            not_before=self._not_before(subscription, story),
        )
        if delivery is not None:
            await appearances.note(self._tx, subscription.channel_id, [story.id], delivery)

    async def _is_enough(self, subscription: Subscription) -> bool:
        wishes = subscription.wishes
        if not wishes.max_per_day:
            return False
        midnight = start_of_day(self._now, wishes.timezone)
        wanted = await deliveries.wanted_since(self._tx, subscription.id, midnight)
        return wanted >= wishes.max_per_day

    def _not_before(self, subscription: Subscription, story: Story) -> datetime | None:
        """When the quiet hours end, or the story's own moment comes, whichever is later."""
        wishes = subscription.wishes
        wakes_at = wishes.quiet.until(self._now, wishes.timezone) if wishes.quiet else None
        later = [
            moment for moment in (wakes_at, story.published_at) if moment and moment > self._now
        ]
        return max(later, default=None)
