"""What `digest-bot check` finds: problems of the configuration and of every article."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.config import ConfigError, Feed, load
from bot.terminal import one_line
from bot.watch.files import FeedMissingError, read_directory
from digests.article import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(slots=True)
class Findings:
    """What was looked at, and what is wrong; `config` holds one sentence per problem."""

    config: list[str] = field(default_factory=list)
    articles: int = 0
    rejected: list[tuple[Feed, Rejection]] = field(default_factory=list)

    @property
    def usable(self) -> int:
        """How many articles the bot can use."""
        return self.articles - len(self.rejected)


def examine(config: Path | None, articles: Path | None) -> Findings:
    """Look at a configuration, and at the articles of its feeds or of another directory."""
    found = Findings()
    feeds: Iterable[Feed] = ()
    if config is not None:
        try:
            feeds = load(config).feeds
        except ConfigError as error:
            found.config += error.problems
    if articles is not None:
        feeds = (Feed(name="articles", directory=articles),)
    for feed in feeds:
        _read(feed, found)
    return found


def _read(feed: Feed, found: Findings) -> None:
    try:
        for outcome in read_directory(feed.name, feed.directory):
            found.articles += 1
            if isinstance(outcome, Rejection):
                found.rejected.append((feed, outcome))
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
