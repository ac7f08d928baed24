"""Where most tests take place: a running sandbox with one server and one channel.

A folder that needs another sandbox, or people with other rights, overrides the fixture.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import hypothesis
import pytest

from bot.sandbox import Channel, Guild, Person, Sandbox, Settings
from tests.support.sandbox import NO_LIMITS, running

# How long an example takes says more of the machine's other work than of the program, and a run
# is to say of a change whether that is right: other examples are tried with
# `--hypothesis-profile search`.
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None, derandomize=False)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture
def settings() -> Settings:
    """No rate limits; a test that wants others overrides this fixture."""
    return Settings(rate_limits=NO_LIMITS)


@pytest.fixture
async def sandbox(settings: Settings) -> AsyncIterator[Sandbox]:
    """A Discord on this machine, on the machine's clock."""
    async with running(settings) as started:
        yield started


@pytest.fixture
def guild(sandbox: Sandbox) -> Guild:
    """A server with the bot in it."""
    return sandbox.world.add_guild("Reading Room")


@pytest.fixture
def news(guild: Guild) -> Channel:
    """A channel of the server."""
    return guild.add_text_channel("news")


@pytest.fixture
def anna(sandbox: Sandbox, guild: Guild) -> Person:
    """A member of the server."""
    return sandbox.add_person("Anna", guild)
