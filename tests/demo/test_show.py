"""What the demo sets up: the real bot, which follows the articles, and words for a newcomer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.clock import MovableClock
from bot.demo.show import DemoRequest, publish, stage
from bot.sandbox.people import Person
from tests.cli.commands import write_article

if TYPE_CHECKING:
    from pathlib import Path


async def test_an_article_that_arrives_is_an_alert_and_its_correction_an_edit(
    tmp_path: Path,
) -> None:
    write_article(tmp_path, "Kettle Learns to Listen", 50, datetime.now(UTC))
    async with stage(DemoRequest(articles=tmp_path, browser=False)) as scene:
        article = write_article(tmp_path, "Breaking: Toaster Sings", 99, datetime.now(UTC))
        alert = await scene.alerts.wait_for_message(timeout=20)
        assert alert.embeds[0]["title"] == "Breaking: Toaster Sings"
        corrected = article.read_text("utf-8").replace("Toaster Sings", "Toaster Hums")
        article.write_text(corrected, encoding="utf-8")
        await scene.sandbox.wait_until(lambda: alert.edits, timeout=20)
        assert alert.embeds[0]["title"] == "Breaking: Toaster Hums"


async def test_a_digest_stands_there_and_nobody_has_asked_for_anything() -> None:
    async with stage(DemoRequest(browser=False)) as scene:
        await publish(scene)
        assert "Today in AI" in scene.news.messages[0].content
        asked = [e for e in scene.sandbox.timeline if e.route.startswith("/interactions")]
        assert asked == []


@pytest.mark.parametrize(("minute", "hour"), [(0, 11), (49, 11), (51, 12), (59, 12)])
async def test_a_demo_that_begins_before_a_full_hour_is_not_overtaken_by_its_digest(
    minute: int, hour: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = datetime(2026, 3, 4, 10, minute, 59, tzinfo=UTC)
    monkeypatch.setattr("bot.demo.show.MovableClock", lambda: MovableClock(start))
    async with stage(DemoRequest(browser=False)) as scene:
        await scene.controls.move_to_next_digest()
        assert scene.clock.now() == start.replace(hour=hour, minute=0, second=0)


async def test_one_is_the_servers_owner_or_an_ordinary_member() -> None:
    async with stage(DemoRequest(browser=False)) as scene:
        names = [m.user.name for m in scene.guild.members.values() if not m.user.is_bot]
        assert names == ["Anna", "Ben"]
        assert scene.guild.owner is scene.anna.user
        ben = next(m.user for m in scene.guild.members.values() if m.user.name == "Ben")
        offered = Person(scene.sandbox.backend, ben).commands(scene.news)
        assert "top-by-heat" in offered
        assert "schedule" in set(scene.anna.commands(scene.news)) - set(offered)


async def test_each_channel_says_what_appears_in_it() -> None:
    async with stage(DemoRequest(browser=False)) as scene:
        topics = [str(channel.topic) for channel in scene.guild.channels]
        assert "/top-by-heat" in topics[0]
        assert "Controls" in topics[1]
