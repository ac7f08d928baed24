"""The gateway, version 10: over which Discord tells the bot what happens.

https://docs.discord.com/developers/events/gateway
"""

import asyncio
import contextlib
import json

from aiohttp import WSMsgType, web

from bot.sandbox import payloads
from bot.sandbox.backend import Backend
from bot.sandbox.changes import Change, SessionsChanged
from bot.sandbox.compression import Plain, packing_for
from bot.sandbox.events import event_of
from bot.sandbox.ids import shard_of
from bot.sandbox.intents import HIGHEST, Intent, disallowed
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.sessions import (
    HEARTBEAT,
    HEARTBEAT_ACK,
    HELLO,
    IDENTIFY,
    INVALID_SESSION,
    RECONNECT,
    REQUEST_MEMBERS,
    RESUME,
    Connection,
    Session,
)
from bot.sandbox.timeline import Mood, Timeline

PATH = "/gateway"

UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, AUTHENTICATION_FAILED = 4001, 4002, 4003, 4004
ALREADY_AUTHENTICATED, INVALID_SHARD, INVALID_VERSION = 4005, 4010, 4012
INVALID_INTENTS, DISALLOWED_INTENTS = 4013, 4014
GOING_AWAY = 1001

HEARTBEAT_ACK_AFTER = 0.05
"""Seconds until a heartbeat is acknowledged, as long as a network takes.

discord.py notes when it has sent one only once another thread is told so. What comes back before,
as it can within one machine, it measures from the heartbeat before, and warns of a long delay.
"""

_QUIETLY_IGNORED = frozenset({3, 4})
"""Presence and voice state, which change nothing in the sandbox."""


