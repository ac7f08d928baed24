"""Months of a real newsroom, replayed twice: in calm, and with kills and faults.

The history is not the project's own; where it is not at hand, there is nothing to replay.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.oracle import Verdict
from tests.faults.process import ARTICLES
from tests.faults.stage import LONGEST_LIFE, Plan, Stage, stage
from tests.faults.storm import COMMON_STEPS, STEP_WEIGHTS
from tests.faults.wire import WIRE_STEPS
from tests.support.bot import write_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.table import Tally

HISTORY = Path(__file__).parents[3] / "shared/corpus/power-apps/history.jsonl.gz"
"""Beside the repository, on machines that have it."""

AT_ONCE = 8
"""How many moments of the history are written to the directory at once."""

Contents = Counter[tuple[str, str, str]]
"""What stands in the channels: name, title, address."""


def moments() -> Iterator[dict[str, str]]:
    """The texts that were written at each moment, by path, oldest first."""
    with gzip.open(HISTORY, "rt", encoding="utf-8") as lines:
        writes = [json.loads(line) for line in lines]
    for _, group in groupby(writes, key=lambda write: write["at"]):
        yield {write["path"]: write["text"] for write in group}


async def replay_history(plan: Plan, folder: Path, tell: Callable[[str], None]) -> Tally:
    """Compare what two replays leave in the channels: all differences count as faults."""
    calm, _ = await _replay(plan, _made(folder / "calm"), tell, stormy=False)
    found, tally = await _replay(plan, _made(folder / "stormy"), tell, stormy=True)
    lost, more = calm - found, found - calm
    complaints = [f"lost: {what}" for what in lost] + [f"too much: {what}" for what in more]
    tally.verdict = Verdict(
        wanted=calm.total(),
        once=(calm & found).total(),
        lost=lost.total(),
        duplicated=more.total(),
        complaints=tuple(complaints),
    )
    return tally


async def _replay(
    plan: Plan, folder: Path, tell: Callable[[str], None], *, stormy: bool
) -> tuple[Contents, Tally]:
    async with stage(plan, folder) as scene:
        scene.digests.clear()
        steps = iter(moments())
        while batch := list(islice(steps, AT_ONCE)):
            for texts in batch:
                for path, text in texts.items():
                    write_file(folder / ARTICLES / path, text)
            if stormy:
                await _die(scene)
            await scene.rest()
            tell(f"{plan.name}, {'stormy' if stormy else 'calm'}: {next(iter(batch[-1]))}")
        scene.tally.faults = scene.weather.counts()
        return _contents(scene), scene.tally


async def _die(scene: Stage) -> None:
    """One life among faults; then they end, so that the next can come to rest."""
    chance, kinds = scene.chance, list(scene.plan.kinds)
    scene.weather.bring(chance.choices(kinds, list(scene.plan.kinds.values())))
    if chance.random() < 0.5:
        step = chance.choices(COMMON_STEPS, STEP_WEIGHTS)[0]
        await scene.live(scene.spec(kill_at=step))
    else:
        wire = chance.choice(WIRE_STEPS), 1
        await scene.live(scene.spec(), wire=wire, longest=chance.uniform(0.3, LONGEST_LIFE))
    await scene.weather.clear()


def _contents(scene: Stage) -> Contents:
    return Counter(
        (channel.name, str(embed.get("title")), str(embed.get("url")))
        for channel in scene.alerts
        for message in scene.witness.messages(channel)
        for embed in message.embeds
    )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
