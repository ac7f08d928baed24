"""From the text of a configuration to its values."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.config import Config, ConfigError, FixedSubscription, load, parse
from digests.quiet import QuietHours
from digests.ranking import Sort
from digests.schedule import Schedule
from digests.subscription import Layout, Mode, WhenEmpty, Wishes
from digests.topic import Topic

FEED = '[[feeds]]\nname = "ai"\ndirectory = "articles"\n'
BASE = Path("/etc/digest-bot")


def read(text: str) -> Config:
    """Read a configuration of one feed and this."""
    return parse(FEED + text, base=BASE)


def test_a_feed_is_all_that_is_needed() -> None:
    """Every other key has a default."""
    config = read("")
    assert config.feeds[0].directory == BASE / "articles"
    assert config.database.path == BASE / "digest-bot.sqlite3"
    assert config.discord.token_file == Path("/run/secrets/discord")
    assert config.health.listen == ("127.0.0.1", 8080)


def test_a_digest_is_read_with_all_its_wishes() -> None:
    """What is written for a digest is what the program is asked for."""
    config = read("""
        [[subscriptions]]
        name = "morning"
        channel = 123456789012345678
        topics = ["AI", "Robotics"]
        cron = " 0  9 * * 1-5 "
        timezone = "Europe/Berlin"
        sort = "coverage"
        max_stories = 5
        min_heat = 40
        lookback = "36h"
        layout = "cards"
        when_empty = "note"
        role = "42"
        """)
    assert config.subscriptions == (
        FixedSubscription(
            "morning",
            123456789012345678,
            Wishes(
                mode=Mode.DIGEST,
                topics=("AI", "Robotics"),
                schedule=Schedule("0 9 * * 1-5", "Europe/Berlin"),
                sort=Sort.COVERAGE,
                max_stories=5,
                min_heat=40,
                lookback=timedelta(hours=36),
                layout=Layout.CARDS,
                when_empty=WhenEmpty.NOTE,
                role=42,
                timezone="Europe/Berlin",
            ),
        ),
    )


def test_alerts_need_no_schedule_and_have_quiet_hours() -> None:
    """Alerts go by the clocks of their own time zone."""
    (alerts,) = read("""
        [[subscriptions]]
        mode = "alerts"
        channel = "7"
        timezone = "Asia/Tokyo"
        max_per_day = 5
        quiet = "22:00-07:00"
        """).subscriptions
    assert alerts == FixedSubscription(
        "alerts",
        7,
        Wishes(
            mode=Mode.ALERTS,
            max_per_day=5,
            quiet=QuietHours(time(22), time(7)),
            timezone="Asia/Tokyo",
        ),
    )


def test_a_topic_is_read_and_empty_texts_mean_none() -> None:
    """To write "" is the same as to leave a key out."""
    config = read("""
        [[topics]]
        name = " Computer Vision "
        parent = "AI"
        colour = "#3498dB"
        emoji = "👩‍💻"
        aliases = ["Vision"]
        [[topics]]
        name = "Robots"
        parent = ""
        colour = ""
        emoji = ""
        """)
    assert config.topics == (
        Topic("Computer Vision", "AI", 0x3498DB, "👩‍💻", ("Vision",)),
        Topic("Robots"),
    )


@pytest.mark.parametrize(
    ("written", "listen"),
    [
        ("0.0.0.0:80", ("0.0.0.0", 80)),  # noqa: S104 - what containers listen on
        ("localhost:0", ("localhost", 0)),
        ("[::1]:8080", ("::1", 8080)),
        ("", None),
    ],
)
def test_health_listens_where_it_is_told(written: str, listen: tuple[str, int] | None) -> None:
    """Names, IPv4, IPv6 in brackets and any free port will do; nothing switches it off."""
    assert read(f'[health]\nlisten = "{written}"').health.listen == listen


@pytest.mark.parametrize(
    "written",
    [
        "http://127.0.0.1:8000/api/v10",
        "http://localhost:8000",
        "http://[::1]:8000",
        "https://proxy.example/discord",
    ],
)
def test_the_token_may_go_to_this_machine_or_be_encrypted(written: str) -> None:
    """A stand-in on loopback and a proxy with TLS are fine addresses."""
    assert read(f'[discord]\napi_url = "{written}/"').discord.api_url == written


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("a/b", BASE / "a/b"),
        ("../b", BASE / "../b"),
        ("/srv/b", Path("/srv/b")),
        ("~/b", Path.home() / "b"),
    ],
)
def test_relative_paths_start_at_the_configuration_file(written: str, place: Path) -> None:
    """Wherever the bot is started from, its files are the same."""
    config = parse(
        f"""
        feeds = [{{name = "ai", directory = "{written}"}}]
        database = {{path = "{written}"}}
        discord = {{token_file = "{written}"}}
        """,
        base=BASE,
    )
    found = {config.feeds[0].directory, config.database.path, config.discord.token_file}
    assert found == {place}


def test_a_file_is_read_from_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its byte order mark, as some editors leave it, is no matter."""
    (tmp_path / "bot.toml").write_text(FEED, "utf-8-sig")
    monkeypatch.chdir(tmp_path)
    config = load(Path("bot.toml"))
    assert config.feeds[0].directory == tmp_path / "articles"
    assert config.database.path == tmp_path / "digest-bot.sqlite3"


def problems_of(path: Path) -> tuple[str, ...]:
    """What is wrong with the file at `path`."""
    with pytest.raises(ConfigError) as caught:
        load(path)
    return caught.value.problems


def test_a_file_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    """The first thing a newcomer sees is the command that helps."""
    (problem,) = problems_of(tmp_path / "config.toml")
    assert str(tmp_path / "config.toml") in problem
    assert "cp config.example.toml config.toml" in problem


def test_what_is_no_file_of_text_is_one_problem(tmp_path: Path) -> None:
    """A directory or another encoding ends in a sentence, not in a traceback."""
    (tmp_path / "latin.toml").write_bytes("# für\n".encode("latin-1"))
    assert problems_of(tmp_path) == (
        f"{tmp_path}: This is a directory; name the configuration file in it.",
    )
    assert "not UTF-8" in problems_of(tmp_path / "latin.toml")[0]
    assert "cannot be read (File name too long)" in problems_of(tmp_path / f"{'x' * 300}.toml")[0]


def test_an_error_holds_every_problem(tmp_path: Path) -> None:
    """Who mends one thing is told of the next at once."""
    (tmp_path / "config.toml").write_text("[discrod]\n[health]\nlisten = 80\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "config.toml")
    assert len(caught.value.problems) > 1
    assert str(caught.value) == "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 3
