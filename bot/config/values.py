"""What the configuration is to the rest of the program: frozen values without the token."""

from dataclasses import dataclass, field

from bot.config.tables import (
    DatabaseSettings,
    DiscordSettings,
    Feed,
    HealthSettings,
    LoggingSettings,
)
from digests.subscription import Wishes
from digests.topic import Topic


@dataclass(frozen=True, slots=True)
class FixedSubscription:
    """A subscription of the configuration. `name` is unique among them, whatever its case."""

    name: str
    channel_id: int
    wishes: Wishes


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that the operator decides.

    Made in code, as by the demo, every part but the feeds has a default, and paths are used as
    they are given. `warnings` has a sentence for each thing in the file that may not be meant.
    """

    feeds: tuple[Feed, ...]
    topics: tuple[Topic, ...] = ()
    subscriptions: tuple[FixedSubscription, ...] = ()
    discord: DiscordSettings = field(default_factory=DiscordSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    health: HealthSettings = field(default_factory=HealthSettings)
    logging: LoggingSettings = field(default_factory=LoggingSettings)
    warnings: tuple[str, ...] = ()
