"""The gateway's protocol, frame by frame.

https://docs.discord.com/developers/events/gateway
"""

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Channel, Guild, ManualClock, Permission, Person, Sandbox, Settings
from bot.sandbox.messages import Body
from tests.sandbox.api import Api
from tests.sandbox.gateway_client import CONTENT, GUILDS, MEMBERS, MESSAGES, connect
from tests.sandbox.sources import GATEWAY, documented, observed
from tests.support.sandbox import NO_LIMITS

pytestmark = documented(GATEWAY)


@pytest.mark.parametrize("compress", [None, "zlib-stream", "zstd-stream"])
async def test_ready(sandbox: Sandbox, channel: Channel, compress: str | None) -> None:
    """A session begins with READY and every server, in each compression."""
    async with connect(sandbox, compress) as socket:
        await socket.identify(sandbox)
        ready = await socket.event("READY")
        guild = await socket.event("GUILD_CREATE")
    assert ready["user"]["id"] == ready["application"]["id"] == str(sandbox.world.bot.id)
    assert ready["guilds"] == [{"id": guild["id"], "unavailable": True}]
    assert [c["id"] for c in guild["channels"]] == [str(channel.id)]
    assert guild["members"][0]["user"]["id"] == ready["user"]["id"]


async def test_large_messages_alone(sandbox: Sandbox, channel: Channel) -> None:
    """Without a compressed stream, only large messages are compressed, if the client can."""
    async with connect(sandbox) as socket:
        await socket.identify(sandbox, compress=True)
        await socket.event("GUILD_CREATE")
        await socket.send(1)
        await socket.opcode(11)
        assert set(socket.frames) == {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}


@observed("discord.py takes an answer that comes before its send returns for one that is late")
async def test_heartbeats_take_as_long_as_over_a_network(sandbox: Sandbox) -> None:
    """A client has the time to note when it sent one before it is acknowledged."""
    loop = asyncio.get_running_loop()
    async with connect(sandbox) as socket:
        sent = loop.time()
        await socket.send(1)
        await socket.opcode(11)
        assert loop.time() - sent >= 0.04


CLOSING: list[tuple[str, Any, Any, int]] = [
    ("a wrong token", 2, {"token": "no", "intents": 1}, 4004),
    ("a shard beyond the count", 2, {"intents": 1, "shard": [2, 2]}, 4010),
    ("a shard that is no number", 2, {"intents": 1, "shard": "x"}, 4010),
    ("an opcode that is no number", [], {}, 4002),
    ("intents that mean nothing", 2, {"intents": 1 << 30}, 4013),
    ("intents that are no number", 2, {"intents": "all"}, 4013),
    ("an intent not switched on", 2, {"intents": CONTENT}, 4014),
    ("members not switched on", 2, {"intents": MEMBERS}, 4014),
    ("anything before identifying", 8, {}, 4003),
    ("an IDENTIFY without data", 2, None, 4002),
    ("a wrong token on resume", 6, {"token": "no", "session_id": "x", "seq": 1}, 4004),
]


@pytest.mark.parametrize(
    ("op", "data", "code"), [c[1:] for c in CLOSING], ids=[c[0] for c in CLOSING]
)
async def test_closing(sandbox: Sandbox, op: Any, data: Any, code: int) -> None:
    """A connection that breaks a rule is closed with the rule's code."""
    if isinstance(data, dict) and op == 2:
        data = {"token": sandbox.token} | data
    async with connect(sandbox) as socket:
        await socket.send(op, data)
        assert await socket.closed() == code


async def test_more_closing(sandbox: Sandbox) -> None:
    """Identifying twice, an unknown opcode, and what is no JSON end a connection too."""
    async with connect(sandbox) as socket:
        await socket.identify(sandbox)
        await socket.event("READY")
        await socket.identify(sandbox)
        assert await socket.closed() == 4005
    async with connect(sandbox) as socket:
        await socket.identify(sandbox)
        await socket.send(3, {})
        await socket.send(99)
        assert await socket.closed() == 4001
    async with connect(sandbox) as socket:
        await socket.ws.send_str("{")
        assert await socket.closed() == 4002


