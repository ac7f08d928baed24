"""From a change in the world to what one viewer's page is told of it."""

from bot.sandbox import changes as ch
from bot.sandbox.changes import Change
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.messages import Message
from bot.sandbox.page.viewer import Viewer
from bot.sandbox.page.words import words_for
from bot.sandbox.timeline import Entry, Note

STRUCTURAL = (
    ch.ChannelCreated,
    ch.ChannelUpdated,
    ch.ChannelDeleted,
    ch.RoleCreated,
    ch.RoleUpdated,
    ch.RoleDeleted,
    ch.MemberJoined,
    ch.MemberUpdated,
    ch.GuildJoined,
    ch.GuildLeft,
    ch.GuildUnavailable,
    ch.CommandsChanged,
    ch.SessionsChanged,
)
"""After these, who sees what and may do what is told anew, once for all that came together."""


def news_of(change: Change, viewer: Viewer) -> JsonObject | None:
    """Return what a viewer's page is told at once, or None."""
    match change:
        case ch.MessageCreated(message) if viewer.reads(message):
            return _message(message, viewer, new=True)
        case ch.MessageEdited(message) if viewer.reads(message):
            return _message(message, viewer, new=False)
        case ch.MessageDeleted(message) if viewer.concerns(message):
            return {"type": "gone", "channel": str(message.channel.id), "id": str(message.id)}
        case ch.TypingStarted(channel, user) if viewer.sees(channel):
            return {"type": "typing", "channel": str(channel.id), "name": user.name}
        case _:
            return _news_for_all(change)


def _news_for_all(change: Change) -> JsonObject | None:
    """Return what everybody at the page is told at once, or None."""
    match change:
        case ch.RequestSeen(seen) | ch.Noted(seen):
            return {"type": "request", **row_of(seen)}
        case ch.SessionsChanged(live):
            return {"type": "online", "online": live > 0}
        case _:
            return None


def _message(message: Message, viewer: Viewer, *, new: bool) -> JsonObject:
    where = {"type": "message", "channel": str(message.channel.id), "new": new}
    return where | viewer.message(message)


def row_of(seen: Entry | Note) -> JsonObject:
    """Return a request or a note as a row of the page's timeline."""
    if isinstance(seen, Note):
        shown = {"note": seen.text, "mood": seen.mood.value}
    else:
        shown = _request(seen)
    return {"id": seen.number, "at": seen.at.isoformat(), **shown}


def _request(entry: Entry) -> JsonObject:
    return {
        "words": words_for(entry),
        "method": entry.method,
        "path": entry.path,
        "route": entry.route,
        "nonce": None if entry.nonce is None else str(entry.nonce),
        "summary": entry.summary.replace("\\n", " "),
        "status": entry.status,
        "code": entry.code,
        "fault": entry.fault,
    }
