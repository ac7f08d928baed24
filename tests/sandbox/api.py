"""Plain HTTP against a sandbox, for tests that check what is on the wire."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.sandbox import Sandbox


@dataclass(frozen=True)
class Result:
    """What came back: status, JSON body, headers."""

    status: int
    body: Any
    headers: Any

    @property
    def code(self) -> int:
        """Discord's own error code."""
        return int(self.body["code"])

    def complaint(self, path: str) -> str:
        """Return the code of the first complaint at a place such as "embeds.0.title"."""
        node = self.body["errors"]
        for key in path.split("."):
            node = node[key]
        return str(node["_errors"][0]["code"])


class Api:
    """Speaks REST with the bot's token (or another one)."""

    def __init__(self, sandbox: Sandbox, http: aiohttp.ClientSession, token: str) -> None:
        self._base = sandbox.api_url
        self._http = http
        self._token = token

    async def call(self, method: str, path: str, body: object = None, **options: Any) -> Result:
        """Make a request and return what came back."""
        headers = {"Authorization": f"Bot {self._token}"}
        if body is not None:
            options["json"] = body
        async with self._http.request(
            method, self._base + path, headers=headers, **options
        ) as response:
            raw = await response.read()
            json = await response.json() if raw else None
            return Result(response.status, json, response.headers.copy())

    async def get(self, path: str, **query: Any) -> Result:
        """GET with a query."""
        return await self.call("GET", path, params=query)

    async def post(self, path: str, body: object = None, **options: Any) -> Result:
        """POST a JSON body."""
        return await self.call("POST", path, body, **options)

    async def put(self, path: str, body: object) -> Result:
        """PUT a JSON body."""
        return await self.call("PUT", path, body)

    async def patch(self, path: str, body: object) -> Result:
        """PATCH a JSON body."""
        return await self.call("PATCH", path, body)

    async def delete(self, path: str) -> Result:
        """DELETE."""
        return await self.call("DELETE", path)
