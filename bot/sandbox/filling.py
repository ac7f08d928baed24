"""Menus and forms, filled in as a person's client lets them.

https://docs.discord.com/developers/components/reference
"""

from collections.abc import Mapping, Sequence

from bot.sandbox.channels import Channel
from bot.sandbox.components import ComponentKind, walk
from bot.sandbox.guilds import Role
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.options import NotPossibleError, Resolved, Value
from bot.sandbox.users import User


def chosen(component: JsonObject, values: Sequence[Value], resolved: Resolved) -> list[str]:
    """Return what a menu sends for values; NotPossibleError if it does not offer them."""
    least, most = component.get("min_values", 1), component.get("max_values", 1)
    if not least <= len(values) <= most:
        raise NotPossibleError(f"The menu takes {least} to {most} values, not {len(values)}.")
    offered = {option["value"] for option in component.get("options") or ()}
    sent = []
    for value in values:
        if isinstance(value, User | Channel | Role):
            sent.append(resolved.add(value))
        elif component["type"] == ComponentKind.STRING_SELECT and value in offered:
            sent.append(str(value))
        else:
            raise NotPossibleError(f"The menu does not offer {value!r}.")
    return sent


def _inputs(modal: JsonObject) -> list[JsonObject]:
    return [c for c in walk(modal["components"]) if c.get("type") == ComponentKind.TEXT_INPUT]


def input_ids(modal: JsonObject) -> set[str]:
    """Return the custom_ids of a form's fields."""
    return {component["custom_id"] for component in _inputs(modal)}


def filled(row: JsonObject, values: Mapping[str, str]) -> JsonObject:
    """Return what a row of a form sends; NotPossibleError if a value does not fit its field."""
    if row["type"] == ComponentKind.ACTION_ROW:
        return {"type": row["type"], "components": [_typed(c, values) for c in row["components"]]}
    if row["type"] == ComponentKind.LABEL:
        return {"type": row["type"], "id": 0, "component": _typed(row["component"], values)}
    return {"type": row["type"], "id": 0}


def _typed(component: JsonObject, values: Mapping[str, str]) -> JsonObject:
    custom_id = component["custom_id"]
    text = values.get(custom_id, component.get("value") or "")
    if not text and component.get("required", True):
        raise NotPossibleError(f"The field {custom_id!r} is required.")
    least, most = component.get("min_length") or 0, component.get("max_length") or 4_000
    if text and not least <= len(text) <= most:
        raise NotPossibleError(f"The field {custom_id!r} takes {least} to {most} characters.")
    return {"type": component["type"], "id": 0, "custom_id": custom_id, "value": text}
