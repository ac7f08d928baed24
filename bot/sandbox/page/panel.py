"""Controls that others add to the page's drawer: forms whose buttons call a function.

The sandbox's own faults are such a panel too. A program that runs a sandbox gives it panels of its
own (`Sandbox(panels=...)`); the page draws them without knowing what they are about.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from bot.sandbox.channels import Channel


class ActionError(Exception):
    """An action was not possible; the message is a sentence for who asked for it."""


class FieldKind(Enum):
    """How a field is filled in."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    SWITCHES = "switches"
    """A switch for each option, in place of the button: using one does the action with it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of a field's choices: what is sent, and what people read."""

    value: str
    label: str
    is_on: bool = False
    """How it stands, of FieldKind.SWITCHES."""

    locked: str | None = None
    """Why a switch cannot be used now; None if it can."""

    fills: Mapping[str, str] = field(default_factory=dict)
    """What stands in other fields once this is chosen, by their names."""


Options: TypeAlias = "Sequence[Option] | Callable[[Channel | None], Sequence[Option]]"
"""Choices, or what tells them for the channel that is looked at, whenever the panel is drawn."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in; an empty one is refused if it is required."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    value: str | Callable[[], str] = ""
    """What stands there at first, and after the action was done; or what tells it."""

    options: Options = ()
    """For FieldKind.CHOICE and FieldKind.SWITCHES."""

    least: int | None = None
    most: int | None = None
    """For FieldKind.NUMBER: the bounds, themselves allowed."""

    required: bool = True


@dataclass(frozen=True, slots=True)
class Pressed:
    """That somebody used an action: what they filled in, and which channel they look at."""

    values: Mapping[str, str]
    channel: Channel | None

    def number(self, name: str) -> int:
        """Return a field of FieldKind.NUMBER."""
        return int(self.values[name])


@dataclass(frozen=True, slots=True)
class Status:
    """How something stands that an action began and that goes on by itself.

    It is shown to everybody at the page, in place of the sentence that `Action.run` returned.
    """

    text: str
    ends: float | None = None
    """When it is over, by the sandbox's clock's monotonic seconds: the page counts down."""

    is_bad: bool = False
    """Whether it is trouble that lasts."""


@dataclass(frozen=True, slots=True)
class Action:
    """A button, the fields beside it, and what it does.

    `run` returns a sentence on what was done; ActionError says why nothing was. `hint` is what
    stands beside the button, or what tells it. `status` tells how it stands, if what it does lasts;
    None while there is nothing to tell.
    """

    name: str
    label: str
    run: Callable[[Pressed], Awaitable[str]]
    fields: Sequence[Field] = ()
    hint: str | Callable[[], str] = ""
    status: Callable[[], Status | None] | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A titled group of actions; titles differ, and so do the names of a panel's actions."""

    title: str
    actions: Sequence[Action]
    prepare: Callable[[], Awaitable[None]] | None = None
    """Awaited before it is drawn: what its fields and hints tell must take no time by then."""


def find_action(panels: Sequence[Panel], title: object, name: object) -> Action:
    """Return an action by its panel's title and its name; ActionError if there is none."""
    for panel in panels:
        for action in panel.actions:
            if panel.title == title and action.name == name:
                return action
    raise ActionError("There is no such control; reload the page.")


async def press(action: Action, given: Mapping[str, object], channel: Channel | None) -> str:
    """Check what was filled in and run the action; ActionError says what to correct."""
    values = {one.name: _checked(one, given.get(one.name), channel) for one in action.fields}
    return await action.run(Pressed(values, channel))


def suggested(field: Field) -> str:
    """Return what stands in a field at first."""
    return field.value() if callable(field.value) else field.value


def hinted(action: Action) -> str:
    """Return what stands beside an action's button."""
    return action.hint() if callable(action.hint) else action.hint


def offered(field: Field, channel: Channel | None) -> Sequence[Option]:
    """Return a field's choices as they are now."""
    return field.options(channel) if callable(field.options) else field.options


def _checked(field: Field, given: object, channel: Channel | None) -> str:
    takes_option = field.kind in {FieldKind.CHOICE, FieldKind.SWITCHES}
    options = offered(field, channel) if takes_option else ()
    if takes_option and field.required and not options:
        raise ActionError(f"There is nothing to choose for “{field.label}” here.")
    value = str(given if given is not None else "").strip()
    if not value:
        if field.required:
            raise ActionError(f"Fill in “{field.label}”.")
        return value
    if takes_option and value not in {o.value for o in options if o.locked is None}:
        raise ActionError(f"“{field.label}” no longer offers that; choose again.")
    if field.kind is FieldKind.NUMBER:
        _check_number(field, value)
    return value


def _check_number(field: Field, value: str) -> None:
    try:
        number = int(value)
    except ValueError:
        raise ActionError(f"“{field.label}” takes a whole number.") from None
    if field.least is not None and number < field.least:
        raise ActionError(f"“{field.label}” takes {field.least} or more.")
    if field.most is not None and number > field.most:
        raise ActionError(f"“{field.label}” takes {field.most} or less.")
