"""What a person's client lets them do, and what it would never send."""

import asyncio
from typing import Any

import pytest

from bot.sandbox import Channel, Guild, NotPossibleError, Permission, Person, Reply, Sandbox
from bot.sandbox.changes import Change, InteractionCreated
from bot.sandbox.command_rules import OptionKind
from bot.sandbox.interaction import InteractionKind
from bot.sandbox.messages import Body
from tests.sandbox.sources import APPLICATION_COMMANDS, COMPONENTS, documented, observed, own

pytestmark = observed("what Discord's client lets people do; no page is about people")

Json = dict[str, Any]


def _option(name: str, kind: OptionKind, **parts: Any) -> Json:
    return {"name": name, "description": "x", "type": int(kind), **parts}


CHOICES = [{"name": "By heat", "value": "heat"}, {"name": "By date", "value": "newest"}]
COMMANDS = [
    {
        "name": "news",
        "description": "x",
        "options": [
            _option("topic", OptionKind.STRING, required=True, min_length=2, max_length=5),
            _option("limit", OptionKind.INTEGER, min_value=1, max_value=10),
            _option("sort", OptionKind.STRING, choices=CHOICES),
            _option("brief", OptionKind.BOOLEAN),
            _option("share", OptionKind.NUMBER),
            _option("where", OptionKind.CHANNEL, channel_types=[0]),
            _option("who", OptionKind.USER),
            _option("role", OptionKind.ROLE),
            _option("ping", OptionKind.MENTIONABLE),
        ],
    },
    {
        "name": "schedule",
        "description": "x",
        "options": [
            _option("add", OptionKind.SUB_COMMAND, options=[_option("cron", OptionKind.STRING)]),
            _option(
                "role",
                OptionKind.SUB_COMMAND_GROUP,
                options=[_option("set", OptionKind.SUB_COMMAND)],
            ),
        ],
    },
]


@pytest.fixture(autouse=True)
def commands(sandbox: Sandbox) -> None:
    """Commands with every kind of option, as if the bot had registered them."""
    sandbox.backend.commands.overwrite(None, COMMANDS)


@pytest.fixture
def sent(sandbox: Sandbox) -> list[Json]:
    """What reached the bot; every interaction is acknowledged at once."""
    received: list[Json] = []
    interactions = sandbox.backend.interactions

    def acknowledge(change: Change) -> None:
        if isinstance(change, InteractionCreated):
            received.append(change.interaction.data)
            interactions.answer(change.interaction.id, change.interaction.token, {"type": 5})

    sandbox.world.changes.subscribe(acknowledge)
    return received


@documented(f"{APPLICATION_COMMANDS}#application-command-object-application-command-option-type")
async def test_every_kind_of_option(
    sent: list[Json], anna: Person, channel: Channel, guild: Guild
) -> None:
    """Values are sent in their wire form; objects as ids, with what is behind them."""
    role = guild.add_role("readers")
    await anna.slash(
        channel,
        "news",
        topic="AI",
        limit=5,
        sort="By heat",
        brief=True,
        share=0.5,
        where=channel,
        who=anna.user,
        role=role,
        ping=guild.owner,
    )
    values = {option["name"]: option["value"] for option in sent[0]["options"]}
    assert values == {
        "topic": "AI",
        "limit": 5,
        "sort": "heat",
        "brief": True,
        "share": 0.5,
        "where": str(channel.id),
        "who": str(anna.user.id),
        "role": str(role.id),
        "ping": str(guild.owner.id),
    }
    resolved = sent[0]["resolved"]
    assert resolved["users"].keys() == {values["who"], values["ping"]}
    assert resolved["members"][values["who"]]["permissions"]
    assert resolved["roles"][values["role"]]["name"] == "readers"
    assert resolved["channels"][values["where"]]["name"] == channel.name


@documented(f"{APPLICATION_COMMANDS}#subcommands-and-subcommand-groups")
async def test_sub_commands(sent: list[Json], anna: Person, channel: Channel) -> None:
    """Sub-commands are named by words, also inside groups."""
    await anna.slash(channel, "schedule add", cron="0 9 * * *")
    await anna.slash(channel, "schedule role set")
    first, second = (data["options"][0] for data in sent)
    assert (first["name"], first["options"][0]["value"]) == ("add", "0 9 * * *")
    assert (second["name"], second["options"][0]["name"]) == ("role", "set")


