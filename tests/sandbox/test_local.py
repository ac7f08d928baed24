"""Who may speak to the sandbox: a page from elsewhere, in a browser on this machine, may not."""

from __future__ import annotations

import aiohttp
import pytest

from bot.sandbox import Sandbox, Settings
from tests.sandbox.sources import own

pytestmark = own("who may speak to a server on this machine")

ELSEWHERE = [
    {"Host": "evil.example"},
    {"Host": "localhost.evil.example"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1.evil.example"},
    {"Origin": "https://evil.example", "Host": "evil.example"},
]


@pytest.mark.parametrize("headers", ELSEWHERE)
async def test_the_gateway_is_closed_to_pages_from_elsewhere(
    sandbox: Sandbox, http: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(sandbox.gateway_url, headers=headers)
    assert refused.value.status == 403


@pytest.mark.parametrize("headers", ELSEWHERE)
@pytest.mark.parametrize("path", ["/users/@me", "/gateway", "/nothing"])
async def test_the_api_is_closed_to_pages_from_elsewhere(
    sandbox: Sandbox, http: aiohttp.ClientSession, path: str, headers: dict[str, str]
) -> None:
    token = {"Authorization": f"Bot {sandbox.token}"}
    async with http.get(sandbox.api_url + path, headers=token | headers) as answer:
        assert answer.status == 403
    assert list(sandbox.timeline) == []


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost:3000"}, {"Host": "[::1]"}])
async def test_programs_and_pages_of_this_machine_are_let_in(
    sandbox: Sandbox, http: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    token = {"Authorization": f"Bot {sandbox.token}"}
    async with http.get(f"{sandbox.api_url}/users/@me", headers=token | headers) as answer:
        assert answer.status == 200
    async with http.ws_connect(sandbox.gateway_url, headers=headers) as socket:
        assert (await socket.receive_json())["op"] == 10


async def test_each_sandbox_has_a_token_that_cannot_be_guessed_unless_it_is_given_one() -> None:
    tokens = [Sandbox().token for _ in range(3)]
    assert len(set(tokens)) == 3
    assert tokens[0] not in repr(Settings(token=tokens[0]))
    assert Sandbox(Settings(token="mine")).token == "mine"
