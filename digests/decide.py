"""What to do next: pure decisions that the flows of `bot` carry out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from digests.article import COLD
from digests.delivery import State
from digests.names import name_key
from digests.query import DEFAULT_LOOKBACK, LATE_LIMIT, Query, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.delivery import Delivery
    from digests.story import Story
    from digests.subscription import Subscription, Wishes
    from digests.topic import Topics


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient delivery is.

    `quiet`: how long after an unclear answer before the look-up, so that a late effect has had its
    time. `timeout`: how long one call may take. `edit_every`: the shortest time between two edits
    of one message. `young`: how long after it was wanted a message is kept up to date. `give_up`:
    how long a closed channel is tried before its subscription is paused. `abandon`: how long a
    message that fails is tried before it is put aside.
    `retry_first`, `retry_most`: the shortest and the longest wait between two tries.
    `sweep_after`: how long after a look-up in vain a second message is looked for.
    """

    quiet: timedelta = timedelta(seconds=30)
    timeout: timedelta = timedelta(seconds=30)
    edit_every: timedelta = timedelta(minutes=10)
    young: timedelta = timedelta(hours=24)
    give_up: timedelta = timedelta(minutes=30)
    abandon: timedelta = timedelta(hours=24)
    retry_first: timedelta = timedelta(seconds=5)
    retry_most: timedelta = timedelta(minutes=5)
    sweep_after: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Send:
    """Claim the delivery, then send its message."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """Look for the message in the channel's history before anything else."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Bring the message up to date."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Look for a second message of the delivery, and remove the younger."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Nothing is to be done any more: the message is too old to be corrected."""


@dataclass(frozen=True, slots=True)
class Abandon:
    """It has failed for too long, and keeps all after it waiting: put it aside for the operator."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before this moment."""

    until: datetime


Step = Send | LookUp | Edit | Sweep | Drop | Abandon | Wait


def next_step(delivery: Delivery, now: datetime, timing: Timing) -> Step | None:
    """Choose what to do for a delivery at this moment; None = nothing is left to do."""
    if delivery.state is State.SHOWN and delivery.sweep_at is not None:
        return Sweep() if delivery.sweep_at <= now else Wait(delivery.sweep_at)
    if delivery.state in (State.SHOWN, State.DEAD, State.DROPPED, State.CLAIMED):
        return None
    if delivery.next_try_at is not None and delivery.next_try_at > now:
        return Wait(delivery.next_try_at)
    if delivery.message_id is None:
        return _first_step(delivery, now, timing)
    return _edit_step(delivery, now, timing)


def _first_step(delivery: Delivery, now: datetime, timing: Timing) -> Step:
    if now - (delivery.failing_since or now) > timing.abandon:
        return Abandon()
    if delivery.state is State.WANTED:
        return Send()
    calm_at = (delivery.unclear_since or now) + timing.quiet
    return LookUp() if calm_at <= now else Wait(calm_at)


def _edit_step(delivery: Delivery, now: datetime, timing: Timing) -> Step:
    if now - delivery.created_at > timing.young:
        return Drop()
    due = now if delivery.edited_at is None else delivery.edited_at + timing.edit_every
    if delivery.unclear_since is not None:  # an older edit that comes late must not undo this one
        due = max(due, delivery.unclear_since + timing.quiet)
    return Edit() if due <= now else Wait(due)


def retry_at(
    failing_since: datetime | None, now: datetime, timing: Timing, chance: float
) -> datetime:
    """When to try again after a failure: as long again as it has failed, with jitter.

    `chance` is a random number from 0 to 1, which spreads tries by a fifth to either side.
    """
    failed_for = now - (failing_since or now)
    wait = min(max(failed_for, timing.retry_first), timing.retry_most)
    return now + wait * (0.8 + 0.4 * chance)


def wants_alert(subscription: Subscription, story: Story, topics: Topics, now: datetime) -> bool:
    """Tell whether an alerts subscription is to show this story, if the channel has not seen it.

    Only what arrived since it asks for this; without a lookback however old it is.
    """
    wishes = subscription.wishes
    if not story.published or story.heat < wishes.min_heat or subscription.paused:
        return False
    if story.arrival <= subscription.after_arrival:
        return False
    if wishes.lookback is not None and story.published_at <= now - wishes.lookback:
        return False
    wanted = topics.widen(wishes.topics) if wishes.topics else frozenset()
    return not wanted or any(name_key(name) in wanted for name in story.topics)


