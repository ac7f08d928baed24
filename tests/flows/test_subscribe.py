"""Standing requests, as a server's admins and the bot's operator change them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import MovableClock
from bot.config import FixedSubscription
from bot.store import subscriptions
from bot.store.database import Database
from bot.store.sqlite import open_sqlite
from bot.subscribe import LONGEST_NAME, MOST_IN_A_SERVER, MOST_TOLD, Subscribe, SubscribeError
from digests.decide import Timing
from digests.schedule import Schedule
from digests.subscription import Mode, Origin, Wishes
from digests.topic import Topics

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GUILD, CHANNEL, OTHER, ANNA = 900, 901, 902, 7

EVENING = Wishes(schedule=Schedule.parse("0 18 * * *", "UTC"))
MORNING = Wishes(schedule=Schedule.parse("0 8 * * *", "UTC"))
ALERTS = Wishes(mode=Mode.ALERTS)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An open, empty database."""
    opened = await open_sqlite(tmp_path / "bot.sqlite3")
    yield opened
    await opened.close()


class Desk(Subscribe):
    """The flow, with a clock that a test moves and a count of how often the alarm was set anew."""

    def __init__(self, database: Database) -> None:
        self.clock = MovableClock(NOON)
        self.rearmed = 0
        super().__init__(database, self.clock, Topics(), Timing(), self._rearm_counted)

    def _rearm_counted(self) -> None:
        self.rearmed += 1


@pytest.fixture
def desk(database: Database) -> Desk:
    """The flow at work."""
    return Desk(database)


def ask_for(wishes: Wishes) -> Callable[[Wishes], Wishes]:
    """A change to exactly these wishes."""
    return lambda _: wishes


def fixed(name: str = "evening", channel: int = CHANNEL, wishes: Wishes = EVENING) -> Any:
    """A subscription of the configuration file."""
    return FixedSubscription(name, channel, wishes)


async def test_a_schedule_is_found_by_the_name_it_was_given_and_due_at_its_next_moment(
    desk: Desk,
) -> None:
    made = await desk.add(GUILD, CHANNEL, "  Evening   news ", EVENING, ANNA)
    assert (made.name, made.origin) == ("Evening news", Origin.DISCORD)
    assert made.next_fire_at == NOON + 6 * HOUR
    assert await desk.named(GUILD, "evening news ") == made
    assert await desk.in_guild(GUILD) == [made]
    assert desk.rearmed == 1


async def test_alerts_are_never_due(desk: Desk) -> None:
    assert (await desk.add(GUILD, CHANNEL, "alerts", ALERTS, ANNA)).next_fire_at is None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Morning", "already a schedule named “morning”: choose another name."),
        (" mORNING ", "already a schedule named “morning”"),
        ("morning  digest", "already a schedule named “Morning Digest”"),
        ("", "Give the schedule a name"),
        (" \t ", "Give the schedule a name"),
        ("n" * (LONGEST_NAME + 1), f"at most {LONGEST_NAME} characters"),
    ],
)
async def test_a_name_that_cannot_be_used_is_refused_in_one_sentence(
    desk: Desk, name: str, says: str
) -> None:
    await desk.add(GUILD, CHANNEL, "morning", MORNING, ANNA)
    await desk.add(GUILD, CHANNEL, "Morning Digest", MORNING, ANNA)
    with pytest.raises(SubscribeError, match=says):
        await desk.add(GUILD, OTHER, name, MORNING, ANNA)
    assert len(await desk.in_guild(GUILD)) == 2


async def test_another_server_may_use_the_same_name(desk: Desk) -> None:
    await desk.add(GUILD, CHANNEL, "morning", MORNING, ANNA)
    await desk.add(GUILD + 1, OTHER, "morning", MORNING, ANNA)
    assert len(await desk.in_guild(GUILD + 1)) == 1


async def test_a_server_has_at_most_so_many_schedules_and_removing_one_makes_room(
    desk: Desk,
) -> None:
    for number in range(MOST_IN_A_SERVER):
        await desk.add(GUILD, CHANNEL, f"number {number}", MORNING, ANNA)
    with pytest.raises(SubscribeError, match="remove one first"):
        await desk.add(GUILD, CHANNEL, "one more", MORNING, ANNA)
    await desk.add(GUILD + 1, CHANNEL + 1, "elsewhere", MORNING, ANNA)
    await desk.remove(await desk.named(GUILD, "number 7"))
    await desk.add(GUILD, CHANNEL, "one more", MORNING, ANNA)


