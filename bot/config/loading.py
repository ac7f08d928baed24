"""From a file's text to the configuration, or to everything that is wrong with it."""

import re
import tomllib
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from bot.config.clashes import clashes_in
from bot.config.effects import without_effect
from bot.config.places import sentences
from bot.config.problems import ConfigError, Problem, problems_in
from bot.config.tables import ConfigFile, Feed, SubscriptionTable
from bot.config.values import Config, FixedSubscription

DEFAULT_CONFIG = Path("config.toml")
"""The file that is read if none is named."""

_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)


def load(path: Path) -> Config:
    """Read the file at `path`; relative paths in it start at the directory it is in.

    Raises ConfigError with all problems. The token is not looked for: see `token`.
    """
    return parse(_read(path), base=path.absolute().parent, name=str(path))


def feeds_in(path: Path) -> tuple[Feed, ...]:
    """Return the feeds of the file at `path` that are fine, however wrong the rest of it is."""
    try:
        written = _toml(_read(path), str(path)).get("feeds")
    except ConfigError:
        return ()
    feeds = []
    for table in written if isinstance(written, list) else []:
        with suppress(ValidationError):
            feeds.append(Feed.model_validate(table, context=path.absolute().parent))
    return tuple(feeds)


def parse(text: str, *, base: Path, name: str = "config.toml") -> Config:
    """Read a configuration from its text; raises ConfigError with all problems.

    Relative paths start at `base`; `name` is what problems call the file.
    """
    written = _toml(text, name)
    file = _validated(written, base)
    clashes = clashes_in(written, base)
    problems = file + clashes if isinstance(file, list) else clashes
    if isinstance(file, list) or problems:
        raise ConfigError(sentences(problems, text, written, name))
    return Config(
        feeds=file.feeds,
        topics=tuple(table.topic() for table in file.topics),
        subscriptions=tuple(map(_fixed, file.subscriptions)),
        discord=file.discord,
        database=file.database,
        health=file.health,
        logging=file.logging,
        warnings=tuple(sentences(without_effect(file), text, written, name)),
    )


def _validated(written: dict[str, object], base: Path) -> ConfigFile | list[Problem]:
    """Return the tables, or the problems.

    pydantic's error ends here: it holds what was written, so the context of a ConfigError would.
    """
    try:
        return ConfigFile.model_validate(written, context=base)
    except ValidationError as error:
        return problems_in(error)


def _fixed(table: SubscriptionTable) -> FixedSubscription:
    return FixedSubscription(table.title, table.channel, table.wishes())


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        sentence = "There is no such file; look for a slip in its path."
        if path.name == DEFAULT_CONFIG.name:
            sentence = "There is no such file; make one with: cp config.example.toml config.toml"
    except IsADirectoryError:
        sentence = "This is a directory; name the configuration file in it."
    except UnicodeDecodeError:
        sentence = "This is not UTF-8 text; save the file in that encoding."
    except OSError as error:
        sentence = f"The file cannot be read ({error.strerror}); look at its permissions."
    raise ConfigError([f"{path}: {sentence}"])


def _toml(text: str, name: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also of numbers too long, lists too deep
        raise ConfigError([_syntax(error, text, name)]) from None


def _syntax(error: Exception, text: str, name: str) -> str:
    found = _PLACE.fullmatch(str(error))
    if not found:
        return f"{name}: This is not TOML; a number is too long, or lists are nested too deep."
    what, line, column = found.groups()
    if line is None:
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
    return f"{name}, line {line}, column {column}: {what}; this is not TOML."
