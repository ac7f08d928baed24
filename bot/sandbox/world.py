"""The world: the servers, channels, messages and people that a sandbox holds.

These objects are the truth. REST and the gateway are views upon them, and every change made here,
by whichever side, is told to `changes`.
"""

from bot.sandbox.changes import Changes, ChannelCreated
from bot.sandbox.channels import Channel, ChannelKind
from bot.sandbox.clock import Clock
from bot.sandbox.guilds import Guild, Role
from bot.sandbox.ids import Snowflakes
from bot.sandbox.permissions import EVERYONE_BY_DEFAULT, Permission
from bot.sandbox.users import User


class World:
    """Everything that exists; empty at first but for the bot's account and its owner's."""

    def __init__(
        self, clock: Clock, *, bot_name: str = "Digest", owner_name: str = "Keeper"
    ) -> None:
        self.clock = clock
        self.ids = Snowflakes(clock)
        self.changes = Changes()
        self.users: dict[int, User] = {}
        self.owner = self.add_user(owner_name)
        self.bot = self.add_user(bot_name, is_bot=True)
        self._guilds: dict[int, Guild] = {}
        self._channels: dict[int, Channel] = {}
        self._of_guild: dict[int, dict[int, Channel]] = {}
        self._direct: dict[int, Channel] = {}

    @property
    def application_id(self) -> int:
        """The bot's application, which has the bot's own id, as all recent ones have."""
        return self.bot.id

    @property
    def guilds(self) -> list[Guild]:
        """All servers, in the order in which they were made."""
        return list(self._guilds.values())

    @property
    def bot_guilds(self) -> list[Guild]:
        """The servers that the bot is in."""
        return [guild for guild in self._guilds.values() if guild.has_bot]

    def add_user(self, name: str, *, is_bot: bool = False, locale: str = "en-US") -> User:
        """Make an account that is in no server yet."""
        user = User(self.ids.mint(), name, is_bot, locale=locale)
        self.users[user.id] = user
        return user

    def add_guild(
        self,
        name: str,
        *,
        bot_permissions: Permission = EVERYONE_BY_DEFAULT,
        with_bot: bool = True,
    ) -> Guild:
        """Make a server, owned by the sandbox's owner, and (by default) invite the bot.

        What the bot may do is `bot_permissions` plus what @everyone may.
        """
        guild = Guild(self.ids.mint_apart(), self, name, self.owner)
        guild.roles[guild.id] = Role(guild.id, guild, "@everyone", EVERYONE_BY_DEFAULT, 0)
        self.take_in(guild)
        guild.add_member(self.owner)
        if with_bot:
            guild.add_bot(bot_permissions)
        return guild

    def take_in(self, guild: Guild) -> None:
        """Let a server exist that was made elsewhere; `add_guild` makes one."""
        self._guilds[guild.id] = guild
        self._of_guild[guild.id] = {}

    def guild(self, guild_id: int) -> Guild | None:
        """Return a server by id."""
        return self._guilds.get(guild_id)

    def channel(self, channel_id: int) -> Channel | None:
        """Return a channel, thread or direct message by id."""
        return self._channels.get(channel_id)

    @property
    def channels(self) -> list[Channel]:
        """All channels, threads and direct messages, in the order in which they were made."""
        return list(self._channels.values())

    def channels_of(self, guild: Guild) -> list[Channel]:
        """Return the channels and threads of a server."""
        return list(self._of_guild.get(guild.id, {}).values())

    def children(self, parent: Channel) -> list[Channel]:
        """Return what stands under a category, or the threads of a channel."""
        if parent.guild is None:
            return []
        return [c for c in self.channels_of(parent.guild) if c.parent is parent]

    def direct(self, user: User) -> Channel:
        """Return the direct messages between the bot and someone, opening them at need."""
        channel = self._direct.get(user.id)
        if channel is None:
            channel = Channel(self.ids.mint(), ChannelKind.DM, self, user.name, recipient=user)
            self.add_channel(channel)
        return channel

    def add_channel(self, channel: Channel) -> None:
        """Take a channel in and announce it (`Guild.add_text_channel` and its like call this)."""
        self._channels[channel.id] = channel
        if channel.guild is not None:
            self._of_guild[channel.guild.id][channel.id] = channel
        elif channel.recipient is not None:
            self._direct[channel.recipient.id] = channel
        self.changes.publish(ChannelCreated(channel))

    def forget_channel(self, channel: Channel) -> None:
        """Drop a channel (`Channel.delete` is the way to delete one)."""
        self._channels.pop(channel.id, None)
        if channel.guild is not None:
            self._of_guild[channel.guild.id].pop(channel.id, None)

    def forget_guild(self, guild: Guild) -> None:
        """Drop a server with its channels (`Guild.remove` is the way to delete one)."""
        self._guilds.pop(guild.id, None)
        for channel_id in self._of_guild.pop(guild.id, {}):
            self._channels.pop(channel_id).deleted = True
