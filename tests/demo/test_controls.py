"""The demo's controls in the page's drawer do to the bot what people and time would."""

from __future__ import annotations

import asyncio
import re
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.demo.controls import BURST, LONGEST_LABEL
from bot.demo.show import DemoRequest, Stage, publish, stage
from bot.sandbox.page.panel import ActionError, find_action, offered, press
from bot.sandbox.page.panel import suggested as suggestion
from bot.watch.files import walk
from tests.cli.commands import write_article

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.sandbox.messages import Message
    from bot.sandbox.page.panel import Panel
    from bot.watch.files import Listing


LIGHTHOUSE = "Lighthouse Learns to Whistle"


@pytest.fixture
async def scene() -> AsyncIterator[Stage]:
    """The demo, without anybody to look at it."""
    async with stage(DemoRequest(browser=False)) as running:
        yield running


async def articles(scene: Stage) -> Panel:
    """The panel about articles, as a page is about to draw it."""
    panel = scene.controls.article_panel()
    assert panel.prepare is not None
    await panel.prepare()
    return panel


async def use(scene: Stage, panel: str, action: str, **fields: str) -> str:
    """Fill in a form of the drawer and press its button."""
    panels = [scene.controls.clock_panel(), await articles(scene)]
    return await press(find_action(panels, panel, action), fields, scene.news)


async def suggested(scene: Stage, name: str) -> str:
    """What stands in a field of "Add an article"."""
    action = find_action([await articles(scene)], "Articles", "add")
    return next(suggestion(field) for field in action.fields if field.name == name)


def contents(directory: Path) -> dict[str, bytes]:
    """What stands in a directory."""
    return {path.name: path.read_bytes() for path in directory.iterdir()}


async def choices(scene: Stage) -> list[str]:
    """The titles of the articles that can be chosen."""
    action = find_action([await articles(scene)], "Articles", "withdraw")
    return [option.label for option in offered(action.fields[0], None)]


async def add(scene: Stage) -> Message:
    """Add an article and wait for its alert."""
    await use(scene, "Articles", "add", title=LIGHTHOUSE, topic="AI", heat="120")
    return await scene.alerts.wait_for_message(timeout=20)


def file_of_the_lighthouse(scene: Stage) -> str:
    (path,) = scene.app.config.feeds[0].directory.glob("*lighthouse-learns*.md")
    return path.name


async def drawn(scene: Stage) -> list[dict[str, Any]]:
    """The actions of "Articles" as a window draws them."""
    url = f"{scene.sandbox.page_url}page/state"
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        panels = (await response.json())["panels"]
    actions: list[dict[str, Any]] = next(p["actions"] for p in panels if p["title"] == "Articles")
    return actions


async def test_an_article_that_is_added_is_posted_as_an_alert(scene: Stage) -> None:
    message = await add(scene)
    assert message.embeds[0]["title"] == LIGHTHOUSE


async def test_one_that_is_withdrawn_is_struck_through(scene: Stage) -> None:
    message = await add(scene)
    await use(scene, "Articles", "withdraw", story=file_of_the_lighthouse(scene))
    await scene.sandbox.wait_until(lambda: message.edits, timeout=20)
    assert message.embeds[0]["title"] == f"~~{LIGHTHOUSE}~~"


async def test_a_hotter_one_ranks_first(scene: Stage) -> None:
    await add(scene)
    await use(scene, "Articles", "heat", story=file_of_the_lighthouse(scene), heat="200")
    async with asyncio.timeout(20):
        while True:
            answer = await scene.anna.slash(scene.news, "top-by-heat", limit=1)
            await answer.finished()
            if "Lighthouse" in answer.message.embeds[0]["description"]:
                break


async def test_the_clock_moves_on_to_the_next_digest(scene: Stage) -> None:
    told = await use(scene, "Time", "next")
    assert re.search(r":00 UTC, and (1 article|\d articles) came; see #ai-news\.$", told)
    message = await scene.news.wait_for_message(timeout=20)
    assert "Today in AI" in message.content


async def test_each_digest_has_news_however_often_time_is_moved_on(scene: Stage) -> None:
    await publish(scene)
    seen: set[str] = set()
    for day in range(1, 3):
        newest = scene.news.messages[-1]
        before = await choices(scene)
        told = await use(scene, "Time", "next")
        fresh = set(await choices(scene)) - set(before)
        await scene.news.wait_for_message(after=newest, timeout=20)
        await scene.app.outbox.idle()
        digest = [m for m in scene.news.messages if m.id > newest.id]
        shown = str([message.embeds for message in digest])
        assert "and 6 articles came" in told
        assert len(fresh) == 6
        assert sum(title in shown for title in fresh) >= 4, day
        assert not fresh & seen
        seen |= fresh


