"""What rendering needs to know of its surroundings."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.sandbox.world import World

DEEPEST = 12
"""How far marks may nest; what is deeper is shown as it was typed."""


class Names(Protocol):
    """Looks up what is mentioned; None for what nobody knows."""

    def channel(self, snowflake: int) -> str | None:
        """Return a channel's name."""
        ...

    def role(self, snowflake: int) -> str | None:
        """Return a role's name."""
        ...

    def user(self, snowflake: int) -> str | None:
        """Return an account's name."""
        ...


class Nobody:
    """Knows no names: for messages that stand in no world."""

    def channel(self, snowflake: int) -> str | None:  # noqa: ARG002 - see Names
        """Return None."""
        return None

    role = user = channel


class WorldNames:
    """The names of a sandbox's world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def channel(self, snowflake: int) -> str | None:
        """Return a channel's name."""
        channel = self._world.channel(snowflake)
        return channel.name if channel else None

    def role(self, snowflake: int) -> str | None:
        """Return a role's name, whichever server it belongs to."""
        for guild in self._world.guilds:
            if snowflake in guild.roles:
                return guild.roles[snowflake].name.removeprefix("@")
        return None

    def user(self, snowflake: int) -> str | None:
        """Return an account's name."""
        user = self._world.users.get(snowflake)
        return user.name if user else None


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a text is shown: whose names hold, what moment it is, what stands around it."""

    names: Names
    now: datetime
    depth: int = 0
    in_link: bool = False
    """Whether this is a link's text, in which there are no further links."""

    in_quote: bool = False
    """Whether this is a quote, in which there are no further quotes."""

    heading: int = 2
    """The level of a heading here: a page has one of level 1, and no level is left out."""

    pictures: bool = True
    """Whether pictures may be fetched from where they are; else stand-ins are drawn."""

    live: bool = True
    """Whether somebody hears of buttons and menus; else they are drawn switched off."""

    @property
    def is_deepest(self) -> bool:
        """Whether marks are no longer looked for."""
        return self.depth >= DEEPEST

    def deeper(self) -> "Setting":
        """Return the setting within a mark."""
        return replace(self, depth=self.depth + 1)

    def linked(self) -> "Setting":
        """Return the setting of a link's text."""
        return replace(self, depth=self.depth + 1, in_link=True)

    def below_a_heading(self) -> "Setting":
        """Return the setting of what stands under a heading."""
        return replace(self, heading=self.heading + 1)

    def quoted(self) -> "Setting":
        """Return the setting within a quote."""
        return replace(self, depth=self.depth + 1, in_quote=True)
