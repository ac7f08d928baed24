"""Every function of the store against a database that another program holds."""

from __future__ import annotations

import asyncio
import inspect
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from time import monotonic
from types import ModuleType

import pytest

from bot.store import (
    appearances,
    articles,
    deliveries,
    facts,
    files,
    outbox,
    runs,
    search,
    selection,
    stories,
    subscriptions,
)
from bot.store.database import Database, Read, Write
from bot.store.errors import StoreLocked
from bot.store.migrating import Migration, shipped
from bot.store.sqlite import open_sqlite
from digests.delivery import Delivery, State
from digests.subscription import Mode, Origin, Subscription, Wishes
from tests.store.samples import CHANNEL, GUILD, HOUR, NOON, article, part, query, story

PATIENCE = timedelta(milliseconds=50)
ONE = 1
"""The id of each first row that `fill` makes."""

FROZEN = 2
"""The run that `fill` makes which has said something."""

WANTED, CLAIMED, UNCLEAR, DROPPED = 1, 2, 3, 4
"""The deliveries that `fill` makes."""


async def fill(tx: Write) -> None:
    """Make one of everything, so that each change below has something to change."""
    await facts.put(tx, "a", "before")
    await files.note(tx, "ai", "a.md", "1", ("bad",), NOON)
    for path in ("a.md", "b.md"):
        await articles.put(tx, article(path), await stories.insert(tx, story(path)))
    await _add(tx, "morning")
    await runs.start(tx, ONE, NOON, NOON)
    await runs.start(tx, ONE, NOON - HOUR, NOON)
    await runs.freeze(tx, FROZEN, [part(run_id=FROZEN)])
    subscription = await _subscription(tx)
    for key in ("story:1", "story:2", "story:3"):
        await deliveries.want(tx, subscription, key, 1, NOON)
    await appearances.note(tx, CHANNEL, [ONE], WANTED)
    for number in (CLAIMED, UNCLEAR):
        await outbox.claim(tx, await _delivery(tx, number), 7)
    unclear = await _delivery(tx, UNCLEAR)
    await outbox.settle_failed(
        tx, unclear, State.UNCLEAR, error="reset", now=NOON, next_try_at=None
    )
    await deliveries.want(tx, subscription, "story:4", 1, NOON)
    await outbox.claim(tx, await _delivery(tx, DROPPED), 7)
    await outbox.drop(tx, await _delivery(tx, DROPPED))


async def _subscription(read: Read) -> Subscription:
    found = await subscriptions.get(read, ONE)
    assert found is not None
    return found


async def _delivery(read: Read, number: int) -> Delivery:
    found = await deliveries.get(read, number)
    assert found is not None
    return found


async def _share(tx: Write) -> None:
    new = await stories.insert(tx, story("c.md"))
    await appearances.note(tx, CHANNEL, [2], CLAIMED)
    await appearances.share(tx, 2, new)
    assert await appearances.channels(tx, new) == {CHANNEL}


async def _want(tx: Write) -> None:
    await deliveries.want(tx, await _subscription(tx), "story:9", 1, NOON)


async def _revive(tx: Write) -> None:
    await deliveries.revive(tx, await _subscription(tx), "story:4", 2, NOON)


def _settling(
    number: int, settle: Callable[[Write, Delivery], Awaitable[object]]
) -> Callable[[Write], Awaitable[object]]:
    async def change(tx: Write) -> None:
        await settle(tx, await _delivery(tx, number))

    return change


async def _add(tx: Write, name: str) -> None:
    await subscriptions.add(
        tx,
        origin=Origin.DISCORD,
        guild_id=GUILD,
        channel_id=CHANNEL,
        name=name,
        wishes=Wishes(),
        next_fire_at=NOON,
        now=NOON,
    )


