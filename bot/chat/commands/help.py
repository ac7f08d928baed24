"""What /help shows: made from the commands themselves, so that it cannot go out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.chat.embeds import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Anything = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu

_ABOUT = (
    "I read a directory of AI news and post digests here: each story once, the hottest first. "
    "Ask me at any time; only you see the answers unless you set `share`."
)


def help_embed(commands: Sequence[Anything], *, manages: bool) -> discord.Embed:
    """List the commands that this person may use."""
    embed = discord.Embed(title="🗞️ What I can do", description=_ABOUT, colour=PLAIN)
    everyone = [one for one in commands if not _is_for_managers(one)]
    embed.add_field(name="For everyone", value="\n".join(_lines(everyone)), inline=False)
    if manages:
        others = [one for one in commands if _is_for_managers(one)]
        embed.add_field(
            name="For those who manage the server", value="\n".join(_lines(others)), inline=False
        )
    return embed


def _lines(commands: Iterable[Anything]) -> Iterator[str]:
    for command in commands:
        if isinstance(command, app_commands.Group):
            yield from (f"`/{one.qualified_name}` {one.description}" for one in command.commands)
        elif isinstance(command, app_commands.Command):
            yield f"`/{command.name}` {command.description}"


def _is_for_managers(command: Anything) -> bool:
    return command.default_permissions is not None
