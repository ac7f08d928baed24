"""The page on HTTP: its files, its state, its stream, and what people do on it.

| address | what |
|---|---|
| GET / | the page |
| GET /page/static/NAME | its style sheets and scripts |
| GET /page/state?as=PERSON | what is around a person, as JSON |
| GET /page/events?as=PERSON | a WebSocket: the same, then every change |
| POST /page/actions/NAME | something that a person does |
"""

import json
from collections.abc import Iterator, Sequence

from aiohttp import web

from bot.sandbox.backend import Backend
from bot.sandbox.channels import Channel
from bot.sandbox.faults import Faults
from bot.sandbox.gateway import Gateway
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.options import NotPossibleError
from bot.sandbox.page.actions import Actions
from bot.sandbox.page.assets import kind_of, read_assets
from bot.sandbox.page.guard import guarded
from bot.sandbox.page.news import row_of
from bot.sandbox.page.panel import (
    Action,
    ActionError,
    Field,
    Option,
    Panel,
    Status,
    hinted,
    offered,
    suggested,
)
from bot.sandbox.page.private import PrivateMessages
from bot.sandbox.page.setting import Setting, WorldNames
from bot.sandbox.page.stream import Stream
from bot.sandbox.page.trouble import Troubles
from bot.sandbox.page.values import read_id
from bot.sandbox.page.viewer import Viewer
from bot.sandbox.page.welcome import Welcome
from bot.sandbox.permissions import Permission
from bot.sandbox.timeline import Timeline
from bot.sandbox.users import User

REQUESTS_SHOWN = 200
"""How many of the timeline's last rows a page shows when it is opened."""


