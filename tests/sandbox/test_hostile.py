"""Bodies that no client should send: refused with a place, never a failure of the sandbox."""

import asyncio
import contextlib
import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox import ManualClock, Permission, Settings, message_payloads, render_message
from bot.sandbox.backend import Backend
from bot.sandbox.calls import Call
from bot.sandbox.errors import DiscordError
from bot.sandbox.interaction import InteractionKind
from bot.sandbox.messages import Body
from bot.sandbox.rest import ENDPOINTS
from tests.sandbox.sources import ERROR_MESSAGES, documented
from tests.sandbox.test_openapi import COMMAND, MESSAGE

pytestmark = documented(ERROR_MESSAGES)

Json = Any
Path = tuple[str | int, ...]

BODY: Json = MESSAGE | {
    "allowed_mentions": {"parse": ["users"], "roles": ["1"], "replied_user": True},
    "message_reference": {"message_id": "1"},
    "attachments": [{"id": 0, "filename": "x", "description": "y"}],
    "flags": 4,
    "enforce_nonce": True,
}
LAYOUT: Json = {
    "flags": 1 << 15,
    "components": [
        {"type": 17, "components": [{"type": 10, "content": "x"}, {"type": 14}]},
        {
            "type": 9,
            "components": [{"type": 10, "content": "x"}],
            "accessory": {"type": 2, "style": 1, "label": "x", "custom_id": "c"},
        },
    ],
}
FIELD: Json = {"type": 4, "custom_id": "c", "label": "l", "style": 1, "min_length": 1}
MODAL: Json = {
    "title": "x",
    "custom_id": "f",
    "components": [
        {"type": 1, "components": [FIELD]},
        {"type": 18, "label": "l", "component": {"type": 4, "custom_id": "d", "style": 2}},
    ],
}
SUB: Json = {"name": "add", "description": "x", "type": 1, "options": COMMAND["options"]}

TEMPLATES: list[tuple[str, str, Json]] = [
    ("POST", "/channels/{channel_id}/messages", BODY),
    ("POST", "/channels/{channel_id}/messages", LAYOUT),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}", BODY),
    ("PATCH", "/channels/{channel_id}", {"name": "x", "archived": True, "locked": False}),
    ("POST", "/channels/{channel_id}/threads", {"name": "x", "type": 11, "message": BODY}),
    ("POST", "/users/@me/channels", {"recipient_id": "1"}),
    ("PUT", "/applications/{application_id}/commands", [COMMAND, COMMAND | {"options": [SUB]}]),
    ("POST", "/applications/{application_id}/commands", COMMAND),
    (
        "POST",
        "/interactions/{interaction_id}/{interaction_token}/callback",
        {"type": 4, "data": BODY},
    ),
    (
        "POST",
        "/interactions/{interaction_id}/{interaction_token}/callback",
        {"type": 9, "data": MODAL},
    ),
    ("POST", "/webhooks/{webhook_id}/{webhook_token}", BODY),
]

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["", "1", "@everyone", "<@1>", "https://", "\ud83d", "\x00", "x" * 5_000]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "components", "name", "url", "id"]), inner)
    ),
    max_leaves=6,
)


def _places(body: Json, path: Path = ()) -> Iterator[Path]:
    yield path
    items: Any = ()
    if isinstance(body, dict):
        items = body.items()
    elif isinstance(body, list):
        items = enumerate(body)
    for key, value in items:
        yield from _places(value, (*path, key))


def _with(body: Json, path: Path, junk: Json) -> Json:
    if not path:
        return junk
    body = copy.deepcopy(body)
    node = body
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = junk
    return body


@st.composite
def broken(draw: st.DrawFn) -> tuple[str, str, Json]:
    """A request of which one place is junk."""
    method, route, body = draw(st.sampled_from(TEMPLATES))
    return method, route, _with(body, draw(st.sampled_from(list(_places(body)))), draw(JUNK))


async def _call(method: str, route: str, body: Json) -> None:
    """Make a request of a world that has what its path names."""
    backend = Backend.create(Settings(), ManualClock())
    world = backend.world
    guild = world.add_guild("Reading Room", bot_permissions=Permission.ADMINISTRATOR)
    channel = guild.add_forum("f") if route.endswith("/threads") else guild.add_text_channel("t")
    interaction = backend.interactions.start(InteractionKind.COMMAND, guild.owner, channel, {})
    if route.startswith("/webhooks"):
        backend.interactions.answer(interaction.id, interaction.token, {"type": 5})
    path = {
        "channel_id": str(channel.id),
        "message_id": str(channel.post(world.bot, Body("x")).id),
        "application_id": str(world.application_id),
        "webhook_id": str(world.application_id),
        "webhook_token": interaction.token,
        "interaction_id": str(interaction.id),
        "interaction_token": interaction.token,
    }
    HANDLERS[method, route](Call(backend, path, {}, body))
    for message in channel.messages:
        json.dumps(message_payloads.shown(message))
        render_message(message)
    await backend.interactions.close()


HANDLERS = {(endpoint.method, endpoint.route): endpoint.handle for endpoint in ENDPOINTS}


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(broken())
def test_one_broken_place(request: tuple[str, str, Json]) -> None:
    """Whatever stands in one place of a body, it is accepted or refused, and nothing breaks."""
    with contextlib.suppress(DiscordError):
        asyncio.run(_call(*request))
