"""What the flows add to the usual sandbox: a second channel, and a memory for nonces."""

from __future__ import annotations

import pytest

from bot.sandbox import Settings
from bot.sandbox.channels import Channel
from bot.sandbox.guilds import Guild
from bot.sandbox.nonces import PAST_FEW_MINUTES
from tests.support.sandbox import NO_LIMITS


@pytest.fixture
def nonce_window() -> float:
    """For how many seconds Discord knows a nonce again."""
    return PAST_FEW_MINUTES


@pytest.fixture
def settings(nonce_window: float) -> Settings:
    """No rate limits."""
    return Settings(rate_limits=NO_LIMITS, nonce_window=nonce_window)


@pytest.fixture
def other(guild: Guild) -> Channel:
    """Another channel of the server."""
    return guild.add_text_channel("other")
