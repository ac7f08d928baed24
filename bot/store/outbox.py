"""The outbox: the deliveries whose `wanted` differs from `shown`, and what came of each attempt.

It is not a list of things to do. Every settlement is fenced by its attempt's number: what is said
of an older attempt changes nothing, and the answer is False.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import appearances
from bot.store.database import to_ms, to_ms_or_none
from bot.store.deliveries import delivery_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.store.database import Read, Value, Write
    from digests.delivery import Delivery, Done, State

_OPEN = "d.state IN ('wanted', 'claimed', 'unclear', 'held')"
_ACTIVE = (
    "EXISTS (SELECT 1 FROM subscriptions s WHERE s.id = d.subscription_id"
    " AND s.paused IS NULL AND s.removed_at IS NULL)"
)
_SAME = "id = :id AND nonce = :nonce AND attempt = :attempt"
_NEVER_TRIED = "attempt = 0 AND failing_since IS NULL"
_PUT_OFF = f"{_NEVER_TRIED} AND COALESCE(d.next_try_at, 0) > :now"

# Each part says what its partial index is about in the index's own words, or it is not used.
_HEADS = f"""
SELECT d.* FROM deliveries d WHERE d.id IN (
    SELECT MIN(d.id) FROM deliveries d WHERE {_OPEN} AND {_ACTIVE} AND d.message_id IS NULL
    GROUP BY d.channel_id, {_PUT_OFF})
