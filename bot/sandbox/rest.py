"""REST v10 on aiohttp: from an HTTP request to a call of a route, and back.

https://docs.discord.com/developers/reference
"""

import asyncio
import json
import logging
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.sandbox.backend import Backend
from bot.sandbox.bodies import Upload
from bot.sandbox.calls import Answer, Call, Endpoint
from bot.sandbox.errors import (
    INVALID_JSON,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    REQUEST_TOO_LARGE,
    UNAUTHORIZED,
    DiscordError,
    Refusal,
)
from bot.sandbox.faults import Fault, Faults, Trouble
from bot.sandbox.ids import LARGEST
from bot.sandbox.markup import plain
from bot.sandbox.ratelimits import RateLimits, Verdict, refused
from bot.sandbox.routes import accounts, channels, commands, guilds, interactions, messages
from bot.sandbox.timeline import Entry, Timeline

log = logging.getLogger(__name__)

PREFIX = "/api/v10"
LARGEST_BODY = 25 * 1024 * 1024
"""Bytes: what Discord takes at most, files included."""

LONGEST_READ = 2_000
"""Characters of a text that are read for the timeline: a message has no more."""

ENDPOINTS: tuple[Endpoint, ...] = (
    *accounts.ENDPOINTS,
    *guilds.ENDPOINTS,
    *channels.ENDPOINTS,
    *messages.ENDPOINTS,
    *commands.ENDPOINTS,
    *interactions.ENDPOINTS,
)


