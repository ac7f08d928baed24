"""The sandbox as a whole: where it listens, what it begins with, how it ends."""

import asyncio

import aiohttp
import pytest

from bot.sandbox import Sandbox, Settings, build_world
from tests.sandbox.api import Api
from tests.sandbox.gateway_client import connect
from tests.sandbox.sources import own
from tests.support.sandbox import NO_LIMITS

pytestmark = own("how a program runs a sandbox")


@pytest.mark.parametrize("host", ["192.0.2.1", "example.com", "", "::"])
def test_other_hosts(host: str) -> None:
    """It serves this machine only, and says so."""
    with pytest.raises(ValueError, match="this machine only"):
        Settings(host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1"])
async def test_loopback(host: str, http: aiohttp.ClientSession) -> None:
    """It serves on any loopback address, at an address that clients can use."""
    async with Sandbox(Settings(host=host, rate_limits=NO_LIMITS)) as sandbox:
        gateway = await Api(sandbox, http, sandbox.token).get("/gateway")
        assert gateway.body == {"url": sandbox.gateway_url}
        async with connect(sandbox) as socket:
            await socket.identify(sandbox)
            await socket.event("READY")


async def test_build_world(sandbox: Sandbox) -> None:
    """A world to begin with has as many servers and channels as asked for, all named apart."""
    build_world(sandbox, guilds=7, channels=6)
    assert len({guild.name for guild in sandbox.world.guilds}) == 7
    for guild in sandbox.world.guilds:
        assert guild.has_bot
        assert len({channel.name for channel in guild.channels}) == 6


async def test_about_the_bot(api: Api, sandbox: Sandbox) -> None:
    """The bot can ask who it is, where it is and where the gateway is."""
    build_world(sandbox, guilds=2)
    me = await api.get("/users/@me")
    assert (me.body["username"], me.body["bot"]) == ("Digest", True)
    application = await api.get("/oauth2/applications/@me")
    assert application.body["id"] == me.body["id"]
    assert (await api.get("/applications/@me")).body == application.body
    assert len((await api.get("/users/@me/guilds")).body) == 2
    gateway = await api.get("/gateway/bot")
    assert (gateway.body["shards"], gateway.body["url"]) == (1, sandbox.gateway_url)
    assert (await api.get(f"/users/{me.body['id']}")).body["id"] == me.body["id"]
    assert (await api.get("/users/1")).code == 10013


async def test_about_a_server(api: Api, sandbox: Sandbox) -> None:
    """The bot can ask about a server that it is in."""
    guild = build_world(sandbox, channels=2)[0]
    path = f"/guilds/{guild.id}"
    assert (await api.get(path, with_counts="true")).body["approximate_member_count"] == 2
    assert len((await api.get(f"{path}/channels")).body) == 2
    assert [role["name"] for role in (await api.get(f"{path}/roles")).body] == [
        "@everyone",
        "Digest",
    ]
    own = await api.get(f"{path}/members/{sandbox.world.bot.id}")
    assert own.body["roles"] == [str(guild.bot_role.id)]
    assert (await api.get(f"{path}/members/1")).code == 10007
    assert (await api.get("/guilds/1")).code == 10004


async def test_closing(sandbox: Sandbox) -> None:
    """At the end connections are closed properly, and what hangs is let go."""
    async with Sandbox(Settings(rate_limits=NO_LIMITS)) as other:
        sandbox_closed = asyncio.create_task(_wait_for_close(other))
        await other.bot_connected()
    assert await sandbox_closed == 1001


async def _wait_for_close(sandbox: Sandbox) -> int | None:
    async with connect(sandbox) as socket:
        await socket.identify(sandbox)
        return await socket.closed()
