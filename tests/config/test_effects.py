"""Keys that a subscription's mode has no use for are told of, and change nothing."""

import re
from pathlib import Path

import pytest

from bot.config import Config, parse
from digests.subscription import Mode

FEED = '[[feeds]]\nname = "ai"\ndirectory = "articles"\n'
BOTH = """\
[[subscriptions]]
name = "morning"
mode = "digest"
channel = 1
cron = "0 9 * * *"
sort = "newest"
max_stories = 10
lookback = "36h"
layout = "cards"
when_empty = "note"
role = 7
timezone = "Europe/Berlin"
min_heat = 5
topics = ["AI"]
max_per_day = 3
quiet = "22:00-07:00"
"""


def read(text: str) -> Config:
    """Read a configuration of one feed and this."""
    return parse(FEED + text, base=Path("/"))


def keys_of(config: Config) -> list[str]:
    """The keys that are told of."""
    return re.findall(r"subscriptions\[0\]\.(\w+)", "\n".join(config.warnings))


def test_what_only_alerts_use_is_told_of_in_a_digest() -> None:
    """The line and the key are named as for a problem."""
    first, second = read(BOTH).warnings
    assert first == (
        'config.toml, line 18: subscriptions[0].max_per_day ("morning"): '
        "This has no effect on a digest, only on alerts; leave it out."
    )
    assert second.startswith('config.toml, line 19: subscriptions[0].quiet ("morning"): This has')


def test_changing_the_mode_alone_makes_alerts_of_a_digest() -> None:
    """What has a meaning for both stays without a word, such as the age of a story."""
    config = read(BOTH.replace('mode = "digest"', 'mode = "alerts"'))
    wishes = config.subscriptions[0].wishes
    assert (wishes.mode, wishes.schedule, wishes.max_per_day) == (Mode.ALERTS, None, 3)
    assert keys_of(config) == ["cron", "sort", "max_stories", "layout", "when_empty"]
    assert config.warnings[0] == (
        'config.toml, line 8: subscriptions[0].cron ("morning"): '
        "This has no effect on alerts, only on a digest; leave it out."
    )


@pytest.mark.parametrize(
    "table",
    [
        'channel = 1\ncron = "0 9 * * *"',
        'channel = 1\nmode = "alerts"',
        'channel = 1\ncron = "0 9 * * *"\nmax_per_day = 0\nquiet = ""',
        'channel = 1\nmode = "alerts"\ncron = ""',
    ],
)
def test_defaults_and_what_says_none_are_not_told_of(table: str) -> None:
    """Only what was written, and asks for something, was written in vain."""
    assert read(f"[[subscriptions]]\n{table}").warnings == ()
