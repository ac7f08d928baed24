"""README.md is true: what it shows is what the commands print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bot.cli import app
from digests.article import Article
from digests.parsing import parse
from tests.docs.outputs import README, commands, comparable, renewed

if TYPE_CHECKING:
    from pathlib import Path

TEXT = README.read_text("utf-8")


@pytest.mark.timeout(300)
def test_the_outputs_shown_are_those_of_the_commands(tmp_path: Path) -> None:
    """If this fails because an output was meant to change: make outputs."""
    assert comparable(renewed(TEXT, tmp_path)) == comparable(TEXT)


def test_the_main_commands_are_shown_with_their_output() -> None:
    assert {command.split()[0] for command in commands(TEXT)} == {"demo", "check", "preview"}


def test_every_command_of_the_program_is_listed_and_no_other() -> None:
    listed = re.findall(r"^\| `digest-bot (\w+)", TEXT, re.MULTILINE)
    there = [command.callback for command in app.registered_commands]
    assert listed == [function.__name__ for function in there if function is not None]


def test_the_article_shown_is_one() -> None:
    (text,) = re.findall(r"```markdown\n(.*?)```", TEXT, re.DOTALL)
    article = parse("ai", "lamp.md", text.encode())
    assert isinstance(article, Article), article
    assert (article.title, article.outlet.name) == ("Lamp Learns to Read", "Example Wire")


def test_it_says_how_the_tests_are_run() -> None:
    assert "$ make test\n" in TEXT


def test_outputs_fit_into_80_columns_except_json() -> None:
    for kind, block in re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL):
        if kind != "json":
            assert max(map(len, block.splitlines())) <= 80
