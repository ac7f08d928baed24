"""Servers, as far as a bot asks about them.

https://docs.discord.com/developers/resources/guild
"""

from bot.sandbox import payloads
from bot.sandbox.calls import Answer, Call, Endpoint, ok
from bot.sandbox.errors import UNKNOWN_MEMBER, DiscordError
from bot.sandbox.routes.access import guild_of


def read(call: Call) -> Answer:
    """A server."""
    guild = guild_of(call)
    payload = payloads.guild(guild)
    if call.flag("with_counts"):
        payload |= {"approximate_member_count": len(guild.members), "approximate_presence_count": 1}
    return ok(payload)


def channels(call: Call) -> Answer:
    """Its channels, threads not among them."""
    return ok([payloads.channel(channel) for channel in guild_of(call).channels])


def active_threads(call: Call) -> Answer:
    """Its threads that are not archived."""
    threads = [t for t in guild_of(call).threads if t.thread and not t.thread.archived]
    return ok({"threads": [payloads.thread(t) for t in threads], "members": []})


def roles(call: Call) -> Answer:
    """Its roles."""
    return ok([payloads.role(role) for role in guild_of(call).roles.values()])


def member(call: Call) -> Answer:
    """One of its members."""
    found = guild_of(call).members.get(call.id("user_id"))
    if found is None:
        raise DiscordError(UNKNOWN_MEMBER)
    return ok(payloads.member(found))


_GUILD = "/guilds/{guild_id}"

ENDPOINTS = (
    Endpoint("GET", _GUILD, read, "guild_id"),
    Endpoint("GET", _GUILD + "/channels", channels, "guild_id"),
    Endpoint("GET", _GUILD + "/threads/active", active_threads, "guild_id"),
    Endpoint("GET", _GUILD + "/roles", roles, "guild_id"),
    Endpoint("GET", _GUILD + "/members/{user_id}", member, "guild_id"),
)
