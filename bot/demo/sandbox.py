"""`digest-bot sandbox`: the stand-in for Discord alone, for other programs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TextIO

from bot.demo.ports import sandbox_at
from bot.sandbox.build import build_world

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bot.sandbox import Sandbox
    from bot.sandbox.guilds import Guild

MOST_LISTED = 25
"""How many channels are listed; the others can be asked for, as in Discord."""


async def serve_sandbox(
    port: int, guilds: int, channels: int, output: TextIO, keep: Path | None = None
) -> None:
    """Run a sandbox until cancelled, and print what a bot is pointed at.

    A world that is kept in the file `keep` goes on; what it holds is not added to. Raises
    bot.demo.ports.PortTakenError and bot.sandbox.KeptWorldError.
    """
    async with sandbox_at(port, keep=keep) as sandbox:
        made = sandbox.world.guilds or build_world(sandbox, guilds, channels)
        output.write("\n".join(_description(sandbox, made)) + "\n")
        output.flush()
        await asyncio.Event().wait()


def _description(sandbox: Sandbox, guilds: Sequence[Guild]) -> Iterator[str]:
    yield "A Discord on this machine."
    yield f"Page: {sandbox.page_url}"
    yield ""
    yield "Point a bot at it in config.toml:"
    yield ""
    yield "[discord]"
    yield f'api_url = "{sandbox.api_url}"'
    yield f'gateway_url = "{sandbox.gateway_url}"'
    yield ""
    yield f"and in its environment: DISCORD_TOKEN={sandbox.token}"
    yield ""
    listed = [(guild, channel) for guild in guilds for channel in guild.channels]
    for guild, channel in listed[:MOST_LISTED]:
        yield f"{guild.name} #{channel.name}: channel = {channel.id}"
    if len(listed) > MOST_LISTED:
        yield f"and {len(listed) - MOST_LISTED} more channels"
