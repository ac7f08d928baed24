"""`python -m tests.faults --kills 1000 --seed 7`: the long form of the proof.

Progress goes to stderr, the table to stdout. Exit status 1: a message was lost, doubled or stale,
or a mutant was not caught. A seed repeats what is done to the bot; at which instruction a process
dies is up to the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.faults.history import HISTORY
from tests.faults.mutants import BY_NAME, NONE
from tests.faults.proof import RUNS, prove, simulated


def main() -> int:
    """Run as asked on the command line."""
    asked = _parser().parse_args()
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    _tell(f"repeat with: python -m tests.faults --kills {asked.kills} --seed {seed}")
    with ExitStack() as stack:
        folder = asked.keep
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="digest-bot-")))
        proof = asyncio.run(
            prove(asked.kills, seed, folder, _tell, only=asked.only, mutant=asked.mutant)
        )
    if not asked.only:
        proof.earned += simulated(asked.kills, seed, _tell)
    sys.stdout.write(f"seed {seed}\n\n{proof.text()}\n")
    for tally in proof.earned:
        for complaint in tally.verdict.complaints:
            _tell(f"{tally.name}, seed {tally.seed}: {complaint}")
    for kind in proof.unmet:
        _tell(f"never met: {kind}")
    if not proof.earned:
        _tell(f"nothing was run: {HISTORY} is not there")
    return 0 if proof.holds else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="processes killed in all")
    parser.add_argument("--seed", type=int, default=None, help="a number; drawn if left out")
    parser.add_argument("--only", default="", choices=RUNS, help="one run of those in the table")
    parser.add_argument(
        "--mutant", default=NONE.name, choices=BY_NAME, help="a defence to go without; see --only"
    )
    parser.add_argument("--keep", type=Path, default=None, help="a folder for what is left")
    return parser


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
