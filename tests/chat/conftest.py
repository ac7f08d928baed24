"""Two people in the usual sandbox, and a bot to be set to work there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from bot.app import Settings, opened
from bot.chat import replies
from bot.clock import MovableClock
from bot.config import FixedSubscription
from bot.sandbox import Guild, Permission, Person, Sandbox
from bot.sandbox import Settings as SandboxSettings
from digests.topic import Topic
from tests.chat.support import TOPICS
from tests.support.bot import NOON, BotAtWork, _working, configuration, logging_as_usual
from tests.support.sandbox import NO_LIMITS

PATIENCE = 20.0
"""Seconds that the bot may take for an answer, on a busy machine; at Discord it is three."""


@pytest.fixture
def settings() -> SandboxSettings:
    """No rate limits, and time for answers."""
    return SandboxSettings(rate_limits=NO_LIMITS, first_answer_within=PATIENCE)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that has nobody wait for the second half of its answer, however busy the machine."""
    monkeypatch.setattr(replies, "PATIENCE", PATIENCE)


@pytest.fixture
def ben(sandbox: Sandbox, guild: Guild) -> Person:
    """A member of the server."""
    return sandbox.add_person("Ben", guild)


@pytest.fixture
def anna(sandbox: Sandbox, guild: Guild) -> Person:
    """A member who manages the server."""
    return sandbox.add_person("Anna", guild, permissions=Permission.MANAGE_GUILD)


class AtWork(Protocol):
    """Runs a bot with topics of its own, at NOON; a second one in the same folder is a restart."""

    def __call__(
        self,
        *subscriptions: FixedSubscription,
        folder: str = "",
        topics: Iterable[Topic] = TOPICS,
        command_guilds: Iterable[int] = (),
        may_fail: bool = False,
    ) -> AbstractAsyncContextManager[BotAtWork]:
        """Run it until the block ends; with `may_fail` it may log exceptions."""


@pytest.fixture
def at_work(sandbox: Sandbox, tmp_path: Path) -> AtWork:
    """The whole bot, with its database and its articles in a folder of the test."""

    @asynccontextmanager
    async def run(
        *subscriptions: FixedSubscription,
        folder: str = "",
        topics: Iterable[Topic] = TOPICS,
        command_guilds: Iterable[int] = (),
        may_fail: bool = False,
    ) -> AsyncIterator[BotAtWork]:
        config = configuration(sandbox, tmp_path / folder, *subscriptions)
        discord = config.discord.model_copy(update={"command_guilds": tuple(command_guilds)})
        config = replace(config, topics=tuple(topics), discord=discord)
        config.feeds[0].directory.mkdir(parents=True, exist_ok=True)
        clock = MovableClock(NOON)
        with logging_as_usual(may_fail=may_fail) as log:
            async with (
                opened(config, Settings(clock)) as app,
                _working(app, sandbox, clock, log) as bot,
            ):
                yield bot

    return run
