"""The world as Discord's JSON: what REST answers with and the gateway tells.

https://docs.discord.com/developers/resources/guild and its neighbours (user, channel, message)
"""

from bot.sandbox.channels import Channel, ChannelKind
from bot.sandbox.guilds import Guild, Member, Role
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.permissions import Overwrite
from bot.sandbox.users import User
from bot.sandbox.world import World

MESSAGE_CONTENT_IN_LIMITED_SERVERS = 1 << 19
"""The application flag that says the message-content intent is switched on (under 100 servers)."""


def user(account: User) -> JsonObject:
    """Return an account as others see it."""
    payload: JsonObject = {
        "id": str(account.id),
        "username": account.name.lower().replace(" ", "."),
        "global_name": None if account.is_bot else account.name,
        "discriminator": "0001" if account.is_bot else "0",
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    if account.is_bot:
        payload["username"] = account.name
        payload["bot"] = True
    return payload


def own_user(world: World) -> JsonObject:
    """Return the bot's account as GET /users/@me does."""
    return user(world.bot) | {
        "mfa_enabled": False,
        "locale": world.bot.locale,
        "verified": True,
        "email": None,
        "bio": "",
    }


def application(world: World, *, message_content: bool) -> JsonObject:
    """Return the bot's application as its owner sees it."""
    flags = MESSAGE_CONTENT_IN_LIMITED_SERVERS if message_content else 0
    return {
        "id": str(world.application_id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(world.owner),
        "team": None,
        "approximate_guild_count": len(world.bot_guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "integration_types_config": {"0": {}},
    }


def role(given: Role) -> JsonObject:
    """Return a role."""
    payload: JsonObject = {
        "id": str(given.id),
        "name": given.name,
        "description": None,
        "permissions": str(int(given.permissions)),
        "position": given.position,
        "color": given.colour,
        "colors": {
            "primary_color": given.colour,
            "secondary_color": None,
            "tertiary_color": None,
        },
        "hoist": False,
        "managed": given.managed,
        "mentionable": given.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if given.managed:
        payload["tags"] = {"bot_id": str(given.guild.world.bot.id)}
    return payload


def member(given: Member, *, with_user: bool = True) -> JsonObject:
    """Return a member; inside a message its `user` is left out, since `author` says it."""
    payload: JsonObject = {
        "roles": [str(role_id) for role_id in given.role_ids],
        "joined_at": given.joined_at.isoformat(),
        "nick": None,
        "avatar": None,
        "banner": None,
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }
    return payload | {"user": user(given.user)} if with_user else payload


def overwrite(given: Overwrite) -> JsonObject:
    """Return a channel's exception for a role or a member."""
    return {
        "id": str(given.target_id),
        "type": 0 if given.is_role else 1,
        "allow": str(int(given.allow)),
        "deny": str(int(given.deny)),
    }


def channel(given: Channel) -> JsonObject:
    """Return a channel, thread or direct message."""
    if given.thread is not None:
        return thread(given)
    payload: JsonObject = {
        "id": str(given.id),
        "type": int(given.kind),
        "flags": 0,
        "last_message_id": _id_or_null(given.last_message_id),
    }
    if given.guild is None:
        recipients = [user(given.recipient)] if given.recipient else []
        return payload | {"recipients": recipients}
    payload |= {
        "guild_id": str(given.guild.id),
        "name": given.name,
        "topic": given.topic,
        "position": given.position,
        "nsfw": given.nsfw,
        "parent_id": _id_or_null(given.parent.id if given.parent else None),
        "rate_limit_per_user": 0,
        "permission_overwrites": [overwrite(o) for o in given.overwrites.values()],
    }
    if given.kind is ChannelKind.VOICE:
        payload |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
    if given.kind is ChannelKind.FORUM:
        payload |= {"available_tags": [], "default_forum_layout": 0}
    return payload


def thread(given: Channel) -> JsonObject:
    """Return a thread."""
    state, parent, guild = given.thread, given.parent, given.guild
    if state is None or parent is None or guild is None:
        raise ValueError(f"#{given.name} is no thread.")
    return {
        "id": str(given.id),
        "type": int(given.kind),
        "guild_id": str(guild.id),
        "parent_id": str(parent.id),
        "owner_id": str(state.owner.id),
        "name": given.name,
        "flags": 0,
        "last_message_id": _id_or_null(given.last_message_id),
        "last_pin_timestamp": None,
        "rate_limit_per_user": 0,
        "message_count": given.message_count,
        "total_message_sent": given.message_count,
        "member_count": 1,
        "bitrate": 64_000,
        "user_limit": 0,
        "rtc_region": None,
        "thread_metadata": {
            "archived": state.archived,
            "locked": state.locked,
            "auto_archive_duration": state.auto_archive_minutes,
            "archive_timestamp": state.archived_at.isoformat(),
            "create_timestamp": state.archived_at.isoformat(),
        },
    }


def guild(given: Guild) -> JsonObject:
    """Return a server as GET /guilds/{id} does."""
    return {
        "id": str(given.id),
        "name": given.name,
        "owner_id": str(given.owner.id),
        "preferred_locale": given.locale,
        "roles": [role(r) for r in given.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw": False,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "system_channel_flags": 0,
        "afk_timeout": 300,
        "region": "automatic",
        "widget_enabled": False,
        "widget_channel_id": None,
        "max_members": 500_000,
        "max_presences": None,
        "max_video_channel_users": 25,
        "max_stage_video_channel_users": 50,
        "vanity_url_code": None,
        **dict.fromkeys(_PICTURES_AND_CHANNELS),
    }


_PICTURES_AND_CHANNELS = (
    "icon",
    "banner",
    "splash",
    "discovery_splash",
    "home_header",
    "description",
    "application_id",
    "afk_channel_id",
    "system_channel_id",
    "rules_channel_id",
    "public_updates_channel_id",
    "safety_alerts_channel_id",
    "hub_type",
    "latest_onboarding_question_id",
    "incidents_data",
)
"""Parts of a server that the sandbox's servers do not have: null."""


def guild_create(given: Guild) -> JsonObject:
    """Return a server as the GUILD_CREATE event does: with channels, threads and the bot itself."""
    own = given.members[given.world.bot.id]
    return guild(given) | {
        "joined_at": own.joined_at.isoformat(),
        "large": False,
        "unavailable": False,
        "member_count": len(given.members),
        "members": [member(own)],
        "channels": [channel(c) for c in given.channels],
        "threads": [thread(t) for t in given.threads if t.thread and not t.thread.archived],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def integration_owners(where: Channel) -> JsonObject:
    """Return for whom the app is installed: the server, or nobody ("0") in direct messages."""
    return {"0": str(where.guild.id) if where.guild else "0"}


def _id_or_null(snowflake: int | None) -> str | None:
    return None if snowflake is None else str(snowflake)
