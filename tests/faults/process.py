"""One life of the real program, with the steps of its delivery path told and some of them fatal."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot import logs
from bot.app import App, Settings, opened
from bot.chat.messenger import DiscordMessenger
from bot.clock import MovableClock
from bot.config import (
    Config,
    DatabaseSettings,
    DiscordSettings,
    Feed,
    FixedSubscription,
    HealthSettings,
)
from bot.ingest import Ingest
from bot.outbox import Outbox
from bot.publish import Publish
from bot.store import outbox
from bot.timetable import Timetable
from digests.decide import next_step
from digests.schedule import Schedule
from digests.subscription import Mode, Wishes
from tests.faults.mutants import BY_NAME
from tests.faults.steps import StepDatabase, StepMessenger

if TYPE_CHECKING:
    from tests.faults.spec import Spec

ARTICLES, DATABASE, LOG = "articles", "bot.sqlite3", "log.jsonl"
"""The names in the folder of a run."""

EVERY_MINUTE = "* * * * *"


class Killer:
    """Tells every step on stdout, and ends the process at one of them as `kill -9` does."""

    def __init__(self, step: str, nth: int) -> None:
        self._step = step
        self._left = nth

    def __call__(self, step: str) -> None:
        """Come to a step; this may be the last thing that the process does."""
        os.write(sys.stdout.fileno(), f"step {step}\n".encode())
        self._left -= step == self._step
        if self._step and self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def live(spec: Spec) -> None:
    """Run the bot until it is killed, or until nothing is left to do if that was asked for."""
    with (Path(spec.folder) / LOG).open("a", encoding="utf-8") as log:
        logs.set_up("info", "json", stream=log)
        asyncio.run(_live(spec))


async def _live(spec: Spec) -> None:
    clock = MovableClock()
    clock.advance(timedelta(seconds=spec.offset))
    settings = Settings(clock, BY_NAME[spec.mutant].timing(spec.patience()))
    async with opened(configuration(spec), settings) as app:
        instrument(app, settings, spec)
        bot = asyncio.create_task(app.run(spec.token))
        done = asyncio.create_task(_all_done(app, settings) if spec.until_idle else _never())
        await asyncio.wait({bot, done}, return_when=asyncio.FIRST_COMPLETED)
        done.cancel()
        bot.cancel()
        with suppress(asyncio.CancelledError):
            await bot


def instrument(app: App, settings: Settings, spec: Spec) -> None:
    """Put the named steps, and the mutant if there is one, between the flows and what they use."""
    killer, mutant = Killer(spec.kill_at, spec.nth), BY_NAME[spec.mutant]
    database = StepDatabase(app.database, killer)
    inner = mutant.messenger(DiscordMessenger(app.client, app.topics))
    chance = random.Random(spec.seed)  # noqa: S311 - replayed, not secret
    messenger = StepMessenger(inner, killer)
    deliver = mutant.deliver(database, messenger, app.clock, settings.timing, chance)
    app.outbox = Outbox(database, deliver, app.clock, settings.timing)
    wake = app.outbox.wake
    app.ingest = Ingest(database, app.clock, app.topics, wake)
    app.publish = Publish(database, app.clock, app.topics, app._paginate, wake)
    app.timetable = Timetable(app.publish, app.clock)


def configuration(spec: Spec) -> Config:
    """A feed, a database, and a subscription for every channel."""
    folder = Path(spec.folder)
    alerts = [
        FixedSubscription(f"alerts in {channel}", channel, Wishes(mode=Mode.ALERTS))
        for channel in spec.alerts
    ]
    wishes = Wishes(schedule=Schedule.parse(EVERY_MINUTE, "UTC"), max_stories=50)
    digests = [
        FixedSubscription(f"digest in {channel}", channel, wishes) for channel in spec.digests
    ]
    return Config(
        feeds=(Feed(name="ai", directory=folder / ARTICLES),),
        subscriptions=(*alerts, *digests),
        discord=DiscordSettings(api_url=spec.api_url, gateway_url=spec.gateway_url),
        database=DatabaseSettings(path=folder / DATABASE),
        health=HealthSettings(listen=None),
    )


async def _all_done(app: App, settings: Settings) -> None:
    """Wait until every file was taken, every due digest composed and every delivery settled."""
    await app.first_scan.wait()
    await app.publish.due()
    while True:
        await app.outbox.idle()
        now = settings.clock.now()
        async with app.database.read() as read:
            heads = await outbox.heads(read, now)
        open_still = any(next_step(head, now, settings.timing) for head in heads)
        if not open_still and not app.outbox._busy:
            return
        await asyncio.sleep(0.05)  # what is left waits for the clock, which tells nobody


async def _never() -> None:
    await asyncio.Event().wait()
