"""Where it stands that Discord does what a test of the sandbox asks for.

Each test has one of these marks, its own or its module's; tests without are not collected.
"""

from __future__ import annotations

import pytest

DOCS = "https://docs.discord.com/developers"

APPLICATION_COMMANDS = f"{DOCS}/interactions/application-commands"
COMPONENTS = f"{DOCS}/components/reference"
CREATE_MESSAGE = f"{DOCS}/resources/message#create-message"
EMBED_LIMITS = f"{DOCS}/resources/message#embed-object-embed-limits"
ERROR_CODES = f"{DOCS}/topics/opcodes-and-status-codes#json"
ERROR_MESSAGES = f"{DOCS}/reference#error-messages"
GATEWAY = f"{DOCS}/events/gateway"
IDENTIFYING = f"{GATEWAY}#identifying"
INTENTS = f"{GATEWAY}#privileged-intents"
INTERACTIONS = f"{DOCS}/interactions/receiving-and-responding"
MENTIONS = f"{DOCS}/resources/message#allowed-mentions-object"
MESSAGE_FORMATTING = f"{DOCS}/reference#message-formatting"
MESSAGES = f"{DOCS}/resources/message"
OPENAPI = "https://github.com/discord/discord-api-spec"
PERMISSIONS = f"{DOCS}/topics/permissions#permission-hierarchy"
RATE_LIMITS = f"{DOCS}/topics/rate-limits"
RESUMING = f"{GATEWAY}#resuming"
SHARDING = f"{GATEWAY}#sharding"
SNOWFLAKES = f"{DOCS}/reference#snowflakes"
THREADS = f"{DOCS}/topics/threads"
TRANSPORT_COMPRESSION = f"{GATEWAY}#transport-compression"


def documented(page: str) -> pytest.MarkDecorator:
    """Mark what a page of Discord's says."""
    return pytest.mark.source("documented", page)


def observed(how: str) -> pytest.MarkDecorator:
    """Mark what no page says, but Discord or its clients were seen to do."""
    return pytest.mark.source("observed", how)


def assumed(why: str) -> pytest.MarkDecorator:
    """Mark what nobody says: the sandbox had to choose."""
    return pytest.mark.source("assumed", why)


def own(what: str) -> pytest.MarkDecorator:
    """Mark what is the sandbox's own, and nothing of Discord's."""
    return pytest.mark.source("own", what)
