"""Interactions over the wire: three seconds, one first answer, follow-ups for fifteen minutes.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from bot.sandbox import Channel, ManualClock, MessageFlag, Person, Reply, Sandbox
from bot.sandbox.interaction import Interaction
from tests.sandbox.api import Api, Result
from tests.sandbox.sources import INTERACTIONS, documented

pytestmark = documented(INTERACTIONS)

Json = dict[str, Any]
Act = Callable[[Awaitable[Reply]], Awaitable["Started"]]

BUTTONS = [
    {
        "type": 1,
        "components": [
            {"type": 2, "style": 1, "label": "More", "custom_id": "more"},
            {"type": 2, "style": 1, "label": "Off", "custom_id": "off", "disabled": True},
            {"type": 2, "style": 5, "label": "Open", "url": "https://example.com"},
        ],
    }
]


class Started:
    """An interaction that the person waits on while the test plays the bot."""

    def __init__(self, api: Api, interaction: Interaction, waiting: "asyncio.Task[Reply]") -> None:
        self._api = api
        self.interaction = interaction
        self.waiting = waiting

    async def answer(self, kind: int, data: Json | None = None, **query: Any) -> Result:
        """Give the first answer."""
        body: Json = {"type": kind} | ({"data": data} if data is not None else {})
        path = f"/interactions/{self.interaction.id}/{self.interaction.token}/callback"
        return await self._api.post(path, body, params=query)

    def webhook(self, message: str = "") -> str:
        """Return the path of follow-ups, or of one answer."""
        application = self.interaction.channel.world.application_id
        path = f"/webhooks/{application}/{self.interaction.token}"
        return f"{path}/messages/{message}" if message else path


@pytest.fixture
async def act(api: Api, sandbox: Sandbox) -> AsyncIterator[Act]:
    """Start what a person does, and return it with the interaction that it made."""
    tasks = []

    async def start(doing: Awaitable[Reply]) -> Started:
        before = set(sandbox.backend.interactions.pending)
        waiting = asyncio.ensure_future(doing)
        tasks.append(waiting)
        made = await sandbox.wait_until(
            lambda: [i for i in sandbox.backend.interactions.pending if i not in before]
        )
        assert isinstance(waiting, asyncio.Task)
        return Started(api, made[0], waiting)

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture(autouse=True)
async def commands(api: Api, sandbox: Sandbox) -> None:
    """One command with an option that suggests."""
    option = {"name": "topic", "description": "x", "type": 3, "autocomplete": True}
    path = f"/applications/{sandbox.world.application_id}/commands"
    await api.put(path, [{"name": "news", "description": "x", "options": [option]}])


@pytest.fixture
async def slash(act: Act, anna: Person, channel: Channel) -> Started:
    """Anna used /news."""
    return await act(anna.slash(channel, "news"))


@pytest.fixture
async def clicked(act: Act, api: Api, anna: Person, channel: Channel) -> Started:
    """Anna pressed "More" below a message."""
    body = {"content": "page 1", "components": BUTTONS}
    await api.post(f"/channels/{channel.id}/messages", body)
    return await act(anna.click(channel.messages[0], "more"))


async def test_reply(slash: Started, channel: Channel) -> None:
    """A reply is posted in the channel, by the bot, with what was used."""
    result = await slash.answer(4, {"content": "News!"})
    assert result.status == 204
    reply = await slash.waiting
    assert (reply.message.content, reply.elapsed, reply.failed) == ("News!", 0, False)
    assert channel.messages == [reply.message]
    assert reply.message.origin is not None
    assert (reply.message.kind, reply.message.origin.name) == (20, "news")


async def test_with_response(slash: Started) -> None:
    """With `with_response` the answer tells what became of it."""
    result = await slash.answer(4, {"content": "x", "flags": 64}, with_response="true")
    about = result.body["interaction"]
    assert about["response_message_ephemeral"] is True
    assert about["response_message_id"] == result.body["resource"]["message"]["id"]


async def test_three_seconds(slash: Started, clock: ManualClock) -> None:
    """An answer after three seconds meets an unknown interaction; the person sees a failure."""
    clock.advance(3.01)
    reply = await slash.waiting
    assert reply.failed
    assert reply.notice == "The application did not respond"
    with pytest.raises(LookupError, match="did not respond"):
        _ = reply.message
    late = await slash.answer(4, {"content": "x"})
    assert (late.status, late.code) == (404, 10062)


async def test_just_in_time(slash: Started, clock: ManualClock) -> None:
    """An answer within three seconds is fine, and how long it took is known."""
    clock.advance(2.9)
    assert (await slash.answer(4, {"content": "x"})).status == 204
    assert (await slash.waiting).elapsed == pytest.approx(2.9)


async def test_only_once(slash: Started) -> None:
    """A second first answer is refused."""
    await slash.answer(5)
    again = await slash.answer(4, {"content": "x"})
    assert (again.status, again.code) == (400, 40060)


async def test_bad_answers_do_not_count(slash: Started) -> None:
    """A refused answer leaves the interaction open for a better one."""
    bad = await slash.answer(4, {"content": "x" * 2_001})
    assert bad.complaint("data.content") == "BASE_TYPE_MAX_LENGTH"
    assert (await slash.answer(4, {})).code == 50006
    assert (await slash.answer(8, {"choices": []})).complaint("type") == "BASE_TYPE_CHOICES"
    assert (await slash.answer(4, {"content": "x"})).status == 204


async def test_unknown(api: Api, slash: Started) -> None:
    """An unknown interaction, or a wrong token, is unknown."""
    path = f"/interactions/{slash.interaction.id}/wrong/callback"
    assert (await api.post(path, {"type": 5})).code == 10062
    assert (await api.post("/interactions/1/x/callback", {"type": 5})).code == 10062


async def test_thinking(api: Api, slash: Started, channel: Channel) -> None:
    """A follow-up to "thinking" takes its place; the next one is a message of its own."""
    await slash.answer(5)
    reply = await slash.waiting
    assert reply.deferred
    assert not reply.is_finished
    assert reply.message.loading
    first = await api.post(slash.webhook(), {"content": "one"})
    await reply.finished()
    assert (reply.message.content, first.body["flags"]) == ("one", 0)
    await api.post(slash.webhook(), {"content": "two"})
    await reply.followed_up()
    assert [m.content for m in channel.messages] == ["one", "two"]
    assert [m.content for m in reply.followups] == ["two"]
    assert reply.message.edits == 0


async def test_ephemeral(api: Api, slash: Started, channel: Channel, anna: Person) -> None:
    """An ephemeral answer is seen by one person, and its follow-up inherits that."""
    await slash.answer(5, {"flags": 64})
    await api.post(slash.webhook(), {"content": "psst"})
    reply = await slash.waiting
    assert reply.message.seen_by is anna.user
    assert MessageFlag.EPHEMERAL in reply.message.flags
    assert channel.messages == []
    assert (await api.get(f"/channels/{channel.id}/messages")).body == []
    assert (await api.get(slash.webhook("@original"))).body["content"] == "psst"


async def test_original(api: Api, slash: Started) -> None:
    """The first answer can be read, changed and removed by its name."""
    await slash.answer(4, {"content": "a"})
    reply = await slash.waiting
    assert (await api.get(slash.webhook("@original"))).body["content"] == "a"
    edited = await api.patch(slash.webhook("@original"), {"content": "b"})
    assert (edited.body["content"], reply.message.edits) == ("b", 1)
    follow_up = await api.post(slash.webhook(), {"content": "c"})
    path = slash.webhook(follow_up.body["id"])
    assert (await api.patch(path, {"content": "d"})).body["content"] == "d"
    assert (await api.delete(path)).status == 204
    assert (await api.get(path)).code == 10008
    assert (await api.delete(slash.webhook("@original"))).status == 204
    assert (await api.get(slash.webhook("@original"))).code == 10008


async def test_edit_ends_thinking(api: Api, slash: Started) -> None:
    """Editing "thinking" is the answer, not an edit of one."""
    await slash.answer(5)
    await api.patch(slash.webhook("@original"), {"content": "done"})
    reply = await (await slash.waiting).finished()
    assert (reply.message.content, reply.message.edits) == ("done", 0)


async def test_token_life(api: Api, slash: Started, clock: ManualClock) -> None:
    """Follow-ups need a first answer, and end after fifteen minutes."""
    assert (await api.post(slash.webhook(), {"content": "x"})).code == 10015
    await slash.answer(5)
    clock.advance(899)
    assert (await api.post(slash.webhook(), {"content": "x"})).status == 200
    clock.advance(2)
    over = await api.post(slash.webhook(), {"content": "x"})
    assert (over.status, over.code) == (401, 50027)
    assert (await api.post("/webhooks/1/x", {"content": "x"})).code == 10015


async def test_update(clicked: Started, channel: Channel) -> None:
    """A button may change the message that it sits on."""
    assert (await clicked.answer(7, {"content": "page 2"})).status == 204
    reply = await clicked.waiting
    assert reply.message is channel.messages[0]
    assert (reply.message.content, len(reply.message.components)) == ("page 2", 1)


async def test_deferred_update(api: Api, clicked: Started, channel: Channel) -> None:
    """A deferred update shows nothing; editing the original changes the button's message."""
    await clicked.answer(6)
    assert not channel.messages[0].loading
    await api.patch(clicked.webhook("@original"), {"content": "page 2"})
    assert channel.messages[0].content == "page 2"
    await api.post(clicked.webhook(), {"content": "more"})
    assert [m.content for m in channel.messages] == ["page 2", "more"]


