"""Who is notified by a message.

https://docs.discord.com/developers/resources/message#allowed-mentions-object
"""

from typing import Any

import pytest

from bot.sandbox import Channel, Guild, Permission, Person
from tests.sandbox.api import Api, Result
from tests.sandbox.sources import MENTIONS, documented

pytestmark = documented(MENTIONS)


async def _send(api: Api, channel: Channel, content: str, allowed: Any = None) -> Result:
    body = {"content": content}
    if allowed is not None:
        body["allowed_mentions"] = allowed
    return await api.post(f"/channels/{channel.id}/messages", body)


async def test_nobody(api: Api, channel: Channel, guild: Guild, anna: Person) -> None:
    """With nothing allowed, nobody is notified, whatever the text says."""
    guild.bot_role.grant(Permission.MENTION_EVERYONE)
    text = f"@everyone @here {anna.mention} {guild.everyone.mention} {guild.bot_role.mention}"
    sent = await _send(api, channel, text, {"parse": []})
    assert sent.body["mention_everyone"] is False
    assert (sent.body["mentions"], sent.body["mention_roles"]) == ([], [])
    assert not channel.messages[0].pinged


async def test_everyone(api: Api, channel: Channel, guild: Guild) -> None:
    """@everyone and @here notify only with the permission."""
    assert (await _send(api, channel, "@everyone")).body["mention_everyone"] is False
    guild.bot_role.grant(Permission.MENTION_EVERYONE)
    for text in ("@everyone", "see @here"):
        assert (await _send(api, channel, text)).body["mention_everyone"] is True
    assert (await _send(api, channel, "`@everyone`")).body["mention_everyone"] is False
    assert (await _send(api, channel, "x", {"parse": ["everyone"]})).body[
        "mention_everyone"
    ] is False


async def test_roles(api: Api, channel: Channel, guild: Guild) -> None:
    """A role is notified if it is mentionable, or the sender may mention everyone."""
    readers = guild.add_role("readers")
    text = f"{readers.mention} {readers.mention}"
    assert (await _send(api, channel, text)).body["mention_roles"] == []
    readers.mentionable = True
    assert (await _send(api, channel, text)).body["mention_roles"] == [str(readers.id)]
    only = {"parse": [], "roles": [str(readers.id)]}
    assert (await _send(api, channel, text, only)).body["mention_roles"] == [str(readers.id)]
    assert (await _send(api, channel, "no role", only)).body["mention_roles"] == []


async def test_users(api: Api, channel: Channel, anna: Person) -> None:
    """A user is notified if named in the text and allowed."""
    sent = await _send(api, channel, anna.mention, {"users": [str(anna.user.id)]})
    assert [user["id"] for user in sent.body["mentions"]] == [str(anna.user.id)]
    assert (await _send(api, channel, anna.mention, {"users": ["1"]})).body["mentions"] == []
    assert (await _send(api, channel, "<@1>")).body["mentions"] == []


async def test_embeds_never_notify(api: Api, channel: Channel, anna: Person) -> None:
    """A mention inside an embed notifies nobody."""
    body = {"embeds": [{"description": f"@everyone {anna.mention}"}]}
    await api.post(f"/channels/{channel.id}/messages", body)
    assert not channel.messages[0].pinged


@pytest.mark.parametrize(("told", "count"), [(None, 1), (False, 0), (True, 1)])
async def test_replied_user(
    api: Api, channel: Channel, anna: Person, told: bool | None, count: int
) -> None:
    """A reply notifies its addressee unless told not to."""
    body: dict[str, Any] = {"content": "x"}
    body["message_reference"] = {"message_id": str(anna.say(channel, "?").id)}
    if told is not None:
        body["allowed_mentions"] = {"parse": [], "replied_user": told}
    sent = await api.post(f"/channels/{channel.id}/messages", body)
    assert len(sent.body["mentions"]) == count


@pytest.mark.parametrize(
    ("allowed", "place"),
    [
        ({"parse": ["users"], "users": ["1"]}, "allowed_mentions"),
        ({"parse": ["all"]}, "allowed_mentions.parse.0"),
        ({"users": ["x"]}, "allowed_mentions.users.0"),
        ({"roles": ["1"] * 101}, "allowed_mentions.roles"),
    ],
)
async def test_contradictions(api: Api, channel: Channel, allowed: Any, place: str) -> None:
    """A kind both parsed and listed, an unknown kind, no id, and too many are refused."""
    result = await _send(api, channel, "x", allowed)
    assert (result.status, result.code) == (400, 50035)
    assert result.complaint(place)


async def test_edits_recompute(api: Api, channel: Channel, anna: Person) -> None:
    """What a message mentions follows its text when that is edited."""
    sent = await _send(api, channel, anna.mention)
    path = f"/channels/{channel.id}/messages/{sent.body['id']}"
    assert (await api.patch(path, {"content": "nobody"})).body["mentions"] == []
