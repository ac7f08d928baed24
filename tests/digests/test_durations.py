"""Lengths of time, as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.durations import (
    LONGEST,
    SHORTEST,
    DurationError,
    format_duration,
    parse_duration,
)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("36h", timedelta(hours=36)),
        ("2d", timedelta(days=2)),
        ("90m", timedelta(minutes=90)),
        ("1w", timedelta(weeks=1)),
        ("1h30m", timedelta(minutes=90)),
        (" 1 Day 12 HOURS ", timedelta(hours=36)),
        ("2 weeks", timedelta(weeks=2)),
        ("45 min", timedelta(minutes=45)),
        ("1m", SHORTEST),
        ("90d", LONGEST),
    ],
)
def test_a_length_is_read(text: str, length: timedelta) -> None:
    """Units may be written short or long, in any case, one after the other."""
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text", ["", " ", "36", "h", "-1h", "1.5h", "1y", "10s", "1h,", "h1", "٣h", "1month", "1h\x00"]
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    """Who writes something else is shown what to write."""
    with pytest.raises(DurationError, match='for example "90m", "36h", "2d" or "1w"'):
        parse_duration(text)


@pytest.mark.parametrize("text", ["0m", "91d", "90d 1m", "9999999w", "9999999w" * 5])
def test_a_length_out_of_bounds_is_refused(text: str) -> None:
    """Less than a minute and more than 90 days are of no use to anybody."""
    with pytest.raises(DurationError, match="not between 1 minute and 90 days"):
        parse_duration(text)


def test_an_endless_text_is_refused_at_once_and_not_repeated() -> None:
    """The sentence stays short enough for a chat."""
    with pytest.raises(DurationError) as caught:
        parse_duration("1 " * 100_000)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(hours=36), "36h"),
        (timedelta(hours=48), "2d"),
        (timedelta(days=14), "2w"),
        (timedelta(minutes=45), "45m"),
        (timedelta(minutes=90), "1h30m"),
        (timedelta(minutes=60, seconds=59), "1h"),
        (timedelta(), "0m"),
    ],
)
def test_a_length_is_written_in_one_unit_if_it_fits(length: timedelta, text: str) -> None:
    """The largest unit that leaves nothing over is the shortest to read."""
    assert format_duration(length) == text


def test_a_negative_length_is_not_written() -> None:
    """There is no text for it that could be read back."""
    with pytest.raises(ValueError, match="not negative"):
        format_duration(timedelta(minutes=-1))


@given(st.integers(1, 90 * 24 * 60))
def test_what_is_written_is_read_back(minutes: int) -> None:
    """A length that the bot shows can be copied into a command."""
    length = timedelta(minutes=minutes)
    assert parse_duration(format_duration(length)) == length
