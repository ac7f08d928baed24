"""What people do on the page. The bot only ever hears of it as Discord would tell it."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

from bot.sandbox.backend import Backend
from bot.sandbox.channels import Channel
from bot.sandbox.commands import Command
from bot.sandbox.components import walk
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.messages import Message
from bot.sandbox.options import NotPossibleError, Value
from bot.sandbox.page.components import form_html
from bot.sandbox.page.panel import ActionError, Panel, find_action, press
from bot.sandbox.page.private import PrivateMessages
from bot.sandbox.page.values import mapping_of, menu_values, option_values, read_id, text_of
from bot.sandbox.page.viewer import Viewer
from bot.sandbox.replies import Reply

MOST_OPEN_FORMS = 100
"""How many forms can wait to be filled in; older ones are forgotten."""

LONGEST_MESSAGE = 2_000

Perform: TypeAlias = "Callable[[Viewer, JsonObject], Awaitable[JsonObject]]"


class Actions:
    """Everything that a window can ask for, by name."""

    def __init__(
        self,
        backend: Backend,
        panels: Sequence[Panel],
        private: PrivateMessages,
        refresh: Callable[[], None],
    ) -> None:
        self._refresh = refresh
        self._backend = backend
        self._panels = panels
        self._private = private
        self._forms: OrderedDict[int, Reply] = OrderedDict()
        self._by_name: Mapping[str, Perform] = {
            "say": self._say,
            "slash": self._slash,
            "autocomplete": self._autocomplete,
            "click": self._click,
            "select": self._select,
            "submit": self._submit,
            "dismiss": self._dismiss,
            "press": self._press,
        }

    async def perform(self, name: str, viewer: Viewer, given: JsonObject) -> JsonObject:
        """Do it and return what to tell; NotPossibleError or ActionError says why not."""
        perform = self._by_name.get(name)
        if perform is None:
            raise NotPossibleError("The page asked for something unknown; reload it.")
        return await perform(viewer, given)

    async def _say(self, viewer: Viewer, given: JsonObject) -> JsonObject:
        text = text_of(given, "text").strip()
        if not 0 < len(text) <= LONGEST_MESSAGE:
            raise NotPossibleError(f"A message has 1 to {LONGEST_MESSAGE} characters.")
        viewer.person.say(self._channel(viewer, given), text)
        return {}

    async def _slash(self, viewer: Viewer, given: JsonObject) -> JsonObject:
        channel, name, options = self._command(viewer, given)
        reply = await viewer.person.slash(channel, name, **options)
        told = self._told(reply)
        return told | {"failed": viewer.failure(reply)} if reply.failed else told

    async def _autocomplete(self, viewer: Viewer, given: JsonObject) -> JsonObject:
        channel, name, others = self._command(viewer, given)
        option, typed = text_of(given, "option"), text_of(given, "typed")
        others.pop(option, None)
        choices = await viewer.person.autocomplete(channel, name, option, typed, **others)
        return {"choices": [{"label": choice.name, "value": choice.value} for choice in choices]}

    async def _click(self, viewer: Viewer, given: JsonObject) -> JsonObject:
        message = self._message(viewer, given)
        return self._told(await viewer.person.click(message, text_of(given, "button")))

    async def _select(self, viewer: Viewer, given: JsonObject) -> JsonObject:
        message, menu = self._message(viewer, given), text_of(given, "menu")
        found = [c for c in walk(message.components) if c.get("custom_id") == menu]
        values = [
            value
            for c in found
            for value in menu_values(c, given.get("values"), self._backend.world)
        ]
        return self._told(await viewer.person.select(message, menu, *values))

    async def _submit(self, viewer: Viewer, given: JsonObject) -> JsonObject:
        form = self._forms.get(read_id(given.get("form")))
        if form is None or form.interaction.user is not viewer.user:
            raise NotPossibleError("That form is gone; use the command again.")
        typed = {str(key): str(value) for key, value in mapping_of(given, "values").items()}
        return self._told(await viewer.person.submit(form, typed))

    async def _dismiss(self, viewer: Viewer, given: JsonObject) -> JsonObject:
        message = self._message(viewer, given)
        if message.seen_by is not viewer.user:
            raise NotPossibleError("Only a message for you alone can be dismissed.")
        self._private.dismiss(message)
        return {}

    async def _press(self, viewer: Viewer, given: JsonObject) -> JsonObject:
        action = find_action(self._panels, given.get("panel"), given.get("action"))
        shown = given.get("channel")
        channel = self._backend.world.channel(read_id(shown)) if shown else None
        if channel is not None and not viewer.sees(channel):
            raise ActionError("You do not see that channel; choose another one.")
        try:
            return {"done": await press(action, mapping_of(given, "values"), channel)}
        finally:
            # Whatever was done, the panels may offer something else now.
            self._refresh()

    def _told(self, reply: Reply) -> JsonObject:
        """Return what the client itself shows: a form, or that there was no answer."""
        if reply.notice is not None:
            return {"notice": reply.notice}
        if reply.modal is None:
            return {}
        number = reply.interaction.id
        self._forms[number] = reply
        while len(self._forms) > MOST_OPEN_FORMS:
            self._forms.popitem(last=False)
        return {"form": {"id": str(number), "html": form_html(reply.modal)}}

    def _command(self, viewer: Viewer, given: JsonObject) -> tuple[Channel, str, dict[str, Value]]:
        channel, name = self._channel(viewer, given), text_of(given, "command")
        first, *path = name.split() or [""]
        command = self._offered(viewer, channel, first)
        return channel, name, option_values(command, path, mapping_of(given, "options"), channel)

    def _offered(self, viewer: Viewer, channel: Channel, name: str) -> Command:
        for command in self._backend.commands.offered(viewer.user, channel):
            if command.name == name:
                return command
        raise NotPossibleError(f"The bot has no command /{name} for you here.")

    def _channel(self, viewer: Viewer, given: JsonObject) -> Channel:
        channel = self._backend.world.channel(read_id(given.get("channel")))
        if channel is None or not viewer.sees(channel):
            raise NotPossibleError("That channel is gone, or you do not see it.")
        return channel

    def _message(self, viewer: Viewer, given: JsonObject) -> Message:
        channel = self._channel(viewer, given)
        message = viewer.find(channel, read_id(given.get("message")))
        if message is None:
            raise NotPossibleError("That message is gone.")
        return message
