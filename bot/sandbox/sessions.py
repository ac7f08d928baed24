"""Gateway sessions: what a bot has been told, so that it can resume where it was cut off.

https://docs.discord.com/developers/events/gateway#resuming
"""

import asyncio
import json
import secrets
from collections import deque

from aiohttp import web

from bot.sandbox.compression import Packing
from bot.sandbox.intents import Intent
from bot.sandbox.jsontypes import JsonObject

DISPATCH, HEARTBEAT, IDENTIFY, RESUME = 0, 1, 2, 6
RECONNECT, REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 7, 8, 9, 10, 11
"""Opcodes: https://docs.discord.com/developers/topics/opcodes-and-status-codes"""

KEPT_EVENTS = 10_000
"""How many events a session remembers for a resume."""


class Connection:
    """One socket. Messages go out in order through a queue, so that nobody waits for the wire."""

    def __init__(self, request: web.Request, ws: web.WebSocketResponse, packing: Packing) -> None:
        self.ws = ws
        self.packing = packing
        self._request = request
        self._queue: asyncio.Queue[str | int] = asyncio.Queue()

    def send(self, op: int, data: object = None) -> None:
        """Send a message that is no event."""
        self.push(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def push(self, text: str) -> None:
        """Send a message that is encoded already."""
        self._queue.put_nowait(text)

    def close(self, code: int) -> None:
        """Close with a code, once everything before has gone out."""
        self._queue.put_nowait(code)

    def drop(self) -> None:
        """Cut the connection without a word, as a lost network does."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def write(self) -> None:
        """Send what is queued until the connection is closed or lost."""
        while not self.ws.closed:
            item = await self._queue.get()
            try:
                if isinstance(item, int):
                    await self.ws.close(code=item)
                    return
                await self._write(item)
            except ConnectionError:
                return

    async def _write(self, text: str) -> None:
        frame = self.packing.pack(text)
        if isinstance(frame, str):
            await self.ws.send_str(frame)
        else:
            await self.ws.send_bytes(frame)


class Session:
    """What one IDENTIFY began; it outlives its connection for a while."""

    def __init__(self, shard: int, shards: int, intents: Intent) -> None:
        self.id = secrets.token_hex(16)
        self.shard = shard
        self.shards = shards
        self.intents = intents
        self.seq = 0
        self.connection: Connection | None = None
        self.lost_at = 0.0
        """When its connection went, by the clock's monotonic seconds."""

        self._events: deque[tuple[int, str]] = deque(maxlen=KEPT_EVENTS)

    def dispatch(self, name: str, data: JsonObject) -> None:
        """Tell an event, or keep it until the bot is back."""
        self.seq += 1
        text = json.dumps({"op": DISPATCH, "t": name, "s": self.seq, "d": data})
        self._events.append((self.seq, text))
        if self.connection is not None:
            self.connection.push(text)

    def can_replay(self, seq: int) -> bool:
        """Whether everything after this event is still remembered."""
        oldest = self._events[0][0] if self._events else self.seq + 1
        return oldest - 1 <= seq <= self.seq

    def resume(self, connection: Connection, seq: int) -> int:
        """Go on with another connection, telling first what was missed; return how much it was."""
        self.connection = connection
        missed = [text for number, text in self._events if number > seq]
        for text in missed:
            connection.push(text)
        self.dispatch("RESUMED", {"_trace": []})
        return len(missed)
