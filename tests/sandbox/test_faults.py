"""Things going wrong on purpose, and the record of what was asked."""

import asyncio

import aiohttp
import pytest

from bot.sandbox import Channel, ManualClock, Sandbox
from bot.sandbox.timeline import summary_of
from tests.sandbox.api import Api, Result
from tests.sandbox.sources import RATE_LIMITS, assumed, documented, own

pytestmark = own("at Discord, things go wrong when they like")

SEND = ("POST", r"/messages$")


async def _send(api: Api, channel: Channel, content: str = "x") -> Result:
    return await api.post(f"/channels/{channel.id}/messages", {"content": content})


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("status", [500, 502, 503])
async def test_status(
    api: Api, sandbox: Sandbox, channel: Channel, status: int, *, after: bool
) -> None:
    """An error status comes before or after the effect, so often and no more."""
    fault = sandbox.faults.answer(status, *SEND, times=2, after_effect=after)
    assert [(await _send(api, channel)).status for _ in range(3)] == [status, status, 200]
    assert len(channel.messages) == (3 if after else 1)
    assert fault.hits == 2


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("kind", ["reset", "close"])
async def test_connection(
    api: Api, sandbox: Sandbox, channel: Channel, kind: str, *, after: bool
) -> None:
    """A connection is reset or closed, before or after the effect; the next one works."""
    make = sandbox.faults.reset if kind == "reset" else sandbox.faults.close
    make(*SEND, after_effect=after)
    expected = aiohttp.ClientOSError if kind == "reset" else aiohttp.ServerDisconnectedError
    with pytest.raises(expected):
        await _send(api, channel)
    assert len(channel.messages) == int(after)
    assert (await _send(api, channel)).status == 200
    cut = sandbox.timeline.of("POST", "/channels/{channel_id}/messages")[0]
    when = "after" if after else "before"
    assert (cut.status, cut.fault) == (None, f"{kind} {when} effect")


@assumed("an effect may come after the client gave up: nothing promises that it does not")
async def test_late_effect(api: Api, sandbox: Sandbox, channel: Channel) -> None:
    """A hanging request takes effect when it is released, even if the client has left."""
    fault = sandbox.faults.hang(*SEND)
    request = asyncio.create_task(_send(api, channel))
    await fault.reached()
    request.cancel()
    await asyncio.gather(request, return_exceptions=True)
    assert channel.messages == []
    fault.release()
    assert (await channel.wait_for_message()).content == "x"


async def test_hang_after(api: Api, sandbox: Sandbox, channel: Channel) -> None:
    """A request may take effect at once and be answered only on release."""
    fault = sandbox.faults.hang(*SEND, after_effect=True)
    request = asyncio.create_task(_send(api, channel))
    await channel.wait_for_message()
    assert not request.done()
    fault.release()
    assert (await request).status == 200


async def test_hanging_at_the_end(api: Api, sandbox: Sandbox, channel: Channel) -> None:
    """Clearing the faults releases what hangs on them."""
    fault = sandbox.faults.hang(*SEND)
    request = asyncio.create_task(_send(api, channel))
    await fault.reached()
    sandbox.faults.clear()
    assert (await request).status == 200


async def test_delay(api: Api, sandbox: Sandbox, channel: Channel, clock: ManualClock) -> None:
    """A delay lasts as long as the sandbox's clock says."""
    fault = sandbox.faults.delay(10, *SEND)
    request = asyncio.create_task(_send(api, channel))
    await fault.reached()
    await asyncio.sleep(0)
    clock.advance(10)
    assert (await request).status == 200


@documented(RATE_LIMITS)
@pytest.mark.parametrize("is_global", [False, True])
async def test_rate_limit(api: Api, sandbox: Sandbox, channel: Channel, *, is_global: bool) -> None:
    """A 429 can be had for the asking."""
    sandbox.faults.rate_limit(1.5, *SEND, is_global=is_global)
    refused = await _send(api, channel)
    assert (refused.status, refused.body["retry_after"]) == (429, 1.5)
    assert refused.body["global"] is is_global
    assert refused.headers["Retry-After"] == "2"
    assert (await _send(api, channel)).status == 200


async def test_only_what_matches(api: Api, sandbox: Sandbox, channel: Channel) -> None:
    """A fault meets only requests of its method and route."""
    sandbox.faults.answer(500, "GET", "/guilds/")
    assert (await _send(api, channel)).status == 200
    assert (await api.get("/users/@me")).status == 200


async def test_timeline(api: Api, sandbox: Sandbox, channel: Channel) -> None:
    """Each request is noted: what, when, how it ended, and a summary without tokens."""
    body = {"content": "Hello", "nonce": "n1", "embeds": [{"title": "News"}]}
    await api.post(f"/channels/{channel.id}/messages", body)
    await api.get("/channels/1")
    first, second = sandbox.timeline
    assert (first.method, first.route) == ("POST", "/channels/{channel_id}/messages")
    assert (first.status, first.nonce, first.summary) == (200, "n1", "'Hello' [News]")
    assert (second.status, second.code) == (404, 10003)
    assert first.at == sandbox.clock.now()
    assert len(sandbox.timeline) == 2


async def test_the_timeline_tells_texts_as_people_read_them(
    api: Api, sandbox: Sandbox, channel: Channel
) -> None:
    """Markdown's marks are dropped, and moments and names are written out."""
    text = f"## **Today**\n-# The news since <t:1795536349:f>, in {channel.mention}"
    await api.post(
        f"/channels/{channel.id}/messages", {"content": text, "embeds": [{"title": "~~x~~ _y_"}]}
    )
    (entry,) = sandbox.timeline
    told = f"'Today\\nThe news since 24 November 2026 16:05, in #{channel.name}' [x\u0336 y]"
    assert entry.summary == told


async def test_no_tokens(api: Api, sandbox: Sandbox) -> None:
    """Tokens of interactions do not stand in the timeline."""
    await api.post("/interactions/1/secret-token/callback", {"type": 5})
    await api.post("/webhooks/1/secret-token", {"content": "x"})
    await api.get("/webhooks/1/secret-token/messages/@original")
    paths = [entry.path for entry in sandbox.timeline]
    assert paths == [
        "/interactions/1/***/callback",
        "/webhooks/1/***",
        "/webhooks/1/***/messages/@original",
    ]
    assert sandbox.token not in repr(list(sandbox.timeline))


async def test_waiting_for_a_request(api: Api, sandbox: Sandbox) -> None:
    """One can wait for a request that is yet to come."""
    waiting = asyncio.create_task(sandbox.timeline.wait_for(lambda e: e.status == 404))
    await api.get("/users/@me")
    await api.get("/users/1")
    assert (await waiting).path == "/users/1"


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ({"type": 5}, "type"),
        ({"content": "x" * 200}, "'" + "x" * 118 + "…"),
        ({"embeds": 5}, "embeds"),
        ({"embeds": [None, {}]}, "[embed] [embed]"),
    ],
)
def test_summary(body: dict[str, object], summary: str) -> None:
    """A summary is one short line, whatever the body is."""
    assert summary_of(body) == summary
