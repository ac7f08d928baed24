"""`digest-bot run`, `sandbox`, `invite` and `backup`, as an operator uses them together."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import time
import urllib.request
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.chat.client import PERMISSIONS
from tests.cli.commands import Running, all_over, run, run_and_leave, started, write_article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


STARTED = "feed.scanned"
"""What the log says once the bot has looked at its articles."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A sandbox in a process of its own, and a directory with a configuration that points there."""

    folder: Path
    api_url: str
    gateway_url: str
    channel: int
    token: str

    def configure(self, more: str = "", *, gateway_url: str | None = None) -> None:
        """Write config.toml: a digest each January, alerts, and what else is given."""
        (self.folder / "config.toml").write_text(
            '[[feeds]]\nname = "ai"\ndirectory = "articles"\n'
            f'[discord]\napi_url = "{self.api_url}"\ntoken_file = "token"\n'
            f'gateway_url = "{gateway_url or self.gateway_url}"\n'
            f'[[subscriptions]]\nmode = "alerts"\nchannel = {self.channel}\n'
            f'[[subscriptions]]\nname = "each January"\nchannel = {self.channel}\n'
            'cron = "0 9 1 1 *"\n'
            '[health]\nlisten = ""\n' + more
        )

    def messages(self) -> list[dict[str, Any]]:
        """What stands in the channel, newest first, as Discord's API tells it."""
        request = urllib.request.Request(  # noqa: S310 - the sandbox's own address
            f"{self.api_url}/channels/{self.channel}/messages",
            headers={"Authorization": f"Bot {self.token}"},
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - as above
            found: list[dict[str, Any]] = json.load(answer)
        return found


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`digest-bot sandbox`, which lives as long as these tests."""
    with started("sandbox", cwd=tmp_path_factory.mktemp("sandbox")) as running:
        running.wait_for("#general: channel = ")
        yield running


@pytest.fixture
def around(sandbox: Running, tmp_path: Path) -> Surroundings:
    """The sandbox and a configuration for it; there is one article, some hours old."""
    write_article(tmp_path / "articles", "Lamp Learns to Read", 90, datetime.now(UTC))
    address = sandbox.wait_for(r'api_url = "(.*)"\ngateway_url = "(.*)"')
    channel = sandbox.wait_for(r"#ai-news: channel = (\d+)")
    token = sandbox.wait_for(r"DISCORD_TOKEN=(\S+)")
    made = Surroundings(tmp_path, address[1], address[2], int(channel[1]), token[1])
    made.configure()
    return made


def sentences(err: str) -> list[str]:
    """What a command said on stderr besides its log, whose lines begin with the time."""
    return [line for line in err.splitlines() if not re.match(r"\d{4}-\d\d-\d\dT", line)]


@contextmanager
def bot(around: Surroundings) -> Iterator[Running]:
    """`digest-bot run`, once it has looked at its articles and logged in."""
    with started("run", cwd=around.folder, DISCORD_TOKEN=around.token) as running:
        running.wait_for(STARTED)
        running.wait_for("bot.started")
        yield running


def test_the_sandbox_says_how_to_reach_it_and_ends_on_a_signal(tmp_path: Path) -> None:
    with started("sandbox", "--guilds", 2, "--channels", 2, cwd=tmp_path) as sandbox:
        sandbox.wait_for(r"Robot Club #ai-alerts: channel = \d+")
        page = sandbox.wait_for(r"\nPage: (http://\S+)\n")[1]
        with urllib.request.urlopen(page, timeout=10) as shown:  # noqa: S310 - as above
            assert b"<title>" in shown.read()
        assert re.search(r"DISCORD_TOKEN=sandbox\.\S{32}\n", sandbox.out)
        assert sandbox.out.count("channel = ") == 4
        assert sandbox.stop(signal.SIGINT) == 0
        assert sandbox.err == ""


def test_the_sandbox_says_if_its_port_is_taken(sandbox: Running, tmp_path: Path) -> None:
    port = sandbox.wait_for(r":(\d+)/api")[1]
    done = run("sandbox", "--port", port, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"--port {port}: The sandbox cannot listen there (")
    assert len(done.stderr.splitlines()) == 1


def test_a_key_without_effect_is_logged_at_the_start(around: Surroundings) -> None:
    around.configure(
        f'[[subscriptions]]\nname = "loud"\nmode = "alerts"\nchannel = {around.channel}\n'
        'when_empty = "note"\n'
    )
    with bot(around) as running:
        logged = running.wait_for(r".*config\.doubtful.*")[0]
        assert 'subscriptions[2].when_empty ("loud"): This has no effect on alerts' in (
            logged.replace("\\", "")
        )
        assert running.stop() == 0


def test_a_story_that_arrives_is_posted_and_a_signal_ends_the_bot(around: Surroundings) -> None:
    with bot(around) as running:
        write_article(around.folder / "articles", "Toaster Sings", 80, datetime.now(UTC))
        running.wait_for("delivery.shown")
        assert "Toaster Sings" in json.dumps(around.messages()[0])
        assert running.stop(signal.SIGTERM) == 0
        assert running.out == ""
        assert "Traceback" not in running.err
        assert around.token not in running.err


def test_a_digest_that_came_due_while_the_bot_was_down_is_posted(around: Surroundings) -> None:
    with bot(around) as running:
        assert running.stop() == 0
    an_hour_ago = int((time.time() - 3600) * 1000)
    with closing(sqlite3.connect(around.folder / "digest-bot.sqlite3")) as connection, connection:
        connection.execute(
            "UPDATE subscriptions SET next_fire_at = ? WHERE next_fire_at IS NOT NULL",
            (an_hour_ago,),
        )
    with started("run", cwd=around.folder, DISCORD_TOKEN=around.token) as running:
        running.wait_for("run.composed")
        running.wait_for("delivery.shown")
        digest = around.messages()[0]
        assert "each January" in digest["content"]
        assert "Lamp Learns to Read" in json.dumps(digest["embeds"])
        assert running.stop() == 0


def test_ctrl_c_ends_the_bot_and_its_worker(around: Surroundings) -> None:
    for number in range(60):
        write_article(around.folder / "articles", f"Item {number * 7919}", 5, datetime.now(UTC))
    with bot(around) as running:
        family = running.family()
        assert running.stop(signal.SIGINT) == 0
        assert "Traceback" not in running.err
        assert all_over(family)


def test_it_stops_at_once_while_discord_is_out_of_reach(around: Surroundings) -> None:
    around.configure(gateway_url="ws://127.0.0.1:9")
    with started("run", cwd=around.folder, DISCORD_TOKEN=around.token) as running:
        running.wait_for("discord.unreachable")
        assert running.stop() == 0
        assert "Traceback" not in running.err


def test_a_second_one_on_the_same_database_is_refused(around: Surroundings) -> None:
    with bot(around) as first:
        second = run("run", cwd=around.folder, DISCORD_TOKEN=around.token)
        assert (second.returncode, second.stdout) == (2, "")
        assert second.stderr.startswith("Another digest-bot works with ")
        assert len(second.stderr.splitlines()) == 1
        assert first.process.poll() is None


def test_the_log_is_json_if_the_configuration_says_so(around: Surroundings) -> None:
    around.configure('[logging]\nformat = "json"\n')
    with bot(around) as running:
        assert running.stop() == 0
        events = [json.loads(line)["event"] for line in running.err.splitlines()]
    assert "bot.started" in events


def test_a_wrong_token_is_one_sentence(around: Surroundings) -> None:
    done = run("run", cwd=around.folder, DISCORD_TOKEN="wrong")
    assert (done.returncode, done.stdout) == (2, "")
    (sentence,) = sentences(done.stderr)
    assert sentence.startswith("Discord does not accept the token: ")


def test_a_missing_token_is_one_sentence(around: Surroundings) -> None:
    done = run("run", cwd=around.folder)
    assert (done.returncode, done.stdout) == (2, "")
    (sentence,) = sentences(done.stderr)
    assert "DISCORD_TOKEN" in sentence


def test_the_token_may_stand_in_a_file(around: Surroundings) -> None:
    (around.folder / "token").write_text(f"{around.token}\n")
    assert run("invite", cwd=around.folder).returncode == 0


@pytest.mark.parametrize("command", ["run", "invite", "backup copy", "preview"])
def test_an_unknown_key_stops_every_command_with_its_name(
    around: Surroundings, command: str
) -> None:
    around.configure("[loging]\n")
    done = run(*command.split(), cwd=around.folder, DISCORD_TOKEN=around.token)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "config.toml, line 17: loging: There is no such key; "
        'the nearest that there is here is "logging".\n'
    )


def test_a_database_in_no_directory_is_one_sentence(around: Surroundings) -> None:
    around.configure('[database]\npath = "nowhere/bot.sqlite3"\n')
    done = run("run", cwd=around.folder, DISCORD_TOKEN=around.token)
    assert done.returncode == 2
    (sentence,) = sentences(done.stderr)
    assert "nowhere/bot.sqlite3 is out of reach" in sentence


def test_the_invitation_asks_for_what_the_bot_needs_and_no_more(around: Surroundings) -> None:
    done = run("invite", cwd=around.folder, DISCORD_TOKEN=around.token)
    assert (done.returncode, sentences(done.stderr)) == (0, [])
    address = urlsplit(done.stdout.strip())
    asked = parse_qs(address.query)
    assert (address.scheme, address.netloc) == ("https", "discord.com")
    assert asked["permissions"] == [str(PERMISSIONS.value)]
    assert set(asked["scope"][0].split()) == {"bot", "applications.commands"}
    assert re.fullmatch(r"\d{15,20}", asked["client_id"][0])


def test_the_invitation_says_if_the_token_is_wrong(around: Surroundings) -> None:
    done = run("invite", cwd=around.folder, DISCORD_TOKEN="wrong")
    assert (done.returncode, done.stdout) == (2, "")
    (sentence,) = sentences(done.stderr)
    assert sentence.startswith("Discord does not accept the token: ")


def test_a_backup_is_made_while_the_bot_runs(around: Surroundings) -> None:
    copy = around.folder / "copy.sqlite3"
    with bot(around):
        done = run("backup", copy, cwd=around.folder)
        assert (done.returncode, done.stdout) == (0, "")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_a_backup_overwrites_nothing(around: Surroundings) -> None:
    copy = around.folder / "copy.sqlite3"
    copy.write_text("precious")
    with bot(around):
        pass
    done = run("backup", copy, cwd=around.folder)
    assert done.returncode == 2
    assert done.stderr == f"{copy} exists already: name a new file for the backup.\n"
    assert copy.read_text() == "precious"


def test_a_backup_into_a_directory_that_is_missing_is_one_sentence(around: Surroundings) -> None:
    done = run("backup", "backups/copy.sqlite3", cwd=around.folder)
    assert done.returncode == 2
    assert done.stderr == (
        "There is no directory backups: make it, or choose another place for the backup.\n"
    )


def test_a_backup_of_nothing_is_one_sentence(around: Surroundings) -> None:
    done = run("backup", "copy.sqlite3", cwd=around.folder)
    assert done.returncode == 2
    assert "there is no such file" in done.stderr
    assert not (around.folder / "copy.sqlite3").exists()


def test_a_reader_that_leaves_early_ends_the_sandbox_quietly(tmp_path: Path) -> None:
    assert run_and_leave("sandbox", cwd=tmp_path) == (1, "")


def test_a_sandbox_goes_on_with_the_world_that_it_has_kept(tmp_path: Path) -> None:
    told = []
    for asked in (("--channels", 2), ("--channels", 5)):
        with started("sandbox", "--keep", "world.json", *asked, cwd=tmp_path) as sandbox:
            sandbox.wait_for("#ai-alerts: channel = .*\n")
            told.append([line for line in sandbox.out.splitlines() if "channel = " in line])
            assert sandbox.stop() == 0
    assert len(told[0]) == 2
    assert told[1] == told[0]


def test_a_world_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text("something else")
    done = run("sandbox", "--keep", "world.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("world.json: This is no world ")
