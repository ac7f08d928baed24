"""Everything that a run needs, set up and put in one place, with the bot's lives and deaths."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.sandbox import RateLimitSettings, Sandbox, Settings
from tests.faults.newsroom import Newsroom
from tests.faults.nursery import Nursery, nursery
from tests.faults.oracle import Verdict, Witness, judge
from tests.faults.process import ARTICLES, LOG
from tests.faults.spec import NONCE_WINDOW, Spec
from tests.faults.table import Tally
from tests.faults.weather import Weather
from tests.faults.wire import Wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
    from pathlib import Path

    from bot.sandbox.channels import Channel
    from tests.faults.nursery import Life

ALERT_CHANNELS, DIGEST_CHANNELS = 2, 1

LONGEST_LIFE = 2.0
"""Seconds after which a process that has not met its end is killed wherever it is."""

COMPLAINTS = "stderr.txt"
"""The file in a run's folder with what its processes said when they failed."""

AT_RANDOM = "at a random moment"

MINUTE, HOUR = 60.0, 3600.0

BEFORE_ALL = 2 * HOUR
"""Seconds by which the subscriptions are older than the first news, so that a clock that jumps
back an hour does not date news from before them."""


class SurvivalError(AssertionError):
    """The bot ended by itself, or did not come to rest; the message says how to see it again."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does, together with its seed.

    `kinds`: the trouble there may be, each with its weight. `calm`: how often a life has none.
    """

    kills: int
    seed: int
    name: str = "all together"
    kinds: Mapping[str, float] = field(default_factory=dict)
    calm: float = 0.35
    jumps: bool = True
    mutant: str = "as it is"
    nonce_window: float = NONCE_WINDOW
    timing: tuple[tuple[str, float], ...] = ()


@dataclass(slots=True)
class Stage:
    """A sandbox with its channels, a newsroom, and a bot that can be brought to life."""

    plan: Plan
    folder: Path
    chance: random.Random
    sandbox: Sandbox
    nursery: Nursery
    newsroom: Newsroom
    weather: Weather
    witness: Witness
    wire: Wire
    alerts: list[Channel]
    digests: list[Channel]
    tally: Tally
    offset: float = 0.0
    """Seconds by which the bot's clock is ahead; it grows, so that digests become due."""

    clock_jumps: int = 0

    def now(self) -> datetime:
        """What the bot's clock says, jumps apart."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def spec(self, **changes: object) -> Spec:
        """What the next process is told."""
        fields: dict[str, object] = {
            "folder": str(self.folder),
            "api_url": self.sandbox.api_url,
            "gateway_url": self.sandbox.gateway_url,
            "token": self.sandbox.token,
            "alerts": tuple(channel.id for channel in self.alerts),
            "digests": tuple(channel.id for channel in self.digests),
            "seed": self.chance.getrandbits(32),
            "offset": self.offset,
            "mutant": self.plan.mutant,
            "timing": self.plan.timing,
        }
        return Spec(**(fields | changes))  # type: ignore[arg-type] # by name, checked by the tests

    async def live(
        self,
        spec: Spec,
        *,
        wire: tuple[str, int] | None = None,
        longest: float = LONGEST_LIFE,
        meanwhile: Callable[[], None] | None = None,
    ) -> Life:
        """One life, to its violent end; what killed it is counted."""
        life = await self.nursery.start(spec)
        fate = spec.kill_at or AT_RANDOM

        def at_once() -> None:
            nonlocal fate
            fate = f"wire: {wire[0]}" if wire else fate
            life.kill()

        if wire is not None:
            self.wire.at(*wire, at_once)
        loop = asyncio.get_running_loop()
        timers = [loop.call_later(longest, life.kill)]
        if meanwhile is not None:
            timers.append(loop.call_later(longest * self.chance.uniform(0.1, 0.5), meanwhile))
        code = await self.nursery.end_of(life)
        for timer in timers:
            timer.cancel()
        self.wire.at("", 0, lambda: None)
        if code != -9:
            raise self.failure(f"the bot ended by itself with status {code}")
        reached = not spec.kill_at or life.steps.count(spec.kill_at) >= spec.nth
        self.tally.kills[fate if reached else AT_RANDOM] += 1
        return life

    async def rest(self, **changes: object) -> None:
        """One calm life that ends when nothing is left to do."""
        life = await self.nursery.start(self.spec(until_idle=True, **changes))
        try:
            code = await self.nursery.end_of(life)
        except TimeoutError:
            life.kill()
            raise self.failure("the bot did not come to rest") from None
        if code != 0:
            raise self.failure(f"the bot ended by itself with status {code}")

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Let something happen meanwhile."""
        self.weather.spawn(work)

    def verdict(self) -> Verdict:
        """What the oracle says now."""
        return judge(self.witness, self.newsroom.pieces, self.alerts, self.digests)

    def failure(self, what: str) -> SurvivalError:
        """An error that says how to see it again."""
        lines = [
            line
            for name in (LOG, COMPLAINTS)
            for line in (self.folder / name).read_text("utf-8").splitlines()[-15:]
        ]
        return SurvivalError("\n".join([f"{what}; {replay(self.plan)}", *lines]))


def replay(plan: Plan) -> str:
    """The command that repeats a run: the same plan, to the extent that a machine allows."""
    return (
        f"repeat with: python -m tests.faults --only {plan.name!r}"
        f" --kills {plan.kills} --seed {plan.seed}"
    )


@asynccontextmanager
async def stage(plan: Plan, folder: Path) -> AsyncIterator[Stage]:
    """Set everything up in an empty folder; the bot has seen its empty directory once."""
    chance = random.Random(plan.seed)  # noqa: S311 - a run is to be repeatable, not secret
    settings = Settings(
        rate_limits=RateLimitSettings(enabled=False), nonce_window=plan.nonce_window
    )
    async with Sandbox(settings) as sandbox, nursery(folder / COMPLAINTS) as born:
        guild = sandbox.world.add_guild("Reading Room")
        alerts = [guild.add_text_channel(f"alerts-{n + 1}") for n in range(ALERT_CHANNELS)]
        digests = [guild.add_text_channel(f"digest-{n + 1}") for n in range(DIGEST_CHANNELS)]
        scene = Stage(
            plan,
            folder,
            chance,
            sandbox,
            born,
            Newsroom(folder / ARTICLES, chance),
            Weather(sandbox, chance),
            Witness(sandbox),
            Wire(sandbox),
            alerts,
            digests,
            Tally(plan.name, plan.seed),
        )
        await scene.rest(offset=-BEFORE_ALL)
        yield scene
        await scene.weather.clear()
