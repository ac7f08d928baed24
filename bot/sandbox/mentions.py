"""Who a message notifies.

https://docs.discord.com/developers/resources/message#allowed-mentions-object
"""

import re
from dataclasses import dataclass

from bot.sandbox.channels import Channel
from bot.sandbox.forms import Form
from bot.sandbox.messages import Message, Pings
from bot.sandbox.permissions import Permission
from bot.sandbox.users import User

MOST_NAMED = 100
KINDS = ("everyone", "roles", "users")

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_USER = re.compile(r"<@!?(\d{1,20})>")
_ROLE = re.compile(r"<@&(\d{1,20})>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the sender lets mentions do; without `allowed_mentions`, everything."""

    kinds: frozenset[str] = frozenset(KINDS)
    users: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    replied_user: bool = True


def read_allowed(form: Form, value: object) -> Allowed:
    """Read `allowed_mentions`; a kind both parsed and listed by id is refused."""
    if value is None:
        return Allowed()
    given = form.mapping(value)
    kinds = form.at("parse").items(given.get("parse"))
    for i, kind in enumerate(kinds):
        form.at("parse", i).choice(kind, KINDS)
    named = {kind: _read_ids(form.at(kind), given.get(kind)) for kind in ("users", "roles")}
    for kind, ids in named.items():
        if ids and kind in kinds:
            form.refuse(
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            )
    return Allowed(
        frozenset(str(kind) for kind in kinds),
        named["users"],
        named["roles"],
        bool(given.get("replied_user", False)),
    )


def _read_ids(form: Form, value: object) -> frozenset[int]:
    items = form.items(value, most=MOST_NAMED)
    return frozenset(form.at(i).snowflake(item) for i, item in enumerate(items))


def pings_of(
    content: str,
    allowed: Allowed,
    author: User,
    channel: Channel,
    reply_to: Message | None = None,
) -> Pings:
    """Return who is notified: mentioned in the content (not in code), allowed, and permitted."""
    text = _CODE.sub("", content)
    may_ping_all = Permission.MENTION_EVERYONE in channel.permissions_of(author)
    return Pings(
        everyone=may_ping_all and "everyone" in allowed.kinds and bool(_EVERYONE.search(text)),
        users=_users(text, allowed, channel, reply_to),
        role_ids=_roles(text, allowed, channel, may_ping_all=may_ping_all),
    )


def _users(
    text: str, allowed: Allowed, channel: Channel, reply_to: Message | None
) -> tuple[User, ...]:
    known = channel.world.users
    found = [known[i] for i in map(int, _USER.findall(text)) if i in known]
    found = [u for u in found if "users" in allowed.kinds or u.id in allowed.users]
    if reply_to is not None and allowed.replied_user:
        found.append(reply_to.author)
    return tuple(dict.fromkeys(found))


def _roles(text: str, allowed: Allowed, channel: Channel, *, may_ping_all: bool) -> tuple[int, ...]:
    if channel.guild is None:
        return ()
    found = []
    for role_id in dict.fromkeys(map(int, _ROLE.findall(text))):
        role = channel.guild.roles.get(role_id)
        let_by = "roles" in allowed.kinds or role_id in allowed.roles
        if role is not None and let_by and (role.mentionable or may_ping_all):
            found.append(role_id)
    return tuple(found)
