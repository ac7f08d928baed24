"""The page over HTTP: who is let in, what is served, and what people do by it."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox import MessageFlag, Permission, Sandbox
from bot.sandbox.changes import TypingStarted
from bot.sandbox.messages import Body
from bot.sandbox.page import Action, ActionError, Field, FieldKind, Option, Panel, Pressed
from bot.sandbox.page.viewer import MOST_CHANNELS, MOST_SERVERS, PAGE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox import Channel, Guild, Person

Json = dict[str, Any]


class Window:
    """A page without a browser: it speaks HTTP as the scripts do."""

    def __init__(self, sandbox: Sandbox, http: aiohttp.ClientSession, person: Person) -> None:
        self.sandbox = sandbox
        self.http = http
        self.person = person

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """GET an address of the page."""
        async with self.http.get(self.sandbox.page_url + path, headers=headers) as response:
            return response.status, await response.text()

    async def state(self, person: Person | None = None) -> Json:
        """Return what is around somebody."""
        who = (person or self.person).user.id
        _, text = await self.get(f"page/state?as={who}")
        return dict(json.loads(text))

    async def act(self, name: str, **body: object) -> Json:
        """Do something in the person's name."""
        url = f"{self.sandbox.page_url}page/actions/{name}"
        given = {"as": str(self.person.user.id), **body}
        async with self.http.post(url, json=given) as response:
            assert response.status == 200
            return dict(await response.json())

    @asynccontextmanager
    async def stream(self) -> AsyncIterator[Stream]:
        """Open the stream of events."""
        url = f"{self.sandbox.page_url}page/events?as={self.person.user.id}"
        async with self.http.ws_connect(url) as ws:
            yield Stream(ws)


class Stream:
    """The events that a window receives."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self._ws = ws

    async def next(self, *kinds: str) -> Json:
        """Return the next event of one of these types."""
        async with asyncio.timeout(20):
            while True:
                event = await self._ws.receive_json()
                if event["type"] in kinds:
                    return dict(event)

    async def ask(self, **question: object) -> None:
        """Ask over the stream."""
        await self._ws.send_json(question)

    async def open(self, channel: Channel) -> Json:
        """Open a channel and return what stands there."""
        await self.ask(open=str(channel.id))
        return await self.next("channel")


@pytest.fixture
def channel(guild: Guild) -> Channel:
    return guild.add_text_channel("ai-news", topic="What happened")


@pytest.fixture
async def window(sandbox: Sandbox, anna: Person, channel: Channel) -> AsyncIterator[Window]:
    async with aiohttp.ClientSession() as http:
        yield Window(sandbox, http, anna)


def post(channel: Channel, text: str, **body: Any) -> Any:
    """Let the bot say something."""
    return channel.post(channel.world.bot, Body(text, **body))


async def test_the_page_and_its_files_come_from_the_sandbox(window: Window) -> None:
    status, text = await window.get("")
    assert status == 200
    assert "http://" not in text
    assert "https://" not in text
    status, _ = await window.get("page/static/main.js")
    assert status == 200


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fserving.py", "%2e%2e%2fguard.py"])
async def test_nothing_but_the_pages_files_is_served(window: Window, name: str) -> None:
    status, _ = await window.get(f"page/static/{name}")
    assert status == 404


async def test_browsers_are_told_to_run_nothing_but_the_pages_own_scripts(window: Window) -> None:
    async with window.http.get(window.sandbox.page_url) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "10.0.0.1", "[", "localhost.evil.example"]
)
@pytest.mark.parametrize("path", ["", "page/state", "page/static/main.js"])
async def test_a_name_that_was_rebound_to_this_machine_is_refused(
    window: Window, host: str, path: str
) -> None:
    status, _ = await window.get(path, Host=host)
    assert status == 403


async def test_a_page_from_elsewhere_can_do_nothing_here(window: Window, channel: Channel) -> None:
    url = f"{window.sandbox.page_url}page/actions/say"
    body = {"as": str(window.person.user.id), "channel": str(channel.id), "text": "x"}
    elsewhere = {"Origin": "https://evil.example"}
    async with window.http.post(url, json=body, headers=elsewhere) as response:
        assert response.status == 403
    stream = f"{window.sandbox.page_url}page/events"
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await window.http.ws_connect(stream, headers=elsewhere)
    assert channel.messages == []


async def test_places_are_those_that_a_person_sees(
    window: Window, guild: Guild, channel: Channel, sandbox: Sandbox
) -> None:
    secret = guild.add_text_channel("staff")
    secret.deny(guild.everyone, Permission.VIEW_CHANNEL)
    sandbox.world.add_guild("Elsewhere").add_text_channel("hidden")
    channel.start_thread("aside", window.person.user)
    names = [
        (place["name"], [c["name"] for c in place["channels"]])
        for place in (await window.state())["places"]
    ]
    assert names == [("Reading Room", ["ai-news", "aside"]), ("Direct messages", ["Digest"])]


async def test_people_come_before_the_servers_owner(window: Window) -> None:
    state = await window.state()
    assert [person["name"] for person in state["people"]] == ["Anna", "Keeper"]
    assert json.loads((await window.get("page/state?as=nobody"))[1])["me"] == state["me"]


async def test_a_page_opened_twice_shows_the_same_history(window: Window, channel: Channel) -> None:
    post(channel, "first")
    window.person.say(channel, "second")
    async with window.stream() as one, window.stream() as other:
        shown = [(await stream.open(channel))["messages"] for stream in (one, other)]
    assert shown[0] == shown[1]
    assert ["first" in shown[0][0]["html"], "second" in shown[0][1]["html"]] == [True, True]


async def test_what_happens_is_told_as_it_happens(window: Window, channel: Channel) -> None:
    async with window.stream() as stream:
        await stream.open(channel)
        message = post(channel, "hello")
        told = await stream.next("message")
        assert (told["new"], "hello" in told["html"]) == (True, True)
        message.edit(Body("good bye"))
        told = await stream.next("message")
        assert (told["new"], "good bye" in told["html"]) == (False, True)
        message.delete()
        assert (await stream.next("gone"))["id"] == str(message.id)


async def test_nothing_is_missed_while_a_window_opens(
    window: Window, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also should the handshake take its time."""
    shake_hands = web.WebSocketResponse.prepare

    async def prepare(ws: web.WebSocketResponse, request: web.BaseRequest) -> object:
        post(channel, "Hello")
        return await shake_hands(ws, request)

    monkeypatch.setattr(web.WebSocketResponse, "prepare", prepare)
    async with window.stream() as stream:
        assert (await stream.next("hello", "message"))["type"] == "hello"
        assert (await stream.next("message"))["channel"] == str(channel.id)


