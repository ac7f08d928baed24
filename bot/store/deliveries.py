"""Deliveries: which subject each channel is to show. What is done about them is in `outbox`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.store import appearances
from bot.store.database import from_ms, from_ms_or_none, to_ms, to_ms_or_none
from digests.delivery import Delivery, State, nonce_for, story_key, story_of
from digests.subscription import Layout

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.store.database import Read, Row, Value, Write
    from digests.subscription import Subscription


_REVIVABLE = "state = 'dropped' AND shown = 0 AND message_id IS NULL AND attempt > 0"


@dataclass(frozen=True, slots=True)
class Troubles:
    """How many deliveries are not as they should be, for /status.

    `put_off` are those that wait for the end of quiet hours, of a pause, or for a later moment.
    """

    waiting: int
    put_off: int
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
        nonce=nonce_for(subscription.channel_id, subject_key, now),
        not_before=to_ms_or_none(not_before),
        now=to_ms(now),
    )
    return None if row is None else int(row["id"])


async def revivable(read: Read, subject_key: str) -> frozenset[int]:
    """The channels for which the subject was dropped after attempts that left no known message."""
    rows = await read.fetch_all(
        f"SELECT channel_id FROM deliveries WHERE subject_key = :subject AND {_REVIVABLE}",  # noqa: S608 - constants
        subject=subject_key,
    )
    return frozenset(row["channel_id"] for row in rows)


async def revive(
    tx: Write, subscription: Subscription, subject_key: str, revision: int, now: datetime
) -> None:
    """Want again what is `revivable` in the subscription's channel; in doubt it is looked up."""
    await tx.execute(
        "UPDATE deliveries SET subscription_id = :subscription, wanted = :revision,"  # noqa: S608 - constants
        " state = CASE WHEN unclear_since IS NULL THEN 'wanted' ELSE 'unclear' END,"
        " unclear_since = CASE WHEN unclear_since IS NOT NULL THEN :now END,"
        " failing_since = NULL, next_try_at = NULL"
        f" WHERE channel_id = :channel AND subject_key = :subject AND {_REVIVABLE}",
        subscription=subscription.id,
        channel=subscription.channel_id,
        subject=subject_key,
        revision=revision,
        now=to_ms(now),
    )


async def revise(tx: Write, subject_key: str, revision: int) -> int:
    """Want a newer revision wherever the subject is shown or about to be; returns in how many.

    A claimed delivery keeps its state: settling it notices that more is wanted. What a removed
    subscription posted stays as it is.
    """
    return await tx.execute(
        "UPDATE deliveries SET wanted = :revision,"
        " state = CASE WHEN state = 'shown' THEN 'wanted' ELSE state END"
        " WHERE subject_key = :subject AND wanted < :revision AND state NOT IN ('dead', 'dropped')"
        " AND EXISTS (SELECT 1 FROM subscriptions s WHERE s.id = deliveries.subscription_id"
        " AND s.removed_at IS NULL)",
        subject=subject_key,
        revision=revision,
    )


async def merge(tx: Write, from_story: int, into_story: int) -> None:
    """Let what was wanted of one story be wanted of another: two turned out to be one event.

    Where a channel is shown both, alone or in a digest, an alert that is unsent goes: of two the
    second. A message that is out stays as it is. Call it before the stories themselves are merged.
    """
    rivals: dict[int, list[Row]] = defaultdict(list)
    keys = {"from_key": story_key(from_story), "into_key": story_key(into_story)}
    for row in await tx.fetch_all(_SHOWING, stories=(from_story, into_story), **keys):
        rivals[row["channel_id"]].append(row)
    for kept, *others in (sorted(rows, key=_precedence) for rows in rivals.values()):
        for spare in (row for row in others if _precedence(row)[0]):
            await appearances.hand_over(tx, spare["id"], kept["id"])
            await tx.execute("DELETE FROM deliveries WHERE id = :id", id=spare["id"])
    await tx.execute(
        "UPDATE deliveries SET subject_key = :into_key WHERE subject_key = :from_key AND NOT EXISTS"
        " (SELECT 1 FROM deliveries o"
        " WHERE o.channel_id = deliveries.channel_id AND o.subject_key = :into_key)",
        **keys,
    )


