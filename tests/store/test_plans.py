"""What questions cost: each finds its rows by an index, so that it grows with what it finds."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.store import (
    appearances,
    articles,
    deliveries,
    outbox,
    runs,
    search,
    selection,
    stories,
    subscriptions,
)
from bot.store.database import Database
from digests.query import Window
from digests.ranking import Sort
from tests.store.explainer import Explainer
from tests.store.samples import HOUR, NOON, article, query, related, story

FEW = r"USING (?:COVERING )?INDEX (?:deliveries_open|deliveries_dead)"
"""Indexes that hold only what is unfinished: they may be read whole."""

Question = Callable[[Any], Awaitable[object]]

ASKING = article(related=(related("b.example/1"), related("c.example/1")))
CASES: dict[str, tuple[Question, set[str]]] = {
    "linked articles": (
        lambda read: articles.linked(read, ASKING),
        {"article_keys_by_key (key=? AND own=?)"},
    ),
    "titles alike": (
        lambda read: articles.like_titled(read, ASKING, HOUR),
        {"article_marks_by_mark (mark=? AND published_at>? AND published_at<?)"},
    ),
    "articles by file": (
        lambda read: articles.get_many(read, "ai", ["a.md", "b.md"]),
        {"sqlite_autoindex_articles_1 (feed=? AND path=?)"},
    ),
    "articles by id": (
        lambda read: articles.with_ids(read, [1, 2]),
        {"INTEGER PRIMARY KEY (rowid=?)"},
    ),
    "articles of a story": (
        lambda read: articles.of_story(read, 1),
        {"articles_by_story (story_id=?)"},
    ),
    "one story": (lambda read: stories.get(read, 1), {"INTEGER PRIMARY KEY (rowid=?)"}),
    "a topic's top stories": (
        lambda read: selection.select(
            read, query(topics=frozenset({"ai"}), sort=Sort.QUALITY, unseen_in=1)
        ),
        {
            "stories_by_publishing (published_at>? AND published_at<?)",
            "sqlite_autoindex_story_topics_1 (story_id=? AND topic=?)",
            "sqlite_autoindex_appearances_1 (channel_id=? AND story_id=?)",
        },
    ),
    "how many": (
        lambda read: selection.count(read, query()),
        {"stories_by_publishing (published_at>? AND published_at<?)"},
    ),
    "how many say something": (
        lambda read: selection.count(read, query(text="robots")),
        {"SEARCH s USING INTEGER PRIMARY KEY (rowid=?)"},
    ),
    "what is said of something": (
        lambda read: selection.select(read, query(text="robots")),
        {"SEARCH s USING INTEGER PRIMARY KEY (rowid=?)"},
    ),
    "completion of a title": (
        lambda read: selection.titles(read, "rob", 25),
        {"SEARCH s USING INTEGER PRIMARY KEY (rowid=?)"},
    ),
    "topics": (
        lambda read: selection.topics(read, query().window),
        {"stories_by_publishing (published_at>? AND published_at<?)"},
    ),
    "due": (
        lambda read: subscriptions.due(read, NOON),
        {"subscriptions_due (next_fire_at<?)"},
    ),
    "next alarm": (subscriptions.next_alarm, {"subscriptions_due (next_fire_at>?)"}),
    "what is due in the outbox": (
        lambda read: outbox.heads(read, NOON),
        {"deliveries_open", "deliveries_to_sweep"},
    ),
    "claims of nobody": (
        lambda tx: outbox.orphan_claims(tx, NOON, (), "why"),
        {"deliveries_open"},
    ),
    "all waiting measured anew": (
        lambda tx: outbox.measure_anew(tx, NOON, NOON),
        {"deliveries_open", "deliveries_to_sweep"},
    ),
    "a newer revision": (
        lambda tx: deliveries.revise(tx, "story:1", 2),
        {"deliveries_by_subject (subject_key=?)"},
    ),
    "two stories that become one": (
        lambda tx: deliveries.merge(tx, 1, 2),
        {"deliveries_by_subject (subject_key=?)", "appearances_by_story (story_id=?)"},
    ),
    "how many wanted today": (
        lambda read: deliveries.wanted_since(read, 1, NOON),
        {"deliveries_by_subscription (subscription_id=? AND created_at>?)"},
    ),
    "what a resumed schedule wants": (
        lambda tx: deliveries.refresh(tx, 1, NOON),
        {"deliveries_by_subscription (subscription_id=?"},
    ),
    "what a removed schedule wanted": (
        lambda tx: deliveries.drop_open(tx, 1, NOON),
        {"deliveries_by_subscription (subscription_id=?)"},
    ),
    "what a moved schedule wants": (
        lambda tx: deliveries.move(tx, 1, 7, NOON),
        {"deliveries_by_subscription (subscription_id=?)"},
    ),
    "how deliveries are": (
        lambda read: deliveries.troubles(read, NOON),
        {"deliveries_open", "deliveries_dead"},
    ),
    "where a story was shown": (
        lambda read: appearances.channels(read, 1),
        {"appearances_by_story (story_id=?)"},
    ),
    "what nobody has seen": (
        lambda tx: appearances.forget(tx, [1]),
        {"appearances_by_delivery (delivery_id=?)"},
    ),
    "the last arrival": (stories.last_arrival, {"stories_by_arrival"}),
    "arrivals of a day": (
        lambda read: stories.arrived_since(read, NOON, 5),
        {"stories_by_arrival (arrival>?)"},
    ),
    "who was over the limit": (
        lambda read: subscriptions.passing(read, 1),
        {"passed_over_by_story (story_id=?)"},
    ),
    "run": (
        lambda read: runs.exists(read, 1, NOON),
        {"sqlite_autoindex_runs_1 (subscription_id=? AND fire_at=?)"},
    ),
    "articles that tell a story": (
        lambda read: articles.told_by_others(read, [1, 2], article()),
        {"articles_by_story (story_id=?)"},
    ),
}


@pytest.mark.parametrize(("question", "indexes"), CASES.values(), ids=CASES.keys())
async def test_a_question_is_answered_by_index(
    database: Database, question: Question, indexes: set[str]
) -> None:
    async with database.write() as tx:
        explainer = Explainer(tx)
        await question(explainer)
    plan = "\n".join(explainer.steps)
    assert {index for index in indexes if index not in plan} == set(), plan
    scanned = re.findall(
        rf"SCAN (?!alike|found|story_search|SUBQUERY|CONSTANT)\S++(?! {FEW})", plan
    )
    assert scanned == [], plan


async def test_the_newest_of_many_that_a_text_finds_are_looked_for_among_the_newest(
    database: Database,
) -> None:
    """To look up all that hold a common word, to keep 25 of them, would take ten times as long."""
    async with database.write() as tx:
        for number in range(search.FEW + 1):
            told = story(
                f"{number}.md", title=f"Robots {number}", published_at=NOON + number * HOUR
            )
            await stories.insert(tx, told)
        explainer = Explainer(tx)
        newest = [title for _, title in await selection.titles(explainer, "rob", 2)]
        everything = query(window=Window(NOON - HOUR, NOON + search.FEW * HOUR), text="robots")
        assert await selection.count(explainer, everything) == search.FEW + 1
    assert newest == [f"Robots {search.FEW}", f"Robots {search.FEW - 1}"]
    assert "SCAN s USING INDEX stories_by_publishing" in explainer.steps
    assert not any("s USING INTEGER PRIMARY KEY" in step for step in explainer.steps)