async def test_a_name_that_there_is_not_is_answered_with_those_that_there_are(desk: Desk) -> None:
    with pytest.raises(SubscribeError, match="make one with /schedule add"):
        await desk.named(GUILD, "evening")
    await desk.add(GUILD, CHANNEL, "morning", MORNING, ANNA)
    await desk.add(GUILD, CHANNEL, "alerts", ALERTS, ANNA)
    with pytest.raises(SubscribeError, match="“evening” here: there is “alerts”, “morning”"):
        await desk.named(GUILD, "evening")


async def test_of_many_names_the_likeliest_are_told_and_a_long_one_is_cut(desk: Desk) -> None:
    for number in range(MOST_IN_A_SERVER):
        await desk.add(GUILD, CHANNEL, f"{number:02} {'n' * (LONGEST_NAME - 3)}", MORNING, ANNA)
    with pytest.raises(SubscribeError) as many:
        await desk.named(GUILD, f"07 {'n' * 30}m")
    assert "“" + "n" * 30 not in str(many.value)
    assert f"the most like it are “07 {'n' * (LONGEST_NAME - 3)}”, " in str(many.value)
    assert str(many.value).count("“") == 1 + MOST_TOLD
    assert str(many.value).endswith("; /schedule list shows all.")
    with pytest.raises(SubscribeError) as long:
        await desk.named(GUILD, "x" * 5_000)
    assert len(str(long.value)) < 500


async def test_names_that_are_nothing_like_what_was_typed_are_not_told(desk: Desk) -> None:
    for name in ("morning", "evening", "weekly", "alerts", "robots", "finance"):
        await desk.add(GUILD, CHANNEL, name, MORNING, ANNA)
    with pytest.raises(SubscribeError, match=r"here: /schedule list shows all\.$"):
        await desk.named(GUILD, "xyz")
    with pytest.raises(SubscribeError, match="the most like it is “weekly”; /schedule list"):
        await desk.named(GUILD, "weeklly")


async def test_a_changed_schedule_is_due_at_its_new_moment_and_an_unchanged_one_at_the_old(
    desk: Desk,
) -> None:
    made = await desk.add(GUILD, CHANNEL, "daily", EVENING, ANNA)
    changed = await desk.edit(made, ask_for(MORNING), OTHER)
    assert changed == await desk.named(GUILD, "daily")
    assert (changed.channel_id, changed.next_fire_at) == (OTHER, NOON + 20 * HOUR)
    desk.clock.advance(2 * DAY)
    hotter = await desk.edit(changed, ask_for(replace(MORNING, min_heat=50)))
    assert hotter.next_fire_at == NOON + 20 * HOUR, "what is overdue stays due"
    assert (hotter.wishes.min_heat, hotter.channel_id) == (50, OTHER)
    assert (await desk.edit(hotter, ask_for(ALERTS))).next_fire_at is None
    assert desk.rearmed == 4


async def test_a_paused_schedule_says_why_and_a_resumed_one_is_due_at_its_next_moment(
    desk: Desk,
) -> None:
    made = await desk.add(GUILD, CHANNEL, "daily", EVENING, ANNA)
    await desk.pause(made, "Holidays.")
    assert (await desk.named(GUILD, "daily")).paused == "Holidays."
    desk.clock.advance(2 * DAY)
    resumed = await desk.resume(await desk.named(GUILD, "daily"))
    assert resumed == await desk.named(GUILD, "daily")
    assert (resumed.paused, resumed.next_fire_at) == (None, NOON + 2 * DAY + 6 * HOUR)
    assert desk.rearmed == 3


async def test_two_people_who_change_a_schedule_at_once_both_get_what_they_asked_for(
    desk: Desk,
) -> None:
    both_saw = await desk.add(GUILD, CHANNEL, "daily", EVENING, ANNA)
    await desk.edit(both_saw, lambda wishes: replace(wishes, topics=("AI",)), OTHER)
    changed = await desk.edit(both_saw, lambda wishes: replace(wishes, min_heat=50))
    assert (changed.wishes.topics, changed.wishes.min_heat) == (("AI",), 50)
    assert changed.channel_id == OTHER
    assert await desk.named(GUILD, "daily") == changed


