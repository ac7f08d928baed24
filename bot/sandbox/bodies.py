"""From the JSON of a message to its body: validation, normalisation, permissions on content.

https://docs.discord.com/developers/resources/message#create-message
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.sandbox.channels import Channel
from bot.sandbox.components import read_components
from bot.sandbox.embeds import read_embeds
from bot.sandbox.errors import EMPTY_MESSAGE, MISSING_PERMISSIONS, DiscordError
from bot.sandbox.forms import Form
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.mentions import Allowed, pings_of, read_allowed
from bot.sandbox.messages import Attachment, Body, Message, MessageFlag
from bot.sandbox.permissions import Permission
from bot.sandbox.users import User

LONGEST_CONTENT = 2_000
MOST_ATTACHMENTS = 10

SETTABLE = (
    MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.COMPONENTS_V2
)
"""Flags that a sender may set; an interaction's answer may also be ephemeral."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request, by its number in the form (`files[0]`)."""

    number: int
    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Sender:
    """Who says something where, and which marks they may put on it."""

    user: User
    channel: Channel
    settable: MessageFlag = SETTABLE
    checks_embed_links: bool = True
    """Answers to interactions may hold embeds whatever the channel's permissions say."""

    @property
    def may_embed(self) -> bool:
        """Whether embeds are kept."""
        permissions = self.channel.permissions_of(self.user)
        return not self.checks_embed_links or Permission.EMBED_LINKS in permissions


def read_new(
    data: JsonObject,
    sender: Sender,
    uploads: Sequence[Upload] = (),
    *,
    reply_to: Message | None = None,
    form: Form | None = None,
) -> Body:
    """Read the body of a message to post.

    Without EMBED_LINKS, embeds beside a text are dropped silently, and embeds alone are refused
    with 50013: https://github.com/discord/discord-api-docs/issues/2601
    """
    form = form or Form()
    flags = _read_flags(form, data.get("flags"), sender)
    layout = MessageFlag.COMPONENTS_V2 in flags
    body = Body(
        content=form.at("content").text(data.get("content"), most=LONGEST_CONTENT),
        embeds=read_embeds(form.at("embeds"), data.get("embeds")),
        components=read_components(form.at("components"), data.get("components"), layout=layout),
        attachments=_read_uploads(form, data, sender, uploads),
        flags=flags,
    )
    allowed = read_allowed(form.at("allowed_mentions"), data.get("allowed_mentions"))
    _finish(form, body)
    body = replace(
        body, pings=pings_of(body.content, allowed, sender.user, sender.channel, reply_to)
    )
    return _visible(body, sender, refusal=True)


def read_edit(
    data: JsonObject, message: Message, sender: Sender, uploads: Sequence[Upload] = ()
) -> Body:
    """Read what an edit makes of a message: what is not named stays, null empties it."""
    form, old = Form(), message.body
    flags, content, embeds = old.flags, old.content, old.embeds
    components, attachments = old.components, old.attachments
    if "flags" in data:
        kept = old.flags & ~SETTABLE | old.flags & MessageFlag.COMPONENTS_V2
        flags = kept | _read_flags(form, data["flags"], sender)
    if "content" in data:
        content = form.at("content").text(data["content"], most=LONGEST_CONTENT)
    if "embeds" in data:
        embeds = read_embeds(form.at("embeds"), data["embeds"])
    if "components" in data:
        layout = MessageFlag.COMPONENTS_V2 in flags
        components = read_components(form.at("components"), data["components"], layout=layout)
    if "attachments" in data or uploads:
        new = _read_uploads(form, data, sender, uploads)
        attachments = _kept(form, data, message) + new
    allowed = read_allowed(form.at("allowed_mentions"), data.get("allowed_mentions"))
    body = Body(content, embeds, components, attachments, flags)
    _finish(form, body)
    return _visible(_pinging(body, allowed, message, sender), sender, refusal=False)


def _pinging(body: Body, allowed: Allowed, message: Message, sender: Sender) -> Body:
    pings = pings_of(body.content, allowed, sender.user, sender.channel, message.reference)
    return replace(body, pings=pings)


def _read_flags(form: Form, value: object, sender: Sender) -> MessageFlag:
    number = form.at("flags").whole(value or 0, low=0, high=2**31 - 1)
    return MessageFlag(number & sender.settable)


def _finish(form: Form, body: Body) -> None:
    if MessageFlag.COMPONENTS_V2 in body.flags:
        for name, value in (("content", body.content), ("embeds", body.embeds)):
            if value:
                form.at(name).refuse(
                    "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                    f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
                )
    form.finish()


def _visible(body: Body, sender: Sender, *, refusal: bool) -> Body:
    """Apply EMBED_LINKS, then refuse what is left if that is nothing."""
    if body.embeds and not sender.may_embed:
        body = replace(body, embeds=())
        if body.is_empty and refusal:
            raise DiscordError(MISSING_PERMISSIONS)
    if body.is_empty:
        raise DiscordError(EMPTY_MESSAGE)
    return body


def _read_uploads(
    form: Form, data: JsonObject, sender: Sender, uploads: Sequence[Upload]
) -> tuple[Attachment, ...]:
    """Take the files of a multipart request, described by the entries of `attachments`."""
    described = {str(entry.get("id")): entry for entry in _entries(form, data)}
    mint = sender.channel.world.ids.mint
    made = []
    for upload in uploads:
        entry = described.get(str(upload.number), {})
        name = str(entry.get("filename") or upload.filename)
        description = str(entry["description"]) if entry.get("description") else None
        made.append(Attachment(mint(), name, upload.content_type, upload.data, description))
    return tuple(made)


def _kept(form: Form, data: JsonObject, message: Message) -> tuple[Attachment, ...]:
    named = {str(entry.get("id")) for entry in _entries(form, data)}
    return tuple(a for a in message.body.attachments if str(a.id) in named)


def _entries(form: Form, data: JsonObject) -> list[JsonObject]:
    form = form.at("attachments")
    items = form.items(data.get("attachments"), most=MOST_ATTACHMENTS)
    return [form.at(i).mapping(item) for i, item in enumerate(items)]
