"""Registering commands, and who is offered them.

https://docs.discord.com/developers/interactions/application-commands
"""

from typing import Any

import pytest

from bot.sandbox import Channel, Guild, Permission, Person, Sandbox
from tests.sandbox.api import Api
from tests.sandbox.sources import APPLICATION_COMMANDS, documented

pytestmark = documented(APPLICATION_COMMANDS)

Json = dict[str, Any]


@pytest.fixture
def everywhere(sandbox: Sandbox) -> str:
    """The path of the commands that are registered everywhere."""
    return f"/applications/{sandbox.world.application_id}/commands"


def _command(name: str = "news", **parts: Any) -> Json:
    return {"name": name, "description": "Tell the news", **parts}


def _option(name: str = "topic", kind: int = 3, **parts: Any) -> Json:
    return {"name": name, "description": "About what", "type": kind, **parts}


async def test_overwrite(api: Api, everywhere: str) -> None:
    """A PUT replaces everything, and what keeps its name keeps its id."""
    first = await api.put(everywhere, [_command("a"), _command("b")])
    second = await api.put(everywhere, [_command("b", description="Other"), _command("c")])
    assert [c["name"] for c in second.body] == ["b", "c"]
    assert second.body[0]["id"] == first.body[1]["id"]
    assert second.body[0]["version"] != first.body[1]["version"]
    assert (await api.get(everywhere)).body == second.body
    unchanged = await api.put(everywhere, [_command("b", description="Other")])
    assert unchanged.body[0]["version"] == second.body[0]["version"]


async def test_one_by_one(api: Api, everywhere: str) -> None:
    """A command is added (201), replaced by name (200), changed, and removed."""
    made = await api.post(everywhere, _command())
    assert made.status == 201
    again = await api.post(everywhere, _command(description="Other"))
    assert (again.status, again.body["id"]) == (200, made.body["id"])
    path = f"{everywhere}/{made.body['id']}"
    changed = await api.patch(path, {"description": "Third"})
    assert (changed.body["name"], changed.body["description"]) == ("news", "Third")
    assert (await api.get(path)).body == changed.body
    assert (await api.delete(path)).status == 204
    for gone in (await api.get(path), await api.delete(path), await api.patch(path, {})):
        assert (gone.status, gone.code) == (404, 10063)


async def test_in_one_server(
    api: Api, guild: Guild, channel: Channel, anna: Person, everywhere: str
) -> None:
    """A server's own command is offered there only, and hides a global one of its name."""
    own = everywhere.replace("/commands", f"/guilds/{guild.id}/commands")
    await api.put(everywhere, [_command("news"), _command("help")])
    made = await api.put(own, [_command("news", description="Ours"), _command("local")])
    assert made.body[0]["guild_id"] == str(guild.id)
    assert sorted(anna.commands(channel)) == ["help", "local", "news"]
    other = guild.world.add_guild("Lighthouse")
    other.add_member(anna.user)
    assert sorted(anna.commands(other.add_text_channel("x"))) == ["help", "news"]


async def test_strange_places(api: Api, everywhere: str, sandbox: Sandbox) -> None:
    """Another application's commands, or those of a server without the bot, are out of reach."""
    assert (await api.get("/applications/1/commands")).code == 10002
    base = everywhere.removesuffix("/commands")
    assert (await api.get(f"{base}/guilds/1/commands")).code == 10004
    other = sandbox.world.add_guild("Elsewhere", with_bot=False)
    assert (await api.get(f"{base}/guilds/{other.id}/commands")).code == 50001


NAMES = [
    ("top-by-heat", True),
    ("наука", True),
    ("新聞", True),
    ("a" * 32, True),
    ("a" * 33, False),
    ("", False),
    ("Top", False),
    ("top by heat", False),
    ("top!", False),
]


@pytest.mark.parametrize(("name", "fine"), NAMES)
async def test_names(api: Api, everywhere: str, name: str, *, fine: bool) -> None:
    """A name is 1 to 32 lower-case letters, digits, dashes and underscores of any script."""
    result = await api.put(everywhere, [_command(name)])
    assert result.status == (200 if fine else 400)
    if not fine:
        assert result.complaint("0.name")


