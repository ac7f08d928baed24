"""News that comes while the demo's clock is moved on: without it, two days would empty the demo."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING

from bot.demo.directory import Directory
from bot.store import files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from bot.app import App
    from bot.clock import MovableClock
    from bot.demo.inventions import Invention

NEWS_EVERY = timedelta(hours=4)
LONGEST = timedelta(days=1)
"""Of a longer time only the end brings news: that is what a digest shows."""

EVE = timedelta(seconds=30)
"""How long before a moment the bot takes the articles: what is due must not come before them."""

PATIENCE = 15.0
"""Seconds of the machine's clock after which the bot is no longer waited for."""

_HEATS = (131, 84, 118, 66, 104, 73)


async def pass_time(
    app: App, clock: MovableClock, directory: Path, news: Iterable[Invention], until: datetime
) -> int:
    """Move the clock to just before a moment, and let the bot take what came meanwhile.

    Returns how many articles of `news` were written into the directory: at least one, and at most
    as many as a day brings.
    """
    since = clock.now()
    if since < until - EVE:
        clock.set(until - EVE)
    moments = moments_of_news(since, clock.now())
    dated = list(zip(moments, islice(news, len(moments)), strict=False))
    before = _names(directory)
    await asyncio.to_thread(_write, Directory(directory), dated)
    await _taken(app, _names(directory) - before)
    return len(dated)


def moments_of_news(since: datetime, until: datetime) -> list[datetime]:
    """When news comes between two moments, evenly spread, the last at the second of them."""
    passed = min(until - since, LONGEST)
    count = max(1, ceil(passed / NEWS_EVERY))
    return [until - passed * step / count for step in reversed(range(count))]


def _write(directory: Directory, dated: Iterable[tuple[datetime, Invention]]) -> None:
    for number, (moment, news) in enumerate(dated):
        directory.add(news, _HEATS[number % len(_HEATS)], moment)


def _names(directory: Path) -> set[str]:
    return {path.name for path in directory.glob("*.md")}


async def _taken(app: App, names: set[str]) -> None:
    """Wait until the bot knows these files."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while True:
                async with app.database.read() as read:
                    if names <= (await files.stamps(read, app.config.feeds[0].name)).keys():
                        return
                await asyncio.sleep(0.1)