async def test_mentions_are_the_names_that_hold_in_the_world(
    window: Window, channel: Channel, guild: Guild
) -> None:
    role = guild.add_role("Readers")
    post(channel, f"{role.mention} {window.person.mention} {channel.mention} <@&1>")
    async with window.stream() as stream:
        (shown,) = (await stream.open(channel))["messages"]
    for name in ("@Readers", "@Anna", "#ai-news", "@unknown-role"):
        assert f">{name}</span>" in shown["html"]


async def test_somebody_typing_is_told(window: Window, channel: Channel, sandbox: Sandbox) -> None:
    async with window.stream() as stream:
        await stream.open(channel)
        sandbox.world.changes.publish(TypingStarted(channel, sandbox.world.bot))
        assert (await stream.next("typing"))["name"] == "Digest"


async def test_earlier_messages_are_there_for_who_asks(window: Window, channel: Channel) -> None:
    for number in range(PAGE + 3):
        post(channel, f"number {number}")
    async with window.stream() as stream:
        opened = await stream.open(channel)
        assert (len(opened["messages"]), opened["more"]) == (PAGE, True)
        await stream.ask(earlier=str(channel.id), before=opened["messages"][0]["id"])
        earlier = await stream.next("earlier")
        assert (len(earlier["messages"]), earlier["more"]) == (3, False)


async def test_a_private_answer_is_told_to_nobody_else(
    window: Window, channel: Channel, sandbox: Sandbox, guild: Guild
) -> None:
    ben = sandbox.add_person("Ben", guild)
    body = Body("for Ben", flags=MessageFlag.EPHEMERAL)
    async with window.stream() as stream:
        await stream.open(channel)
        channel.post(sandbox.world.bot, body, seen_by=ben.user)
        post(channel, "for all")
        assert "for all" in (await stream.next("message"))["html"]


async def test_a_dismissed_answer_does_not_come_back(
    window: Window, channel: Channel, sandbox: Sandbox
) -> None:
    body = Body("psst", flags=MessageFlag.EPHEMERAL)
    private = channel.post(sandbox.world.bot, body, seen_by=window.person.user)
    public = post(channel, "for all")
    where = {"channel": str(channel.id)}
    assert await window.act("dismiss", message=str(private.id), **where) == {}
    refused = await window.act("dismiss", message=str(public.id), **where)
    assert refused["problem"] == "Only a message for you alone can be dismissed."
    async with window.stream() as stream:
        shown = (await stream.open(channel))["messages"]
    assert [message["id"] for message in shown] == [str(public.id)]


