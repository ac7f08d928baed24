"""Buttons and menus: they turn pages and show coverage, also long after, and after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.sandbox import NotPossibleError
from digests.subscription import WhenEmpty
from tests.chat.support import label_ids, options_of, seen, titles
from tests.support.bot import HOUR, alerts, digest

if TYPE_CHECKING:
    from bot.sandbox import Channel, Person
    from tests.chat.conftest import AtWork
    from tests.support.bot import BotAtWork

COVERAGE = "All coverage of a story …"

THINGS = (
    *("amber lamp", "brass kettle", "cedar ferry", "dented clock", "elm bridge", "fig orchard"),
    *("green tram", "hollow violin", "iron lighthouse", "jade bakery", "quiet harbour"),
    "vast glacier",
)


async def write_twelve(bot: BotAtWork) -> list[str]:
    """Write twelve stories of one topic, and return their titles, the hottest first."""
    names = [f"News of the {thing}" for thing in THINGS]
    texts = {
        f"{place}.md": bot.article(name, heat=90 - place, topic="Lip Reading")
        for place, name in enumerate(names)
    }
    await bot.write_files(texts)
    return names


async def test_pages_turn_forth_and_back(news: Channel, ben: Person, at_work: AtWork) -> None:
    """The message itself changes; at either end the button that leads nowhere is disabled."""
    async with at_work() as bot:
        names = await write_twelve(bot)
        message = (await ben.slash(news, "top-by-heat", limit=12)).message
        assert titles(message) == names[:5]
        with pytest.raises(NotPossibleError, match="disabled"):
            await ben.click(message, "◀ Previous")
        await ben.click(message, "Next ▶")
        assert titles(message) == names[5:10]
        await ben.click(message, "Next ▶")
        assert titles(message) == names[10:]
        assert "Page 3 of 3 · 12 stories" in seen(message)
        with pytest.raises(NotPossibleError, match="disabled"):
            await ben.click(message, "Next ▶")
        await ben.click(message, "◀ Previous")
        assert titles(message) == names[5:10]


@pytest.mark.parametrize(
    ("command", "options", "heading"),
    [
        ("top-by-heat", {"limit": 12}, "🔥 Hottest stories · last 36h"),
        ("topic", {"topic": "Seeing Machines"}, "🔥 Hottest stories · 👓 Computer Vision"),
        ("search", {"text": "News", "topic": "lip reading"}, "🔎 “News” · 👄 Lip Reading"),
        ("latest", {"since": "90m"}, "🕑 Latest stories · last 1h30m"),
    ],
)
async def test_pages_turn_after_a_restart(
    *,
    news: Channel,
    ben: Person,
    at_work: AtWork,
    command: str,
    options: dict[str, str | int],
    heading: str,
) -> None:
    """The whole question is in the button: sort, topic, time, limit and words."""
    async with at_work() as bot:
        names = await write_twelve(bot)
        message = (await ben.slash(news, command, **options)).message
        before = seen(message)
    async with at_work() as bot:
        await bot.write("later.md", "Later news", heat=99, topic="Lip Reading")
        await ben.click(message, "Next ▶")
        assert heading in seen(message)
        assert titles(message)
        await ben.click(message, "◀ Previous")
    assert set(titles(message)) < {*names, "Later news"}
    assert heading in before


async def test_what_is_published_later_does_not_shift_the_pages(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """Each page is as of the moment at which somebody asked."""
    async with at_work() as bot:
        names = await write_twelve(bot)
        message = (await ben.slash(news, "top-by-heat", limit=12)).message
        bot.clock.advance(2 * HOUR)
        await bot.write("hot.md", "Hotter than all", heat=99)
        await ben.click(message, "Next ▶")
        assert titles(message) == names[5:10]


async def test_pages_that_are_no_more_give_the_last_one(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """Stories may go while somebody reads."""
    async with at_work() as bot:
        names = await write_twelve(bot)
        message = (await ben.slash(news, "top-by-heat", limit=12)).message
        await bot.write_files(
            {
                f"{place}.md": bot.article(names[place], heat=-1, published=False)
                for place in range(3, 12)
            }
        )
        await ben.click(message, "Next ▶")
        assert titles(message) == names[:3]
        assert label_ids(message).keys() == {COVERAGE}


async def test_a_page_of_a_topic_that_is_forgotten_says_so(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """The topic left the configuration, and no article names it any more."""
    async with at_work() as bot:
        await write_twelve(bot)
        message = (await ben.slash(news, "topic", topic="Lip Reading")).message
    async with at_work(folder="elsewhere", topics=()):
        reply = await ben.click(message, "Next ▶")
    assert titles(message)
    assert "That topic is not in the news any more: ask again." in seen(reply)


async def test_a_menu_shows_all_coverage_of_a_story_privately(
    news: Channel, ben: Person, anna: Person, at_work: AtWork
) -> None:
    """Also below an answer that somebody else shared, and after a restart."""
    async with at_work() as bot:
        await write_twelve(bot)
        shared = (await anna.slash(news, "top-by-heat", share=True)).message
    async with at_work():
        option = options_of(shared)[2]
        reply = await ben.select(shared, label_ids(shared)[COVERAGE], option["value"])
    assert option["label"] == "News of the cedar ferry"
    assert option["description"] == "🔥 88 · Demo Desk"
    assert "News of the cedar ferry" in seen(reply)
    assert reply.message.seen_by is ben.user


async def test_the_button_of_a_posted_story_works_after_a_restart(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """It shows the story as it is now, to the person who pressed it."""
    async with at_work(alerts(news)) as bot:
        await bot.write("a.md", "A lamp that reads")
        await bot.settled()
    [post] = news.messages
    async with at_work(alerts(news)) as bot:
        await bot.write("a.md", "A lamp that reads", heat=77)
        reply = await ben.click(post, "Details")
    assert "🔥 77" in seen(reply)
    assert reply.message.seen_by is ben.user
    assert "Read ↗" in seen(reply)


async def test_the_button_of_a_story_that_is_gone_says_what_to_do(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """The database was begun anew, say; the old posts still stand."""
    async with at_work(alerts(news)) as bot:
        await bot.write("a.md", "A lamp that reads")
        await bot.settled()
    [post] = news.messages
    async with at_work(folder="elsewhere"):
        reply = await ben.click(post, "Details")
    assert "The bot does not have that story any more: try /search." in seen(reply).replace("`", "")


async def test_the_menu_of_a_digest_works_after_a_restart(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """Every story of the digest is in it."""
    async with at_work(digest(news, max_stories=12)) as bot:
        names = await write_twelve(bot)
        await bot.advance(6 * HOUR)
    [post] = news.messages
    assert [option["label"] for option in options_of(post)] == names
    async with at_work(digest(news, max_stories=12)):
        reply = await ben.select(post, label_ids(post)[COVERAGE], options_of(post)[11]["value"])
    assert names[11] in seen(reply)


async def test_a_digest_with_nothing_new_offers_the_hottest_stories(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """Its button asks /top-by-heat."""
    quiet = digest(news, when_empty=WhenEmpty.NOTE, min_heat=99)
    async with at_work(quiet) as bot:
        names = await write_twelve(bot)
        await bot.advance(6 * HOUR)
        [post] = news.messages
        reply = await ben.click(post, "🔥 Hottest stories")
    assert "Nothing new this time." in seen(post)
    assert titles(reply) == names[:5]
