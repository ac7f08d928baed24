"""Messages over REST: posting, reading, editing, deleting, and who may not.

https://docs.discord.com/developers/resources/message
https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
"""

import json
from io import BytesIO

import aiohttp
import pytest

from bot.sandbox import Channel, Guild, MessageFlag, Permission, Person, Sandbox
from bot.sandbox.messages import Attachment, Body
from tests.sandbox.api import Api
from tests.sandbox.sources import ERROR_CODES, MESSAGES, documented

pytestmark = documented(MESSAGES)

P = Permission


def _path(channel: Channel) -> str:
    return f"/channels/{channel.id}/messages"


async def test_post_and_read(api: Api, channel: Channel) -> None:
    """What is posted can be read back, alone and in the history, and stands in the channel."""
    sent = await api.post(_path(channel), {"content": " Hello ", "embeds": [{"title": "News"}]})
    message = channel.messages[0]
    assert (sent.status, sent.body["id"], sent.body["content"]) == (200, str(message.id), "Hello")
    assert sent.headers["Content-Type"] == "application/json"
    assert (await api.get(f"{_path(channel)}/{message.id}")).body == sent.body
    assert (await api.get(_path(channel))).body == [sent.body]
    assert (await api.get(f"/channels/{channel.id}")).body["last_message_id"] == sent.body["id"]


async def test_history_pages(api: Api, anna: Person, channel: Channel) -> None:
    """History comes newest first, and `before`, `after` and `around` cut it where they say."""
    ids = [anna.say(channel, str(i)).id for i in range(10)]

    async def page(**query: object) -> list[int]:
        found = await api.get(_path(channel), **query)
        return [ids.index(int(message["id"])) for message in found.body]

    assert await page(limit=3) == [9, 8, 7]
    assert await page(before=ids[4], limit=2) == [3, 2]
    assert await page(after=ids[4], limit=2) == [6, 5]
    assert await page(around=ids[4], limit=3) == [5, 4, 3]
    assert await page() == list(range(9, -1, -1))
    assert await page(after=0, limit=1) == [0]


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"after": "x"}])
async def test_bad_page(api: Api, channel: Channel, query: dict[str, object]) -> None:
    """A page of no or more than 100 messages, or before no id, is refused."""
    result = await api.get(_path(channel), **query)
    assert (result.status, result.code) == (400, 50035)


async def test_edit(api: Api, channel: Channel) -> None:
    """An edit changes what it names, keeps the rest, and is counted."""
    sent = await api.post(_path(channel), {"content": "a", "embeds": [{"title": "t"}]})
    message = channel.messages[0]
    edited = await api.patch(f"{_path(channel)}/{message.id}", {"content": "b"})
    assert (edited.body["content"], edited.body["embeds"][0]["title"]) == ("b", "t")
    assert edited.body["edited_timestamp"]
    assert not sent.body["edited_timestamp"]
    assert message.edits == 1
    emptied = await api.patch(f"{_path(channel)}/{message.id}", {"content": None, "embeds": []})
    assert (emptied.status, emptied.code, message.content) == (400, 50006, "b")


async def test_delete(api: Api, channel: Channel) -> None:
    """A deleted message is gone for everyone."""
    sent = await api.post(_path(channel), {"content": "a"})
    path = f"{_path(channel)}/{sent.body['id']}"
    assert (await api.delete(path)).status == 204
    assert channel.messages == []
    for gone in (await api.get(path), await api.delete(path), await api.patch(path, {})):
        assert (gone.status, gone.code) == (404, 10008)


@documented(ERROR_CODES)
async def test_others_messages(api: Api, anna: Person, channel: Channel, guild: Guild) -> None:
    """Others' messages cannot be edited, and deleted only with MANAGE_MESSAGES."""
    path = f"{_path(channel)}/{anna.say(channel, 'mine').id}"
    refused = await api.patch(path, {"content": "yours"})
    assert (refused.status, refused.code) == (403, 50005)
    assert (await api.delete(path)).code == 50013
    assert (await api.patch(path, {"flags": 4})).code == 50013
    guild.bot_role.grant(P.MANAGE_MESSAGES)
    assert (await api.patch(path, {"flags": 4})).body["flags"] == 4
    assert (await api.delete(path)).status == 204


@documented(ERROR_CODES)
async def test_unknown_places(api: Api, channel: Channel, guild: Guild) -> None:
    """A channel that never was, or is no more, is unknown; one of a left server is closed."""
    assert (await api.post("/channels/1/messages", {"content": "x"})).code == 10003
    assert (await api.get(f"{_path(channel)}/1")).code == 10008
    assert (await api.get("/channels/abc")).code == 50035
    channel.delete()
    assert (await api.get(f"/channels/{channel.id}")).code == 10003
    other = guild.add_text_channel("other")
    guild.remove_bot()
    assert (await api.post(_path(other), {"content": "x"})).code == 50001


@documented(ERROR_CODES)
async def test_places_without_messages(api: Api, guild: Guild) -> None:
    """Forums and categories hold no messages; voice channels do."""
    for place in (guild.add_forum("ideas"), guild.add_category("News")):
        assert (await api.post(_path(place), {"content": "x"})).code == 50008
    assert (await api.post(_path(guild.add_voice_channel("v")), {"content": "x"})).status == 200


