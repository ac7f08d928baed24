"""A changed file becomes a stored article, a story, and wanted deliveries.

One batch is one transaction: article, story, decision and outbox are committed together.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from bot.alerts import Alerts
from bot.store import articles, deliveries, files, stories, subscriptions
from digests.article import Article, Rejection
from digests.decide import Arrival, is_visible_change, merged, renewed, vanished
from digests.delivery import story_key
from digests.joining import TITLE_REACH, marks_of, same_story, still_same
from digests.story import compose_story
from digests.subscription import Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from bot.batch import Batch, Seen
    from bot.clock import Clock
    from bot.store.articles import StoredArticle
    from bot.store.database import Database, Write
    from digests.story import Story
    from digests.topic import Topics

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What one transaction works with."""

    tx: Write
    now: datetime
    first: bool
    numbers: Iterator[int]
    alerts: Alerts


class Ingest:
    """Takes what the watcher read, and wants what alerts subscriptions are to show."""

    def __init__(
        self, database: Database, clock: Clock, topics: Topics, wake: Callable[[], None]
    ) -> None:
        """`wake` is called after a commit that may have left something to deliver."""
        self._db = database
        self._clock = clock
        self._topics = topics
        self._wake = wake

    async def take(self, batch: Batch) -> None:
        """Store a batch; raises StoreError and stores nothing of it if the database refuses."""
        now = self._clock.now()
        paths = [seen.outcome.path for seen in batch.read]
        async with self._db.write() as tx:
            asking = await subscriptions.active(tx, Mode.ALERTS)
            scene = _Scene(
                tx,
                now,
                first=batch.first,
                numbers=count(await stories.last_arrival(tx) + 1),
                alerts=Alerts(tx, asking, self._topics, now),
            )
            known = await articles.get_many(tx, batch.feed, paths)
            for seen in batch.read:
                await self._take_one(scene, seen, known.get(seen.outcome.path))
            for path in batch.removed:
                await self._take_away(scene, batch.feed, path)
            if batch.first and batch.done:
                await files.mark_scanned(tx, batch.feed, now)
        self._wake()

    async def _take_one(self, scene: _Scene, seen: Seen, known: StoredArticle | None) -> None:
        match seen.outcome:
            case Rejection() as rejection:
                await self._reject(scene, seen.stamp, rejection)
            case Article() as article:
                await files.note(scene.tx, article.feed, article.path, seen.stamp, None, scene.now)
                if known is None or known.removed or known.article != article:
                    await self._store(scene, article, known)

    async def _reject(self, scene: _Scene, stamp: str, rejection: Rejection) -> None:
        """Keep the problems for /status; what the file said before stays as it was."""
        problems = tuple(str(problem) for problem in rejection.problems)
        await files.note(scene.tx, rejection.feed, rejection.path, stamp, problems, scene.now)
        logger.warning(
            "article.rejected",
            extra={"feed": rejection.feed, "path": rejection.path, "problems": list(problems)},
        )

    async def _store(self, scene: _Scene, article: Article, known: StoredArticle | None) -> None:
        before = await self._story_of(scene.tx, article, known)
        if before is None:
            story_id = await stories.insert(scene.tx, compose_story(0, [article]))
        else:
            story_id = before.id
        await articles.put(scene.tx, article, story_id)
        await self._renew(scene, story_id, before)
        if known is None or known.story_id == story_id:
            return
        left = await stories.get(scene.tx, known.story_id)
        if left is not None:
            await self._renew(scene, left.id, left)

    async def _story_of(
        self, tx: Write, article: Article, known: StoredArticle | None
    ) -> Story | None:
        """Find the story that the article belongs to; stories that it joins become one."""
        found = {other.story_id for other in await self._kin(tx, article)}
        if known is not None and still_same(known.article, article):
            found.add(known.story_id)
        if not found:
            return None
        known_as = await stories.get_many(tx, found)
        oldest, *others = (known_as[story_id] for story_id in sorted(found))
        for other in others:
            await deliveries.merge(tx, other.id, oldest.id)
            await stories.merge(tx, other.id, oldest.id)
            logger.info("story.merged", extra={"story": other.id, "into": oldest.id})
        return merged(oldest, others)

    async def _kin(self, tx: Write, article: Article) -> list[StoredArticle]:
        """The other articles about the same event: candidates by index, then the real test."""
        candidates = await articles.linked(tx, article)
        candidates += await articles.like_titled(
            tx,
            marks_of(article),
            since=article.published_at - TITLE_REACH,
            until=article.published_at + TITLE_REACH,
            but_not=(article.feed, article.path),
        )
        return [other for other in candidates if same_story(article, other.article)]

    async def _take_away(self, scene: _Scene, feed: str, path: str) -> None:
        """The file is gone: a tombstone stays, so that a restored one is not news."""
        await files.forget(scene.tx, feed, path)
        removed = await articles.remove(scene.tx, feed, path, scene.now)
        if removed is not None:
            before = await stories.get(scene.tx, removed.story_id)
            await self._renew(scene, removed.story_id, before)

    async def _renew(self, scene: _Scene, story_id: int, before: Story | None) -> None:
        """Compose the story anew from its articles, and want what follows from the change."""
        members = [
            one.article for one in await articles.of_story(scene.tx, story_id) if not one.removed
        ]
        if members:
            arrival = None if scene.first else Arrival(next(scene.numbers), scene.now)
            after = renewed(before, compose_story(story_id, members), arrival)
        elif before is not None:
            after = vanished(before)
        else:
            return
        await stories.save(scene.tx, after)
        if members and before is not None and is_visible_change(before, after):
            await deliveries.revise(scene.tx, story_key(story_id), after.revision)
        await scene.alerts.want(after)
