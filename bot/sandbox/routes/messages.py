"""Messages in channels.

https://docs.discord.com/developers/resources/message
"""

from bot.sandbox import message_payloads
from bot.sandbox.bodies import Sender, read_edit, read_new
from bot.sandbox.calls import NOTHING, Answer, Call, Endpoint, ok, refuse
from bot.sandbox.changes import TypingStarted
from bot.sandbox.channels import HOLDS_NO_MESSAGES, Channel, ChannelKind
from bot.sandbox.errors import (
    ALREADY_CROSSPOSTED,
    CANNOT_MESSAGE_USER,
    MISSING_PERMISSIONS,
    NOT_A_TEXT_CHANNEL,
    NOT_THE_AUTHOR,
    THREAD_ARCHIVED,
    UNKNOWN_MESSAGE,
    WRONG_CHANNEL_TYPE,
    DiscordError,
)
from bot.sandbox.forms import Form
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.messages import Message, MessageFlag, MessageKind
from bot.sandbox.nonces import read_nonce
from bot.sandbox.permissions import Permission
from bot.sandbox.routes.access import channel_of, content_visible, message_of

MOST_PER_PAGE = 100


def history(call: Call) -> Answer:
    """Newest first; empty without READ_MESSAGE_HISTORY, as the documentation says."""
    channel = channel_of(call)
    limit = call.number("limit", 50, low=1, high=MOST_PER_PAGE)
    if channel.kind in HOLDS_NO_MESSAGES:
        raise DiscordError(NOT_A_TEXT_CHANNEL)
    if Permission.READ_MESSAGE_HISTORY not in channel.permissions_of(call.backend.world.bot):
        return ok([])
    return ok([_shown(call, message) for message in _page(call, channel, limit)])