async def test_nothing_is_written_into_a_directory_of_the_users(tmp_path: Path) -> None:
    write_article(tmp_path, "Kettle Learns to Listen", 50, datetime.now(UTC))
    async with stage(DemoRequest(articles=tmp_path, browser=False)) as scene:
        before = contents(tmp_path)
        for _ in range(2):
            newest = scene.news.messages[-1:]
            told = await use(scene, "Time", "next")
            assert told.endswith(":00 UTC; see #ai-news.")
            await scene.news.wait_for_message(after=next(iter(newest), None), timeout=20)
        assert contents(tmp_path) == before


async def test_the_channels_are_named_in_which_something_is_due(scene: Stage) -> None:
    await publish(scene)  # it is a full hour now
    due = scene.clock.now() + timedelta(minutes=5)
    for channel, name in ((scene.alerts, "early"), (scene.news, "early too")):
        made = await scene.anna.slash(
            channel, "schedule add", name=name, cron=f"{due.minute} {due.hour} * * *"
        )
        await made.finished()
    told = await use(scene, "Time", "next")
    assert told.startswith(f"The bot's clock shows {due:%A, %H:%M} UTC")
    assert told.endswith("; see #ai-alerts and #ai-news.")

    def both_came() -> bool:
        places = (scene.alerts, scene.news)
        return all(any("early" in m.content for m in place.messages) for place in places)

    await scene.sandbox.wait_until(both_came, timeout=20)


async def test_what_is_suggested_is_new_after_each_that_is_added(scene: Stage) -> None:
    titles = []
    for _ in range(3):
        titles.append(await suggested(scene, "title"))
        await use(scene, "Articles", "add", title=titles[-1], topic="AI", heat="120")
    assert len(set(titles)) == 3
    await scene.sandbox.wait_until(lambda: len(scene.alerts.messages) == 3, timeout=20)
    assert {message.embeds[0]["title"] for message in scene.alerts.messages} == set(titles)


async def test_a_title_that_is_taken_is_refused_also_if_its_article_was_withdrawn(
    scene: Stage,
) -> None:
    await add(scene)
    await use(scene, "Articles", "withdraw", story=file_of_the_lighthouse(scene))
    with pytest.raises(ActionError, match="already: give it another title"):
        await use(scene, "Articles", "add", title=LIGHTHOUSE.upper(), topic="AI", heat="1")
    with pytest.raises(ActionError, match="is withdrawn already"):
        await use(scene, "Articles", "withdraw", story=file_of_the_lighthouse(scene))


async def test_titles_that_differ_in_signs_alone_get_files_of_their_own(scene: Stage) -> None:
    before = len(await choices(scene))
    for title in ("Robots Sing", "Robots, Sing!"):
        await use(scene, "Articles", "add", title=title, topic="AI", heat="1")
    assert len(await choices(scene)) == before + 2


async def test_a_burst_is_as_many_stories_which_can_be_chosen_after_all_others(
    scene: Stage,
) -> None:
    before = await choices(scene)
    told = await use(scene, "Articles", "burst")
    after = await choices(scene)
    assert after[: len(before)] == before
    assert len(set(after)) == len(before) + BURST
    assert told.startswith(f"{BURST} articles are in the directory. ")
    assert f" of {BURST} posted in #ai-alerts." in told
    message = await scene.alerts.wait_for_message(timeout=20)
    assert message.embeds[0]["title"] in after


async def test_titles_stand_to_choose_from_as_the_bot_reads_them_and_none_is_cut_unseen(
    scene: Stage,
) -> None:
    titles = await choices(scene)
    assert "Drivers Don’t Read Manuals — So This Car Reads & Explains Its Own" in titles
    assert [title for title in titles if "&" in title and ";" in title] == []
    long = [title for title in titles if len(title) > LONGEST_LABEL * 0.8]
    assert any(title.endswith("…") for title in long)
    assert max(map(len, titles)) <= LONGEST_LABEL


async def test_the_newest_article_is_the_first_to_choose(scene: Stage) -> None:
    await add(scene)
    assert (await choices(scene))[0] == LIGHTHOUSE


async def test_files_that_the_bot_cannot_use_break_no_window_and_are_told(scene: Stage) -> None:
    before = [action["fields"] for action in await drawn(scene)]
    folder = scene.app.config.feeds[0].directory
    for name in ("a.md", "b.md", "c.md", "d.md", "e.md"):
        await asyncio.to_thread(
            (folder / name).write_bytes, b'---\ntitle: "\xff never closed\n---\n'
        )
    after = await drawn(scene)
    assert [action["fields"] for action in after] == before
    told = 'left out: "a.md", "b.md", "c.md" and 2 more. See /status.'
    hints = {action["name"]: action["hint"] for action in after}
    assert [name for name, hint in hints.items() if told in hint] == ["heat", "withdraw"]


async def test_a_window_has_the_directory_looked_at_once_and_beside_the_loop(
    scene: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[threading.Thread] = []

    def noting(feed: str, root: Path) -> Listing:
        looked.append(threading.current_thread())
        return walk(feed, root)

    monkeypatch.setattr("bot.demo.directory.walk", noting)
    await drawn(scene)
    assert len(looked) == 1
    assert threading.current_thread() not in looked
