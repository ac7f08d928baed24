"""One experiment for each mutant: the real process, and the one blow that its defence is for.

Discord knows no nonce again here, so that nothing but the defence stands between a blow and its
harm, and the bot's clock is an hour ahead of Discord's. The algorithm as it is passes each.
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

from digests.decide import Timing
from tests.faults.nursery import PATIENCE
from tests.faults.process import DATABASE
from tests.faults.stage import HOUR, Plan, Stage, stage
from tests.faults.weather import POST
from tests.support.bot import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from tests.faults.mutants import Mutant
    from tests.faults.table import Tally

    Blow = Callable[[Stage, Mutant], Coroutine[None, None, None]]

LONGEST = 30.0
"""Seconds within which a blow falls: without it the experiment would be none."""

QUIET = 1.2
"""Seconds: a quiet period that leaves room for a late effect to be seen in it."""


async def experiment(mutant: Mutant, subject: Mutant, folder: Path, *, blows: int = 1) -> Tally:
    """Deal `subject` the blow that `mutant` does not withstand, and judge what readers saw."""
    plan = Plan(
        blows, 1, subject.name, mutant=subject.name, nonce_window=0.0, timing=(("quiet", QUIET),)
    )
    async with stage(plan, folder) as scene:
        scene.offset = HOUR
        scene.digests.clear()  # alerts are enough here
        for _ in range(blows):
            scene.newsroom.add(scene.now())
            await _BLOWS[mutant.name](scene, subject)
            await scene.rest()
        scene.tally.faults = scene.weather.counts()
        scene.tally.verdict = scene.verdict()
        return scene.tally


async def _die(scene: Stage, step: str) -> None:
    """One life up to a step."""
    await scene.live(scene.spec(kill_at=step), longest=LONGEST)


async def _after_sending(scene: Stage, _subject: Mutant) -> None:
    """Die between the answer of a send and the note of it."""
    await _die(scene, "send ends")


async def _before_sending(scene: Stage, _subject: Mutant) -> None:
    """Die between the claim and the send."""
    await _die(scene, "claim commit ends")


async def _late_effect(scene: Stage, subject: Mutant) -> None:
    """Die when a send has arrived; it takes effect when the next process is up.

    One that does not wait is up when it has looked, and found nothing.
    """
    timeline, fault = scene.sandbox.timeline, scene.sandbox.faults.hang(*POST)
    await scene.live(scene.spec(), wire=("POST arrives", 1), longest=LONGEST)
    *_, hanging = [one for one in timeline.of("POST", MESSAGES) if one.fault == str(fault)]
    waits = subject.timing(Timing()).quiet > timedelta(0)

    def signs() -> int:
        """How often a process came up, so far."""
        looked = [one for one in timeline.of("GET", MESSAGES) if one.path == hanging.path]
        answered = sum(one.status is not None for one in looked)
        return scene.sandbox.gateway.identified if waits else answered

    before = signs()

    async def release() -> None:
        await scene.sandbox.wait_until(lambda: signs() > before, timeout=PATIENCE)
        fault.release()

    scene.spawn(release())


async def _power_cut(scene: Stage, subject: Mutant) -> None:
    """Lose the power after a send; of a claim that is not safe yet nothing is left."""
    await _die(scene, "claim commit begins")
    files = [path for path in scene.folder.glob(f"{DATABASE}*") if path.suffix != ".lock"]
    saved = scene.folder / "disk"
    saved.mkdir(exist_ok=True)
    for path in files:
        shutil.copy(path, saved)
    await _die(scene, "send ends")
    if subject.volatile_claims:
        for path in files:
            shutil.copy(saved / path.name, path)


_BLOWS: dict[str, Blow] = {
    "no nonce, no look-up": _after_sending,
    "nonce without look-up": _after_sending,
    "no quiet period": _late_effect,
    "anchor from the local clock": _after_sending,
    "send before claim": _after_sending,
    "mark before send": _before_sending,
    "claim not durable": _power_cut,
}
