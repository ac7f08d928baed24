"""A sandbox whose time stands still unless advanced, and ways to speak to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox import Channel, Guild, ManualClock, Sandbox, Settings
from tests.sandbox.api import Api
from tests.support.sandbox import running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test of the sandbox that does not say where it has its knowledge from."""
    here = Path(__file__).parent
    nameless = [
        item.nodeid
        for item in items
        if item.path.is_relative_to(here) and item.get_closest_marker("source") is None
    ]
    if nameless:
        raise pytest.UsageError(f"Mark these as tests/sandbox/sources.py says: {nameless}")


@pytest.fixture
def clock() -> ManualClock:
    """Time, in the test's hands."""
    return ManualClock()


@pytest.fixture
async def sandbox(settings: Settings, clock: ManualClock) -> AsyncIterator[Sandbox]:
    """A running sandbox that Discord clients of this process are pointed at."""
    async with running(settings, clock) as started:
        yield started


@pytest.fixture
def channel(guild: Guild) -> Channel:
    """A text channel of that server."""
    return guild.add_text_channel("ai-news")


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
