"""Posts, corrects and finds the bot's own messages: what `bot.deliver` needs of Discord."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import discord

from bot.chat.admins import tell_admins
from bot.chat.embeds import post_content, post_embeds
from bot.chat.errors import CALL_ERRORS, MISSING_PERMISSIONS, may_not_post, named_fields, outcome
from bot.chat.once import asked_once
from bot.chat.places import missing_in
from bot.chat.views import post_view
from digests.delivery import Busy, Done, Found, Gone, Refused, Unclear, Unreadable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from bot.chat.errors import Outcome
    from digests.delivery import (
        EditOutcome,
        LookupOutcome,
        Post,
        SendOutcome,
        Vanished,
    )
    from digests.topic import Topics

logger = logging.getLogger(__name__)

CALLS_A_SECOND = 45
"""The pace of calls: Discord's global limit is 50 a second
(https://docs.discord.com/developers/topics/rate-limits#global-rate-limit), and at 50 a plain
client still meets 429s."""


PAGE = 100
"""How many messages Discord tells at once, at most
(https://docs.discord.com/developers/resources/message#get-channel-messages)."""


class Pacer:
    """Spreads calls evenly, so that a burst of deliveries does not run into the global limit."""

    def __init__(self, calls_a_second: float = CALLS_A_SECOND) -> None:
        """Take the pace."""
        self._gap = 1 / calls_a_second
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for one's turn."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        turn = max(self._next, now)
        self._next = turn + self._gap
        if turn > now:
            await asyncio.sleep(turn - now)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A post as discord.py takes it."""

    content: str | None
    embeds: list[discord.Embed]
    view: discord.ui.View


class DiscordMessenger:
    """The `Messenger` that talks to Discord through discord.py."""

    def __init__(self, client: discord.Client, topics: Topics) -> None:
        """Take a client that is logged in; its gateway need not be connected."""
        self._client = client
        self._topics = topics
        self._pacer = Pacer()

    async def newest(self, channel_id: int) -> Done | Gone | Busy | Unclear:
        """Ask for the channel's newest message; an empty channel's own id is older than any."""
        try:
            async with self._calling():
                channel = await self._client.fetch_channel(channel_id)
        except CALL_ERRORS as error:
            return _without_message(outcome(error, {}))
        last = getattr(channel, "last_message_id", None)
        return Done(last or channel_id)

    async def send(self, post: Post) -> SendOutcome:
        """Send the post with its nonce, which discord.py sends with enforce_nonce."""
        channel = self._client.get_partial_messageable(post.channel_id)

        async def call(drawn: _Drawing) -> discord.Message:
            return await channel.send(
                content=drawn.content,
                embeds=drawn.embeds,
                view=drawn.view,
                nonce=post.nonce,
                allowed_mentions=allowed_mentions(post),
            )

        return await self._show(post, call)

    async def edit(self, message_id: int, post: Post) -> EditOutcome:
        """Make the message show the post; nobody is mentioned again."""
        channel = self._client.get_partial_messageable(post.channel_id)
        message = channel.get_partial_message(message_id)

        async def call(drawn: _Drawing) -> discord.Message:
            return await message.edit(
                content=drawn.content,
                embeds=drawn.embeds,
                view=drawn.view,
                allowed_mentions=discord.AllowedMentions.none(),
            )

        return await self._show(post, call)

    async def _show(
        self, post: Post, call: Callable[[_Drawing], Coroutine[Any, Any, discord.Message]]
    ) -> SendOutcome:
        """Make the call; what Discord finds wrong with an embed is left out once."""

        async def ask(drawn: _Drawing) -> Done:
            async with self._calling():
                with asked_once():
                    message = await call(drawn)
            return Done(message.id, self._revision_shown(message, post.nonce))

        try:
            drawn = _Drawing(post_content(post), post_embeds(post, self._topics), post_view(post))
        except Exception as error:  # a fault in one post must not stop those after it
            logger.exception("message.not_drawn", extra={"nonce": post.nonce})
            reason = f"The bot cannot draw the message ({type(error).__name__}): please report it."
            return Refused(reason, payload=repr(post.subject))
        try:
            return await ask(drawn)
        except CALL_ERRORS as error:
            failed = error
        repaired = repair(drawn.embeds, failed)
        if repaired is not None:
            try:
                return await ask(replace(drawn, embeds=repaired))
            except CALL_ERRORS as error:
                failed = error
        found = outcome(failed, {"embeds": [embed.to_dict() for embed in drawn.embeds]})
        return self._with_cause(found, failed, post.channel_id)

    def _with_cause(self, found: Outcome, failed: Exception, channel_id: int) -> Outcome:
        """Name the permissions that are missing, as far as the bot knows: Discord does not."""
        if not isinstance(failed, discord.HTTPException) or failed.code != MISSING_PERMISSIONS:
            return found
        missing = missing_in(self._client.get_channel(channel_id))
        return Gone(may_not_post(missing)) if missing else found

    async def find(self, channel_id: int, after: int, nonce: str) -> LookupOutcome:
        """Look for our messages with this nonce on the page that follows `after`.

        Without the permission to read the history Discord answers with an empty list
        (https://docs.discord.com/developers/resources/message#get-channel-messages), which proves
        nothing: so the permission is looked at first.
        """
        closed = await self._unreadable(channel_id)
        if closed is not None:
            return closed
        place = discord.Object(after)
        history = self._client.get_partial_messageable(channel_id).history(
            limit=PAGE, after=place, oldest_first=True
        )
        try:
            async with self._calling():
                page = [message async for message in history]
        except CALL_ERRORS as error:
            return _without_message(outcome(error, {}))
        shown = [(message.id, self._revision_shown(message, nonce)) for message in page]
        return Found(
            tuple(
                Done(message_id, revision) for message_id, revision in shown if revision is not None
            ),
            page[-1].id if len(page) == PAGE else None,
        )

    async def delete(self, channel_id: int, message_id: int) -> EditOutcome:
        """Remove a message of ours."""
        channel = self._client.get_partial_messageable(channel_id)
        try:
            async with self._calling():
                await channel.get_partial_message(message_id).delete()
        except CALL_ERRORS as error:
            return outcome(error, {})
        return Done(message_id)

    async def tell_admins(self, guild_id: int | None, sentence: str) -> bool:
        """Tell those who manage a server; False if none of them could be reached."""
        async with self._calling():
            return await tell_admins(self._client, guild_id, sentence)

    @asynccontextmanager
    async def _calling(self) -> AsyncIterator[None]:
        """Wait for one's turn, then call; a call may be given up at any moment.

        discord.py ends a global rate limit's wait only in the call that met it: were that one given
        up, all others would wait for ever.
        """
        await self._pacer.turn()
        try:
            yield
        except asyncio.CancelledError:
            self._client.http._global_over.set()  # noqa: SLF001 - there is no public way
            raise

    async def _unreadable(self, channel_id: int) -> Unreadable | Gone | Busy | Unclear | None:
        """Why the history may not be read; None if it may.

        Direct messages and archived threads are in no cache: Discord is asked.
        """
        try:
            channel = self._client.get_channel(channel_id)
            if channel is None:
                async with self._calling():
                    channel = await self._client.fetch_channel(channel_id)
        except CALL_ERRORS as error:
            return _without_message(outcome(error, {}))
        if isinstance(channel, discord.abc.PrivateChannel):
            return None
        me: discord.Member | None = channel.guild.me
        if me is None or (isinstance(channel, discord.Thread) and channel.parent is None):
            return Unclear("Discord has not told yet what the bot may do in the channel.")
        if channel.permissions_for(me).read_message_history:
            return None
        return Unreadable(
            "The bot cannot tell whether its message arrived: "
            "give it “Read Message History” in the channel."
        )

    def _revision_shown(self, message: discord.Message, nonce: str) -> int | None:
        """The revision in our mark, if the message is ours and carries this nonce."""
        if self._client.user is None or message.author.id != self._client.user.id:
            return None
        for custom_id in _custom_ids(message):
            _, found, revision = custom_id.rpartition(f"{nonce}.")
            if found and revision.isdecimal():
                return int(revision)
        return None


def allowed_mentions(post: Post) -> discord.AllowedMentions:
    """Nobody, but for the role that the subscription names for news."""
    roles: list[discord.abc.Snowflake] = [discord.Object(post.mentioned)] if post.mentioned else []
    return discord.AllowedMentions(everyone=False, users=False, roles=roles, replied_user=False)


def repair(embeds: list[discord.Embed], error: Exception) -> list[discord.Embed] | None:
    """Leave out the embed fields that Discord named in a 400; None if it named none."""
    if not isinstance(error, discord.HTTPException) or error.status != 400:
        return None
    wrong = named_fields(error)
    if not wrong:
        return None
    bodies = [dict(embed.to_dict()) for embed in embeds]
    for index, name in wrong:
        if index < len(bodies):
            bodies[index].pop(name, None)
    return [discord.Embed.from_dict(body) for body in bodies]


def _without_message(
    found: Vanished | Gone | Refused | Busy | Unclear,
) -> Gone | Busy | Unclear:
    """A call that concerns no message cannot tell that one vanished or was refused."""
    if isinstance(found, Gone | Busy | Unclear):
        return found
    return Unclear(f"Discord gave an answer that was not expected: {found}.")


def _custom_ids(message: discord.Message) -> list[str]:
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    items = [item for row in rows for item in row.children]
    return [str(item.custom_id) for item in items if getattr(item, "custom_id", None)]
