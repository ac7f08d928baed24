"""The real bot at work in a running sandbox: the whole App, its database, its feed, its client.

    async with running() as sandbox:
        channel = sandbox.world.add_guild("Reading Room").add_text_channel("news")
        async with bot_at_work(sandbox, tmp_path, alerts(channel)) as bot:
            await bot.write("a.md", "A lamp that reads")
            await bot.settled()
            assert len(channel.messages) == 1

Nothing waits for the clock on the wall: `bot.clock` stands still at NOON until a test moves it. A
second `bot_at_work` in the same folder, after the first has ended, is a restart.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from bot.app import Settings, opened
from bot.clock import MovableClock
from bot.config import (
    Config,
    DatabaseSettings,
    DiscordSettings,
    Feed,
    FixedSubscription,
    HealthSettings,
)
from bot.demo.compose import compose_article
from bot.ingest import Ingest
from digests.decide import Timing
from digests.schedule import Schedule
from digests.subscription import Mode, Wishes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
    from pathlib import Path

    from bot.app import App
    from bot.batch import Batch
    from bot.sandbox import Sandbox
    from bot.sandbox.channels import Channel
    from bot.sandbox.timeline import Entry

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
"""Where the bot's clock stands at first: a Wednesday."""

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"


def digest(channel: Channel, cron: str = "0 18 * * *", **wishes: Any) -> FixedSubscription:
    """A daily digest at six in the evening, UTC, unless the test asks otherwise."""
    zone = wishes.pop("timezone", "UTC")
    name = wishes.pop("name", "evening")
    asked = Wishes(schedule=Schedule.parse(cron, zone), timezone=zone, **wishes)
    return FixedSubscription(name, channel.id, asked)


def alerts(channel: Channel, **wishes: Any) -> FixedSubscription:
    """An alert for each story that arrives."""
    name = wishes.pop("name", "as it happens")
    return FixedSubscription(name, channel.id, Wishes(mode=Mode.ALERTS, **wishes))


class WatchedIngest(Ingest):
    """Takes batches as usual, and lets a test wait until a file has been taken."""

    def __init__(self, app: App) -> None:
        super().__init__(app.database, app.clock, app.topics, app.outbox.wake)
        self.taken: Counter[str] = Counter()
        self.changed = asyncio.Condition()

    @override
    async def take(self, batch: Batch) -> None:
        await super().take(batch)
        async with self.changed:
            self.taken.update([*(seen.outcome.path for seen in batch.read), *batch.removed])
            self.changed.notify_all()

    async def took(self, name: str) -> None:
        """Wait until a file has been taken."""
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(lambda: self.taken[name] > 0)


@dataclass(slots=True)
class BotAtWork:
    """A running bot, and what a test does to its surroundings."""

    app: App
    sandbox: Sandbox
    clock: MovableClock
    articles: Path
    task: asyncio.Task[None]
    log: list[logging.LogRecord]
    _ingest: WatchedIngest
    _seen: int

    async def write(self, name: str, title: str, **fields: Any) -> None:
        """Write an article, hot 50 and an hour old by default, and wait until it was taken."""
        await self.write_files({name: self.article(title, **fields)})

    def article(self, title: str, **fields: Any) -> str:
        """The text of an article; the fields are those of `compose_article`."""
        given: dict[str, Any] = {"topic": "AI", "heat": 50, "published_at": self.clock.now() - HOUR}
        return compose_article(title, **(given | fields))

    async def write_files(self, texts: Mapping[str, str]) -> None:
        """Write these files, and wait until all were taken."""
        async with self._taking(texts):
            for name, text in texts.items():
                write_file(self.articles / name, text)

    async def remove(self, name: str) -> None:
        """Delete a file, and wait until that was taken note of."""
        async with self._taking([name]):
            (self.articles / name).unlink()

    async def rename(self, name: str, new: str) -> None:
        """Give a file another name, and wait until both were taken note of."""
        async with self._taking([name, new]):
            (self.articles / name).rename(self.articles / new)

    @asynccontextmanager
    async def _taking(self, names: Iterable[str]) -> AsyncIterator[None]:
        before = {name: self._ingest.taken[name] for name in names}
        yield
        async with asyncio.timeout(20), self._ingest.changed:
            await self._ingest.changed.wait_for(
                lambda: all(self._ingest.taken[name] > count for name, count in before.items())
            )

    async def advance(self, by: timedelta) -> None:
        """Have what is due done, then move the bot's clock, and wait until what is due then was."""
        await self.settled()
        self.clock.advance(by)
        await self.settled()

    async def settled(self) -> None:
        """Wait until what is due is published and delivered; the rest waits for the clock."""
        await self.app.publish.due()
        async with self.app.database.write():
            pass  # whoever was writing has woken delivery by now
        async with asyncio.timeout(20):
            await self.app.outbox.idle()

    def logged(self, event: str) -> list[logging.LogRecord]:
        """What the bot has logged under this name."""
        return [record for record in self.log if record.getMessage() == event]

    def requests(self, method: str | None = None) -> list[Entry]:
        """The requests about channels and messages, since `forget_requests` or the bot's start."""
        return [
            entry
            for entry in [*self.sandbox.timeline][self._seen :]
            if entry.route.startswith("/channels/") and method in (None, entry.method)
        ]

    def forget_requests(self) -> None:
        """Let `requests` tell only of what comes from now on."""
        self._seen = len(self.sandbox.timeline)


