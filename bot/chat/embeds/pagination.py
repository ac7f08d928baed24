"""Cutting a digest into parts that each fit one message.

Every story is drawn once and its length added up. Drawing the whole message anew for each story
took 114 ms for 50 of them, and nothing else can happen meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat import limits
from bot.chat.embeds.digest import section_footer, section_title
from bot.chat.embeds.story import story_card, story_lines
from bot.chat.embeds.style import GAP
from digests.digest import Section, split
from digests.subscription import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digests.digest import Digest, DigestPart
    from digests.ranking import Sort
    from digests.story import Story
    from digests.topic import Topics


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a story takes: `text` of a description, `frame` of the embed that begins with it."""

    text: int
    frame: int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class _Taken:
    """How much of a message is taken; `description` is that of its last embed."""

    embeds: int = 0
    stories: int = 0
    characters: int = 0
    description: int = 0
    urls: tuple[str | None, ...] = ()

    def plus(self, drawn: _Drawn, *, begins: bool) -> _Taken:
        """With one more story, which begins an embed or continues the last one."""
        text = drawn.text if begins else len(GAP) + drawn.text
        return _Taken(
            embeds=self.embeds + begins,
            stories=self.stories + 1,
            characters=self.characters + text + (drawn.frame if begins else 0),
            description=text if begins else self.description + text,
            urls=(*self.urls, drawn.url),
        )

    def fits(self) -> bool:
        """Tell whether one message can carry this, with a menu of all its stories."""
        return (
            self.embeds <= limits.EMBEDS
            and self.stories <= limits.OPTIONS
            and self.characters <= limits.MESSAGE
            and self.description <= limits.DESCRIPTION
            and limits.are_distinct(self.urls)
        )


def paginate(digest: Digest, topics: Topics, layout: Layout, run_id: int = 0) -> list[DigestPart]:
    """Cut a digest into parts that each fit one message; an empty one has one part, the note."""
    return split(digest, _cuts(digest, topics, layout) if digest.sections else [[]], run_id)


def _cuts(digest: Digest, topics: Topics, layout: Layout) -> Iterator[list[Section]]:
    """Fill each message with as many stories as it has room for, in order."""
    draw = _as_card if layout is Layout.CARDS else _as_list_entry
    sections: list[Section] = []
    taken = _Taken()
    for section in digest.sections:
        for story in section.stories:
            drawn = draw(section.topic, story, topics, digest.sort)
            begins = layout is Layout.CARDS or not _continues(sections, section.topic)
            more = taken.plus(drawn, begins=begins)
            if sections and not more.fits():
                yield sections
                sections, more = [], _Taken().plus(drawn, begins=True)
            sections, taken = _with_story(sections, section.topic, story), more
    if sections:
        yield sections


def _as_card(_topic: str, story: Story, topics: Topics, sort: Sort) -> _Drawn:
    return _Drawn(text=0, frame=len(story_card(story, topics, sort=sort)), url=story.url)


def _as_list_entry(topic: str, story: Story, topics: Topics, sort: Sort) -> _Drawn:
    frame = len(section_title(topic, topics)) + len(section_footer(story))
    return _Drawn(text=len(story_lines(story, sort=sort)), frame=frame)


def _continues(sections: Sequence[Section], topic: str) -> bool:
    return bool(sections) and sections[-1].topic == topic


def _with_story(sections: Sequence[Section], topic: str, story: Story) -> list[Section]:
    """The sections with one more story: in the last one if that is of the topic, else in a new."""
    if not _continues(sections, topic):
        return [*sections, Section(topic, (story,))]
    *before, last = sections
    return [*before, Section(topic, (*last.stories, story))]
