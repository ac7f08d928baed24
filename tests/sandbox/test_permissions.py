"""What someone may do in a channel, and how the wire refuses what they may not.

https://docs.discord.com/developers/topics/permissions#permission-hierarchy
"""

import pytest

from bot.sandbox import Channel, Guild, Permission, Person, Sandbox
from tests.sandbox.api import Api
from tests.sandbox.sources import ERROR_CODES, MESSAGES, PERMISSIONS, documented, observed

pytestmark = documented(PERMISSIONS)

P = Permission


def test_everyone(channel: Channel, anna: Person) -> None:
    """A member without roles has what @everyone has."""
    assert P.SEND_MESSAGES in channel.permissions_of(anna.user)
    assert P.MANAGE_GUILD not in channel.permissions_of(anna.user)


def test_roles_add_up(guild: Guild, channel: Channel, anna: Person) -> None:
    """Roles add to each other, and losing one takes away only what it gave."""
    member = guild.members[anna.user.id]
    pinner, banner = guild.add_role("pin", P.PIN_MESSAGES), guild.add_role("ban", P.BAN_MEMBERS)
    member.give(pinner)
    member.give(banner)
    assert P.PIN_MESSAGES | P.BAN_MEMBERS in channel.permissions_of(anna.user)
    member.take(pinner)
    assert P.PIN_MESSAGES not in channel.permissions_of(anna.user)
    banner.delete()
    assert P.BAN_MEMBERS not in channel.permissions_of(anna.user)


def test_overwrites_apply_in_order(guild: Guild, channel: Channel, anna: Person) -> None:
    """@everyone's overwrite yields to those of roles, and those to the member's own."""
    role = guild.add_role("readers")
    guild.members[anna.user.id].give(role)
    channel.deny(guild.everyone, P.SEND_MESSAGES)
    assert P.SEND_MESSAGES not in channel.permissions_of(anna.user)
    channel.allow(role, P.SEND_MESSAGES)
    assert P.SEND_MESSAGES in channel.permissions_of(anna.user)
    channel.deny(anna.user, P.SEND_MESSAGES)
    assert P.SEND_MESSAGES not in channel.permissions_of(anna.user)
    channel.reset(anna.user)
    assert P.SEND_MESSAGES in channel.permissions_of(anna.user)


def test_an_allow_beats_a_deny(guild: Guild, channel: Channel, anna: Person) -> None:
    """Among overwrites of several roles, one allow outweighs all denials."""
    roles = [guild.add_role(f"r{i}") for i in range(3)]
    for role in roles:
        guild.members[anna.user.id].give(role)
        channel.deny(role, P.EMBED_LINKS)
    channel.allow(roles[1], P.EMBED_LINKS)
    assert P.EMBED_LINKS in channel.permissions_of(anna.user)


@pytest.mark.parametrize("who", ["administrator", "owner"])
def test_nothing_binds_the_mighty(
    sandbox: Sandbox, guild: Guild, channel: Channel, anna: Person, who: str
) -> None:
    """Administrators and the owner may do everything, whatever a channel says."""
    if who == "owner":
        user = guild.owner
    else:
        user = anna.user
        guild.members[user.id].give(guild.add_role("admin", P.ADMINISTRATOR))
    channel.deny(guild.everyone, P.VIEW_CHANNEL)
    channel.deny(user, P.SEND_MESSAGES)
    assert P.SEND_MESSAGES | P.VIEW_CHANNEL in channel.permissions_of(user)


def test_hidden_means_nothing(channel: Channel, anna: Person) -> None:
    """Who cannot see a channel can do nothing there."""
    channel.deny(anna.user, P.VIEW_CHANNEL)
    assert channel.permissions_of(anna.user) == P.NONE


def test_mute_implies_more(channel: Channel, anna: Person) -> None:
    """Who cannot send messages cannot embed, attach or mention everyone either."""
    channel.allow(anna.user, P.MENTION_EVERYONE)
    channel.deny(anna.user, P.SEND_MESSAGES)
    assert P.MENTION_EVERYONE not in channel.permissions_of(anna.user)
    assert P.EMBED_LINKS not in channel.permissions_of(anna.user)


