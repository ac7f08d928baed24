"""The real, unmodified discord.py against the sandbox, over real sockets."""

import asyncio
import zlib
from collections.abc import AsyncIterator

import discord
import pytest
from discord import app_commands
from discord.ext import commands as ext

from bot.sandbox import Channel, Guild, Permission, Person, Sandbox, build_world
from bot.sandbox.clock import SystemClock
from tests.sandbox.sources import (
    APPLICATION_COMMANDS,
    COMPONENTS,
    ERROR_CODES,
    IDENTIFYING,
    INTENTS,
    INTERACTIONS,
    MESSAGES,
    RATE_LIMITS,
    RESUMING,
    SHARDING,
    THREADS,
    TRANSPORT_COMPRESSION,
    documented,
    observed,
)
from tests.support.sandbox import Bot

pytestmark = observed(
    "discord.py, unmodified, is at work against the sandbox as it is against Discord"
)


@pytest.fixture
def clock() -> SystemClock:
    """The machine's clock, since the client lives by that too."""
    return SystemClock()


class Pages(discord.ui.View):
    """Two buttons and a menu."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Next", custom_id="next")
    async def next(self, interaction: discord.Interaction, _: discord.ui.Button["Pages"]) -> None:
        """Turn the page."""
        await interaction.response.edit_message(content="page 2", view=self)

    @discord.ui.button(label="Ask", custom_id="ask")
    async def ask(self, interaction: discord.Interaction, _: discord.ui.Button["Pages"]) -> None:
        """Open a form."""
        await interaction.response.send_modal(Question())

    @discord.ui.select(
        custom_id="sort",
        options=[discord.SelectOption(label="By heat", value="heat")],
    )
    async def sort(
        self, interaction: discord.Interaction, menu: discord.ui.Select["Pages"]
    ) -> None:
        """Say what was chosen."""
        await interaction.response.send_message(f"sorted by {menu.values[0]}", ephemeral=True)


class Question(discord.ui.Modal, title="Schedule"):
    """A form with one field."""

    cron: discord.ui.TextInput["Question"] = discord.ui.TextInput(label="When", custom_id="cron")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Repeat what was typed."""
        await interaction.response.send_message(f"at {self.cron.value}")


