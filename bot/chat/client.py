"""The Discord client: logs in, offers the commands, and says where the bot is."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import discord
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.chat import once
from bot.chat.connection import log_in_soon, stop_heartbeats
from bot.chat.items import ITEMS
from bot.chat.replies import tell
from bot.config import is_loopback
from bot.store import facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.questions import Questions
    from bot.store.database import Database
    from bot.subscribe import Subscribe

logger = logging.getLogger(__name__)

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    read_message_history=True,
)
"""What the bot needs in a channel; not Mention Everyone: a role to mention must be mentionable."""

_TOLD, _EVERYWHERE = "commands/", "global"
"""How the names of facts about commands that Discord was told begin; the rest says where."""

SCOPES = ("bot", "applications.commands")


def point_at(api_url: str, gateway_url: str) -> None:
    """Set where discord.py finds Discord, before anybody logs in; it holds for the whole process.

    Every request carries the token: raises ValueError for anything that is neither encrypted nor
    on this machine.
    """
    for url, encrypted in ((api_url, "https"), (gateway_url, "wss")):
        if urlsplit(url).scheme != encrypted and not is_loopback(urlsplit(url).hostname or ""):
            raise ValueError(f"{url} is neither encrypted ({encrypted}) nor on this machine.")
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody is spoken to
    Route.BASE = api_url.rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)


def invite_url(application_id: int) -> str:
    """The address that adds the bot to a server, with exactly the permissions that it needs."""
    return discord.utils.oauth_url(application_id, permissions=PERMISSIONS, scopes=SCOPES)


async def application_id(token: str) -> int:
    """Ask Discord whose token this is; raises ConnectionRefused or UnreachableError."""
    async with discord.Client(intents=discord.Intents(guilds=True)) as client:
        await log_in_soon(client, token)
        return int(client.application_id or 0)


class CommandTree(app_commands.CommandTree["DigestClient"]):
    """The commands, with errors answered in one sentence."""

    async def on_error(
        self, interaction: discord.Interaction[DigestClient], error: app_commands.AppCommandError
    ) -> None:
        """Tell the person what to do."""
        await tell(interaction, error)


class DigestClient(discord.Client):
    """discord.py's client with only the Guilds intent, and no caches but the servers' own."""

    def __init__(
        self,
        database: Database,
        subscribe: Subscribe,
        questions: Questions,
        command_guilds: Sequence[int] = (),
    ) -> None:
        """Take what remembers commands, places subscriptions, and answers buttons and menus."""
        super().__init__(
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            http_trace=once.trace(),
        )
        self.tree = CommandTree(self)
        self.questions = questions
        self._db = database
        self._subscribe = subscribe
        self._command_guilds = tuple(command_guilds)
        self._placing: set[asyncio.Task[None]] = set()

    async def setup_hook(self) -> None:
        """Make the buttons work and offer the commands."""
        self.add_dynamic_items(*ITEMS)
        await self.offer_commands()

    async def close(self) -> None:
        """Disconnect, heartbeats included, and finish what is being written down.

        discord.py waits for none of its event handlers, and the database is closed next.
        """
        await super().close()
        stop_heartbeats()
        await asyncio.gather(*self._placing, return_exceptions=True)

    async def offer_commands(self) -> None:
        """Tell Discord the commands, if it was last told others: that is limited per day.

        https://docs.discord.com/developers/interactions/application-commands#registering-a-command
        """
        await self._offer(None)
        for guild_id in self._command_guilds:
            guild = discord.Object(guild_id)
            self.tree.copy_global_to(guild=guild)
            try:
                await self._offer(guild)
            except (discord.Forbidden, discord.NotFound):
                logger.warning("commands.forbidden", extra={"guild": guild_id})
        for guild_id in await self._left_out():
            # Its own commands would stand beside those for everywhere. It may have put the bot
            # out; if that comes back, so may they: the next start tries again.
            with suppress(discord.Forbidden, discord.NotFound):
                await self._offer(discord.Object(guild_id))

    async def _left_out(self) -> list[int]:
        """The servers that were told commands of their own and are not to have them any more."""
        async with self._db.read() as read:
            known = await facts.beginning(read, _TOLD)
        ours = [name for name, told in known.items() if told.startswith(self._whom())]
        places = {name.removeprefix(_TOLD) for name in ours} - {_EVERYWHERE}
        return sorted(set(map(int, places)).difference(self._command_guilds))

    async def _offer(self, guild: discord.Object | None) -> None:
        bodies = [command.to_dict(self.tree) for command in self.tree.get_commands(guild=guild)]
        text = json.dumps(bodies, sort_keys=True, default=str)
        told = f"{self._whom()}{blake2b(text.encode()).hexdigest()}"
        name = f"{_TOLD}{guild.id if guild else _EVERYWHERE}"
        async with self._db.read() as read:
            known = await facts.get(read, name)
        if known == told:
            return
        await self.tree.sync(guild=guild)
        async with self._db.write() as tx:
            await (facts.put(tx, name, told) if bodies else facts.forget(tx, name))
        logger.info("commands.offered", extra={"commands": len(bodies), "where": name})

    def _whom(self) -> str:
        """What a fact about commands begins with: whom they are the commands of, and where."""
        return f"{Route.BASE} {self.application_id} "

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Note where the configured subscriptions' channels are."""
        await self._place(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note where the configured subscriptions' channels are."""
        logger.info("guild.joined", extra={"guild": guild.id})
        await self._place(guild)

    async def _place(self, guild: discord.Guild) -> None:
        if self.is_closed():
            return
        channels = {channel.id for channel in (*guild.channels, *guild.threads)}
        placing = asyncio.create_task(self._subscribe.locate(guild.id, channels))
        self._placing.add(placing)
        placing.add_done_callback(self._placing.discard)
        await placing

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """Log what an event handler could not do."""
        logger.exception("discord.handler_failed", extra={"handler": event_method})
