"""The seam: moments as milliseconds, and lists in SQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given

from bot.store.database import (
    Database,
    from_ms,
    from_ms_or_none,
    spread,
    to_ms,
    to_ms_or_none,
)
from tests.store import samples


@given(samples.moments)
def test_a_moment_comes_back_to_the_millisecond_it_fell_in(moment: datetime) -> None:
    assert timedelta(0) <= moment - from_ms(to_ms(moment)) < timedelta(milliseconds=1)


def test_a_moment_is_the_same_in_any_zone() -> None:
    berlin = timezone(timedelta(hours=1))
    assert to_ms(datetime(1970, 1, 1, 1, tzinfo=berlin)) == 0
    assert from_ms(0) == datetime(1970, 1, 1, tzinfo=UTC)
    assert from_ms(0).tzinfo is UTC


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_ms(samples.NOON.replace(tzinfo=None))


def test_a_missing_moment_stays_missing() -> None:
    assert to_ms_or_none(None) is None
    assert from_ms_or_none(None) is None
    assert from_ms_or_none(to_ms_or_none(samples.NOON)) == samples.NOON


@pytest.mark.parametrize(
    ("sql", "params", "spelled", "spread_params"),
    [
        ("a = :a", {"a": 1}, "a = :a", {"a": 1}),
        ("a IN (:a)", {"a": (1, 2)}, "a IN (:a__0, :a__1)", {"a__0": 1, "a__1": 2}),
        ("a IN (:a)", {"a": ()}, "a IN (NULL)", {}),
        (
            "x IN (:a) OR y = :ab OR z IN (:a)",
            {"a": ("p",), "ab": "q"},
            "x IN (:a__0) OR y = :ab OR z IN (:a__0)",
            {"a__0": "p", "ab": "q"},
        ),
    ],
)
def test_a_list_gets_a_parameter_for_each_member(
    sql: str, params: dict[str, int], spelled: str, spread_params: dict[str, int]
) -> None:
    assert spread(sql, params) == (spelled, spread_params)


async def test_the_database_understands_a_list(database: Database) -> None:
    async with database.read() as read:
        row = await read.fetch_one(
            "SELECT 2 IN (:some) AS yes, 2 IN (:none) AS no", some=(1, 2), none=()
        )
    assert row is not None
    assert (row["yes"], row["no"]) == (1, None)
