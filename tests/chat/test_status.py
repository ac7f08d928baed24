"""/status, for those who manage a server."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.chat.commands.status import status_embed
from bot.chat.limits import fits
from bot.status import Report
from bot.store.deliveries import Troubles
from bot.store.files import FileCount, RejectedFile
from digests.subscription import Mode, Origin, Subscription, Wishes
from tests.chat.support import seen
from tests.cli.commands import REPOSITORY
from tests.support.bot import NOON, bot_at_work, digest, write_file

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sandbox import Channel, Person, Sandbox
    from tests.chat.conftest import AtWork
    from tests.support.bot import BotAtWork


async def test_status_tells_posts_schedules_articles_and_rejected_files(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """In the order in which an admin looks, and only to the one who asks."""
    async with at_work(digest(news)) as bot:
        await bot.write("good.md", "A lamp that reads")
        await bot.write_files({"bad_*name*.md": "no front matter here"})
        reply = await anna.slash(news, "status")
    lines = [line.removeprefix("▌").strip() for line in seen(reply).splitlines()]
    for line in (
        "Everything is posted.",
        "ai: 2 files, 1 of them unusable",
        "⚠️ Files that cannot be used",
    ):
        assert line in lines
    assert any(line.startswith("evening in #news: next ") for line in lines)
    assert any(line.startswith("bad_*name*.md: ") for line in lines)
    assert reply.message.seen_by is anna.user


async def test_status_tells_of_a_feed_that_is_not_there(
    sandbox: Sandbox, news: Channel, anna: Person, tmp_path: Path
) -> None:
    """Also of one that was never read."""
    async with bot_at_work(sandbox, tmp_path, feed_missing=True):
        reply = await anna.slash(news, "status")
    assert "ai: 0 files\n▌ ⚠️ Its directory cannot be read" in seen(reply)


async def test_status_tells_of_a_feed_whose_files_are_all_gone(
    news: Channel, anna: Person, at_work: AtWork
) -> None:
    """That looks like a lost mount, so the files still count; when they return, all is well."""
    async with at_work() as bot:
        texts = {f"{number}.md": bot.article(f"{number} lamps read") for number in range(12)}
        await bot.write_files(texts)
        for name in texts:
            (bot.articles / name).unlink()
        await logged(bot, "feed.empty")
        empty = await anna.slash(news, "status")
        for name, text in texts.items():
            write_file(bot.articles / name, text)
        await logged(bot, "feed.found")
        well = await anna.slash(news, "status")
    assert "ai: 12 files\n▌ ⚠️ Its directory is empty, as if it were not mounted" in seen(empty)
    assert "⚠️" not in seen(well)


async def logged(bot: BotAtWork, event: str) -> None:
    """Wait until the bot says that something has happened."""
    async with asyncio.timeout(20):
        while not bot.logged(event):  # noqa: ASYNC110 - only a log
            await asyncio.sleep(0.01)


def report(**fields: object) -> Report:
    """A server in which all is well, but for the fields given."""
    given: dict[str, object] = {
        "version": "1.0",
        "feeds": (FileCount("ai", 9, 0),),
        "rejected": (),
        "subscriptions": (),
        "troubles": Troubles(waiting=0, put_off=0, unclear=0, held=0, dead=0),
        "feed_troubles": {},
    }
    return Report(**(given | fields))  # type: ignore[arg-type] # the test names Report's own fields


def field(name: str, told: Report) -> str:
    """What stands under a heading."""
    [value] = [one.value for one in status_embed(told).fields if one.name == name]
    return str(value)


def test_a_server_without_schedules_is_told_how_to_begin() -> None:
    """And a feed without a scan says so."""
    fresh = report(feeds=())
    assert field("Schedules", fresh) == "None yet: make one with `/schedule add`."
    assert field("Articles", fresh) == "No feed was read yet."


@pytest.mark.parametrize(
    ("trouble", "line"),
    [
        ({"waiting": 3}, "3 on the way"),
        ({"put_off": 2}, "2 waiting for quiet hours or a pause to end"),
        ({"unclear": 1}, "1 being looked up, since Discord's answer was unclear"),
        ({"held": 2}, "2 held: the bot needs “Read Message History” there"),
        ({"dead": 1}, "1 refused by Discord: the bot's operator finds why in the log"),
    ],
)
def test_each_trouble_has_a_line_of_its_own(trouble: dict[str, int], line: str) -> None:
    """What is not there is not counted."""
    none = {"waiting": 0, "put_off": 0, "unclear": 0, "held": 0, "dead": 0}
    assert field("Posts", report(troubles=Troubles(**(none | trouble)))) == line


@pytest.mark.parametrize("trouble", ["waiting", "put_off", "unclear", "held", "dead"])
def test_the_documents_explain_a_trouble_in_the_words_of_its_line(trouble: str) -> None:
    """Who reads a line looks for it in the table."""
    none = {"waiting": 0, "put_off": 0, "unclear": 0, "held": 0, "dead": 0}
    line = field("Posts", report(troubles=Troubles(**(none | {trouble: 1}))))
    table = (REPOSITORY / "docs/delivery.md").read_text("utf-8").partition("`/status` says")[2]
    rows = re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)
    assert len([row for row in rows if line.startswith(f"1 {row}")]) == 1


def test_the_longest_report_fits_a_message() -> None:
    """Fifty schedules, five rejected files with long names and problems, twenty feeds."""
    schedules = tuple(
        Subscription(
            number,
            Origin.DISCORD,
            "*" * 40,
            10**18,
            1,
            Wishes(mode=Mode.ALERTS),
            NOON,
            NOON + timedelta(days=1),
            "_" * 300 if number % 2 else None,
        )
        for number in range(50)
    )
    long = report(
        feeds=tuple(FileCount("*" * 40, 10**6, 10**5) for _ in range(20)),
        feed_troubles={"*" * 40: "feed.empty"} | {f"{number}": "feed.empty" for number in range(9)},
        rejected=tuple(RejectedFile("ai", "`_*" * 80, ("*" * 500,), NOON) for _ in range(5)),
        subscriptions=schedules,
    )
    assert fits([status_embed(long)])
    assert "more" in field("Schedules", long)
    assert "`digest-bot check` lists them" in field("⚠️ Files that cannot be used", long)
