"""What a preview looks like, drawn as the sandbox draws messages: as text, and as a page."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from bot.preview import SILENCE, messages
from bot.sandbox import Sandbox
from bot.sandbox.build import build_world
from bot.sandbox.clock import ManualClock
from bot.sandbox.messages import Body
from bot.sandbox.page.document import render_page
from bot.sandbox.text import render_message
from bot.terminal import columns

if TYPE_CHECKING:
    from bot.preview import Preview
    from digests.topic import Topics


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
