"""The demo's controls in the page's drawer do to the bot what people and time would."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.demo.controls import BURST, Controls
from bot.demo.show import DemoRequest, Stage, stage
from bot.sandbox.page.panel import find_action, press

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox.messages import Message


@pytest.fixture
async def scene() -> AsyncIterator[Stage]:
    """The demo, without anybody to look at it."""
    async with stage(DemoRequest(browser=False)) as running:
        yield running


async def use(scene: Stage, panel: str, action: str, **fields: str) -> str:
    """Fill in a form of the drawer and press its button."""
    controls = Controls(scene.app, scene.clock, scene.app.config.feeds[0].directory)
    panels = [controls.clock_panel(), controls.article_panel()]
    return await press(find_action(panels, panel, action), fields, scene.news)


async def add(scene: Stage) -> Message:
    """Add an article and wait for its alert."""
    await use(
        scene, "Articles", "add", title="Lighthouse Learns to Whistle", topic="AI", heat="120"
    )
    return await scene.alerts.wait_for_message(timeout=20)


def file_of_the_lighthouse(scene: Stage) -> str:
    (path,) = scene.app.config.feeds[0].directory.glob("*lighthouse-learns*.md")
    return path.name


async def test_an_article_that_is_added_is_posted_as_an_alert(scene: Stage) -> None:
    message = await add(scene)
    assert message.embeds[0]["title"] == "Lighthouse Learns to Whistle"


async def test_one_that_is_withdrawn_is_struck_through(scene: Stage) -> None:
    message = await add(scene)
    await use(scene, "Articles", "withdraw", story=file_of_the_lighthouse(scene))
    await scene.sandbox.wait_until(lambda: message.edits, timeout=20)
    assert message.embeds[0]["title"] == "~~Lighthouse Learns to Whistle~~"


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
    assert told.endswith(":00 UTC.")
    message = await scene.news.wait_for_message(timeout=20)
    assert "Today in AI" in message.content


async def test_a_burst_is_as_many_stories(scene: Stage) -> None:
    await use(scene, "Articles", "burst")
    directory = scene.app.config.feeds[0].directory
    names = {path.name for path in directory.glob("*.md")}
    assert len(names) > BURST
    await scene.alerts.wait_for_message(timeout=20)