_SHOWING = """
SELECT d.id, d.channel_id, d.subject_key, d.state, d.attempt, d.message_id FROM deliveries d
WHERE d.subject_key IN (:from_key, :into_key)
UNION
SELECT d.id, d.channel_id, d.subject_key, d.state, d.attempt, d.message_id FROM deliveries d
JOIN appearances a ON a.delivery_id = d.id WHERE a.story_id IN (:stories)
"""


def _precedence(row: Row) -> tuple[int, int]:
    """Which delivery stays: one that may have been seen or shows more, then one that is wanted."""
    unsent = row["message_id"] is None and row["subject_key"].startswith("story:")
    if unsent and row["state"] == State.WANTED:
        return 1, row["id"]
    return 2 * (unsent and row["state"] == State.DROPPED and row["attempt"] == 0), row["id"]


async def refresh(tx: Write, subscription_id: int, worth_since: datetime) -> None:
    """Make a resumed subscription's deliveries due, but drop what was wanted before `worth_since`.

    Failures are forgotten; what waits for the end of quiet hours goes on waiting. Stories of a
    dropped one that was certainly not shown may still be taken by a digest.
    """
    await tx.execute(
        "UPDATE deliveries SET failing_since = NULL,"
        " next_try_at = CASE WHEN failing_since IS NULL THEN next_try_at END"
        " WHERE subscription_id = :id AND state IN ('wanted', 'unclear', 'held')",
        id=subscription_id,
    )
    too_old = {"id": subscription_id, "since": to_ms(worth_since)}
    unsent = await tx.fetch_all(
        f"SELECT id FROM deliveries WHERE {_TOO_OLD} AND state = 'wanted'",  # noqa: S608 - constants
        **too_old,
    )
    await appearances.forget(tx, [row["id"] for row in unsent])
    await tx.execute(f"UPDATE deliveries SET state = 'dropped' WHERE {_TOO_OLD}", **too_old)  # noqa: S608 - constants


_TOO_OLD = (
    "subscription_id = :id AND state IN ('wanted', 'unclear', 'held') AND message_id IS NULL"
    " AND created_at < :since"
)


async def drop_open(tx: Write, subscription_id: int, now: datetime) -> list[int]:
    """Want nothing more of a subscription; a message that is out is left as it is.

    Returns the stories that were certainly never sent: another subscription may show them.
    """
    unsent = await tx.fetch_all(
        "SELECT id FROM deliveries WHERE subscription_id = :id AND state = 'wanted'"
        " AND attempt = 0",
        id=subscription_id,
    )
    unseen = await appearances.forget(tx, [row["id"] for row in unsent])
    await tx.execute(
        "UPDATE deliveries SET next_try_at = NULL,"
        " wanted = CASE WHEN shown > 0 THEN shown ELSE wanted END,"
        " state = CASE WHEN shown > 0 THEN 'shown' ELSE 'dropped' END,"
        " unclear_since = CASE WHEN state = 'claimed' THEN :now ELSE unclear_since END"
        " WHERE subscription_id = :id AND state IN ('wanted', 'claimed', 'unclear', 'held')",
        id=subscription_id,
        now=to_ms(now),
    )
    return unseen


async def move(tx: Write, subscription_id: int, channel_id: int, now: datetime) -> list[int]:
    """Want in a subscription's new channel what the old one was still to be shown.

    What the new channel has been shown already, by whatever message, is dropped. A request that is
    under way is settled where it is. Returns the stories that were certainly never sent in the old
    channel: another subscription may show them there.
    """
    unseen: list[int] = []
    for row in await tx.fetch_all(
        "SELECT id, subject_key, attempt FROM deliveries WHERE subscription_id = :id"
        " AND state IN ('wanted', 'unclear', 'held') AND message_id IS NULL"
        " AND channel_id <> :channel ORDER BY id",
        id=subscription_id,
        channel=channel_id,
    ):
        shows = await appearances.by(tx, row["id"])
        if row["attempt"] == 0:
            unseen += await appearances.forget(tx, [row["id"]])
        if await _moved(tx, row["id"], row["subject_key"], channel_id, now):
            await appearances.note(tx, channel_id, shows, row["id"])
    return unseen


