"""A running sandbox with one server and two channels."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.channels import Channel
from bot.sandbox.guilds import Guild
from tests.support.sandbox import running


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A Discord on this machine, without rate limits."""
    async with running() as started:
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
