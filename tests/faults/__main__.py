"""`python -m tests.faults --kills 1000 --seed 7`: the long form of the proof.

Progress goes to stderr, the table to stdout. Exit status 1: a message was lost, doubled or stale.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from tests.faults.storm import EVERYTHING, Plan, replay, storm, to_stderr
from tests.faults.table import by_kind, table


def main() -> int:
    """Run as asked on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", type=Path, default=None)
    asked = parser.parse_args()
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    plan = Plan(asked.kills, seed, kinds=EVERYTHING)
    to_stderr(f"seed {seed}; {replay(plan)}")
    with tempfile.TemporaryDirectory(prefix="digest-bot-faults-") as temporary:
        folder = asked.keep or Path(temporary)
        tally = asyncio.run(storm(plan, folder, tell=to_stderr))
    sys.stdout.write(table([tally]) + "\n\n" + by_kind(tally.faults, "faults met") + "\n\n")
    sys.stdout.write(by_kind(tally.kills, "kills") + "\n")
    for complaint in tally.verdict.complaints:
        to_stderr(complaint)
    return 0 if tally.verdict.clean else 1


if __name__ == "__main__":
    sys.exit(main())
