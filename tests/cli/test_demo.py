"""`digest-bot demo`: the real bot at work, without a token, leaving nothing behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import all_over, run, run_and_leave, started, write_article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READY = "Ctrl-C ends the demo"


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """Fifteen articles of the last hour, each with another heat."""
    now = datetime.now(UTC)
    for number in range(15):
        topic = ("Computer Vision", "AI in Robotics", "AI Ethics")[number % 3]
        title = f"Story {'ABCDEFGHIJKLMNO'[number]} of {('lamps', 'kettles', 'robots')[number % 3]}"
        write_article(tmp_path / "fresh", title, 20 + 7 * number % 100, now, topic=topic)
    return tmp_path / "fresh"


def test_once_shows_a_digest_and_an_answer_and_ends(tmp_path: Path) -> None:
    done = run("demo", "--once", cwd=tmp_path, TMPDIR=str(tmp_path))
    assert done.returncode == 0
    digest, answer = sections(done.stdout)
    assert "Today in AI" in digest
    assert "🔥 Hottest stories" in answer
    assert "A Discord on this machine: http://127.0.0.1:" in done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert list(tmp_path.iterdir()) == []


def test_the_answer_has_the_ranking_of_a_preview(fresh: Path, tmp_path: Path) -> None:
    done = run("demo", "--once", "--articles", fresh, cwd=tmp_path, TMPDIR=str(tmp_path))
    soon = datetime.now(UTC) + timedelta(hours=1)
    asked = ("--articles", fresh, "--at", soon.isoformat(), "--limit", 12, "--format", "json")
    ranked = json.loads(run("preview", *asked, cwd=tmp_path).stdout)["stories"]
    digest, answer = sections(done.stdout)
    numbered = re.findall(r"▌ +(\d+)\. (Story . of \w+)", answer)
    assert numbered == [(str(story["rank"]), story["title"]) for story in ranked[: len(numbered)]]
    assert len(numbered) == 5
    assert set(re.findall(r"▌ (Story . of \w+)", digest)) == {story["title"] for story in ranked}


def test_old_articles_give_a_note_instead_of_silence(tmp_path: Path) -> None:
    write_article(tmp_path / "old", "Old News", 90, datetime(2020, 1, 1, tzinfo=UTC))
    done = run("demo", "--once", "--articles", tmp_path / "old", cwd=tmp_path)
    assert done.returncode == 0
    assert "Nothing new" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_on_a_signal_and_leaves_nothing_behind(tmp_path: Path, number: int) -> None:
    with started("demo", "--no-browser", cwd=tmp_path, TMPDIR=str(tmp_path)) as demo:
        demo.wait_for(READY)
        assert list(tmp_path.iterdir())
        family = demo.family()
        assert demo.stop(number) == 0
        assert all_over(family)
    assert "Traceback" not in demo.err
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_reaches_every_process_and_is_no_reason_for_a_traceback(tmp_path: Path) -> None:
    """A terminal sends it to the whole group; and people press it more than once."""
    with started("demo", cwd=tmp_path, TMPDIR=str(tmp_path)) as demo:
        demo.wait_for(READY)
        for _ in range(5):
            os.killpg(demo.process.pid, signal.SIGINT)
        assert demo.wait() == 0
        assert "Traceback" not in demo.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("after", ["Starting a Discord", "Articles: "])
def test_ctrl_c_may_come_early_and_late(tmp_path: Path, after: str) -> None:
    with started("demo", cwd=tmp_path, TMPDIR=str(tmp_path)) as demo:
        demo.wait_for(after)
        assert demo.stop(signal.SIGINT) == 0
        assert "Traceback" not in demo.err
    assert list(tmp_path.iterdir()) == []


def test_the_address_is_the_last_thing_said_and_no_digest_scrolls_it_away(tmp_path: Path) -> None:
    with started("demo", "--no-browser", cwd=tmp_path, TMPDIR=str(tmp_path)) as demo:
        demo.wait_for(READY)
        address, ending = demo.out.splitlines()
        assert re.fullmatch(r"The demo's page: http://127\.0\.0\.1:\d+/", address)
        assert ending.startswith(READY)
        assert demo.stop() == 0
        assert len(demo.out.splitlines()) == 2
        assert len(demo.err.splitlines()) == 2


def test_a_port_that_is_taken_means_the_next_one(tmp_path: Path) -> None:
    with taken_port() as port:
        done = run("demo", "--once", "--port", port, cwd=tmp_path)
    assert done.returncode == 0
    assert f"Port {port} is taken, so this is port " in done.stderr


def test_a_reader_that_leaves_early_is_no_reason_for_a_traceback(tmp_path: Path) -> None:
    status, err = run_and_leave("demo", cwd=tmp_path, TMPDIR=str(tmp_path))
    assert status == 1
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_is_there_again_and_is_not_posted_again(tmp_path: Path) -> None:
    asked = ("demo", "--once", "--keep", tmp_path / "kept")
    first, second = (run(*asked, cwd=tmp_path) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0)
    assert ageless(sections(second.stdout)[0]) == ageless(sections(first.stdout)[0])


def test_two_demos_cannot_have_one_directory(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with started("demo", "--no-browser", "--keep", kept, cwd=tmp_path) as demo:
        demo.wait_for(f"everything stays in {kept}")
        done = run("demo", "--once", "--keep", kept, cwd=tmp_path)
        assert done.returncode == 2
        assert "Another sandbox works with it" in done.stderr
        assert "Traceback" not in done.stderr
        assert demo.stop() == 0


def ageless(text: str) -> str:
    """The words alone: a story is a minute or an hour older as soon as the clock says so."""
    words = " ".join(text.replace("▌", " ").split())
    return re.sub(r"\b\d+ (?:second|minute|hour|day)s? ago\b", "AGO", words)


def sections(text: str) -> list[str]:
    """What was printed below each line with a heading."""
    return re.split(r"(?m)^── .*$", text)[1:]


@contextmanager
def taken_port() -> Iterator[int]:
    """A port of this machine on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
