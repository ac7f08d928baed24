"""What is suggested while people type."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from discord import app_commands

from bot.chat import limits

if TYPE_CHECKING:
    from collections.abc import Iterable


def choices(texts: Iterable[str]) -> list[app_commands.Choice[str]]:
    """The suggestions that Discord takes: 25, of at most 100 characters."""
    short = [text for text in texts if len(text) <= limits.OPTION_LABEL]
    return [app_commands.Choice(name=text, value=text) for text in short[: limits.OPTIONS]]


def split_last(text: str) -> tuple[str, str]:
    """What stands before the last of several names with commas between, and that last one."""
    before, comma, last = text.rpartition(",")
    return (f"{before.strip()}, " if comma else ""), last.strip()


def zones_like(text: str) -> list[str]:
    """Time zones whose name holds the text, those beginning a part of the name with it first."""
    wanted = text.strip().replace(" ", "_").casefold()
    found = [zone for zone in available_timezones() if wanted in zone.casefold()]
    places = [zone for zone in found if "/" in zone or zone == "UTC"]
    return sorted(
        places, key=lambda zone: (not _begins(zone, wanted), zone.startswith("Etc/"), zone)
    )


def _begins(zone: str, wanted: str) -> bool:
    return any(part.casefold().startswith(wanted) for part in (zone, *zone.split("/")))