@pytest.mark.parametrize(("query", "code"), [({"v": "9"}, 4012), ({"compress": "gzip"}, 4002)])
async def test_bad_query(sandbox: Sandbox, query: dict[str, str], code: int) -> None:
    """Another version, or an unknown compression, is refused."""
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(sandbox.gateway_url, params=query) as ws,
    ):
        await ws.receive()
        assert ws.close_code == code


async def test_privileged_intents(clock: ManualClock) -> None:
    """A privileged intent works once it is switched on."""
    settings = Settings(rate_limits=NO_LIMITS, message_content=True, server_members=True)
    async with Sandbox(settings, clock) as sandbox:
        guild = sandbox.world.add_guild("Reading Room")
        channel = guild.add_text_channel("x")
        anna = sandbox.add_person("Anna", guild)
        async with connect(sandbox) as socket:
            await socket.identify(sandbox, GUILDS | MESSAGES | CONTENT | MEMBERS)
            await socket.event("GUILD_CREATE")
            anna.say(channel, "hello")
            assert (await socket.event("MESSAGE_CREATE"))["content"] == "hello"
            sandbox.add_person("Bert", guild)
            assert (await socket.event("GUILD_MEMBER_ADD"))["user"]["global_name"] == "Bert"
            await socket.send(8, {"guild_id": str(guild.id), "query": "an", "limit": 0})
            chunk = await socket.event("GUILD_MEMBERS_CHUNK")
            assert [m["user"]["global_name"] for m in chunk["members"]] == ["Anna"]


async def test_messages_need_their_intent(sandbox: Sandbox, channel: Channel, anna: Person) -> None:
    """Messages are told only to those who ask, and only of channels that the bot sees."""
    hidden = channel.guild.add_text_channel("hidden") if channel.guild else channel
    hidden.deny(sandbox.world.bot, Permission.VIEW_CHANNEL)
    async with connect(sandbox) as deaf, connect(sandbox) as listening:
        await deaf.identify(sandbox)
        await listening.identify(sandbox, GUILDS | MESSAGES)
        await listening.event("GUILD_CREATE")
        await deaf.event("GUILD_CREATE")
        anna.say(hidden, "secret")
        message = anna.say(channel, "hello")
        created = await listening.event("MESSAGE_CREATE")
        assert (created["id"], created["content"]) == (str(message.id), "")
        assert created["guild_id"] == str(message.channel.guild and message.channel.guild.id)
        anna.delete(message)
        assert (await listening.event("MESSAGE_DELETE"))["id"] == str(message.id)
        channel.rename("news")
        assert (await deaf.receive())["t"] == "CHANNEL_UPDATE"


async def test_direct_messages_and_typing(sandbox: Sandbox, anna: Person, api: Api) -> None:
    """Direct messages and typing have intents of their own; edits are told like new messages."""
    async with connect(sandbox) as socket:
        await socket.identify(sandbox, (1 << 12) | (1 << 14))
        await socket.event("READY")
        message = anna.say(anna.dm, "psst")
        assert (await socket.event("MESSAGE_CREATE"))["content"] == "psst"
        message.edit(Body("hush"))
        assert (await socket.event("MESSAGE_UPDATE"))["content"] == "hush"
        await api.post(f"/channels/{anna.dm.id}/typing")
        assert (await socket.event("TYPING_START"))["user_id"] == str(sandbox.world.bot.id)
        await api.post(f"/channels/{anna.dm.id}/messages", {"content": "x", "nonce": "n"})
        assert (await socket.event("MESSAGE_CREATE"))["nonce"] == "n"


