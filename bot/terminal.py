"""What the command line shows of messages: as text, through the sandbox's own renderer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TextIO

from bot.preview import messages
from bot.sandbox import Sandbox, Settings
from bot.sandbox.build import build_world
from bot.sandbox.messages import Body
from bot.sandbox.text import render_message

if TYPE_CHECKING:
    from bot.preview import Preview
    from digests.topic import Topics

NARROWEST, WIDEST = 40, 100
"""Columns of text that still read well."""


def preview_text(preview: Preview, topics: Topics, width: int) -> str:
    """Draw the messages of a preview as a channel would show them."""
    sandbox = Sandbox()
    channel = build_world(sandbox, channels=1)[0].channels[0]
    drawn = []
    for payload in messages(preview, topics):
        body = Body(
            payload.get("content", ""),
            embeds=tuple(payload["embeds"]),
            components=tuple(payload.get("components", ())),
        )
        message = channel.post(sandbox.world.bot, body)
        drawn.append(render_message(message, min(max(width, NARROWEST), WIDEST)))
    return "\n\n".join(drawn)


async def serve_sandbox(port: int, guilds: int, channels: int, output: TextIO) -> None:
    """Run a sandbox until cancelled, and print what a bot is pointed at."""
    async with Sandbox(Settings(port=port)) as sandbox:
        made = build_world(sandbox, guilds, channels)
        output.write(
            "A Discord on this machine. Point a bot at it in config.toml:\n\n"
            f'[discord]\napi_url = "{sandbox.api_url}"\ngateway_url = "{sandbox.gateway_url}"\n\n'
            f"and in its environment: DISCORD_TOKEN={sandbox.token}\n\n"
        )
        for guild in made[:5]:
            for channel in guild.channels[:5]:
                output.write(f"{guild.name} #{channel.name}: channel = {channel.id}\n")
        output.flush()
        await asyncio.Event().wait()
