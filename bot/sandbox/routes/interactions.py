"""Answering interactions: the first answer, follow-ups, edits.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from bot.sandbox import message_payloads
from bot.sandbox.calls import NOTHING, Answer, Call, Endpoint, ok
from bot.sandbox.errors import UNKNOWN_WEBHOOK, DiscordError
from bot.sandbox.interaction import Callback, Interaction
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.messages import MessageFlag


def answer(call: Call) -> Answer:
    """The first answer: 204, or with `with_response` what became of it."""
    interaction = call.backend.interactions.answer(
        call.id("interaction_id"), call.path["interaction_token"], call.body, call.uploads
    )
    return ok(_outcome(interaction)) if call.flag("with_response") else NOTHING


def _outcome(interaction: Interaction) -> JsonObject:
    about: JsonObject = {"id": str(interaction.id), "type": int(interaction.kind)}
    outcome: JsonObject = {"interaction": about}
    message = interaction.original
    if message is None or interaction.callback is None:
        return outcome
    about["response_message_id"] = str(message.id)
    about["response_message_loading"] = message.loading
    about["response_message_ephemeral"] = MessageFlag.EPHEMERAL in message.flags
    outcome["resource"] = {"type": int(interaction.callback)}
    if interaction.callback in {Callback.REPLY, Callback.UPDATE, Callback.DEFER}:
        outcome["resource"]["message"] = message_payloads.shown(message)
    return outcome


def follow_up(call: Call) -> Answer:
    """Another answer, or the one that the bot was "thinking" about."""
    interaction = _interaction(call)
    message = call.backend.interactions.follow_up(interaction, call.given, call.uploads)
    return ok(message_payloads.shown(message))


def read(call: Call) -> Answer:
    """An answer as it stands."""
    interaction = _interaction(call)
    message = call.backend.interactions.find(interaction, call.path["message_id"])
    return ok(message_payloads.shown(message))


def edit(call: Call) -> Answer:
    """Change an answer."""
    interaction = _interaction(call)
    interactions = call.backend.interactions
    message = interactions.find(interaction, call.path["message_id"])
    edited = interactions.edit(interaction, message, call.given, call.uploads)
    return ok(message_payloads.shown(edited))


def delete(call: Call) -> Answer:
    """Remove an answer."""
    interaction = _interaction(call)
    interactions = call.backend.interactions
    interactions.delete(interaction, interactions.find(interaction, call.path["message_id"]))
    return NOTHING


def _interaction(call: Call) -> Interaction:
    if call.id("webhook_id") != call.backend.world.application_id:
        raise DiscordError(UNKNOWN_WEBHOOK)
    return call.backend.interactions.by_token(call.path["webhook_token"])


_CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
_MESSAGE = _WEBHOOK + "/messages/{message_id}"

ENDPOINTS = (
    Endpoint("POST", _CALLBACK, answer, "interaction_id", needs_token=False),
    Endpoint("POST", _WEBHOOK, follow_up, "webhook_token", needs_token=False),
    Endpoint("GET", _MESSAGE, read, "webhook_token", needs_token=False),
    Endpoint("PATCH", _MESSAGE, edit, "webhook_token", needs_token=False),
    Endpoint("DELETE", _MESSAGE, delete, "webhook_token", needs_token=False),
)