WRITES: dict[Callable[..., Awaitable[object]], Callable[[Write], Awaitable[object]]] = {
    facts.forget: lambda tx: facts.forget(tx, "a"),
    facts.put: lambda tx: facts.put(tx, "a", "after"),
    files.mark_scanned: lambda tx: files.mark_scanned(tx, "ai", NOON),
    files.note: lambda tx: files.note(tx, "ai", "b.md", "1", None, NOON),
    files.note_many: lambda tx: files.note_many(tx, "ai", [files.Note("b.md", "1")], NOON),
    files.forget: lambda tx: files.forget(tx, "ai", "a.md"),
    articles.add: lambda tx: articles.add(tx, article("c.md"), ONE),
    articles.put: lambda tx: articles.put(tx, article("c.md"), ONE),
    articles.rewrite: lambda tx: articles.rewrite(tx, article("a.md", heat=1)),
    articles.move: lambda tx: articles.move(tx, [article("a.md")], 2),
    articles.remove: lambda tx: articles.remove(tx, "ai", "a.md", NOON),
    stories.insert: lambda tx: stories.insert(tx, story("c.md")),
    stories.save: lambda tx: stories.save(tx, story("a.md", id=ONE, title="Changed")),
    stories.merge: lambda tx: stories.merge(tx, ONE, 2),
    appearances.share: _share,
    search.index: lambda tx: search.index(tx, story("a.md", id=ONE, title="Changed")),
    search.insert: lambda tx: search.insert(tx, story("c.md", id=7)),
    search.drop: lambda tx: search.drop(tx, ONE),
    subscriptions.add: lambda tx: _add(tx, "evening"),
    subscriptions.update: lambda tx: subscriptions.update(
        tx, ONE, wishes=Wishes(mode=Mode.ALERTS), channel_id=1, next_fire_at=None
    ),
    subscriptions.advance: lambda tx: subscriptions.advance(tx, ONE, NOON + HOUR),
    subscriptions.pause: lambda tx: subscriptions.pause(tx, ONE, "why"),
    subscriptions.resume: lambda tx: subscriptions.resume(tx, ONE, NOON + HOUR),
    subscriptions.remove: lambda tx: subscriptions.remove(tx, ONE, NOON),
    subscriptions.rename: lambda tx: subscriptions.rename(tx, ONE, "Morning"),
    subscriptions.pass_story: lambda tx: subscriptions.pass_story(tx, ONE, ONE),
    subscriptions.pass_over: lambda tx: subscriptions.pass_over(tx, ONE, 5),
    subscriptions.set_guild: lambda tx: subscriptions.set_guild(tx, ONE, 7),
    runs.start: lambda tx: runs.start(tx, ONE, NOON + HOUR, NOON),
    runs.freeze: lambda tx: runs.freeze(tx, ONE, [part()]),
    runs.empty: lambda tx: runs.empty(tx, [FROZEN]),
    deliveries.want: _want,
    appearances.note: lambda tx: appearances.note(tx, CHANNEL, [2], WANTED),
    appearances.forget: lambda tx: appearances.forget(tx, [WANTED]),
    appearances.hand_over: lambda tx: appearances.hand_over(tx, WANTED, CLAIMED),
    appearances.merge: lambda tx: appearances.merge(tx, ONE, 2),
    deliveries.revive: _revive,
    deliveries.revise: lambda tx: deliveries.revise(tx, "story:1", 5),
    deliveries.merge: lambda tx: deliveries.merge(tx, ONE, 9),
    outbox.claim: _settling(WANTED, lambda tx, one: outbox.claim(tx, one, 7)),
    outbox.settle_shown: _settling(
        CLAIMED, lambda tx, one: outbox.settle_shown(tx, one, 8, 1, NOON)
    ),
    outbox.settle_failed: _settling(
        CLAIMED,
        lambda tx, one: outbox.settle_failed(
            tx, one, State.DEAD, error="bad", now=NOON, next_try_at=None
        ),
    ),
    outbox.settle_absent: _settling(UNCLEAR, lambda tx, one: outbox.settle_absent(tx, one, NOON)),
    outbox.settle_swept: _settling(
        UNCLEAR, lambda tx, one: outbox.settle_swept(tx, one, None, NOON)
    ),
    outbox.postpone: _settling(CLAIMED, lambda tx, one: outbox.postpone(tx, one, NOON)),
    outbox.drop: _settling(WANTED, outbox.drop),
    outbox.give_up: _settling(CLAIMED, outbox.give_up),
    deliveries.drop_open: lambda tx: deliveries.drop_open(tx, ONE, NOON),
    deliveries.move: lambda tx: deliveries.move(tx, ONE, 5, NOON),
    outbox.measure_anew: lambda tx: outbox.measure_anew(tx, NOON + HOUR, NOON),
    deliveries.refresh: lambda tx: deliveries.refresh(tx, ONE, NOON + HOUR),
    outbox.orphan_claims: lambda tx: outbox.orphan_claims(tx, NOON, (), "why"),
}

