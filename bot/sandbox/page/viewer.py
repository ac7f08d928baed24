"""Someone in front of the page: what they see, as the JSON that the page's scripts draw."""

from collections.abc import Iterable, Iterator, Sequence

from bot.sandbox import message_payloads, payloads
from bot.sandbox.backend import Backend
from bot.sandbox.channels import HOLDS_NO_MESSAGES, Channel, ChannelKind
from bot.sandbox.command_rules import NESTING, CommandKind
from bot.sandbox.guilds import Guild
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.messages import Message, MessageFlag
from bot.sandbox.page.elements import Html
from bot.sandbox.page.message import COMMAND, message_html
from bot.sandbox.page.private import PrivateMessages
from bot.sandbox.page.setting import Setting, WorldNames
from bot.sandbox.people import Person
from bot.sandbox.permissions import Permission
from bot.sandbox.replies import Reply
from bot.sandbox.users import User

PAGE = 50
"""How many messages are shown before somebody asks for earlier ones."""

MOST_SERVERS, MOST_CHANNELS = 100, 200
"""How many servers are listed, and how many channels of each; how many more there are is said."""


class Viewer:
    """A person's eyes: on channels, and on the private answers to them."""

    def __init__(self, backend: Backend, user: User, private: PrivateMessages) -> None:
        self._backend = backend
        self._private = private
        self.user = user
        self.person = Person(backend, user)

    def sees(self, channel: Channel) -> bool:
        """Whether they can open a channel."""
        if channel.deleted or channel.kind in HOLDS_NO_MESSAGES:
            return False
        return Permission.VIEW_CHANNEL in channel.permissions_of(self.user)

    def concerns(self, message: Message) -> bool:
        """Whether a message is, or was, there for them."""
        return message.seen_by in {None, self.user} and self.sees(message.channel)

    def reads(self, message: Message) -> bool:
        """Whether a message is there for them, and was not dismissed."""
        return self.concerns(message) and (not message.ephemeral or message in self._private)

    def find(self, channel: Channel, message_id: int) -> Message | None:
        """Return a message that they read in a channel."""
        message = channel.find(message_id) or self._private.find(message_id)
        if message is None or message.channel is not channel:
            return None
        return message if self.reads(message) else None

    def places(self) -> list[JsonObject]:
        """Return the servers with their channels, then the direct messages with the bot."""
        joined = [g for g in self._backend.world.guilds if self.user.id in g.members]
        servers = [self._place(g.name, self._within(g)) for g in joined[:MOST_SERVERS]]
        if len(joined) > MOST_SERVERS:
            left_out = f"and {len(joined) - MOST_SERVERS} more servers"
            servers.append(self._place(left_out, ()))
        return [*servers, self._place("Direct messages", [self.person.dm])]

    def _place(self, name: str, channels: Iterable[Channel]) -> JsonObject:
        seen = list(channels)
        return {
            "name": name,
            "channels": [self._channel(channel) for channel in seen[:MOST_CHANNELS]],
            "more": max(len(seen) - MOST_CHANNELS, 0),
        }

    def _within(self, guild: Guild) -> Iterator[Channel]:
        """Yield a server's channels, each with its threads after it."""
        threads: dict[Channel | None, list[Channel]] = {}
        for thread in guild.threads:
            threads.setdefault(thread.parent, []).append(thread)
        for channel in guild.channels:
            yield from filter(self.sees, [channel, *threads.get(channel, ())])

    def _channel(self, channel: Channel) -> JsonObject:
        direct = channel.kind is ChannelKind.DM
        return {
            "id": str(channel.id),
            "name": self._backend.world.bot.name if direct else channel.name,
            "topic": channel.topic or "",
            "kind": "direct" if direct else "thread" if channel.thread else "channel",
        }

    def opened(self, channel: Channel) -> JsonObject:
        """Return what stands in a channel, and what can be done there."""
        return {
            "id": str(channel.id),
            "abilities": self.abilities(channel),
            **self.before(channel, None),
        }

    def abilities(self, channel: Channel) -> JsonObject:
        """Return what they can do in a channel: speak, use commands, name objects in them."""
        return {
            "maySay": self._may_say(channel),
            "commands": self._commands(channel),
            "objects": self._objects(channel),
        }

    def before(self, channel: Channel, message_id: int | None) -> JsonObject:
        """Return the messages before one (None: the last ones), oldest first."""
        private = self._private.to(self.user, channel)
        readable = sorted([*channel.messages, *private], key=lambda m: m.id)
        if message_id is not None:
            readable = [m for m in readable if m.id < message_id]
        shown = readable[-PAGE:]
        return {"messages": [self.message(m) for m in shown], "more": len(readable) > len(shown)}

    def message(self, message: Message) -> JsonObject:
        """Return a message as the page puts it in its place."""
        return {"id": str(message.id), "html": self._html(message)}

    def failure(self, reply: Reply) -> JsonObject:
        """Return a command's row that nobody answered; it stands in their window alone."""
        interaction = reply.interaction
        user, bot = payloads.user(self.user), payloads.user(self._backend.world.bot)
        payload: JsonObject = {
            "id": str(interaction.id),
            "author": bot,
            "timestamp": self._backend.clock.now().isoformat(),
            "flags": int(MessageFlag.EPHEMERAL),
            "interaction_metadata": {"type": COMMAND, "name": interaction.name, "user": user},
        }
        html = message_html(payload, self._setting(), dismissible=True, failure=reply.notice)
        return {"id": payload["id"], "channel": str(interaction.channel.id), "html": html}

    def _html(self, message: Message) -> Html:
        payload = message_payloads.shown(message)
        return message_html(payload, self._setting(), dismissible=True)

    def _setting(self) -> Setting:
        return Setting(WorldNames(self._backend.world), self._backend.clock.now())

    def _may_say(self, channel: Channel) -> bool:
        in_thread = channel.thread is not None
        needed = Permission.SEND_MESSAGES_IN_THREADS if in_thread else Permission.SEND_MESSAGES
        return needed in channel.permissions_of(self.user)

    def _commands(self, channel: Channel) -> list[JsonObject]:
        """Return the slash commands that they are offered, each sub-command on its own."""
        offered = self._backend.commands.offered(self.user, channel)
        slash = [c for c in offered if c.kind is CommandKind.CHAT_INPUT]
        found = [leaf for c in slash for leaf in _leaves(c.name, c.given)]
        return sorted(found, key=lambda leaf: str(leaf["name"]))

    def _objects(self, channel: Channel) -> JsonObject:
        """Return what an option or a menu can name: channels, roles, people."""
        guild = channel.guild
        users = [m.user for m in guild.members.values()] if guild else [self.user]
        channels = [c for c in guild.channels if self.sees(c)] if guild else []
        roles = guild.roles.values() if guild else ()
        return {
            "channel": [_object(c.id, f"#{c.name}", kind=int(c.kind)) for c in channels],
            "role": [_object(r.id, f"@{r.name.removeprefix('@')}") for r in roles],
            "user": [_object(u.id, u.name) for u in users],
        }


def _object(snowflake: int, label: str, **more: int) -> JsonObject:
    return {"value": str(snowflake), "label": label, **more}


def _leaves(path: str, given: JsonObject) -> Iterator[JsonObject]:
    """Yield a command, or what it nests, under the name that people type."""
    options: Sequence[JsonObject] = given.get("options") or ()
    nested = [option for option in options if option["type"] in NESTING]
    for option in nested:
        yield from _leaves(f"{path} {option['name']}", option)
    if not nested:
        description = str(given.get("description", ""))
        yield {"name": path, "description": description, "options": list(options)}
