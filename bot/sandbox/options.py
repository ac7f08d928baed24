"""From what a person fills in to the data of an interaction, checked as their client checks it.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.sandbox import payloads
from bot.sandbox.channels import Channel
from bot.sandbox.command_rules import NESTING, OptionKind
from bot.sandbox.commands import Command
from bot.sandbox.guilds import Role
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.users import User

Value: TypeAlias = "str | int | float | bool | User | Channel | Role"
"""What a person can put into an option or choose in a menu."""


class NotPossibleError(Exception):
    """What a person's client would not let them do, in a sentence."""


@dataclass(slots=True)
class Resolved:
    """The objects behind the ids in an interaction's data."""

    channel: Channel
    users: JsonObject = field(default_factory=dict)
    members: JsonObject = field(default_factory=dict)
    roles: JsonObject = field(default_factory=dict)
    channels: JsonObject = field(default_factory=dict)

    def add(self, value: "User | Channel | Role") -> str:
        """Note an object and return its id."""
        key = str(value.id)
        if isinstance(value, User):
            self.users[key] = payloads.user(value)
            self._add_member(value)
        elif isinstance(value, Role):
            self.roles[key] = payloads.role(value)
        else:
            self.channels[key] = payloads.channel(value) | {"permissions": "0"}
        return key

    def _add_member(self, user: User) -> None:
        guild = self.channel.guild
        if guild is not None and user.id in guild.members:
            member = payloads.member(guild.members[user.id], with_user=False)
            permissions = self.channel.permissions_of(user)
            self.members[str(user.id)] = member | {"permissions": str(int(permissions))}

    def payload(self) -> JsonObject:
        """Return what is not empty."""
        parts = {
            "users": self.users,
            "members": self.members,
            "roles": self.roles,
            "channels": self.channels,
        }
        return {name: part for name, part in parts.items() if part}


def command_data(
    command: Command,
    path: Sequence[str],
    given: Mapping[str, Value],
    channel: Channel,
    *,
    focused: str | None = None,
) -> JsonObject:
    """Return the data of a slash command, or (with `focused`) of an option that is being typed.

    `path` names the sub-commands. NotPossibleError says what a client would refuse.
    """
    resolved = Resolved(channel)
    chain, definitions = descend(command, path)
    options = _encode_all(definitions, given, resolved, focused)
    for definition in reversed(chain):
        options = [{"name": definition["name"], "type": definition["type"], "options": options}]
    data: JsonObject = {"id": str(command.id), "name": command.name, "type": 1}
    if options:
        data["options"] = options
    if command.guild_id is not None:
        data["guild_id"] = str(command.guild_id)
    objects = resolved.payload()
    return data | {"resolved": objects} if objects else data


def descend(command: Command, path: Sequence[str]) -> tuple[list[JsonObject], list[JsonObject]]:
    """Return the sub-commands on the way, and the options at its end."""
    chain: list[JsonObject] = []
    definitions = command.options
    for name in path:
        found = [d for d in definitions if d["name"] == name and d["type"] in NESTING]
        if not found:
            raise NotPossibleError(f"/{command.name} has no sub-command {name!r}.")
        chain.append(found[0])
        definitions = found[0].get("options") or []
    if any(d["type"] in NESTING for d in definitions):
        raise NotPossibleError(f"/{command.name} needs one of its sub-commands.")
    return chain, definitions


def _encode_all(
    definitions: Sequence[JsonObject],
    given: Mapping[str, Value],
    resolved: Resolved,
    focused: str | None,
) -> list[JsonObject]:
    unknown = sorted(given.keys() - {d["name"] for d in definitions})
    if unknown:
        raise NotPossibleError(f"There is no option {unknown[0]!r}.")
    options = []
    for definition in definitions:
        name = definition["name"]
        if name in given:
            options.append(_encode(definition, given[name], resolved, is_focused=name == focused))
        elif definition.get("required") and focused is None:
            raise NotPossibleError(f"The option {name!r} is required.")
    return options


def _encode(
    definition: JsonObject, value: Value, resolved: Resolved, *, is_focused: bool
) -> JsonObject:
    option: JsonObject = {"name": definition["name"], "type": definition["type"]}
    if is_focused:
        return option | {"value": value, "focused": True}
    return option | {"value": _checked(definition, value, resolved)}


def _checked(definition: JsonObject, value: Value, resolved: Resolved) -> str | int | float | bool:
    kind = OptionKind(definition["type"])
    if kind in _OBJECTS:
        return _checked_object(definition, kind, value, resolved)
    if not _fits(kind, value) or isinstance(value, User | Channel | Role):
        raise NotPossibleError(f"{definition['name']!r} does not take {value!r}.")
    choices = definition.get("choices") or []
    if choices:
        return _chosen(definition["name"], choices, value)
    _check_bounds(definition, value)
    return value


_OBJECTS: Mapping[OptionKind, tuple[type, ...]] = {
    OptionKind.USER: (User,),
    OptionKind.CHANNEL: (Channel,),
    OptionKind.ROLE: (Role,),
    OptionKind.MENTIONABLE: (User, Role),
}


def _checked_object(
    definition: JsonObject, kind: OptionKind, value: Value, resolved: Resolved
) -> str:
    if not isinstance(value, _OBJECTS[kind]) or isinstance(value, str | int | float):
        raise NotPossibleError(f"{definition['name']!r} takes a {kind.name.lower()}.")
    kinds = definition.get("channel_types")
    if isinstance(value, Channel) and kinds and value.kind not in kinds:
        raise NotPossibleError(f"{definition['name']!r} does not take a channel of that kind.")
    return resolved.add(value)


def _fits(kind: OptionKind, value: Value) -> bool:
    if kind is OptionKind.STRING:
        return isinstance(value, str)
    if kind is OptionKind.BOOLEAN:
        return isinstance(value, bool)
    if kind is OptionKind.INTEGER:
        return isinstance(value, int) and not isinstance(value, bool)
    return kind is OptionKind.NUMBER and isinstance(value, int | float)


def _chosen(
    name: str, choices: Sequence[JsonObject], value: str | float
) -> str | int | float | bool:
    """Return the value of a choice, given by its value or by what people read."""
    for choice in choices:
        if value in (choice["value"], choice["name"]):
            chosen: str | int | float = choice["value"]
            return chosen
    names = ", ".join(repr(choice["name"]) for choice in choices)
    raise NotPossibleError(f"{name!r} is one of {names}, not {value!r}.")


def _check_bounds(definition: JsonObject, value: str | float) -> None:
    size = len(value) if isinstance(value, str) else value
    suffix = "length" if isinstance(value, str) else "value"
    least, most = definition.get(f"min_{suffix}"), definition.get(f"max_{suffix}")
    if (least is not None and size < least) or (most is not None and size > most):
        raise NotPossibleError(f"{definition['name']!r} is out of bounds: {value!r}.")
