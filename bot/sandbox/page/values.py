"""What the page sends, as values: ids become the objects that they name."""

from collections.abc import Mapping, Sequence

from bot.sandbox.channels import Channel
from bot.sandbox.command_rules import OptionKind
from bot.sandbox.commands import Command
from bot.sandbox.components import ComponentKind
from bot.sandbox.ids import LARGEST
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.options import NotPossibleError, Value, descend
from bot.sandbox.world import World

_NAMES_AN_OBJECT = frozenset(
    {OptionKind.USER, OptionKind.CHANNEL, OptionKind.ROLE, OptionKind.MENTIONABLE}
)


def read_id(given: object) -> int:
    """Return an id that travelled as text; NotPossibleError if it is none."""
    text = str(given)
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(LARGEST)):
        raise NotPossibleError("The page sent something that is no id; reload it.")
    return int(text)


def text_of(given: Mapping[str, object], name: str) -> str:
    """Return a text that must be there; NotPossibleError if it is not."""
    value = given.get(name)
    if not isinstance(value, str):
        raise NotPossibleError(f"The page sent no {name}; reload it.")
    return value


def mapping_of(given: Mapping[str, object], name: str) -> JsonObject:
    """Return an object, empty if it is left out; NotPossibleError if it is none."""
    value = given.get(name) or {}
    if not isinstance(value, dict):
        raise NotPossibleError(f"The page sent no {name}; reload it.")
    return value


def option_values(
    command: Command, path: Sequence[str], given: Mapping[str, object], where: Channel
) -> dict[str, Value]:
    """Return the options of a command as a person gives them."""
    _, definitions = descend(command, path)
    kinds = {d["name"]: OptionKind(d["type"]) for d in definitions}
    return {name: _option(kinds.get(name), value, where) for name, value in given.items()}


def _option(kind: OptionKind | None, value: object, where: Channel) -> Value:
    if kind in _NAMES_AN_OBJECT:
        return find_object(where.world, read_id(value))
    if not isinstance(value, str | int | float):
        raise NotPossibleError("The page sent a value that no option takes; reload it.")
    if kind is OptionKind.INTEGER and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def menu_values(component: JsonObject, given: object, world: World) -> list[Value]:
    """Return what was chosen in a menu."""
    chosen = given if isinstance(given, list) else []
    if component.get("type") == ComponentKind.STRING_SELECT:
        return [str(value) for value in chosen]
    return [find_object(world, read_id(value)) for value in chosen]


def find_object(world: World, snowflake: int) -> Value:
    """Return the account, channel or role of that id; NotPossibleError if there is none."""
    candidates: list[Value | None] = [world.users.get(snowflake), world.channel(snowflake)]
    candidates += [guild.roles.get(snowflake) for guild in world.guilds]
    for found in candidates:
        if found is not None:
            return found
    raise NotPossibleError("What was chosen is gone; choose again.")
