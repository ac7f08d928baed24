"""A running sandbox with one server and two channels."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox import Sandbox, Settings
from bot.sandbox.channels import Channel
from bot.sandbox.guilds import Guild
from bot.sandbox.nonces import PAST_FEW_MINUTES
from tests.support.sandbox import NO_LIMITS, running


@pytest.fixture
def nonce_window() -> float:
    """For how many seconds Discord knows a nonce again."""
    return PAST_FEW_MINUTES


@pytest.fixture
async def sandbox(nonce_window: float) -> AsyncIterator[Sandbox]:
    """A Discord on this machine, without rate limits."""
    settings = Settings(rate_limits=NO_LIMITS, nonce_window=nonce_window)
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
def other(guild: Guild) -> Channel:
    """Another channel of the server."""
    return guild.add_text_channel("other")
