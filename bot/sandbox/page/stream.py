"""The live side of the page: one WebSocket for each window, in which everything is in order.

The page asks {"open": channel} and {"earlier": channel, "before": message}; what comes back, and
every change after it, are objects with a `type`.
"""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Awaitable, Callable

from aiohttp import WSCloseCode, WSMsgType, web

from bot.sandbox.backend import Backend
from bot.sandbox.changes import Change
from bot.sandbox.channels import Channel
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.options import NotPossibleError
from bot.sandbox.page.news import STRUCTURAL, news_of
from bot.sandbox.page.values import read_id
from bot.sandbox.page.viewer import Viewer

MOST_UNSENT = 5_000
"""A window that is so many changes behind is closed; it opens its stream again by itself."""

Describe = Callable[[Viewer, Channel | None], JsonObject]
"""Tells what is around a viewer: places, panels, whether the bot is there."""


class Stream:
    """One window's WebSocket, from its opening to its end."""

    def __init__(
        self,
        backend: Backend,
        viewer: Viewer,
        prepare: Callable[[], Awaitable[None]],
        describe: Describe,
    ) -> None:
        """Before `describe` is called `prepare` is awaited."""
        self._backend = backend
        self._viewer = viewer
        self._prepare = prepare
        self._describe = describe
        self._channel: Channel | None = None
        self._unsent: deque[JsonObject] = deque()
        self._is_stale = False
        self._changed = asyncio.Event()
        self._ws = web.WebSocketResponse(heartbeat=30.0)

    async def serve(self, request: web.Request, first: JsonObject) -> web.WebSocketResponse:
        """Send what there is, then every change, until the window is closed."""
        self.tell(first)
        # Subscribed before anything is awaited: no change falls between `first` and the others.
        unsubscribe = self._backend.world.changes.subscribe(self._on_change)
        try:
            await self._ws.prepare(request)
            writer = asyncio.create_task(self._write())
            try:
                async for message in self._ws:
                    if message.type is WSMsgType.TEXT:
                        self._asked(message.data)
            finally:
                writer.cancel()
                with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                    await writer
        finally:
            unsubscribe()
        return self._ws

    def refresh(self) -> None:
        """Tell anew what is around the viewer."""
        self._is_stale = True
        self._changed.set()

    def tell(self, news: JsonObject) -> None:
        """Send something, after all that was told before."""
        self._unsent.append(news | {"now": self._backend.clock.now().isoformat()})
        self._changed.set()

    async def close(self) -> None:
        """End it, because the sandbox ends."""
        await self._ws.close(code=WSCloseCode.GOING_AWAY)

    def _on_change(self, change: Change) -> None:
        if isinstance(change, STRUCTURAL):
            self.refresh()
        news = news_of(change, self._viewer)
        if news is not None:
            self.tell(news)

    async def _write(self) -> None:
        while len(self._unsent) <= MOST_UNSENT:
            await self._changed.wait()
            self._changed.clear()
            while self._unsent:
                await self._ws.send_json(self._unsent.popleft())
            if self._is_stale:
                self._is_stale = False
                await self._prepare()
                self.tell({"type": "around", **self._around()})
        await self._ws.close(code=WSCloseCode.TRY_AGAIN_LATER)

    def _around(self) -> JsonObject:
        around = self._describe(self._viewer, self._channel)
        if self._channel is not None:
            around["channel"] = str(self._channel.id)
            if self._viewer.sees(self._channel):
                around["abilities"] = self._viewer.abilities(self._channel)
        return around

    def _asked(self, raw: str) -> None:
        """Answer the page; what it would not send is passed over."""
        try:
            given = json.loads(raw)
            wanted = given.get("open") or given.get("earlier")
            channel = self._backend.world.channel(read_id(wanted))
            if channel is None or not self._viewer.sees(channel):
                return
            if "open" in given:
                self._open(channel)
            else:
                earlier = self._viewer.before(channel, read_id(given.get("before")))
                self.tell({"type": "earlier", "channel": str(channel.id), **earlier})
        except (ValueError, AttributeError, RecursionError, NotPossibleError):
            return

    def _open(self, channel: Channel) -> None:
        self._channel = channel
        self.tell({"type": "channel", **self._viewer.opened(channel)})
        self.refresh()
