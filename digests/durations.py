"""Lengths of time as people write them: `36h`, `2d`, `1h30m`, `2 weeks`."""

from __future__ import annotations

import re
from datetime import timedelta

from digests.text import quoted

SHORTEST = timedelta(minutes=1)
"""The shortest length that `parse_duration` takes."""

LONGEST = timedelta(days=90)
"""The longest length that `parse_duration` takes."""

_UNITS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
}

# Longer texts are refused unread: what fits, at seven digits a part, never overflows a timedelta.
_MOST_LETTERS = 40

_PART = r"([0-9]{1,7})\s*(w|weeks?|d|days?|h|hours?|m|min|minutes?)"
_FIND_PART = re.compile(_PART)
_WHOLE = re.compile(rf"(?:\s*{_PART}\s*)+")


class DurationError(ValueError):
    """A text that is no length of time, or one out of bounds; its sentence is meant for people."""


def parse_duration(text: str) -> timedelta:
    """Read a length of time: whole weeks, days, hours and minutes, alone or one after the other.

    White space and case do not count. DurationError if the text is anything else, or if the
    length is not between SHORTEST and LONGEST.
    """
    wanted = text.casefold()
    if len(text) > _MOST_LETTERS or not _WHOLE.fullmatch(wanted):
        raise DurationError(
            f"{quoted(text)} is no length of time; write whole minutes, hours, days or weeks, "
            'for example "90m", "36h", "2d" or "1w".'
        )
    parts = _FIND_PART.findall(wanted)
    length = sum((int(number) * _UNITS[unit[0]] for number, unit in parts), timedelta())
    if not SHORTEST <= length <= LONGEST:
        raise DurationError(
            f'{quoted(text)} is not between 1 minute and 90 days, as for example "36h" is.'
        )
    return length


def format_duration(length: timedelta) -> str:
    """Write a length so that `parse_duration` reads it back: in one unit if it fits evenly.

    What is less than a minute is left off; a negative length is a ValueError.
    """
    if length < timedelta():
        raise ValueError(f"a length of time is not negative: {length}")
    for unit in "wdh":
        if length and not length % _UNITS[unit]:
            return f"{length // _UNITS[unit]}{unit}"
    hours, minutes = divmod(length // _UNITS["m"], 60)
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if minutes or not hours else "")
