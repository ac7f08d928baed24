"""A sandbox with one server, one channel and one person; time stands still unless advanced."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.sandbox import Channel, Guild, ManualClock, Person, Sandbox, Settings
from tests.sandbox.api import Api
from tests.support.sandbox import NO_LIMITS, pointed_at


@pytest.fixture
def clock() -> ManualClock:
    """Time, in the test's hands."""
    return ManualClock()


@pytest.fixture
def settings() -> Settings:
    """No rate limits; a test that wants others overrides this fixture."""
    return Settings(rate_limits=NO_LIMITS)


@pytest.fixture
async def sandbox(settings: Settings, clock: ManualClock) -> AsyncIterator[Sandbox]:
    """A running sandbox that Discord clients of this process are pointed at."""
    async with Sandbox(settings, clock) as sandbox:
        with pointed_at(sandbox):
            yield sandbox


@pytest.fixture
def guild(sandbox: Sandbox) -> Guild:
    """A server with the bot in it."""
    return sandbox.world.add_guild("Reading Room")


@pytest.fixture
def channel(guild: Guild) -> Channel:
    """A text channel of that server."""
    return guild.add_text_channel("ai-news")


@pytest.fixture
def anna(sandbox: Sandbox, guild: Guild) -> Person:
    """A person in that server."""
    return sandbox.add_person("Anna", guild)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A plain HTTP client."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def api(sandbox: Sandbox, http: aiohttp.ClientSession) -> Api:
    """REST with the right token."""
    return Api(sandbox, http, sandbox.token)


@pytest.fixture
def stranger(sandbox: Sandbox, http: aiohttp.ClientSession) -> Api:
    """REST with a wrong token."""
    return Api(sandbox, http, "not-the-token")