REFUSED = [
    (_command(description=""), "0.description"),
    (_command(description="x" * 101), "0.description"),
    (_command(name_localizations={"de": "Groß"}), "0.name_localizations.de"),
    (_command(description_localizations={"de": ""}), "0.description_localizations.de"),
    (_command(contexts=[3]), "0.contexts.0"),
    (_command(integration_types=[7]), "0.integration_types.0"),
    (_command(default_member_permissions="lots"), "0.default_member_permissions"),
    (_command(type=9), "0.type"),
    ({"name": "Summarise", "type": 3, "description": "x"}, "0.description"),
    (_command(options=[_option(f"o{i}") for i in range(26)]), "0.options"),
    (_command(options=[_option(kind=12)]), "0.options.0.type"),
    (_command(options=[_option(), _option()]), "0.options"),
    (_command(options=[_option("a"), _option("b", required=True)]), "0.options.1"),
    (_command(options=[_option("a", 1), _option("b")]), "0.options"),
    (_command(options=[_option("a", 1, options=[_option("b", 1)])]), "0.options.0.options.0.type"),
    (_command(options=[_option("g", 2, options=[_option("b")])]), "0.options.0.options.0.type"),
    (
        _command(options=[_option(choices=[{"name": "n", "value": "v"}] * 26)]),
        "0.options.0.choices",
    ),
    (
        _command(options=[_option(choices=[{"name": "n", "value": "v"}], autocomplete=True)]),
        "0.options.0.autocomplete",
    ),
    (
        _command(options=[_option(kind=4, choices=[{"name": "n", "value": "v"}])]),
        "0.options.0.choices.0.value",
    ),
    (
        _command(options=[_option(kind=5, choices=[{"name": "n", "value": 1}])]),
        "0.options.0.choices",
    ),
]


@pytest.mark.parametrize(("command", "place"), REFUSED)
async def test_malformed(api: Api, everywhere: str, command: Json, place: str) -> None:
    """A malformed command is refused with its place, and what was registered stays."""
    await api.put(everywhere, [_command("kept")])
    result = await api.put(everywhere, [command])
    assert (result.status, result.code) == (400, 50035)
    assert result.complaint(place)
    assert [c["name"] for c in (await api.get(everywhere)).body] == ["kept"]


async def test_limits_over_all(api: Api, everywhere: str) -> None:
    """At most 100 commands, each with at most 8,000 characters, all named differently."""
    hundred = [_command(f"c{i}") for i in range(100)]
    assert (await api.put(everywhere, hundred)).status == 200
    over = await api.put(everywhere, [*hundred, _command("over")])
    assert over.body["errors"]["_errors"][0]["code"] == "BASE_TYPE_MAX_LENGTH"
    twice = await api.put(everywhere, [_command("a"), _command("a")])
    assert twice.complaint("1.name") == "APPLICATION_COMMANDS_DUPLICATE_NAME"
    choices = [{"name": "n" * 100, "value": "v" * 100} for _ in range(25)]
    large = _command(options=[_option(chr(97 + i), choices=choices) for i in range(2)])
    assert (await api.put(everywhere, [large])).complaint("0") == "APPLICATION_COMMAND_TOO_LARGE"


async def test_who_is_offered(
    api: Api, everywhere: str, channel: Channel, guild: Guild, anna: Person
) -> None:
    """A command may ask for permissions, and say where it is offered."""
    manage = str(int(Permission.MANAGE_GUILD))
    commands = [
        _command("all"),
        _command("admin", default_member_permissions=manage),
        _command("nobody", default_member_permissions="0"),
        _command("private", contexts=[1]),
        _command("public", contexts=[0]),
    ]
    await api.put(everywhere, commands)
    assert anna.commands(channel) == ["all", "public"]
    assert anna.commands(anna.dm) == ["all", "admin", "nobody", "private"]
    member = guild.members[anna.user.id]
    member.give(guild.add_role("mod", Permission.MANAGE_GUILD))
    assert anna.commands(channel) == ["all", "admin", "public"]
    member.give(guild.add_role("admin", Permission.ADMINISTRATOR))
    assert anna.commands(channel) == ["all", "admin", "nobody", "public"]


@pytest.mark.parametrize(
    ("given", "in_server", "in_private"),
    [
        ({}, True, True),
        ({"dm_permission": True}, True, True),
        ({"dm_permission": False}, True, False),
        ({"dm_permission": False, "contexts": None}, True, False),
        ({"dm_permission": False, "contexts": [1]}, False, True),
        ({"dm_permission": True, "contexts": [0]}, True, False),
    ],
)
async def test_the_older_way_to_say_where_counts_if_there_is_no_newer(
    api: Api,
    everywhere: str,
    channel: Channel,
    anna: Person,
    given: Json,
    *,
    in_server: bool,
    in_private: bool,
) -> None:
    """dm_permission is deprecated but works; contexts, if given, are all that counts."""
    await api.put(everywhere, [_command("news", **given)])
    assert anna.commands(channel) == ["news"] * in_server
    assert anna.commands(anna.dm) == ["news"] * in_private
    [listed] = (await api.get(everywhere)).body
    assert listed["dm_permission"] is in_private


async def test_banned_from_commands(
    api: Api, everywhere: str, channel: Channel, anna: Person
) -> None:
    """Without USE_APPLICATION_COMMANDS nothing is offered."""
    await api.put(everywhere, [_command()])
    channel.deny(anna.user, Permission.USE_APPLICATION_COMMANDS)
    assert anna.commands(channel) == []
