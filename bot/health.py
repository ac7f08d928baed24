"""GET /healthz and GET /metrics, for whoever watches over the process."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bot.status import FEED_TROUBLES
from bot.store.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.status import Status

logger = logging.getLogger(__name__)

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/"""


class Health:
    """Answers the two requests."""

    def __init__(self, status: Status, is_connected: Callable[[], bool]) -> None:
        """`is_connected` tells whether the gateway is; without it posts go on, commands do not."""
        self._status = status
        self._is_connected = is_connected

    @asynccontextmanager
    async def listening(self, listen: tuple[str, int] | None) -> AsyncIterator[int | None]:
        """Listen while the block runs, and give the port, None if it listens nowhere.

        A port that is taken is told, and costs only this.
        """
        if listen is None:
            yield None
            return
        application = web.Application()
        application.add_routes(
            [web.get("/healthz", self._healthz), web.get("/metrics", self._metrics)]
        )
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        host, port = listen
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            reason = f"{error.strerror}: choose another address under [health] listen"
            details = {"address": f"{host}:{port}", "reason": reason}
            logger.warning("health.unavailable", extra=details)
        try:
            yield runner.addresses[0][1] if runner.addresses else None
        finally:
            await runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.Response:
        """200 while the database answers; the connection to Discord is told, not judged."""
        body: dict[str, object] = {"discord": self._is_connected()}
        try:
            await self._status.check()
        except StoreError as error:
            return web.json_response({**body, "ok": False, "reason": str(error)}, status=503)
        return web.json_response({**body, "ok": True})

    async def _metrics(self, _request: web.Request) -> web.Response:
        """All numbers; 503 and why while the database does not answer, since most come from it."""
        try:
            feeds, troubles = await self._status.totals()
        except StoreError as error:
            return web.Response(text=f"{error}\n", status=503)
        registry = CollectorRegistry()
        files = Gauge("digest_bot_files", "Files per feed.", ["feed", "state"], registry=registry)
        for feed in feeds:
            files.labels(feed.feed, "accepted").set(feed.files - feed.rejected)
            files.labels(feed.feed, "rejected").set(feed.rejected)
        trouble = Gauge(
            "digest_bot_feed_trouble",
            "1 while a feed's directory is missing, or empty as if a mount were gone.",
            ["feed", "trouble"],
            registry=registry,
        )
        for name, why in self._status.watched().items():
            for kind in FEED_TROUBLES:
                trouble.labels(name, kind.removeprefix("feed.")).set(why == kind)
        waiting = Gauge(
            "digest_bot_deliveries", "Deliveries not shown.", ["state"], registry=registry
        )
        waiting.labels("waiting").set(troubles.waiting)
        waiting.labels("put_off").set(troubles.put_off)
        waiting.labels("unclear").set(troubles.unclear)
        waiting.labels("held").set(troubles.held)
        waiting.labels("dead").set(troubles.dead)
        connected = Gauge(
            "digest_bot_gateway_connected", "1 while commands can be answered.", registry=registry
        )
        connected.set(self._is_connected())
        return web.Response(body=generate_latest(registry), headers={"Content-Type": METRICS_TYPE})