def write_file(path: Path, text: str) -> None:
    """Put a file in place whole, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}")
    part.write_text(text, "utf-8")
    part.replace(path)


class _Log(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def logging_as_usual(*, may_fail: bool) -> Iterator[list[logging.LogRecord]]:
    """Log from level info on, as the bot does by default; what nobody foresaw fails the test."""
    logger, log = logging.getLogger("bot"), _Log()
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(log)
    try:
        yield log.records
    finally:
        logger.removeHandler(log)
        logger.setLevel(level)
    failures = [record.exc_info[1] for record in log.records if record.exc_info]
    if failures and not may_fail and failures[0] is not None:
        raise failures[0]


@asynccontextmanager
async def bot_at_work(
    sandbox: Sandbox,
    folder: Path,
    *subscriptions: FixedSubscription,
    clock: MovableClock | None = None,
    timing: Timing | None = None,
    may_fail: bool = False,
    feed_missing: bool = False,
) -> AsyncIterator[BotAtWork]:
    """Run the bot until the block ends: connected, its feed scanned, its outbox worked off.

    With `may_fail` it may log exceptions; otherwise one fails the test. With `feed_missing` the
    feed's directory is not made.
    """
    clock = clock or MovableClock(NOON)
    config = configuration(sandbox, folder, *subscriptions)
    if not feed_missing:
        config.feeds[0].directory.mkdir(exist_ok=True)
    settings = Settings(clock, timing or Timing())
    with logging_as_usual(may_fail=may_fail) as log:
        async with opened(config, settings) as app, _working(app, sandbox, clock, log) as bot:
            yield bot


@asynccontextmanager
async def _working(
    app: App, sandbox: Sandbox, clock: MovableClock, log: list[logging.LogRecord]
) -> AsyncIterator[BotAtWork]:
    """Run an opened bot, and end it as a signal would."""
    stop_listening = clock.listen(app.rearm)
    app.ingest = ingest = WatchedIngest(app)
    told = _servers_told(app, len(sandbox.world.bot_guilds))
    task = asyncio.create_task(app.run(sandbox.token))
    so_far = len(sandbox.timeline)
    articles = app.config.feeds[0].directory
    bot = BotAtWork(app, sandbox, clock, articles, task, log, ingest, so_far)
    try:
        await _or_failure(task, _ready(bot, told))
        yield bot
    finally:
        stop_listening()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def configuration(sandbox: Sandbox, folder: Path, *subscriptions: FixedSubscription) -> Config:
    """A bot on the feed `articles` of a folder, with its database beside it."""
    return Config(
        feeds=(Feed(name="ai", directory=folder / "articles"),),
        subscriptions=subscriptions,
        discord=DiscordSettings(api_url=sandbox.api_url, gateway_url=sandbox.gateway_url),
        database=DatabaseSettings(path=folder / "bot.sqlite3"),
        health=HealthSettings(listen=None),
    )


def _servers_told(app: App, count: int) -> asyncio.Event:
    """An event that is set once the gateway has told the client of so many servers."""
    told = asyncio.Event()
    kinds: Counter[str] = Counter()

    async def on_socket_event_type(kind: str) -> None:
        kinds[kind] += 1
        if kinds["READY"] and kinds["GUILD_CREATE"] >= count:
            told.set()

    app.client.event(on_socket_event_type)
    return told


async def _ready(bot: BotAtWork, told: asyncio.Event) -> None:
    async with asyncio.timeout(20):
        await told.wait()
        await bot.app.first_scan.wait()
    await bot.settled()


async def _or_failure(task: asyncio.Task[None], ready: Any) -> None:
    """Wait until the bot is ready, or raise what it died of."""
    waiting = asyncio.create_task(ready)
    await asyncio.wait({waiting, task}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        waiting.cancel()
        await task
    await waiting