async def test_reply_to_a_button(clicked: Started, channel: Channel) -> None:
    """A button may be answered with a message of its own, which refers to it."""
    await clicked.answer(4, {"content": "here"})
    reply = await clicked.waiting
    assert (reply.message.kind, reply.message.reference) == (19, channel.messages[0])


async def test_no_update_for_commands(slash: Started) -> None:
    """A command sits on no message, so there is none to update."""
    for kind in (6, 7, 1, 99):
        assert (await slash.answer(kind, {})).complaint("type") == "BASE_TYPE_CHOICES"


async def test_modal(act: Act, clicked: Started, anna: Person, channel: Channel) -> None:
    """A form opens, is filled in, and its answer may change the message below it all."""
    field = {"type": 4, "custom_id": "cron", "label": "When", "style": 1, "max_length": 5}
    form = {
        "custom_id": "f",
        "title": "Schedule",
        "components": [{"type": 1, "components": [field]}],
    }
    assert (await clicked.answer(9, form)).status == 204
    reply = await clicked.waiting
    submitted = await act(anna.submit(reply, {"cron": "daily"}))
    row = submitted.interaction.data["components"][0]
    assert row["components"][0]["value"] == "daily"
    assert (await submitted.answer(9, form)).complaint("type") == "BASE_TYPE_CHOICES"
    await submitted.answer(7, {"content": "planned"})
    assert channel.messages[0].content == "planned"


