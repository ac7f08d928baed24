"""Threads and forum posts.

https://docs.discord.com/developers/topics/threads
"""

import pytest

from bot.sandbox import Channel, Guild, Permission, Person, Sandbox
from tests.sandbox.api import Api
from tests.sandbox.sources import THREADS, documented

pytestmark = documented(THREADS)


async def _start(api: Api, channel: Channel, **body: object) -> Channel:
    given = {"name": "talk", "type": 11} | body
    result = await api.post(f"/channels/{channel.id}/threads", given)
    assert result.status == 201
    thread = channel.world.channel(int(result.body["id"]))
    assert thread is not None
    return thread


async def test_start_on_a_message(api: Api, channel: Channel) -> None:
    """A thread on a message has the message's id, and the message shows it; once."""
    sent = await api.post(f"/channels/{channel.id}/messages", {"content": "x"})
    path = f"/channels/{channel.id}/messages/{sent.body['id']}"
    thread = await api.post(f"{path}/threads", {"name": "talk"})
    assert (thread.status, thread.body["id"]) == (201, sent.body["id"])
    assert (await api.get(path)).body["thread"]["name"] == "talk"
    assert (await api.post(f"{path}/threads", {"name": "again"})).code == 160004


async def test_post_in_a_thread(api: Api, channel: Channel) -> None:
    """A thread holds messages of its own."""
    thread = await _start(api, channel)
    await api.post(f"/channels/{thread.id}/messages", {"content": "x"})
    assert len(thread.messages) == 1
    assert not channel.messages
    shown = await api.get(f"/channels/{thread.id}")
    assert (shown.body["message_count"], shown.body["parent_id"]) == (1, str(channel.id))


async def test_archived(api: Api, channel: Channel) -> None:
    """A message opens an archived thread; edits and deletions are refused while it is closed."""
    thread = await _start(api, channel)
    path = f"/channels/{thread.id}"
    sent = await api.post(f"{path}/messages", {"content": "x"})
    closed = await api.patch(path, {"archived": True})
    assert closed.body["thread_metadata"]["archived"] is True
    refused = await api.patch(f"{path}/messages/{sent.body['id']}", {"content": "y"})
    assert (refused.status, refused.code) == (400, 50083)
    assert (await api.delete(f"{path}/messages/{sent.body['id']}")).code == 50083
    assert (await api.post(f"{path}/messages", {"content": "y"})).status == 200
    assert thread.thread is not None
    assert not thread.thread.archived


async def test_locked(api: Api, channel: Channel, guild: Guild) -> None:
    """A locked thread opens only to those who manage threads."""
    thread = await _start(api, channel)
    thread.archive(locked=True)
    path = f"/channels/{thread.id}/messages"
    assert (await api.post(path, {"content": "x"})).code == 50083
    guild.bot_role.grant(Permission.MANAGE_THREADS)
    assert (await api.post(path, {"content": "x"})).status == 200


async def test_forum_posts(api: Api, guild: Guild) -> None:
    """A post in a forum brings its first message."""
    forum = guild.add_forum("ideas")
    body = {"name": "A robot", "message": {"content": "that reads"}}
    made = await api.post(f"/channels/{forum.id}/threads", body)
    assert (made.status, made.body["message"]["content"]) == (201, "that reads")
    refused = await api.post(f"/channels/{forum.id}/threads", {"name": "x", "message": {}})
    assert refused.code == 50006


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "x", "auto_archive_duration": 7}, "auto_archive_duration"),
        ({"name": "x", "type": 0}, "type"),
    ],
)
async def test_bad_threads(api: Api, channel: Channel, body: dict[str, object], place: str) -> None:
    """A thread needs a name of 1 to 100 characters, a known duration and a thread's type."""
    result = await api.post(f"/channels/{channel.id}/threads", body)
    assert (result.status, result.code) == (400, 50035)
    assert place in result.body["errors"]


async def test_permissions(api: Api, channel: Channel, guild: Guild, anna: Person) -> None:
    """Opening needs a permission, closing others' threads another, deleting the same."""
    thread = channel.start_thread("Anna's", anna.user)
    assert (await api.patch(f"/channels/{thread.id}", {"archived": True})).code == 50013
    assert (await api.delete(f"/channels/{thread.id}")).code == 50013
    private = await api.post(f"/channels/{channel.id}/threads", {"name": "x", "type": 12})
    assert private.code == 50013
    voice = guild.add_voice_channel("v")
    assert (await api.post(f"/channels/{voice.id}/threads", {"name": "x"})).code == 50024


async def test_listing(api: Api, channel: Channel, guild: Guild, anna: Person) -> None:
    """The active threads of a server are listed; archived ones are not; a deleted one is gone."""
    kept = channel.start_thread("kept", anna.user)
    channel.start_thread("closed", anna.user).archive()
    listed = await api.get(f"/guilds/{guild.id}/threads/active")
    assert [t["id"] for t in listed.body["threads"]] == [str(kept.id)]
    channel.delete()
    assert (await api.get(f"/channels/{kept.id}")).code == 10003


async def test_joining(api: Api, channel: Channel) -> None:
    """A bot may join and leave threads, but not channels."""
    thread = await _start(api, channel)
    assert (await api.put(f"/channels/{thread.id}/thread-members/@me", {})).status == 204
    assert (await api.delete(f"/channels/{channel.id}/thread-members/@me")).code == 50024


async def test_channels_are_managed(api: Api, channel: Channel, sandbox: Sandbox) -> None:
    """Renaming and deleting a channel need MANAGE_CHANNELS; a direct message is not renamed."""
    path = f"/channels/{channel.id}"
    assert (await api.patch(path, {"name": "new"})).code == 50013
    channel.allow(sandbox.world.bot, Permission.MANAGE_CHANNELS)
    assert (await api.patch(path, {"name": "new"})).body["name"] == "new"
    assert (await api.delete(path)).status == 200
    assert channel.deleted
    bert = sandbox.add_person("Bert")
    assert (await api.patch(f"/channels/{bert.dm.id}", {"name": "x"})).code == 50003
