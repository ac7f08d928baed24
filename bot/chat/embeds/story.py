"""One story: as a line of a list, and as a card of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.chat import limits
from bot.chat.embeds.style import GAP, PLAIN, relative_time
from digests.article import COLD
from digests.decide import is_withdrawn
from digests.digest import NO_TOPIC
from digests.markdown import cut_escaped, escape, link
from digests.ranking import Sort
from digests.text import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.story import Story
    from digests.topic import Topics

EXCERPT = 220
"""Characters of an excerpt within a list; a card has room for CARD_EXCERPT."""

CARD_EXCERPT = 600

_SHORTEST = 40
"""Characters below which a title says nothing, and an excerpt is not worth its line."""

_OUTLET = 60
_OUTLETS_NAMED = 3


def heat_badge(heat: int) -> str:
    """The heat as readers see it; a cold story says so."""
    return "❄️ cold" if heat <= COLD else f"🔥 {heat}"


def rank_badge(story: Story, sort: Sort) -> str:
    """What put the story in its place: its heat, and where it is ranked by quality, that first."""
    heat = heat_badge(story.heat)
    return f"⭐ {story.quality} · {heat}" if sort is Sort.QUALITY else heat


def coverage_badge(story: Story) -> str:
    """How many outlets cover the story, and which beside the lead's own; "" if it is alone."""
    others = story.outlets[1:]
    if not others:
        return ""
    named = [escape(cut(name, 40)) for name in others[:_OUTLETS_NAMED]]
    more = len(others) - len(named)
    names = ", ".join(named) + (f" and {more} more" if more else "")
    return f"📰 {story.coverage} outlets, also {names}"


def story_lines(
    story: Story,
    room: int = limits.DESCRIPTION,
    rank: int | None = None,
    sort: Sort = Sort.HEAT,
) -> str:
    """One story of a list: title, facts, excerpt; within `room` characters, whatever it says.

    Where room is short, the excerpt is cut first, then the title loses its link.
    """
    number = "" if rank is None else f"**{rank}.** "
    facts = _facts(f"**{escape(cut(story.outlet.name, _OUTLET))}**", story, sort)
    title = number + _struck_if_withdrawn(link(_title(story, limits.TITLE), story.url), story)
    if len(title) + len(facts) + 1 > room:
        left = room - len(number) - len(facts) - 1
        title = number + cut_escaped(_title(story, limits.TITLE), max(left, _SHORTEST))
    lines = f"{title}\n{facts}"
    left = min(EXCERPT, room - len(lines) - len("\n> "))
    excerpt = cut_escaped(story.excerpt, left) if left >= _SHORTEST else ""
    return f"{lines}\n> {excerpt}" if excerpt else lines


def story_list(stories: Sequence[Story], first_rank: int, sort: Sort = Sort.HEAT) -> str:
    """Ranked stories as one description; the longest are shortened if not all have room."""
    for room in (limits.DESCRIPTION, limits.DESCRIPTION // max(len(stories), 1) - len(GAP)):
        text = GAP.join(
            story_lines(story, room, rank, sort) for rank, story in enumerate(stories, first_rank)
        )
        if len(text) <= limits.DESCRIPTION:
            break
    return text


def story_card(
    story: Story, topics: Topics, *, large: bool = False, sort: Sort = Sort.HEAT
) -> discord.Embed:
    """One story as an embed of its own: outlet and logo, linked title, excerpt, picture, facts."""
    topic = topics.get(topics.heading(story.topics) or NO_TOPIC)
    title = cut_escaped(_title(story, limits.TITLE), limits.TITLE - len("~~~~"))
    embed = discord.Embed(
        title=_struck_if_withdrawn(title, story),
        url=story.url,
        description=_card_text(story, sort),
        colour=topic.colour or PLAIN,
        timestamp=story.published_at,
    )
    embed.set_author(name=cut(story.outlet.name, 100), icon_url=story.outlet.logo)
    embed.set_footer(text=cut(f"{topic.emoji} {topic.name}", 100))
    if story.picture is not None:
        if large:
            embed.set_image(url=story.picture.url)
        else:
            embed.set_thumbnail(url=story.picture.url)
    return embed


def _card_text(story: Story, sort: Sort) -> str:
    facts = _facts("", story, sort)
    if is_withdrawn(story):
        return f"*The outlet has withdrawn this story.*\n{facts}"
    excerpt = cut_escaped(story.excerpt, CARD_EXCERPT)
    return f"{excerpt}{GAP}{facts}" if excerpt else facts


def _title(story: Story, longest: int) -> str:
    return cut(f"▶ {story.title}" if story.kind == "video" else story.title, longest)


def _struck_if_withdrawn(title: str, story: Story) -> str:
    return f"~~{title}~~" if is_withdrawn(story) else title


def _facts(outlet: str, story: Story, sort: Sort) -> str:
    badges = rank_badge(story, sort), coverage_badge(story), relative_time(story.published_at)
    return " · ".join(part for part in (outlet, *badges) if part)
