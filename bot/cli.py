"""The command line: results go to stdout, progress and logs to stderr, problems become sentences.

Exit status: 0 fine; 1 it ran and found problems; 2 wrong usage or configuration.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from bot import logs
from bot.app import AlreadyRunning, opened
from bot.chat.client import application_id, invite_url, point_at
from bot.chat.connection import ConnectionRefused
from bot.config import Config, ConfigError, Feed, load, token
from bot.config import check as config_problems
from bot.demo.show import DemoRequest, run_demo
from bot.preview import Request, as_json, make_preview, problems_of, unusable_note
from bot.store.backup import backup_file
from bot.store.errors import StoreError
from bot.terminal import preview_text, serve_sandbox
from bot.watch.files import FeedMissingError
from digests.durations import DurationError, format_duration, parse_duration
from digests.query import DEFAULT_LOOKBACK
from digests.ranking import Sort
from digests.topic import Topics
from digests.yaml_events import require_libyaml

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Iterator
    from typing import Any

DEFAULT_CONFIG = Path("config.toml")

app = typer.Typer(
    name="digest-bot",
    help="Turns a directory of AI-news articles into digests for Discord.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ConfigOption = Annotated[
    Path | None,
    typer.Option("-c", "--config", help="The configuration file (default: config.toml)."),
]
ArticlesOption = Annotated[
    Path | None,
    typer.Option("--articles", help="Read this directory instead of the configured feeds."),
]


class TextFormat(StrEnum):
    """For people or for programs."""

    TEXT = "text"
    JSON = "json"


class Failed(Exception):
    """The command cannot go on; each problem is one sentence. `status` is the exit status."""

    def __init__(self, *problems: str, status: int = 2) -> None:
        """Take the problems."""
        super().__init__(*problems)
        self.problems = problems
        self.status = status


@app.command()
def demo(
    articles: ArticlesOption = None,
    port: Annotated[int, typer.Option(help="The sandbox's port; 0 = any free one.")] = 0,
    once: Annotated[
        bool, typer.Option("--once", help="Post one digest, ask one question, print both, stop.")
    ] = False,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the sandbox's page, if it has one.")
    ] = True,
) -> None:
    """Try the bot without a token, in a Discord that runs on this machine."""
    with _problems_told():
        request = DemoRequest(articles, port, once=once, browser=browser)
        _run_until_stopped(run_demo(request, sys.stdout, sys.stderr))


@app.command()
def run(config: ConfigOption = None) -> None:
    """Run the bot until SIGINT or SIGTERM."""
    with _problems_told():
        loaded = load(config or DEFAULT_CONFIG)
        secret = token(loaded, os.environ)
        logs.set_up(loaded.logging.level, loaded.logging.format, secrets=[secret])
        _run_until_stopped(_run(loaded, secret))


async def _run(config: Config, secret: str) -> None:
    async with opened(config) as bot:
        await bot.run(secret)


@app.command()
def preview(
    config: ConfigOption = None,
    articles: ArticlesOption = None,
    topic: Annotated[list[str] | None, typer.Option(help="Only this topic; repeatable.")] = None,
    sort: Annotated[Sort, typer.Option(help="What ranks the stories.")] = Sort.HEAT,
    lookback: Annotated[
        str, typer.Option(help="How far back to look, such as 36h or 2d.")
    ] = format_duration(DEFAULT_LOOKBACK),
    at: Annotated[
        str | None, typer.Option(help="The moment, ISO 8601 (default: now; UTC without offset).")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many stories at most.")] = 10,
    min_heat: Annotated[int, typer.Option(min=0, help="Only stories at least this hot.")] = 0,
    output: Annotated[TextFormat, typer.Option("--format")] = TextFormat.TEXT,
) -> None:
    """Show what a digest would hold, from the directory alone."""
    with _problems_told():
        feeds, topics = _feeds(config, articles)
        request = Request(
            at=_moment(at),
            lookback=parse_duration(lookback),
            sort=sort,
            topics=tuple(topics.get(name).name for name in topic or ()),
            limit=limit,
            min_heat=min_heat,
        )
        shown = make_preview(feeds, request, topics)
        if output is TextFormat.JSON:
            _print(json.dumps(as_json(shown, topics), ensure_ascii=False, indent=2))
        else:
            _print(preview_text(shown, topics, Console().width))
        if note := unusable_note(shown):
            _tell(note)


@app.command()
def check(
    config: ConfigOption = None,
    articles: ArticlesOption = None,
    output: Annotated[TextFormat, typer.Option("--format")] = TextFormat.TEXT,
) -> None:
    """Validate the configuration and every article."""
    with _problems_told():
        path = config or (DEFAULT_CONFIG if articles is None or DEFAULT_CONFIG.exists() else None)
        wrong = config_problems(path) if path is not None else ()
        feeds = _feeds(config, articles)[0] if articles is not None or not wrong else []
        total, rejected = problems_of(feeds)
        if output is TextFormat.JSON:
            report = {
                "articles": total,
                "ok": total - len(rejected),
                "rejected": rejected,
                "config": list(wrong),
            }
            _print(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            for sentence in wrong:
                _print(sentence)
            for one in rejected:
                for problem in one["problems"]:
                    _print(f"{one['path']}: {problem}")
            files = "1 article" if total == 1 else f"{total} articles"
            _print(f"{files}: {total - len(rejected)} fine, {len(rejected)} rejected.")
        if wrong:
            raise typer.Exit(2)
        if rejected:
            raise typer.Exit(1)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 = any free one.")] = 0,
    guilds: Annotated[int, typer.Option(min=1, max=2500, help="How many servers.")] = 1,
    channels: Annotated[int, typer.Option(min=1, max=500, help="How many channels each.")] = 3,
) -> None:
    """Run the loopback Discord alone, for other programs."""
    with _problems_told():
        _run_until_stopped(serve_sandbox(port, guilds, channels, sys.stdout))


@app.command()
def invite(config: ConfigOption = None) -> None:
    """Print the address that adds the bot to a server."""
    with _problems_told():
        loaded = load(config or DEFAULT_CONFIG)
        point_at(loaded.discord.api_url, loaded.discord.gateway_url)
        number = asyncio.run(application_id(token(loaded, os.environ)))
        _print(invite_url(number))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to write the copy; must not exist yet.")],
    config: ConfigOption = None,
) -> None:
    """Copy the database, consistently, also while the bot runs."""
    with _problems_told():
        loaded = load(config or DEFAULT_CONFIG)
        asyncio.run(backup_file(loaded.database.path, file))
        _tell(f"Copied {loaded.database.path} to {file}.")


def main() -> None:
    """Run the command line."""
    app()


def _feeds(config: Path | None, articles: Path | None) -> tuple[list[Feed], Topics]:
    """The feeds to read and the topics known; --articles needs no configuration."""
    if articles is not None and config is None and not DEFAULT_CONFIG.exists():
        loaded = None
    else:
        loaded = load(config or DEFAULT_CONFIG)
    topics = Topics(loaded.topics if loaded is not None else ())
    if articles is not None:
        return [Feed(name="articles", directory=articles.absolute())], topics
    return list(loaded.feeds if loaded is not None else ()), topics


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Failed(f'--at: "{text}" is no moment; write it like 2026-03-02T09:00+01:00.') from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextmanager
def _problems_told() -> Iterator[None]:
    """Turn what can go wrong into sentences on stderr and an exit status."""
    try:
        require_libyaml()
        yield
    except ConfigError as error:
        _leave(error.problems, 2)
    except Failed as error:
        _leave(error.problems, error.status)
    except (FeedMissingError, DurationError, ConnectionRefused, AlreadyRunning) as error:
        _leave([str(error)], 2)
    except (StoreError, RuntimeError) as error:
        _leave([str(error)], 1)
    except BrokenPipeError:
        # Whoever read the output has gone; closing stdout again would complain once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None


def _leave(problems: Iterable[str], status: int) -> NoReturn:
    for problem in problems:
        _tell(problem)
    raise typer.Exit(status)


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _tell(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")


def _run_until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run until it ends, or cancel it on SIGINT or SIGTERM and let it close cleanly."""

    async def stoppable() -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(work)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        with suppress(asyncio.CancelledError):
            await task

    try:
        asyncio.run(stoppable())
    except* (ConnectionRefused, StoreError, AlreadyRunning) as group:
        raise _first(group) from None


def _first(group: BaseExceptionGroup[Exception]) -> Exception:
    """The first plain error in a group of groups."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, Exception) else RuntimeError(str(error))