def _page(call: Call, channel: Channel, limit: int) -> list[Message]:
    newest_first = channel.messages[::-1]
    if "around" in call.query:
        middle = _query_id(call, "around")
        newer = [m for m in newest_first if m.id >= middle][-(limit // 2 + 1) :]
        return newer + [m for m in newest_first if m.id < middle][: limit - len(newer)]
    if "before" in call.query:
        bound = _query_id(call, "before")
        return [m for m in newest_first if m.id < bound][:limit]
    if "after" in call.query:
        bound = _query_id(call, "after")
        return [m for m in newest_first if m.id > bound][-limit:]
    return newest_first[:limit]


def _query_id(call: Call, name: str) -> int:
    form = Form((name,))
    number = form.snowflake(call.query[name])
    form.finish()
    return number


def read(call: Call) -> Answer:
    """One message."""
    channel = channel_of(call, Permission.READ_MESSAGE_HISTORY)
    return ok(_shown(call, message_of(call, channel)))


def create(call: Call) -> Answer:
    """Post a message, or return the one that this nonce has posted already."""
    channel = _writable(call)
    world, data = call.backend.world, call.given
    form = Form()
    nonce = read_nonce(form.at("nonce"), data.get("nonce"))
    reply_to = _reply_target(channel, data)
    sender = Sender(world.bot, channel)
    body = read_new(data, sender, call.uploads, reply_to=reply_to, form=form)
    if nonce is not None and data.get("enforce_nonce"):
        first = call.backend.nonces.find(world.bot, nonce)
        if first is not None:
            return _repeated(first)
    message = channel.post(
        world.bot,
        body,
        kind=MessageKind.REPLY if reply_to else MessageKind.DEFAULT,
        nonce=nonce,
        tts=bool(data.get("tts", False)),
        reference=reply_to,
    )
    if nonce is not None:
        call.backend.nonces.remember(nonce, message)
    return ok(_with_nonce(message))


def _repeated(first: Message) -> Answer:
    if first.deleted:
        raise DiscordError(UNKNOWN_MESSAGE)
    return ok(_with_nonce(first))


def _with_nonce(message: Message) -> JsonObject:
    payload = message_payloads.shown(message)
    return payload if message.nonce is None else payload | {"nonce": message.nonce}


def _writable(call: Call) -> Channel:
    """Return the channel if the bot may write there; an archived thread opens, unless locked."""
    channel = channel_of(call)
    world = call.backend.world
    if channel.kind in HOLDS_NO_MESSAGES:
        raise DiscordError(NOT_A_TEXT_CHANNEL)
    if channel.recipient is not None and not channel.recipient.accepts_messages:
        raise DiscordError(CANNOT_MESSAGE_USER)
    permissions = channel.permissions_of(world.bot)
    in_thread = channel.thread is not None
    needed = Permission.SEND_MESSAGES_IN_THREADS if in_thread else Permission.SEND_MESSAGES
    if needed not in permissions:
        raise DiscordError(MISSING_PERMISSIONS)
    if channel.thread is not None and channel.thread.archived:
        if channel.thread.locked and Permission.MANAGE_THREADS not in permissions:
            raise DiscordError(THREAD_ARCHIVED)
        channel.archive(archived=False, locked=channel.thread.locked)
    return channel


def _reply_target(channel: Channel, data: JsonObject) -> Message | None:
    reference = data.get("message_reference")
    if not isinstance(reference, dict) or reference.get("message_id") is None:
        return None
    form = Form(("message_reference", "message_id"))
    target = channel.find(form.snowflake(reference["message_id"]))
    form.finish()
    if target is None and reference.get("fail_if_not_exists", True):
        raise refuse(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    return target


def edit(call: Call) -> Answer:
    """Change the bot's own message; of others' only the SUPPRESS_EMBEDS flag."""
    channel = channel_of(call)
    message = message_of(call, channel)
    _refuse_archived(channel)
    if message.author is not call.backend.world.bot:
        return _suppress(call, channel, message)
    sender = Sender(call.backend.world.bot, channel)
    message.edit(read_edit(call.given, message, sender, call.uploads))
    return ok(_shown(call, message))


def _suppress(call: Call, channel: Channel, message: Message) -> Answer:
    may_manage = Permission.MANAGE_MESSAGES in channel.permissions_of(call.backend.world.bot)
    if set(call.given) != {"flags"}:
        raise DiscordError(NOT_THE_AUTHOR)
    if not may_manage:
        raise DiscordError(MISSING_PERMISSIONS)
    message.mark(MessageFlag(int(call.given["flags"])) & MessageFlag.SUPPRESS_EMBEDS)
    return ok(_shown(call, message))


def delete(call: Call) -> Answer:
    """Remove the bot's own message, or with MANAGE_MESSAGES anyone's."""
    channel = channel_of(call)
    message = message_of(call, channel)
    _refuse_archived(channel)
    bot = call.backend.world.bot
    may_manage = Permission.MANAGE_MESSAGES in channel.permissions_of(bot)
    if message.author is not bot and not may_manage:
        raise DiscordError(MISSING_PERMISSIONS)
    message.delete()
    return NOTHING


def _refuse_archived(channel: Channel) -> None:
    if channel.thread is not None and channel.thread.archived:
        raise DiscordError(THREAD_ARCHIVED)


def crosspost(call: Call) -> Answer:
    """Publish a message of an announcement channel to the servers that follow it."""
    channel = channel_of(call)
    message = message_of(call, channel)
    bot = call.backend.world.bot
    permissions = channel.permissions_of(bot)
    if channel.kind is not ChannelKind.ANNOUNCEMENT:
        raise DiscordError(WRONG_CHANNEL_TYPE)
    own = message.author is bot
    needed = Permission.SEND_MESSAGES if own else Permission.MANAGE_MESSAGES
    if needed not in permissions:
        raise DiscordError(MISSING_PERMISSIONS)
    if MessageFlag.CROSSPOSTED in message.flags:
        raise DiscordError(ALREADY_CROSSPOSTED)
    message.mark(MessageFlag.CROSSPOSTED)
    return ok(_shown(call, message))


def typing(call: Call) -> Answer:
    """Show that the bot is about to say something."""
    channel = _writable(call)
    world = call.backend.world
    world.changes.publish(TypingStarted(channel, world.bot))
    return NOTHING


def _shown(call: Call, message: Message) -> JsonObject:
    return message_payloads.shown(message, content_visible=content_visible(call, message))


_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = "/channels/{channel_id}/messages/{message_id}"

ENDPOINTS = (
    Endpoint("GET", _MESSAGES, history, "channel_id"),
    Endpoint("POST", _MESSAGES, create, "channel_id"),
    Endpoint("GET", _MESSAGE, read, "channel_id"),
    Endpoint("PATCH", _MESSAGE, edit, "channel_id"),
    Endpoint("DELETE", _MESSAGE, delete, "channel_id"),
    Endpoint("POST", _MESSAGE + "/crosspost", crosspost, "channel_id"),
    Endpoint("POST", "/channels/{channel_id}/typing", typing, "channel_id"),
)
