"""Questions about what is new: /top-by-…, /latest, /topic, /search."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.config import Feed
from bot.preview import Request, make_preview
from digests.ranking import Sort
from digests.topic import Topics
from tests.chat.support import TOPICS, options_of, seen, titles
from tests.support.bot import HOUR, NOON, write_file

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sandbox import Channel, Person
    from tests.chat.conftest import AtWork
    from tests.support.bot import BotAtWork

ASPECTS = {
    "top-by-heat": Sort.HEAT,
    "top-by-quality": Sort.QUALITY,
    "top-by-coverage": Sort.COVERAGE,
    "latest": Sort.NEWEST,
}

NAMES = (
    *("Lamp", "Kettle", "Ferry", "Clock", "Bridge", "Orchard", "Tram", "Violin", "Lighthouse"),
    *("Bakery", "Harbour", "Glacier"),
)


async def write_a_dozen(bot: BotAtWork) -> None:
    """Twelve stories, each first by another measure."""
    await bot.write_files(
        {
            f"{name}.md": bot.article(
                f"{name} learns something {place}",
                heat=(place * 37) % 100,
                quality=(place * 53) % 100,
                published_at=NOON - HOUR * ((place * 7) % 12 + 1),
                topic=("Lip Reading", "Computer Vision", "Machine Learning")[place % 3],
                excerpt=f"The {name} took its time.",
            )
            for place, name in enumerate(NAMES)
        }
    )


@pytest.mark.parametrize("command", ASPECTS)
async def test_a_ranking_is_that_of_the_preview(
    news: Channel, ben: Person, tmp_path: Path, at_work: AtWork, command: str
) -> None:
    """Each ranking tells the stories that `digest-bot preview` would, in its order."""
    async with at_work() as bot:
        await write_a_dozen(bot)
        first = await ben.slash(news, command)
        told = titles(first)
        second = await ben.click(first.message, "Next ▶")
        told += titles(second)
    request = Request(NOON, timedelta(hours=36), ASPECTS[command], (), 10, 0)
    feeds = [Feed(name="ai", directory=tmp_path / "articles")]
    preview = make_preview(feeds, request, Topics(TOPICS))
    assert told == [story.title for story in preview.stories]
    assert len(told) == 10


async def test_a_story_of_an_answer_says_what_readers_need(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """Its linked title, outlet, heat, age and excerpt."""
    async with at_work() as bot:
        text = bot.article(
            "Lamp reads aloud", excerpt="It reads to owls.", url="https://post.example/lamp"
        )
        await bot.write_files({"a.md": text})
        reply = await ben.slash(news, "top-by-heat")
    description = reply.message.embeds[0]["description"]
    assert "[Lamp reads aloud](https://post.example/lamp)" in description
    for part in ("**Demo Desk**", "🔥 50", f"<t:{int((NOON - HOUR).timestamp())}:R>", "> It reads"):
        assert part in description


async def test_the_best_stories_show_how_good_they_are(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """On later pages too; elsewhere heat alone says why a story stands where it does."""
    async with at_work() as bot:
        await write_a_dozen(bot)
        best = await ben.slash(news, "top-by-quality")
        text, menu = seen(best), options_of(best)
        text += seen(await ben.click(best.message, "Next ▶"))
        hottest = await ben.slash(news, "top-by-heat")
    told = [int(rating) for rating in re.findall(r"⭐ (\d+) · 🔥", text)]
    assert told == sorted(((place * 53) % 100 for place in range(12)), reverse=True)[:10]
    assert menu[0]["description"].startswith(f"⭐ {told[0]} · 🔥")
    assert "⭐" not in seen(hottest)


async def test_only_the_person_who_asks_sees_the_answer_unless_it_is_shared(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """Answers are private by default."""
    async with at_work():
        private = await ben.slash(news, "latest")
        shared = await ben.slash(news, "latest", share=True)
    assert private.message.seen_by is ben.user
    assert shared.message.seen_by is None


async def test_a_limit_and_a_time_narrow_an_answer(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """`limit` counts stories, `since` looks back from now."""
    async with at_work() as bot:
        await write_a_dozen(bot)
        limited = await ben.slash(news, "latest", limit=3)
        recent = await ben.slash(news, "latest", since="3h", limit=50)
    assert len(titles(limited)) == 3
    assert "Page 1 of 1 · 3 stories" in seen(limited)
    assert "last 3h" in seen(recent)
    assert len(titles(recent)) == 2


@pytest.mark.parametrize("typed", ["Computer Vision", "computer  vision", "seeing machines"])
async def test_a_topic_may_be_named_by_alias_and_takes_its_children_along(
    news: Channel, ben: Person, at_work: AtWork, typed: str
) -> None:
    """Asking for a parent shows its children's stories too, under the parent's own name."""
    async with at_work() as bot:
        await write_a_dozen(bot)
        reply = await ben.slash(news, "topic", topic=typed, limit=50)
        count = len(titles(reply))
        count += len(titles(await ben.click(reply.message, "Next ▶")))
    assert "👓 Computer Vision" in seen(reply)
    assert count == 8
    assert reply.message.embeds[0]["color"] == 0x123456


async def test_searching_finds_words_of_titles_excerpts_and_outlets(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """All words must be there, in any of these places, the last may be unfinished."""
    async with at_work() as bot:
        await write_a_dozen(bot)
        await bot.write("x.md", "Nothing else", outlet="Harbour Herald", excerpt="A ferry sank.")
        by_title = await ben.slash(news, "search", text="glacier learns")
        by_excerpt = await ben.slash(news, "search", text="ferry san")
        by_outlet = await ben.slash(news, "search", text="herald")
        in_topic = await ben.slash(news, "search", text="learns", topic="Lip Reading", limit=50)
    assert titles(by_title) == ["Glacier learns something 11"]
    assert titles(by_excerpt) == titles(by_outlet) == ["Nothing else"]
    assert len(titles(in_topic)) == 4
    assert "🔎 “learns” · 👄 Lip Reading · last 90d" in seen(in_topic)


async def test_what_was_searched_for_is_shown_as_typed(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """A search text is text: it makes no link in the name of the bot."""
    async with at_work():
        reply = await ben.slash(news, "search", text="[me](https://evil.example)", share=True)
    assert "“[me](https://evil.example)”" in seen(reply)
    assert "\\[me" in reply.message.embeds[0]["title"]


@pytest.mark.parametrize(
    ("command", "options", "sentence"),
    [
        ("latest", {"since": "soon"}, '"soon" is no length of time; write whole minutes'),
        ("latest", {"since": "91d"}, "is not between 1 minute and 90 days"),
        ("latest", {"topic": "Computer Visoin"}, "did you mean “Computer Vision”?"),
        ("topic", {"topic": "Gardening!"}, "no topic “Gardening!”: see /topics."),
        ("digest", {"topic": "Gardening!"}, "no topic “Gardening!”: see /topics."),
        ("topics", {"since": "-1h"}, "is no length of time"),
        ("search", {"text": "?!"}, "Write at least one word"),
        ("story", {"story": "unheard of"}, "No story's title has the words “unheard of”"),
        ("story", {"story": "id:123456"}, "does not have that story any more"),
    ],
)
async def test_a_mistake_is_answered_by_one_sentence_that_says_what_to_do(
    *,
    news: Channel,
    ben: Person,
    at_work: AtWork,
    command: str,
    options: dict[str, str],
    sentence: str,
) -> None:
    """Also when the answer was to be shared, only the person who typed sees it."""
    async with at_work():
        reply = await ben.slash(news, command, **options, share=True)
    text = seen(reply).replace("`", "")
    assert "⚠️" in text
    assert sentence in text
    assert reply.message.seen_by is ben.user
    assert not reply.message.embeds


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        ({}, "Look further back with since:1w"),
        ({"since": "8d"}, "Look further back with since:90d"),
        ({"since": "90d"}, "See what there is with /topics."),
    ],
)
async def test_who_finds_nothing_is_told_what_to_try(
    news: Channel,
    ben: Person,
    at_work: AtWork,
    options: dict[str, str],
    advice: str,
) -> None:
    """A longer time is suggested as long as there is one."""
    async with at_work():
        reply = await ben.slash(news, "latest", **options)
    assert advice in seen(reply).replace("`", "")
    assert options_of(reply) == []


async def test_a_search_in_vain_is_advised_on_words(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """A search looks back as far as possible already."""
    async with at_work():
        reply = await ben.slash(news, "search", text="unheard of")
    assert "Try fewer words" in seen(reply)


@pytest.mark.parametrize(
    ("typed", "first", "also"),
    [
        ("vision", "Computer Vision", "Lip Reading"),
        ("SEEING", "Computer Vision", "Lip Reading"),
        ("lip", "Lip Reading", "Lip Reading"),
        ("", "AI", "Computer Vision"),
    ],
)
async def test_topics_are_suggested_by_name_and_alias_with_their_children(
    *,
    news: Channel,
    ben: Person,
    at_work: AtWork,
    typed: str,
    first: str,
    also: str,
) -> None:
    """Those whose name fits come first; there are never more than Discord takes."""
    async with at_work() as bot:
        await write_a_dozen(bot)
        suggested = [one.value for one in await ben.autocomplete(news, "topic", "topic", typed)]
    assert suggested[0] == first
    assert also in suggested
    assert len(suggested) <= 25


async def test_topics_that_nobody_configured_are_suggested_once_met(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """The articles themselves make topics."""
    async with at_work() as bot:
        await bot.write("a.md", "Lamp reads", topic="Lamp Lore")
        suggested = [one.value for one in await ben.autocomplete(news, "latest", "topic", "lamp")]
        reply = await ben.slash(news, "latest", topic="lamp lore")
    assert suggested == ["Lamp Lore"]
    assert titles(reply) == ["Lamp reads"]


async def test_fifty_stories_fit_fifty_stories(news: Channel, ben: Person, at_work: AtWork) -> None:
    """With long titles, addresses and excerpts, ten pages show them all, none twice."""
    async with at_work() as bot:
        for number in range(50):
            text = bot.article(
                f"{number:02} {'_~*[]' * 40}",
                heat=99 - number,
                excerpt="*" * 400,
                url=f"https://post.example/{number}/{'x' * (number * 40)}",
            )
            write_file(bot.articles / f"{number}.md", text)
        await bot.write("last.md", "Not among the fifty", heat=1)
        reply = await ben.slash(news, "top-by-heat", limit=50)
        ranks = [option["label"][:2] for option in options_of(reply)]
        for _ in range(9):
            reply = await ben.click(reply.message, "Next ▶")
            ranks += [option["label"][:2] for option in options_of(reply)]
    assert ranks == [f"{number:02}" for number in range(50)]
    assert "Page 10 of 10 · 50 stories" in seen(reply)
