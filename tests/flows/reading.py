"""What the tests of the flows share: headlines, and what a reader sees."""

from __future__ import annotations

from bot.answer import Question
from bot.sandbox.channels import Channel
from bot.sandbox.messages import Message
from bot.store import subscriptions
from digests.ranking import Sort
from digests.subscription import Subscription
from tests.support.bot import BotAtWork

LAMP = "A lamp that reads aloud at night"
KITE = "Kites learn to deliver the morning post"
MOSS = "Moss computer wins a chess tournament"

LAMP_URL = "https://demo-desk.example/a-lamp-that-reads-aloud-at-night"
"""Where an article titled LAMP leads, unless it says otherwise."""


def titles(channel: Channel) -> list[str]:
    """What the alerts of a channel are about, oldest first."""
    return [str(embed["title"]) for message in channel.messages for embed in message.embeds]


def text(message: Message) -> str:
    """All text of a message."""
    return f"{message.content} {message.embeds}"


async def ranking(bot: BotAtWork) -> list[str]:
    """The titles of `/top-by-heat`."""
    page = await bot.app.answer.page(Question(bot.clock.now(), Sort.HEAT))
    return [story.title for story in page.stories]


async def fixed(bot: BotAtWork, channel: Channel) -> Subscription:
    """The configured subscription that posts in a channel."""
    async with bot.app.database.read() as read:
        found = await subscriptions.in_config(read)
    return next(one for one in found if one.channel_id == channel.id)
