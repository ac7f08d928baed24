"""What is wrong with a configuration: sentences, and the keys that they are about."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config.fields import NOT_IN_THIS_FILE, holds_token, quoted
from bot.config.tables import ConfigFile, Table

Keys = tuple[str | int, ...]
"""The way to a value: names of keys, and places in lists counted from 0."""

_IN_QUOTES = re.compile(r"'([^']*)'")

# By pydantic's names: https://docs.pydantic.dev/latest/errors/validation_errors/
_SENTENCES: Mapping[str, str] = {
    "missing": "This key is needed.",
    "string_type": "{input} is not text; put it in quotes.",
    "path_type": "{input} is not text; put it in quotes.",
    "string_too_short": "An empty text is of no use here; write one, or leave the key out.",
    "string_too_long": "{input} is too long; write at most {max_length} characters.",
    "int_type": "{input} is not a whole number, written without quotes.",
    "greater_than_equal": "{input} is too small; write at least {ge}.",
    "less_than_equal": "{input} is too large; write at most {le}.",
    "tuple_type": '{input} is not a list; write it in square brackets, as in ["one", "two"].',
}


class ConfigError(Exception):
    """A configuration that cannot be used; `problems` says all that is wrong, a sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the value that the keys lead to, in a sentence."""

    keys: Keys
    sentence: str


def problems_in(error: ValidationError) -> list[Problem]:
    """Return a problem for each thing that pydantic found wrong with a ConfigFile."""
    return [
        Problem(found["loc"], NOT_IN_THIS_FILE if holds_token(found["input"]) else _sentence(found))
        for found in error.errors()
    ]


def _sentence(found: ErrorDetails) -> str:
    kind, keys, context = found["type"], found["loc"], found.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "extra_forbidden":
        return _unknown_key(keys)
    if kind in {"enum", "literal_error"}:
        return _wrong_choice(found["input"], _IN_QUOTES.findall(context["expected"]))
    if _table_at(keys):
        in_list = isinstance(keys[-1], int) or kind == "tuple_type"
        return _not_a_table(keys, found["input"], in_list=in_list)
    if kind in _SENTENCES:
        return _SENTENCES[kind].format_map({**context, "input": quoted(found["input"])})
    return f"{found['msg']}."


def _unknown_key(keys: Keys) -> str:
    if keys == ("discord", "token"):  # also one that does not look like any
        return NOT_IN_THIS_FILE
    table = _table_at(keys[:-1]) or ConfigFile
    nearest = get_close_matches(str(keys[-1])[:60], table.model_fields, n=1)
    if nearest:
        return f'There is no such key; the nearest that there is here is "{nearest[0]}".'
    return f"There is no such key; those that there are here are {', '.join(table.model_fields)}."


def _wrong_choice(value: object, choices: list[str]) -> str:
    listed = ", ".join(f'"{choice}"' for choice in choices)
    likely = get_close_matches(str(value)[:60], choices, n=1)
    hint = f'; did you mean "{likely[0]}"?' if likely else "."
    return f"{quoted(value)} is none of {listed}{hint}"


def _not_a_table(keys: Keys, value: object, *, in_list: bool) -> str:
    name = next(key for key in keys if isinstance(key, str))
    if in_list and isinstance(value, dict):
        return f'There may be several of these; write "[[{name}]]" instead of "[{name}]".'
    header = f"[[{name}]]" if in_list else f"[{name}]"
    return f'Must be a table; write "{header}" on a line of its own, and its keys below.'


def _table_at(keys: Keys) -> type[Table] | None:
    """Return the kind of table that the keys lead to, None if it is something else."""
    table: type[Table] | None = ConfigFile
    for key in keys:
        if isinstance(key, str):
            table = _table_in(table, key)
    return table


def _table_in(table: type[Table] | None, key: str) -> type[Table] | None:
    field = table.model_fields.get(key) if table else None
    if field is None:
        return None
    kinds = (field.annotation, *get_args(field.annotation))
    return next(
        (kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Table)), None
    )
