"""Deliveries: which subject each channel is to show, and what is known of its message.

The outbox is not a list of things to do: it is the deliveries whose `wanted` differs from `shown`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.store.database import from_ms, to_ms
from digests.delivery import Delivery, State, nonce_for
from digests.subscription import Layout

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from bot.store.database import Read, Row, Write
    from digests.subscription import Subscription

_OPEN = "d.state IN ('wanted', 'claimed', 'unclear', 'held')"
_ACTIVE = (
    "EXISTS (SELECT 1 FROM subscriptions s WHERE s.id = d.subscription_id"
    " AND s.paused IS NULL AND s.removed_at IS NULL)"
)
_PUT_OFF = "d.attempt = 0 AND d.failing_since IS NULL AND COALESCE(d.next_try_at, 0) > :now"

# Unsent, and its channel has or is to have the same event under another name.
_SPARE = (
    "d.subject_key = :spare AND d.message_id IS NULL"
    " AND (d.state = 'wanted' OR d.state = 'dropped' AND d.attempt = 0)"
    " AND EXISTS (SELECT 1 FROM deliveries o"
    " WHERE o.channel_id = d.channel_id AND o.subject_key = :kept"
    " AND (d.state = 'dropped' OR o.state <> 'dropped' OR o.attempt > 0))"
)
_TWIN = (
    "SELECT o.id FROM deliveries o"
    " WHERE o.channel_id = appearances.channel_id AND o.subject_key = :kept"
)


@dataclass(frozen=True, slots=True)
class Troubles:
    """How many deliveries are not as they should be, for /status."""

    waiting: int
    unclear: int
    held: int
    dead: int


async def want(
    tx: Write,
    subscription: Subscription,
    subject_key: str,
    revision: int,
    now: datetime,
    *,
    not_before: datetime | None = None,
) -> int | None:
    """Want a subject shown in the subscription's channel; None if that channel has it already.

    One that was dropped before anything was sent is wanted again.
    """
    row = await tx.fetch_one(
        "INSERT INTO deliveries (subscription_id, channel_id, subject_key, wanted, state, layout,"
        " role, nonce, next_try_at, created_at)"
        " VALUES (:subscription, :channel, :subject, :wanted, :state, :layout, :role, :nonce,"
        " :not_before, :now)"
        " ON CONFLICT (channel_id, subject_key) DO UPDATE SET state = excluded.state,"
        " subscription_id = excluded.subscription_id, wanted = excluded.wanted,"
        " layout = excluded.layout, role = excluded.role, next_try_at = excluded.next_try_at,"
        " created_at = excluded.created_at, failing_since = NULL, last_error = NULL"
        " WHERE deliveries.state = 'dropped' AND deliveries.attempt = 0 RETURNING id",
        subscription=subscription.id,
        channel=subscription.channel_id,
        subject=subject_key,
        wanted=revision,
        state=State.WANTED,
        layout=subscription.wishes.layout,
        role=subscription.wishes.role,
        nonce=nonce_for(subscription.channel_id, subject_key),
        not_before=None if not_before is None else to_ms(not_before),
        now=to_ms(now),
    )
    return None if row is None else int(row["id"])


async def appear(tx: Write, channel_id: int, story_ids: Iterable[int], delivery_id: int) -> None:
    """Remember that the channel is shown these stories by this delivery; the first one counts."""
    await tx.execute_many(
        "INSERT INTO appearances (channel_id, story_id, delivery_id)"
        " VALUES (:channel, :story, :delivery) ON CONFLICT (channel_id, story_id) DO NOTHING",
        [
            {"channel": channel_id, "story": story_id, "delivery": delivery_id}
            for story_id in story_ids
        ],
    )


async def has_appeared(read: Read, channel_id: int, story_id: int) -> bool:
    """Tell whether the channel has been shown the story, or is about to be."""
    row = await read.fetch_one(
        "SELECT 1 AS found FROM appearances WHERE channel_id = :channel AND story_id = :story",
        channel=channel_id,
        story=story_id,
    )
    return row is not None


async def revive(tx: Write, channel_id: int, subject_key: str, revision: int) -> bool:
    """Want again what was dropped after attempts that left no message; True if there was any."""
    changed = await tx.execute(
        "UPDATE deliveries SET state = 'wanted', wanted = :revision, next_try_at = NULL"
        " WHERE channel_id = :channel AND subject_key = :subject AND state = 'dropped'"
        " AND shown = 0 AND message_id IS NULL",
        channel=channel_id,
        subject=subject_key,
        revision=revision,
    )
    return changed == 1


async def revise(tx: Write, subject_key: str, revision: int) -> int:
    """Want a newer revision wherever the subject is shown or about to be; returns in how many.

    A claimed delivery keeps its state: settling it notices that more is wanted.
    """
    return await tx.execute(
        "UPDATE deliveries SET wanted = :revision,"
        " state = CASE WHEN state = 'shown' THEN 'wanted' ELSE state END"
        " WHERE subject_key = :subject AND wanted < :revision AND state NOT IN ('dead', 'dropped')",
        subject=subject_key,
        revision=revision,
    )


async def merge(tx: Write, from_key: str, into_key: str) -> None:
    """Let what was wanted of one story be wanted of another: two turned out to be one event.

    Where a channel has both, one that is unsent goes: of two the second. A message that is out
    stays as it is.
    """
    for spare, kept in ((from_key, into_key), (into_key, from_key)):
        await tx.execute(
            f"UPDATE appearances SET delivery_id = ({_TWIN}) WHERE delivery_id IN"  # noqa: S608 - constants
            f" (SELECT d.id FROM deliveries d WHERE {_SPARE})",
            spare=spare,
            kept=kept,
        )
        await tx.execute(
            f"DELETE FROM deliveries AS d WHERE {_SPARE}",  # noqa: S608 - constants
            spare=spare,
            kept=kept,
        )
    await tx.execute(
        "UPDATE deliveries SET subject_key = :into WHERE subject_key = :from AND NOT EXISTS"
        " (SELECT 1 FROM deliveries o"
        " WHERE o.channel_id = deliveries.channel_id AND o.subject_key = :into)",
        **{"from": from_key, "into": into_key},
    )


async def heads(read: Read, now: datetime) -> list[Delivery]:
    """Per channel the oldest open delivery without a message, and every message to be edited.

    Order is kept within a channel, so only its head is anybody's business; an edit waits for none.
    What was put off when it was wanted, as for quiet hours, keeps nothing else waiting.
    """
    rows = await read.fetch_all(
        f"SELECT d.* FROM deliveries d WHERE d.id IN ("  # noqa: S608 - constants
        f"  SELECT MIN(d.id) FROM deliveries d WHERE {_OPEN} AND {_ACTIVE}"
        f"   AND d.message_id IS NULL GROUP BY d.channel_id, {_PUT_OFF})"
        f" OR (d.state = 'wanted' AND d.message_id IS NOT NULL AND {_ACTIVE})"
        " OR (d.state = 'shown' AND d.sweep_at <= :now)"
        " ORDER BY d.id",
        now=to_ms(now),
    )
    return [_delivery(row) for row in rows]


async def get(read: Read, delivery_id: int) -> Delivery | None:
    """Read one delivery."""
    row = await read.fetch_one("SELECT * FROM deliveries WHERE id = :id", id=delivery_id)
    return None if row is None else _delivery(row)


async def claim(tx: Write, delivery: Delivery, anchor: int | None) -> Delivery | None:
    """Take the delivery for one attempt, fenced by its number; None if somebody else moved it.

    The first anchor stands for all attempts: the message may be any of theirs.
    """
    row = await tx.fetch_one(
        "UPDATE deliveries SET state = 'claimed', attempt = attempt + 1,"
        " anchor = COALESCE(anchor, :anchor), next_try_at = NULL"
        " WHERE id = :id AND attempt = :attempt AND state = 'wanted' RETURNING *",
        id=delivery.id,
        attempt=delivery.attempt,
        anchor=anchor,
    )
    return None if row is None else _delivery(row)


async def settle_shown(
    tx: Write, delivery: Delivery, message_id: int, revision: int, now: datetime
) -> bool:
    """The message exists and shows this revision; False if the attempt is no longer the last."""
    changed = await tx.execute(
        "UPDATE deliveries SET state = CASE WHEN wanted > :revision THEN 'wanted' ELSE 'shown' END,"
        " shown = :revision, message_id = :message, shown_at = :now, unclear_since = NULL,"
        " failing_since = NULL, next_try_at = NULL, last_error = NULL"
        " WHERE id = :id AND attempt = :attempt",
        id=delivery.id,
        attempt=delivery.attempt,
        message=message_id,
        revision=revision,
        now=to_ms(now),
    )
    return changed == 1


async def settle_failed(
    tx: Write,
    delivery: Delivery,
    state: State,
    *,
    error: str,
    now: datetime,
    next_try_at: datetime | None,
    payload: str | None = None,
    may_come_late: bool = False,
) -> bool:
    """The attempt did not show it; keep why and when to go on.

    `may_come_late`: an edit without an answer, which starts the quiet period anew.
    False if it is not the last one, or if the delivery was dropped meanwhile.
    """
    changed = await tx.execute(
        "UPDATE deliveries SET state = :state, last_error = :error, payload = :payload,"
        " next_try_at = :next_try_at, failing_since = COALESCE(failing_since, :now),"
        " unclear_since = CASE WHEN :state IN ('unclear', 'held')"
        " THEN COALESCE(unclear_since, :now) WHEN :may_come_late = 1 THEN :now END"
        " WHERE id = :id AND attempt = :attempt AND state <> 'dropped'"
        " AND NOT (state = 'shown' AND wanted = shown)",
        id=delivery.id,
        attempt=delivery.attempt,
        state=state,
        error=error,
        payload=payload,
        may_come_late=int(may_come_late),
        now=to_ms(now),
        next_try_at=None if next_try_at is None else to_ms(next_try_at),
    )
    return changed == 1


async def settle_absent(tx: Write, delivery: Delivery, sweep_at: datetime) -> bool:
    """The look-up found nothing: it may be sent again, with the same nonce, and is swept later."""
    changed = await tx.execute(
        "UPDATE deliveries SET state = 'wanted', unclear_since = NULL, next_try_at = NULL,"
        " sweep_at = :sweep_at"
        " WHERE id = :id AND attempt = :attempt AND state IN ('unclear', 'held')",
        id=delivery.id,
        attempt=delivery.attempt,
        sweep_at=to_ms(sweep_at),
    )
    return changed == 1


async def settle_swept(
    tx: Write, delivery: Delivery, message_id: int | None, sweep_at: datetime | None
) -> bool:
    """Note which message is left; with `sweep_at` the sweep could not be done and comes again."""
    changed = await tx.execute(
        "UPDATE deliveries SET sweep_at = :sweep_at, message_id = COALESCE(:message, message_id)"
        " WHERE id = :id AND attempt = :attempt",
        id=delivery.id,
        attempt=delivery.attempt,
        message=message_id,
        sweep_at=None if sweep_at is None else to_ms(sweep_at),
    )
    return changed == 1


async def postpone(tx: Write, delivery: Delivery, until: datetime) -> bool:
    """Try again later without counting it as a failure: Discord was busy."""
    changed = await tx.execute(
        "UPDATE deliveries SET next_try_at = :until,"
        " state = CASE WHEN state = 'claimed' THEN 'wanted' ELSE state END"
        " WHERE id = :id AND attempt = :attempt",
        id=delivery.id,
        attempt=delivery.attempt,
        until=to_ms(until),
    )
    return changed == 1


async def drop(tx: Write, delivery: Delivery) -> bool:
    """Show it no more, or leave it as it is: it is too old, or nothing is left to show.

    What was certainly never sent counts as not seen: it may be wanted again.
    """
    changed = await tx.execute(
        "UPDATE deliveries SET wanted = CASE WHEN shown > 0 THEN shown ELSE wanted END,"
        " state = CASE WHEN shown > 0 THEN 'shown' ELSE 'dropped' END, next_try_at = NULL"
        " WHERE id = :id AND attempt = :attempt",
        id=delivery.id,
        attempt=delivery.attempt,
    )
    await tx.execute(
        "DELETE FROM appearances WHERE delivery_id = (SELECT id FROM deliveries"
        " WHERE id = :id AND state = 'dropped' AND attempt = 0)",
        id=delivery.id,
    )
    return changed == 1


async def give_up(tx: Write, delivery: Delivery) -> bool:
    """A moderator deleted the message: it is neither posted again nor corrected."""
    changed = await tx.execute(
        "UPDATE deliveries SET state = 'dropped', shown = wanted, next_try_at = NULL"
        " WHERE id = :id AND attempt = :attempt",
        id=delivery.id,
        attempt=delivery.attempt,
    )
    return changed == 1


async def refresh(tx: Write, subscription_id: int, worth_since: datetime) -> None:
    """Make a resumed subscription's deliveries due, but drop what was wanted before `worth_since`.

    Failures are forgotten; what waits for the end of quiet hours goes on waiting.
    A dropped one's stories count as not shown, so that a digest may still take them.
    """
    await tx.execute(
        "UPDATE deliveries SET failing_since = NULL,"
        " next_try_at = CASE WHEN failing_since IS NULL THEN next_try_at END"
        " WHERE subscription_id = :id AND state IN ('wanted', 'unclear', 'held')",
        id=subscription_id,
    )
    await tx.execute(
        "UPDATE deliveries SET state = 'dropped' WHERE subscription_id = :id"
        " AND state = 'wanted' AND message_id IS NULL AND created_at < :since",
        id=subscription_id,
        since=to_ms(worth_since),
    )
    await tx.execute(
        "DELETE FROM appearances WHERE delivery_id IN (SELECT id FROM deliveries"
        " WHERE subscription_id = :id AND state = 'dropped' AND message_id IS NULL)",
        id=subscription_id,
    )


async def orphan_claims(tx: Write, now: datetime, alive: Collection[int]) -> int:
    """Make claims unclear that no channel in `alive` is working on; returns how many.

    An edit needs no look-up: it is wanted again, after the quiet period.
    """
    rows = await tx.fetch_all("SELECT id, channel_id FROM deliveries WHERE state = 'claimed'")
    orphans = [
        {"id": row["id"], "now": to_ms(now)} for row in rows if row["channel_id"] not in alive
    ]
    await tx.execute_many(
        "UPDATE deliveries SET unclear_since = :now,"
        " state = CASE WHEN message_id IS NULL THEN 'unclear' ELSE 'wanted' END,"
        " last_error = 'The program stopped while the message was being sent.' WHERE id = :id",
        orphans,
    )
    return len(orphans)


async def wanted_since(read: Read, subscription_id: int, since: datetime) -> int:
    """How many deliveries the subscription has wanted since a moment: for max_per_day."""
    row = await read.fetch_one(
        "SELECT COUNT(*) AS n FROM deliveries WHERE subscription_id = :id AND created_at >= :since",
        id=subscription_id,
        since=to_ms(since),
    )
    return 0 if row is None else int(row["n"])


async def troubles(read: Read, subscription_ids: Iterable[int] | None = None) -> Troubles:
    """Count what waits and what went wrong, for some subscriptions or for all."""
    rows = await read.fetch_all(
        "SELECT subscription_id, state, COUNT(*) AS n FROM deliveries"
        " WHERE state IN ('wanted', 'claimed', 'unclear', 'held', 'dead')"
        " GROUP BY subscription_id, state"
    )
    wanted = None if subscription_ids is None else set(subscription_ids)
    counts = dict.fromkeys(State, 0)
    for row in rows:
        if wanted is None or row["subscription_id"] in wanted:
            counts[State(row["state"])] += int(row["n"])
    return Troubles(
        waiting=counts[State.WANTED] + counts[State.CLAIMED],
        unclear=counts[State.UNCLEAR],
        held=counts[State.HELD],
        dead=counts[State.DEAD],
    )


def _delivery(row: Row) -> Delivery:
    return Delivery(
        id=row["id"],
        subscription_id=row["subscription_id"],
        channel_id=row["channel_id"],
        subject_key=row["subject_key"],
        wanted=row["wanted"],
        shown=row["shown"],
        state=State(row["state"]),
        nonce=row["nonce"],
        attempt=row["attempt"],
        created_at=from_ms(row["created_at"]),
        message_id=row["message_id"],
        anchor=row["anchor"],
        layout=Layout(row["layout"]),
        role=row["role"],
        unclear_since=_moment(row["unclear_since"]),
        failing_since=_moment(row["failing_since"]),
        next_try_at=_moment(row["next_try_at"]),
        shown_at=_moment(row["shown_at"]),
        sweep_at=_moment(row["sweep_at"]),
        last_error=row["last_error"],
    )


def _moment(value: int | None) -> datetime | None:
    return None if value is None else from_ms(value)
