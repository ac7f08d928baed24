"""The example and the reference of the configuration say all, and what they say is true."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.config import Config, Feed, load, parse
from tests.config.tables import all_keys, is_default, needed_keys

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"
REFERENCE = ROOT / "docs" / "configuration.md"
OFF = re.compile(r"^#(?=\[|[a-z_]+ = )", re.MULTILINE)


class Said(NamedTuple):
    """What a document says of a key; `default` is TOML, None for a key that is needed."""

    table: str
    key: str
    default: str | None


def in_example() -> Iterator[Said]:
    """Read the keys of the example, those that are commented out as well."""
    table = ""
    for line in OFF.sub("", EXAMPLE.read_text("utf-8")).splitlines():
        if header := re.fullmatch(r"\[+(\w+)\]+", line):
            table = header[1]
        elif key := re.fullmatch(r"(\w+) = (.*?)(\s+# needed.*)?", line):
            yield Said(table, key[1], None if key[3] else key[2])


def in_reference() -> Iterator[Said]:
    """Read the rows of the reference's tables."""
    table = ""
    for line in REFERENCE.read_text("utf-8").splitlines():
        if header := re.fullmatch(r"## `\[+(\w+)\]+`", line):
            table = header[1]
        elif row := re.fullmatch(r"\| `(\w+)` \| .+? \| (?:`(.*?)`|needed) \| .+ \|", line):
            yield Said(table, row[1], row[2])


DOCUMENTS = pytest.mark.parametrize(
    "said", [list(in_example()), list(in_reference())], ids=["example", "reference"]
)


@DOCUMENTS
def test_every_key_is_described_once(said: list[Said]) -> None:
    """Who reads the document sees every key that there is, and none that is not."""
    described = [(each.table, each.key) for each in said]
    assert sorted(described) == sorted(all_keys())


@DOCUMENTS
def test_keys_without_a_default_are_called_needed(said: list[Said]) -> None:
    """What must be written is marked as such, and nothing else is."""
    assert {(each.table, each.key) for each in said if each.default is None} == needed_keys()


@DOCUMENTS
def test_defaults_are_the_true_ones(said: list[Said]) -> None:
    """To write a key with its documented default changes nothing."""
    wrong = [
        (table, key)
        for table, key, default in said
        if default is not None and not is_default(table, key, default)
    ]
    assert not wrong


def test_a_default_that_is_not_true_would_be_noticed() -> None:
    """The check of defaults can fail."""
    assert not is_default("subscriptions", "max_stories", "11")
    assert is_default("subscriptions", "max_stories", "10")


def test_the_example_is_a_configuration_as_it_stands(tmp_path: Path) -> None:
    """A copy of the example works without an edit, and posts nowhere yet."""
    copy = tmp_path / "config.toml"
    copy.write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    config = load(copy)
    assert config.feeds == (Feed(name="ai", directory=tmp_path / "articles"),)
    assert config.subscriptions == ()
    assert config.topics == ()


def test_the_example_is_a_configuration_with_every_line_switched_on(tmp_path: Path) -> None:
    """No line of the example breaks it when its # is taken away."""
    config = parse(OFF.sub("", EXAMPLE.read_text("utf-8")), base=tmp_path)
    assert [each.name for each in config.subscriptions] == ["digest"]
    assert [each.name for each in config.topics] == ["Robotics"]


def test_a_configuration_made_in_code_has_the_defaults_of_the_file() -> None:
    """The demo, which has no file, runs with the same defaults."""
    feeds = (Feed(name="ai", directory=Path("/articles")),)
    in_code = Config(feeds)
    in_file = parse('[[feeds]]\nname = "ai"\ndirectory = "/articles"', base=Path("/"))
    assert in_file.discord == in_code.discord
    assert in_file.health == in_code.health
    assert in_file.logging == in_code.logging
    assert in_file.database.path == Path("/") / in_code.database.path
    assert in_file.feeds == in_code.feeds


def test_the_interface_that_others_rely_on_is_a_configuration(tmp_path: Path) -> None:
    """The published sample of all keys is read without a problem."""
    interface = ROOT.parent / "shared" / "INTERFACE.md"
    if not interface.exists():
        pytest.skip("the interface's text is not beside this checkout")
    (block,) = re.findall(r"```toml\n(.*?)```", interface.read_text("utf-8"), re.DOTALL)
    config = parse(block, base=tmp_path)
    assert config.subscriptions[0].name == "morning"
    assert set(re.findall(r"^(\w+) = ", block, re.MULTILINE)) <= {key for _, key in all_keys()}
