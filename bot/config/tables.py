"""The tables of the configuration file: which keys there are, of what kind, with which default.

A table that needs no translation is also the value the program is given. Topics and subscriptions
become values of `digests`. In the file, "" stands for None.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from bot.config.fields import (
    ApiUrl,
    Colour,
    GatewayUrl,
    Id,
    Listen,
    Lookback,
    Name,
    OptionalEmoji,
    OptionalName,
    Place,
    Quiet,
    RoleId,
    Timezone,
    Whole,
)
from digests.ranking import Sort
from digests.schedule import Schedule
from digests.subscription import Layout, Mode, WhenEmpty, Wishes
from digests.topic import Topic

Level = Literal["debug", "info", "warning", "error"]
"""From which severity on the program logs."""

LogFormat = Literal["console", "json"]
"""How a line of the log looks."""

Poll = Literal["auto", "always", "never"]
"""Whether a feed is looked through every few seconds; auto = where changes are not notified."""

NO_FEED = "Needs at least one feed; add [[feeds]] with a name and a directory."
"""What is said of a file without feeds."""


class Table(BaseModel):
    """A table of the file: unknown keys are errors, and defaults are checked like what is written.

    The validation's context is the directory that relative paths start at; None keeps them as
    they are. Inputs stay out of errors, since one of them may be a token.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=True,
        revalidate_instances="always",  # so that the paths of a table left out have a base, too
        hide_input_in_errors=True,
    )


class DiscordSettings(Table):
    """[discord]: how to reach Discord. The token is no part of it; see `bot.config.token`."""

    token_file: Place = Path("/run/secrets/discord")
    api_url: ApiUrl = "https://discord.com/api/v10"
    gateway_url: GatewayUrl = "wss://gateway.discord.gg"
    command_guilds: tuple[Id, ...] = ()


class DatabaseSettings(Table):
    """[database]: where everything remembered is kept."""

    path: Place = Path("digest-bot.sqlite3")


class Feed(Table):
    """[[feeds]]: a directory of articles. It need not exist yet."""

    name: Name
    directory: Place
    poll: Poll = "auto"


class HealthSettings(Table):
    """[health]: where GET /healthz and GET /metrics are answered; None = nowhere."""

    listen: Listen = ("127.0.0.1", 8080)


def _in_lower_case(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class LoggingSettings(Table):
    """[logging]: what the program says on stderr."""

    level: Annotated[Level, BeforeValidator(_in_lower_case)] = "info"
    format: LogFormat = "console"


class TopicTable(Table):
    """[[topics]]: what is to be said of a topic beyond its name."""

    name: Name
    parent: OptionalName = None
    colour: Colour = None
    emoji: OptionalEmoji = None
    aliases: tuple[Name, ...] = ()

    def topic(self) -> Topic:
        """Return the topic that the table describes."""
        return Topic(self.name, self.parent, self.colour, self.emoji, self.aliases)


class SubscriptionTable(Table):
    """[[subscriptions]]: a standing request that people in Discord cannot change.

    `cron` comes after what its check looks at. A name that is left out is the mode's.
    """

    name: OptionalName = None
    mode: Mode = Mode.DIGEST
    channel: Id
    topics: tuple[Name, ...] = ()
    timezone: Timezone = "UTC"
    cron: str = ""
    sort: Sort = Sort.HEAT
    max_stories: Annotated[Whole, Field(ge=1, le=50)] = 10
    min_heat: Whole = 0
    lookback: Lookback = None
    layout: Layout = Layout.LIST
    when_empty: WhenEmpty = WhenEmpty.SKIP
    role: RoleId = 0
    max_per_day: Whole = 0
    quiet: Quiet = None

    @field_validator("cron")
    @classmethod
    def _cron_suits_mode(cls, cron: str, info: ValidationInfo) -> str:
        mode, cron = info.data.get("mode"), cron.strip()
        if mode is Mode.DIGEST and not cron:
            raise ValueError('A digest needs one, for example "0 9 * * *" for every day at 09:00.')
        if cron:
            Schedule.parse(cron, info.data.get("timezone", "UTC"))
        return cron

    @property
    def title(self) -> str:
        """The name by which the subscription is known."""
        return self.name or self.mode.value

    def wishes(self) -> Wishes:
        """Return what the subscription asks for; `bot.config.effects` tells what has no effect."""
        is_digest = self.mode is Mode.DIGEST
        return Wishes(
            mode=self.mode,
            topics=self.topics,
            schedule=Schedule.parse(self.cron, self.timezone) if is_digest else None,
            sort=self.sort,
            max_stories=self.max_stories,
            min_heat=self.min_heat,
            lookback=self.lookback,
            layout=self.layout,
            when_empty=self.when_empty,
            role=self.role,
            max_per_day=self.max_per_day,
            quiet=self.quiet,
            timezone=self.timezone,
        )


class ConfigFile(Table):
    """The whole file."""

    discord: DiscordSettings = DiscordSettings()
    database: DatabaseSettings = DatabaseSettings()
    feeds: tuple[Feed, ...] = ()
    topics: tuple[TopicTable, ...] = ()
    subscriptions: tuple[SubscriptionTable, ...] = ()
    health: HealthSettings = HealthSettings()
    logging: LoggingSettings = LoggingSettings()

    @field_validator("feeds")
    @classmethod
    def _some_feed(cls, feeds: tuple[Feed, ...]) -> tuple[Feed, ...]:
        if not feeds:
            raise ValueError(NO_FEED)
        return feeds