UNION ALL
SELECT d.* FROM deliveries d
WHERE {_OPEN} AND {_ACTIVE} AND d.state = 'wanted' AND d.message_id IS NOT NULL
UNION ALL
SELECT d.* FROM deliveries d
WHERE d.sweep_at IS NOT NULL AND d.sweep_at <= :now AND d.state = 'shown'
"""  # noqa: S608 - constants


async def heads(read: Read, now: datetime) -> list[Delivery]:
    """Per channel the oldest open delivery without a message, and every message to be edited.

    Order is kept within a channel, so only its head is anybody's business; an edit waits for none.
    What was put off when it was wanted, as for quiet hours, keeps nothing else waiting.
    """
    rows = await read.fetch_all(_HEADS, now=to_ms(now))
    return sorted(map(delivery_of, rows), key=lambda delivery: delivery.id)


async def claim(tx: Write, delivery: Delivery, anchor: int | None) -> Delivery | None:
    """Take the delivery for one attempt, fenced by its number; None if somebody else moved it.

    The first anchor stands for all attempts: the message may be any of theirs.
    """
    row = await tx.fetch_one(
        "UPDATE deliveries SET state = 'claimed', attempt = attempt + 1,"  # noqa: S608 - constants
        " anchor = COALESCE(anchor, :anchor), next_try_at = NULL"
        f" WHERE {_SAME} AND state = 'wanted' RETURNING *",
        **_fence(delivery),
        anchor=anchor,
    )
    return None if row is None else delivery_of(row)


async def settle_shown(
    tx: Write, delivery: Delivery, message_id: int, revision: int, now: datetime
) -> bool:
    """The message exists and shows this revision."""
    return await _settle(
        tx,
        delivery,
        "state = CASE WHEN wanted > :revision THEN 'wanted' ELSE 'shown' END, shown = :revision,"
        " edited_at = CASE WHEN message_id IS NULL THEN edited_at ELSE :now END,"
        " message_id = :message, unclear_since = NULL, failing_since = NULL, next_try_at = NULL,"
        " last_error = NULL",
        message=message_id,
        revision=revision,
        now=to_ms(now),
    )


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
    """The attempt did not show it; keep why and when to go on. Not if it was dropped meanwhile.

    `may_come_late`: an edit without an answer, which starts the quiet period anew.
    """
    return await _settle(
        tx,
        delivery,
        "state = :state, last_error = :error, payload = :payload, next_try_at = :next_try_at,"
        " failing_since = COALESCE(failing_since, :now),"
        " unclear_since = CASE WHEN :state IN ('unclear', 'held')"
        " THEN COALESCE(unclear_since, :now) WHEN :may_come_late = 1 THEN :now END",
        "state <> 'dropped' AND NOT (state = 'shown' AND wanted = shown)",
        state=state,
        error=error,
        payload=payload,
        may_come_late=int(may_come_late),
        now=to_ms(now),
        next_try_at=to_ms_or_none(next_try_at),
    )


async def settle_absent(tx: Write, delivery: Delivery, sweep_at: datetime) -> bool:
    """The look-up found nothing: it may be sent again, with the same nonce, and is swept later."""
    return await _settle(
        tx,
        delivery,
        "state = 'wanted', unclear_since = NULL, next_try_at = NULL, sweep_at = :sweep_at",
        "state IN ('unclear', 'held')",
        sweep_at=to_ms(sweep_at),
    )


async def settle_swept(
    tx: Write, delivery: Delivery, left: Done | None, sweep_at: datetime | None
) -> bool:
    """Note which message is left, and what it shows: it may be the older revision.

    With `sweep_at` the sweep could not be done and comes again.
    """
    return await _settle(
        tx,
        delivery,
        "sweep_at = :sweep_at, message_id = COALESCE(:message, message_id),"
        " shown = COALESCE(:revision, shown),"
        " state = CASE WHEN state = 'shown' AND wanted > COALESCE(:revision, shown)"
        " THEN 'wanted' ELSE state END",
        message=left.message_id if left else None,
        revision=left.revision if left else None,
        sweep_at=to_ms_or_none(sweep_at),
    )


async def postpone(tx: Write, delivery: Delivery, until: datetime) -> bool:
    """Try again later without counting it as a failure: Discord was busy."""
    return await _settle(
        tx,
        delivery,
        "next_try_at = :until, state = CASE WHEN state = 'claimed' THEN 'wanted' ELSE state END",
        until=to_ms(until),
    )


async def drop(tx: Write, delivery: Delivery) -> bool:
    """Show it no more, or leave it as it is: it is too old, or nothing is left to show.

    What was certainly never sent counts as not seen: it may be wanted again.
    """
    dropped = await _settle(
        tx,
        delivery,
        "wanted = CASE WHEN shown > 0 THEN shown ELSE wanted END,"
        " state = CASE WHEN shown > 0 THEN 'shown' ELSE 'dropped' END, next_try_at = NULL",
    )
    if dropped and delivery.attempt == 0:
        await appearances.forget(tx, [delivery.id])
    return dropped


async def give_up(tx: Write, delivery: Delivery) -> bool:
    """A moderator deleted the message: it is neither posted again nor corrected."""
    return await _settle(tx, delivery, "state = 'dropped', shown = wanted, next_try_at = NULL")


async def orphan_claims(tx: Write, now: datetime, alive: Collection[int], why: str) -> int:
    """Make claims unclear of deliveries that are not in `alive`, by id; returns how many.

    They count as failing. An edit needs no look-up: it is wanted again, after the quiet period.
    """
    rows = await tx.fetch_all(
        f"SELECT d.id FROM deliveries d WHERE {_OPEN} AND d.state = 'claimed'"  # noqa: S608 - constants
    )
    ids = [row["id"] for row in rows if row["id"] not in alive]
    await tx.execute_many(
        "UPDATE deliveries SET unclear_since = :now,"
        " state = CASE WHEN message_id IS NULL THEN 'unclear' ELSE 'wanted' END,"
        " failing_since = COALESCE(failing_since, :now), last_error = :why WHERE id = :id",
        [{"id": delivery_id, "now": to_ms(now), "why": why} for delivery_id in ids],
    )
    return len(ids)


async def measure_anew(tx: Write, now: datetime, sweep_at: datetime) -> None:
    """Let all waiting begin anew: the clock by which it was measured cannot be trusted.

    Quiet periods start over, failures are as if they began now, and sweeps come at `sweep_at`.
    What was put off to a time of day stays so.
    """
    await tx.execute(
        "UPDATE deliveries SET"  # noqa: S608 - constants
        " unclear_since = CASE WHEN unclear_since IS NOT NULL THEN :now END,"
        f" next_try_at = CASE WHEN {_NEVER_TRIED} THEN next_try_at END,"
        " failing_since = CASE WHEN failing_since IS NOT NULL THEN :now END,"
        " edited_at = CASE WHEN edited_at > :now THEN :now ELSE edited_at END"
        " WHERE state IN ('wanted', 'claimed', 'unclear', 'held')",
        now=to_ms(now),
    )
    await tx.execute(
        "UPDATE deliveries SET sweep_at = :sweep_at WHERE sweep_at IS NOT NULL",
        sweep_at=to_ms(sweep_at),
    )


async def _settle(
    tx: Write, delivery: Delivery, changes: str, condition: str = "1 = 1", **values: Value
) -> bool:
    """Change the delivery, if no later attempt has begun."""
    changed = await tx.execute(
        f"UPDATE deliveries SET {changes}"  # noqa: S608 - constants
        f" WHERE {_SAME} AND {condition}",
        **_fence(delivery),
        **values,
    )
    return changed == 1


def _fence(delivery: Delivery) -> dict[str, Value]:
    """An id may come again, and a delivery may move to another channel: the nonce tells."""
    return {"id": delivery.id, "nonce": delivery.nonce, "attempt": delivery.attempt}