REFUSED: list[tuple[str, Json, str]] = [
    ("weather", {}, "not offered"),
    ("schedule", {}, "sub-commands"),
    ("schedule drop", {}, "no sub-command"),
    ("news", {}, "required"),
    ("news", {"topic": "AI", "colour": "red"}, "no option"),
    ("news", {"topic": "A"}, "out of bounds"),
    ("news", {"topic": "Robots"}, "out of bounds"),
    ("news", {"topic": 5}, "does not take"),
    ("news", {"topic": "AI", "limit": 11}, "out of bounds"),
    ("news", {"topic": "AI", "limit": True}, "does not take"),
    ("news", {"topic": "AI", "sort": "size"}, "is one of"),
    ("news", {"topic": "AI", "who": "Anna"}, "takes a user"),
]


@pytest.mark.parametrize(("command", "options", "sentence"), REFUSED)
async def test_impossible_commands(
    anna: Person, channel: Channel, command: str, options: Json, sentence: str
) -> None:
    """What a client would not send is refused with a sentence, and the bot hears nothing."""
    with pytest.raises(NotPossibleError, match=sentence):
        await anna.slash(channel, command, **options)


async def test_wrong_kind_of_channel(anna: Person, channel: Channel, guild: Guild) -> None:
    """An option may take only some kinds of channel."""
    with pytest.raises(NotPossibleError, match="channel of that kind"):
        await anna.slash(channel, "news", topic="AI", where=guild.add_voice_channel("v"))


async def test_hidden_channel(anna: Person, channel: Channel) -> None:
    """Nobody uses a channel that they do not see, or writes where they may not."""
    channel.deny(anna.user, Permission.SEND_MESSAGES)
    with pytest.raises(NotPossibleError, match="lacks SEND_MESSAGES"):
        anna.say(channel, "x")
    channel.deny(anna.user, Permission.VIEW_CHANNEL)
    with pytest.raises(NotPossibleError, match="lacks VIEW_CHANNEL"):
        await anna.slash(channel, "news", topic="AI")


async def test_no_suggestions(anna: Person, channel: Channel) -> None:
    """An option that suggests nothing cannot be asked for suggestions."""
    with pytest.raises(NotPossibleError, match="suggests nothing"):
        await anna.autocomplete(channel, "news", "topic", "A")


def _menu(kind: int, **parts: Any) -> Json:
    return {"type": kind, "custom_id": f"menu{kind}", **parts}


MENU = _menu(3, options=[{"label": "A", "value": "a"}, {"label": "B", "value": "b"}], max_values=2)
PARTS = (
    {"type": 1, "components": [MENU]},
    {"type": 1, "components": [_menu(8)]},
    {
        "type": 1,
        "components": [
            {"type": 2, "style": 1, "label": "Go", "custom_id": "go"},
            {"type": 2, "style": 1, "label": "Off", "custom_id": "off", "disabled": True},
            {"type": 2, "style": 5, "label": "Open", "url": "https://example.com"},
        ],
    },
)


@documented(COMPONENTS)
async def test_menus(sent: list[Json], anna: Person, channel: Channel, sandbox: Sandbox) -> None:
    """A menu takes what it offers, or objects where it asks for them."""
    message = channel.post(sandbox.world.bot, Body("x", components=PARTS))
    await anna.select(message, "menu3", "a", "b")
    await anna.select(message, "menu8", channel)
    assert sent[0]["values"] == ["a", "b"]
    assert sent[1]["values"] == [str(channel.id)]
    assert sent[1]["resolved"]["channels"]


async def test_impossible_parts(anna: Person, channel: Channel, sandbox: Sandbox) -> None:
    """Parts that are missing, disabled, links, or of another kind cannot be used."""
    message = channel.post(sandbox.world.bot, Body("x", components=PARTS))
    cases = {"gone": "no button", "off": "disabled", "Open": "no button", "menu3": "no button"}
    for name, sentence in cases.items():
        with pytest.raises(NotPossibleError, match=sentence):
            await anna.click(message, name)
    for values, sentence in ((("c",), "not offer"), ((), "takes"), (("a", "b", "a"), "takes")):
        with pytest.raises(NotPossibleError, match=sentence):
            await anna.select(message, "menu3", *values)
    with pytest.raises(NotPossibleError, match="no menu"):
        await anna.select(message, "go", "a")
    message.delete()
    with pytest.raises(NotPossibleError, match="does not see"):
        await anna.click(message, "go")


