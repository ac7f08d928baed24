"""What a bot asked of Discord, in words: a row of the timeline is read before its route is."""

import re
from collections.abc import Mapping

from bot.sandbox.interaction import Callback
from bot.sandbox.timeline import Entry

_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = _MESSAGES + "/{message_id}"
_CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
_COMMANDS = "/applications/{application_id}/commands"
_GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"

_PHRASES: Mapping[tuple[str, str], str] = {
    ("GET", "/users/@me"): "asks who it is",
    ("GET", "/oauth2/applications/@me"): "asks what application it is",
    ("GET", "/applications/@me"): "asks what application it is",
    ("GET", "/users/@me/guilds"): "asks which servers it is in",
    ("POST", "/users/@me/channels"): "opens direct messages",
    ("GET", "/gateway"): "asks where the gateway is",
    ("GET", "/gateway/bot"): "asks where the gateway is",
    ("GET", _MESSAGES): "reads the history of {}",
    ("POST", _MESSAGES): "posts in {}",
    ("GET", _MESSAGE): "looks at a message in {}",
    ("PATCH", _MESSAGE): "edits a message in {}",
    ("DELETE", _MESSAGE): "deletes a message in {}",
    ("POST", _MESSAGE + "/crosspost"): "publishes a message of {}",
    ("POST", _MESSAGE + "/threads"): "starts a thread in {}",
    ("POST", "/channels/{channel_id}/threads"): "starts a thread in {}",
    ("POST", "/channels/{channel_id}/typing"): "shows in {} that it is typing",
    ("GET", "/channels/{channel_id}"): "looks at {}",
    ("PUT", _COMMANDS): "registers its commands",
    ("PUT", _GUILD_COMMANDS): "registers its commands",
    ("GET", _COMMANDS): "asks which commands it has",
    ("GET", _GUILD_COMMANDS): "asks which commands it has",
    ("POST", _WEBHOOK): "says more on {}",
    ("GET", _WEBHOOK + "/messages/{message_id}"): "looks at its answer to {}",
    ("PATCH", _WEBHOOK + "/messages/{message_id}"): "changes its answer to {}",
    ("DELETE", _WEBHOOK + "/messages/{message_id}"): "takes back its answer to {}",
}
"""What a request does; {} is what it concerns."""

_ANSWERS: Mapping[int, str] = {
    Callback.REPLY: "answers {}",
    Callback.DEFER: "thinks about {}",
    Callback.DEFER_UPDATE: "takes note of {}",
    Callback.UPDATE: "changes the message after {}",
    Callback.CHOICES: "suggests something for {}",
    Callback.MODAL: "opens a form after {}",
}
"""What the first answer to an interaction does."""

_PARAMETER = re.compile(r"\{\w+\}")


def words_for(entry: Entry) -> str:
    """Return what a request does, as a phrase that "the bot" could stand before.

    A route without a phrase of its own is named as it is, without its parameters.
    """
    if entry.route == _CALLBACK:
        phrase = _ANSWERS.get(entry.kind or 0, "answers {}")
    else:
        phrase = _PHRASES.get((entry.method, entry.route), "")
    if not phrase:
        return f"{entry.method} {_PARAMETER.sub('…', entry.route or entry.path)}"
    return phrase.replace("{}", entry.about or "what is gone")
