"""A digest in its two layouts, and the posts that a channel is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.chat.embeds.story import story_card, story_lines
from bot.chat.embeds.style import GAP, PLAIN
from digests.digest import DigestPart
from digests.markdown import cut_escaped
from digests.ranking import Sort
from digests.subscription import Layout
from digests.text import cut

if TYPE_CHECKING:
    from digests.delivery import Post
    from digests.digest import Section
    from digests.story import Story
    from digests.topic import Topics


def section_title(topic_name: str, topics: Topics) -> str:
    """The heading of a topic's list."""
    topic = topics.get(topic_name)
    return cut_escaped(f"{topic.emoji} {topic.name}", 100)


def section_footer(lead: Story) -> str:
    """The line below a topic's list, which says whose logo and picture it shows."""
    return f"Top story by {cut(lead.outlet.name, 60)}"


def section_embed(section: Section, topics: Topics, sort: Sort = Sort.HEAT) -> discord.Embed:
    """The stories of one topic as a list, in the topic's colour; the first lends its picture."""
    lead = section.stories[0]
    embed = discord.Embed(
        title=section_title(section.topic, topics),
        description=GAP.join(story_lines(story, sort=sort) for story in section.stories),
        colour=topics.get(section.topic).colour or PLAIN,
    )
    embed.set_footer(text=section_footer(lead), icon_url=lead.outlet.logo)
    if lead.picture is not None:
        embed.set_thumbnail(url=lead.picture.url)
    return embed


def digest_embeds(part: DigestPart, topics: Topics, layout: Layout) -> list[discord.Embed]:
    """The embeds of one part of a digest."""
    if not part.digest.sections:
        text = "Nothing new this time. The next digest comes as scheduled."
        return [discord.Embed(description=text, colour=PLAIN)]
    sort = part.digest.sort
    if layout is Layout.CARDS:
        return [story_card(story, topics, sort=sort) for story in part.digest.stories]
    return [section_embed(section, topics, sort) for section in part.digest.sections]


def digest_content(part: DigestPart) -> str:
    """The line above a digest's embeds: its name, and on the first part the time it covers."""
    name = cut_escaped(part.digest.name, 160)
    if part.number > 1:
        return f"-# {name} · part {part.number} of {part.count}"
    since = discord.utils.format_dt(part.digest.since, "f")
    return f"## 🗞️ {name}\n-# The news since {since}"


def post_content(post: Post) -> str | None:
    """The text above a post's embeds: the role to mention, and a digest's heading."""
    mention = f"<@&{post.mentioned}>" if post.mentioned else ""
    if not isinstance(post.subject, DigestPart):
        return mention or None
    heading = digest_content(post.subject)
    return f"{mention}\n{heading}" if mention and post.subject.number == 1 else heading


def post_embeds(post: Post, topics: Topics) -> list[discord.Embed]:
    """The embeds of a post: a digest's part, or one story with its picture in full."""
    if isinstance(post.subject, DigestPart):
        return digest_embeds(post.subject, topics, post.layout)
    return [story_card(post.subject, topics, large=True)]