BAD_FORMS = [
    ({"title": "", "custom_id": "f", "components": []}, "title"),
    ({"title": "x" * 46, "custom_id": "f", "components": []}, "title"),
    ({"title": "x", "custom_id": "", "components": []}, "custom_id"),
    ({"title": "x", "custom_id": "f", "components": []}, "components"),
    ({"title": "x", "custom_id": "f", "components": BUTTONS}, "components.0.components"),
]


@pytest.mark.parametrize(("form", "place"), BAD_FORMS)
async def test_bad_modals(slash: Started, form: Json, place: str) -> None:
    """A form needs a title of at most 45 characters, a custom_id, and inputs."""
    result = await slash.answer(9, form)
    assert result.complaint(f"data.{place}")


async def test_autocomplete(act: Act, api: Api, anna: Person, channel: Channel) -> None:
    """Suggestions reach the person: at most 25, each with a value of the option's type."""

    async def type_it() -> Any:
        return await anna.autocomplete(channel, "news", "topic", "vis")

    typing = await act(type_it())
    option = typing.interaction.data["options"][0]
    assert option == {"name": "topic", "type": 3, "value": "vis", "focused": True}
    choice = {"name": "Computer Vision", "value": "cv"}
    too_many = await typing.answer(8, {"choices": [choice] * 26})
    assert too_many.complaint("data.choices") == "BASE_TYPE_MAX_LENGTH"
    bad = await typing.answer(8, {"choices": [{"name": "n" * 101, "value": "v"}]})
    assert bad.complaint("data.choices.0.name") == "BASE_TYPE_BAD_LENGTH"
    assert (await typing.answer(4, {"content": "x"})).complaint("type") == "BASE_TYPE_CHOICES"
    assert (await typing.answer(8, {"choices": [choice]})).status == 204
    suggested: Any = await typing.waiting
    assert [(c.name, c.value) for c in suggested] == [("Computer Vision", "cv")]