READS: dict[Callable[..., Awaitable[object]], Callable[[Read], Awaitable[object]]] = {
    facts.beginning: lambda read: facts.beginning(read, "a"),
    facts.get: lambda read: facts.get(read, "a"),
    files.scanned_at: lambda read: files.scanned_at(read, "ai"),
    files.stamps: lambda read: files.stamps(read, "ai"),
    files.rejected: lambda read: files.rejected(read, 5),
    files.counts: files.counts,
    articles.get_many: lambda read: articles.get_many(read, "ai", ["a.md"]),
    articles.told_by_others: lambda read: articles.told_by_others(read, [ONE], article()),
    articles.of_story: lambda read: articles.of_story(read, ONE),
    articles.linked: lambda read: articles.linked(read, article()),
    articles.with_ids: lambda read: articles.with_ids(read, [ONE]),
    articles.like_titled: lambda read: articles.like_titled(read, article(), HOUR),
    stories.get: lambda read: stories.get(read, ONE),
    stories.last_arrival: stories.last_arrival,
    stories.arrived_since: lambda read: stories.arrived_since(read, NOON, 5),
    stories.get_many: lambda read: stories.get_many(read, [ONE]),
    search.condition: lambda read: search.condition(read, "robots"),
    selection.select: lambda read: selection.select(read, query(text="robots")),
    selection.count: lambda read: selection.count(read, query()),
    selection.topics: lambda read: selection.topics(read, query().window),
    selection.titles: lambda read: selection.titles(read, "r", 5),
    subscriptions.get: lambda read: subscriptions.get(read, ONE),
    subscriptions.passing: lambda read: subscriptions.passing(read, ONE),
    subscriptions.by_name: lambda read: subscriptions.by_name(read, GUILD, "morning"),
    subscriptions.in_guild: lambda read: subscriptions.in_guild(read, GUILD),
    subscriptions.in_config: subscriptions.in_config,
    subscriptions.active: lambda read: subscriptions.active(read, Mode.DIGEST),
    subscriptions.due: lambda read: subscriptions.due(read, NOON),
    subscriptions.next_alarm: subscriptions.next_alarm,
    runs.finished: lambda read: runs.finished(read, NOON + 2 * HOUR, 10),
    runs.part: lambda read: runs.part(read, ONE, 1),
    runs.exists: lambda read: runs.exists(read, ONE, NOON),
    appearances.by: lambda read: appearances.by(read, WANTED),
    appearances.channels: lambda read: appearances.channels(read, ONE),
    deliveries.revivable: lambda read: deliveries.revivable(read, "story:4"),
    outbox.heads: lambda read: outbox.heads(read, NOON),
    deliveries.get: lambda read: deliveries.get(read, WANTED),
    deliveries.wanted_since: lambda read: deliveries.wanted_since(read, ONE, NOON),
    deliveries.troubles: lambda read: deliveries.troubles(read, NOON),
}

MODULES = (
    facts,
    files,
    articles,
    stories,
    selection,
    search,
    subscriptions,
    runs,
    deliveries,
    appearances,
    outbox,
)


@pytest.fixture
async def impatient(path: Path) -> AsyncIterator[Database]:
    """A filled database that waits for a lock only briefly."""
    opened = await open_sqlite(path, lock_timeout=PATIENCE)
    async with opened.write() as tx:
        await fill(tx)
    yield opened
    await opened.close()


@pytest.fixture
def locked(impatient: Database, path: Path) -> Iterator[None]:
    """Another program is in the middle of writing."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def _named(call: Callable[..., Awaitable[object]]) -> str:
    return f"{call.__module__.rpartition('.')[2]}.{call.__name__}"


@pytest.mark.parametrize("change", WRITES, ids=_named)
async def test_a_change_gives_up_within_its_patience_and_leaves_nothing_half_done(
    impatient: Database, locked: None, path: Path, change: Callable[..., Awaitable[object]]
) -> None:
    before = _dump(path)
    times = []
    for _ in range(3):  # the best of them counts: the machine may be busy with something else
        started = monotonic()
        with pytest.raises(StoreLocked, match="stop the other bot or tool"):
            async with impatient.write() as tx:
                await WRITES[change](tx)
        times.append(monotonic() - started)
        if times[-1] < PATIENCE.total_seconds() + 2:
            break
    assert min(times) < PATIENCE.total_seconds() + 2
    assert _dump(path) == before


@pytest.mark.parametrize("change", WRITES, ids=_named)
async def test_every_change_is_done_when_nobody_is_in_the_way_and_undone_with_its_transaction(
    impatient: Database, path: Path, change: Callable[..., Awaitable[object]]
) -> None:
    before = _dump(path)

    async def fail() -> None:
        async with impatient.write() as tx:
            await WRITES[change](tx)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert _dump(path) == before
    async with impatient.write() as tx:
        await WRITES[change](tx)
    assert _dump(path) != before


@pytest.mark.parametrize("question", READS, ids=_named)
async def test_a_question_is_answered_although_another_program_writes(
    impatient: Database, locked: None, question: Callable[..., Awaitable[object]]
) -> None:
    async with impatient.read() as read:
        await READS[question](read)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_no_function_of_the_store_is_left_out_here(module: ModuleType) -> None:
    public = {
        function
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    assert public <= WRITES.keys() | READS.keys()


async def test_a_locked_database_cannot_be_migrated(path: Path, locked: None) -> None:
    newer = [*shipped(), Migration(len(shipped()) + 1, "DROP TABLE files;")]
    with pytest.raises(StoreLocked):
        await open_sqlite(path, lock_timeout=PATIENCE, migrations=newer)


async def test_a_locked_database_that_is_up_to_date_can_be_opened(path: Path, locked: None) -> None:
    opened = await open_sqlite(path, lock_timeout=PATIENCE)
    async with opened.read() as read:
        assert await facts.get(read, "a") == "before"
    await opened.close()


async def test_a_lock_that_ends_in_time_is_only_waited_for(path: Path, impatient: Database) -> None:
    patient = await open_sqlite(path)

    async def write() -> None:
        async with patient.write() as tx:
            await facts.put(tx, "a", f"{await facts.get(tx, 'a')}, then ours")

    async with impatient.write() as tx:
        waiting = asyncio.create_task(write())
        await facts.put(tx, "a", "theirs")
    await waiting
    async with patient.read() as read:
        assert await facts.get(read, "a") == "theirs, then ours"
    await patient.close()


def _dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())
