"""`digest-bot demo`: the real bot against a Discord on this machine, with sample articles."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from urllib.parse import urlsplit

from typing_extensions import override

from bot import logs
from bot.app import Settings as AppSettings
from bot.app import opened
from bot.clock import MovableClock
from bot.config import (
    Config,
    DatabaseSettings,
    DiscordSettings,
    Feed,
    FixedSubscription,
    HealthSettings,
    LoggingSettings,
)
from bot.demo.browsers import open_browser
from bot.demo.controls import Controls
from bot.demo.ports import sandbox_at
from bot.demo.samples import write_samples
from bot.demo.words import ALERTS_TOPIC, NEWS_TOPIC, how_to_end, welcome
from bot.sandbox.clock import SystemClock
from bot.sandbox.ids import created_at
from bot.sandbox.keeping import load_world, moment_of
from bot.sandbox.people import Person
from bot.sandbox.text import render_message
from digests.decide import Timing
from digests.schedule import Schedule
from digests.subscription import Layout, Mode, WhenEmpty, Wishes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bot.app import App
    from bot.sandbox import Sandbox
    from bot.sandbox.channels import Channel
    from bot.sandbox.guilds import Guild
    from bot.sandbox.messages import Message

QUESTION = "top-by-heat"

TIMING = Timing(
    quiet=timedelta(seconds=3),
    edit_every=timedelta(seconds=1),
    retry_first=timedelta(seconds=2),
    retry_most=timedelta(seconds=10),
)
"""Nobody watches a demo for ten minutes, and this Discord does nothing late by itself."""

HEAD_START = timedelta(minutes=10)
"""How long the first digest is away at least: before it is shown, none must come by itself."""

PORTS_TRIED = 20
"""How many of the next ports are tried if the one that was asked for is taken."""

START_PATIENCE = 60.0
"""Seconds of the machine's clock after which a bot that does nothing is given up."""


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """What to show: sample articles unless a directory is named.

    With `keep` everything stays in that directory, and the next demo goes on with it.
    """

    articles: Path | None = None
    port: int = 0
    once: bool = False
    browser: bool = True
    keep: Path | None = None


class _SharedClock(SystemClock):
    """The sandbox's clock, which shows what the bot's does: an article is as old to both."""

    def __init__(self, clock: MovableClock) -> None:
        self._clock = clock

    @override
    def now(self) -> datetime:
        return self._clock.now()


@dataclass(frozen=True, slots=True)
class Stage:
    """A sandbox with the bot at work in it."""

    sandbox: Sandbox
    app: App
    clock: MovableClock
    guild: Guild
    news: Channel
    alerts: Channel
    anna: Person
    controls: Controls


async def run_demo(request: DemoRequest, output: TextIO, progress: TextIO, width: int) -> None:
    """Show the bot at work until cancelled, or print one digest and one answer with `once`.

    Raises bot.demo.ports.PortTakenError.
    """
    logs.set_up("error", "console")
    progress.write("Starting a Discord on this machine, and the bot ...\n")
    progress.flush()
    async with stage(request) as scene:
        progress.write(_where(scene, request))
        if not scene.news.messages:  # else it goes on where another one ended
            await publish(scene)
        if request.once:
            _show(output, f"#{scene.news.name}, the scheduled digest", scene.news.messages, width)
            await _show_answer(scene, output, width)
            return
        # The address is the last thing that is written: it must not scroll away.
        output.write(f"The demo's page: {scene.sandbox.page_url}\n{how_to_end(request.keep)}\n")
        output.flush()
        if request.browser:
            await asyncio.to_thread(open_browser, scene.sandbox.page_url)
        await asyncio.Event().wait()


@asynccontextmanager
async def stage(request: DemoRequest) -> AsyncIterator[Stage]:
    """Set up the sandbox, the articles and the bot, in a directory that goes away unless kept.

    Raises bot.demo.ports.PortTakenError, bot.sandbox.KeptWorldError and what `opened` raises.
    """
    clock = MovableClock()
    with _folder(request) as folder:
        world = folder / "discord.json" if request.keep else None
        _go_on(clock, world)
        articles = _articles(request, folder, clock)
        shared = _SharedClock(clock)
        async with sandbox_at(
            request.port, further=PORTS_TRIED, clock=shared, keep=world
        ) as sandbox:
            guild, news, alerts, anna = _places(sandbox)
            sandbox.page.greet(welcome(request.articles, request.keep), anna.user)
            config = _config(sandbox, folder, articles, _subscriptions(news, alerts))
            async with opened(config, AppSettings(clock=clock, timing=TIMING)) as app:
                clock.listen(app.rearm)
                is_own = request.articles is None  # a directory of the user's is only looked at
                controls = Controls(app, clock, articles, sandbox, alerts, brings_news=is_own)
                scene = Stage(sandbox, app, clock, guild, news, alerts, anna, controls)
                sandbox.page.add_panel(controls.clock_panel())
                if is_own:
                    sandbox.page.add_panel(controls.article_panel())
                async with _at_work(scene):
                    yield scene


