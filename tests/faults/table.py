"""The table that a run prints: what was done to the bot, and what became of its messages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from tests.faults.oracle import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH = 80
_COLUMNS = ("kills", "faults", "wanted", "once", "dup.", "lost", "stale")
_NAME = 30


@dataclass(slots=True)
class Tally:
    """One row: a run, its kills by step, its faults by kind, and the oracle's verdict."""

    name: str
    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    verdict: Verdict = field(default_factory=Verdict)

    def add(self, other: Tally) -> None:
        """Take another run's numbers in."""
        self.kills += other.kills
        self.faults += other.faults
        numbers = {
            one.name: getattr(self.verdict, one.name) + getattr(other.verdict, one.name)
            for one in fields(Verdict)
        }
        self.verdict = Verdict(**numbers)


def row(tally: Tally) -> str:
    """One line of the table."""
    verdict = tally.verdict
    numbers = (
        tally.kills.total(),
        tally.faults.total(),
        verdict.wanted,
        verdict.once,
        verdict.duplicated,
        verdict.lost,
        verdict.stale,
    )
    return f"{tally.name:<{_NAME}}" + "".join(f"{number:>7,}" for number in numbers)


def table(tallies: Iterable[Tally]) -> str:
    """All rows below their heading."""
    head = f"{'':<{_NAME}}" + "".join(f"{name:>7}" for name in _COLUMNS)
    return "\n".join([head, "-" * len(head), *map(row, tallies)])


def by_kind(counts: Counter[str], heading: str) -> str:
    """What was counted, in two columns, the most first."""
    cells = [f"{count:>6,}  {kind:<30}" for kind, count in (+counts).most_common()]
    half = (len(cells) + 1) // 2
    left, right = cells[:half], [*cells[half:], ""]
    rows = [f"{one}{other}".rstrip() for one, other in zip(left, right, strict=False)]
    return "\n".join([heading, *rows])
