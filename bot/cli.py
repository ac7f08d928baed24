"""The command line: what each command is called, takes and does.

Results go to stdout, progress and logs to stderr; `bot.ending` says how a command ends. A command
imports what it works with when it is used: `check` and `--help` need not wait for all of Discord.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot import logs
from bot.config import DEFAULT_CONFIG, Config, Feed, load
from bot.config import token as find_token
from bot.ending import PROBLEMS, USAGE, UsageError, problems_told, run_until_stopped
from bot.terminal import busy, columns, one_line, prepare_stdout, put, put_json, tell
from digests.durations import DurationError, format_duration, parse_duration
from digests.names import name_key
from digests.query import DEFAULT_LOOKBACK
from digests.ranking import Sort
from digests.subscription import Layout
from digests.topic import Topics
from digests.yaml_events import require_libyaml

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.preview import Request

logger = logging.getLogger(__name__)

EARLIEST_YEAR, LATEST_YEAR = 1970, 9998
"""Moments beyond these cannot be moved by a time zone or a length of time."""

app = typer.Typer(
    name="digest-bot",
    help="Turn a directory of AI-news articles into digests for Discord.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Kind = TypeVar("Kind", bound=StrEnum)


def _one_of(kind: type[Kind]) -> Callable[[str], Kind]:
    """Read a word that is one of several, and say which they are if it is none."""

    def read(word: str) -> Kind:
        try:
            return kind(word)
        except ValueError:
            words = ", ".join(f"'{one}'" for one in kind)
            raise typer.BadParameter(f"{word!r} is not one of {words}.") from None

    return read


def _words(kind: type[StrEnum]) -> str:
    """The words to choose from, as the help shows them."""
    return f"[{'|'.join(kind)}]"


def _directory(name: str) -> Path:
    """Read the name of a directory; an empty one would mean the current directory."""
    path = _named(name)
    if not path.is_dir():
        wrong = "is no directory" if path.exists() else "does not exist"
        raise typer.BadParameter(f"{name!r} {wrong}.")
    return path


def _kept(name: str) -> Path:
    """Read the name of a directory that may be there or not."""
    path = _named(name)
    if path.exists() and not path.is_dir():
        raise typer.BadParameter(f"{name!r} is no directory.")
    return path


def _named(name: str) -> Path:
    if not name:
        raise typer.BadParameter("The name of the directory is empty.")
    return Path(name)


ConfigOption = Annotated[
    Path | None,
    typer.Option("-c", "--config", metavar="FILE", help="The configuration, else config.toml."),
]
ArticlesOption = Annotated[
    Path | None,
    typer.Option(
        "--articles",
        metavar="DIR",
        parser=_directory,
        help="Read this directory instead of the configured feeds.",
    ),
]
PortOption = Annotated[
    int, typer.Option(metavar="N", min=0, max=65535, help="Where to listen; 0 = any free port.")
]


class PreviewFormat(StrEnum):
    """For people in a terminal or a browser, or for programs."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class TextFormat(StrEnum):
    """For people or for programs."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[
    TextFormat,
    typer.Option(
        "--format",
        metavar=_words(TextFormat),
        parser=_one_of(TextFormat),
        help="For people, or programs.",
    ),
]


def _show_version(asked: bool) -> None:
    if asked:
        from bot.status import program_version

        put(f"digest-bot {program_version()}")
        raise typer.Exit


@app.callback()
def digest_bot(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Turn a directory of AI-news articles into digests for Discord."""


@app.command()
def demo(
    articles: Annotated[
        Path | None,
        typer.Option(metavar="DIR", parser=_directory, help="Show these instead of samples."),
    ] = None,
    port: PortOption = 0,
    once: Annotated[
        bool, typer.Option("--once", help="Print a digest and an answer, then end.")
    ] = False,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the demo's page in a browser.")
    ] = True,
    keep: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", parser=_kept, help="Go on with what is kept here, and keep it."
        ),
    ] = None,
) -> None:
    """Try the bot without a token, on a Discord of its own.

    The real bot runs against a stand-in for Discord on this machine; a page shows what it posts.
    Everything is removed when the demo ends, unless --keep says where it stays.
    """
    from bot.demo.show import DemoRequest, run_demo

    request = DemoRequest(articles, port, once=once, browser=browser, keep=keep)
    run_until_stopped(run_demo(request, sys.stdout, sys.stderr, columns()))