def _with_commands(bot: Bot) -> Bot:
    """Give a bot a command of each sort."""

    @bot.tree.command(description="Top stories")
    async def top(interaction: discord.Interaction, topic: str, limit: int = 3) -> None:
        await interaction.response.send_message(f"{limit} about {topic}", view=Pages())

    @top.autocomplete("topic")
    async def suggest(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        topics = ["Computer Vision", "Robotics"]
        return [app_commands.Choice(name=t, value=t) for t in topics if typed in t.lower()]

    @bot.tree.command(description="Takes a while")
    async def slow(interaction: discord.Interaction, *, secret: bool = False) -> None:
        await interaction.response.defer(thinking=True, ephemeral=secret)
        await interaction.followup.send("here it is")
        await interaction.followup.send("and more")

    @bot.tree.command(description="Never answers")
    async def silent(_: discord.Interaction) -> None:
        return

    group = app_commands.Group(name="schedule", description="Standing requests")

    @group.command(description="Add one")
    async def add(interaction: discord.Interaction, where: discord.TextChannel) -> None:
        where_id = where.id
        me = interaction.app_permissions.send_messages
        await interaction.response.send_message(f"{where_id} {me}")
        answer = await interaction.original_response()
        await answer.edit(content=f"{answer.content} edited")

    bot.tree.add_command(group)
    return bot


@pytest.fixture
async def bot(sandbox: Sandbox, channel: Channel) -> AsyncIterator[Bot]:
    """A bot that is logged in, with commands registered."""
    async with _with_commands(Bot()).online(sandbox) as bot:
        await sandbox.commands_synced()
        yield bot


@documented(IDENTIFYING)
async def test_login(bot: Bot, guild: Guild, channel: Channel) -> None:
    """The client logs in and sees its servers and channels."""
    assert bot.user is not None
    assert [g.name for g in bot.guilds] == [guild.name]
    found = bot.get_channel(channel.id)
    assert isinstance(found, discord.TextChannel)
    assert found.permissions_for(found.guild.me).embed_links


@documented(IDENTIFYING)
async def test_wrong_token(sandbox: Sandbox) -> None:
    """A wrong token is a login failure."""
    bot = Bot()
    with pytest.raises(discord.LoginFailure):
        await bot.start("wrong")
    await bot.close()


@documented(INTENTS)
async def test_intents_not_switched_on(sandbox: Sandbox) -> None:
    """A privileged intent that is not switched on ends the client with its own error."""
    bot = Bot(discord.Intents(guilds=True, message_content=True))
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await bot.start(sandbox.token)
    await bot.close()


@documented(MESSAGES)
async def test_posting(bot: Bot, channel: Channel, anna: Person) -> None:
    """Messages are sent, read, edited and deleted by id alone."""
    place = bot.get_partial_messageable(channel.id)
    embed = discord.Embed(title="News", url="https://example.com", description="x")
    embed.add_field(name="Heat", value="120").set_footer(text="f").set_author(name="a")
    sent = await place.send("hi", embed=embed, nonce="n1", view=Pages())
    again = await place.send("hi", nonce="n1")
    assert again.id == sent.id
    assert channel.messages[0].nonce == "n1"
    await sent.edit(content="ho")
    anna.say(channel, "thanks")
    history = [message async for message in place.history(after=discord.Object(sent.id - 1))]
    assert [message.content for message in history] == ["ho", ""]
    assert history[0].embeds[0].to_dict()["fields"][0]["value"] == "120"
    await sent.delete()
    with pytest.raises(discord.NotFound) as gone:
        await place.fetch_message(sent.id)
    assert gone.value.code == 10008


@documented(ERROR_CODES)
async def test_errors(bot: Bot, channel: Channel, guild: Guild, anna: Person) -> None:
    """Refusals surface as the client's own errors, with Discord's codes."""
    place = bot.get_partial_messageable(channel.id)
    with pytest.raises(discord.HTTPException, match=r"In embeds.0.title: Must be 256") as bad:
        await place.send(embed=discord.Embed(title="x" * 257))
    assert bad.value.code == 50035
    channel.deny(guild.everyone, Permission.SEND_MESSAGES)
    channel.deny(guild.bot_role, Permission.SEND_MESSAGES)
    with pytest.raises(discord.Forbidden) as forbidden:
        await place.send("x")
    assert forbidden.value.code == 50013
    anna.user.accepts_messages = False
    person = await bot.fetch_user(anna.user.id)
    with pytest.raises(discord.Forbidden) as closed:
        await person.send("x")
    assert closed.value.code == 50007


async def test_direct_message(bot: Bot, anna: Person) -> None:
    """A bot writes to a person, who uses a command there."""
    person = await bot.fetch_user(anna.user.id)
    await person.send("good morning")
    reply = await anna.slash(anna.dm, "top", topic="AI")
    assert [m.content for m in anna.dm_messages] == ["good morning", "3 about AI"]
    assert reply.message is anna.dm_messages[1]


@documented(APPLICATION_COMMANDS)
async def test_slash(bot: Bot, channel: Channel, anna: Person) -> None:
    """A command is answered, suggests while one types, and takes objects."""
    reply = await anna.slash(channel, "top", topic="AI", limit=5)
    assert reply.message.content == "5 about AI"
    assert reply.elapsed < 3
    suggested = await anna.autocomplete(channel, "top", "topic", "vis")
    assert [choice.value for choice in suggested] == ["Computer Vision"]
    added = await anna.slash(channel, "schedule add", where=channel)
    edited = f"{channel.id} True edited"
    await bot_said(channel, edited)
    assert added.message.content == edited


async def bot_said(channel: Channel, text: str) -> None:
    """Wait until a message of that text stands in a channel."""
    await channel.world.changes.until(lambda: any(m.content == text for m in channel.messages))


@documented(INTERACTIONS)
@pytest.mark.parametrize("secret", [False, True])
async def test_thinking(bot: Bot, channel: Channel, anna: Person, *, secret: bool) -> None:
    """A deferred answer fills its place, and follow-ups come after it, secret if asked."""
    reply = await anna.slash(channel, "slow", secret=secret)
    assert reply.deferred
    await reply.followed_up()
    assert (reply.message.content, reply.message.ephemeral) == ("here it is", secret)
    assert reply.followups[0].content == "and more"


@documented(COMPONENTS)
async def test_parts(bot: Bot, channel: Channel, anna: Person) -> None:
    """Buttons, menus and forms work as a person uses them."""
    message = (await anna.slash(channel, "top", topic="AI")).message
    await anna.click(message, "Next")
    assert message.content == "page 2"
    chosen = await anna.select(message, "sort", "heat")
    assert (chosen.message.content, chosen.message.ephemeral) == ("sorted by heat", True)
    form = await anna.click(message, "ask")
    assert form.modal is not None
    answer = await anna.submit(form, {"cron": "daily"})
    assert answer.message.content == "at daily"


@documented(INTERACTIONS)
async def test_no_answer(bot: Bot, sandbox: Sandbox, channel: Channel, anna: Person) -> None:
    """A bot that says nothing for three seconds is seen to have failed."""
    waiting = asyncio.create_task(anna.slash(channel, "silent"))
    await sandbox.wait_until(lambda: sandbox.backend.interactions.pending)
    sandbox.backend.interactions.give_up()
    assert (await waiting).notice == "The application did not respond"


@documented(RESUMING)
@pytest.mark.parametrize("how", ["dropped", "op 7", "op 9"])
async def test_resume(bot: Bot, sandbox: Sandbox, guild: Guild, how: str) -> None:
    """After a lost socket the client resumes and hears what it missed."""
    resumed = bot.wait_for_event("resumed")
    if how == "dropped":
        sandbox.gateway.drop()
    elif how == "op 7":
        sandbox.gateway.reconnect()
    else:
        sandbox.gateway.invalidate(resumable=True)
    missed = guild.add_text_channel("missed")
    await asyncio.wait_for(resumed, 20)
    assert bot.get_channel(missed.id) is not None
    assert (sandbox.gateway.identified, sandbox.gateway.resumed) == (1, 1)


async def test_world_changes(bot: Bot, sandbox: Sandbox, guild: Guild, channel: Channel) -> None:
    """The client's cache follows the world."""
    other = sandbox.world.add_guild("Lighthouse")
    channel.rename("ai")
    role = guild.add_role("readers")
    joined = bot.wait_for_event("guild_channel_delete")
    guild.add_text_channel("short-lived").delete()
    await asyncio.wait_for(joined, 20)
    assert bot.get_guild(other.id) is not None
    cached = bot.get_guild(guild.id)
    assert cached is not None
    assert [c.name for c in cached.channels] == ["ai"]
    assert cached.get_role(role.id) is not None
    gone = bot.wait_for_event("guild_remove")
    guild.remove_bot()
    await asyncio.wait_for(gone, 20)


@documented(THREADS)
async def test_threads(bot: Bot, guild: Guild, channel: Channel) -> None:
    """Threads, forum posts and announcements work through the client."""
    place = await bot.fetch_channel(channel.id)
    assert isinstance(place, discord.TextChannel)
    thread = await (await place.send("x")).create_thread(name="talk")
    await thread.send("in it")
    assert guild.threads[0].messages[0].content == "in it"
    await thread.edit(archived=True)
    forum = await bot.fetch_channel(guild.add_forum("ideas").id)
    assert isinstance(forum, discord.ForumChannel)
    post = await forum.create_thread(name="A robot", content="that reads")
    assert post.message.content == "that reads"
    announcements = guild.add_announcement_channel("announcements")
    sent = await bot.get_partial_messageable(announcements.id).send("x")
    await sent.publish()
    assert announcements.messages[0].flags == 1


@documented(RATE_LIMITS)
async def test_rate_limited(channel: Channel, sandbox: Sandbox, bot: Bot) -> None:
    """The client waits out a 429 and sends again."""
    sandbox.faults.rate_limit(0.01, "POST", "/messages$")
    await bot.get_partial_messageable(channel.id).send("x")
    sent = sandbox.timeline.of("POST", "/channels/{channel_id}/messages")
    assert [entry.status for entry in sent] == [429, 200]


@documented(TRANSPORT_COMPRESSION)
async def test_zlib(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, guild: Guild) -> None:
    """A client without Zstandard is served a zlib stream."""

    class Context:
        COMPRESSION_TYPE = "zlib-stream"

        def __init__(self) -> None:
            self.stream = zlib.decompressobj()

        def decompress(self, data: bytes) -> str:
            return self.stream.decompress(data).decode()

    monkeypatch.setattr("discord.utils._ActiveDecompressionContext", Context)
    async with Bot().online(sandbox) as bot:
        assert [g.name for g in bot.guilds] == [guild.name]


@documented(SHARDING)
async def test_shards(sandbox: Sandbox) -> None:
    """Several shards of one client share the servers."""
    build_world(sandbox, guilds=4)
    bot = ext.AutoShardedBot(
        "!", intents=discord.Intents(guilds=True), shard_count=2, guild_ready_timeout=0.01
    )
    bot.before_identify_hook = _at_once  # type: ignore[method-assign] # the usual one sleeps 5 s
    task = asyncio.create_task(bot.start(sandbox.token))
    try:
        await sandbox.bot_connected(sessions=2)
        await bot.wait_until_ready()
        assert len(bot.guilds) == 4
        assert all(g.shard_id == (g.id >> 22) % 2 for g in bot.guilds)
    finally:
        await bot.close()
        await asyncio.gather(task, return_exceptions=True)


async def _at_once(shard_id: int | None, *, initial: bool = False) -> None:
    """Wait for nothing before identifying."""