def _row(**parts: Any) -> Json:
    return {"type": 1, "components": [{"type": 4, "style": 1, "label": "l", **parts}]}


FORM = {
    "custom_id": "f",
    "title": "Schedule",
    "components": [
        _row(custom_id="cron", min_length=2, max_length=5),
        _row(custom_id="zone", value="UTC"),
        _row(custom_id="note", required=False),
        {"type": 18, "label": "l", "component": {"type": 4, "custom_id": "name", "style": 1}},
        {"type": 10, "content": "Read this first"},
    ],
}


@pytest.fixture
async def opened(sandbox: Sandbox, anna: Person, channel: Channel) -> Reply:
    """A form that the bot opened."""
    interactions = sandbox.backend.interactions
    interaction = interactions.start(InteractionKind.COMMAND, anna.user, channel, {}, name="news")
    interactions.answer(interaction.id, interaction.token, {"type": 9, "data": FORM})
    return Reply(sandbox.backend, interaction)


@documented(COMPONENTS)
async def test_forms(opened: Reply, sent: list[Json], anna: Person) -> None:
    """A form sends every field: as typed, as it was, or empty where it may be."""
    await anna.submit(opened, {"cron": "daily", "name": "morning"})
    parts = [(row.get("components") or [row.get("component")])[0] for row in sent[0]["components"]]
    values = {part["custom_id"]: part["value"] for part in parts if part}
    assert values == {"cron": "daily", "zone": "UTC", "note": "", "name": "morning"}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": "x"}, "'cron' is required"),
        ({"cron": "x", "name": "x"}, "takes 2 to 5"),
        ({"cron": "123456", "name": "x"}, "takes 2 to 5"),
        ({"cron": "daily", "name": "x", "colour": "red"}, "no field 'colour'"),
    ],
)
async def test_impossible_forms(
    opened: Reply, anna: Person, values: dict[str, str], sentence: str
) -> None:
    """A form is not sent with fields missing, too short, too long or unknown."""
    with pytest.raises(NotPossibleError, match=sentence):
        await anna.submit(opened, values)


async def test_no_form(anna: Person, channel: Channel, sent: list[Json]) -> None:
    """What opened no form cannot be submitted."""
    reply = await anna.slash(channel, "schedule add")
    with pytest.raises(NotPossibleError, match="no form"):
        await anna.submit(reply, {})


async def test_others_secrets(anna: Person, channel: Channel, sandbox: Sandbox) -> None:
    """Nobody presses buttons of a message that only another sees."""
    bert = sandbox.add_person("Bert", *sandbox.world.guilds)
    body = Body("x", components=PARTS)
    message = channel.post(sandbox.world.bot, body, seen_by=bert.user)
    with pytest.raises(NotPossibleError, match="does not see"):
        await anna.click(message, "go")


async def test_moderation(anna: Person, channel: Channel, guild: Guild, sandbox: Sandbox) -> None:
    """People delete their own messages; moderators delete others'."""
    theirs = channel.post(sandbox.world.bot, Body("x"))
    anna.delete(anna.say(channel, "y"))
    with pytest.raises(NotPossibleError, match="MANAGE_MESSAGES"):
        anna.delete(theirs)
    guild.members[anna.user.id].give(guild.add_role("mod", Permission.MANAGE_MESSAGES))
    anna.delete(theirs)
    assert channel.messages == []


@own("how a test makes people")
async def test_permissions_at_birth(sandbox: Sandbox, guild: Guild, channel: Channel) -> None:
    """A person can be made with permissions."""
    mod = sandbox.add_person("Mod", guild, permissions=Permission.MANAGE_GUILD)
    assert Permission.MANAGE_GUILD in channel.permissions_of(mod.user)


@own("how a test waits")
async def test_waiting_for_a_message(anna: Person, channel: Channel) -> None:
    """One can wait for the next message of a channel; in vain ends with a sentence."""
    first = anna.say(channel, "one")
    waiting = asyncio.create_task(channel.wait_for_message(after=first))
    await asyncio.sleep(0)
    second = anna.say(channel, "two")
    assert await waiting is second
    with pytest.raises(TimeoutError, match="a message in #ai-news, in vain"):
        await channel.wait_for_message(after=second, timeout=0.01)
