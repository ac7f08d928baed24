"""The sandbox's answers against Discord's own specification of its API, where that is at hand."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from bot.sandbox import Channel, Guild, Permission, Person, Sandbox
from bot.sandbox.interaction import InteractionKind
from tests.sandbox.api import Api
from tests.sandbox.sources import OPENAPI, documented

SPECIFICATION = Path(__file__).parents[3] / "shared" / "discord" / "openapi.json"

pytestmark = [
    documented(OPENAPI),
    pytest.mark.skipif(
        not SPECIFICATION.exists(), reason="Discord's API specification is not beside the checkout"
    ),
]


class Specification:
    """Validators by the name of a schema."""

    def __init__(self) -> None:
        self._components = json.loads(SPECIFICATION.read_text())["components"]

    def problems(self, name: str, body: Any, *, many: bool = False) -> list[str]:
        """Return what is wrong with a body."""
        reference = {"$ref": f"#/components/schemas/{name}"}
        schema: dict[str, Any] = {"type": "array", "items": reference} if many else reference
        validator = jsonschema_rs.validator_for(schema | {"components": self._components})
        found = validator.iter_errors(body)
        return [f"{'.'.join(map(str, e.instance_path))}: {e.message}" for e in found]


@pytest.fixture(scope="module")
def specification() -> Specification:
    """Discord's specification, read once."""
    return Specification()


MESSAGE = {
    "content": "Hello",
    "embeds": [
        {
            "title": "News",
            "description": "x",
            "url": "https://example.com/a",
            "color": 255,
            "timestamp": "2026-03-02T09:00:00+00:00",
            "footer": {"text": "f", "icon_url": "https://example.com/f.png"},
            "author": {"name": "a", "url": "https://example.com"},
            "image": {"url": "https://example.com/i.png"},
            "thumbnail": {"url": "https://example.com/t.png"},
            "fields": [{"name": "n", "value": "v", "inline": True}],
        }
    ],
    "components": [
        {
            "type": 1,
            "components": [
                {"type": 2, "style": 1, "label": "Go", "custom_id": "go"},
                {"type": 2, "style": 5, "label": "Open", "url": "https://example.com"},
            ],
        },
        {
            "type": 1,
            "components": [
                {"type": 3, "custom_id": "m", "options": [{"label": "A", "value": "a"}]}
            ],
        },
    ],
    "nonce": "n1",
}

COMMAND = {
    "name": "news",
    "description": "x",
    "name_localizations": {"de": "neues"},
    "options": [
        {"name": "topic", "description": "x", "type": 3, "required": True, "max_length": 9},
        {"name": "limit", "description": "x", "type": 4, "choices": [{"name": "1", "value": 1}]},
    ],
}


async def test_messages(
    api: Api, channel: Channel, anna: Person, specification: Specification
) -> None:
    """Messages have Discord's shape: with embeds and parts, edited, in reply, with threads."""
    path = f"/channels/{channel.id}/messages"
    sent = await api.post(path, MESSAGE)
    assert specification.problems("MessageResponse", sent.body) == []
    await api.patch(f"{path}/{sent.body['id']}", {"content": f"Hello {anna.mention}"})
    await api.post(f"{path}/{sent.body['id']}/threads", {"name": "talk"})
    reference = {"message_id": sent.body["id"]}
    await api.post(path, {"content": "x", "message_reference": reference})
    anna.say(channel, "thanks")
    found = await api.get(path)
    assert specification.problems("MessageResponse", found.body, many=True) == []


