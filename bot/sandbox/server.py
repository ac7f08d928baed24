"""The sandbox: a Discord that runs on this machine, for demonstrations and tests."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.sandbox.backend import Backend
from bot.sandbox.changes import PATIENCE, T
from bot.sandbox.clock import Clock, SystemClock
from bot.sandbox.faults import Faults
from bot.sandbox.gateway import GOING_AWAY, PATH, Gateway
from bot.sandbox.guilds import Guild
from bot.sandbox.keeping import kept_in, restored_from
from bot.sandbox.local import local_only
from bot.sandbox.page import Page, Panel
from bot.sandbox.people import Person
from bot.sandbox.permissions import Permission
from bot.sandbox.ratelimits import RateLimits
from bot.sandbox.rest import LARGEST_BODY, PREFIX, Rest
from bot.sandbox.settings import Settings
from bot.sandbox.timeline import Timeline
from bot.sandbox.world import World


class Sandbox:
    """A running stand-in for Discord; an async context manager.

    Point a bot at `api_url` and `gateway_url` with `token`, and use `world` and people
    (`add_person`) as a Discord of your own; look at it at `page_url`. `panels` are further
    controls on that page. With `keep` the world begins as that file says and is written there
    (see `bot.sandbox.snapshot` for what is left out); entering may then raise KeptWorldError.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        clock: Clock | None = None,
        panels: Sequence[Panel] = (),
        keep: Path | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.clock: Clock = clock or SystemClock()
        self.backend = Backend.create(self.settings, self.clock)
        self.timeline = Timeline(self.clock, self.world.changes)
        self.faults = Faults()
        self.limits = RateLimits(self.settings.rate_limits, self.clock)
        self.gateway = Gateway(self.backend, self.timeline)
        self._rest = Rest(self.backend, self.timeline, self.faults, self.limits)
        self.page = Page(self.backend, self.timeline, self.faults, self.gateway, panels)
        self._keep = keep
        self._keeping = AsyncExitStack()
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def world(self) -> World:
        """The servers, channels, messages and accounts."""
        return self.backend.world

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.settings.token

    @property
    def api_url(self) -> str:
        """Where REST is served, without a slash at the end."""
        return f"http://{self._authority}{PREFIX}"

    @property
    def gateway_url(self) -> str:
        """Where the gateway is served."""
        return f"ws://{self._authority}{PATH}"

    @property
    def page_url(self) -> str:
        """Where people look at it."""
        return f"http://{self._authority}/"

    @property
    def _authority(self) -> str:
        host = self.settings.host
        return f"[{host}]:{self._port}" if ":" in host else f"{host}:{self._port}"

    async def __aenter__(self) -> Self:
        # What was kept is there before anybody can connect, and written only once they can.
        async with AsyncExitStack() as stack:
            if self._keep is not None:
                stack.enter_context(restored_from(self._keep, self.backend))
            await self._listen()
            if self._keep is not None:
                await stack.enter_async_context(kept_in(self._keep, self.backend))
            self._keeping = stack.pop_all()
        return self

    async def _listen(self) -> None:
        app = web.Application(client_max_size=LARGEST_BODY, middlewares=[local_only])
        self._rest.add_to(app)
        self.page.add_to(app)
        app.router.add_get(PATH, self.gateway.serve)
        app.router.add_get(PATH + "/", self.gateway.serve)
        app.on_shutdown.append(self._say_goodbye)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.settings.host, self.settings.port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self._port = self._runner.addresses[0][1]
        self.gateway.url = self._rest.gateway_url = self.gateway_url
        self.page.api_url = self.api_url

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.faults.clear()
        if self._runner is not None:
            await self._runner.cleanup()
        await self.backend.interactions.close()
        await self._keeping.aclose()

    async def _say_goodbye(self, _: web.Application) -> None:
        self.gateway.close(GOING_AWAY)
        await self.page.close()

    def add_person(
        self, name: str, *guilds: Guild, permissions: Permission = Permission.NONE
    ) -> Person:
        """Make a person who is in these servers, with these permissions beyond everyone's."""
        user = self.world.add_user(name)
        for guild in guilds:
            roles = [guild.add_role(f"{name}'s role", permissions)] if permissions else []
            guild.add_member(user, *roles)
        return Person(self.backend, user)

    async def bot_connected(self, *, sessions: int = 1, timeout: float = PATIENCE) -> None:
        """Wait until the bot is connected to the gateway, with so many sessions (shards)."""
        await self.wait_until(
            lambda: len(self.gateway.sessions) >= sessions,
            what="the bot to connect",
            timeout=timeout,
        )

    async def commands_synced(self, *, timeout: float = PATIENCE) -> None:
        """Wait until the bot has registered its commands."""
        await self.wait_until(
            lambda: self.backend.commands.writes > 0,
            what="commands to be registered",
            timeout=timeout,
        )

    async def wait_until(
        self,
        condition: Callable[[], T | None],
        *,
        what: str = "that to be so",
        timeout: float = PATIENCE,
    ) -> T:
        """Return the first truthy result of `condition`, asked now and after every change."""
        return await self.world.changes.until(condition, what=what, timeout=timeout)