async def test_a_channel_that_is_hidden_disappears_while_one_looks(
    window: Window, channel: Channel, guild: Guild
) -> None:
    async with window.stream() as stream:
        await stream.open(channel)
        await stream.next("around")
        channel.deny(guild.everyone, Permission.VIEW_CHANNEL)
        around = await stream.next("around")
        assert [len(place["channels"]) for place in around["places"]] == [0, 1]
        assert "abilities" not in around
        post(channel, "unseen")
        channel.reset(guild.everyone)
        assert (await stream.next("message", "around"))["type"] == "around"


@pytest.mark.parametrize(
    "question",
    [
        "",
        "[]",
        "null",
        '{"open": "x"}',
        '{"open": "99"}',
        '{"earlier": "1"}',
        "[" * 5000,
        '{"open": {}}',
    ],
)
async def test_a_stream_survives_questions_that_make_no_sense(
    window: Window, channel: Channel, question: str
) -> None:
    async with window.stream() as stream:
        await stream._ws.send_str(question)
        assert (await stream.open(channel))["id"] == str(channel.id)


@pytest.mark.parametrize(
    ("name", "body", "problem"),
    [
        ("dance", {}, "unknown"),
        ("say", {"channel": "12", "text": "x"}, "gone"),
        ("say", {"channel": {}, "text": "x"}, "no id"),
        ("say", {}, "no text"),
        ("slash", {"command": "nothing"}, "no command /nothing"),
        ("slash", {"command": "", "options": {}}, "no command /"),
        ("slash", {"command": "x", "options": []}, "no command"),
        ("click", {"message": "7", "button": "x"}, "gone"),
        ("submit", {"form": "7", "values": {}}, "form is gone"),
        ("press", {"panel": "x", "action": "y"}, "no such control"),
    ],
)
async def test_what_cannot_be_done_is_answered_with_a_sentence(
    window: Window, channel: Channel, name: str, body: Json, problem: str
) -> None:
    answer = await window.act(name, **({"channel": str(channel.id)} | body))
    assert problem in answer["problem"]


@pytest.mark.parametrize("raw", ["", "{", "[1]", "null", "[" * 5000])
async def test_an_unreadable_request_is_answered_with_a_sentence(window: Window, raw: str) -> None:
    url = f"{window.sandbox.page_url}page/actions/say"
    async with window.http.post(url, data=raw) as response:
        assert response.status == 400
        assert "unreadable" in (await response.json())["problem"]


@pytest.mark.parametrize("text", ["   ", "x" * 2001])
async def test_a_message_is_neither_empty_nor_longer_than_discord_takes(
    window: Window, channel: Channel, text: str
) -> None:
    answer = await window.act("say", channel=str(channel.id), text=text)
    assert "2000 characters" in answer["problem"]


async def test_a_sandbox_with_very_many_places_says_how_many_it_does_not_list(
    window: Window, guild: Guild, sandbox: Sandbox, channel: Channel
) -> None:
    for number in range(MOST_CHANNELS + 4):
        guild.add_text_channel(f"room-{number}")
    for number in range(MOST_SERVERS + 2):
        sandbox.world.add_guild(f"Server {number}").add_member(window.person.user)
    places = (await window.state())["places"]
    assert (len(places[0]["channels"]), places[0]["more"]) == (MOST_CHANNELS, 5)
    assert [place["name"] for place in places[-2:]] == ["and 3 more servers", "Direct messages"]


async def test_direct_messages_have_no_permissions_to_switch(window: Window) -> None:
    switch = {"panel": "What goes wrong", "action": "permission", "values": {}}
    answer = await window.act("press", channel=str(window.person.dm.id), **switch)
    assert answer["problem"] == (
        "There is nothing to choose for “In this channel, the bot may” here."
    )


async def test_a_switch_that_shows_what_is_no_longer_so_does_not_do_the_opposite(
    window: Window, channel: Channel
) -> None:
    bot = window.sandbox.world.bot
    channel.deny(bot, Permission.SEND_MESSAGES)
    for late in ("SEND_MESSAGES/off", "EMBED_LINKS/on"):
        switch = {"panel": "What goes wrong", "action": "permission"}
        values = {"permission": late}
        answer = await window.act("press", channel=str(channel.id), values=values, **switch)
        assert "no longer offers that" in answer["problem"]
    assert Permission.SEND_MESSAGES not in channel.permissions_of(bot)