class Page:
    """The sandbox as people see it, in any number of windows."""

    def __init__(
        self,
        backend: Backend,
        timeline: Timeline,
        faults: Faults,
        gateway: Gateway,
        panels: Sequence[Panel],
    ) -> None:
        self._backend = backend
        self._timeline = timeline
        self._gateway = gateway
        self.api_url = ""
        """Where REST is served, for who wants to connect a bot; set once that is known."""

        self._streams: set[Stream] = set()
        self._troubles = Troubles(backend, timeline, faults, gateway, self._refresh)
        self._panels = [*panels, self._troubles.panel()]
        self._private = PrivateMessages(backend.world.changes)
        self._actions = Actions(backend, self._panels, self._private, self._refresh)
        self._assets = read_assets()
        self._welcome: Welcome | None = None
        self._first: User | None = None

    def add_to(self, app: web.Application) -> None:
        """Add the page's addresses."""
        app.router.add_get("/", guarded(self._index))
        app.router.add_get("/page/static/{name}", guarded(self._asset))
        app.router.add_get("/page/state", guarded(self._state))
        app.router.add_get("/page/events", guarded(self._events))
        app.router.add_post("/page/actions/{name}", guarded(self._action))

    def add_panel(self, panel: Panel) -> None:
        """Add controls to the drawer of every window."""
        self._panels.insert(len(self._panels) - 1, panel)
        self._refresh()

    def greet(self, welcome: Welcome, first: User | None = None) -> None:
        """Say in every window that is opened from now on what this sandbox is there for.

        `first`: who somebody at the page is until they choose; a server's owner is not, otherwise.
        """
        self._welcome = welcome
        self._first = first

    def tell(self, panel: str, action: str, sentence: str) -> None:
        """Say below an action's button, in every window, how what it began is going."""
        news = {"type": "told", "key": f"{panel}/{action}", "done": sentence}
        for stream in self._streams:
            stream.tell(news)

    async def close(self) -> None:
        """Close every window's stream and end what was troubled."""
        await self._troubles.close()
        for stream in tuple(self._streams):
            await stream.close()

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return self._file("index.html")

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        return self._file(request.match_info["name"])

    def _file(self, name: str) -> web.Response:
        text = self._assets.get(name)
        if text is None:
            return web.Response(status=404, text="There is no such file.\n")
        return web.Response(text=text, content_type=kind_of(name), charset="utf-8")

    async def _state(self, request: web.Request) -> web.StreamResponse:
        await self._prepare()
        return _json(self._hello(self._viewer(request.query.get("as"))))

    async def _events(self, request: web.Request) -> web.StreamResponse:
        await self._prepare()
        viewer = self._viewer(request.query.get("as"))
        stream = Stream(self._backend, viewer, self._prepare, self._around)
        self._streams.add(stream)
        try:
            return await stream.serve(request, {"type": "hello", **self._hello(viewer)})
        finally:
            self._streams.discard(stream)

    async def _action(self, request: web.Request) -> web.StreamResponse:
        """Do it; what was not possible is an answer too, since browsers log every other status."""
        given = _read(await request.read())
        if given is None:
            return _json({"problem": "The page sent something unreadable; reload it."}, status=400)
        viewer = self._viewer(given.get("as"))
        try:
            told = await self._actions.perform(request.match_info["name"], viewer, given)
        except (NotPossibleError, ActionError) as error:
            return _json({"problem": str(error)})
        return _json(told)

    def _refresh(self) -> None:
        """Let every window know what is around it now: an action may have changed anything."""
        for stream in self._streams:
            stream.refresh()

    def _viewer(self, named: object) -> Viewer:
        """Return the person named by id, or the one whom a page shows first."""
        people = self._people()
        try:
            wanted = self._backend.world.users.get(read_id(named))
        except NotPossibleError:
            wanted = None
        user = wanted if wanted in people else people[0]
        return Viewer(self._backend, user, self._private)

    def _people(self) -> list[User]:
        """Return who can be chosen: who was named as the first, the servers' owner else last."""
        world = self._backend.world
        people = [user for user in world.users.values() if not user.is_bot]
        return sorted(people, key=lambda user: (user is not self._first, user is world.owner))

    def _person(self, user: User) -> JsonObject:
        """Return somebody who can be chosen, and what they are in the servers."""
        joined = [guild for guild in self._backend.world.guilds if user.id in guild.members]
        standing = "a member" if joined else ""
        if any(Permission.MANAGE_GUILD in guild.permissions_of(user) for guild in joined):
            standing = "a manager"
        if any(guild.owner is user for guild in joined):
            standing = "the owner"
        return {"id": str(user.id), "name": user.name, "standing": standing}

    def _hello(self, viewer: Viewer) -> JsonObject:
        recent = self._timeline.story[-REQUESTS_SHOWN:]
        return {
            "me": str(viewer.user.id),
            "world": str(self._backend.world.bot.id),  # another one with every new world
            "welcome": self._welcome.payload(self._setting()) if self._welcome else None,
            "requests": [row_of(seen) for seen in recent],
            "now": self._backend.clock.now().isoformat(),
            **self._around(viewer, None),
        }

    def _setting(self) -> Setting:
        return Setting(WorldNames(self._backend.world), self._backend.clock.now())

    async def _prepare(self) -> None:
        """Let every panel find out what it tells when it is drawn next."""
        for panel in tuple(self._panels):
            if panel.prepare is not None:
                await panel.prepare()

    def _around(self, viewer: Viewer, channel: Channel | None) -> JsonObject:
        bot = self._backend.world.bot
        return {
            "people": [self._person(user) for user in self._people()],
            "bot": {
                "name": bot.name,
                "online": bool(self._gateway.sessions),
                "known": self._gateway.identified > 0,
                "api": self.api_url,
                "gateway": self._gateway.url,
            },
            "places": viewer.places(),
            "panels": [_panel(panel, channel) for panel in self._panels],
            "statuses": [told for panel in self._panels for told in self._statuses(panel)],
        }

    def _statuses(self, panel: Panel) -> Iterator[JsonObject]:
        """Yield how things stand that a panel's actions began."""
        for action in panel.actions:
            status = action.status() if action.status is not None else None
            if status is not None:
                yield {
                    "panel": panel.title,
                    "action": action.name,
                    "text": status.text,
                    "bad": status.is_bad,
                    "left": self._left(status),
                }

    def _left(self, status: Status) -> float | None:
        """Return in how many seconds it is over."""
        if status.ends is None:
            return None
        return max(status.ends - self._backend.clock.monotonic(), 0.0)


def _read(raw: bytes) -> JsonObject | None:
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None


def _json(body: JsonObject, status: int = 200) -> web.Response:
    return web.json_response(body, status=status)


def _panel(panel: Panel, channel: Channel | None) -> JsonObject:
    return {
        "title": panel.title,
        "actions": [_panel_action(action, channel) for action in panel.actions],
    }


def _panel_action(action: Action, channel: Channel | None) -> JsonObject:
    return {
        "name": action.name,
        "label": action.label,
        "hint": hinted(action),
        "fields": [_panel_field(field, channel) for field in action.fields],
    }


def _panel_field(field: Field, channel: Channel | None) -> JsonObject:
    options = offered(field, channel)
    return {
        "name": field.name,
        "label": field.label,
        "kind": field.kind.value,
        "value": suggested(field),
        "least": field.least,
        "most": field.most,
        "required": field.required,
        "options": [_panel_option(option) for option in options],
    }


def _panel_option(option: Option) -> JsonObject:
    return {
        "value": option.value,
        "label": option.label,
        "on": option.is_on,
        "locked": option.locked,
        "fills": dict(option.fills),
    }
