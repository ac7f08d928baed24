"""What all embeds have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

PLAIN = 0x5865F2
"""The colour of what belongs to no topic: Discord's own."""

GAP = "\n\n"
"""What stands between two stories of a list."""

_ROOM_FOR_THE_REST = 25


def relative_time(moment: datetime) -> str:
    """A moment as each reader's Discord tells it: “3 hours ago”."""
    return discord.utils.format_dt(moment, "R")


def counted(many: int, what: str, plural: str | None = None) -> str:
    """A number of things in words: “1 story”, “3 stories”."""
    return f"1 {what}" if many == 1 else f"{many} {plural or what + 's'}"


def joined(lines: Iterable[str], room: int, head: str = "") -> str:
    """The head and as many whole lines as fit the room, then how many did not."""
    text, left_out = head, 0
    for line in lines:
        longer = f"{text}\n{line}" if text else line
        if left_out or len(longer) + _ROOM_FOR_THE_REST > room:
            left_out += 1
        else:
            text = longer
    return f"{text}\n-# … and {left_out} more" if left_out else text
