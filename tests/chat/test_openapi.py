"""Every body that the bot sends against Discord's own specification of its API.

The specification is not part of this repository
(https://github.com/discord/discord-api-spec); without it beside the checkout this is skipped.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from bot.sandbox import rest
from digests.subscription import Layout, WhenEmpty
from tests.chat.support import label_ids, options_of
from tests.support.bot import HOUR, alerts, digest

if TYPE_CHECKING:
    from aiohttp import web

    from bot.sandbox import Channel, Guild, Person
    from tests.chat.conftest import AtWork
    from tests.support.bot import BotAtWork

SPECIFICATION = Path(__file__).parents[3] / "shared" / "discord" / "openapi.json"

pytestmark = pytest.mark.skipif(
    not SPECIFICATION.exists(), reason="Discord's API specification is not beside the checkout"
)

Bodies = dict[str, list[Any]]
"""What was sent, by method and path; the parts of a path that vary are `{}`."""

CALLBACK = "POST /interactions/{}/{}/callback"
CALLBACK_SCHEMAS = {
    4: "CreateMessageInteractionCallbackRequest",
    5: "CreateMessageInteractionCallbackRequest",
    6: "UpdateMessageInteractionCallbackRequest",
    7: "UpdateMessageInteractionCallbackRequest",
    8: "ApplicationCommandAutocompleteCallbackRequest",
}


@pytest.fixture
def bodies(monkeypatch: pytest.MonkeyPatch) -> Bodies:
    """Everything that the bot sends from now on."""
    sent: Bodies = defaultdict(list)
    read_body = rest.read_body

    async def keep(request: web.Request) -> tuple[object, Any]:
        body, uploads = await read_body(request)
        resource = request.match_info.route.resource
        if body is not None and resource is not None:
            path = re.sub(r"\{\w+\}", "{}", resource.canonical.removeprefix(rest.PREFIX))
            sent[f"{request.method} {path}"].append(body)
        return body, uploads

    monkeypatch.setattr(rest, "read_body", keep)
    return sent


class Specification:
    """Validators for the bodies of requests."""

    def __init__(self) -> None:
        whole = json.loads(SPECIFICATION.read_text("utf-8"))
        self._components = whole["components"]
        self._operations = {
            f"{method.upper()} {re.sub(r'{[^}]+}', '{}', path)}": operation
            for path, methods in whole["paths"].items()
            for method, operation in methods.items()
            if isinstance(operation, dict)
        }

    def problems(self, operation: str, body: Any) -> list[str]:
        """What is wrong with a body."""
        if operation == CALLBACK:
            schema = {"$ref": f"#/components/schemas/{CALLBACK_SCHEMAS[body['type']]}"}
        else:
            content = self._operations[operation]["requestBody"]["content"]
            schema = content["application/json"]["schema"]
        validator = jsonschema_rs.validator_for(schema | {"components": self._components})
        errors = validator.iter_errors(tolerated(body))
        return [f"{'.'.join(map(str, one.instance_path))}: {one.message}" for one in errors]


def tolerated(body: Any) -> Any:
    """The body without what discord.py itself adds, and Discord takes."""
    if isinstance(body, list):
        return [tolerated(one) for one in body]
    if not isinstance(body, dict):
        return body
    kept: dict[str, Any] = {
        key: [str(one) for one in value] if key in {"roles", "users"} else tolerated(value)
        for key, value in body.items()
        if key not in {"nsfw", "tts"}
    }
    for embed in kept.get("embeds") or ():
        embed.pop("flags", None)
    return kept


async def tour(bot: BotAtWork, news: Channel, anna: Person, guild: Guild) -> None:
    """Have the bot say, once, nearly everything that it can say."""
    await bot.write_files(
        {
            f"{n}.md": bot.article(
                f"{thing} @everyone [x](y) **b** {'long ' * n}",
                heat=n - 1,
                url=f"https://post.example/{n}",
                excerpt="*" * n * 20,
                picture="https://i.example/p.png" if n % 2 else None,
                kind="video" if n % 3 else "article",
            )
            for n, thing in enumerate(
                ["amber", "brass", "cedar", "dented", "elm", "fig", "green", "hollow"]
            )
        }
    )
    for command in ("top-by-heat", "top-by-quality", "top-by-coverage", "latest", "topics", "help"):
        await anna.slash(news, command)
    await anna.slash(news, "topic", topic="AI")
    await anna.slash(news, "latest", since="soon")
    await anna.autocomplete(news, "topic", "topic", "vis")
    await anna.autocomplete(news, "story", "story", "amb")
    answer = await anna.slash(news, "digest", share=True)
    menu = label_ids(answer)["All coverage of a story …"]
    await anna.select(answer.message, menu, options_of(answer)[0]["value"])
    page = await anna.slash(news, "search", text="long", topic="AI")
    await anna.click(page.message, "Next ▶")
    role = guild.add_role("Readers", mentionable=True)
    await anna.slash(news, "schedule add", name="extra", role=role)
    for command in ("preview", "run-now", "pause", "resume", "remove"):
        await anna.slash(news, f"schedule {command}", name="extra")
    await anna.slash(news, "schedule list")
    await anna.slash(news, "status")
    await bot.advance(6 * HOUR)


async def test_every_body_is_as_discord_wants_it(
    bodies: Bodies, guild: Guild, news: Channel, anna: Person, at_work: AtWork
) -> None:
    """Commands, answers, pages, suggestions, digests in both layouts, alerts and corrections."""
    posted = [
        digest(news),
        digest(guild.add_text_channel("cards"), name="cards", layout=Layout.CARDS),
        digest(
            guild.add_text_channel("quiet"),
            name="quiet",
            min_heat=999,
            when_empty=WhenEmpty.NOTE,
        ),
        alerts(guild.add_text_channel("alerts")),
    ]
    async with at_work(*posted, command_guilds=[guild.id]) as bot:
        await tour(bot, news, anna, guild)
        await bot.write("1.md", "brass, corrected", url="https://post.example/1")
        await bot.advance(HOUR)
    specification = Specification()
    wrong = [
        f"{operation}: {problem}"
        for operation, sent in bodies.items()
        for body in sent
        for problem in specification.problems(operation, body)
    ]
    assert wrong == []
    assert bodies.keys() >= {
        CALLBACK,
        "POST /channels/{}/messages",
        "PATCH /channels/{}/messages/{}",
        "PUT /applications/{}/commands",
        "PUT /applications/{}/guilds/{}/commands",
    }
    assert {body["type"] for body in bodies[CALLBACK]} == {4, 7, 8}
