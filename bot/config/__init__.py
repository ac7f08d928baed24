"""The configuration: `config.toml` becomes one frozen value, or a list of all its problems.

docs/configuration.md is the reference of its keys, config.example.toml the file to start from.
"""

from bot.config.fields import is_loopback
from bot.config.loading import DEFAULT_CONFIG, feeds_in, load, parse
from bot.config.problems import ConfigError
from bot.config.secret import token
from bot.config.tables import (
    DatabaseSettings,
    DiscordSettings,
    Feed,
    HealthSettings,
    LoggingSettings,
)
from bot.config.values import Config, FixedSubscription

__all__ = [
    "DEFAULT_CONFIG",
    "Config",
    "ConfigError",
    "DatabaseSettings",
    "DiscordSettings",
    "Feed",
    "FixedSubscription",
    "HealthSettings",
    "LoggingSettings",
    "feeds_in",
    "is_loopback",
    "load",
    "parse",
    "token",
]
