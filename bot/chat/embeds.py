"""What messages look like: pure functions from a story, a digest or an answer to embeds.

All text of articles passes `digests.text`, so that none can ping, break out of its link or change
the layout. Every function returns embeds that fit one message (`bot.chat.limits`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.chat import limits
from digests.article import COLD
from digests.delivery import Post
from digests.digest import DigestPart, Section, split
from digests.durations import format_duration
from digests.markdown import cut_escaped, escape, link
from digests.ranking import Sort
from digests.story import Story
from digests.subscription import Layout
from digests.text import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from bot.answer import Coverage, Page, Question
    from digests.article import Article, Related
    from digests.digest import Digest
    from digests.topic import Topics

PLAIN = 0x5865F2
"""The colour of what belongs to no topic: Discord's own."""

STORY_ROOM = 800
"""Characters that one story may take of a list: five of them fit one description."""

EXCERPT = 220
"""Characters of an excerpt within a list; a card has room for CARD_EXCERPT."""

CARD_EXCERPT = 600

_OUTLETS_NAMED = 3
_GAP = "\n\n"

_SORT_TITLES = {
    Sort.HEAT: "🔥 Hottest stories",
    Sort.QUALITY: "⭐ Best stories",
    Sort.COVERAGE: "📰 Most covered stories",
    Sort.NEWEST: "🕑 Latest stories",
}


def relative_time(moment: datetime) -> str:
    """A moment as each reader's Discord tells it: “3 hours ago”."""
    return discord.utils.format_dt(moment, "R")


def heat_badge(heat: int) -> str:
    """The heat as readers see it; a cold story says so."""
    return "❄️ cold" if heat <= COLD else f"🔥 {heat}"


def coverage_badge(story: Story) -> str:
    """How many outlets cover the story and which, the lead's own left out of the names."""
    others = story.outlets[1:]
    if not others:
        return ""
    named = [escape(cut(name, 40)) for name in others[:_OUTLETS_NAMED]]
    more = len(others) - len(named)
    names = ", ".join(named) + (f" and {more} more" if more else "")
    return f"📰 {story.coverage} outlets, also {names}"


def headline(story: Story, longest: int = limits.TITLE) -> str:
    """The linked title, struck through if the story was withdrawn."""
    text = cut(f"▶ {story.title}" if story.kind == "video" else story.title, longest)
    linked = link(text, story.url)
    return linked if story.published or story.heat <= COLD else f"~~{linked}~~"


def story_lines(story: Story, room: int = STORY_ROOM, rank: int | None = None) -> str:
    """One story of a list: title, facts, excerpt; within `room` characters, whatever it says."""
    number = "" if rank is None else f"**{rank}.** "
    facts = " · ".join(
        part
        for part in (
            f"**{escape(cut(story.outlet.name, 60))}**",
            heat_badge(story.heat),
            coverage_badge(story),
            relative_time(story.published_at),
        )
        if part
    )
    title = f"{number}{headline(story)}"
    if len(title) + len(facts) + 1 > room:
        title = number + cut_escaped(story.title, max(room - len(facts) - len(number) - 1, 40))
    lines = f"{title}\n{facts}"
    left = min(EXCERPT, room - len(lines) - 3)
    excerpt = cut_escaped(story.excerpt, left) if story.excerpt and left >= 40 else ""
    return f"{lines}\n> {excerpt}" if excerpt else lines


