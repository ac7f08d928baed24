"""`digest-bot demo`: the real bot against a Discord on this machine, with sample articles."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

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
from bot.demo.samples import write_samples
from bot.sandbox import Sandbox, Settings
from bot.sandbox.permissions import Permission
from bot.sandbox.text import render_message
from digests.schedule import Schedule
from digests.subscription import Layout, Mode, Wishes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import App
    from bot.sandbox.channels import Channel
    from bot.sandbox.guilds import Guild
    from bot.sandbox.messages import Message
    from bot.sandbox.people import Person

QUESTION = "top-by-heat"


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """What to show: sample articles unless a directory is named."""

    articles: Path | None = None
    port: int = 0
    once: bool = False
    browser: bool = True


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


async def run_demo(request: DemoRequest, output: TextIO, progress: TextIO) -> None:
    """Show the bot at work until cancelled, or one digest and one answer with `once`."""
    logs.set_up("error", "console")
    width = min(shutil.get_terminal_size((80, 24)).columns, 100)
    async with stage(request) as scene:
        progress.write(f"A Discord on this machine: {scene.sandbox.api_url}\n")
        digest = await _digest(scene)
        _show(output, f"#{scene.news.name}, the scheduled digest", digest, width)
        answer = await scene.anna.slash(scene.news, QUESTION)
        await answer.finished()
        _show(output, f"/{QUESTION}, asked by {scene.anna.name}", [answer.message], width)
        if not request.once:
            progress.write("Watching for changes; Ctrl-C ends the demo.\n")
            await _follow(scene, output, width)


@asynccontextmanager
async def stage(request: DemoRequest) -> AsyncIterator[Stage]:
    """Set up the sandbox, the articles and the bot in a directory that goes away afterwards."""
    clock = MovableClock()
    with tempfile.TemporaryDirectory(prefix="digest-bot-demo-") as folder:
        articles = request.articles or Path(folder, "articles")
        if request.articles is None:
            write_samples(articles, clock.now())
        async with Sandbox(Settings(port=request.port)) as sandbox:
            guild = sandbox.world.add_guild("Reading Room")
            news = guild.add_text_channel("ai-news")
            alerts = guild.add_text_channel("ai-alerts")
            anna = sandbox.add_person("Anna", guild, permissions=Permission.MANAGE_GUILD)
            config = _config(sandbox, Path(folder), articles, news, alerts, clock.now())
            async with opened(config, AppSettings(clock=clock)) as app:
                clock.listen(app.rearm)
                task = asyncio.create_task(app.run(sandbox.token))
                try:
                    scene = Stage(sandbox, app, clock, guild, news, alerts, anna)
                    await _until_ready(scene, task)
                    yield scene
                finally:
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task


def _config(
    sandbox: Sandbox,
    folder: Path,
    articles: Path,
    news: Channel,
    alerts: Channel,
    now: datetime,
) -> Config:
    """A digest every day at the next full hour, and an alert for each story that arrives."""
    hour = (now + timedelta(hours=1)).astimezone(UTC).hour
    daily = Wishes(schedule=Schedule.parse(f"0 {hour} * * *", "UTC"), max_stories=12)
    arriving = Wishes(mode=Mode.ALERTS, layout=Layout.CARDS)
    return Config(
        discord=DiscordSettings(api_url=sandbox.api_url, gateway_url=sandbox.gateway_url),
        database=DatabaseSettings(path=folder / "demo.sqlite3"),
        feeds=(Feed(name="demo", directory=articles.absolute()),),
        subscriptions=(
            FixedSubscription("Today in AI", news.id, daily),
            FixedSubscription("As it happens", alerts.id, arriving),
        ),
        health=HealthSettings(listen=None),
        logging=LoggingSettings(level="error"),
    )


async def _until_ready(scene: Stage, task: asyncio.Task[None]) -> None:
    """Wait until commands are offered and every article is read, or the bot has failed."""
    ready = asyncio.create_task(_ready(scene))
    await asyncio.wait({ready, task}, return_when=asyncio.FIRST_COMPLETED)
    if not ready.done():
        ready.cancel()
        await task
    await ready


async def _ready(scene: Stage) -> None:
    await scene.sandbox.bot_connected()
    await scene.sandbox.commands_synced()
    await scene.app.first_scan.wait()


async def _digest(scene: Stage) -> list[Message]:
    """Move the bot's clock to the scheduled moment and wait for what it posts."""
    scene.clock.advance(_to_next_hour(scene.clock.now()))
    await scene.news.wait_for_message()
    await scene.app.deliver.idle()
    return scene.news.messages


def _to_next_hour(now: datetime) -> timedelta:
    return (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0) - now


async def _follow(scene: Stage, output: TextIO, width: int) -> None:
    """Show every further message as it appears."""
    told = {message.id for message in scene.news.messages}
    while True:
        fresh = await scene.sandbox.wait_until(
            lambda: [
                message
                for channel in (scene.news, scene.alerts)
                for message in channel.messages
                if message.id not in told
            ],
            what="another message",
            timeout=float("inf"),
        )
        told.update(message.id for message in fresh)
        for message in fresh:
            _show(output, f"#{message.channel.name}", [message], width)


def _show(output: TextIO, heading: str, shown: list[Message], width: int) -> None:
    output.write(f"── {heading} {'─' * max(0, width - len(heading) - 4)}\n\n")
    for message in shown:
        output.write(render_message(message, width) + "\n\n")
    output.flush()
