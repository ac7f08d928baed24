"""Buttons and menus. What they ask is in their custom_id, so they work after any restart.

`discord.ui.DynamicItem` matches a custom_id by its pattern: no memory per message is kept
(https://discordpy.readthedocs.io/en/stable/interactions/api.html#dynamicitem).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import discord

from bot.answer import Question
from bot.chat import limits
from bot.chat.embeds.story import rank_badge
from bot.store.database import from_ms, to_ms
from digests.delivery import Post
from digests.digest import DigestPart
from digests.ranking import Sort
from digests.text import cut
from digests.topic import topic_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answer import Page
    from digests.story import Story

LONGEST_SEARCH = 45
"""Characters of a search text, so that a page's button can carry it."""

_LONGEST_LINK = 512
"""Characters of a button's link, by Discord's API specification; longer ones get no button."""

_SORTS = {"h": Sort.HEAT, "q": Sort.QUALITY, "c": Sort.COVERAGE, "n": Sort.NEWEST}
_LETTERS = {sort: letter for letter, sort in _SORTS.items()}

PAGE_PATTERN = (
    r"page:(?P<number>\d{1,3}):(?P<sort>[hqcn]):(?P<topic>[0-9a-f]{8}|-):(?P<minutes>\d{1,7})"
    r":(?P<limit>\d{1,3}):(?P<asked>\d{1,15}):(?P<text>.*)"
)
"""A button that turns to a page: which, and of what question, asked when in epoch milliseconds."""

STORY_PATTERN = r"story:(?P<story>\d+):(?P<mark>[0-9a-f]{24}\.\d+)"
"""A button below a posted story; the mark makes the message recognisable as a delivery's."""

PICK_PATTERN = r"pick:(?P<mark>[0-9a-f]{24}\.\d+|-)"
"""A menu of stories, below a digest or an answer."""

TOP_PATTERN = r"top:(?P<mark>[0-9a-f]{24}\.\d+)"
"""A button below a digest that has nothing new."""


@dataclass(frozen=True, slots=True)
class PageRef:
    """Which page of which question; `topic_code` stands for the topic (see `digests.topic`)."""

    number: int
    question: Question
    topic_code: str | None


def page_id(question: Question, number: int) -> str:
    """Write a page reference as a custom_id of at most 100 characters."""
    code = topic_code(question.topic) if question.topic else "-"
    minutes = question.lookback // timedelta(minutes=1)
    asked = to_ms(question.asked_at)
    head = f"page:{number}:{_LETTERS[question.sort]}:{code}:{minutes}:{question.limit}:{asked}:"
    return head + (question.text or "")


def read_page_id(found: dict[str, str]) -> PageRef:
    """Read what `page_id` wrote, from the groups of PAGE_PATTERN."""
    question = Question(
        asked_at=from_ms(int(found["asked"])),
        sort=_SORTS[found["sort"]],
        lookback=timedelta(minutes=int(found["minutes"])),
        limit=int(found["limit"]),
        text=found["text"] or None,
    )
    return PageRef(
        int(found["number"]), question, None if found["topic"] == "-" else found["topic"]
    )


def mark_of(nonce: str, revision: int) -> str:
    """The mark by which a look-up finds a delivery's message, and what revision it shows."""
    return f"{nonce}.{revision}"


def page_view(page: Page) -> discord.ui.View:
    """Below an answer: buttons to its other pages, and a menu of its stories."""
    view = _view()
    if page.count > 1:
        for label, number in (("◀ Previous", page.number - 1), ("Next ▶", page.number + 1)):
            view.add_item(
                discord.ui.Button(
                    label=label,
                    custom_id=page_id(page.question, number),
                    disabled=not 1 <= number <= page.count,
                )
            )
    if page.stories:
        view.add_item(_menu(page.stories, "pick:-", page.question.sort))
    return view


def stories_view(stories: Sequence[Story]) -> discord.ui.View:
    """Below a digest that somebody asked for: a menu of its stories."""
    view = _view()
    view.add_item(_menu(stories, "pick:-"))
    return view


def story_view(story: Story, mark: str | None = None) -> discord.ui.View:
    """Below a story: its link, and below a posted one a button for all its coverage."""
    view = _view()
    if mark is not None:
        view.add_item(
            discord.ui.Button(
                label="All coverage" if story.coverage > 1 else "Details",
                custom_id=f"story:{story.id}:{mark}",
            )
        )
    if story.url is not None and len(story.url) <= _LONGEST_LINK:
        label = "Watch" if story.kind == "video" else "Read"
        view.add_item(discord.ui.Button(label=label, url=story.url))
    return view


def post_view(post: Post) -> discord.ui.View:
    """Below a post; some component always carries the delivery's mark."""
    mark = mark_of(post.nonce, post.revision)
    if not isinstance(post.subject, DigestPart):
        return story_view(post.subject, mark)
    view = _view()
    digest = post.subject.digest
    if digest.sections:
        view.add_item(_menu(digest.stories, f"pick:{mark}", digest.sort))
    else:
        view.add_item(discord.ui.Button(label="🔥 Hottest stories", custom_id=f"top:{mark}"))
    return view


def _menu(
    stories: Sequence[Story], custom_id: str, sort: Sort = Sort.HEAT
) -> discord.ui.Select[discord.ui.View]:
    options = [
        discord.SelectOption(
            label=cut(story.title, limits.OPTION_LABEL),
            value=str(story.id),
            description=cut(
                f"{rank_badge(story, sort)} · {story.outlet.name}", limits.OPTION_LABEL
            ),
        )
        for story in stories[: limits.OPTIONS]
    ]
    return discord.ui.Select(
        custom_id=custom_id, placeholder="All coverage of a story …", options=options
    )


def _view() -> discord.ui.View:
    """An empty view that discord.py does not keep in memory: its items are matched by pattern."""
    view = discord.ui.View(timeout=None)
    view.stop()
    return view
