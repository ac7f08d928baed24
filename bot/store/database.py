"""The seam between what the program remembers and the database that keeps it.

SQL is written once, in the subset that SQLite and PostgreSQL share, with ``:named`` parameters.
A parameter that is a tuple stands for a list: ``key IN (:keys)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

Scalar = int | float | str | None
"""What a column holds."""

Value = Scalar | tuple[int, ...] | tuple[str, ...]
"""What a parameter may be; a tuple is a list for ``IN``."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_PARAMETER = re.compile(r"(?<!:):([a-z][a-z0-9_]*)")


class Row(Protocol):
    """One row of an answer: its values by column name."""

    def __getitem__(self, name: str, /) -> Any:
        """The value of a column."""
        ...


class Read(Protocol):
    """A transaction that sees one consistent state, whatever is written meanwhile."""

    async def fetch_all(self, sql: str, **params: Value) -> list[Row]:
        """Every row of the answer."""
        ...

    async def fetch_one(self, sql: str, **params: Value) -> Row | None:
        """The first row of the answer, or None."""
        ...


class Write(Read, Protocol):
    """A transaction whose changes are kept together or not at all.

    An error ends it, as in PostgreSQL: what was done so far is undone, and nothing more is taken.
    """

    async def execute(self, sql: str, **params: Value) -> int:
        """Change rows; the number of them."""
        ...

    async def execute_many(self, sql: str, rows: Iterable[Mapping[str, Scalar]]) -> None:
        """Run the same change once per row of parameters."""
        ...


class Database(Protocol):
    """What is remembered. Every use of it may raise a `bot.store.errors.StoreError`."""

    def read(self) -> AbstractAsyncContextManager[Read]:
        """Open a reading transaction. Do not open a second one inside it: pass this one on."""
        ...

    def write(self) -> AbstractAsyncContextManager[Write]:
        """Open the one writing transaction: committed at the end, undone by any exception.

        Cancelling the task that holds it undoes it too, or, if it came during the commit, finds
        it done: never half.
        """
        ...

    async def backup(self, target: Path) -> None:
        """Write a consistent copy to a new file while work goes on."""
        ...

    async def close(self) -> None:
        """Wait for the transactions under way, then let go of the database."""
        ...


def to_ms(moment: datetime) -> int:
    """Epoch milliseconds, rounded down. Raises ValueError for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return (moment - _EPOCH) // _MILLISECOND


def to_ms_or_none(moment: datetime | None) -> int | None:
    """Epoch milliseconds of a moment that may be missing."""
    return None if moment is None else to_ms(moment)


def from_ms(milliseconds: int) -> datetime:
    """The UTC moment of epoch milliseconds."""
    return _EPOCH + milliseconds * _MILLISECOND


def from_ms_or_none(milliseconds: int | None) -> datetime | None:
    """The UTC moment of a column that may be NULL."""
    return None if milliseconds is None else from_ms(milliseconds)


def spread(sql: str, params: Mapping[str, Value]) -> tuple[str, dict[str, Scalar]]:
    """Give each member of a list a parameter of its own; an empty list matches nothing."""
    plain: dict[str, Scalar] = {}
    lists: dict[str, str] = {}
    for name, value in params.items():
        if isinstance(value, tuple):
            members = [f"{name}__{index}" for index in range(len(value))]
            lists[name] = ", ".join(f":{member}" for member in members) or "NULL"
            plain.update(zip(members, value, strict=True))
        else:
            plain[name] = value
    if not lists:
        return sql, plain
    return _PARAMETER.sub(lambda found: lists.get(found[1], found[0]), sql), plain
