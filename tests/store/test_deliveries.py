"""The outbox: what is wanted in each channel, what is shown, and who may work on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.store import deliveries, stories, subscriptions
from bot.store.database import Database, Write
from digests.delivery import Delivery, State, nonce_for
from digests.subscription import Layout, Mode, Origin, Subscription, Wishes
from tests.store.samples import CHANNEL, GUILD, HOUR, NOON, OTHER_CHANNEL, story

MINUTE = timedelta(minutes=1)


@dataclass
class Outbox:
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
        claimed = await deliveries.claim(self.tx, await self.want(key), anchor)
        assert claimed is not None
        return claimed

    async def show(self, key: str = "story:1", message: int = 555) -> Delivery:
        """Want a subject and have it shown."""
        claimed = await self.claim(key)
        assert await deliveries.settle_shown(self.tx, claimed, message, 1, NOON)
        return await self.get(claimed)

    async def unclear(self, key: str = "story:1") -> Delivery:
        """Want a subject, and lose the answer."""
        claimed = await self.claim(key)
        await self.fail(claimed, State.UNCLEAR)
        return await self.get(claimed)

    async def fail(self, delivery: Delivery, state: State, **options: Any) -> bool:
        """Settle an attempt that showed nothing."""
        given: dict[str, Any] = {"error": "No.", "now": NOON, "next_try_at": None}
        return await deliveries.settle_failed(self.tx, delivery, state, **(given | options))

    async def story(self) -> int:
        """Store a story, which appearances need."""
        return await stories.insert(self.tx, story())

    async def heads(self, after: timedelta = timedelta(0)) -> list[int]:
        """The ids of what there is to do, so long after noon."""
        return [one.id for one in await deliveries.heads(self.tx, NOON + after)]


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
async def outbox(database: Database) -> AsyncIterator[Outbox]:
    """An empty outbox."""
    async with database.write() as tx:
        yield Outbox(tx, await subscribe(tx, "alerts", CHANNEL, layout=Layout.CARDS, role=9))


async def test_what_is_wanted_is_remembered_whole(outbox: Outbox) -> None:
    wanted = await outbox.want(revision=3, not_before=NOON + HOUR)
    assert wanted == Delivery(
        id=wanted.id,
        subscription_id=outbox.asked.id,
        channel_id=CHANNEL,
        subject_key="story:1",
        wanted=3,
        shown=0,
        state=State.WANTED,
        nonce=nonce_for(CHANNEL, "story:1"),
        attempt=0,
        created_at=NOON,
        layout=Layout.CARDS,
        role=9,
        next_try_at=NOON + HOUR,
    )
    assert await deliveries.get(outbox.tx, wanted.id + 1) is None


async def test_a_subject_is_wanted_once_in_a_channel_whoever_asks(outbox: Outbox) -> None:
    await outbox.want()
    again = await subscribe(outbox.tx, "again", CHANNEL)
    elsewhere = await subscribe(outbox.tx, "elsewhere", OTHER_CHANNEL)
    assert await deliveries.want(outbox.tx, again, "story:1", 1, NOON) is None
    assert await deliveries.want(outbox.tx, elsewhere, "story:1", 1, NOON) is not None


async def test_what_was_dropped_unsent_can_be_wanted_again_and_what_was_sent_cannot(
    outbox: Outbox,
) -> None:
    unsent = await outbox.want()
    await deliveries.drop(outbox.tx, unsent)
    again = await outbox.want(revision=2, now=NOON + HOUR)
    assert (again.id, again.state, again.wanted) == (unsent.id, State.WANTED, 2)
    assert again.created_at == NOON + HOUR
    shown = await outbox.show("story:2")
    await deliveries.give_up(outbox.tx, shown)
    assert await deliveries.want(outbox.tx, outbox.asked, "story:2", 2, NOON) is None
    assert (await outbox.get(shown)).state is State.DROPPED


async def test_a_story_appears_once_in_a_channel_by_the_first_that_shows_it(
    outbox: Outbox,
) -> None:
    one, two = await outbox.story(), await outbox.story()
    first, second = await outbox.want(), await outbox.want("digest:1:1")
    await deliveries.appear(outbox.tx, CHANNEL, [one], first.id)
    await deliveries.appear(outbox.tx, CHANNEL, [one, two], second.id)
    assert await deliveries.has_appeared(outbox.tx, CHANNEL, two)
    assert not await deliveries.has_appeared(outbox.tx, OTHER_CHANNEL, one)
    await deliveries.drop(outbox.tx, second)
    assert await deliveries.has_appeared(outbox.tx, CHANNEL, one), "the first still shows it"
    assert not await deliveries.has_appeared(outbox.tx, CHANNEL, two)


async def test_a_newer_revision_is_wanted_wherever_the_subject_is_shown_or_about_to_be(
    outbox: Outbox,
) -> None:
    shown, waiting = await outbox.show(), await outbox.want("story:2")
    assert await deliveries.revise(outbox.tx, "story:1", 2) == 1
    assert await deliveries.revise(outbox.tx, "story:1", 2) == 0
    assert await deliveries.revise(outbox.tx, "story:2", 4) == 1
    corrected = await outbox.get(shown)
    assert (corrected.state, corrected.wanted, corrected.shown) == (State.WANTED, 2, 1)
    assert (await outbox.get(waiting)).wanted == 4


@pytest.mark.parametrize("state", [State.DEAD, State.DROPPED])
async def test_what_is_over_is_not_revised(outbox: Outbox, state: State) -> None:
    claimed = await outbox.claim()
    if state is State.DEAD:
        await outbox.fail(claimed, State.DEAD)
    else:
        await deliveries.give_up(outbox.tx, claimed)
    assert await deliveries.revise(outbox.tx, "story:1", 2) == 0
    assert await outbox.heads() == []


async def test_a_revision_that_comes_while_a_message_is_sent_is_not_lost(outbox: Outbox) -> None:
    claimed = await outbox.claim()
    await deliveries.revise(outbox.tx, "story:1", 2)
    await deliveries.settle_shown(outbox.tx, claimed, 555, 1, NOON)
    after = await outbox.get(claimed)
    assert (after.state, after.wanted, after.shown, after.message_id) == (State.WANTED, 2, 1, 555)


async def test_order_is_kept_within_a_channel_and_channels_do_not_wait_for_each_other(
    outbox: Outbox,
) -> None:
    first, _ = await outbox.want("story:1"), await outbox.want("story:2")
    elsewhere = await subscribe(outbox.tx, "elsewhere", OTHER_CHANNEL)
    third = await outbox.want("story:1", subscription=elsewhere)
    assert await outbox.heads() == [first.id, third.id]


@pytest.mark.parametrize("state", [State.UNCLEAR, State.HELD, State.WANTED])
async def test_what_is_in_trouble_keeps_the_rest_of_its_channel_waiting(
    outbox: Outbox, state: State
) -> None:
    first, _ = await outbox.claim("story:1"), await outbox.want("story:2")
    assert await outbox.heads() == [first.id], "under way"
    await outbox.fail(first, state, next_try_at=NOON + HOUR)
    assert await outbox.heads() == [first.id]


@pytest.mark.parametrize("state", [State.DEAD, State.DROPPED])
async def test_what_is_over_keeps_nothing_waiting(outbox: Outbox, state: State) -> None:
    first, second = await outbox.claim("story:1"), await outbox.want("story:2")
    if state is State.DEAD:
        await outbox.fail(first, State.DEAD, payload="{}")
    else:
        await deliveries.give_up(outbox.tx, first)
    assert await outbox.heads() == [second.id]


async def test_what_was_put_off_keeps_nothing_waiting_until_its_time_comes(outbox: Outbox) -> None:
    later = await outbox.want("story:1", not_before=NOON + HOUR)
    even_later = await outbox.want("story:2", not_before=NOON + 2 * HOUR)
    now = await outbox.want("story:3")
    assert await outbox.heads() == [later.id, now.id]
    assert await outbox.heads(HOUR) == [later.id, even_later.id]


async def test_every_message_to_be_corrected_is_work_and_waits_for_none(outbox: Outbox) -> None:
    one, two = await outbox.show("story:1", 555), await outbox.show("story:2", 556)
    waiting = await outbox.unclear("story:3")
    assert await outbox.heads() == [waiting.id]
    await deliveries.revise(outbox.tx, "story:1", 2)
    await deliveries.revise(outbox.tx, "story:2", 2)
    assert await outbox.heads() == [one.id, two.id, waiting.id]


async def test_what_a_paused_or_removed_subscription_wants_is_left_alone(outbox: Outbox) -> None:
    shown, _ = await outbox.show("story:1"), await outbox.want("story:2")
    await deliveries.revise(outbox.tx, "story:1", 2)
    await subscriptions.pause(outbox.tx, outbox.asked.id, "Holidays.")
    assert await outbox.heads() == []
    await subscriptions.resume(outbox.tx, outbox.asked.id, None)
    assert len(await outbox.heads()) == 2
    await subscriptions.remove(outbox.tx, outbox.asked.id, NOON)
    assert await outbox.heads() == []
    assert (await outbox.get(shown)).state is State.SHOWN


async def test_one_attempt_at_a_time_and_the_first_anchor_stands_for_all(outbox: Outbox) -> None:
    wanted = await outbox.want()
    first = await deliveries.claim(outbox.tx, wanted, 100)
    assert first is not None
    assert (first.state, first.attempt, first.anchor) == (State.CLAIMED, 1, 100)
    assert await deliveries.claim(outbox.tx, wanted, 100) is None
    assert await deliveries.claim(outbox.tx, first, 100) is None, "it is under way"
    await outbox.fail(first, State.WANTED)
    second = await deliveries.claim(outbox.tx, await outbox.get(first), 200)
    assert second is not None
    assert (second.attempt, second.anchor) == (2, 100)


async def test_an_answer_to_an_older_attempt_changes_nothing(outbox: Outbox) -> None:
    first = await outbox.claim()
    await outbox.fail(first, State.WANTED)
    second = await deliveries.claim(outbox.tx, await outbox.get(first), None)
    assert second is not None
    assert not await deliveries.settle_shown(outbox.tx, first, 555, 1, NOON)
    assert not await outbox.fail(first, State.DEAD)
    assert not await deliveries.postpone(outbox.tx, first, NOON + HOUR)
    assert not await deliveries.drop(outbox.tx, first)
    assert not await deliveries.give_up(outbox.tx, first)
    assert not await deliveries.settle_absent(outbox.tx, first, NOON)
    assert await outbox.get(second) == second


async def test_a_shown_message_has_no_troubles_left(outbox: Outbox) -> None:
    lost = await outbox.unclear()
    assert (lost.unclear_since, lost.failing_since, lost.last_error) == (NOON, NOON, "No.")
    await deliveries.settle_shown(outbox.tx, lost, 555, 1, NOON + HOUR)
    shown = await outbox.get(lost)
    assert (shown.state, shown.message_id, shown.shown) == (State.SHOWN, 555, 1)
    assert shown.shown_at == NOON + HOUR
    assert (shown.unclear_since, shown.failing_since, shown.last_error) == (None, None, None)


async def test_how_long_it_has_failed_and_been_unclear_is_counted_from_the_first_time(
    outbox: Outbox,
) -> None:
    lost = await outbox.unclear()
    await outbox.fail(lost, State.HELD, now=NOON + HOUR, next_try_at=NOON + 2 * HOUR)
    held = await outbox.get(lost)
    assert (held.state, held.unclear_since, held.failing_since) == (State.HELD, NOON, NOON)
    assert held.next_try_at == NOON + 2 * HOUR
    await deliveries.settle_absent(outbox.tx, held, NOON + HOUR)
    absent = await outbox.get(held)
    assert (absent.state, absent.unclear_since, absent.next_try_at) == (State.WANTED, None, None)


async def test_what_discord_refused_is_kept_with_its_payload(outbox: Outbox) -> None:
    claimed = await outbox.claim()
    await outbox.fail(claimed, State.DEAD, payload='{"embeds": []}')
    row = await outbox.tx.fetch_one("SELECT state, payload FROM deliveries")
    assert row is not None
    assert (row["state"], row["payload"]) == ("dead", '{"embeds": []}')


async def test_what_was_dropped_while_it_was_sent_stays_dropped(outbox: Outbox) -> None:
    claimed = await outbox.claim()
    await subscriptions.remove(outbox.tx, outbox.asked.id, NOON)
    assert not await outbox.fail(claimed, State.UNCLEAR)
    assert not await outbox.fail(claimed, State.WANTED)
    await deliveries.postpone(outbox.tx, claimed, NOON + HOUR)
    assert (await outbox.get(claimed)).state is State.DROPPED


async def test_an_edit_that_fails_after_its_subscription_went_is_over(outbox: Outbox) -> None:
    shown = await outbox.show()
    await deliveries.revise(outbox.tx, "story:1", 2)
    claimed = await deliveries.claim(outbox.tx, await outbox.get(shown), None)
    assert claimed is not None
    await subscriptions.remove(outbox.tx, outbox.asked.id, NOON)
    assert not await outbox.fail(claimed, State.WANTED)
    assert (await outbox.get(shown)).state is State.SHOWN


async def test_a_busy_discord_is_no_failure(outbox: Outbox) -> None:
    claimed = await outbox.claim()
    await deliveries.postpone(outbox.tx, claimed, NOON + MINUTE)
    later = await outbox.get(claimed)
    assert (later.state, later.next_try_at) == (State.WANTED, NOON + MINUTE)
    assert later.failing_since is None
    lost = await outbox.unclear("story:2")
    await deliveries.postpone(outbox.tx, lost, NOON + MINUTE)
    assert (await outbox.get(lost)).state is State.UNCLEAR


async def test_a_message_too_old_to_be_corrected_stays_as_it_is(outbox: Outbox) -> None:
    shown = await outbox.show()
    await deliveries.revise(outbox.tx, "story:1", 2)
    await deliveries.drop(outbox.tx, await outbox.get(shown))
    left = await outbox.get(shown)
    assert (left.state, left.wanted, left.shown) == (State.SHOWN, 1, 1)


async def test_a_resumed_subscription_goes_on_with_what_is_still_worth_showing(
    outbox: Outbox,
) -> None:
    one, two = await outbox.story(), await outbox.story()
    old = await outbox.want("story:1", now=NOON - 2 * HOUR)
    failing, night = (
        await outbox.claim("story:2"),
        await outbox.want("story:3", not_before=NOON + HOUR),
    )
    await deliveries.appear(outbox.tx, CHANNEL, [one], old.id)
    await deliveries.appear(outbox.tx, CHANNEL, [two], failing.id)
    await outbox.fail(failing, State.WANTED, next_try_at=NOON + HOUR)
    await deliveries.refresh(outbox.tx, outbox.asked.id, NOON - HOUR)
    assert (await outbox.get(old)).state is State.DROPPED
    again = await outbox.get(failing)
    assert (again.state, again.failing_since, again.next_try_at) == (State.WANTED, None, None)
    assert (await outbox.get(night)).next_try_at == NOON + HOUR, "quiet hours go on"
    assert not await deliveries.has_appeared(outbox.tx, CHANNEL, one)
    assert await deliveries.has_appeared(outbox.tx, CHANNEL, two)


async def test_what_a_former_process_was_sending_is_looked_up_and_an_edit_made_again(
    outbox: Outbox,
) -> None:
    sending = await outbox.claim("story:1")
    shown = await outbox.show("story:2")
    await deliveries.revise(outbox.tx, "story:2", 2)
    editing = await deliveries.claim(outbox.tx, await outbox.get(shown), None)
    assert editing is not None
    assert await deliveries.orphan_claims(outbox.tx, NOON, alive={CHANNEL}) == 0
    assert await deliveries.orphan_claims(outbox.tx, NOON, alive=()) == 2
    lost, again = await outbox.get(sending), await outbox.get(editing)
    assert (lost.state, lost.unclear_since) == (State.UNCLEAR, NOON)
    assert again.state is State.WANTED
    assert await outbox.heads() == [lost.id, again.id]


async def test_the_deliveries_of_a_day_are_counted_from_its_start(outbox: Outbox) -> None:
    await outbox.want("story:1", now=NOON - HOUR)
    await outbox.want("story:2", now=NOON)
    elsewhere = await subscribe(outbox.tx, "elsewhere", OTHER_CHANNEL)
    await outbox.want("story:3", subscription=elsewhere)
    assert await deliveries.wanted_since(outbox.tx, outbox.asked.id, NOON) == 1
    assert await deliveries.wanted_since(outbox.tx, outbox.asked.id, NOON - HOUR) == 2


async def test_troubles_are_counted_for_all_or_for_some_subscriptions(outbox: Outbox) -> None:
    await outbox.want("story:1")
    await outbox.claim("story:2")
    await outbox.unclear("story:3")
    await outbox.fail(await outbox.claim("story:4"), State.HELD)
    await outbox.fail(await outbox.claim("story:5"), State.DEAD)
    await outbox.show("story:6")
    elsewhere = await subscribe(outbox.tx, "elsewhere", OTHER_CHANNEL)
    await outbox.want("story:1", subscription=elsewhere)
    assert await deliveries.troubles(outbox.tx) == deliveries.Troubles(3, 1, 1, 1)
    only = await deliveries.troubles(outbox.tx, [elsewhere.id])
    assert only == deliveries.Troubles(1, 0, 0, 0)


Standing = str
"""How a delivery stands: nothing, waiting, refused (403), shown, unclear or dropped."""


async def stand(outbox: Outbox, key: str, how: Standing) -> Delivery | None:
    """Bring a delivery there."""
    match how:
        case "waiting":
            return await outbox.want(key)
        case "shown":
            return await outbox.show(key, message=int(key[-1]))
        case "unclear":
            return await outbox.unclear(key)
        case "refused":
            claimed = await outbox.claim(key)
            await outbox.fail(claimed, State.WANTED)
            return claimed
        case "dropped":
            dropped = await outbox.want(key)
            await deliveries.drop(outbox.tx, dropped)
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
    outbox: Outbox, of_one: Standing, of_other: Standing, left: list[str]
) -> None:
    """What is out, or may be, stays."""
    one, other = await outbox.story(), await outbox.story()
    ours = await stand(outbox, "story:1", of_one)
    theirs = await stand(outbox, "story:2", of_other)
    if ours:
        await deliveries.appear(outbox.tx, CHANNEL, [one], ours.id)
    if theirs:
        await deliveries.appear(outbox.tx, CHANNEL, [other], theirs.id)
    await stories.merge(outbox.tx, other, one)
    await deliveries.merge(outbox.tx, "story:2", "story:1")
    rows = await outbox.tx.fetch_all("SELECT * FROM deliveries ORDER BY subject_key")
    assert [f"{row['subject_key']} {row['state']}" for row in rows] == left
    assert await deliveries.has_appeared(outbox.tx, CHANNEL, one)