def test_threads_inherit(channel: Channel, anna: Person) -> None:
    """A thread follows its channel's overwrites, with a sending permission of its own."""
    thread = channel.start_thread("talk", anna.user)
    channel.deny(anna.user, P.SEND_MESSAGES)
    assert P.SEND_MESSAGES_IN_THREADS | P.EMBED_LINKS in thread.permissions_of(anna.user)
    channel.deny(anna.user, P.SEND_MESSAGES_IN_THREADS)
    assert P.EMBED_LINKS not in thread.permissions_of(anna.user)


def test_strangers(sandbox: Sandbox, channel: Channel) -> None:
    """Whoever is not in the server may do nothing there, nor in others' direct messages."""
    bert = sandbox.add_person("Bert")
    anna_dm = sandbox.add_person("Anna").dm
    assert channel.permissions_of(bert.user) == P.NONE
    assert anna_dm.permissions_of(bert.user) == P.NONE
    assert P.SEND_MESSAGES in bert.dm.permissions_of(bert.user)


def _path(channel: Channel) -> str:
    return f"/channels/{channel.id}/messages"


@documented(ERROR_CODES)
@pytest.mark.parametrize(
    ("withheld", "code"),
    [(P.VIEW_CHANNEL, 50001), (P.SEND_MESSAGES, 50013)],
)
async def test_sending_needs_permission(
    api: Api, guild: Guild, channel: Channel, withheld: Permission, code: int
) -> None:
    """Without sight of the channel access is missing; without SEND_MESSAGES, a permission."""
    channel.deny(guild.everyone, withheld)
    channel.deny(guild.bot_role, withheld)
    result = await api.post(_path(channel), {"content": "x"})
    assert (result.status, result.code) == (403, code)


@documented(f"{MESSAGES}#get-channel-messages")
async def test_history_needs_permission(api: Api, channel: Channel, sandbox: Sandbox) -> None:
    """Without READ_MESSAGE_HISTORY the history is empty, and a single message is refused."""
    sent = await api.post(_path(channel), {"content": "x"})
    channel.deny(sandbox.world.bot, P.READ_MESSAGE_HISTORY)
    assert (await api.get(_path(channel))).body == []
    assert (await api.get(f"{_path(channel)}/{sent.body['id']}")).code == 50013


@observed("https://github.com/discord/discord-api-docs/issues/2601")
async def test_embeds_need_permission(api: Api, channel: Channel, sandbox: Sandbox) -> None:
    """Without EMBED_LINKS embeds vanish beside a text, and alone are refused.

    https://github.com/discord/discord-api-docs/issues/2601
    """
    channel.deny(sandbox.world.bot, P.EMBED_LINKS)
    both = await api.post(_path(channel), {"content": "x", "embeds": [{"title": "t"}]})
    assert (both.status, both.body["embeds"]) == (200, [])
    alone = await api.post(_path(channel), {"embeds": [{"title": "t"}]})
    assert (alone.status, alone.code) == (403, 50013)


async def test_sending_to_a_thread_needs_a_permission_of_its_own(
    api: Api, channel: Channel, anna: Person, sandbox: Sandbox
) -> None:
    """In a thread SEND_MESSAGES_IN_THREADS counts, of the channel that it belongs to."""
    thread = channel.start_thread("aside", anna.user)
    channel.deny(sandbox.world.bot, P.SEND_MESSAGES)
    assert (await api.post(_path(thread), {"content": "x"})).status == 200
    channel.deny(sandbox.world.bot, P.SEND_MESSAGES_IN_THREADS)
    refused = await api.post(_path(thread), {"content": "x"})
    assert (refused.status, refused.code) == (403, 50013)


async def test_a_permission_given_back_counts_at_once(
    api: Api, channel: Channel, sandbox: Sandbox
) -> None:
    """What was denied in a channel is asked for with the next request, not remembered."""
    channel.deny(sandbox.world.bot, P.SEND_MESSAGES)
    assert (await api.post(_path(channel), {"content": "x"})).status == 403
    channel.allow(sandbox.world.bot, P.SEND_MESSAGES)
    assert (await api.post(_path(channel), {"content": "x"})).status == 200
