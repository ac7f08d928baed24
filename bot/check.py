"""What `digest-bot check` finds: problems of the configuration and of every article."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from bot.config import ConfigError, Feed, feeds_in, load
from bot.store.errors import StoreUnreadable
from bot.terminal import one_line
from bot.watch.files import FeedMissingError, read_directory
from digests.article import Rejection
from digests.names import name_key
from digests.topic import Topics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bot.config import Config


@dataclass(slots=True)
class Findings:
    """What was looked at, and what is wrong; `config` holds one sentence per problem.

    `warnings` may well be meant. `topics` are those of the articles.
    """

    config: list[str] = field(default_factory=list)
    articles: int = 0
    rejected: list[tuple[Feed, Rejection]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    topics: set[str] = field(default_factory=set)

    @property
    def usable(self) -> int:
        """How many articles the bot can use."""
        return self.articles - len(self.rejected)


def examine(config: Path | None, articles: Path | None) -> Findings:
    """Look at a configuration, and at the articles of its feeds or of another directory."""
    found = Findings()
    feeds: Iterable[Feed] = ()
    loaded = None
    if config is not None:
        try:
            loaded = load(config)
            found.warnings += loaded.warnings
            feeds = loaded.feeds
            found.config += _misplaced(loaded.database.path)
        except ConfigError as error:
            found.config += error.problems
            feeds = feeds_in(config)
    if articles is not None:
        feeds = (Feed(name="articles", directory=articles),)
    for feed in feeds:
        _read(feed, found)
    if loaded is not None and found.topics:
        found.warnings += _strange_topics(loaded, found.topics)
    return found


def _strange_topics(config: Config, met: Iterable[str]) -> Iterator[str]:
    """Tell of topics of subscriptions that neither an article nor the configuration names."""
    topics = Topics(config.topics)
    known = {name_key(name): name for name in (*met, *topics.names)}
    for one in config.subscriptions:
        for name in one.wishes.topics:
            key = name_key(topics.get(name).name)
            if key not in known:
                likely = get_close_matches(key, known, n=1)
                hint = f'; did you mean "{known[likely[0]]}"?' if likely else "."
                yield f'Subscription "{one.name}": No article has the topic "{name}" yet{hint}'


def _misplaced(database: Path) -> Iterator[str]:
    """Tell of a database that cannot be where it is to be; it need not be there yet."""
    try:
        if not database.parent.is_dir():
            yield str(StoreUnreadable(database, "its directory is missing"))
        elif database.exists() and not database.is_file():
            yield str(StoreUnreadable(database, "it is not a file"))
    except OSError as error:
        yield str(StoreUnreadable(database, str(error.strerror)))


def _read(feed: Feed, found: Findings) -> None:
    try:
        for outcome in read_directory(feed.name, feed.directory):
            found.articles += 1
            if isinstance(outcome, Rejection):
                found.rejected.append((feed, outcome))
            else:
                found.topics.update(outcome.topics)
    except FeedMissingError as missing:
        found.config.append(str(missing))


def as_json(found: Findings) -> dict[str, Any]:
    """The findings in the shape that other programs rely on; paths are those within the feed."""
    return {
        "articles": found.articles,
        "ok": found.usable,
        "rejected": [
            {
                "feed": feed.name,
                "path": rejection.path,
                "problems": [str(problem) for problem in rejection.problems],
            }
            for feed, rejection in found.rejected
        ],
        "config": found.config,
        "warnings": found.warnings,
    }


def as_lines(found: Findings) -> Iterable[str]:
    """A line for each problem of an article, with the file as an editor would open it."""
    for feed, rejection in found.rejected:
        for problem in rejection.problems:
            yield one_line(f"{feed.directory / rejection.path}: {problem}")


def totals(found: Findings) -> str:
    """How many articles there are, and how many of them are of use."""
    files = "1 article" if found.articles == 1 else f"{found.articles} articles"
    return f"{files}: {found.usable} fine, {len(found.rejected)} rejected."
