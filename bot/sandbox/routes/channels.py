"""Channels and threads.

https://docs.discord.com/developers/resources/channel
"""

from bot.sandbox import message_payloads, payloads
from bot.sandbox.bodies import Sender, read_new
from bot.sandbox.calls import NOTHING, Answer, Call, Endpoint, ok
from bot.sandbox.channels import Channel, ChannelKind
from bot.sandbox.errors import (
    MISSING_PERMISSIONS,
    NOT_IN_A_DM,
    THREAD_ALREADY_CREATED,
    WRONG_CHANNEL_TYPE,
    DiscordError,
)
from bot.sandbox.forms import Form
from bot.sandbox.permissions import Permission
from bot.sandbox.routes.access import channel_of, message_of

ARCHIVE_AFTER = (60, 1440, 4320, 10080)
"""Minutes of silence after which a thread may be set to close."""

LONGEST_NAME = 100
HOLDS_THREADS = (ChannelKind.TEXT, ChannelKind.ANNOUNCEMENT)


def read(call: Call) -> Answer:
    """A channel, a thread or a direct message."""
    return ok(payloads.channel(channel_of(call)))


def modify(call: Call) -> Answer:
    """Rename a channel, or rename, close or open a thread."""
    channel = channel_of(call)
    bot = call.backend.world.bot
    if channel.guild is None:
        raise DiscordError(NOT_IN_A_DM)
    permissions = channel.permissions_of(bot)
    if channel.thread is None:
        _need(permissions, Permission.MANAGE_CHANNELS)
    elif channel.thread.owner is not bot:
        _need(permissions, Permission.MANAGE_THREADS)
    _apply(channel, call)
    return ok(payloads.channel(channel))


def _need(permissions: Permission, needed: Permission) -> None:
    if needed not in permissions:
        raise DiscordError(MISSING_PERMISSIONS)


def _apply(channel: Channel, call: Call) -> None:
    form, data = Form(), call.given
    name = channel.name
    if "name" in data:
        name = form.at("name").text(data["name"], most=LONGEST_NAME, least=1)
    form.finish()
    if channel.thread is not None and {"archived", "locked"} & data.keys():
        channel.archive(
            archived=bool(data.get("archived", channel.thread.archived)),
            locked=bool(data.get("locked", channel.thread.locked)),
        )
    if name != channel.name:
        channel.rename(name)


def delete(call: Call) -> Answer:
    """Delete a channel or thread; a direct message is only closed."""
    channel = channel_of(call)
    if channel.guild is not None:
        in_thread = channel.thread is not None
        needed = Permission.MANAGE_THREADS if in_thread else Permission.MANAGE_CHANNELS
        _need(channel.permissions_of(call.backend.world.bot), needed)
        channel.delete()
    return ok(payloads.channel(channel))


def start_on_message(call: Call) -> Answer:
    """Start a thread from a message."""
    channel = channel_of(call, Permission.CREATE_PUBLIC_THREADS)
    message = message_of(call, channel)
    if channel.kind not in HOLDS_THREADS:
        raise DiscordError(WRONG_CHANNEL_TYPE)
    if message.thread is not None:
        raise DiscordError(THREAD_ALREADY_CREATED)
    name, minutes = _thread_settings(call)
    bot = call.backend.world.bot
    thread = channel.start_thread(name, bot, on=message, auto_archive_minutes=minutes)
    return Answer(201, payloads.thread(thread))


def start(call: Call) -> Answer:
    """Start a thread of its own, or a post in a forum (which brings its first message)."""
    channel = channel_of(call)
    if channel.kind is ChannelKind.FORUM:
        return _start_post(call, channel)
    if channel.kind not in HOLDS_THREADS:
        raise DiscordError(WRONG_CHANNEL_TYPE)
    name, minutes = _thread_settings(call)
    kind = ChannelKind(call.given.get("type", ChannelKind.PRIVATE_THREAD))
    private = kind is ChannelKind.PRIVATE_THREAD
    _need(
        channel.permissions_of(call.backend.world.bot),
        Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS,
    )
    bot = call.backend.world.bot
    thread = channel.start_thread(name, bot, kind=kind, auto_archive_minutes=minutes)
    return Answer(201, payloads.thread(thread))


def _start_post(call: Call, forum: Channel) -> Answer:
    bot = call.backend.world.bot
    _need(forum.permissions_of(bot), Permission.SEND_MESSAGES)
    name, minutes = _thread_settings(call)
    form = Form(("message",))
    given = form.mapping(call.given.get("message"))
    body = read_new(given, Sender(bot, forum), call.uploads, form=form)
    thread = forum.start_thread(name, bot, auto_archive_minutes=minutes)
    message = thread.post(bot, body)
    answer = payloads.thread(thread) | {"message": message_payloads.shown(message)}
    return Answer(201, answer)


def _thread_settings(call: Call) -> tuple[str, int]:
    form, data = Form(), call.given
    name = form.at("name").text(data.get("name"), most=LONGEST_NAME, least=1)
    minutes = data.get("auto_archive_duration") or 1440
    form.at("auto_archive_duration").choice(minutes, ARCHIVE_AFTER)
    kinds = (ChannelKind.ANNOUNCEMENT_THREAD, ChannelKind.PUBLIC_THREAD, ChannelKind.PRIVATE_THREAD)
    form.at("type").choice(data.get("type", ChannelKind.PUBLIC_THREAD), tuple(map(int, kinds)))
    form.finish()
    return name, int(minutes)


def join_thread(call: Call) -> Answer:
    """Join a thread; the bot sees it without."""
    if channel_of(call).thread is None:
        raise DiscordError(WRONG_CHANNEL_TYPE)
    return NOTHING


_CHANNEL = "/channels/{channel_id}"

ENDPOINTS = (
    Endpoint("GET", _CHANNEL, read, "channel_id"),
    Endpoint("PATCH", _CHANNEL, modify, "channel_id"),
    Endpoint("DELETE", _CHANNEL, delete, "channel_id"),
    Endpoint("POST", _CHANNEL + "/messages/{message_id}/threads", start_on_message, "channel_id"),
    Endpoint("POST", _CHANNEL + "/threads", start, "channel_id"),
    Endpoint("PUT", _CHANNEL + "/thread-members/@me", join_thread, "channel_id"),
    Endpoint("DELETE", _CHANNEL + "/thread-members/@me", join_thread, "channel_id"),
)
