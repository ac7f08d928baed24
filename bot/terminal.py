"""What the command line writes: results to stdout, everything else to stderr."""

from __future__ import annotations

import json
import shutil
import sys
from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console

from bot.preview import SILENCE, messages
from bot.sandbox import Sandbox
from bot.sandbox.build import build_world
from bot.sandbox.clock import ManualClock
from bot.sandbox.messages import Body
from bot.sandbox.page.document import render_page
from bot.sandbox.text import render_message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.preview import Preview
    from digests.topic import Topics

NARROWEST, WIDEST = 40, 100
"""Columns of text that still read well."""


def columns() -> int:
    """How wide text is set: as the terminal or COLUMNS says, within reason; 80 without either."""
    return min(max(shutil.get_terminal_size((80, 24)).columns, NARROWEST), WIDEST)


def put(text: str) -> None:
    """Write a result, at once: who reads it through a pipe may have gone already."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def put_json(value: Any) -> None:
    """Write a result for programs: JSON in which letters stay letters where stdout allows them."""
    readable = sys.stdout.encoding.lower().replace("-", "") == "utf8"
    put(json.dumps(value, ensure_ascii=not readable, indent=2))


def tell(sentence: str) -> None:
    """Write what is not a result: a problem, or a note."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


@contextmanager
def busy(doing: str) -> Iterator[None]:
    """Show on a terminal, and nowhere else, that something takes its time."""
    with Console(stderr=True).status(doing):
        yield


def one_line(text: str) -> str:
    """A name of a file as a line may show it: nothing in it speaks to the terminal."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape", "surrogatepass").decode()
        for each in text
    )


def survive_any_text(stream: TextIO) -> None:
    """Let a stream write an escape for what its encoding lacks, instead of failing."""
    reconfigure = getattr(stream, "reconfigure", None)  # a stream that a test puts there has none
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def preview_text(preview: Preview, topics: Topics) -> str:
    """Draw the messages of a preview as a channel would show them at its moment, or say: none."""
    sandbox = Sandbox(clock=ManualClock(preview.request.at.astimezone(UTC)))
    channel = build_world(sandbox, channels=1)[0].channels[0]
    drawn = []
    for payload in messages(preview, topics):
        body = Body(
            payload.get("content", ""),
            embeds=tuple(payload["embeds"]),
            components=tuple(payload.get("components", ())),
        )
        message = channel.post(sandbox.world.bot, body)
        drawn.append(render_message(message, columns()))
    return "\n\n".join(drawn) or SILENCE


def preview_page(preview: Preview, topics: Topics, *, pictures: bool) -> str:
    """Draw the messages of a preview as one HTML page that needs nothing else.

    With `pictures` a browser fetches them from the sites that the articles name.
    """
    moment = preview.request.at
    sent = [message | {"timestamp": moment.isoformat()} for message in messages(preview, topics)]
    note = (
        f"A picture of what would be posted on {moment:%A, %d %B %Y at %H:%M %Z}. "
        "Links can be followed; buttons and menus work in Discord only. "
        + ("Pictures come from their sites." if pictures else "Pictures are drawn stand-ins.")
    )
    if not sent:
        note = f"{moment:%A, %d %B %Y at %H:%M %Z}. {SILENCE}"
    return render_page(sent, title="The digest to come", note=note, now=moment, pictures=pictures)
