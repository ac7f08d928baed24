"""Logging in and staying connected, through outages at any moment."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket, KeepAliveHandler

from bot.chat import connection
from bot.chat.client import application_id
from bot.chat.connection import (
    ConnectionRefused,
    UnreachableError,
    hold_connection,
    log_in,
    stop_heartbeats,
)
from bot.ending import PROBLEMS, problems_told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox import Sandbox

ME = "/users/@me"


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again after a hundredth of a second."""
    monkeypatch.setattr(connection, "FIRST_WAIT", 0.01)


@asynccontextmanager
async def a_client() -> AsyncIterator[discord.Client]:
    """A client that is closed in the end."""
    async with discord.Client(intents=discord.Intents(guilds=True)) as client:
        yield client


async def test_an_outage_at_the_start_is_waited_out(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Errors of Discord's servers, and connections that break."""
    sandbox.faults.answer(503, "GET", ME, times=2)
    sandbox.faults.reset("GET", ME, times=2)  # aiohttp itself tries a GET twice
    async with a_client() as client:
        await log_in(client, sandbox.token)
        assert client.application_id == sandbox.world.application_id
    assert caplog.messages.count("discord.unreachable") == 3


async def test_somebody_who_waits_is_told_after_some_seconds_that_there_is_an_outage(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """In one sentence, which tells the last reason, and with exit status 1."""
    monkeypatch.setattr(connection, "PATIENCE", 0.2)
    sandbox.faults.answer(503, "GET", ME, times=1_000)
    with pytest.raises(SystemExit) as ended, problems_told():
        await application_id(sandbox.token)
    assert ended.value.code == PROBLEMS
    assert caplog.messages == []


async def test_somebody_who_waits_is_not_kept_by_an_outage_that_passes(sandbox: Sandbox) -> None:
    """A second try is made at once."""
    sandbox.faults.answer(503, "GET", ME)
    assert await application_id(sandbox.token) == sandbox.world.application_id


async def test_silence_is_told_as_well(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py itself would wait for minutes."""
    monkeypatch.setattr(connection, "PATIENCE", 0.2)
    fault = sandbox.faults.hang("GET", ME)
    with pytest.raises(UnreachableError, match="there is no answer"):
        await application_id(sandbox.token)
    fault.release()


@pytest.mark.parametrize(("status", "words"), [(401, "does not accept the token"), (403, "403")])
async def test_a_refusal_at_the_start_is_one_sentence(
    sandbox: Sandbox, status: int, words: str
) -> None:
    """Trying again would not help."""
    sandbox.faults.answer(status, "GET", ME)
    async with a_client() as client:
        with pytest.raises(ConnectionRefused, match=words):
            await log_in(client, sandbox.token)


async def test_a_first_connection_that_fails_is_tried_again(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """discord.py itself would end with an AttributeError."""
    async with a_client() as client:
        await log_in(client, sandbox.token)
        with monkeypatch.context() as patch:
            nowhere = yarl.URL("ws://127.0.0.1:1")
            patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", nowhere)
            held = asyncio.create_task(hold_connection(client))
            async with asyncio.timeout(20):
                while "discord.unreachable" not in caplog.messages:  # noqa: ASYNC110 - only a log
                    await asyncio.sleep(0)
        await sandbox.bot_connected()
        await client.close()
        await held


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (4004, "make a new one in the developer portal"),
        (4013, "upgrade digest-bot"),
        (4014, "upgrade digest-bot"),
        (4010, r"Discord closed the connection for good \(4010\)"),
    ],
)
async def test_a_connection_that_is_closed_for_good_is_one_sentence(
    sandbox: Sandbox, code: int, words: str
) -> None:
    """It says what to do; anything else is waited out."""
    async with a_client() as client:
        await log_in(client, sandbox.token)
        held = asyncio.create_task(hold_connection(client))
        await sandbox.bot_connected()
        sandbox.gateway.close(code)
        with pytest.raises(ConnectionRefused, match=words):
            await asyncio.wait_for(held, 20)


async def test_no_heartbeat_outlives_a_connection_that_was_given_up_half_way(
    sandbox: Sandbox,
) -> None:
    """Its thread would call a loop that is closed by then."""
    client = discord.Client(intents=discord.Intents(guilds=True))
    await log_in(client, sandbox.token)
    connecting = asyncio.create_task(hold_connection(client))
    while not (beats := heartbeats()):  # noqa: ASYNC110 - nothing tells of a thread that starts
        await asyncio.sleep(0)
    connecting.cancel()
    with suppress(asyncio.CancelledError):
        await connecting
    await client.close()
    stop_heartbeats()
    for beat in beats:
        await asyncio.to_thread(beat.join, 20)
    assert heartbeats() == []


def heartbeats() -> list[KeepAliveHandler]:
    """The heartbeats of clients on this event loop."""
    loop = asyncio.get_running_loop()
    return [
        thread
        for thread in threading.enumerate()
        if isinstance(thread, KeepAliveHandler) and thread.ws.loop is loop
    ]
