"""`digest-bot preview`: what a digest would hold, from the directory alone."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.commands import run, run_and_leave, write_article
from tests.cli.conftest import NOON

if TYPE_CHECKING:
    from pathlib import Path

AT = ("--at", NOON.isoformat())

HOTTEST_FIRST = ["Lamp Learns to Read", "Kettle Learns to Listen", "Robot Sorts Socks"]


def stories(articles: Path, *arguments: object) -> list[dict[str, Any]]:
    """The stories of a preview at NOON, as a program is told them."""
    done = run("preview", *AT, "--articles", articles, "--format", "json", *arguments, cwd=articles)
    assert (done.returncode, done.stderr) == (0, "")
    found: list[dict[str, Any]] = json.loads(done.stdout)["stories"]
    return found


def titles(articles: Path, *arguments: object) -> list[str]:
    return [story["title"] for story in stories(articles, *arguments)]


def test_people_see_the_digest_as_a_channel_would_show_it(articles: Path, tmp_path: Path) -> None:
    done = run("preview", *AT, "--articles", articles, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(title in done.stdout for title in HOTTEST_FIRST)
    assert "2 Mar 2026 12:00 UTC" in done.stdout
    assert "🔥 90 · 1 hour ago" in done.stdout


@pytest.mark.parametrize(("columns", "widest"), [("80", 80), ("50", 50), ("10", 40), ("300", 100)])
def test_text_is_as_wide_as_the_terminal_within_reason(
    articles: Path, tmp_path: Path, columns: str, widest: int
) -> None:
    done = run("preview", *AT, "--articles", articles, cwd=tmp_path, COLUMNS=columns)
    assert max(map(len, done.stdout.splitlines())) <= widest


def test_programs_are_told_the_stories_and_the_exact_messages(
    articles: Path, tmp_path: Path
) -> None:
    done = run("preview", *AT, "--articles", articles, "--format", "json", cwd=tmp_path)
    shown = json.loads(done.stdout)
    assert list(shown) == ["fire_at", "since", "topics", "stories", "messages"]
    assert shown["fire_at"] == "2026-03-02T12:00:00+00:00"
    assert shown["since"] == "2026-03-01T00:00:00+00:00"
    assert shown["topics"] == []
    assert shown["stories"][0] == {
        "rank": 1,
        "feed": "articles",
        "path": "2026-03-02-lamp-learns-to-read.md",
        "title": "Lamp Learns to Read",
        "url": "https://demo-desk.example/lamp-learns-to-read",
        "outlet": "Demo Desk",
        "heat": 90,
        "quality": 40,
        "coverage": 1,
        "topics": ["Computer Vision", "AI"],
        "published_at": "2026-03-02T11:00:00+00:00",
    }
    (message,) = shown["messages"]
    assert set(message) <= {"content", "embeds", "components"}
    assert "Lamp Learns to Read" in json.dumps(message["embeds"])


def test_the_hottest_story_stands_first(articles: Path) -> None:
    assert titles(articles) == HOTTEST_FIRST


def test_another_order_may_be_asked_for(articles: Path) -> None:
    assert titles(articles, "--sort", "quality")[0] == "Kettle Learns to Listen"
    write_article(articles, "Hot Off the Press", 20, NOON.replace(minute=30))
    assert titles(articles, "--sort", "newest", "--at", "2026-03-02T13:00")[0] == (
        "Hot Off the Press"
    )


def test_a_topic_narrows_it_and_a_parent_takes_its_children_along(articles: Path) -> None:
    assert titles(articles, "--topic", "ai in robotics") == ["Robot Sorts Socks"]
    assert titles(articles, "--topic", "AI") == HOTTEST_FIRST
    both = ("--topic", "AI in Robotics", "--topic", "Computer Vision")
    assert titles(articles, *both) == HOTTEST_FIRST


def test_a_topic_that_is_named_twice_is_told_once(articles: Path, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        f'[[feeds]]\nname = "ai"\ndirectory = "{articles}"\n'
        '[[topics]]\nname = "Computer Vision"\naliases = ["Eyes"]\n'
    )
    named = [f"--topic={name}" for name in ("AI", "ai", "Eyes", "Computer Vision")]
    done = run("preview", *AT, *named, "--format", "json", cwd=tmp_path)
    assert json.loads(done.stdout)["topics"] == ["AI", "Computer Vision"]


def test_limit_and_heat_leave_stories_out(articles: Path) -> None:
    assert titles(articles, "--limit", 1) == HOTTEST_FIRST[:1]
    assert titles(articles, "--min-heat", 70) == HOTTEST_FIRST[:2]


def test_it_looks_back_as_far_as_it_is_told_and_never_ahead(articles: Path) -> None:
    write_article(articles, "Three Days Old", 99, NOON.replace(day=1))
    assert "Three Days Old" in titles(articles, "--lookback", "2d")
    assert "Three Days Old" not in titles(articles, "--lookback", "90m")
    assert titles(articles, "--at", "2026-03-02T10:59+00:00", "--lookback", "2h") == []


def test_a_moment_may_be_written_with_any_offset(articles: Path) -> None:
    assert titles(articles, "--at", "2026-03-02T17:30+05:30", "--lookback", "2h") == HOTTEST_FIRST


def test_the_feeds_topics_and_names_come_from_the_configuration(
    articles: Path, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(
        f'[[feeds]]\nname = "ai"\ndirectory = "{articles}"\n'
        '[[topics]]\nname = "Computer Vision"\naliases = ["Eyes"]\n'
    )
    done = run("preview", *AT, "--topic", "eyes", "--format", "json", cwd=tmp_path)
    shown = json.loads(done.stdout)
    assert shown["topics"] == ["Computer Vision"]
    assert [story["feed"] for story in shown["stories"]] == ["ai", "ai"]


SUBSCRIPTIONS = """
[[subscriptions]]
name = "Robots"
channel = 1
topics = ["AI in Robotics", "Gardening"]
cron = "0 8 * * *"
timezone = "Europe/Berlin"
layout = "cards"
role = 77
[[subscriptions]]
name = "alerts"
mode = "alerts"
channel = 1
"""


@pytest.fixture
def configured(articles: Path, tmp_path: Path) -> Path:
    """A directory with a configuration that has a digest and alerts."""
    feed = f'[[feeds]]\nname = "ai"\ndirectory = "{articles}"\n'
    (tmp_path / "config.toml").write_text(feed + SUBSCRIPTIONS)
    return tmp_path


def test_a_subscription_is_previewed_as_it_is_configured(configured: Path) -> None:
    command = ("preview", "--subscription", "robots", "--format", "json")
    shown = json.loads(run(*command, *AT, cwd=configured).stdout)
    assert [story["title"] for story in shown["stories"]] == ["Robot Sorts Socks"]
    assert shown["topics"] == ["AI in Robotics", "Gardening"]
    assert shown["messages"][0]["content"].startswith("<@&77>\n")
    assert "Robots" in shown["messages"][0]["content"]
    due = json.loads(run(*command, "--at", "2026-03-02T08:00+01:00", cwd=configured).stdout)
    assert due["since"] == "2026-02-28T20:00:00+01:00", "the schedule's period and half a day"
    ahead = json.loads(run(*command, cwd=configured).stdout)
    moment = datetime.fromisoformat(ahead["fire_at"])
    assert moment > datetime.now(UTC)
    assert f"{moment:%H:%M}" == "08:00"


def test_a_subscription_is_found_however_its_name_is_written(configured: Path) -> None:
    """As in Discord and in the configuration: case and white space do not count."""
    config = configured / "config.toml"
    config.write_text(config.read_text().replace('"Robots"', '"Robots at work"'))
    command = ("preview", "--subscription", " robots  AT\twork ", "--format", "json")
    shown = json.loads(run(*command, *AT, cwd=configured).stdout)
    assert [story["title"] for story in shown["stories"]] == ["Robot Sorts Socks"]


EARLY = ("--at", "2026-03-02T10:00", "--lookback", "2h")
"""When nothing was new."""

SILENCE = "Nothing is new: the bot would stay silent."


@pytest.mark.parametrize("asked", [(), ("--subscription", "Robots")])
def test_where_the_bot_would_stay_silent_no_message_is_shown(
    configured: Path, asked: tuple[str, ...]
) -> None:
    command = ("preview", *EARLY, *asked)
    shown = json.loads(run(*command, "--format", "json", cwd=configured).stdout)
    assert (shown["stories"], shown["messages"]) == ([], [])
    assert run(*command, cwd=configured).stdout == f"{SILENCE}\n"
    page = run(*command, "--format", "html", cwd=configured).stdout
    assert SILENCE in page
    assert "Nothing new this time" not in page
    assert "picture" not in page.partition("<body>")[2]


def test_a_note_that_was_asked_for_is_shown(configured: Path) -> None:
    config = configured / "config.toml"
    config.write_text(config.read_text().replace("role = 77", 'when_empty = "note"'))
    command = ("preview", *EARLY, "--subscription", "Robots")
    shown = json.loads(run(*command, "--format", "json", cwd=configured).stdout)
    assert [message["embeds"][0]["description"] for message in shown["messages"]] == [
        "Nothing new this time. The next digest comes as scheduled."
    ]
    assert "Nothing new this time." in run(*command, cwd=configured).stdout


def test_the_layout_and_whatever_else_is_given_changes_what_is_previewed(configured: Path) -> None:
    """A card for each story has an embed of its own, a list one for each topic."""
    command = ("preview", *AT, "--format", "json")
    cards = json.loads(run(*command, "--layout", "cards", cwd=configured).stdout)
    assert len(cards["messages"][0]["embeds"]) == 3
    other = run(*command, "--subscription", "Robots", "--topic", "AI", "--limit", 2, cwd=configured)
    shown = json.loads(other.stdout)
    assert [story["rank"] for story in shown["stories"]] == [1, 2]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("alerts", '"alerts" posts alerts as stories arrive: there is no digest to preview'),
        ("x", '--subscription: The configuration has none named "x"; there is "Robots", "alerts".'),
    ],
)
def test_a_subscription_without_a_digest_is_one_sentence(
    configured: Path, name: str, sentence: str
) -> None:
    done = run("preview", "--subscription", name, cwd=configured)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)


def test_nothing_but_the_directory_is_touched(articles: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    run("preview", "--articles", articles, cwd=tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


def test_files_that_cannot_be_used_are_mentioned_beside_the_result(
    broken: Path, tmp_path: Path
) -> None:
    done = run("preview", "--articles", broken.parent, "--format", "json", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == "1 file could not be used: digest-bot check tells why.\n"
    json.loads(done.stdout)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--at", "noon"), '--at: "noon" is no moment; write it like 2026-03-02T09:00+01:00.'),
        (("--at", "0001-01-01"), "is out of range; write a year from 1970 to 9998."),
        (("--at", "9999-12-31T23:59:59-12:00"), "is out of range"),
        (("--lookback", "soon"), '--lookback: "soon" is no length of time'),
        (("--topic", "Gardening"), 'no topic "Gardening"; neither an article nor the configura'),
        (("--topic", "robotik"), 'no topic "robotik"; the most like it is "AI in Robotics".'),
        (("--format", "xml"), "'--format': 'xml' is not one of 'text', 'json', 'html'."),
        (("--sort", "hottest"), "'--sort': 'hottest' is not one of"),
        (("--layout", "x"), "'--layout': 'x' is not one of 'list', 'cards'."),
        (("--articles", ""), "'--articles': The name of the directory is empty."),
        (("--articles", "articles/2026-03-02-lamp-learns-to-read.md"), "is no directory."),
        (("--limit", "0"), "Invalid value for '--limit'"),
        (("--articles", "nowhere"), "'nowhere' does not exist"),
        (("--config", "other.toml"), "other.toml: There is no such file"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_wrong_usage(
    articles: Path, tmp_path: Path, arguments: tuple[str, str], sentence: str
) -> None:
    done = run("preview", "--articles", articles, *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_json_stays_json_where_stdout_has_other_letters(articles: Path, tmp_path: Path) -> None:
    write_article(articles, "Schlüssel lernt 日本語 🔑", 99, NOON)
    asked = ("preview", *AT, "--articles", articles)
    done = run(*asked, "--format", "json", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert json.loads(done.stdout)["stories"][0]["title"] == "Schlüssel lernt 日本語 🔑"
    done = run(*asked, cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_leaves_early_is_no_reason_for_a_traceback(
    articles: Path, tmp_path: Path
) -> None:
    assert run_and_leave("preview", "--articles", articles, cwd=tmp_path) == (1, "")


def test_a_browser_gets_one_page_that_needs_nothing_else(articles: Path, tmp_path: Path) -> None:
    done = run("preview", *AT, "--articles", articles, "--format", "html", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    page = done.stdout
    assert page.startswith("<!doctype html>")
    assert all(title in page for title in HOTTEST_FIRST)
    assert "<script" not in page
    assert "<link" not in page
    assert "Monday, 02 March 2026 at 12:00 UTC" in page
    assert len(re.findall(r"Preview</h\d>", page)) == 1  # the message's own heading
    assert "buttons and menus work in Discord only" in page
    assert 'datetime="2026-03-02T12:00:00+00:00"' in page


def test_a_page_fetches_pictures_only_if_it_is_told_to(articles: Path, tmp_path: Path) -> None:
    picture = "https://cdn.outlet.org/lamp.jpg"
    write_article(articles, "Lamp With a View", 99, NOON, picture=picture)
    asked = ("preview", *AT, "--articles", articles, "--format", "html")
    assert f'src="{picture}"' not in run(*asked, cwd=tmp_path).stdout
    assert f'src="{picture}"' in run(*asked, "--pictures", cwd=tmp_path).stdout