def may_be_wanted_anew(before: Story | None, after: Story) -> bool:
    """Tell whether a change may make somebody want an alert of a story who did not before it.

    Most changes do not: a story cools down, or more outlets cover it.
    """
    if before is None or not (before.published and after.published):
        return after.published
    return (
        after.heat > before.heat
        or after.published_at > before.published_at
        or after.topics != before.topics
        or after.arrival != before.arrival
    )


def start_of_day(now: datetime, timezone: str) -> datetime:
    """When the current date began by the clocks of a known IANA time zone, in UTC."""
    zone = ZoneInfo(timezone)
    return datetime.combine(now.astimezone(zone).date(), time.min, zone).astimezone(UTC)


def digest_query(
    wishes: Wishes,
    channel_id: int,
    topics: Topics,
    fire_at: datetime,
    missed_since: datetime | None,
) -> Query:
    """What a digest that is due at `fire_at` selects.

    After downtime `missed_since` is the first scheduled moment that was missed: the one catch-up
    digest covers what the missed ones would have, up to LATE_LIMIT back.
    """
    lookback = lookback_of(wishes, fire_at)
    first = fire_at if missed_since is None else min(missed_since, fire_at)
    since = max(first - lookback, min(fire_at - lookback, fire_at - LATE_LIMIT))
    before = first - wishes.schedule.period_at(first) if wishes.schedule else None
    return Query(
        window=Window(since, fire_at, late=lookback, unmet_since=before),
        sort=wishes.sort,
        topics=topics.widen(wishes.topics) if wishes.topics else frozenset(),
        min_heat=wishes.min_heat,
        limit=wishes.max_stories,
        unseen_in=channel_id,
    )


def lookback_of(wishes: Wishes, fire_at: datetime) -> timedelta:
    """How far back a digest looks: as configured, or the schedule's period plus half a day."""
    if wishes.lookback is not None:
        return wishes.lookback
    return wishes.schedule.default_lookback(fire_at) if wishes.schedule else DEFAULT_LOOKBACK


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a story arrives, and its number: the numbers grow, whatever the clock says."""

    number: int
    at: datetime


def renewed(before: Story | None, after: Story, arrival: Arrival | None) -> Story:
    """Give a newly composed story its revision and arrival, from what was known of it.

    A story arrives when it is first seen published: `arrival` is for one that does so now, None
    during the very first scan of a feed, whose finds never count as arriving. Revision 0 = nobody
    could see it yet.
    """
    if before is None or before.revision == 0:
        if not after.published or arrival is None:
            return replace(after, revision=int(after.published))
        return replace(after, revision=1, arrival=arrival.number, arrived_at=arrival.at)
    if is_withdrawn(before) and not after.published:
        after = replace(after, heat=before.heat)  # what was taken back does not expire
    changed = is_visible_change(before, after)
    return replace(
        after,
        revision=before.revision + changed,
        arrival=before.arrival,
        arrived_at=before.arrived_at,
    )


def merged(story: Story, others: Sequence[Story]) -> Story:
    """What was known of a story into which others go, since they turned out to be one event.

    The first of them that a reader could see is what it looked like; its revision is the highest
    that any channel may have been shown.
    """
    visible = [one for one in (story, *others) if one.revision]
    if not visible:
        return story
    return replace(visible[0], id=story.id, revision=max(one.revision for one in visible))


def vanished(story: Story) -> Story:
    """What is left of a story whose files are all gone: nothing that is asked for or announced."""
    return story if is_withdrawn(story) else replace(story, published=False, heat=COLD)


def is_visible_change(before: Story, after: Story) -> bool:
    """Tell whether a reader of the story's message would see a difference.

    Expiry (not published any more, and cold) is none: the post is left alone. Withdrawal (not
    published any more, but warm) is one, and so is its taking back.
    """
    if not after.published:
        return before.published and is_withdrawn(after)
    return before.fingerprint != after.fingerprint or is_withdrawn(before)


def is_withdrawn(story: Story) -> bool:
    """Tell whether the outlet or the editors took the story back, rather than let it expire."""
    return not story.published and story.heat != COLD