async def test_changes_of_a_server(sandbox: Sandbox, guild: Guild, anna: Person) -> None:
    """Everything that happens to servers, channels, threads and roles is told in order."""
    async with connect(sandbox) as socket:
        await socket.identify(sandbox)
        await socket.event("GUILD_CREATE")
        channel = guild.add_text_channel("new")
        channel.deny(guild.everyone, Permission.SEND_MESSAGES)
        thread = channel.start_thread("talk", anna.user)
        thread.archive()
        thread.delete()
        channel.delete()
        role = guild.add_role("readers")
        role.grant(Permission.PIN_MESSAGES)
        guild.members[sandbox.world.bot.id].give(role)
        role.delete()
        guild.lose()
        guild.restore()
        guild.remove_bot()
        other = sandbox.world.add_guild("Lighthouse")
        other.remove()
        told = [(await socket.receive())["t"] for _ in range(15)]
    assert told == [
        "CHANNEL_CREATE",
        "CHANNEL_UPDATE",
        "THREAD_CREATE",
        "THREAD_UPDATE",
        "THREAD_DELETE",
        "CHANNEL_DELETE",
        "GUILD_ROLE_CREATE",
        "GUILD_ROLE_UPDATE",
        "GUILD_MEMBER_UPDATE",
        "GUILD_ROLE_DELETE",
        "GUILD_DELETE",
        "GUILD_CREATE",
        "GUILD_DELETE",
        "GUILD_CREATE",
        "GUILD_DELETE",
    ]


async def test_resume(sandbox: Sandbox, guild: Guild) -> None:
    """After a lost connection a session is resumed, and what was missed is told first."""
    async with connect(sandbox) as socket:
        await socket.identify(sandbox)
        ready = await socket.event("READY")
        await socket.event("GUILD_CREATE")
        seq = socket.seq
        sandbox.gateway.drop()
        await socket.closed()
    await sandbox.wait_until(lambda: not sandbox.gateway.sessions)
    guild.add_text_channel("missed")
    async with connect(sandbox, "zlib-stream") as socket:
        await socket.send(
            6, {"token": sandbox.token, "session_id": ready["session_id"], "seq": seq}
        )
        missed = await socket.receive()
        resumed = await socket.receive()
    assert (missed["t"], missed["d"]["name"], missed["s"]) == ("CHANNEL_CREATE", "missed", seq + 1)
    assert resumed["t"] == "RESUMED"
    assert sandbox.gateway.resumed == 1


@pytest.mark.parametrize("reason", ["unknown", "refused", "too old", "from the future", "ended"])
async def test_resume_refused(sandbox: Sandbox, clock: ManualClock, reason: str) -> None:
    """A session that is unknown, refused, too old or ended must be begun anew (opcode 9)."""
    async with connect(sandbox) as socket:
        await socket.identify(sandbox)
        session_id = (await socket.event("READY"))["session_id"]
        seq = socket.seq
        await socket.ws.close(code=1000 if reason == "ended" else 4000)
    await sandbox.wait_until(lambda: not sandbox.gateway.sessions)
    if reason == "too old":
        clock.advance(301)
    sandbox.gateway.refuse_resumes = int(reason == "refused")
    async with connect(sandbox) as socket:
        data = {"token": sandbox.token, "session_id": session_id, "seq": seq}
        if reason == "unknown":
            data["session_id"] = "x"
        if reason == "from the future":
            data["seq"] = seq + 1
        await socket.send(6, data)
        assert (await socket.opcode(9))["d"] is False


async def test_faults(sandbox: Sandbox) -> None:
    """A sandbox can ask to reconnect, void sessions, close with a code, and refuse to accept."""
    async with connect(sandbox) as socket:
        await socket.identify(sandbox)
        await socket.event("READY")
        sandbox.gateway.reconnect()
        await socket.opcode(7)
        sandbox.gateway.invalidate(resumable=True)
        assert (await socket.opcode(9))["d"] is True
        sandbox.gateway.invalidate(resumable=False)
        assert (await socket.opcode(9))["d"] is False
        sandbox.gateway.close(4009)
        assert await socket.closed() == 4009
    sandbox.gateway.refuse_connections = 1
    with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
        async with connect(sandbox):
            pass
    async with connect(sandbox):
        pass


async def test_shards(sandbox: Sandbox) -> None:
    """Each shard hears of its own servers; direct messages belong to the first."""
    guilds = [sandbox.world.add_guild(f"g{i}") for i in range(4)]
    for shard in range(2):
        async with connect(sandbox) as socket:
            await socket.identify(sandbox, shard=[shard, 2])
            ready = await socket.event("READY")
            own = [str(g.id) for g in guilds if (g.id >> 22) % 2 == shard]
            assert [g["id"] for g in ready["guilds"]] == own
            assert ready["shard"] == [shard, 2]
            assert len(own) == 2