class Bell:
    """A control of somebody else's, which the page knows nothing about."""

    def __init__(self) -> None:
        self.rung: list[Pressed] = []
        self.tones = ["high"]

    def panel(self) -> Panel:
        """Return the control."""
        fields = (
            Field("times", "Times", FieldKind.NUMBER, value="1", least=1, most=3),
            Field(
                "tone",
                "Tone",
                FieldKind.CHOICE,
                options=lambda _: [Option(t, t) for t in self.tones],
            ),
            Field("name", "Name", required=False),
        )
        return Panel("The bell", [Action("ring", "Ring", self._ring, fields)])

    async def _ring(self, pressed: Pressed) -> str:
        if pressed.number("times") == 3:
            raise ActionError("The bell is tired.")
        self.rung.append(pressed)
        self.tones.append("low")
        return "It rang."


@pytest.fixture
def bell(sandbox: Sandbox) -> Bell:
    bell = Bell()
    sandbox.page.add_panel(bell.panel())
    return bell


async def test_somebody_elses_controls_stand_before_the_sandboxs_own(
    window: Window, bell: Bell
) -> None:
    panels = (await window.state())["panels"]
    assert [panel["title"] for panel in panels] == ["The bell", "What goes wrong"]
    (option,) = panels[0]["actions"][0]["fields"][1]["options"]
    assert (option["value"], option["label"]) == ("high", "high")


async def test_a_sandbox_can_be_given_its_controls_from_the_start() -> None:
    async with (
        Sandbox(panels=[Bell().panel()]) as sandbox,
        aiohttp.ClientSession() as http,
        http.get(f"{sandbox.page_url}page/state") as response,
    ):
        panels = (await response.json())["panels"]
    assert [panel["title"] for panel in panels] == ["The bell", "What goes wrong"]


async def test_using_a_control_runs_it_and_draws_its_choices_anew(
    window: Window, bell: Bell, channel: Channel
) -> None:
    ring = {"panel": "The bell", "action": "ring", "channel": str(channel.id)}
    async with window.stream() as stream:
        await stream.open(channel)
        await stream.next("around")
        answer = await window.act("press", values={"times": "2", "tone": "high"}, **ring)
        assert answer == {"done": "It rang."}
        fields = (await stream.next("around"))["panels"][0]["actions"][0]["fields"]
        assert len(fields[1]["options"]) == 2
    assert bell.rung[0].values == {"times": "2", "tone": "high", "name": ""}
    assert bell.rung[0].channel is channel


async def test_a_panel_finds_out_what_it_tells_before_it_is_drawn(
    sandbox: Sandbox, window: Window, channel: Channel
) -> None:
    told: list[str] = []

    async def prepare() -> None:
        await asyncio.sleep(0)
        told.append(f"Asked {len(told) + 1} times.")

    async def ring(_pressed: Pressed) -> str:
        post(channel, "It rings")
        return "It rang."

    action = Action("ring", "Ring", ring, hint=lambda: told[-1])
    sandbox.page.add_panel(Panel("The bell", [action], prepare))

    def hint(state: Json) -> str:
        return str(state["panels"][0]["actions"][0]["hint"])

    assert hint(await window.state()) == "Asked 1 times."
    async with window.stream() as stream:
        assert hint(await stream.next("hello")) == "Asked 2 times."
        await window.act("press", panel="The bell", action="ring", values={})
        assert (await stream.next("around", "message"))["type"] == "message"
        assert hint(await stream.next("around")) == "Asked 3 times."


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"tone": "high"}, "Fill in “Times”."),
        ({"times": "two", "tone": "high"}, "“Times” takes a whole number."),
        ({"times": "0", "tone": "high"}, "“Times” takes 1 or more."),
        ({"times": "9", "tone": "high"}, "“Times” takes 3 or less."),
        ({"times": "1", "tone": "shrill"}, "“Tone” no longer offers that; choose again."),
        ({"times": "3", "tone": "high"}, "The bell is tired."),
    ],
)
async def test_a_control_says_what_to_correct(
    window: Window, bell: Bell, values: Json, problem: str
) -> None:
    answer = await window.act("press", panel="The bell", action="ring", values=values)
    assert answer == {"problem": problem}
    assert bell.rung == []
