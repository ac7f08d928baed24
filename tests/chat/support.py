"""Words for what people see, and the topics of the newsroom that these tests are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox import Reply, render_message
from digests.topic import Topic

if TYPE_CHECKING:
    from bot.sandbox import Message

WIDE = 5_000
"""Columns enough to keep every line in one piece."""

TOPICS = (
    Topic("Computer Vision", "AI", 0x123456, "👓", ("Seeing Machines",)),
    Topic("Lip Reading", "Computer Vision", 0x654321, "👄"),
)


def _message(shown: Message | Reply) -> Message:
    return shown.message if isinstance(shown, Reply) else shown


def seen(message: Message | Reply) -> str:
    """What a person reads in a message, line by line, without the marks of Markdown."""
    return render_message(_message(message), WIDE)


def titles(message: Message | Reply) -> list[str]:
    """The titles of a ranked answer, in order."""
    lines = [line.removeprefix("▌").strip() for line in seen(message).splitlines()]
    ranked = [line for line in lines if line.partition(". ")[0].isdecimal()]
    return [line.partition(". ")[2].rpartition(" ‹")[0] for line in ranked]


def label_ids(message: Message | Reply) -> dict[str, str]:
    """The custom_ids of a message's buttons, by label; those of its menus, by placeholder."""
    parts: list[dict[str, Any]] = [
        part
        for row in _message(message).components
        for part in row["components"]
        if "custom_id" in part
    ]
    return {part.get("label") or part["placeholder"]: part["custom_id"] for part in parts}


def options_of(message: Message | Reply) -> list[dict[str, Any]]:
    """The options of a message's first menu."""
    for row in _message(message).components:
        for part in row["components"]:
            if "options" in part:
                options: list[dict[str, Any]] = part["options"]
                return options
    return []
