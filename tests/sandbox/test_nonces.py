"""A message sent twice with one nonce is posted once.

`enforce_nonce` in https://docs.discord.com/developers/resources/message#create-message
"""

from typing import Any

import pytest

from bot.sandbox import Channel, Guild, ManualClock
from tests.sandbox.api import Api, Result
from tests.sandbox.sources import CREATE_MESSAGE, assumed, documented

pytestmark = documented(CREATE_MESSAGE)


async def _send(
    api: Api, channel: Channel, nonce: Any, *, enforce: bool = True, content: str = "x"
) -> Result:
    body = {"content": content, "nonce": nonce, "enforce_nonce": enforce}
    return await api.post(f"/channels/{channel.id}/messages", body)


async def test_repeat(api: Api, channel: Channel) -> None:
    """A repeat returns the first message and posts nothing, whatever it says."""
    first = await _send(api, channel, "n1")
    again = await _send(api, channel, "n1", content="y")
    assert (again.status, again.body) == (200, first.body)
    assert first.body["nonce"] == "n1"
    assert len(channel.messages) == 1
    await _send(api, channel, "n2")
    assert len(channel.messages) == 2


@assumed("the page tells of enforced nonces alone; the stricter reading counts every use")
async def test_unenforced(api: Api, channel: Channel) -> None:
    """Without enforce_nonce a repeat posts again, but counts as a use of the nonce."""
    await _send(api, channel, "n", enforce=False)
    second = await _send(api, channel, "n", enforce=False)
    assert len(channel.messages) == 2
    repeated = await _send(api, channel, "n")
    assert (len(channel.messages), repeated.body["nonce"]) == (2, second.body["nonce"])


@assumed("the page says 'another message'; of several it is taken for the first")
@pytest.mark.parametrize("enforced", [True, False])
async def test_first_of_several(
    api: Api, channel: Channel, clock: ManualClock, *, enforced: bool
) -> None:
    """A repeat returns the first recent message of its nonce, whatever was posted after it."""
    first = await _send(api, channel, "n", enforce=enforced, content="first")
    clock.advance(60)
    plain = await _send(api, channel, "n", enforce=False, content="plain")
    assert plain.body["content"] == "plain"
    assert (await _send(api, channel, "n")).body["id"] == first.body["id"]
    clock.advance(121)
    assert (await _send(api, channel, "n")).body["id"] == plain.body["id"]
    assert len(channel.messages) == 2


async def test_scope_is_the_author(api: Api, channel: Channel, guild: Guild) -> None:
    """The same nonce in another channel returns the message of the first channel."""
    first = await _send(api, channel, "n")
    other = guild.add_text_channel("other")
    assert (await _send(api, other, "n")).body == first.body
    assert other.messages == []


@assumed("the page says 'in the past few minutes'; it is taken for three")
async def test_window(api: Api, channel: Channel, clock: ManualClock) -> None:
    """After a few minutes a nonce is forgotten."""
    await _send(api, channel, "n")
    clock.advance(179)
    await _send(api, channel, "n")
    assert len(channel.messages) == 1
    clock.advance(2)
    await _send(api, channel, "n")
    assert len(channel.messages) == 2


@assumed("no page says what a repeat returns then; the message that it would is unknown")
async def test_deleted_meanwhile(api: Api, channel: Channel) -> None:
    """A repeat of a message that was deleted meanwhile is unknown, and nothing is posted."""
    await _send(api, channel, "n")
    channel.messages[0].delete()
    again = await _send(api, channel, "n")
    assert (again.status, again.code) == (404, 10008)
    assert channel.messages == []


@pytest.mark.parametrize(
    ("nonce", "status"),
    [("n" * 25, 200), ("n" * 26, 400), (2**53, 200), (True, 400), ([], 400), (None, 200)],
)
async def test_shape(api: Api, channel: Channel, nonce: Any, status: int) -> None:
    """A nonce is a number or a text of at most 25 characters."""
    result = await _send(api, channel, nonce)
    assert result.status == status
    if status == 400:
        assert result.complaint("nonce")


@assumed("no page says whether history shows nonces; a bot must not count on it")
async def test_history_is_silent(api: Api, channel: Channel) -> None:
    """History does not show nonces, so a bot must not look for its own there."""
    await _send(api, channel, "n")
    found = await api.get(f"/channels/{channel.id}/messages")
    assert "nonce" not in found.body[0]
