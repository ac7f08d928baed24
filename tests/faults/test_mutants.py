"""The proof proves something: the same blows do harm where a defence is taken away."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.lab import experiment
from tests.faults.mutants import BY_NAME, MUTANTS, NONE, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: str(mutant.name))
async def test_a_blow_does_harm_where_the_defence_against_it_is_taken_away(
    mutant: Mutant, tmp_path: Path
) -> None:
    tally = await experiment(mutant, mutant, tmp_path)
    assert getattr(tally.verdict, mutant.fault) >= 1, tally


@pytest.mark.parametrize(
    "name", ["nonce without look-up", "no quiet period", "mark before send", "claim not durable"]
)
async def test_the_same_blow_does_no_harm_to_delivery_as_it_is(name: str, tmp_path: Path) -> None:
    tally = await experiment(BY_NAME[name], NONE, tmp_path)
    assert tally.verdict.complaints == ()
    assert tally.verdict.wanted == tally.verdict.once > 0
