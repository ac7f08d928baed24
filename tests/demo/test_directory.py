"""The demo's directory is one that people put files into: the bot's own reader looks at them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.demo.compose import compose_article
from bot.demo.directory import Directory
from bot.demo.inventions import invent
from bot.sandbox.page.panel import ActionError
from bot.watch.files import read_article
from digests.article import Article

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

ODD_FILES = {
    "open-quote.md": b'---\ntitle: "never closed\npublishedDateTime: 2026-03-02T10:00:00Z\n---\n',
    "latin-1.md": "---\ntitle: Café\n---\n".encode("latin-1"),
    "bomb.md": b"---\ntitle: &a [*a, *a]\n---\n",
    "deep.md": b"---\ntitle: " + b"[" * 100_000 + b"\n---\n",
    "no-matter.md": b"# A note to myself\n",
    "empty.md": b"",
    "too-large.md": b"---\ntitle: A\n---\n" + b"x" * 300_000,
}


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    """A directory in which one article stands, titled "Good News"."""
    put(tmp_path, "good.md", compose_article("Good News", "AI", 50, NOON))
    return Directory(tmp_path)


def put(folder: Path, path: str, content: str | bytes) -> None:
    data = content.encode() if isinstance(content, str) else content
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_bytes(data)


def titles(directory: Directory) -> list[str]:
    return [article.title for article in directory.look().articles]


def article(folder: Path, path: str) -> Article:
    """What the bot reads in a file."""
    found = read_article("demo", folder, path)
    assert isinstance(found, Article)
    return found


@pytest.mark.parametrize("name", ODD_FILES)
def test_a_file_that_the_bot_cannot_use_is_left_out_and_told(
    directory: Directory, tmp_path: Path, name: str
) -> None:
    put(tmp_path, name, ODD_FILES[name])
    assert titles(directory) == ["Good News"]
    assert directory.look().left_out == (name,)


def test_what_is_no_file_is_left_out_too(directory: Directory, tmp_path: Path) -> None:
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.md")
    assert titles(directory) == ["Good News"]
    assert directory.look().left_out == ("gone.md", "pipe.md")


def test_a_file_that_was_corrected_is_there(directory: Directory, tmp_path: Path) -> None:
    put(tmp_path, "odd.md", ODD_FILES["open-quote.md"])
    directory.look()
    put(tmp_path, "odd.md", compose_article("Corrected", "AI", 50, NOON))
    assert sorted(titles(directory)) == ["Corrected", "Good News"]
    assert directory.look().left_out == ()


def test_articles_in_folders_are_there_since_the_bot_reads_them(
    directory: Directory, tmp_path: Path
) -> None:
    put(tmp_path, "inner/more.md", compose_article("More", "AI", 50, NOON))
    assert directory.heat("inner/more.md", 90) == 50
    assert article(tmp_path, "inner/more.md").heat == 90


def test_a_directory_that_is_gone_holds_nothing_and_takes_nothing(tmp_path: Path) -> None:
    directory = Directory(tmp_path / "gone")
    assert titles(directory) == []
    with pytest.raises(ActionError, match=r"cannot be written \(No such file"):
        directory.add(invent(0), 50, NOON)


@pytest.mark.parametrize("name", [*ODD_FILES, "never-was.md", "../outside.md"])
def test_a_file_that_cannot_be_used_any_more_is_not_changed(
    directory: Directory, tmp_path: Path, name: str
) -> None:
    if name in ODD_FILES:
        put(tmp_path, name, ODD_FILES[name])
    for change in (directory.withdraw, lambda path: directory.heat(path, 7)):
        with pytest.raises(ActionError, match="choose another article"):
            change(name)
    if name in ODD_FILES:
        assert (tmp_path / name).read_bytes() == ODD_FILES[name]


HAND_WRITTEN = {
    "without heat": "",
    "with a comment": "heat: 5 # tepid\n",
    "with a text": 'heat: "5"\n',
    "in capitals": "heat: 5\npublished: True\n",
}


def hand_written(lines: str) -> str:
    """A file whose text says a heat as well, and whose front matter has these lines."""
    known = "title: A\nwebUrl: https://desk.example/a\npublishedDateTime: 2026-03-02T10:00:00Z\n"
    return f"---\n{known}{lines}---\nheat: 3\n"


@pytest.mark.parametrize("kind", HAND_WRITTEN)
@pytest.mark.parametrize("system", ["Unix", "Windows"])
def test_an_article_written_by_hand_is_changed_as_the_bot_reads_it(
    directory: Directory, tmp_path: Path, kind: str, system: str
) -> None:
    text = hand_written(HAND_WRITTEN[kind])
    put(tmp_path, "hand.md", text if system == "Unix" else "\ufeff" + text.replace("\n", "\r\n"))
    before = article(tmp_path, "hand.md")
    assert directory.heat("hand.md", 120) == before.heat
    assert directory.withdraw("hand.md") == "A"
    after = article(tmp_path, "hand.md")
    assert (after.title, after.heat, after.published) == ("A", 120, False)


def test_one_that_says_it_in_a_way_of_its_own_is_left_as_it_is(
    directory: Directory, tmp_path: Path
) -> None:
    text = hand_written('"heat": 5\n')
    put(tmp_path, "hand.md", text)
    with pytest.raises(
        ActionError, match=r'The file "hand\.md" says its `heat` in a way of its own'
    ):
        directory.heat("hand.md", 120)
    assert (tmp_path / "hand.md").read_text("utf-8") == text


def test_only_what_changed_is_read_again(directory: Directory, tmp_path: Path) -> None:
    put(tmp_path, "other.md", compose_article("Other", "AI", 50, NOON))
    first = {one.path: one for one in directory.look().articles}
    put(tmp_path, "other.md", compose_article("Another", "AI", 50, NOON))
    second = {one.path: one for one in directory.look().articles}
    assert second["good.md"] is first["good.md"]
    assert second["other.md"].title == "Another"
