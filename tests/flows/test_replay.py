"""Months of a real newsroom, replayed: ../shared/corpus, which is no part of this project."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

import pytest

from bot.batch import Batch, Seen
from bot.clock import MovableClock
from bot.sandbox import Sandbox
from bot.sandbox.channels import Channel
from bot.watch.files import look
from digests.article import Article
from tests.flows.reading import titles
from tests.support.bot import MESSAGES, alerts, bot_at_work, write_file

HISTORY = Path(__file__).parents[3] / "shared" / "corpus" / "power-apps" / "history.jsonl.gz"

pytestmark = pytest.mark.skipif(not HISTORY.exists(), reason=f"{HISTORY} is not at hand")


@dataclass(frozen=True, slots=True)
class Writing:
    """One write of a file."""

    at: datetime
    path: str
    text: str


def history() -> list[Writing]:
    """Every write, oldest first."""
    with gzip.open(HISTORY, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Writing(datetime.fromisoformat(row["at"]), row["path"], row["text"]) for row in rows]


async def test_every_write_of_five_months_posts_each_story_once_and_nothing_else(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    """None of these rewrites changes what readers see, so there is nothing to edit."""
    writes = history()
    clock = MovableClock(writes[0].at - timedelta(days=1))
    published: set[str] = set()
    async with bot_at_work(sandbox, tmp_path, alerts(news), clock=clock) as bot:
        for write in writes:
            seen = written(tmp_path / "replay", write)
            assert isinstance(seen.outcome, Article)
            clock.set(max(write.at, clock.now()))
            await bot.app.ingest.take(Batch("ai", (seen,), done=True))
            if seen.outcome.published:
                published.add(write.path)
        await bot.advance(timedelta(hours=1))
        assert len(published) == len(news.messages) == len(set(titles(news)))
        assert len(bot.requests("POST")) == len(news.messages)
        assert bot.requests("PATCH") == []


async def test_a_watched_directory_that_is_rewritten_week_by_week_posts_each_story_once(
    sandbox: Sandbox, news: Channel, tmp_path: Path
) -> None:
    """With a restart every few weeks."""
    weeks = by_week(history())
    clock = MovableClock(weeks[0][0].at - timedelta(days=1))
    published: set[str] = set()
    async with bot_at_work(sandbox, tmp_path, alerts(news), clock=clock):
        pass
    for start in range(0, len(weeks), 6):
        async with bot_at_work(sandbox, tmp_path, alerts(news), clock=clock) as bot:
            for week in weeks[start : start + 6]:
                clock.set(week[-1].at)
                texts = {write.path: write.text for write in week}
                published |= {path for path, text in texts.items() if "published: true" in text}
                await bot.write_files(texts)
                await bot.settled()
    assert len(published) == len(news.messages) == len(set(titles(news)))
    assert len(sandbox.timeline.of("POST", MESSAGES)) == len(news.messages)
    assert not [entry for entry in sandbox.timeline if entry.method == "PATCH"]


def written(root: Path, write: Writing) -> Seen:
    """Write the file, and read it as the watcher does."""
    write_file(root / write.path, write.text)
    return look("ai", root, write.path)


def by_week(writes: list[Writing]) -> list[list[Writing]]:
    """The writes of each week."""
    return [list(week) for _, week in groupby(writes, key=lambda write: write.at.isocalendar()[:2])]
