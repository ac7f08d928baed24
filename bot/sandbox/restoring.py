"""A world that was written down (`bot.sandbox.snapshot`) exists again."""

from base64 import b64decode
from datetime import datetime

from bot.sandbox.backend import Backend
from bot.sandbox.channels import Channel, ChannelKind, ThreadState
from bot.sandbox.commands import Command
from bot.sandbox.guilds import Guild, Member, Role
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.messages import Attachment, Body, Message, MessageFlag, MessageKind, Origin, Pings
from bot.sandbox.permissions import Overwrite, Permission
from bot.sandbox.users import User


def restore(backend: Backend, kept: JsonObject) -> None:
    """Put a snapshot into a backend that nobody has used yet.

    LookupError, TypeError or ValueError if it was not written by `take_snapshot`.
    """
    Restoring(backend).restore(kept)


class Restoring:
    """One restoration; objects refer to each other, so they are made in an order."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._world = backend.world
        self._messages: dict[int, Message] = {}

    def restore(self, kept: JsonObject) -> None:
        """Make everything, from accounts to nonces."""
        self._restore_users(kept)
        for guild in kept["guilds"]:
            self._restore_guild(guild)
        for channel in kept["channels"]:
            self._restore_channel(channel)
        for message in kept["messages"]:
            made = self._message(message)
            made.channel.keep(made)
        for message in kept["messages"]:
            self._join(message)
        for channel in kept["channels"]:
            # The last message may have been deleted: Discord names it all the same.
            self._channel(channel["id"]).last_message_id = channel["last_message_id"]
        self._restore_commands(kept["commands"])
        self._restore_nonces(kept)
        self._world.ids.go_on_after(int(kept["last_id"]))

    def _restore_users(self, kept: JsonObject) -> None:
        """Make the accounts; the bot's and the owner's stay the objects that others know."""
        world = self._world
        known = {kept["owner"]: world.owner, kept["bot"]: world.bot}
        world.users.clear()
        for given in kept["users"]:
            user = known.get(given["id"]) or User(given["id"], given["name"], given["is_bot"])
            user.id, user.name = int(given["id"]), str(given["name"])
            user.accepts_messages, user.locale = given["accepts_messages"], given["locale"]
            world.users[user.id] = user

    def _restore_guild(self, given: JsonObject) -> None:
        guild = Guild(
            int(given["id"]),
            self._world,
            given["name"],
            self._user(given["owner"]),
            given["locale"],
            given["available"],
        )
        self._world.take_in(guild)
        for role in given["roles"]:
            guild.roles[role["id"]] = _role(guild, role)
        for member in given["members"]:
            user = self._user(member["user"])
            joined_at = datetime.fromisoformat(member["joined_at"])
            guild.members[user.id] = Member(user, guild, joined_at, list(member["roles"]))

    def _restore_channel(self, given: JsonObject) -> None:
        """Make a channel; what it stands under was made before it."""
        recipient, thread = given["recipient"], given["thread"]
        channel = Channel(
            int(given["id"]),
            ChannelKind(given["kind"]),
            self._world,
            given["name"],
            guild=self._world.guild(given["guild"]) if given["guild"] else None,
            parent=self._channel(given["parent"]) if given["parent"] else None,
            recipient=self._user(recipient) if recipient else None,
            thread=self._thread(thread) if thread else None,
            topic=given["topic"],
            nsfw=given["nsfw"],
            position=given["position"],
            overwrites={one["target"]: _overwrite(one) for one in given["overwrites"]},
        )
        self._world.add_channel(channel)

    def _thread(self, given: JsonObject) -> ThreadState:
        return ThreadState(
            self._user(given["owner"]),
            datetime.fromisoformat(given["archived_at"]),
            given["archived"],
            given["locked"],
            given["auto_archive_minutes"],
        )

    def _message(self, given: JsonObject) -> Message:
        """Make a message, without what it refers to: that may not be there yet."""
        message = Message(
            int(given["id"]),
            self._channel(given["channel"]),
            self._user(given["author"]),
            self._body(given),
            MessageKind(given["kind"]),
            given["nonce"],
            given["tts"],
            origin=self._origin(given["origin"]) if given["origin"] else None,
            edited_at=datetime.fromisoformat(given["edited_at"]) if given["edited_at"] else None,
            edits=given["edits"],
        )
        self._messages[message.id] = message
        return message

    def _join(self, given: JsonObject) -> None:
        """Let a message know what it answers, and the thread that was started from it."""
        message = self._messages[given["id"]]
        message.reference = self._messages.get(given["reference"])
        message.thread = self._world.channel(given["thread"]) if given["thread"] else None

    def _body(self, given: JsonObject) -> Body:
        pings = given["pings"]
        return Body(
            given["content"],
            tuple(given["embeds"]),
            tuple(given["components"]),
            tuple(_attachment(one) for one in given["attachments"]),
            MessageFlag(given["flags"]),
            Pings(pings["everyone"], tuple(map(self._user, pings["users"])), tuple(pings["roles"])),
        )

    def _origin(self, given: JsonObject) -> Origin:
        return Origin(
            given["interaction"],
            given["kind"],
            given["name"],
            self._user(given["user"]),
            given["replied_to"],
            given["component_of"],
        )

    def _restore_commands(self, given: list[JsonObject]) -> None:
        bot = self._world.application_id
        made = [Command(c["id"], bot, c["guild"], c["version"], c["given"]) for c in given]
        self._backend.commands.restore(bot, made)

    def _restore_nonces(self, kept: JsonObject) -> None:
        """Recall what was sent last; a message of which that is all that is left was deleted."""
        away = (self._world.clock.now() - datetime.fromisoformat(kept["at"])).total_seconds()
        for given in kept["nonces"]:
            message = self._messages.get(given["message"]["id"])
            if message is None:
                message = self._message(given["message"])
                message.deleted = True
            self._backend.nonces.recall(
                given["nonce"], message, given["seconds_ago"] + max(away, 0)
            )

    def _user(self, user_id: int) -> User:
        return self._world.users[user_id]

    def _channel(self, channel_id: int) -> Channel:
        channel = self._world.channel(channel_id)
        if channel is None:
            raise LookupError(f"no channel {channel_id}")
        return channel


def _role(guild: Guild, given: JsonObject) -> Role:
    return Role(
        int(given["id"]),
        guild,
        given["name"],
        Permission(given["permissions"]),
        given["position"],
        given["mentionable"],
        given["colour"],
        given["managed"],
    )


def _overwrite(given: JsonObject) -> Overwrite:
    return Overwrite(
        given["target"], given["is_role"], Permission(given["allow"]), Permission(given["deny"])
    )


def _attachment(given: JsonObject) -> Attachment:
    return Attachment(
        given["id"],
        given["filename"],
        given["content_type"],
        b64decode(given["data"]),
        given["description"],
    )
