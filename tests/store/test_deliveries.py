"""The desk: what is wanted in each channel, what is shown, and who may work on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.store import appearances, deliveries, outbox, stories, subscriptions
from bot.store.database import Database, Write
from digests.delivery import Delivery, State, nonce_for
from digests.subscription import Layout, Mode, Origin, Subscription, Wishes
from tests.store.samples import CHANNEL, GUILD, HOUR, NOON, OTHER_CHANNEL, story

MINUTE = timedelta(minutes=1)


@dataclass
class Desk:
    """A writing transaction with one alerts subscription in it."""

    tx: Write
    asked: Subscription

    async def want(self, key: str = "story:1", **options: Any) -> Delivery:
        """Want a subject shown; the delivery."""
        given: dict[str, Any] = {"subscription": self.asked, "revision": 1, "now": NOON}
        made = await deliveries.want(self.tx, subject_key=key, **(given | options))
        assert made is not None
        return await self.get(made)

    async def get(self, delivery: Delivery | int) -> Delivery:
        """Read a delivery again."""
        number = delivery if isinstance(delivery, int) else delivery.id
        found = await deliveries.get(self.tx, number)
        assert found is not None
        return found

    async def claim(self, key: str = "story:1", anchor: int = 100) -> Delivery:
        """Want a subject and take it for an attempt."""
        claimed = await outbox.claim(self.tx, await self.want(key), anchor)
        assert claimed is not None
        return claimed

    async def show(self, key: str = "story:1", message: int = 555) -> Delivery:
        """Want a subject and have it shown."""
        claimed = await self.claim(key)
        assert await outbox.settle_shown(self.tx, claimed, message, 1, NOON)
        return await self.get(claimed)

    async def unclear(self, key: str = "story:1") -> Delivery:
        """Want a subject, and lose the answer."""
        claimed = await self.claim(key)
        await self.fail(claimed, State.UNCLEAR)
        return await self.get(claimed)

    async def fail(self, delivery: Delivery, state: State, **options: Any) -> bool:
        """Settle an attempt that showed nothing."""
        given: dict[str, Any] = {"error": "No.", "now": NOON, "next_try_at": None}
        return await outbox.settle_failed(self.tx, delivery, state, **(given | options))

    async def story(self) -> int:
        """Store a story, which appearances need."""
        return await stories.insert(self.tx, story())

    async def heads(self, after: timedelta = timedelta(0)) -> list[int]:
        """The ids of what there is to do, so long after noon."""
        return [one.id for one in await outbox.heads(self.tx, NOON + after)]


async def subscribe(tx: Write, name: str, channel: int, **wishes: Any) -> Subscription:
    """Make an alerts subscription."""
    return await subscriptions.add(
        tx,
        origin=Origin.DISCORD,
        guild_id=GUILD,
        channel_id=channel,
        name=name,
        wishes=Wishes(mode=Mode.ALERTS, **wishes),
        next_fire_at=None,
        now=NOON,
    )


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    """An empty desk."""
    async with database.write() as tx:
        yield Desk(tx, await subscribe(tx, "alerts", CHANNEL, layout=Layout.CARDS, role=9))


async def test_what_is_wanted_is_remembered_whole(desk: Desk) -> None:
    wanted = await desk.want(revision=3, not_before=NOON + HOUR)
    assert wanted == Delivery(
        id=wanted.id,
        subscription_id=desk.asked.id,
        channel_id=CHANNEL,
        subject_key="story:1",
        wanted=3,
        shown=0,
        state=State.WANTED,
        nonce=nonce_for(CHANNEL, "story:1", NOON),
        attempt=0,
        created_at=NOON,
        layout=Layout.CARDS,
        role=9,
        next_try_at=NOON + HOUR,
    )
    assert await deliveries.get(desk.tx, wanted.id + 1) is None


async def test_a_subject_is_wanted_once_in_a_channel_whoever_asks(desk: Desk) -> None:
    await desk.want()
    again = await subscribe(desk.tx, "again", CHANNEL)
    elsewhere = await subscribe(desk.tx, "elsewhere", OTHER_CHANNEL)
    assert await deliveries.want(desk.tx, again, "story:1", 1, NOON) is None
    assert await deliveries.want(desk.tx, elsewhere, "story:1", 1, NOON) is not None


async def test_what_was_dropped_unsent_can_be_wanted_again_and_what_was_sent_cannot(
    desk: Desk,
) -> None:
    unsent = await desk.want()
    await outbox.drop(desk.tx, unsent)
    again = await desk.want(revision=2, now=NOON + HOUR)
    assert (again.id, again.state, again.wanted) == (unsent.id, State.WANTED, 2)
    assert again.created_at == NOON + HOUR
    shown = await desk.show("story:2")
    await outbox.give_up(desk.tx, shown)
    assert await deliveries.want(desk.tx, desk.asked, "story:2", 2, NOON) is None
    assert (await desk.get(shown)).state is State.DROPPED


async def test_a_story_appears_once_in_a_channel_by_the_first_that_shows_it(
    desk: Desk,
) -> None:
    one, two = await desk.story(), await desk.story()
    first, second = await desk.want(), await desk.want("digest:1:1")
    await appearances.note(desk.tx, CHANNEL, [one], first.id)
    await appearances.note(desk.tx, CHANNEL, [one, two], second.id)
    assert CHANNEL in await appearances.channels(desk.tx, two)
    assert OTHER_CHANNEL not in await appearances.channels(desk.tx, one)
    await outbox.drop(desk.tx, second)
    assert CHANNEL in await appearances.channels(desk.tx, one), "the first still shows it"
    assert CHANNEL not in await appearances.channels(desk.tx, two)


async def test_a_newer_revision_is_wanted_wherever_the_subject_is_shown_or_about_to_be(
    desk: Desk,
) -> None:
    shown, waiting = await desk.show(), await desk.want("story:2")
    assert await deliveries.revise(desk.tx, "story:1", 2) == 1
    assert await deliveries.revise(desk.tx, "story:1", 2) == 0
    assert await deliveries.revise(desk.tx, "story:2", 4) == 1
    corrected = await desk.get(shown)
    assert (corrected.state, corrected.wanted, corrected.shown) == (State.WANTED, 2, 1)
    assert (await desk.get(waiting)).wanted == 4


@pytest.mark.parametrize("state", [State.DEAD, State.DROPPED])
async def test_what_is_over_is_not_revised(desk: Desk, state: State) -> None:
    claimed = await desk.claim()
    if state is State.DEAD:
        await desk.fail(claimed, State.DEAD)
    else:
        await outbox.give_up(desk.tx, claimed)
    assert await deliveries.revise(desk.tx, "story:1", 2) == 0
    assert await desk.heads() == []


async def test_a_revision_that_comes_while_a_message_is_sent_is_not_lost(desk: Desk) -> None:
    claimed = await desk.claim()
    await deliveries.revise(desk.tx, "story:1", 2)
    await outbox.settle_shown(desk.tx, claimed, 555, 1, NOON)
    after = await desk.get(claimed)
    assert (after.state, after.wanted, after.shown, after.message_id) == (State.WANTED, 2, 1, 555)


async def test_order_is_kept_within_a_channel_and_channels_do_not_wait_for_each_other(
    desk: Desk,
) -> None:
    first, _ = await desk.want("story:1"), await desk.want("story:2")
    elsewhere = await subscribe(desk.tx, "elsewhere", OTHER_CHANNEL)
    third = await desk.want("story:1", subscription=elsewhere)
    assert await desk.heads() == [first.id, third.id]


@pytest.mark.parametrize("state", [State.UNCLEAR, State.HELD, State.WANTED])
async def test_what_is_in_trouble_keeps_the_rest_of_its_channel_waiting(
    desk: Desk, state: State
) -> None:
    first, _ = await desk.claim("story:1"), await desk.want("story:2")
    assert await desk.heads() == [first.id], "under way"
    await desk.fail(first, state, next_try_at=NOON + HOUR)
    assert await desk.heads() == [first.id]


@pytest.mark.parametrize("state", [State.DEAD, State.DROPPED])
async def test_what_is_over_keeps_nothing_waiting(desk: Desk, state: State) -> None:
    first, second = await desk.claim("story:1"), await desk.want("story:2")
    if state is State.DEAD:
        await desk.fail(first, State.DEAD, payload="{}")
    else:
        await outbox.give_up(desk.tx, first)
    assert await desk.heads() == [second.id]


async def test_what_was_put_off_keeps_nothing_waiting_until_its_time_comes(desk: Desk) -> None:
    later = await desk.want("story:1", not_before=NOON + HOUR)
    even_later = await desk.want("story:2", not_before=NOON + 2 * HOUR)
    now = await desk.want("story:3")
    assert await desk.heads() == [later.id, now.id]
    assert await desk.heads(HOUR) == [later.id, even_later.id]


async def test_every_message_to_be_corrected_is_work_and_waits_for_none(desk: Desk) -> None:
    one, two = await desk.show("story:1", 555), await desk.show("story:2", 556)
    waiting = await desk.unclear("story:3")
    assert await desk.heads() == [waiting.id]
    await deliveries.revise(desk.tx, "story:1", 2)
    await deliveries.revise(desk.tx, "story:2", 2)
    assert await desk.heads() == [one.id, two.id, waiting.id]


async def test_what_a_paused_or_removed_subscription_wants_is_left_alone(desk: Desk) -> None:
    shown, _ = await desk.show("story:1"), await desk.want("story:2")
    await deliveries.revise(desk.tx, "story:1", 2)
    await subscriptions.pause(desk.tx, desk.asked.id, "Holidays.")
    assert await desk.heads() == []
    await subscriptions.resume(desk.tx, desk.asked.id, None)
    assert len(await desk.heads()) == 2
    await deliveries.drop_open(desk.tx, desk.asked.id, NOON)
    assert await desk.heads() == []
    assert (await desk.get(shown)).state is State.SHOWN


async def test_one_attempt_at_a_time_and_the_first_anchor_stands_for_all(desk: Desk) -> None:
    wanted = await desk.want()
    first = await outbox.claim(desk.tx, wanted, 100)
    assert first is not None
    assert (first.state, first.attempt, first.anchor) == (State.CLAIMED, 1, 100)
    assert await outbox.claim(desk.tx, wanted, 100) is None
    assert await outbox.claim(desk.tx, first, 100) is None, "it is under way"
    await desk.fail(first, State.WANTED)
    second = await outbox.claim(desk.tx, await desk.get(first), 200)
    assert second is not None
    assert (second.attempt, second.anchor) == (2, 100)


async def test_an_answer_to_an_older_attempt_changes_nothing(desk: Desk) -> None:
    first = await desk.claim()
    await desk.fail(first, State.WANTED)
    second = await outbox.claim(desk.tx, await desk.get(first), None)
    assert second is not None
    assert not await outbox.settle_shown(desk.tx, first, 555, 1, NOON)
    assert not await desk.fail(first, State.DEAD)
    assert not await outbox.postpone(desk.tx, first, NOON + HOUR)
    assert not await outbox.drop(desk.tx, first)
    assert not await outbox.give_up(desk.tx, first)
    assert not await outbox.settle_absent(desk.tx, first, NOON)
    assert await desk.get(second) == second


async def test_a_shown_message_has_no_troubles_left(desk: Desk) -> None:
    lost = await desk.unclear()
    assert (lost.unclear_since, lost.failing_since, lost.last_error) == (NOON, NOON, "No.")
    await outbox.settle_shown(desk.tx, lost, 555, 1, NOON + HOUR)
    shown = await desk.get(lost)
    assert (shown.state, shown.message_id, shown.shown) == (State.SHOWN, 555, 1)
    assert shown.edited_at is None
    assert (shown.unclear_since, shown.failing_since, shown.last_error) == (None, None, None)


async def test_how_long_it_has_failed_and_been_unclear_is_counted_from_the_first_time(
    desk: Desk,
) -> None:
    lost = await desk.unclear()
    await desk.fail(lost, State.HELD, now=NOON + HOUR, next_try_at=NOON + 2 * HOUR)
    held = await desk.get(lost)
    assert (held.state, held.unclear_since, held.failing_since) == (State.HELD, NOON, NOON)
    assert held.next_try_at == NOON + 2 * HOUR
    await outbox.settle_absent(desk.tx, held, NOON + HOUR)
    absent = await desk.get(held)
    assert (absent.state, absent.unclear_since, absent.next_try_at) == (State.WANTED, None, None)


async def test_what_discord_refused_is_kept_with_its_payload(desk: Desk) -> None:
    claimed = await desk.claim()
    await desk.fail(claimed, State.DEAD, payload='{"embeds": []}')
    row = await desk.tx.fetch_one("SELECT state, payload FROM deliveries")
    assert row is not None
    assert (row["state"], row["payload"]) == ("dead", '{"embeds": []}')


async def test_what_was_dropped_while_it_was_sent_stays_dropped(desk: Desk) -> None:
    claimed = await desk.claim()
    await deliveries.drop_open(desk.tx, desk.asked.id, NOON)
    assert not await desk.fail(claimed, State.UNCLEAR)
    assert not await desk.fail(claimed, State.WANTED)
    await outbox.postpone(desk.tx, claimed, NOON + HOUR)
    assert (await desk.get(claimed)).state is State.DROPPED


async def test_an_edit_that_fails_after_its_subscription_went_is_over(desk: Desk) -> None:
    shown = await desk.show()
    await deliveries.revise(desk.tx, "story:1", 2)
    claimed = await outbox.claim(desk.tx, await desk.get(shown), None)
    assert claimed is not None
    await deliveries.drop_open(desk.tx, desk.asked.id, NOON)
    assert not await desk.fail(claimed, State.WANTED)
    assert (await desk.get(shown)).state is State.SHOWN


async def test_a_busy_discord_is_no_failure(desk: Desk) -> None:
    claimed = await desk.claim()
    await outbox.postpone(desk.tx, claimed, NOON + MINUTE)
    later = await desk.get(claimed)
    assert (later.state, later.next_try_at) == (State.WANTED, NOON + MINUTE)
    assert later.failing_since is None
    lost = await desk.unclear("story:2")
    await outbox.postpone(desk.tx, lost, NOON + MINUTE)
    assert (await desk.get(lost)).state is State.UNCLEAR


async def test_a_message_too_old_to_be_corrected_stays_as_it_is(desk: Desk) -> None:
    shown = await desk.show()
    await deliveries.revise(desk.tx, "story:1", 2)
    await outbox.drop(desk.tx, await desk.get(shown))
    left = await desk.get(shown)
    assert (left.state, left.wanted, left.shown) == (State.SHOWN, 1, 1)


async def test_a_resumed_subscription_goes_on_with_what_is_still_worth_showing(
    desk: Desk,
) -> None:
    one, two = await desk.story(), await desk.story()
    old = await desk.want("story:1", now=NOON - 2 * HOUR)
    failing, night = (
        await desk.claim("story:2"),
        await desk.want("story:3", not_before=NOON + HOUR),
    )
    await appearances.note(desk.tx, CHANNEL, [one], old.id)
    await appearances.note(desk.tx, CHANNEL, [two], failing.id)
    await desk.fail(failing, State.WANTED, next_try_at=NOON + HOUR)
    await deliveries.refresh(desk.tx, desk.asked.id, NOON - HOUR)
    assert (await desk.get(old)).state is State.DROPPED
    again = await desk.get(failing)
    assert (again.state, again.failing_since, again.next_try_at) == (State.WANTED, None, None)
    assert (await desk.get(night)).next_try_at == NOON + HOUR, "quiet hours go on"
    assert CHANNEL not in await appearances.channels(desk.tx, one)
    assert CHANNEL in await appearances.channels(desk.tx, two)


async def test_what_a_former_process_was_sending_is_looked_up_and_an_edit_made_again(
    desk: Desk,
) -> None:
    sending = await desk.claim("story:1")
    shown = await desk.show("story:2")
    await deliveries.revise(desk.tx, "story:2", 2)
    editing = await outbox.claim(desk.tx, await desk.get(shown), None)
    assert editing is not None
    assert (
        await outbox.orphan_claims(desk.tx, NOON, alive={sending.id, editing.id}, why="It died.")
        == 0
    )
    assert await outbox.orphan_claims(desk.tx, NOON, alive=(), why="It died.") == 2
    lost, again = await desk.get(sending), await desk.get(editing)
    assert (lost.state, lost.unclear_since) == (State.UNCLEAR, NOON)
    assert (lost.failing_since, lost.last_error) == (NOON, "It died.")
    assert again.state is State.WANTED
    assert await desk.heads() == [lost.id, again.id]


async def test_the_deliveries_of_a_day_are_counted_from_its_start(desk: Desk) -> None:
    await desk.want("story:1", now=NOON - HOUR)
    await desk.want("story:2", now=NOON)
    elsewhere = await subscribe(desk.tx, "elsewhere", OTHER_CHANNEL)
    await desk.want("story:3", subscription=elsewhere)
    assert await deliveries.wanted_since(desk.tx, desk.asked.id, NOON) == 1
    assert await deliveries.wanted_since(desk.tx, desk.asked.id, NOON - HOUR) == 2


async def test_troubles_are_counted_for_all_or_for_some_subscriptions(desk: Desk) -> None:
    await desk.want("story:1")
    await desk.claim("story:2")
    await desk.unclear("story:3")
    await desk.fail(await desk.claim("story:4"), State.HELD)
    await desk.fail(await desk.claim("story:5"), State.DEAD)
    await desk.show("story:6")
    elsewhere = await subscribe(desk.tx, "elsewhere", OTHER_CHANNEL)
    await desk.want("story:1", subscription=elsewhere)
    await desk.want("story:7", not_before=NOON + HOUR)
    counted = await deliveries.troubles(desk.tx, NOON)
    assert counted == deliveries.Troubles(waiting=3, put_off=1, unclear=1, held=1, dead=1)
    only = await deliveries.troubles(desk.tx, NOON + HOUR, [elsewhere.id])
    assert only == deliveries.Troubles(waiting=1, put_off=0, unclear=0, held=0, dead=0)
    await subscriptions.pause(desk.tx, elsewhere.id, "Holidays.")
    only = await deliveries.troubles(desk.tx, NOON + HOUR, [elsewhere.id])
    assert (only.waiting, only.put_off) == (0, 1)


async def test_a_correction_opens_no_message_of_a_schedule_that_is_gone(desk: Desk) -> None:
    shown = await desk.show("story:1")
    await subscriptions.remove(desk.tx, desk.asked.id, NOON)
    assert await deliveries.revise(desk.tx, "story:1", 2) == 0
    assert await desk.get(shown) == shown


Standing = str
"""How a delivery stands: nothing, waiting, refused (403), shown, unclear or dropped."""


async def stand(desk: Desk, key: str, how: Standing) -> Delivery | None:
    """Bring a delivery there."""
    match how:
        case "waiting":
            return await desk.want(key)
        case "shown":
            return await desk.show(key, message=int(key[-1]))
        case "unclear":
            return await desk.unclear(key)
        case "refused":
            claimed = await desk.claim(key)
            await desk.fail(claimed, State.WANTED)
            return claimed
        case "dropped":
            dropped = await desk.want(key)
            await outbox.drop(desk.tx, dropped)
            return dropped
    return None


@pytest.mark.parametrize(
    ("of_one", "of_other", "left"),
    [
        ("nothing", "waiting", ["story:1 wanted"]),
        ("nothing", "shown", ["story:1 shown"]),
        ("waiting", "waiting", ["story:1 wanted"]),
        ("shown", "waiting", ["story:1 shown"]),
        ("waiting", "shown", ["story:1 shown"]),
        ("unclear", "waiting", ["story:1 unclear"]),
        ("waiting", "unclear", ["story:1 unclear"]),
        ("dropped", "waiting", ["story:1 wanted"]),
        ("waiting", "dropped", ["story:1 wanted"]),
        ("refused", "waiting", ["story:1 wanted"]),
        ("shown", "refused", ["story:1 shown"]),
        ("shown", "shown", ["story:1 shown", "story:2 shown"]),
        ("shown", "unclear", ["story:1 shown", "story:2 unclear"]),
    ],
)
async def test_of_two_stories_that_become_one_a_channel_gets_no_second_message(
    desk: Desk, of_one: Standing, of_other: Standing, left: list[str]
) -> None:
    """What is out, or may be, stays."""
    one, other = await desk.story(), await desk.story()
    ours = await stand(desk, "story:1", of_one)
    theirs = await stand(desk, "story:2", of_other)
    if ours:
        await appearances.note(desk.tx, CHANNEL, [one], ours.id)
    if theirs:
        await appearances.note(desk.tx, CHANNEL, [other], theirs.id)
    await deliveries.merge(desk.tx, other, one)
    await stories.merge(desk.tx, other, one)
    rows = await desk.tx.fetch_all("SELECT * FROM deliveries ORDER BY subject_key")
    assert [f"{row['subject_key']} {row['state']}" for row in rows] == left
    assert CHANNEL in await appearances.channels(desk.tx, one)
