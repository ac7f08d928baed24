"""One interaction: what a person did with a command, button, menu or form.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from dataclasses import dataclass, field
from enum import IntEnum

from bot.sandbox.channels import Channel
from bot.sandbox.components import ComponentKind
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.messages import Message
from bot.sandbox.users import User


class InteractionKind(IntEnum):
    """What the person used."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class Callback(IntEnum):
    """How the bot answered first."""

    REPLY = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


_REPLIES = (Callback.REPLY, Callback.DEFER)
_UPDATES = (Callback.DEFER_UPDATE, Callback.UPDATE)


@dataclass(slots=True, eq=False)
class Interaction:
    """One interaction, from the click to the end of its token's life."""

    id: int
    token: str = field(repr=False)
    kind: InteractionKind
    user: User
    channel: Channel
    data: JsonObject
    started: float
    """By the clock's monotonic seconds."""

    name: str = ""
    """The command's full name, sub-commands included; a component's custom_id."""

    message: Message | None = None
    """For a component, and a form opened by one: the message that it sits on."""

    option_kind: int | None = None
    """For autocomplete: what kind of option is being typed."""

    callback: Callback | None = None
    elapsed: float | None = None
    """Seconds from the click to the first answer."""

    timed_out: bool = False
    original: Message | None = None
    """What `@original` means: the first answer, or the message that a component sits on."""

    followups: list[Message] = field(default_factory=list)
    choices: list[JsonObject] = field(default_factory=list)
    modal: JsonObject | None = None

    @property
    def label(self) -> str:
        """What was used, as people call it: "/latest", "a button"."""
        if self.kind is InteractionKind.MODAL_SUBMIT:
            return "a form"
        if self.kind is InteractionKind.COMPONENT:
            is_button = self.data.get("component_type") == ComponentKind.BUTTON
            return "a button" if is_button else "a menu"
        return f"/{self.name}"

    @property
    def settled(self) -> bool:
        """Whether the bot gave a first answer, or the time for it is over."""
        return self.callback is not None or self.timed_out

    @property
    def allowed_callbacks(self) -> tuple[Callback, ...]:
        """The kinds of first answer that make sense."""
        if self.kind is InteractionKind.AUTOCOMPLETE:
            return (Callback.CHOICES,)
        updates = _UPDATES if self.message is not None else ()
        form = () if self.kind is InteractionKind.MODAL_SUBMIT else (Callback.MODAL,)
        return (*_REPLIES, *updates, *form)
