"""What Discord's refusals mean, for delivery and in words."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any, cast

import aiohttp
import discord
import pytest

from bot.chat.errors import Outcome, named_fields, outcome, sentence
from bot.chat.messenger import Pacer, allowed_mentions, repair
from digests.delivery import Busy, Gone, Post, Refused, Unclear, Vanished
from digests.digest import Digest, DigestPart
from tests.chat.stories import NOON
from tests.digests.builders import story


class Response:
    """As much of an HTTP response as discord.py's errors look at."""

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        self.status = status
        self.reason = "Reason"
        self.headers = headers


def refusal(
    status: int, code: int = 0, message: Any = "No.", headers: dict[str, str] | None = None
) -> discord.HTTPException:
    """What discord.py raises for an answer."""
    body = message if isinstance(message, dict) else {"code": code, "message": message}
    return discord.HTTPException(cast("Any", Response(status, headers or {})), body)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (refusal(403, 50013), Gone),
        (refusal(404, 10003), Gone),
        (refusal(404, 10008), Vanished),
        (refusal(400, 50035), Refused),
        (refusal(429), Busy),
        (refusal(401), Busy),
        (refusal(500), Unclear),
        (refusal(503), Unclear),
        (discord.RateLimited(7), Busy),
        (TimeoutError(), Unclear),
        (ConnectionResetError(), Unclear),
        (aiohttp.ServerDisconnectedError(), Unclear),
    ],
)
def test_an_error_tells_what_is_certain(error: Exception, expected: type[Outcome]) -> None:
    """Only a clear no is one; all that may have had an effect is unclear."""
    assert isinstance(outcome(error, {}), expected)


@pytest.mark.parametrize(
    ("header", "seconds"), [("3", 3), ("0", 0.1), ("86400", 3600), ("soon", 5), (None, 5)]
)
def test_the_wait_that_discord_asks_for_is_kept_within_reason(
    header: str | None, seconds: float
) -> None:
    """At least a moment, at most an hour, and five seconds if it does not say."""
    given = {} if header is None else {"Retry-After": header}
    assert outcome(refusal(429, headers=given), {}) == Busy(timedelta(seconds=seconds))


def test_a_refused_payload_is_kept_as_it_was() -> None:
    """The operator needs it to find the fault."""
    refused = outcome(refusal(400, 50035), {"embeds": [{"title": "Löwe"}]})
    assert isinstance(refused, Refused)
    assert json.loads(refused.payload) == {"embeds": [{"title": "Löwe"}]}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (refusal(404, 10003), "There is no such channel, or no longer: choose another one"),
        (refusal(403, 50001), "“View Channel”"),
        (refusal(403, 50013), "“Send Messages” and “Embed Links”"),
        (refusal(403, 50083), "open it again or choose another channel"),
        (refusal(500, 0, "Oh no"), "Discord answered 500 (0): Oh no"),
        (refusal(500, 0, ""), "Discord answered 500 (0): no reason given"),
        (TimeoutError(), "did not answer in time"),
        (ConnectionResetError(), "The connection to Discord failed (ConnectionResetError)."),
    ],
)
def test_an_error_is_one_sentence(error: Exception, words: str) -> None:
    """With what to do, where something can be done."""
    assert words in sentence(error)


INVALID = refusal(
    400,
    message={
        "code": 50035,
        "message": "Invalid Form Body",
        "errors": {
            "embeds": {
                "0": {"thumbnail": {"url": {"_errors": [{"code": "X", "message": "Bad URL"}]}}},
                "1": {"url": {"_errors": [{"code": "X", "message": "Bad URL"}]}},
            }
        },
    },
)


def test_what_discord_finds_wrong_with_an_embed_is_left_out() -> None:
    """The rest of the message is posted."""
    embeds = [discord.Embed(title="a", url="https://a.example") for _ in range(2)]
    embeds[0].set_thumbnail(url="https://bad.example")
    assert named_fields(INVALID) == [(0, "thumbnail"), (1, "url")]
    repaired = repair(embeds, INVALID)
    assert repaired is not None
    bodies: list[dict[str, Any]] = [dict(embed.to_dict()) for embed in repaired]
    assert "thumbnail" not in bodies[0]
    assert bodies[0]["url"] == "https://a.example"
    assert "url" not in bodies[1]


@pytest.mark.parametrize("error", [refusal(400, 50006, "Empty"), refusal(500), TimeoutError()])
def test_what_names_no_field_is_not_repaired(error: Exception) -> None:
    """Sending the same again would be refused again."""
    assert repair([discord.Embed(title="a")], error) is None


def test_a_post_mentions_its_role_and_nobody_else() -> None:
    """Whatever the articles say."""
    with_role = allowed_mentions(Post(1, story(), "n", 1, role=7)).to_dict()
    without = allowed_mentions(Post(1, story(), "n", 1)).to_dict()
    assert with_role["parse"] == without["parse"] == []
    assert with_role["roles"] == [7]
    assert not without.get("roles")
    nothing_new = DigestPart(Digest("Morning", NOON, NOON, ()), 1, 1)
    assert not allowed_mentions(Post(1, nothing_new, "n", 1, role=7)).to_dict().get("roles")


async def test_calls_are_spread_over_the_second() -> None:
    """The first goes at once, the others in turn; none is early."""
    pacer, loop = Pacer(calls_a_second=200), asyncio.get_running_loop()
    start = loop.time()
    went = []
    async with asyncio.TaskGroup() as tasks:
        for _ in range(5):
            task = tasks.create_task(pacer.turn())
            task.add_done_callback(lambda _: went.append(loop.time() - start))
    for place, moment in enumerate(went):
        assert moment >= place / 200 - 0.001
