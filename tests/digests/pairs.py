"""Titles that people labelled: which pairs are of one story. `python -m tests.digests.pairs`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from digests.joining import nearly_same_title

if TYPE_CHECKING:
    from collections.abc import Sequence

LATER = "later"
"""The kind of those that were written after the rules, which have not seen them."""


class Pair(NamedTuple):
    """Two titles, and whether they tell of one story."""

    verdict: str
    kind: str
    a: str
    b: str

    @property
    def same(self) -> bool:
        """Whether people say that they tell of one story."""
        return self.verdict == "same"

    @property
    def joined(self) -> bool:
        """Whether the program says so."""
        return nearly_same_title(self.a, self.b)


def labelled() -> list[Pair]:
    """Read the labelled pairs."""
    lines = Path(__file__).with_name("title_pairs.tsv").read_text("utf-8").splitlines()
    return [Pair(*line.split("\t")) for line in lines if not line.startswith("#")]


def precision(pairs: Sequence[Pair]) -> float:
    """Which part of what the program joins is of one story."""
    joined = [pair for pair in pairs if pair.joined]
    return sum(pair.same for pair in joined) / len(joined)


def recall(pairs: Sequence[Pair]) -> float:
    """Which part of what is of one story the program joins."""
    same = [pair for pair in pairs if pair.same]
    return sum(pair.joined for pair in same) / len(same)


def report(pairs: Sequence[Pair]) -> str:
    """The numbers, and what was missed."""
    lines = []
    for name, some in {
        "all pairs": pairs,
        "written after the rules": [pair for pair in pairs if pair.kind == LATER],
    }.items():
        same = sum(pair.same for pair in some)
        numbers = f"precision {precision(some):.3f}, recall {recall(some):.3f}"
        lines.append(f"{name}: {same} the same, {len(some) - same} different; {numbers}")
    missed = [f"  {pair.a}\n  {pair.b}\n" for pair in pairs if pair.same and not pair.joined]
    return "\n".join([*lines, "", "not joined, though the same:", *missed])


if __name__ == "__main__":
    sys.stdout.write(report(labelled()))