class Rest:
    """Serves the API. Each request is noted, troubled, authenticated, limited, carried out."""

    def __init__(
        self, backend: Backend, timeline: Timeline, faults: Faults, limits: RateLimits
    ) -> None:
        self._backend = backend
        self._timeline = timeline
        self._faults = faults
        self._limits = limits
        self.gateway_url = ""

    def add_to(self, app: web.Application) -> None:
        """Add every route, and an answer for what is none."""
        app.middlewares.append(self._refuse_unknown)
        for endpoint in ENDPOINTS:
            app.router.add_route(endpoint.method, PREFIX + endpoint.route, self._handler(endpoint))

    def _handler(
        self, endpoint: Endpoint
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            path = request.path.removeprefix(PREFIX)
            entry = self._timeline.arrived(request.method, path, endpoint.route)
            try:
                response = await self._serve(endpoint, request, entry)
            except DiscordError as error:
                response = respond(Answer(error.refusal.status, error.body()))
                entry.code = error.refusal.code
            cut = isinstance(response, CutOff)
            self._timeline.answered(entry, None if cut else response.status, entry.code)
            return response

        return handle

    async def _serve(
        self, endpoint: Endpoint, request: web.Request, entry: Entry
    ) -> web.StreamResponse:
        body, uploads = await read_body(request)
        if isinstance(body, dict):
            self._timeline.describe(entry, body, self._read)
        entry.about = self._about(request.match_info)
        fault = self._faults.take(endpoint.method, endpoint.route)
        if fault is not None:
            entry.fault = str(fault)
        if fault is not None and not fault.after_effect:
            spoiled = await self._spoil(fault, request)
            if spoiled is not None:
                return spoiled
        response = self._carry_out(endpoint, request, entry, body, uploads)
        if fault is not None and fault.after_effect:
            spoiled = await self._spoil(fault, request)
            if spoiled is not None:
                return spoiled
        return response

    def _read(self, text: str) -> str:
        """Return a text of the bot's as people read it."""
        return plain(text[:LONGEST_READ], self._backend.world, self._backend.clock.now())

    def _about(self, path: Mapping[str, str]) -> str:
        """Return what a request concerns, as people call it; "" for what has no name."""
        if "channel_id" in path:
            given = path["channel_id"]
            known = given.isdecimal() and len(given) <= len(str(LARGEST))
            channel = self._backend.world.channel(int(given)) if known else None
            return "" if channel is None else channel.label
        token = path.get("interaction_token") or path.get("webhook_token")
        used = self._backend.interactions.known(token)
        return "" if used is None else used.label

    def _carry_out(
        self,
        endpoint: Endpoint,
        request: web.Request,
        entry: Entry,
        body: object,
        uploads: tuple[Upload, ...],
    ) -> web.Response:
        if endpoint.needs_token:
            self._authenticate(request)
        verdict = self._limits.check(
            endpoint.method,
            endpoint.route,
            request.match_info.get(endpoint.major, ""),
            counts_globally=endpoint.needs_token,
        )
        if not verdict.allowed:
            return too_many(verdict)
        call = Call(
            self._backend, request.match_info, request.query, body, uploads, self.gateway_url
        )
        try:
            answer = endpoint.handle(call)
        except DiscordError as error:
            entry.code = error.refusal.code
            answer = Answer(error.refusal.status, error.body())
        return respond(answer, verdict.headers)

    def _authenticate(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bot {self._backend.settings.token}":
            raise DiscordError(UNAUTHORIZED)

    async def _spoil(self, fault: Fault, request: web.Request) -> web.StreamResponse | None:
        """Do the fault's harm; None means that the request goes on (now late)."""
        if fault.trouble is Trouble.HANG:
            await fault.released()
        elif fault.trouble is Trouble.DELAY:
            await self._backend.clock.sleep(fault.seconds)
        elif fault.trouble is Trouble.STATUS:
            refusal = Refusal(fault.status, 0, f"{fault.status}: Server Error")
            return respond(Answer(fault.status, DiscordError(refusal).body()))
        elif fault.trouble is Trouble.RATE_LIMIT:
            return too_many(refused(fault.seconds, is_global=fault.is_global))
        else:
            return cut_off(request, reset=fault.trouble is Trouble.RESET)
        return None

    @web.middleware
    async def _refuse_unknown(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Answer what is no route as Discord does, and note it."""
        try:
            return await handler(request)
        except web.HTTPMethodNotAllowed:
            refusal = METHOD_NOT_ALLOWED
        except web.HTTPNotFound:
            refusal = NOT_FOUND
        path = request.path.removeprefix(PREFIX)
        entry = self._timeline.arrived(request.method, path, "")
        self._timeline.answered(entry, refusal.status, refusal.code)
        log.warning("The sandbox has no route %s %s.", request.method, entry.path)
        return respond(Answer(refusal.status, DiscordError(refusal).body()))


async def read_body(request: web.Request) -> tuple[object, tuple[Upload, ...]]:
    """Return the JSON of a request, and the files beside it if it came as a form.

    https://docs.discord.com/developers/reference#uploading-files
    """
    try:
        return await _read(request)
    except web.HTTPRequestEntityTooLarge:
        raise DiscordError(REQUEST_TOO_LARGE) from None


async def _read(request: web.Request) -> tuple[object, tuple[Upload, ...]]:
    if not request.can_read_body:
        return None, ()
    if request.content_type == "multipart/form-data":
        form = await request.post()
        uploads = [
            Upload(_number(name), part.filename, part.content_type, part.file.read())
            for name, part in form.items()
            if isinstance(part, web.FileField)
        ]
        return _decode(str(form.get("payload_json", "{}")).encode()), tuple(uploads)
    return _decode(await request.read()), ()


def _number(field_name: str) -> int:
    digits = "".join(c for c in field_name if c.isdigit())
    return int(digits) if digits else 0


def _decode(raw: bytes) -> object:
    if not raw:
        return None
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise DiscordError(INVALID_JSON) from None


def respond(answer: Answer, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return an answer as HTTP; the content type is bare, as clients compare it literally."""
    if answer.body is None:
        return web.Response(status=answer.status, headers=headers)
    return web.Response(
        status=answer.status,
        body=json.dumps(answer.body).encode(),
        content_type="application/json",
        headers=headers,
    )


def too_many(verdict: Verdict) -> web.Response:
    """Return a 429."""
    body = {
        "message": "You are being rate limited.",
        # Discord's page says that only some limits have a code, its specification that all have.
        "code": 0,
        "retry_after": round(verdict.retry_after, 3),
        "global": verdict.is_global,
    }
    return respond(Answer(429, body), verdict.headers)


class CutOff(web.Response):
    """Stands for an answer that nobody gets, because the connection is gone."""


def cut_off(request: web.Request, *, reset: bool) -> CutOff:
    """Drop the client's connection: with a reset, or by closing it before a word was said."""
    transport: asyncio.Transport | None = request.transport
    if transport is not None:
        if reset:
            no_linger = struct.pack("ii", 1, 0)
            sock: socket.socket = transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
        transport.abort()
    return CutOff()
