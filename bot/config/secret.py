"""Where the bot's token comes from. It is never part of a value or a message of this package."""

import re
from collections.abc import Mapping
from pathlib import Path

from bot.config.problems import ConfigError
from bot.config.values import Config

VARIABLE = "DISCORD_TOKEN"
"""The environment variable that holds the token."""

_PREFIX = re.compile(r"\Abot\s+", re.IGNORECASE)


def token(config: Config, environ: Mapping[str, str]) -> str:
    """Return the token from DISCORD_TOKEN, else from the file `discord.token_file`.

    The "Bot " that stands before it in HTTP headers is dropped. Raises ConfigError if there is
    none, or if it cannot be one; the sentence never repeats it.
    """
    if found := environ.get(VARIABLE, "").strip():
        return _usable(found, VARIABLE)
    return _usable(_from_file(config.discord.token_file), "discord.token_file")


def _from_file(path: Path) -> str:
    try:
        found = path.read_text("utf-8-sig").strip()
    except FileNotFoundError:
        sentence = (
            f"There is no token; set the environment variable {VARIABLE}, or put the token into "
            f'the file "{path}", or into another one that discord.token_file names.'
        )
    except UnicodeDecodeError:
        sentence = f'discord.token_file: "{path}" is not text; put the token alone into it.'
    except OSError as error:
        sentence = (
            f'discord.token_file: "{path}" cannot be read ({error.strerror}); '
            f"look at its permissions, or set the environment variable {VARIABLE}."
        )
    else:
        if found:
            return found
        sentence = f'discord.token_file: "{path}" is empty; put the token into it.'
    raise ConfigError([sentence])


def _usable(found: str, where: str) -> str:
    """Refuse what no HTTP header can carry, which would fail later and in a worse place."""
    found = _PREFIX.sub("", found)
    if not re.fullmatch("[!-~]+", found):
        sentence = (
            f"{where}: This is not a token, since it holds white space or letters beyond ASCII; "
            "copy it again from Discord's developer portal."
        )
        raise ConfigError([sentence])
    return found
