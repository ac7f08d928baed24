"""Which story an article belongs to: joins and parts stories when what an article says changes.

The articles whose files are there are grouped exactly as `digests.grouping` groups them all at
once, whatever was written, rewritten and removed before, with two exceptions: a file that cannot
be read any more keeps its last good version, and of titles that more than
`bot.store.articles.CANDIDATES` others resemble, only the likeliest are looked at.

What came before decides one thing only, which of the groups goes on under which id, so that nothing
is shown twice:

- Of two stories that become one, the older id stays.
- When a story comes apart, the group that holds its lead keeps the id, as posts show the lead;
  if the lead is in none, the largest. The others are new stories, which count as shown wherever the
  joint one was; a post that waits shows what keeps the id, and the others are wanted by themselves.
- A file that is gone joins nothing, but whatever is kin to it takes over its story, or, where other
  files still tell that one, counts as shown wherever it was.
- A file whose page and title both change is a new story, which was shown nowhere.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.store import appearances, articles, deliveries, stories
from digests.decide import merged
from digests.grouping import groups_of
from digests.joining import TITLE_REACH, nearly_same_title, same_story, still_same
from digests.story import compose_story
from digests.titles import headline

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.store.articles import StoredArticle, Titled
    from bot.store.database import Read, Write
    from digests.article import Article
    from digests.story import Story

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article belongs: a story, and what was known `before` of it; None = it is new.

    `left` are the other stories whose articles changed, as they were known before.
    """

    story_id: int
    before: Story | None
    left: tuple[Story, ...] = ()


async def place(tx: Write, article: Article, known: StoredArticle | None) -> Place:
    """Find the story that an article, not stored yet, belongs to; stories that it joins are one.

    `known` is what was stored of its file. The caller composes the stories of the answer anew.
    """
    goes_on = known is not None and still_same(known.article, article)
    parts = []
    if known is not None and not known.removed:
        parts = await _part(tx, known, article if goes_on else None)
    kin = await _kin(tx, article)
    living = {part.story.id for part in parts if article in part.articles}
    living |= {one.story_id for one in kin if not one.removed}
    former = {one.story_id for one in kin if one.removed}
    if known is not None and known.removed and goes_on:
        former.add(known.story_id)
    taken = await articles.told_by_others(tx, former - living, article)
    joined = (living | former) - taken
    before = await _join(tx, joined)
    story_id = before.id if before else await stories.insert(tx, compose_story(0, [article]))
    for other in sorted(taken):
        await appearances.share(tx, other, story_id)
    left = tuple(part.story for part in parts if part.story.id not in joined)
    return Place(story_id, before, left)


async def leave(tx: Write, gone: StoredArticle) -> tuple[Story, ...]:
    """Part what only an article held together whose file is gone.

    Returns the stories that are to be composed anew, as they were known before.
    """
    return tuple(part.story for part in await _part(tx, gone, None))


@dataclass(frozen=True, slots=True)
class _Part:
    """Some articles of a story that came apart, and the story that they are from now on."""

    story: Story
    articles: Sequence[Article]


async def _part(tx: Write, changed: StoredArticle, now: Article | None) -> list[_Part]:
    """Let go apart what no longer hangs together, since an article changed; the keeper comes first.

    `now` is what the article says now, None if it leaves the story whatever it says.
    """
    before = await stories.get(tx, changed.story_id)
    if before is None:
        raise LookupError(f"there is no story {changed.story_id} to be parted")
    stored = await articles.of_story(tx, before.id)
    present = [one.article for one in stored if not one.removed and one.id != changed.id]
    groups = groups_of(present if now is None else [*present, now])
    keeper, *others = sorted(groups, key=lambda group: _claim(before, group)) or [[]]
    parts = [_Part(before, keeper)]
    for group in others:
        story = replace(before, id=await stories.insert(tx, before))
        await appearances.share(tx, before.id, story.id)
        await articles.move(tx, group, story.id)
        logger.info("story.parted", extra={"story": before.id, "new": story.id})
        parts.append(_Part(story, group))
    return parts


def _claim(story: Story, group: Iterable[Article]) -> tuple[bool, int]:
    """What gives a group the right to the story's id; the least is the best."""
    files = [(one.feed, one.path) for one in group]
    return (story.feed, story.path) not in files, -len(files)


async def _join(tx: Write, story_ids: Iterable[int]) -> Story | None:
    """Make one story of several, under the oldest id; returns what was known of it."""
    known_as = await stories.get_many(tx, story_ids)
    if not known_as:
        return None
    oldest, *others = (known_as[story_id] for story_id in sorted(known_as))
    for other in others:
        await deliveries.merge(tx, other.id, oldest.id)
        await stories.merge(tx, other.id, oldest.id)
        logger.info("story.merged", extra={"story": other.id, "into": oldest.id})
    return merged(oldest, others)


async def _kin(read: Read, article: Article) -> list[StoredArticle]:
    """The other articles about the same event: candidates by index, then the real test."""
    candidates = await articles.linked(read, article)
    alike = await articles.like_titled(read, article, TITLE_REACH)
    ours = headline(article.title, article.outlet)
    likely = [one.id for one in alike if _may_be_same(ours, one)]
    candidates += await articles.with_ids(read, likely)
    return [other for other in candidates if same_story(article, other.article)]


def _may_be_same(ours: str, other: Titled) -> bool:
    """Tell whether `same_story` may hold of an article that shares a mark and is not linked."""
    return other.is_twin or other.headline is None or nearly_same_title(ours, other.headline)