class Gateway:
    """Accepts connections and tells every session what it asked to hear.

    The faults of a gateway are here too: `drop`, `reconnect`, `invalidate`, and the switches.
    """

    def __init__(self, backend: Backend, timeline: Timeline) -> None:
        self._backend = backend
        self._timeline = timeline
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()
        self.url = ""
        self.refuse_connections = 0
        """How many of the next connections are answered with 503."""

        self.refuse_resumes = 0
        """How many of the next attempts to resume are told to identify anew."""

        self.identified = 0
        """How often a session was begun."""

        self.resumed = 0
        """How often a session was resumed."""

        backend.world.changes.subscribe(self._on_change)

    @property
    def sessions(self) -> list[Session]:
        """The sessions with a live connection."""
        return [s for s in self._sessions.values() if s.connection is not None]

    def drop(self) -> None:
        """Cut every connection without a word."""
        for connection in tuple(self._connections):
            connection.drop()

    def close(self, code: int) -> None:
        """Close every connection with a code."""
        for connection in tuple(self._connections):
            connection.close(code)

    def reconnect(self) -> None:
        """Ask every client to reconnect and resume (opcode 7)."""
        for connection in tuple(self._connections):
            connection.send(RECONNECT)

    def invalidate(self, *, resumable: bool) -> None:
        """Tell every client that its session is void (opcode 9), unless `resumable`."""
        for session in self.sessions:
            if session.connection is not None:
                session.connection.send(INVALID_SESSION, resumable)
            if not resumable:
                del self._sessions[session.id]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection from HELLO to its end."""
        if self.refuse_connections > 0:
            self.refuse_connections -= 1
            return web.Response(status=503)
        ws = web.WebSocketResponse(compress=False)
        await ws.prepare(request)
        packing = packing_for(request.query.get("compress"))
        connection = Connection(request, ws, packing or Plain())
        if request.query.get("v", "10") != "10" or request.query.get("encoding", "json") != "json":
            connection.close(INVALID_VERSION)
        elif packing is None:
            connection.close(DECODE_ERROR)
        else:
            interval = self._backend.settings.heartbeat_seconds * 1000
            connection.send(HELLO, {"heartbeat_interval": interval, "_trace": []})
        await self._converse(connection)
        return ws

    async def _converse(self, connection: Connection) -> None:
        self._connections.add(connection)
        writer = asyncio.create_task(connection.write())
        try:
            async for message in connection.ws:
                if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                    self._receive(connection, message.data)
        finally:
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
            self._connections.discard(connection)
            self._lose(connection)

    def _receive(self, connection: Connection, raw: str | bytes) -> None:
        try:
            message = json.loads(raw)
            op, data = int(message["op"]), message.get("d")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            connection.close(DECODE_ERROR)
            return
        session = self._session_of(connection)
        if op == HEARTBEAT:
            later = asyncio.get_running_loop().call_later
            later(HEARTBEAT_ACK_AFTER, connection.send, HEARTBEAT_ACK)
        elif op in {IDENTIFY, RESUME} and session is not None:
            connection.close(ALREADY_AUTHENTICATED)
        elif op in {IDENTIFY, RESUME} and not isinstance(data, dict):
            connection.close(DECODE_ERROR)
        elif op == IDENTIFY:
            self._identify(connection, data)
        elif op == RESUME:
            self._resume(connection, data)
        elif session is None:
            connection.close(NOT_AUTHENTICATED)
        elif op == REQUEST_MEMBERS:
            self._send_members(session, data)
        elif op not in _QUIETLY_IGNORED:
            connection.close(UNKNOWN_OPCODE)

    def _session_of(self, connection: Connection) -> Session | None:
        return next((s for s in self._sessions.values() if s.connection is connection), None)

    def _identify(self, connection: Connection, data: JsonObject) -> None:
        shard, shards = _shard_in(data)
        problem = self._problem_with(data, shard, shards)
        if problem is not None:
            self._note(f"is refused: gateway close code {problem}", Mood.TROUBLE)
            connection.close(problem)
            return
        if isinstance(connection.packing, Plain):
            connection.packing.compresses_large = bool(data.get("compress"))
        session = Session(shard, shards, Intent(data["intents"]))
        self._sessions[session.id] = session
        session.connection = connection
        self.identified += 1
        self._note("connects and begins a session (IDENTIFY); it is ready", Mood.RELIEF)
        self._send_ready(session)
        self._backend.world.changes.publish(SessionsChanged(len(self.sessions)))

    def _problem_with(self, data: JsonObject, shard: int, shards: int) -> int | None:
        """Return the close code that an IDENTIFY deserves, or None if it is fine."""
        if _bare(data.get("token")) != self._backend.settings.token:
            return AUTHENTICATION_FAILED
        if shards < 1 or not 0 <= shard < shards:
            return INVALID_SHARD
        intents = data.get("intents")
        if not isinstance(intents, int) or not 0 <= intents < HIGHEST:
            return INVALID_INTENTS
        if disallowed(Intent(intents), self._backend.settings):
            return DISALLOWED_INTENTS
        return None

    def _send_ready(self, session: Session) -> None:
        world = self._backend.world
        guilds = [g for g in world.bot_guilds if shard_of(g.id, session.shards) == session.shard]
        content = self._backend.settings.message_content
        application = payloads.application(world, message_content=content)
        ready: JsonObject = {
            "v": 10,
            "user": payloads.own_user(world),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": [session.shard, session.shards],
            "application": {key: application[key] for key in ("id", "flags")},
            "session_type": "normal",
            "private_channels": [],
            "_trace": [],
        }
        session.dispatch("READY", ready)
        if Intent.GUILDS in session.intents:
            for guild in guilds:
                if guild.available:
                    session.dispatch("GUILD_CREATE", payloads.guild_create(guild))

    def _resume(self, connection: Connection, data: JsonObject) -> None:
        self._forget_old()
        if _bare(data.get("token")) != self._backend.settings.token:
            connection.close(AUTHENTICATION_FAILED)
            return
        session = self._sessions.get(str(data.get("session_id")))
        seq = data.get("seq")
        if self.refuse_resumes > 0:
            self.refuse_resumes -= 1
            session = None
        if session is None or not isinstance(seq, int) or not session.can_replay(seq):
            self._note("may not resume its session and has to begin anew", Mood.TROUBLE)
            connection.send(INVALID_SESSION, False)
            return
        if session.connection is not None:
            session.connection.close(GOING_AWAY)
        missed = session.resume(connection, seq)
        self.resumed += 1
        told = "1 missed event" if missed == 1 else f"{missed} missed events"
        self._note(f"is back and resumes its session (RESUME): {told} told again", Mood.RELIEF)
        self._backend.world.changes.publish(SessionsChanged(len(self.sessions)))

    def _send_members(self, session: Session, data: object) -> None:
        """Answer a request for members, which clients with the members intent make."""
        wanted = data if isinstance(data, dict) else {}
        guild_id = str(wanted.get("guild_id"))
        guild = self._backend.world.guild(int(guild_id)) if guild_id.isdecimal() else None
        if guild is None or not guild.has_bot:
            return
        ids = {str(user_id) for user_id in _as_list(wanted.get("user_ids"))}
        start = str(wanted.get("query") or "").lower()
        found = [
            payloads.member(member)
            for member in guild.members.values()
            if (str(member.user.id) in ids if ids else member.user.name.lower().startswith(start))
        ]
        chunk: JsonObject = {
            "guild_id": str(guild.id),
            "members": found,
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
            "nonce": wanted.get("nonce"),
        }
        session.dispatch("GUILD_MEMBERS_CHUNK", chunk)

    def _lose(self, connection: Connection) -> None:
        """Keep a session for a resume, unless the client ended it (codes 1000 and 1001)."""
        session = self._session_of(connection)
        if session is None:
            return
        ended = connection.ws.close_code in {1000, 1001}
        self._note("ends its session" if ended else "has lost its connection", Mood.TROUBLE)
        session.connection = None
        session.lost_at = self._backend.clock.monotonic()
        if ended:
            del self._sessions[session.id]
        self._backend.world.changes.publish(SessionsChanged(len(self.sessions)))

    def _note(self, what: str, mood: Mood) -> None:
        """Put what became of the bot's connection on the timeline."""
        self._timeline.note(f"{self._backend.world.bot.name} {what}", mood)

    def _forget_old(self) -> None:
        oldest = self._backend.clock.monotonic() - self._backend.settings.resume_seconds
        for session in tuple(self._sessions.values()):
            if session.connection is None and session.lost_at < oldest:
                del self._sessions[session.id]

    def _on_change(self, change: Change) -> None:
        for session in tuple(self._sessions.values()):
            event = event_of(change, session.intents)
            if event and shard_of(event.guild_id, session.shards) == session.shard:
                session.dispatch(event.name, event.data)


def _shard_in(data: JsonObject) -> tuple[int, int]:
    """Return the shard and their number that an IDENTIFY names; (0, 0) if they are no numbers."""
    match data.get("shard"):
        case None:
            return 0, 1
        case [int(shard), int(shards)]:
            return shard, shards
        case _:
            return 0, 0


def _bare(token: object) -> str:
    return str(token).removeprefix("Bot ")


def _as_list(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
