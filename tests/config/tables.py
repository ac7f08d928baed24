"""What the tables of the configuration hold, asked of the models: the truth that documents tell."""

import tomllib
from typing import get_args

from bot.config.tables import ConfigFile, Table

LEAST = {
    "feeds": 'name = "ai"\ndirectory = "articles"\n',
    "topics": 'name = "Robotics"\n',
    "subscriptions": 'channel = 1\ncron = "0 9 * * *"\n',
}
"""The least that a table of each list holds."""


def tables() -> dict[str, type[Table]]:
    """Return the kind of each table of the file, by its name."""
    found = {}
    for name, field in ConfigFile.model_fields.items():
        (found[name],) = (
            kind
            for kind in (field.annotation, *get_args(field.annotation))
            if isinstance(kind, type) and issubclass(kind, Table)
        )
    return found


def all_keys() -> set[tuple[str, str]]:
    """Return every key of every table, as (table, key)."""
    return {(name, key) for name, table in tables().items() for key in table.model_fields}


def needed_keys() -> set[tuple[str, str]]:
    """Return the keys without a default; a cron text is one since the default mode needs it."""
    required = {
        (name, key)
        for name, table in tables().items()
        for key, field in table.model_fields.items()
        if field.is_required()
    }
    return required | {("subscriptions", "cron")}


def is_default(table: str, key: str, value: str) -> bool:
    """Tell whether to write the key with this TOML value is the same as to leave it out."""
    kind, least = tables()[table], LEAST.get(table, "")
    written = kind.model_validate(tomllib.loads(f"{least}{key} = {value}"))
    return written == kind.model_validate(tomllib.loads(least))
