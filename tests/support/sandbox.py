"""A running sandbox for tests, and the real Discord client pointed at it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Self

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.chat.connection import stop_heartbeats
from bot.sandbox import Clock, RateLimitSettings, Sandbox, Settings

NO_LIMITS = RateLimitSettings(enabled=False)


@contextmanager
def pointed_at(sandbox: Sandbox) -> Iterator[None]:
    """Let every Discord client of this process speak to the sandbox, and restore that after."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = sandbox.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sandbox.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@asynccontextmanager
async def running(
    settings: Settings | None = None, clock: Clock | None = None
) -> AsyncIterator[Sandbox]:
    """Run a sandbox without rate limits (unless the settings say otherwise), clients pointed."""
    async with Sandbox(settings or Settings(rate_limits=NO_LIMITS), clock) as sandbox:
        with pointed_at(sandbox):
            yield sandbox


class Bot(discord.Client):
    """The unmodified client with a command tree, which waits for nothing where it has a choice."""

    def __init__(self, intents: discord.Intents | None = None) -> None:
        super().__init__(
            intents=intents or discord.Intents(guilds=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            guild_ready_timeout=0.01,
        )
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        """Register the commands."""
        if self.tree.get_commands():
            await self.tree.sync()

    def wait_for_event(self, name: str) -> "asyncio.Future[object]":
        """Listen from now on (not from the first await) for an event of that name."""
        future: asyncio.Future[object] = self.loop.create_future()
        listeners = self._listeners.setdefault(name, [])
        listeners.append((future, lambda *_: True))
        return future

    @asynccontextmanager
    async def online(self, sandbox: Sandbox) -> AsyncIterator[Self]:
        """Log in, wait until ready, and log out at the end."""
        running = asyncio.create_task(self.start(sandbox.token))
        ready = asyncio.create_task(sandbox.bot_connected())
        try:
            await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                await running
            await ready
            await self.wait_until_ready()
            yield self
        finally:
            ready.cancel()
            await self.close()
            await asyncio.gather(running, return_exceptions=True)
            stop_heartbeats()
