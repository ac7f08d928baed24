"""Where the token comes from, and that it goes nowhere else."""

from pathlib import Path

import pytest

from bot.config import Config, ConfigError, DiscordSettings, Feed, token

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789ab"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the token's file may be."""
    return tmp_path / "token"


@pytest.fixture
def config(file: Path) -> Config:
    """A configuration that names the token's file."""
    feeds = (Feed(name="ai", directory=Path("articles")),)
    return Config(feeds, discord=DiscordSettings(token_file=file))


def refusal(config: Config, environ: dict[str, str]) -> str:
    """Return the one problem that there is with the token."""
    with pytest.raises(ConfigError) as caught:
        token(config, environ)
    (problem,) = caught.value.problems
    return problem


def test_the_environment_goes_before_the_file(config: Config, file: Path) -> None:
    """A variable overrides a file, as everywhere."""
    file.write_text("other", "utf-8")
    assert token(config, {"DISCORD_TOKEN": TOKEN}) == TOKEN


@pytest.mark.parametrize("written", [TOKEN, f"\n {TOKEN}\r\n", f"\ufeff{TOKEN}", f"Bot {TOKEN}"])
def test_the_file_is_read_whatever_an_editor_put_around_the_token(
    config: Config, file: Path, written: str
) -> None:
    """White space, a byte order mark and the header's prefix do no harm."""
    file.write_text(written, "utf-8")
    assert token(config, {"DISCORD_TOKEN": " "}) == TOKEN


def test_no_token_at_all_says_both_places(config: Config, file: Path) -> None:
    """The operator may choose between a variable and a file."""
    problem = refusal(config, {})
    assert "DISCORD_TOKEN" in problem
    assert str(file) in problem


def test_an_empty_file_says_so(config: Config, file: Path) -> None:
    """A secret that was mounted but never filled is told as that."""
    file.write_text("\n", "utf-8")
    assert "is empty" in refusal(config, {})


def test_a_file_that_cannot_be_read_says_why(config: Config, file: Path) -> None:
    """The system's reason is part of the sentence."""
    file.mkdir()
    assert "cannot be read (Is a directory)" in refusal(config, {})


def test_a_file_that_is_no_text_says_so(config: Config, file: Path) -> None:
    """A wrong file ends in a sentence, not in a traceback."""
    file.write_bytes(b"\xff\xfe\x00")
    assert "is not text" in refusal(config, {})


@pytest.mark.parametrize("broken", [f"{TOKEN}\n{TOKEN}", f"{TOKEN} # mine", f"{TOKEN}é"])
def test_what_cannot_be_a_token_is_refused_and_not_repeated(config: Config, broken: str) -> None:
    """A bad copy is told before Discord is asked."""
    problem = refusal(config, {"DISCORD_TOKEN": broken})
    assert problem.startswith("DISCORD_TOKEN: ")
    assert TOKEN[:20] not in problem


def test_the_configuration_does_not_hold_the_token(config: Config, file: Path) -> None:
    """To print or log the configuration is safe."""
    file.write_text(TOKEN, "utf-8")
    assert token(config, {}) not in repr(config)
