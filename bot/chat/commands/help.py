"""What /help shows: made from the commands themselves, so that it cannot go out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.chat import limits
from bot.chat.embeds.style import PLAIN, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Anything = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu

_ABOUT = (
    "I follow the AI news and post digests: each story once, the hottest first. "
    "Ask me at any time; only you see my answers unless you set `share`."
)


def help_embed(commands: Sequence[Anything], *, manages: bool) -> discord.Embed:
    """List the commands that this person may use."""
    embed = discord.Embed(title="🗞️ What I can do", description=_ABOUT, colour=PLAIN)
    everyone = [one for one in commands if not _is_for_managers(one)]
    embed.add_field(name="For everyone", value=_lines(everyone), inline=False)
    if manages:
        others = _lines(one for one in commands if _is_for_managers(one))
        embed.add_field(name="For those who manage the server", value=others, inline=False)
    return embed


def _lines(commands: Iterable[Anything]) -> str:
    lines = (
        f"`/{one.qualified_name}` {one.description}" for each in commands for one in _single(each)
    )
    return joined(lines, limits.FIELD_VALUE)


def _single(command: Anything) -> list[app_commands.Command[Any, ..., Any]]:
    """The command itself, or those of a group."""
    if isinstance(command, app_commands.Group):
        return [one for one in command.commands if isinstance(one, app_commands.Command)]
    return [command] if isinstance(command, app_commands.Command) else []


def _is_for_managers(command: Anything) -> bool:
    return command.default_permissions is not None
