"""The human's side: people who type commands, press buttons, and read what comes back."""

from collections.abc import Mapping

from bot.sandbox.backend import Backend
from bot.sandbox.channels import Channel
from bot.sandbox.command_rules import CommandKind
from bot.sandbox.commands import Command
from bot.sandbox.components import SELECTS, ComponentKind, walk
from bot.sandbox.filling import chosen, filled, input_ids
from bot.sandbox.interaction import InteractionKind
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.mentions import Allowed, pings_of
from bot.sandbox.messages import Body, Message
from bot.sandbox.options import NotPossibleError, Resolved, Value, command_data, descend
from bot.sandbox.permissions import Permission
from bot.sandbox.replies import Choice, Reply
from bot.sandbox.users import User


class Person:
    """Someone in front of a Discord client. Made by `Sandbox.add_person`."""

    def __init__(self, backend: Backend, user: User) -> None:
        self._backend = backend
        self.user = user

    @property
    def name(self) -> str:
        """How others see them."""
        return self.user.name

    @property
    def mention(self) -> str:
        """The text that mentions them."""
        return self.user.mention

    @property
    def dm(self) -> Channel:
        """Their direct messages with the bot."""
        return self._backend.world.direct(self.user)

    @property
    def dm_messages(self) -> list[Message]:
        """What stands in their direct messages with the bot, newest last."""
        return self.dm.messages

    def say(self, channel: Channel, text: str, *, reply_to: Message | None = None) -> Message:
        """Write a message; NotPossibleError if they may not."""
        needed = Permission.SEND_MESSAGES
        if channel.thread is not None:
            needed = Permission.SEND_MESSAGES_IN_THREADS
        self._need(channel, needed)
        pings = pings_of(text, Allowed(), self.user, channel, reply_to)
        return channel.post(self.user, Body(text, pings=pings), reference=reply_to)

    def delete(self, message: Message) -> None:
        """Delete a message of their own, or with MANAGE_MESSAGES of another's."""
        if message.author is not self.user:
            self._need(message.channel, Permission.MANAGE_MESSAGES)
        message.delete()

    def commands(self, channel: Channel) -> list[str]:
        """Return the names of the slash commands that they are offered there."""
        offered = self._backend.commands.offered(self.user, channel)
        return [c.name for c in offered if c.kind is CommandKind.CHAT_INPUT]

    async def slash(self, channel: Channel, command: str, /, **options: Value) -> Reply:
        """Use a slash command and wait for its first answer; "schedule add" names a sub-command.

        Values for users, channels and roles are the objects themselves. NotPossibleError says
        what a client would not have sent.
        """
        found, path = self._find(channel, command)
        data = command_data(found, path, options, channel)
        return await self._start(InteractionKind.COMMAND, channel, data, name=command)

    async def autocomplete(
        self, channel: Channel, command: str, option: str, typed: str, /, **others: Value
    ) -> list[Choice]:
        """Type into an option and return what the bot suggests; nothing if it did not respond."""
        found, path = self._find(channel, command)
        _, definitions = descend(found, path)
        kinds = [d["type"] for d in definitions if d["name"] == option and d.get("autocomplete")]
        if not kinds:
            raise NotPossibleError(f"{option!r} of /{command} suggests nothing while one types.")
        data = command_data(found, path, {**others, option: typed}, channel, focused=option)
        reply = await self._start(
            InteractionKind.AUTOCOMPLETE, channel, data, name=command, option_kind=kinds[0]
        )
        return reply.choices

    async def click(self, message: Message, button: str) -> Reply:
        """Press a button, named by its custom_id or its label, and wait for the first answer."""
        component = self._component(message, button)
        if component["type"] != ComponentKind.BUTTON or "custom_id" not in component:
            raise NotPossibleError(f"{button!r} is no button that the bot hears of.")
        data = {"custom_id": component["custom_id"], "component_type": int(ComponentKind.BUTTON)}
        return await self._use(message, data)

    async def select(self, message: Message, menu: str, *values: Value) -> Reply:
        """Choose from a menu, named by its custom_id, and wait for the first answer."""
        component = self._component(message, menu)
        if component["type"] not in SELECTS:
            raise NotPossibleError(f"{menu!r} is no menu.")
        resolved = Resolved(message.channel)
        data: JsonObject = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "values": chosen(component, values, resolved),
        }
        objects = resolved.payload()
        return await self._use(message, data | {"resolved": objects} if objects else data)

    async def submit(self, reply: Reply, values: Mapping[str, str]) -> Reply:
        """Fill in the form that a reply opened, by custom_id, and wait for the first answer."""
        if reply.modal is None:
            raise NotPossibleError("That answer opened no form.")
        data = {
            "custom_id": reply.modal["custom_id"],
            "components": [filled(row, values) for row in reply.modal["components"]],
        }
        unknown = values.keys() - input_ids(reply.modal)
        if unknown:
            raise NotPossibleError(f"The form has no field {min(unknown)!r}.")
        before = reply.interaction
        return await self._start(
            InteractionKind.MODAL_SUBMIT,
            before.channel,
            data,
            name=str(data["custom_id"]),
            message=before.message,
        )

    async def _use(self, message: Message, data: JsonObject) -> Reply:
        return await self._start(
            InteractionKind.COMPONENT,
            message.channel,
            data,
            name=str(data["custom_id"]),
            message=message,
        )

    async def _start(
        self,
        kind: InteractionKind,
        channel: Channel,
        data: JsonObject,
        *,
        name: str,
        message: Message | None = None,
        option_kind: int | None = None,
    ) -> Reply:
        interaction = self._backend.interactions.start(
            kind, self.user, channel, data, name=name, message=message, option_kind=option_kind
        )
        return await Reply(self._backend, interaction).answered()

    def _find(self, channel: Channel, command: str) -> tuple[Command, list[str]]:
        name, *path = command.split()
        self._need(channel, Permission.VIEW_CHANNEL)
        for offered in self._backend.commands.offered(self.user, channel):
            if offered.name == name and offered.kind is CommandKind.CHAT_INPUT:
                return offered, path
        raise NotPossibleError(f"{self.name} is not offered /{name} there.")

    def _component(self, message: Message, name: str) -> JsonObject:
        if message.deleted or message.seen_by not in {None, self.user}:
            raise NotPossibleError(f"{self.name} does not see that message.")
        self._need(message.channel, Permission.VIEW_CHANNEL)
        for component in walk(message.components):
            if name in {component.get("custom_id"), component.get("label")}:
                if component.get("disabled"):
                    raise NotPossibleError(f"{name!r} is disabled.")
                return component
        raise NotPossibleError(f"The message has no button or menu {name!r}.")

    def _need(self, channel: Channel, permission: Permission) -> None:
        if permission not in channel.permissions_of(self.user):
            raise NotPossibleError(f"{self.name} lacks {permission.name} in #{channel.name}.")