def story_card(story: Story, topics: Topics, *, large: bool = False) -> discord.Embed:
    """One story as an embed of its own: outlet and logo, linked title, excerpt, picture, facts."""
    topic = topics.get(topics.heading(story.topics) or "News")
    withdrawn = not story.published and story.heat > COLD
    title = cut(f"▶ {story.title}" if story.kind == "video" else story.title, 200)
    embed = discord.Embed(
        title=f"~~{cut_escaped(title, 240)}~~" if withdrawn else cut_escaped(title, limits.TITLE),
        url=story.url,
        description=_card_text(story, withdrawn=withdrawn),
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


def _card_text(story: Story, *, withdrawn: bool) -> str:
    facts = [heat_badge(story.heat), coverage_badge(story), relative_time(story.published_at)]
    line = " · ".join(part for part in facts if part)
    if withdrawn:
        return f"*The outlet has withdrawn this story.*\n{line}"
    excerpt = cut_escaped(story.excerpt, CARD_EXCERPT)
    return f"{excerpt}{_GAP}{line}" if excerpt else line


def section_embed(section: Section, topics: Topics) -> discord.Embed:
    """The stories of one topic as a list, in the topic's colour; the first lends its picture."""
    topic = topics.get(section.topic)
    lead = section.stories[0]
    embed = discord.Embed(
        title=cut(f"{topic.emoji} {topic.name}", 100),
        description=_GAP.join(story_lines(story) for story in section.stories),
        colour=topic.colour or PLAIN,
    )
    embed.set_footer(text=f"Top story by {cut(lead.outlet.name, 60)}", icon_url=lead.outlet.logo)
    if lead.picture is not None:
        embed.set_thumbnail(url=lead.picture.url)
    return embed


def digest_embeds(part: DigestPart, topics: Topics, layout: Layout) -> list[discord.Embed]:
    """The embeds of one part of a digest."""
    if not part.digest.sections:
        text = "Nothing new this time. The next digest comes as scheduled."
        return [discord.Embed(description=text, colour=PLAIN)]
    if layout is Layout.CARDS:
        return [story_card(story, topics) for story in part.digest.stories]
    return [section_embed(section, topics) for section in part.digest.sections]


def digest_content(part: DigestPart) -> str:
    """The line above a digest's embeds: its name, and on the first part the time it covers."""
    name = escape(cut(part.digest.name, 80))
    if part.number > 1:
        return f"-# {name} · part {part.number} of {part.count}"
    since = discord.utils.format_dt(part.digest.since, "f")
    return f"## 🗞️ {name}\n-# The news since {since}"


def paginate(digest: Digest, topics: Topics, layout: Layout, run_id: int = 0) -> list[DigestPart]:
    """Cut a digest into parts that each fit one message; an empty one has one part, the note."""
    return split(digest, _cuts(digest, topics, layout) if digest.sections else [[]], run_id)


def _cuts(digest: Digest, topics: Topics, layout: Layout) -> Iterator[list[Section]]:
    """Fill each message with as many stories as it has room for, in order."""
    taken: list[Section] = []
    for section in digest.sections:
        for story in section.stories:
            tried = _with_story(taken, section.topic, story)
            if taken and not _has_room(tried, topics, layout):
                yield taken
                tried = [Section(section.topic, (story,))]
            taken = tried
    if taken:
        yield taken


def _with_story(taken: Sequence[Section], topic: str, story: Story) -> list[Section]:
    """The sections with one more story: in the last one if it is of that topic, else in a new one."""
    if taken and taken[-1].topic == topic:
        *before, last = taken
        return [*before, Section(topic, (*last.stories, story))]
    return [*taken, Section(topic, (story,))]


def _has_room(sections: Sequence[Section], topics: Topics, layout: Layout) -> bool:
    if layout is Layout.CARDS:
        cards = [story_card(story, topics) for one in sections for story in one.stories]
        return limits.fits(cards)
    return limits.fits([section_embed(section, topics) for section in sections])


def post_content(post: Post) -> str | None:
    """The text above a post's embeds: the role to mention, and a digest's heading."""
    mention = f"<@&{post.role}>" if post.role else ""
    if not isinstance(post.subject, DigestPart):
        return mention or None
    heading = digest_content(post.subject)
    return f"{mention}\n{heading}" if mention and post.subject.number == 1 else heading


def post_embeds(post: Post, topics: Topics) -> list[discord.Embed]:
    """The embeds of a post: a digest's part, or one story with its picture in full."""
    if isinstance(post.subject, DigestPart):
        return digest_embeds(post.subject, topics, post.layout)
    return [story_card(post.subject, topics, large=True)]


def page_embed(page: Page, topics: Topics) -> discord.Embed:
    """One page of an answer, ranked."""
    question = page.question
    topic = topics.get(question.topic) if question.topic else None
    embed = discord.Embed(
        title=cut(_question_title(question, topic.name if topic else None), 200),
        description=_page_text(page),
        colour=(topic.colour if topic else None) or PLAIN,
    )
    if page.stories:
        if page.stories[0].picture is not None:
            embed.set_thumbnail(url=page.stories[0].picture.url)
        many = "1 story" if page.total == 1 else f"{page.total} stories"
        embed.set_footer(text=f"Page {page.number} of {page.count} · {many}")
    return embed


def _page_text(page: Page) -> str:
    if not page.stories:
        return (
            "No story fits. Look further back with `since`, for example `7d`, "
            "or see what there is with `/topics`."
        )
    lines = [
        story_lines(story, rank=rank) for rank, story in enumerate(page.stories, page.first_rank)
    ]
    return _GAP.join(lines)


def _question_title(question: Question, topic: str | None) -> str:
    parts = [f"🔎 “{question.text}”" if question.text else _SORT_TITLES[question.sort]]
    if topic:
        parts.append(topic)
    parts.append(f"last {format_duration(question.lookback)}")
    return " · ".join(parts)


def coverage_embed(coverage: Coverage, topics: Topics) -> discord.Embed:
    """A story with all its coverage, one line an outlet's piece."""
    embed = story_card(coverage.story, topics, large=True)
    lines = list(_coverage_lines(coverage))
    if lines:
        many = "one more piece" if len(lines) == 1 else f"{len(lines)} more pieces"
        head = f"{embed.description}{_GAP}**Also covered by {many}:**"
        embed.description = _joined(head, lines, limits.DESCRIPTION)
    return embed


def _coverage_lines(coverage: Coverage) -> Iterator[str]:
    """A line for every piece but the lead's own, each page once."""
    story = coverage.story
    told = {story.url}
    pieces: list[Article | Related] = []
    for one in coverage.articles:
        pieces += [one, *one.related]
    for piece in pieces:
        if piece.url in told or (piece.url is None and piece.title == story.title):
            continue
        told.add(piece.url)
        when = f" · {relative_time(piece.published_at)}" if piece.published_at else ""
        outlet = escape(cut(piece.outlet.name, 60))
        yield f"- **{outlet}**: {link(cut(piece.title, 120), piece.url)}{when}"


def _joined(head: str, lines: Iterable[str], room: int) -> str:
    """The lines below the head, as many as fit, and how many did not."""
    text, left_out = head, 0
    for line in lines:
        if left_out or len(text) + len(line) + 25 > room:
            left_out += 1
        else:
            text += f"\n{line}"
    return f"{text}\n-# … and {left_out} more" if left_out else text


def topics_embed(counts: Sequence[tuple[str, int]], lookback: str, topics: Topics) -> discord.Embed:
    """The topics of the time and how many stories each has."""
    if not counts:
        return discord.Embed(title="Topics", description="No stories yet.", colour=PLAIN)
    lines = [
        f"{topics.get(name).emoji} **{escape(cut(name, 60))}** · "
        + ("1 story" if many == 1 else f"{many} stories")
        for name, many in counts
    ]
    text = _joined(f"What the last {lookback} were about:\n", lines, limits.DESCRIPTION)
    return discord.Embed(title="🧭 Topics", description=text, colour=PLAIN)