@contextmanager
def _folder(request: DemoRequest) -> Iterator[Path]:
    """Where the demo's files are."""
    if request.keep is not None:
        request.keep.mkdir(parents=True, exist_ok=True)
        yield request.keep.absolute()
        return
    # Ctrl-C does not wait for a thread, which may still write while the directory is removed.
    with tempfile.TemporaryDirectory(
        prefix="digest-bot-demo-", ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


def _go_on(clock: MovableClock, world: Path | None) -> None:
    """Let the clock show no moment before the last one of a world that is kept."""
    kept = load_world(world) if world is not None else None
    if kept is not None and moment_of(kept) > clock.now():
        clock.set(moment_of(kept))


def _articles(request: DemoRequest, folder: Path, clock: MovableClock) -> Path:
    """The directory to show; it is filled with samples if none was named and none was kept."""
    if request.articles is not None:
        return request.articles.absolute()
    if not (folder / "articles").exists():
        write_samples(folder / "articles", clock.now())
    return folder / "articles"


def _places(sandbox: Sandbox) -> tuple[Guild, Channel, Channel, Person]:
    """The server, its channels and Anna, who owns it: as they were kept, or new."""
    if sandbox.world.guilds:
        guild = sandbox.world.guilds[0]
        news, alerts = guild.channels[:2]
        anna = next(m.user for m in guild.members.values() if m.user.name == "Anna")
        return guild, news, alerts, Person(sandbox.backend, anna)
    sandbox.world.owner.name = "Anna"
    guild = sandbox.world.add_guild("Reading Room")
    news = guild.add_text_channel("ai-news", topic=NEWS_TOPIC)
    alerts = guild.add_text_channel("ai-alerts", topic=ALERTS_TOPIC)
    sandbox.add_person("Ben", guild)
    return guild, news, alerts, Person(sandbox.backend, sandbox.world.owner)


@asynccontextmanager
async def _at_work(scene: Stage) -> AsyncIterator[None]:
    """Run the bot meanwhile; if it fails, what happens meanwhile ends with its error."""
    async with asyncio.TaskGroup() as tasks:
        bot = tasks.create_task(scene.app.run(scene.sandbox.token))
        await scene.sandbox.bot_connected(timeout=START_PATIENCE)
        await scene.sandbox.commands_synced(timeout=START_PATIENCE)
        await scene.app.first_scan.wait()
        yield
        bot.cancel()


def _subscriptions(news: Channel, alerts: Channel) -> tuple[FixedSubscription, FixedSubscription]:
    """A digest every day at a full hour, and an alert for each story that arrives.

    The hour follows from when the channel was made, so that a world that is kept keeps it too.
    """
    hour = (created_at(news.id) + HEAD_START + timedelta(hours=1)).hour
    daily = Wishes(
        schedule=Schedule.parse(f"0 {hour} * * *", "UTC"),
        max_stories=12,
        # A demo that stays silent because the articles are old would look broken.
        when_empty=WhenEmpty.NOTE,
    )
    arriving = Wishes(mode=Mode.ALERTS, layout=Layout.CARDS)
    return (
        FixedSubscription("Today in AI", news.id, daily),
        FixedSubscription("As it happens", alerts.id, arriving),
    )


def _config(
    sandbox: Sandbox,
    folder: Path,
    articles: Path,
    subscriptions: tuple[FixedSubscription, ...],
) -> Config:
    return Config(
        discord=DiscordSettings(api_url=sandbox.api_url, gateway_url=sandbox.gateway_url),
        database=DatabaseSettings(path=folder / "demo.sqlite3"),
        feeds=(Feed(name="demo", directory=articles),),
        subscriptions=subscriptions,
        health=HealthSettings(listen=None),
        logging=LoggingSettings(level="error"),
    )


def _where(scene: Stage, request: DemoRequest) -> str:
    """Say where things are, as far as that was not asked for."""
    port = urlsplit(scene.sandbox.api_url).port
    moved = f"Port {request.port} is taken, so this is port {port}.\n" * (
        request.port not in {0, port}
    )
    address = f"A Discord on this machine: {scene.sandbox.page_url}\n" * request.once
    return f"{moved}{address}Articles: {scene.app.config.feeds[0].directory}\n"


async def publish(scene: Stage) -> None:
    """Move the bot's clock to the scheduled moment and wait for what it posts."""
    await scene.controls.move_to_next_digest()
    await scene.news.wait_for_message(timeout=START_PATIENCE)
    await scene.app.outbox.idle()


async def _show_answer(scene: Stage, output: TextIO, width: int) -> None:
    """Ask as a member of the server would."""
    answer = await scene.anna.slash(scene.news, QUESTION)
    await answer.finished()
    _show(output, f"/{QUESTION}, asked by {scene.anna.name}", [answer.message], width)


def _show(output: TextIO, heading: str, shown: list[Message], width: int) -> None:
    output.write(f"── {heading} {'─' * max(0, width - len(heading) - 4)}\n\n")
    output.writelines(f"{render_message(message, width)}\n\n" for message in shown)
    output.flush()
