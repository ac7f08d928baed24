"""The documents are complete: nothing of the program lacks its place in them."""

from __future__ import annotations

import ast
import re
import tomllib
from typing import TYPE_CHECKING, Any, get_args

import pytest
import typer
from discord import app_commands

from bot.app import opened
from bot.cli import app
from bot.config import Config, DatabaseSettings, Feed
from bot.config.tables import ConfigFile, Table
from tests.cli.commands import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

DOCS = REPOSITORY / "docs"

PAGES = sorted((*REPOSITORY.glob("*.md"), *DOCS.rglob("*.md")))

EVENT = re.compile(r"[a-z]+\.[a-z_]+")

LOGGED = re.compile(r'logger\.[a-z]+\(\s*"([a-z]+)\.')


def read(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def sections(text: str) -> dict[str, str]:
    """What stands below each heading that is a command."""
    parts = re.split(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


async def slash_commands(folder: Path) -> list[app_commands.Command[Any, ..., Any]]:
    """The commands that the program offers to Discord, those of groups one by one."""
    config = Config(
        feeds=(Feed(name="ai", directory=folder),),
        database=DatabaseSettings(path=folder / "bot.sqlite3"),
    )
    async with opened(config) as program:
        walked = list(program.client.tree.walk_commands())
    return [one for one in walked if isinstance(one, app_commands.Command)]


async def test_every_slash_command_and_option_is_explained(tmp_path: Path) -> None:
    text = sections(read("commands.md"))
    offered = await slash_commands(tmp_path)
    headings = {heading for heading in text if heading.startswith("`/")}
    assert headings == {f"`/{command.qualified_name}`" for command in offered}
    for command in offered:
        section = text[f"`/{command.qualified_name}`"]
        for parameter in command.parameters:
            assert f"`{parameter.display_name}`" in section, command.qualified_name


def test_every_command_of_the_command_line_and_its_options_are_explained() -> None:
    text = sections(read("cli.md"))
    group = typer.main.get_command(app)
    commands: dict[str, Any] = group.commands  # type: ignore[attr-defined] # a group, not one command
    assert {name for name in text if name.startswith("`digest-bot ")} == {
        f"`digest-bot {name}`" for name in commands
    }
    for name, command in commands.items():
        section = text[f"`digest-bot {name}`"]
        for parameter in command.params:
            for option in (*parameter.opts, *parameter.secondary_opts):
                assert f"`{option}".lower() in section.lower(), f"{name} {option}"


def keys() -> list[tuple[str, str]]:
    """Every key of the configuration, with its table."""
    return [
        (table, key)
        for table, field in ConfigFile.model_fields.items()
        for kind in (field.annotation, *get_args(field.annotation))
        if isinstance(kind, type) and issubclass(kind, Table)
        for key in kind.model_fields
    ]


@pytest.mark.parametrize(("table", "key"), keys())
def test_every_key_of_the_configuration_is_explained(table: str, key: str) -> None:
    text = sections(read("configuration.md"))
    section = text.get(f"`[{table}]`") or text[f"`[[{table}]]`"]
    assert f"| `{key}` |" in section


def events() -> set[str]:
    """The names of events in the modules that log: texts of the families that loggers are given."""
    sources = [path.read_text("utf-8") for path in (REPOSITORY / "bot").rglob("*.py")]
    logging = [source for source in sources if "logger." in source]
    families = {name for source in logging for name in LOGGED.findall(source)}
    texts = {
        node.value
        for source in logging
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if EVENT.fullmatch(text) and text.split(".")[0] in families}


def test_every_event_of_the_log_is_explained_and_no_other() -> None:
    explained = re.findall(r"^\| `([a-z_.]+)` \|", read("log-events.md"), re.MULTILINE)
    assert explained == sorted(events())


def test_every_decision_is_listed_and_says_when_to_revisit_it() -> None:
    architecture = read("architecture.md")
    decisions = sorted((DOCS / "adr").glob("*.md"))
    numbers = [int(path.name[:4]) for path in decisions]
    assert numbers == list(range(1, len(decisions) + 1))
    for path in decisions:
        assert f"(adr/{path.name})" in architecture
        headings = re.findall(r"^## (.*)$", path.read_text("utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences", "Revisit when"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith(("https://", "#")):
            assert (page.parent / target.partition("#")[0]).exists(), target


def test_every_target_of_make_is_explained_to_contributors() -> None:
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)) - {"help", "demo"}
    contributing = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
    assert set(re.findall(r"\| `make (\w+)` \|", contributing)) == targets


PATH = re.compile(r"`((?:\.?\w+/)[\w./-]*|\w+\.(?:py|md|toml|txt))`")
"""What a document names as a path from the repository's root: it has a slash, or a usual ending."""


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_every_path_that_is_named_exists(name: str) -> None:
    named = PATH.findall((REPOSITORY / name).read_text("utf-8"))
    assert len(named) > 3
    assert [path for path in named if not (REPOSITORY / path).exists()] == []


def mapped() -> list[str]:
    """The modules and packages that the map in architecture.md names, from the root."""
    block = re.search(
        r"^```\n(digests/ .*?)^```", read("architecture.md"), re.MULTILINE | re.DOTALL
    )
    assert block is not None
    paths, top = [], ""
    for line in block[1].splitlines():
        names = re.split(r"\s{2,}", line.strip())[0].split()
        if not line.startswith(" "):
            top = names[0]
            continue
        paths += [top + name for name in names]
    return paths


def test_every_module_stands_in_the_map_once_and_no_other() -> None:
    """Of packages within `bot` the map names the package."""
    modules = [
        path.relative_to(REPOSITORY).as_posix()
        for top in ("digests", "bot")
        for path in (REPOSITORY / top).glob("*.py")
        if path.name != "__init__.py"
    ]
    packages = [
        f"{path.parent.relative_to(REPOSITORY).as_posix()}/"
        for path in (REPOSITORY / "bot").glob("*/__init__.py")
    ]
    assert sorted(mapped()) == sorted([*modules, *packages])


def test_versions_are_pinned_by_name_and_nothing_else() -> None:
    lines = (REPOSITORY / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert pins == sorted(pins, key=str.lower)
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9a-z.]+", pin) for pin in pins)


def test_the_pins_cover_what_the_project_names() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    named = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
    ]
    pins = (REPOSITORY / "constraints.txt").read_text("utf-8")
    pinned = {_package(line) for line in pins.splitlines()}
    assert {_package(requirement) for requirement in named} <= pinned


def _package(requirement: str) -> str:
    """The name of a package as it is compared (https://packaging.python.org/specifications/)."""
    return re.split(r"[\[=<>]", requirement)[0].lower().replace("_", "-")
