"""Questions about stories: SQL means what `digests.query` means."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store import appearances, deliveries, selection, stories, subscriptions
from bot.store.database import Database, Read, Write
from digests.query import LATE_LIMIT, Query, Window, matches
from digests.query import select as pure_select
from digests.ranking import Sort
from digests.story import Story
from digests.subscription import Origin, Wishes
from tests.store import samples
from tests.store.samples import CHANNEL, HOUR, NOON, query, story


async def _keep(tx: Write, given: Sequence[Story]) -> list[Story]:
    return [replace(one, id=await stories.insert(tx, one)) for one in given]


class _Undo(Exception):  # noqa: N818 - no error, but the way out of a transaction
    """Ends an example's transaction, so that the next one finds the database empty."""


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rivals=st.lists(samples.rivals, min_size=5, max_size=20),
    asked=st.lists(samples.queries, min_size=3, max_size=10),
)
async def test_the_database_answers_every_query_as_the_pure_function_does(
    database: Database, rivals: list[Story], asked: list[Query]
) -> None:
    named = [replace(one, path=f"{number}.md") for number, one in enumerate(rivals)]
    with suppress(_Undo):
        async with database.write() as tx:
            kept = await _keep(tx, named)
            for one in asked:
                assert await selection.select(tx, one) == pure_select(kept, one)
                assert await selection.count(tx, one) == sum(matches(it, one) for it in kept)
            raise _Undo


@pytest.mark.parametrize("sort", Sort)
async def test_stories_that_are_equal_in_everything_stand_by_their_files_name(
    database: Database, sort: Sort
) -> None:
    paths = ["b.md", "a.md", "ä.md", "Z.md", "日.md"]
    async with database.write() as tx:
        kept = await _keep(tx, [story(path) for path in paths])
        found = await selection.select(tx, query(sort=sort))
    assert found == pure_select(kept, query(sort=sort))
    assert [one.path for one in found] == ["Z.md", "a.md", "b.md", "ä.md", "日.md"]


@pytest.mark.parametrize(
    ("published", "arrived", "found"),
    [
        (1, 1, True),
        (36, 0, False),
        (48, 1, True),
        (48, 47, False),
        (48, None, False),
        (7 * 24, 1, False),
        (7 * 24 - 1, 1, True),
        (-1, -1, False),
        (48, -1, False),
    ],
    ids=[
        "published in time",
        "published as the time began",
        "late, and new",
        "not late, seen before",
        "found by the very first scan",
        "a week old",
        "late, and almost a week old",
        "from the future",
        "arrives in the future",
    ],
)
async def test_a_late_arrival_counts_once_by_the_time_it_came(
    database: Database, published: int, arrived: int | None, found: bool
) -> None:
    one = story(
        published_at=NOON - published * HOUR,
        arrived_at=None if arrived is None else NOON - arrived * HOUR,
    )
    window = Window(NOON - 36 * HOUR, NOON, late=36 * HOUR)
    assert window.covers(one.published_at, one.arrived_at) is found
    async with database.write() as tx:
        await stories.insert(tx, one)
        assert await selection.count(tx, query(window=window)) == found


@pytest.mark.parametrize(("hours", "found"), [(24, False), (23, True)])
async def test_a_story_that_came_after_the_digest_before_counts_whatever_its_date(
    database: Database, hours: int, found: bool
) -> None:
    one = story(published_at=NOON - 40 * HOUR, arrived_at=NOON - hours * HOUR)
    window = Window(NOON - 36 * HOUR, NOON, late=36 * HOUR, unmet_since=NOON - 24 * HOUR)
    assert window.covers(one.published_at, one.arrived_at) is found
    async with database.write() as tx:
        await stories.insert(tx, one)
        assert await selection.count(tx, query(window=window)) == found


async def test_what_a_channel_was_shown_is_left_out_there_only(database: Database) -> None:
    async with database.write() as tx:
        seen, new = await _keep(tx, [story("a.md"), story("b.md")])
        subscription = await subscriptions.add(
            tx,
            origin=Origin.DISCORD,
            guild_id=1,
            channel_id=CHANNEL,
            name="x",
            wishes=Wishes(),
            next_fire_at=None,
            now=NOON,
        )
        delivery = await deliveries.want(tx, subscription, f"story:{seen.id}", 1, NOON)
        assert delivery is not None
        await appearances.note(tx, CHANNEL, [seen.id], delivery)
        assert await selection.select(tx, query(unseen_in=CHANNEL)) == [new]
        assert await selection.count(tx, query(unseen_in=CHANNEL)) == 1
        assert await selection.count(tx, query(unseen_in=CHANNEL + 1)) == 2


async def test_text_topic_and_heat_narrow_a_question_together(database: Database) -> None:
    async with database.write() as tx:
        await _keep(
            tx,
            [
                story("a.md", title="Robots sing", heat=5, topics=("Music",)),
                story("b.md", title="Robots sing", heat=9, topics=("Robots",)),
                story("c.md", title="Whales sing", excerpt="", heat=9, topics=("Music",)),
                story("d.md", title="Robots sing", heat=9, topics=("Music",)),
            ],
        )
        asked = query(text="robot sing", topics=frozenset({"music"}), min_heat=6)
        assert await _paths(tx, replace(asked, text="robots sing")) == ["d.md"]
        assert await _paths(tx, asked) == []
        assert await selection.count(tx, replace(asked, text="robots")) == 1


async def test_topics_are_counted_over_living_stories_of_the_time(database: Database) -> None:
    window = query().window
    async with database.write() as tx:
        await _keep(
            tx,
            [
                story("a.md", topics=("Vision", "AI")),
                story("b.md", topics=("vision",)),
                story("cold.md", heat=-1),
                story("hidden.md", published=False),
                story("old.md", published_at=NOON - 40 * HOUR),
            ],
        )
        assert await selection.topics(tx, window) == [("Vision", 2), ("AI", 1)]
        late = replace(window, late=36 * HOUR)
        assert await selection.topics(tx, late) == [("AI", 2), ("Vision", 2)]
        assert await selection.topics(tx, Window(NOON, NOON + LATE_LIMIT)) == []


async def test_titles_are_suggested_newest_first(database: Database) -> None:
    async with database.write() as tx:
        old, new, *_ = await _keep(
            tx,
            [
                story("a.md", title="Robots rest", published_at=NOON - HOUR),
                story("b.md", title="Robots resume"),
                story("c.md", title="Fish", excerpt="Robots rest here too"),
                story("d.md", title="Robots rest unseen", published=False),
            ],
        )
        assert await selection.titles(tx, "robots res", 5) == [
            (new.id, "Robots resume"),
            (old.id, "Robots rest"),
        ]
        assert await selection.titles(tx, "rest", 5) == [(old.id, "Robots rest")]
        assert len(await selection.titles(tx, " ", 2)) == 2
        assert await selection.titles(tx, "?", 5) == []


async def _paths(read: Read, asked: Query) -> list[str]:
    return [one.path for one in await selection.select(read, asked)]
