"""`digest-bot check`: what is wrong, where, and an exit status that scripts can use."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import CORPUS, REPOSITORY, run, run_and_leave

if TYPE_CHECKING:
    from pathlib import Path

GOOD = '[[feeds]]\nname = "ai"\ndirectory = "articles"\n'

BAD = """\
[[feeds]]
name = "ai"
direktory = "articles"

[logging]
level = "loud"

[[subscriptions]]
channel = 1
cron = "every day"
"""


def test_good_articles_are_counted(articles: Path, tmp_path: Path) -> None:
    done = run("check", "--articles", articles, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "3 articles: 3 fine, 0 rejected.\n"


def test_a_broken_article_is_named_with_its_line(broken: Path, tmp_path: Path) -> None:
    done = run("check", "--articles", broken.parent, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith(f"{broken}: line ")
    assert done.stdout.endswith("4 articles: 3 fine, 1 rejected.\n")


def test_programs_are_given_the_problems_as_json(broken: Path, tmp_path: Path) -> None:
    done = run("check", "--articles", broken.parent, "--format", "json", cwd=tmp_path)
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert set(report) == {"articles", "ok", "rejected", "config", "warnings"}
    assert (report["articles"], report["ok"], report["config"]) == (4, 3, [])
    (rejected,) = report["rejected"]
    assert rejected["path"] == broken.name
    assert all(isinstance(problem, str) for problem in rejected["problems"])


def test_the_configured_feeds_are_looked_at(articles: Path, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(GOOD)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert run("check", cwd=tmp_path).stdout == "3 articles: 3 fine, 0 rejected.\n"
    assert run("check", "-c", "../config.toml", cwd=elsewhere).returncode == 0


@pytest.mark.parametrize("arguments", [(), ("--format", "json")])
def test_every_problem_of_the_configuration_is_a_sentence_with_its_key(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(BAD)
    done = run("check", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    told = done.stderr.splitlines()
    for key in ("feeds[0].direktory", "logging.level", "subscriptions[0].cron"):
        assert any(re.match(rf"config\.toml, line \d+: {re.escape(key)}\b", line) for line in told)
    assert '"directory"' in done.stderr
    assert all(line.endswith((".", "?")) for line in told)
    if arguments:
        assert json.loads(done.stdout)["config"] == told


def test_articles_are_reported_even_if_the_configuration_is_broken(
    broken: Path, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(BAD)
    done = run("check", "-c", "config.toml", "--articles", broken.parent, cwd=tmp_path)
    assert done.returncode == 2
    assert "4 articles: 3 fine, 1 rejected." in done.stdout


def test_the_articles_of_feeds_that_are_fine_are_reported_though_the_rest_is_not(
    broken: Path, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(f'{BAD}[[feeds]]\nname = "b"\ndirectory = "articles"\n')
    done = run("check", cwd=tmp_path)
    assert done.returncode == 2
    assert "4 articles: 3 fine, 1 rejected." in done.stdout
    assert 'config.toml, line 3: feeds[0].direktory ("ai"): ' in done.stderr


def test_a_topic_that_no_article_has_is_a_warning_and_changes_no_status(
    articles: Path, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(
        f'{GOOD}[[subscriptions]]\nname = "morning"\nchannel = 1\ncron = "0 9 * * *"\n'
        'topics = ["AI", "ai in robotiks", "Gardening", "Google AI"]\n'
    )
    done = run("check", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == (
        'Subscription "morning": No article has the topic "ai in robotiks" yet; '
        'did you mean "AI in Robotics"?\n'
        'Subscription "morning": No article has the topic "Gardening" yet.\n'
    )
    for path in articles.glob("*.md"):
        path.unlink()
    assert run("check", cwd=tmp_path).stderr == "", "nothing is known of topics without articles"


def test_a_key_without_effect_is_a_warning_and_changes_no_status(
    articles: Path, tmp_path: Path
) -> None:
    assert articles.is_dir()
    (tmp_path / "config.toml").write_text(
        f'{GOOD}[[subscriptions]]\nmode = "alerts"\nchannel = 1\ncron = "0 9 * * *"\n'
    )
    done = run("check", "--format", "json", cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["warnings"] == done.stderr.splitlines()
    assert done.stderr.startswith("config.toml, line 7: subscriptions[0].cron: This has no effect")


def test_a_configuration_that_was_named_and_is_not_there_is_looked_for(tmp_path: Path) -> None:
    done = run("check", "-c", "nope.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "nope.toml: There is no such file; look for a slip in its path.\n"


def test_a_missing_directory_is_a_problem_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(GOOD)
    done = run("check", cwd=tmp_path)
    assert done.returncode == 2
    assert '"ai" cannot be read' in done.stderr


@pytest.mark.parametrize(
    ("path", "reason"),
    [("articles", "it is not a file"), ("nowhere/bot.sqlite3", "its directory is missing")],
)
def test_a_database_that_cannot_be_there_is_a_problem_of_the_configuration(
    path: str, reason: str, articles: Path, tmp_path: Path
) -> None:
    assert articles.is_dir()
    (tmp_path / "config.toml").write_text(f'{GOOD}[database]\npath = "{path}"\n')
    done = run("check", "--format", "json", cwd=tmp_path)
    assert done.returncode == 2
    (told,) = json.loads(done.stdout)["config"]
    assert told.startswith(f"The database {tmp_path / path} is out of reach ({reason})")
    assert run("run", cwd=tmp_path, DISCORD_TOKEN="a.b.c").stderr.splitlines()[-1] == told


def test_without_a_configuration_it_says_how_to_make_one(tmp_path: Path) -> None:
    done = run("check", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "cp config.example.toml config.toml" in done.stderr


def test_the_name_of_a_file_cannot_speak_to_the_terminal(articles: Path, tmp_path: Path) -> None:
    (articles / "\x1b]0;owned\x07.md").write_text("no front matter")
    done = run("check", "--articles", articles, cwd=tmp_path)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert "owned" in done.stdout


def test_a_reader_that_leaves_early_is_no_reason_for_a_traceback(
    articles: Path, tmp_path: Path
) -> None:
    assert run_and_leave("check", "--articles", articles, cwd=tmp_path) == (1, "")


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the real articles are not beside the repository")
def test_every_real_article_is_accepted(tmp_path: Path) -> None:
    done = run("check", "--articles", CORPUS, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout == "96 articles: 96 fine, 0 rejected.\n"


def test_the_example_configuration_is_fine(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    example = (REPOSITORY / "config.example.toml").read_text("utf-8")
    (tmp_path / "config.toml").write_text(example, encoding="utf-8")
    done = run("check", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
