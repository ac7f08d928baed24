"""Accounts, the application, direct messages, and where the gateway is.

https://docs.discord.com/developers/resources/user
https://docs.discord.com/developers/resources/application
https://docs.discord.com/developers/events/gateway#get-gateway-bot
"""

from bot.sandbox import payloads
from bot.sandbox.calls import Answer, Call, Endpoint, ok
from bot.sandbox.errors import INVALID_RECIPIENT, UNKNOWN_USER, DiscordError
from bot.sandbox.forms import Form

GUILDS_PER_SHARD = 1_000
"""For how many servers Discord recommends a shard of their own."""

IDENTIFIES_PER_DAY = 1_000


def me(call: Call) -> Answer:
    """The bot's account."""
    return ok(payloads.own_user(call.backend.world))


def application(call: Call) -> Answer:
    """The bot's application."""
    visible = call.backend.settings.message_content
    return ok(payloads.application(call.backend.world, message_content=visible))


def user(call: Call) -> Answer:
    """Any account."""
    account = call.backend.world.users.get(call.id("user_id"))
    if account is None:
        raise DiscordError(UNKNOWN_USER)
    return ok(payloads.user(account))


def my_guilds(call: Call) -> Answer:
    """The servers that the bot is in, in outline."""
    world = call.backend.world
    return ok(
        [
            {
                "id": str(guild.id),
                "name": guild.name,
                "icon": None,
                "banner": None,
                "owner": False,
                "permissions": str(int(guild.permissions_of(world.bot))),
                "features": [],
            }
            for guild in world.bot_guilds
        ]
    )


def open_direct(call: Call) -> Answer:
    """Open the direct messages with someone. Whether they accept any shows when one is sent."""
    form = Form(("recipient_id",))
    user_id = form.snowflake(call.given.get("recipient_id"))
    form.finish()
    world = call.backend.world
    account = world.users.get(user_id)
    if account is None or account.is_bot:
        raise DiscordError(INVALID_RECIPIENT)
    return ok(payloads.channel(world.direct(account)))


def gateway(call: Call) -> Answer:
    """Where to connect."""
    return ok({"url": call.gateway_url})


def gateway_for_bot(call: Call) -> Answer:
    """Where to connect, with how many shards."""
    shards = 1 + len(call.backend.world.bot_guilds) // GUILDS_PER_SHARD
    limit = {
        "total": IDENTIFIES_PER_DAY,
        "remaining": IDENTIFIES_PER_DAY,
        "reset_after": 86_400_000,
        "max_concurrency": 1,
    }
    return ok({"url": call.gateway_url, "shards": shards, "session_start_limit": limit})


ENDPOINTS = (
    Endpoint("GET", "/users/@me", me),
    Endpoint("GET", "/users/@me/guilds", my_guilds),
    Endpoint("POST", "/users/@me/channels", open_direct),
    Endpoint("GET", "/users/{user_id}", user),
    Endpoint("GET", "/oauth2/applications/@me", application),
    Endpoint("GET", "/applications/@me", application),
    Endpoint("GET", "/gateway", gateway, needs_token=False),
    Endpoint("GET", "/gateway/bot", gateway_for_bot),
)