async def test_who_changes_a_schedule_that_was_removed_meanwhile_is_told_so(desk: Desk) -> None:
    made = await desk.add(GUILD, CHANNEL, "daily", EVENING, ANNA)
    await desk.remove(made)
    for late in (
        desk.edit(made, ask_for(MORNING)),
        desk.pause(made, "Holidays."),
        desk.resume(made),
    ):
        with pytest.raises(SubscribeError, match="“daily” was removed meanwhile"):
            await late


async def test_of_two_with_one_name_commands_mean_the_one_made_in_discord(desk: Desk) -> None:
    await desk.take_fixed([fixed()])
    made = await desk.add(GUILD, CHANNEL, "Evening", MORNING, ANNA)
    await desk.locate(GUILD, {CHANNEL})
    assert await desk.named(GUILD, "evening") == made
    await desk.remove(made)
    assert (await desk.named(GUILD, "evening")).origin is Origin.CONFIG


async def test_a_removed_schedule_is_gone_and_its_name_free(desk: Desk) -> None:
    made = await desk.add(GUILD, CHANNEL, "daily", EVENING, ANNA)
    await desk.remove(made)
    assert await desk.in_guild(GUILD) == []
    assert (await desk.add(GUILD, CHANNEL, "daily", EVENING, ANNA)).id != made.id


async def test_what_the_configuration_file_fixes_can_only_be_paused_from_discord(
    desk: Desk, database: Database
) -> None:
    await desk.take_fixed([fixed()])
    await desk.locate(GUILD, {CHANNEL})
    [one] = await desk.in_guild(GUILD)
    with pytest.raises(SubscribeError, match="configuration file"):
        await desk.edit(one, ask_for(MORNING))
    with pytest.raises(SubscribeError, match="configuration file"):
        await desk.remove(one)
    await desk.pause(one, "Holidays.")
    await desk.take_fixed([fixed()])
    assert (await desk.named(GUILD, "evening")).paused == "Holidays.", "a restart changes nothing"
    await desk.resume(one)
    assert (await desk.named(GUILD, "evening")).paused is None


async def test_the_configurations_schedules_follow_the_file_at_each_start(
    desk: Desk, database: Database
) -> None:
    await desk.take_fixed([fixed("a"), fixed("b"), fixed("c", wishes=ALERTS)])
    before = await configured(database)
    desk.clock.advance(DAY)
    await desk.take_fixed([fixed("A"), fixed("b", OTHER, MORNING), fixed("d")])
    after = await configured(database)
    assert sorted(after) == ["A", "b", "d"]
    assert after["A"] == replace(before["a"], name="A"), "its missed moment is still due"
    assert (after["b"].id, after["b"].channel_id) == (before["b"].id, OTHER)
    assert after["b"].next_fire_at == NOON + DAY + 20 * HOUR
    assert after["d"].created_at == NOON + DAY


async def configured(database: Database) -> dict[str, Any]:
    """The subscriptions of the configuration, by name."""
    async with database.read() as read:
        return {one.name: one for one in await subscriptions.in_config(read)}


async def test_the_configuration_leaves_alone_what_was_made_in_discord(desk: Desk) -> None:
    made = await desk.add(GUILD, CHANNEL, "evening", EVENING, ANNA)
    await desk.take_fixed([fixed("evening")])
    await desk.take_fixed([])
    assert await desk.in_guild(GUILD) == [made]


async def test_a_configured_channel_is_placed_in_the_server_that_has_it(desk: Desk) -> None:
    await desk.take_fixed([fixed("a", CHANNEL), fixed("b", OTHER)])
    await desk.locate(GUILD, {CHANNEL, 999})
    assert [one.name for one in await desk.in_guild(GUILD)] == ["a"]
    await desk.locate(GUILD + 1, {OTHER})
    await desk.locate(GUILD + 1, {CHANNEL})
    assert [one.name for one in await desk.in_guild(GUILD + 1)] == ["a", "b"]
