"""Which commands Discord is told, when; and where the client finds Discord."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import discord
import pytest

from bot.chat.client import PERMISSIONS, application_id, invite_url, point_at
from bot.chat.connection import ConnectionRefused
from bot.store import subscriptions
from tests.support.bot import alerts

if TYPE_CHECKING:
    from bot.sandbox import Channel, Guild, Person, Sandbox
    from tests.chat.conftest import AtWork

GLOBAL = "/applications/{application_id}/commands"
IN_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


def told(sandbox: Sandbox, route: str = GLOBAL) -> int:
    """How often Discord was told all commands."""
    return len(sandbox.timeline.of("PUT", route))


async def test_commands_are_told_only_when_they_changed(sandbox: Sandbox, at_work: AtWork) -> None:
    """Discord counts how often commands are made."""
    async with at_work():
        assert told(sandbox) == 1
    async with at_work() as bot:
        assert told(sandbox) == 1
        bot.app.client.tree.remove_command("latest")
        await bot.app.client.offer_commands()
        assert told(sandbox) == 2
    async with at_work():
        assert told(sandbox) == 3


async def test_commands_may_be_offered_in_some_servers_at_once(
    sandbox: Sandbox, guild: Guild, news: Channel, ben: Person, at_work: AtWork
) -> None:
    """As well as everywhere; a server that the bot is not in is passed over with a warning."""
    async with at_work(command_guilds=[guild.id, 4_567]) as bot:
        assert "latest" in ben.commands(news)
        [warning] = bot.logged("commands.forbidden")
    assert vars(warning)["guild"] == 4_567
    assert told(sandbox) == 1
    statuses = [entry.status for entry in sandbox.timeline.of("PUT", IN_GUILD)]
    assert statuses == [200, 404]


async def test_a_server_that_is_taken_out_of_the_file_has_its_own_commands_withdrawn(
    sandbox: Sandbox, guild: Guild, news: Channel, ben: Person, at_work: AtWork
) -> None:
    """Else members would see each command twice, for ever; Discord is told once."""
    async with at_work(command_guilds=[guild.id]):
        assert sandbox.backend.commands.listing(guild.id)
    for _ in range(2):
        async with at_work():
            assert sandbox.backend.commands.listing(guild.id) == []
            assert "latest" in ben.commands(news)
    assert told(sandbox, IN_GUILD) == 2
    async with at_work(command_guilds=[guild.id]):
        assert sandbox.backend.commands.listing(guild.id)


async def test_what_could_not_be_withdrawn_is_withdrawn_by_the_next_start(
    sandbox: Sandbox, guild: Guild, at_work: AtWork
) -> None:
    """The server may have put the bot out for a while; that is nobody's trouble."""
    async with at_work(command_guilds=[guild.id]):
        pass
    sandbox.faults.answer(403, "PUT", IN_GUILD)
    async with at_work() as bot:
        assert bot.logged("commands.forbidden") == []
        assert sandbox.backend.commands.listing(guild.id)
    async with at_work():
        assert sandbox.backend.commands.listing(guild.id) == []


async def test_an_end_waits_until_a_server_that_was_told_is_written_down(
    guild: Guild, news: Channel, at_work: AtWork
) -> None:
    """The database is closed after the client."""
    async with at_work(alerts(news)) as bot:
        client, database = bot.app.client, bot.app.database
        async with database.write() as tx:
            await subscriptions.set_guild(tx, 1, 4_567)
        joined = client.get_guild(guild.id)
        async with database.write():
            client.dispatch("guild_join", joined)
            closing = asyncio.create_task(client.close())
            done, _ = await asyncio.wait({closing}, timeout=0.2)
            assert not done
            assert client.is_closed()
        await closing
        async with database.read() as read:
            [noted] = await subscriptions.in_config(read)
        assert noted.guild_id == guild.id


async def test_the_bot_sees_no_more_than_it_needs(at_work: AtWork) -> None:
    """Only servers and channels: no messages, no members, no presences."""
    async with at_work() as bot:
        client = bot.app.client
        assert client.intents == discord.Intents(guilds=True)
        assert not client.cached_messages
        assert repr(client.allowed_mentions) == repr(discord.AllowedMentions.none())


def test_an_invitation_asks_for_exactly_what_is_needed() -> None:
    """View, send (also in threads), embed, read history."""
    url = invite_url(42)
    assert "client_id=42" in url
    assert "scope=bot+applications.commands" in url
    assert f"permissions={PERMISSIONS.value}" in url
    assert PERMISSIONS.value == 1 << 10 | 1 << 11 | 1 << 14 | 1 << 16 | 1 << 38


@pytest.mark.parametrize(
    ("api_url", "gateway_url"),
    [
        ("http://discord.example/api", "wss://gateway.example"),
        ("https://discord.example/api", "ws://gateway.example"),
        ("ftp://discord.example", "wss://gateway.example"),
        ("http://127.0.0.1.example/api", "wss://gateway.example"),
    ],
)
def test_the_token_is_never_sent_in_the_open(api_url: str, gateway_url: str) -> None:
    """Neither to REST nor to the gateway."""
    with pytest.raises(ValueError, match="neither encrypted"):
        point_at(api_url, gateway_url)


async def test_the_application_is_asked_for_by_token(sandbox: Sandbox) -> None:
    """`digest-bot invite` needs no more."""
    assert await application_id(sandbox.token) == sandbox.world.application_id


@pytest.mark.usefixtures("sandbox")
async def test_a_wrong_token_is_one_sentence() -> None:
    """It says where to get a new one."""
    with pytest.raises(ConnectionRefused, match="make a new one in the developer portal"):
        await application_id("wrong")