async def test_channels(
    api: Api, guild: Guild, channel: Channel, anna: Person, specification: Specification
) -> None:
    """Channels of every kind have Discord's shape."""
    channel.deny(guild.everyone, Permission.SEND_TTS_MESSAGES)
    for made in (guild.add_forum, guild.add_announcement_channel, guild.add_voice_channel):
        made("x")
    listed = await api.get(f"/guilds/{guild.id}/channels")
    assert specification.problems("GuildChannelResponse", listed.body, many=True) == []
    thread = channel.start_thread("talk", anna.user)
    shown = await api.get(f"/channels/{thread.id}")
    assert specification.problems("ThreadResponse", shown.body) == []
    opened = await api.post("/users/@me/channels", {"recipient_id": str(anna.user.id)})
    assert specification.problems("PrivateChannelResponse", opened.body) == []


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/users/@me", "UserPIIResponse"),
        ("/applications/@me", "PrivateApplicationResponse"),
        ("/gateway", "GatewayResponse"),
        ("/gateway/bot", "GatewayBotResponse"),
        ("/guilds/{guild}", "GuildWithCountsResponse"),
        ("/guilds/{guild}/members/{bot}", "GuildMemberResponse"),
        ("/channels/1", "ErrorResponse"),
        ("/nowhere", "ErrorResponse"),
    ],
)
async def test_others(
    api: Api, guild: Guild, specification: Specification, path: str, schema: str
) -> None:
    """Accounts, applications, servers, members and errors have Discord's shape."""
    answer = await api.get(path.format(guild=guild.id, bot=guild.world.bot.id))
    assert specification.problems(schema, answer.body) == []


async def test_roles(api: Api, guild: Guild, specification: Specification) -> None:
    """Roles have Discord's shape."""
    listed = await api.get(f"/guilds/{guild.id}/roles")
    assert specification.problems("GuildRoleResponse", listed.body, many=True) == []


async def test_errors_of_a_body(api: Api, channel: Channel, specification: Specification) -> None:
    """The nested tree of what is wrong with a body has Discord's shape."""
    bad = {"content": "x" * 2_001, "embeds": [{"title": "x" * 257}] * 11}
    refused = await api.post(f"/channels/{channel.id}/messages", bad)
    # The specification says that these codes are numbers; Discord's own examples are words.
    body = json.loads(re.sub(r'"code": "\w+"', '"code": 0', json.dumps(refused.body)))
    assert specification.problems("ErrorResponse", body) == []


@pytest.mark.parametrize("everywhere", [False, True])
async def test_rate_limits(
    api: Api, sandbox: Sandbox, specification: Specification, *, everywhere: bool
) -> None:
    """What is told of a limit that is exceeded has Discord's shape."""
    sandbox.faults.rate_limit(2, is_global=everywhere)
    refused = await api.get("/users/@me")
    assert (refused.status, refused.body["global"]) == (429, everywhere)
    assert specification.problems("RatelimitedResponse", refused.body) == []


async def test_commands(
    api: Api, guild: Guild, sandbox: Sandbox, specification: Specification
) -> None:
    """Registered commands have Discord's shape, everywhere and in a server."""
    base = f"/applications/{sandbox.world.application_id}"
    for path in (f"{base}/commands", f"{base}/guilds/{guild.id}/commands"):
        made = await api.put(path, [COMMAND])
        problems = specification.problems("ApplicationCommandResponse", made.body, many=True)
        assert problems == []


async def test_interactions(
    api: Api, channel: Channel, sandbox: Sandbox, anna: Person, specification: Specification
) -> None:
    """What becomes of an answer, and the messages that answers make, have Discord's shape."""
    interaction = sandbox.backend.interactions.start(
        InteractionKind.COMMAND, anna.user, channel, {}, name="news"
    )
    path = f"/interactions/{interaction.id}/{interaction.token}/callback"
    body = {"type": 4, "data": {"content": "x"}}
    outcome = await api.post(path, body, params={"with_response": "1"})
    assert specification.problems("InteractionCallbackResponse", outcome.body) == []
    webhook = f"/webhooks/{sandbox.world.application_id}/{interaction.token}"
    follow_up = await api.post(webhook, {"content": "y"})
    assert specification.problems("MessageResponse", follow_up.body) == []
