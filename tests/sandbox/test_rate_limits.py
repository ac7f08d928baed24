"""Rate limits and the headers that tell of them.

https://docs.discord.com/developers/topics/rate-limits
"""

import pytest

from bot.sandbox import Channel, Guild, Limit, ManualClock, RateLimitSettings, Sandbox, Settings
from tests.sandbox.api import Api
from tests.sandbox.sources import RATE_LIMITS, assumed, documented, observed, own

pytestmark = documented(RATE_LIMITS)


@pytest.fixture
def settings() -> Settings:
    """Limits as at Discord, but a global one that a test can reach."""
    return Settings(rate_limits=RateLimitSettings(global_per_second=12))


async def _send(api: Api, channel: Channel) -> tuple[int, str]:
    result = await api.post(f"/channels/{channel.id}/messages", {"content": "x"})
    return result.status, result.headers.get("X-RateLimit-Remaining", "")


@observed("the page names no number; bots are told five in five seconds by the headers")
async def test_five_in_five_seconds(api: Api, channel: Channel, clock: ManualClock) -> None:
    """A channel takes five messages in five seconds; the sixth is told when to come again."""
    sent = [await _send(api, channel) for _ in range(5)]
    assert sent == [(200, "4"), (200, "3"), (200, "2"), (200, "1"), (200, "0")]
    clock.advance(3)
    refused = await api.post(f"/channels/{channel.id}/messages", {"content": "x"})
    assert (refused.status, refused.body["retry_after"], refused.body["global"]) == (429, 2, False)
    assert refused.headers["Retry-After"] == "2"
    assert refused.headers["X-RateLimit-Scope"] == "user"
    assert refused.headers["Via"]
    assert len(channel.messages) == 5
    clock.advance(2)
    assert (await _send(api, channel)) == (200, "4")


async def test_headers(api: Api, channel: Channel, clock: ManualClock) -> None:
    """Every answer tells the limit, what is left of it, when it is reset, and its bucket."""
    await _send(api, channel)
    clock.advance(1)
    headers = (await api.post(f"/channels/{channel.id}/messages", {"content": "x"})).headers
    assert headers["X-RateLimit-Limit"] == "5"
    assert headers["X-RateLimit-Reset-After"] == "4.000"
    assert float(headers["X-RateLimit-Reset"]) == clock.now().timestamp() + 4
    assert len(headers["X-RateLimit-Bucket"]) == 32


async def test_buckets_are_apart(api: Api, channel: Channel, guild: Guild) -> None:
    """Channels have limits of their own, and so have routes."""
    for _ in range(6):
        await _send(api, channel)
    assert (await _send(api, guild.add_text_channel("other")))[0] == 200
    assert (await api.get(f"/channels/{channel.id}/messages")).status == 200


async def test_global(api: Api, sandbox: Sandbox, guild: Guild, clock: ManualClock) -> None:
    """All requests of a token share a limit by the second."""
    for i in range(12):
        assert (await _send(api, guild.add_text_channel(str(i))))[0] == 200
    refused = await api.get("/users/@me")
    assert (refused.status, refused.body["global"]) == (429, True)
    assert refused.headers["X-RateLimit-Global"] == "true"
    assert refused.headers["X-RateLimit-Scope"] == "global"
    clock.advance(1)
    assert (await api.get("/users/@me")).status == 200


@own("how a program sets other limits")
async def test_own_limits(clock: ManualClock) -> None:
    """A sandbox can be given other limits, for a route or for all."""
    settings = RateLimitSettings(
        default=Limit(2, 1.0), routes={("GET", "/users/@me"): Limit(1, 1.0)}
    )
    assert settings.of("GET", "/users/@me") == Limit(1, 1.0)
    assert settings.of("POST", "/channels/{channel_id}/messages") == Limit(2, 1.0)


@assumed("the page counts them towards a ban, and says nothing of the bot's own limits")
async def test_refused_tokens_cost_nothing(stranger: Api, api: Api) -> None:
    """Requests with a wrong token use up nothing of the bot's limits."""
    for _ in range(20):
        assert (await stranger.get("/users/@me")).status == 401
    assert (await api.get("/users/@me")).status == 200