@app.command()
def run(config: ConfigOption = None) -> None:
    """Run the bot until SIGINT or SIGTERM.

    The token comes from the environment variable DISCORD_TOKEN, or from a file that the
    configuration names. Nothing is printed; the log goes to stderr.
    """
    loaded = load(config or DEFAULT_CONFIG)
    token = find_token(loaded, os.environ)
    logs.set_up(loaded.logging.level, loaded.logging.format, secrets=[token])
    for sentence in loaded.warnings:
        logger.warning("config.doubtful", extra={"reason": sentence})
    run_until_stopped(_run(loaded, token))


async def _run(config: Config, token: str) -> None:
    from bot.app import opened

    async with opened(config) as bot:
        await bot.run(token)


@app.command()
def preview(
    *,
    config: ConfigOption = None,
    articles: ArticlesOption = None,
    subscription: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What this configured one asks for, at its next moment."),
    ] = None,
    topic: Annotated[
        list[str] | None, typer.Option(metavar="T", help="Only this topic; may be repeated.")
    ] = None,
    sort: Annotated[
        Sort | None,
        typer.Option(
            metavar=_words(Sort),
            parser=_one_of(Sort),
            help="What stands first.",
            show_default=Sort.HEAT.value,
        ),
    ] = None,
    lookback: Annotated[
        str | None,
        typer.Option(
            metavar="LENGTH",
            help="How far back to look: 90m, 36h, 2d or 1w.",
            show_default=format_duration(DEFAULT_LOOKBACK),
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="The moment, such as 2026-03-02T09:00+01:00, else now."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, max=50, help="How many stories at most.", show_default="10"
        ),
    ] = None,
    min_heat: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="Only stories at least this hot.", show_default="0"),
    ] = None,
    layout: Annotated[
        Layout | None,
        typer.Option(
            metavar=_words(Layout),
            parser=_one_of(Layout),
            help="A list, or a card for each story.",
            show_default=Layout.LIST.value,
        ),
    ] = None,
    output: Annotated[
        PreviewFormat,
        typer.Option(
            "--format",
            metavar=_words(PreviewFormat),
            parser=_one_of(PreviewFormat),
            help="For people, programs, or a browser.",
        ),
    ] = PreviewFormat.TEXT,
    pictures: Annotated[
        bool, typer.Option("--pictures", help="Let the page for a browser fetch its pictures.")
    ] = False,
) -> None:
    """Show what a digest would hold, from the directory alone.

    Neither Discord nor the database is touched. With --articles no configuration is needed. With
    --subscription the other options change what it asks for.
    """
    from bot import preview as previewing
    from bot.rendering import preview_page, preview_text

    if subscription is not None:
        config = config or DEFAULT_CONFIG
    loaded, feeds = _feeds(config, articles)
    topics = Topics(loaded.topics)
    request = _asked(loaded, subscription, None if at is None else _moment(at))
    if topic:
        request = replace(request, topics=tuple(topic), takes_any_topic=False)
    if lookback is not None:
        request = replace(request, lookback=_length(lookback))
    changes = {"sort": sort, "limit": limit, "min_heat": min_heat, "layout": layout}
    given = {name: value for name, value in changes.items() if value is not None}
    request = replace(request, **given)  # type: ignore[arg-type] # the names are Request's own
    with busy("Reading the articles"):
        shown = previewing.make_preview(feeds, request, topics)
    if output is PreviewFormat.JSON:
        put_json(previewing.as_json(shown, topics))
    elif output is PreviewFormat.HTML:
        put(preview_page(shown, topics, pictures=pictures))
    else:
        put(preview_text(shown, topics))
    if note := previewing.unusable_note(shown):
        tell(note)


@app.command()
def check(
    config: ConfigOption = None,
    articles: ArticlesOption = None,
    output: FormatOption = TextFormat.TEXT,
) -> None:
    """Look for problems in the configuration and in every article.

    With --articles alone no configuration is looked at. The exit status is 0 if all is well, 1 if
    an article cannot be used, 2 if the configuration cannot; what may be meant is told, but changes
    no status.
    """
    from bot import check as checking

    with busy("Reading the articles"):
        found = checking.examine(_chosen(config, articles), articles)
    if output is TextFormat.JSON:
        put_json(checking.as_json(found))
    elif found.articles or not found.config:
        put("\n".join([*checking.as_lines(found), checking.totals(found)]))
    for sentence in (*found.config, *found.warnings):
        tell(one_line(sentence))
    if found.config:
        raise typer.Exit(USAGE)
    if found.rejected:
        raise typer.Exit(PROBLEMS)