async def _moved(
    tx: Write, delivery_id: int, subject_key: str, channel_id: int, now: datetime
) -> bool:
    """Move a delivery, or drop it where the channel has its subject."""
    where: dict[str, Value] = {"id": delivery_id, "channel": channel_id, "subject": subject_key}
    story_id = story_of(subject_key)
    if story_id is not None and channel_id in await appearances.channels(tx, story_id):
        await tx.execute(_LEFT_BEHIND, id=delivery_id)
        return False
    await tx.execute(  # one that was dropped unsent stands for nothing
        "DELETE FROM deliveries WHERE channel_id = :channel AND subject_key = :subject"
        " AND state = 'dropped' AND attempt = 0 AND id <> :id",
        **where,
    )
    moved = await tx.execute(
        "UPDATE deliveries SET channel_id = :channel, nonce = :nonce, state = 'wanted',"
        " anchor = NULL, unclear_since = NULL, failing_since = NULL, sweep_at = NULL,"
        " next_try_at = CASE WHEN attempt = 0 AND failing_since IS NULL THEN next_try_at END"
        " WHERE id = :id AND NOT EXISTS (SELECT 1 FROM deliveries o"
        " WHERE o.channel_id = :channel AND o.subject_key = :subject)",
        nonce=nonce_for(channel_id, subject_key, now),
        **where,
    )
    if not moved:
        await tx.execute(_LEFT_BEHIND, id=delivery_id)
    return moved == 1


_LEFT_BEHIND = "UPDATE deliveries SET state = 'dropped', next_try_at = NULL WHERE id = :id"


async def get(read: Read, delivery_id: int) -> Delivery | None:
    """Read one delivery."""
    row = await read.fetch_one("SELECT * FROM deliveries WHERE id = :id", id=delivery_id)
    return None if row is None else delivery_of(row)


async def wanted_since(read: Read, subscription_id: int, since: datetime) -> int:
    """How many deliveries the subscription has wanted since a moment: for max_per_day."""
    row = await read.fetch_one(
        "SELECT COUNT(*) AS n FROM deliveries WHERE subscription_id = :id AND created_at >= :since",
        id=subscription_id,
        since=to_ms(since),
    )
    return 0 if row is None else int(row["n"])


async def troubles(
    read: Read, now: datetime, subscription_ids: Iterable[int] | None = None
) -> Troubles:
    """Count what waits and what went wrong, for some subscriptions or for all."""
    some = subscription_ids is not None
    rows = await read.fetch_all(
        _COUNTS, everyone=int(not some), some=tuple(subscription_ids or ()), now=to_ms(now)
    )
    counts = {str(row["state"]): int(row["n"]) for row in rows}
    return Troubles(
        waiting=counts.get(State.WANTED, 0) + counts.get(State.CLAIMED, 0),
        put_off=counts.get("put off", 0),
        unclear=counts.get(State.UNCLEAR, 0),
        held=counts.get(State.HELD, 0),
        dead=counts.get(State.DEAD, 0),
    )


_COUNTS = """
SELECT CASE WHEN d.state = 'wanted' AND (s.paused IS NOT NULL
        OR (d.attempt = 0 AND d.failing_since IS NULL AND d.next_try_at > :now))
    THEN 'put off' ELSE d.state END AS state, COUNT(*) AS n
FROM deliveries d JOIN subscriptions s ON s.id = d.subscription_id
WHERE d.state IN ('wanted', 'claimed', 'unclear', 'held')
    AND (:everyone = 1 OR d.subscription_id IN (:some))
GROUP BY 1
UNION ALL
SELECT 'dead', COUNT(*) FROM deliveries
WHERE state = 'dead' AND (:everyone = 1 OR subscription_id IN (:some))
"""


def delivery_of(row: Row) -> Delivery:
    """Read a delivery off its row."""
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
        unclear_since=from_ms_or_none(row["unclear_since"]),
        failing_since=from_ms_or_none(row["failing_since"]),
        next_try_at=from_ms_or_none(row["next_try_at"]),
        edited_at=from_ms_or_none(row["edited_at"]),
        sweep_at=from_ms_or_none(row["sweep_at"]),
        last_error=row["last_error"],
    )
