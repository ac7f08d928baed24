"""Times of day and time zones as people write them: `09:00`, `Europe/Berlin`."""

from __future__ import annotations

import re
from datetime import time
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, available_timezones

from digests.text import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

# Names that zoneinfo opens, but that are copies, count leap seconds, or differ by machine.
_NOT_A_PLACE: Final = re.compile(r"(posix|right)/.*|localtime|posixrules|Factory")
_TIME_OF_DAY: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


class ScheduleError(ValueError):
    """A schedule, time zone, time or quiet hours that cannot be used; the text says what to do."""


def time_of_day(text: str) -> time:
    """Read a time from 00:00 to 23:59; anything else raises ScheduleError."""
    found = _TIME_OF_DAY.fullmatch(text.strip())
    if not found:
        raise ScheduleError(f"{quoted(text)} is not a time of day; write it as 09:00 or 21:30.")
    return time(int(found[1]), int(found[2]))


def zone_named(name: str) -> str:
    """Return the time zone of that name, in whatever case, as it is spelled.

    Raises ScheduleError, with the zones that were probably meant, if there is none.
    """
    if not name:
        raise ScheduleError("A schedule needs a time zone, for example Europe/Berlin or UTC.")
    if not _NOT_A_PLACE.fullmatch(name) and _opens(name):
        return name
    zones = sorted(zone for zone in available_timezones() if not _NOT_A_PLACE.fullmatch(zone))
    spelled = [zone for zone in zones if zone.lower() == name.lower()]
    if len(spelled) == 1:
        return spelled[0]
    likely = _nearest_zones(name, zones)
    hint = (
        f"did you mean {listed(likely, 'or')}?"
        if likely
        else "write one such as Europe/Berlin or UTC."
    )
    raise ScheduleError(f"There is no time zone {quoted(name)}; {hint}")


def _opens(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # unknown; a path, or no zone data; a folder of zones
        return False
    return True


def _nearest_zones(name: str, zones: Sequence[str]) -> list[str]:
    """Return up to three zones that were probably meant, also by city alone."""
    spellings = {zone.rpartition("/")[2].lower(): zone for zone in zones}
    spellings |= {zone.lower(): zone for zone in zones}
    wanted = name[:64].lower().replace(" ", "_")
    if wanted in spellings:
        return [spellings[wanted]]
    close = get_close_matches(wanted, spellings, n=3, cutoff=0.75)
    return list(dict.fromkeys(spellings[spelling] for spelling in close))
