"""Messages as Discord's JSON.

https://docs.discord.com/developers/resources/message#message-object
"""

from datetime import datetime

from bot.sandbox.channels import Channel
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.messages import Attachment, Message, MessageFlag, Origin
from bot.sandbox.payloads import integration_owners, member, thread, user

ATTACHMENTS = "https://cdn.discordapp.com/attachments"
"""Where attachments seem to live; nothing is fetched from there."""


def _attachment(given: Attachment, channel_id: int) -> JsonObject:
    """Return a file's description."""
    url = f"{ATTACHMENTS}/{channel_id}/{given.id}/{given.filename}"
    payload: JsonObject = {
        "id": str(given.id),
        "filename": given.filename,
        "size": len(given.data),
        "url": url,
        "proxy_url": url,
        "content_type": given.content_type,
    }
    return payload | {"description": given.description} if given.description else payload


def shown(given: Message, *, content_visible: bool = True) -> JsonObject:
    """Return a message; what it says is blank if the app may not read it.

    https://docs.discord.com/developers/events/gateway#message-content-intent
    """
    body = given.body
    suppressed = MessageFlag.SUPPRESS_EMBEDS in body.flags
    payload: JsonObject = {
        "id": str(given.id),
        "type": int(given.kind),
        "channel_id": str(given.channel.id),
        "author": user(given.author),
        "content": body.content if content_visible else "",
        "embeds": list(body.embeds) if content_visible and not suppressed else [],
        "components": list(body.components) if content_visible else [],
        "attachments": [],
        "mentions": [user(u) for u in body.pings.users],
        "mention_roles": [str(role_id) for role_id in body.pings.role_ids],
        "mention_everyone": body.pings.everyone,
        "timestamp": given.created_at.isoformat(),
        "edited_timestamp": _moment_or_null(given.edited_at),
        "flags": int(body.flags),
        "pinned": False,
        "tts": given.tts,
    }
    if content_visible:
        files = [_attachment(a, given.channel.id) for a in body.attachments]
        payload["attachments"] = files
    return payload | _links(given)


def announced(given: Message, *, content_visible: bool = True) -> JsonObject:
    """Return a message as the gateway tells it: with its server and its author's membership."""
    payload = shown(given, content_visible=content_visible)
    there = given.channel.guild
    if there is not None:
        payload["guild_id"] = str(there.id)
        if given.author.id in there.members:
            payload["member"] = member(there.members[given.author.id], with_user=False)
    return payload


def _links(given: Message) -> JsonObject:
    """Return what ties a message to others: replies, threads, interactions."""
    links: JsonObject = {}
    if given.reference is not None:
        links["message_reference"] = _reference(given.reference)
        if not given.reference.deleted:
            links["referenced_message"] = shown(given.reference)
    if given.thread is not None and not given.thread.deleted:
        links["thread"] = thread(given.thread)
    if given.origin is not None:
        application_id = str(given.channel.world.application_id)
        links["application_id"] = links["webhook_id"] = application_id
        links["interaction_metadata"] = _metadata(given.origin, given.channel)
    return links


def _reference(target: Message) -> JsonObject:
    reference: JsonObject = {
        "type": 0,
        "channel_id": str(target.channel.id),
        "message_id": str(target.id),
    }
    if target.channel.guild is not None:
        reference["guild_id"] = str(target.channel.guild.id)
    return reference


def _metadata(origin: Origin, where: Channel) -> JsonObject:
    metadata: JsonObject = {
        "id": str(origin.interaction_id),
        "type": origin.kind,
        "user": user(origin.user),
        "authorizing_integration_owners": integration_owners(where),
    }
    if origin.kind == 2:
        metadata["name"] = origin.name
        metadata["command_type"] = 1
    if origin.replied_to is not None:
        metadata["original_response_message_id"] = str(origin.replied_to)
    if origin.component_of is not None:
        metadata["interacted_message_id"] = str(origin.component_of)
    return metadata


def _moment_or_null(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