@documented(ERROR_CODES)
async def test_direct_messages(api: Api, anna: Person, sandbox: Sandbox) -> None:
    """A direct message reaches the person, unless they accept none."""
    opened = await api.post("/users/@me/channels", {"recipient_id": str(anna.user.id)})
    path = f"/channels/{opened.body['id']}/messages"
    assert (await api.post(path, {"content": "psst"})).status == 200
    assert [message.content for message in anna.dm_messages] == ["psst"]
    anna.user.accepts_messages = False
    closed = await api.post(path, {"content": "psst"})
    assert (closed.status, closed.code) == (403, 50007)
    assert (await api.post("/users/@me/channels", {"recipient_id": "1"})).code == 50033
    bot_itself = {"recipient_id": str(sandbox.world.bot.id)}
    assert (await api.post("/users/@me/channels", bot_itself)).code == 50033


async def test_replies(api: Api, anna: Person, channel: Channel) -> None:
    """A reply shows what it answers; a reply to nothing is refused unless told not to be."""
    asked = anna.say(channel, "What is new?")
    reference = {"message_id": str(asked.id)}
    reply = await api.post(_path(channel), {"content": "This", "message_reference": reference})
    assert (reply.body["type"], reply.body["referenced_message"]["id"]) == (19, str(asked.id))
    lost = {"content": "This", "message_reference": {"message_id": "1"}}
    refused = await api.post(_path(channel), lost)
    assert refused.complaint("message_reference") == "REPLIES_UNKNOWN_MESSAGE"
    lost["message_reference"] = {"message_id": "1", "fail_if_not_exists": False}
    assert (await api.post(_path(channel), lost)).status == 200


async def test_crossposting(api: Api, guild: Guild, channel: Channel) -> None:
    """A message of an announcement channel is published once; others not at all."""
    announcements = guild.add_announcement_channel("announcements")
    sent = await api.post(_path(announcements), {"content": "x"})
    path = f"{_path(announcements)}/{sent.body['id']}/crosspost"
    assert (await api.post(path)).body["flags"] == MessageFlag.CROSSPOSTED
    assert (await api.post(path)).code == 40033
    plain = await api.post(_path(channel), {"content": "x"})
    assert (await api.post(f"{_path(channel)}/{plain.body['id']}/crosspost")).code == 50024


async def test_files(api: Api, channel: Channel) -> None:
    """Files come beside the JSON, with their descriptions.

    https://docs.discord.com/developers/reference#uploading-files
    """
    described = {"id": 0, "filename": "heat.csv", "description": "Heat by day"}
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps({"attachments": [described]}))
    form.add_field("files[0]", b"a,b\n", filename="x.csv", content_type="text/csv")
    sent = await api.post(_path(channel), data=form)
    assert sent.body["attachments"][0]["filename"] == "heat.csv"
    assert channel.messages[0].body.attachments[0].data == b"a,b\n"


async def test_what_others_say(api: Api, anna: Person, channel: Channel, sandbox: Sandbox) -> None:
    """Without the message-content intent others' texts are blank, unless they concern the bot.

    https://docs.discord.com/developers/events/gateway#message-content-intent
    """
    anna.say(channel, "private talk")
    anna.say(channel, f"hey {sandbox.world.bot.mention}")
    anna.say(anna.dm, "to you")
    found = await api.get(_path(channel))
    assert [m["content"] for m in found.body] == [f"hey {sandbox.world.bot.mention}", ""]
    assert (await api.get(_path(anna.dm))).body[0]["content"] == "to you"


async def test_typing(api: Api, channel: Channel) -> None:
    """Showing that one types is acknowledged without a body."""
    assert (await api.post(f"/channels/{channel.id}/typing")).status == 204


async def test_too_large(api: Api, channel: Channel) -> None:
    """A request of more than 25 MiB is refused."""
    result = await api.post(_path(channel), data=BytesIO(b"x" * (25 * 1024 * 1024 + 1)))
    assert (result.status, result.code) == (413, 40005)


async def test_deeply_nested(api: Api, channel: Channel) -> None:
    """JSON nested beyond all reason is refused like broken JSON."""
    result = await api.post(_path(channel), data=b"[" * 100_000)
    assert (result.status, result.code) == (400, 50109)


async def test_kept_files(api: Api, channel: Channel) -> None:
    """An edit keeps the files that it names."""
    files = (Attachment(1, "a", "text/plain", b""), Attachment(2, "b", "text/plain", b""))
    message = channel.post(channel.world.bot, Body("x", attachments=files))
    path = f"{_path(channel)}/{message.id}"
    await api.patch(path, {"attachments": [{"id": "2"}]})
    assert [attachment.filename for attachment in message.body.attachments] == ["b"]
    bad = await api.patch(path, {"attachments": ["2"]})
    assert bad.complaint("attachments.0") == "MODEL_TYPE_CONVERT"


async def test_wrong_token(stranger: Api, channel: Channel) -> None:
    """A wrong token opens nothing."""
    for path in ("/users/@me", _path(channel)):
        result = await stranger.get(path)
        assert (result.status, result.code) == (401, 0)


async def test_unknown_routes(api: Api, sandbox: Sandbox) -> None:
    """What is no route is not found, what is no method not allowed; both are in the timeline."""
    missing = await api.get("/moon/phases")
    assert (missing.status, missing.body) == (404, {"message": "404: Not Found", "code": 0})
    wrong = await api.delete("/users/@me")
    assert (wrong.status, wrong.code) == (405, 0)
    assert [(e.path, e.status) for e in sandbox.timeline] == [
        ("/moon/phases", 404),
        ("/users/@me", 405),
    ]


async def test_broken_json(api: Api, channel: Channel) -> None:
    """A body that is no JSON, or no object, is refused."""
    headers = {"Content-Type": "application/json"}
    broken = await api.post(_path(channel), data=b"{", skip_auto_headers=headers)
    assert (broken.status, broken.code) == (400, 50109)
    assert (await api.post(_path(channel), ["x"])).code == 50035
