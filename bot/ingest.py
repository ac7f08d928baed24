"""A changed file becomes a stored article, a story, and wanted deliveries.

One batch is one transaction: article, story, decision and outbox are committed together.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from bot import kinship
from bot.alerts import Alerts
from bot.store import articles, deliveries, files, stories
from digests.article import Article, Rejection
from digests.decide import (
    Arrival,
    is_visible_change,
    may_be_wanted_anew,
    renewed,
    vanished,
)
from digests.delivery import story_key
from digests.joining import same_to_others
from digests.story import compose_story

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
            scene = _Scene(
                tx,
                now,
                first=batch.first,
                numbers=count(await stories.last_arrival(tx) + 1),
                alerts=Alerts(tx, self._topics, now),
            )
            known = await articles.get_many(tx, batch.feed, paths)
            await files.note_many(tx, batch.feed, map(_note, batch.read), now)
            for seen in batch.read:
                await self._take_one(scene, seen, known.get(seen.outcome.path))
            for path in batch.removed:
                await self._take_away(scene, batch.feed, path)
            if batch.first and batch.done:
                await files.mark_scanned(tx, batch.feed, now)
        self._wake()

    async def _take_one(self, scene: _Scene, seen: Seen, known: StoredArticle | None) -> None:
        match seen.outcome:
            case Rejection() as rejection:  # what the file said before stays as it was
                where = {"feed": rejection.feed, "path": rejection.path}
                logger.warning("article.rejected", extra={**where, "problems": _told(rejection)})
            case Article() as article:
                if known is None or known.removed or known.article != article:
                    await self._store(scene, article, known)

    async def _store(self, scene: _Scene, article: Article, known: StoredArticle | None) -> None:
        if known and not known.removed and same_to_others(known.article, article):
            story_id = await articles.rewrite(scene.tx, article)
            before = await stories.get(scene.tx, story_id)
            await self._renew(scene, story_id, before, same_articles=True)
            return
        if known is None:
            place = await kinship.place(scene.tx, article, None)
            await articles.add(scene.tx, article, place.story_id)
        else:
            # Anew: another article of the batch may have moved this one to another story.
            [known] = (await articles.get_many(scene.tx, article.feed, [article.path])).values()
            place = await kinship.place(scene.tx, article, known)
            await articles.put(scene.tx, article, place.story_id)
        await self._renew(scene, place.story_id, place.before)
        for left in place.left:
            await self._renew(scene, left.id, left)

    async def _take_away(self, scene: _Scene, feed: str, path: str) -> None:
        """The file is gone: a tombstone stays, so that a restored one is not news."""
        await files.forget(scene.tx, feed, path)
        removed = await articles.remove(scene.tx, feed, path, scene.now)
        if removed is not None:
            for left in await kinship.leave(scene.tx, removed):
                await self._renew(scene, left.id, left)

    async def _renew(
        self, scene: _Scene, story_id: int, before: Story | None, *, same_articles: bool = False
    ) -> None:
        """Compose the story anew from its articles, and want what follows from the change.

        With the `same_articles` as before most changes make nobody want it: so it is with heat,
        which is written anew every two hours.
        """
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
        if not same_articles or may_be_wanted_anew(before, after):
            await scene.alerts.want(after)


def _note(seen: Seen) -> files.Note:
    """What is to be known of a file at the next scan, and for /status if it is rejected."""
    rejection = seen.outcome if isinstance(seen.outcome, Rejection) else None
    problems = None if rejection is None else tuple(_told(rejection))
    return files.Note(seen.outcome.path, seen.stamp, problems)


def _told(rejection: Rejection) -> list[str]:
    return [str(problem) for problem in rejection.problems]
