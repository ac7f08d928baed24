"""Stories: stored, changed, merged."""

from __future__ import annotations

import pytest

from bot.store import appearances, articles, deliveries, selection, stories, subscriptions
from bot.store.database import Database, Read, Write
from digests.subscription import Origin, Wishes
from tests.store.samples import CHANNEL, GUILD, NOON, OTHER_CHANNEL, article, query, story


async def test_a_story_comes_back_with_the_id_it_was_given(database: Database) -> None:
    async with database.write() as tx:
        one = await stories.insert(tx, story())
        two = await stories.insert(tx, story("b.md", arrived_at=None))
    async with database.read() as read:
        assert await stories.get(read, one) == story(id=one)
        assert await stories.get(read, 404) is None
        assert await stories.get_many(read, [two, one, 404]) == {
            one: story(id=one),
            two: story("b.md", arrived_at=None, id=two),
        }


async def test_a_saved_change_is_what_is_read_and_asked_for(database: Database) -> None:
    async with database.write() as tx:
        story_id = await stories.insert(tx, story())
        changed = story(
            id=story_id, heat=99, topics=("Robots",), title="Robots are loud again", revision=2
        )
        await stories.save(tx, changed)
        assert await stories.get(tx, story_id) == changed
        assert await selection.select(tx, query(min_heat=99)) == [changed]
        assert await selection.select(tx, query(topics=frozenset({"robots"}))) == [changed]
        assert await selection.select(tx, query(topics=frozenset({"ai"}))) == []
        assert await selection.select(tx, query(text="loud")) == [changed]
        assert await selection.select(tx, query(text="quiet")) == []


async def test_saving_a_story_that_does_not_exist_is_an_error(database: Database) -> None:
    with pytest.raises(LookupError, match="no story 404"):
        async with database.write() as tx:
            await stories.save(tx, story(id=404))


async def test_a_change_of_heat_alone_rewrites_neither_topics_nor_words(
    database: Database,
) -> None:
    async with database.write() as tx:
        story_id = await stories.insert(tx, story())
        await tx.execute("DELETE FROM story_topics")
        await tx.execute("DELETE FROM story_search")
        await stories.save(tx, story(id=story_id, heat=1))
        assert await selection.select(tx, query(topics=frozenset({"ai"}))) == []
        assert await selection.select(tx, query(text="quiet")) == []


async def test_topics_that_differ_in_case_or_spaces_are_one(database: Database) -> None:
    async with database.write() as tx:
        await stories.insert(tx, story(topics=("AI", "ai", "Deep  Sea", "deep sea")))
        assert await selection.topics(tx, query().window) == [("AI", 1), ("Deep  Sea", 1)]


async def _pair(tx: Write) -> tuple[int, int]:
    old = await stories.insert(tx, story("old.md", title="Old robots"))
    new = await stories.insert(tx, story("new.md", title="New robots"))
    await articles.put(tx, article("old.md"), old)
    await articles.put(tx, article("new.md"), new)
    return old, new


async def test_after_a_merge_the_old_id_leads_to_the_story_that_remains(
    database: Database,
) -> None:
    async with database.write() as tx:
        old, new = await _pair(tx)
        await stories.merge(tx, old, new)
    async with database.read() as read:
        remaining = story("new.md", title="New robots", id=new)
        assert await stories.get(read, old) == remaining
        assert await stories.get_many(read, [old, new]) == {old: remaining, new: remaining}
        assert await selection.select(read, query()) == [remaining]
        assert await selection.select(read, query(text="old")) == []
        assert await selection.topics(read, query().window) == [("AI", 1)]
        assert [one.article.path for one in await articles.of_story(read, new)] == [
            "old.md",
            "new.md",
        ]
        assert await articles.of_story(read, old) == []


async def test_a_story_that_took_another_in_may_itself_be_merged(database: Database) -> None:
    async with database.write() as tx:
        first, second = await _pair(tx)
        third = await stories.insert(tx, story("third.md"))
        await stories.merge(tx, first, second)
        await stories.merge(tx, second, third)
        found = await stories.get_many(tx, [first, second, third])
    assert {one.id for one in found.values()} == {third}
    assert len(found) == 3


@pytest.mark.parametrize("case", ["itself", "a stranger", "one that is gone", "from one that is"])
async def test_only_two_stories_of_their_own_can_be_merged(database: Database, case: str) -> None:
    async with database.write() as tx:
        old, new = await _pair(tx)
        third = await stories.insert(tx, story("third.md"))
        await stories.merge(tx, old, new)
    pair = {
        "itself": (new, new),
        "a stranger": (new, 404),
        "one that is gone": (third, old),
        "from one that is": (old, third),
    }[case]
    with pytest.raises(ValueError, match="cannot be merged"):
        async with database.write() as tx:
            await stories.merge(tx, *pair)


async def test_a_merged_story_can_no_longer_be_saved(database: Database) -> None:
    async with database.write() as tx:
        old, new = await _pair(tx)
        await stories.merge(tx, old, new)
    with pytest.raises(LookupError):
        async with database.write() as tx:
            await stories.save(tx, story(id=old))


async def test_a_channel_that_was_shown_either_story_has_been_shown_the_merged_one(
    database: Database,
) -> None:
    async with database.write() as tx:
        old, new = await _pair(tx)
        await _appear(tx, CHANNEL, old)
        await _appear(tx, CHANNEL, new)
        await _appear(tx, OTHER_CHANNEL, old)
        await stories.merge(tx, old, new)
    async with database.read() as read:
        for channel in (CHANNEL, OTHER_CHANNEL):
            assert channel in await appearances.channels(read, new)
            assert await selection.select(read, query(unseen_in=channel)) == []
        assert len(await selection.select(read, query(unseen_in=1))) == 1
        assert await _count(read, "appearances") == 2


async def test_a_story_that_shares_anothers_appearances_counts_as_shown_where_that_was(
    database: Database,
) -> None:
    async with database.write() as tx:
        one, other = await _pair(tx)
        await _appear(tx, CHANNEL, one)
        await _appear(tx, CHANNEL, other)
        await _appear(tx, OTHER_CHANNEL, one)
        await _appear(tx, 1, one)
        await tx.execute("UPDATE deliveries SET message_id = 7 WHERE channel_id <> 1")
        await appearances.share(tx, one, other)
    async with database.read() as read:
        assert await appearances.channels(read, other) == {CHANNEL, OTHER_CHANNEL}
        assert await appearances.channels(read, one) == {CHANNEL, OTHER_CHANNEL, 1}


async def _appear(tx: Write, channel_id: int, story_id: int) -> None:
    subscription = await subscriptions.add(
        tx,
        origin=Origin.DISCORD,
        guild_id=GUILD,
        channel_id=channel_id,
        name=f"{channel_id} {story_id}",
        wishes=Wishes(),
        next_fire_at=None,
        now=NOON,
    )
    delivery = await deliveries.want(tx, subscription, f"story:{story_id}", 1, NOON)
    assert delivery is not None
    await appearances.note(tx, channel_id, [story_id], delivery)


async def _count(read: Read, table: str) -> int:
    row = await read.fetch_one(f"SELECT COUNT(*) AS n FROM {table}")  # noqa: S608 - a constant
    assert row is not None
    return int(row["n"])


async def test_the_lead_may_change_with_the_articles(database: Database) -> None:
    async with database.write() as tx:
        story_id = await stories.insert(tx, story())
        changed = story(id=story_id, feed="other", path="z.md")
        await stories.save(tx, changed)
        assert await stories.get(tx, story_id) == changed