@app.command()
def sandbox(
    port: PortOption = 0,
    guilds: Annotated[
        int, typer.Option(metavar="N", min=1, max=2500, help="How many servers.")
    ] = 1,
    channels: Annotated[
        int, typer.Option(metavar="N", min=1, max=500, help="How many channels in each.")
    ] = 3,
    keep: Annotated[
        Path | None,
        typer.Option(metavar="FILE", dir_okay=False, help="Go on with this world, and keep it."),
    ] = None,
) -> None:
    """Run a stand-in for Discord on this machine, for other programs.

    It serves the REST and gateway interfaces, and a page to look at it, until SIGINT or SIGTERM,
    and prints their addresses, the token and the channels.
    """
    from bot.demo.sandbox import serve_sandbox

    run_until_stopped(serve_sandbox(port, guilds, channels, sys.stdout, keep))


@app.command()
def invite(config: ConfigOption = None) -> None:
    """Print the address that adds the bot to a server.

    It asks for exactly the permissions that the bot needs. The token is looked for as by run; no
    configuration is needed if DISCORD_TOKEN is set.
    """
    from bot.chat.client import application_id, invite_url, point_at

    path = config or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)
    loaded = load(path) if path is not None else Config(feeds=())
    token = find_token(loaded, os.environ)
    logs.set_up("warning", "console", secrets=[token])
    point_at(loaded.discord.api_url, loaded.discord.gateway_url)
    put(invite_url(asyncio.run(application_id(token))))


@app.command()
def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The copy, which must not exist yet.")
    ],
    config: ConfigOption = None,
) -> None:
    """Copy the database, while the bot runs or not."""
    from bot.store.backup import backup_file

    if not file.absolute().parent.is_dir():
        raise UsageError(
            f"There is no directory {file.parent}: make it, or choose another place for the backup."
        )
    database = load(config or DEFAULT_CONFIG).database.path
    asyncio.run(backup_file(database, file))
    tell(f"Copied {database} to {file}.")


def main() -> None:
    """Run the command line, and end the program with its exit status."""
    prepare_stdout()
    with problems_told():
        _require_sound_installation()
        app()


def _require_sound_installation() -> None:
    try:
        require_libyaml()
    except RuntimeError as error:
        raise UsageError(str(error)) from None


def _chosen(config: Path | None, articles: Path | None) -> Path | None:
    """The configuration to read: none if a directory of articles was named and nothing else."""
    return config if articles is not None else config or DEFAULT_CONFIG


def _feeds(config: Path | None, articles: Path | None) -> tuple[Config, Sequence[Feed]]:
    """The configuration, an empty one if none is needed, and the feeds to read."""
    path = _chosen(config, articles)
    loaded = load(path) if path is not None else Config(feeds=())
    feeds = loaded.feeds if articles is None else (Feed(name="articles", directory=articles),)
    return loaded, feeds


def _asked(loaded: Config, name: str | None, at: datetime | None) -> Request:
    """What a subscription asks for, or what is previewed if nobody names one."""
    from bot.preview import Request, request_for

    now = datetime.now(UTC)
    if name is None:
        return Request(at or now, DEFAULT_LOOKBACK, Sort.HEAT, (), limit=10, min_heat=0)
    for one in loaded.subscriptions:
        if name_key(one.name) == name_key(name):
            return request_for(one, now, at)
    there = ", ".join(f'"{one.name}"' for one in loaded.subscriptions)
    hint = f"there is {there}." if there else "it has none."
    raise UsageError(f'--subscription: The configuration has none named "{name}"; {hint}')


def _length(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except DurationError as error:
        raise UsageError(f"--lookback: {error}") from None


def _moment(text: str) -> datetime:
    """Read a moment; one without an offset is meant in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f'--at: "{text}" is no moment; write it like 2026-03-02T09:00+01:00.'
        ) from None
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise UsageError(
            f'--at: "{text}" is out of range; write a year from {EARLIEST_YEAR} to {LATEST_YEAR}.'
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
