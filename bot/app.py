"""The whole program put together: opens what is needed, starts the flows, closes cleanly."""

from __future__ import annotations

import asyncio
import fcntl
import logging
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.answer import Answer
from bot.chat.client import DigestClient, point_at
from bot.chat.commands.news import News
from bot.chat.commands.schedule import Schedules
from bot.chat.commands.status import StatusCommand
from bot.chat.connection import hold_connection, log_in
from bot.chat.embeds import paginate
from bot.chat.messenger import DiscordMessenger
from bot.chat.questions import Questions
from bot.clock import SystemClock
from bot.deliver import Deliver
from bot.health import Health
from bot.ingest import Ingest
from bot.outbox import Outbox
from bot.publish import Publish
from bot.status import Status, program_version
from bot.store import files
from bot.store.sqlite import open_sqlite
from bot.subscribe import Subscribe
from bot.timetable import Timetable
from bot.watch.reading import Reader
from bot.watch.watcher import Watcher
from digests.decide import Timing
from digests.topic import Topics

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from pathlib import Path

    from bot.clock import Clock
    from bot.config import Config, Feed
    from bot.store.database import Database
    from digests.digest import Digest, DigestPart
    from digests.subscription import Layout

logger = logging.getLogger(__name__)

SCAN_PATIENCE = 60.0
"""Seconds for which a start waits, at most, for the feeds to be read before digests are posted."""


class AlreadyRunningError(Exception):
    """Another process works with the same database; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run takes besides its configuration: for tests and the demo."""

    clock: Clock = field(default_factory=SystemClock)
    timing: Timing = field(default_factory=Timing)


class App:
    """One running bot. Its flows are attributes, for whoever runs it in their own process."""

    def __init__(self, config: Config, database: Database, settings: Settings) -> None:
        """Put the flows together; nothing is started."""
        self.config = config
        self.database = database
        self.topics = Topics(config.topics)
        self.clock = settings.clock
        self.subscribe = Subscribe(database, self.clock, self.topics, settings.timing, self.rearm)
        self.answer = Answer(database, self.clock, self.topics)
        questions = Questions(self.answer, self.clock, self.topics)
        self.client = DigestClient(
            database, self.subscribe, questions, config.discord.command_guilds
        )
        messenger = DiscordMessenger(self.client, self.topics)
        deliver = Deliver(database, messenger, self.clock, settings.timing)
        self.outbox = Outbox(database, deliver, self.clock, settings.timing)
        self.ingest = Ingest(database, self.clock, self.topics, self.outbox.wake)
        self.publish = Publish(database, self.clock, self.topics, self._paginate, self.outbox.wake)
        self.timetable = Timetable(self.publish, self.clock)
        self.watchers: dict[str, Watcher] = {}  # by feed, once they run
        self.status = Status(database, self.clock, self._feed_troubles)
        self.health = Health(self.status, self.client.is_ready)
        self.first_scan = asyncio.Event()  # set when this run has looked at every feed
        self._add_commands(questions)

    def _add_commands(self, questions: Questions) -> None:
        News(questions).add_to(self.client.tree)
        self.client.tree.add_command(
            Schedules(self.subscribe, self.publish, self.answer, self.topics)
        )
        StatusCommand(self.status).add_to(self.client.tree)

    def _feed_troubles(self) -> dict[str, str | None]:
        return {feed: watcher.trouble for feed, watcher in self.watchers.items()}

    def _paginate(self, digest: Digest, layout: Layout, run_id: int = 0) -> Sequence[DigestPart]:
        return paginate(digest, self.topics, layout, run_id)

    def rearm(self) -> None:
        """Wake whoever acts on subscriptions and moments: one of them changed, or the clock did."""
        self.timetable.rearm()
        self.outbox.wake()

    async def run(self, token: str) -> None:
        """Work until cancelled, then finish the messages in flight.

        Raises bot.chat.connection.ConnectionRefused if Discord does not let the bot in.
        """
        await self.subscribe.take_fixed(self.config.subscriptions)
        async with AsyncExitStack() as stack:
            stack.callback(logger.info, "bot.stopped")
            await stack.enter_async_context(self.health.listening(self.config.health.listen))
            stack.push_async_callback(self.client.close)
            reader = Reader()
            stack.push_async_callback(reader.aclose)
            await self._run_flows(reader, token)

    async def _run_flows(self, reader: Reader, token: str) -> None:
        """Run everything side by side; the first that fails ends the rest.

        Articles are taken though Discord cannot be reached: what comes meanwhile is news.
        """
        self.watchers = {feed.name: await self._watcher(feed, reader) for feed in self.config.feeds}
        watchers = self.watchers.values()
        async with asyncio.TaskGroup() as tasks:
            scans = [tasks.create_task(_first_look(watcher)) for watcher in watchers]
            for watcher, scan in zip(watchers, scans, strict=True):
                tasks.create_task(_watch(watcher, scan))
            await log_in(self.client, token)
            logger.info("bot.started", extra={"version": program_version()})
            tasks.create_task(self._publish_after(scans))
            tasks.create_task(self.outbox.run())
            tasks.create_task(hold_connection(self.client))
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                logger.info("bot.stopping", extra={"in_flight": self.outbox.in_flight})

    async def _publish_after(self, scans: Sequence[asyncio.Task[None]]) -> None:
        """Follow the time-table once the feeds were looked at: what came during downtime is news.

        No feed is waited for longer than SCAN_PATIENCE: a digest in time is worth more.
        """
        await asyncio.wait(scans, timeout=SCAN_PATIENCE)
        self.first_scan.set()
        await self.timetable.run()

    async def _watcher(self, feed: Feed, reader: Reader) -> Watcher:
        async with self.database.read() as read:
            known = await files.stamps(read, feed.name)
            scanned_at = await files.scanned_at(read, feed.name)
        return Watcher(
            feed.name,
            feed.directory,
            known=known,
            scanned_before=scanned_at is not None,
            on_batch=self.ingest.take,
            reader=reader,
            poll=None if feed.poll == "auto" else feed.poll == "always",
        )


async def _first_look(watcher: Watcher) -> None:
    """Scan once; whatever is in the way, `Watcher.run` tells of it and tries again."""
    with suppress(Exception):
        await watcher.scan()


async def _watch(watcher: Watcher, scan: asyncio.Task[None]) -> None:
    await asyncio.wait({scan})
    await watcher.run()


@asynccontextmanager
async def opened(config: Config, settings: Settings | None = None) -> AsyncIterator[App]:
    """Open the database, alone, and put the program together.

    Raises AlreadyRunningError or StoreError, each in one sentence that says what to do.
    """
    point_at(config.discord.api_url, config.discord.gateway_url)
    with sole_user(config.database.path):
        database = await open_sqlite(config.database.path)
        try:
            yield App(config, database, settings or Settings())
        finally:
            await database.close()


@contextmanager
def sole_user(path: Path) -> Iterator[None]:
    """Hold a kernel lock beside the database: it ends with the process, however that ends.

    Two processes with one token would answer and post everything twice.
    """
    try:
        handle = path.with_name(path.name + ".lock").open("a")
    except OSError:
        yield  # the directory is missing or closed, which opening the database says better
        return
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunningError(
                f"Another digest-bot works with {path}: stop it first, or choose another "
                "database under [database] path."
            ) from None
        yield
