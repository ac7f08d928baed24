"""A gateway client that speaks raw frames, for tests of the protocol itself."""

import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import zstandard

from bot.sandbox import Sandbox

GUILDS, MESSAGES, CONTENT, MEMBERS = 1 << 0, 1 << 9, 1 << 15, 1 << 1


class Socket:
    """One connection. Events are read until the one that is wanted."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse, compress: str | None) -> None:
        self.ws = ws
        self.seq = 0
        self.frames: list[aiohttp.WSMsgType] = []
        self._zlib = zlib.decompressobj()
        self._zstd = zstandard.ZstdDecompressor().decompressobj()
        self._compress = compress

    async def receive(self) -> dict[str, Any]:
        """Return the next message; a close is {"close": code}."""
        message = await self.ws.receive(timeout=20)
        self.frames.append(message.type)
        if message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}:
            return {"close": self.ws.close_code}
        text = message.data if isinstance(message.data, str) else self._unpack(message.data)
        data: dict[str, Any] = json.loads(text)
        self.seq = data["s"] or self.seq
        return data

    def _unpack(self, data: bytes) -> bytes:
        if self._compress == "zlib-stream":
            assert data.endswith(b"\x00\x00\xff\xff")
            return self._zlib.decompress(data)
        return self._zstd.decompress(data) if self._compress else zlib.decompress(data)

    async def event(self, name: str) -> dict[str, Any]:
        """Return the data of the next event of that name."""
        while True:
            message = await self.receive()
            assert "close" not in message, message
            if message["t"] == name:
                data: dict[str, Any] = message["d"]
                return data

    async def opcode(self, op: int) -> dict[str, Any]:
        """Return the next message with that opcode."""
        while (message := await self.receive()).get("op") != op:
            assert "close" not in message, message
        return message

    async def closed(self) -> int | None:
        """Read on until the connection is closed and return the code."""
        while "close" not in (message := await self.receive()):
            pass
        code: int | None = message["close"]
        return code

    async def send(self, op: int, data: object = None) -> None:
        """Send a message."""
        await self.ws.send_json({"op": op, "d": data})

    async def identify(self, sandbox: Sandbox, intents: int = GUILDS, **more: Any) -> None:
        """Begin a session."""
        await self.send(2, {"token": sandbox.token, "intents": intents, "properties": {}} | more)


@asynccontextmanager
async def connect(sandbox: Sandbox, compress: str | None = None) -> AsyncIterator[Socket]:
    """Open a connection and read HELLO."""
    query = {"v": "10", "encoding": "json"} | ({"compress": compress} if compress else {})
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(sandbox.gateway_url, params=query) as ws,
    ):
        socket = Socket(ws, compress)
        hello = await socket.receive()
        assert (hello["op"], hello["d"]["heartbeat_interval"]) == (10, 41_250)
        yield socket
