"""`make growth`: by how much the database grows, per article and per digest.

Made-up articles of the usual length are taken, rewritten, posted in digests of ten stories and
removed, by the real flows; after each step it is told what the pages of the database hold.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.batch import Batch, Seen
from bot.chat.embeds import paginate
from bot.clock import MovableClock
from bot.ingest import Ingest
from bot.publish import KEPT, Publish
from bot.store import subscriptions
from bot.store.sqlite import open_sqlite
from digests.article import Article, Outlet, Picture, Related
from digests.digest import Digest, DigestPart
from digests.subscription import Layout, Origin, Wishes
from digests.topic import Topics

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.store.database import Database, Read

ARTICLES, REWRITES, DIGESTS, STORIES = 1_000, 2, 100, 10

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
TOPICS = Topics()


def nothing() -> None:
    """Wake nobody: nothing is delivered here."""


@dataclass(slots=True)
class Ledger:
    """Tells by how much the database has grown since the last line."""

    database: Database
    held: int = 0

    async def tell(self, what: str, count: int) -> None:
        """Print the growth for each of so many."""
        before = self.held
        async with self.database.read() as read:
            self.held = await held(read)
        sys.stdout.write(f"{what:<48}{(self.held - before) / count:>9,.0f} bytes\n")


async def held(read: Read) -> int:
    """How many bytes of pages hold something."""
    size = 0
    for pragma, sign in (("page_count", 1), ("freelist_count", -1)):
        row = await read.fetch_one(f"PRAGMA {pragma}")
        size += sign * (0 if row is None else row[pragma])
    page = await read.fetch_one("PRAGMA page_size")
    return size * (0 if page is None else int(page["page_size"]))


async def main() -> None:
    """Take, rewrite, post, forget and remove, and tell of each what it costs."""
    with tempfile.TemporaryDirectory() as folder:
        database = await open_sqlite(Path(folder) / "bot.sqlite3")
        try:
            await measure(database)
        finally:
            await database.close()


async def measure(database: Database) -> None:
    """Do to a database what a bot does in months."""
    ledger, clock = Ledger(database), MovableClock(NOON)
    await ledger.tell("an empty database", 1)
    ingest = Ingest(database, clock, TOPICS, nothing)
    written = made_up(ARTICLES)
    await take(ingest, written)
    await ledger.tell("an article of its own story", ARTICLES)
    for heat in range(REWRITES):
        await take(ingest, [replace(one, heat=heat) for one in written])
    await ledger.tell("a rewrite of heat", ARTICLES * REWRITES)
    publish = Publish(database, clock, TOPICS, cut, nothing)
    await post(database, publish, clock)
    await ledger.tell(f"a digest of {STORIES} stories", DIGESTS)
    clock.advance(KEPT + timedelta(days=1))
    await publish.due()
    await ledger.tell("the same after a week", DIGESTS)
    await ingest.take(Batch("news", removed=tuple(one.path for one in written)))
    await ledger.tell("an article whose file is removed", ARTICLES)


def made_up(count: int) -> list[Article]:
    """Articles of different events, the same in each run."""
    chance = random.Random(1)  # noqa: S311 - samples, not secrets
    vocabulary = [
        "".join(chance.choices("aeioulnrst", k=chance.randint(3, 9))) for _ in range(3000)
    ]
    return [one_of(chance, vocabulary, number) for number in range(count)]


def one_of(chance: random.Random, vocabulary: Sequence[str], number: int) -> Article:
    """An article as long as usual: a title of ten words, an excerpt of fifty, five outlets more."""

    def words(count: int) -> str:
        return " ".join(chance.choices(vocabulary, k=count))

    title = words(10)
    path = f"2026-03-10-{title.replace(' ', '-')}.md"
    page = f"outlet{number % 40}.example/2026/03/{title.replace(' ', '-')}"
    return Article(
        feed="news",
        path=path,
        title=title,
        excerpt=words(50),
        url=f"https://www.{page}",
        keys=(page,),
        published_at=NOON - timedelta(minutes=chance.randint(0, 1000)),
        outlet=Outlet(f"Outlet {number % 40}", f"outlet{number % 40}.example"),
        quality=50,
        heat=chance.randint(20, 200),
        published=True,
        topics=("Machine Learning", "AI"),
        picture=Picture(f"https://pictures.example/{number}/{words(1)}.jpg", 1200, 630),
        related=tuple(
            Related(
                words(10),
                Outlet(f"Outlet {other}", f"outlet{other}.example"),
                words(50),
                f"https://outlet{other}.example/{number}/{words(1)}",
                (f"outlet{other}.example/{number}",),
                NOON,
                50,
            )
            for other in chance.sample(range(40), 5)
        ),
    )


async def take(ingest: Ingest, written: Iterable[Article]) -> None:
    """Have articles taken, fifty at a time, as the watcher does."""
    seen = [Seen(f"{one.path}-{one.heat}", one) for one in written]
    for at in range(0, len(seen), 50):
        await ingest.take(Batch("news", tuple(seen[at : at + 50]), first=True))


async def post(database: Database, publish: Publish, clock: MovableClock) -> None:
    """Have digests composed, a minute apart, and each message shown."""
    async with database.write() as tx:
        asked = await subscriptions.add(
            tx,
            origin=Origin.DISCORD,
            guild_id=1,
            channel_id=2,
            name="growth",
            wishes=Wishes(max_stories=STORIES, min_heat=-1, lookback=timedelta(days=3)),
            next_fire_at=None,
            now=clock.now(),
        )
    for _ in range(DIGESTS):
        await publish.run_now(asked.id)
        clock.advance(timedelta(minutes=1))
    async with database.write() as tx:
        await tx.execute("UPDATE deliveries SET state = 'shown', shown = wanted, message_id = id")


def cut(digest: Digest, layout: Layout, run_id: int = 0) -> Sequence[DigestPart]:
    """Cut a digest into messages, as the bot does."""
    return paginate(digest, TOPICS, layout, run_id)


if __name__ == "__main__":
    asyncio.run(main())
