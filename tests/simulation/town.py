"""A simulated bot in a simulated world: the real `Deliver` and the real store in virtual time.

A `Town` is told what happens next, by a seed or by Hypothesis, and says at the end what its
readers saw. Everything in it is decided by the random numbers that it is given.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from bot.alerts import Alerts
from bot.ingest import Ingest
from bot.outbox import Outbox
from bot.store import deliveries, stories, subscriptions
from digests.decide import Timing
from digests.delivery import story_key
from digests.subscription import Mode, Origin, Wishes
from digests.topic import Topics
from tests.faults.mutants import NONE
from tests.faults.oracle import Verdict
from tests.faults.steps import StepDatabase, StepMessenger
from tests.simulation.disk import Disk, KilledError, SimDatabase, blank
from tests.simulation.place import START, Luck, Place, SimMessenger
from tests.simulation.world import LUCK, SimClock, World
from tests.store.samples import story

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from bot.batch import Batch
    from bot.store.database import Write
    from digests.story import Story
    from digests.subscription import Subscription
    from tests.faults.mutants import Mutant
    from tests.simulation.place import SimMessage

CHANNELS = (11, 12)
MINUTE, HOUR = 60.0, 3600.0


@dataclass(slots=True)
class _Process:
    """One life of the bot."""

    database: SimDatabase
    outbox: Outbox
    ingest: Ingest
    task: asyncio.Task[None]


class Town:
    """One bot, its disk and its Discord. Use inside a running VirtualLoop."""

    def __init__(
        self, chance: random.Random, mutant: Mutant = NONE, world: World | None = None
    ) -> None:
        self.chance = chance
        self.clock = SimClock()
        self.disk = Disk(_blank(), volatile_claims=mutant.volatile_claims)
        self.world = world or World()
        self.place = Place(self._luck, chance, self.world.nonce_window)
        self.stories: list[Story] = []
        self.fair = True
        self.kills = 0
        self.faults = Counter[str]()
        self.steps: list[str] = []
        self._mutant = mutant
        self._timing = mutant.timing(Timing())
        self._subscriptions: list[Subscription] = []
        self._process: _Process | None = None
        self._kill_at = ""
        self._killed = asyncio.Event()

    @property
    def alive(self) -> bool:
        """Whether a process of the bot runs."""
        return self._process is not None

    def _luck(self) -> Luck:
        if self.fair:
            return Luck.FINE
        luck = self.chance.choices(list(LUCK), list(LUCK.values()))[0]
        if luck is not Luck.FINE:
            self.faults[luck.name.lower().replace("_", " ")] += 1
        return luck

    def set_clock(self, wrong_by: timedelta) -> None:
        """Set the bot's clock wrong, or right again."""
        self.faults["clock set"] += wrong_by != self.clock.wrong_by
        self.clock.wrong_by = wrong_by
        self._wake()

    async def found(self) -> None:
        """Make the subscriptions."""
        async with SimDatabase(self.disk).write() as tx:
            for channel in CHANNELS:
                made = await subscriptions.add(
                    tx,
                    origin=Origin.CONFIG,
                    guild_id=1,
                    channel_id=channel,
                    name=f"alerts {channel}",
                    wishes=Wishes(mode=Mode.ALERTS),
                    next_fire_at=None,
                    now=self.clock.now(),
                )
                self._subscriptions.append(made)

    async def publish(self) -> None:
        """Want a new story shown in every channel."""
        number = len(self.stories) + 1
        drawn = story(
            path=f"story-{number}.md",
            revision=1,
            arrival=number,
            published_at=START - timedelta(hours=2),
        )
        async with SimDatabase(self.disk).write() as tx:
            drawn = replace(drawn, id=await stories.insert(tx, drawn))
            await self._ask_for(tx, drawn)
        self.stories.append(drawn)
        self._wake()

    async def revise(self) -> None:
        """Change what readers see of one of the newest stories."""
        await self._change(lambda one: one)

    async def withdraw(self) -> None:
        """Take one of the newest stories back, or publish it again."""
        await self._change(lambda one: replace(one, published=not one.published))

    async def _change(self, change: Callable[[Story], Story]) -> None:
        if not self.stories:
            return
        index = self.chance.randrange(max(0, len(self.stories) - 3), len(self.stories))
        before = self.stories[index]
        after = replace(change(before), revision=before.revision + 1)
        if not (before.published or after.published):
            return
        async with SimDatabase(self.disk).write() as tx:
            await stories.save(tx, after)
            await deliveries.revise(tx, story_key(after.id), after.revision)
            await self._ask_for(tx, after)
        self.stories[index] = after
        self._wake()

    async def _ask_for(self, tx: Write, one: Story) -> None:
        await Alerts(tx, Topics(()), self.clock.now(), self._subscriptions).want(one)

    def start(self, kill_at: str = "") -> None:
        """Start the bot, if it does not run; it is killed when it comes to that step."""
        self._kill_at = kill_at
        if self._process is not None:
            return
        self._killed = asyncio.Event()
        database = SimDatabase(self.disk)
        messenger = self._mutant.messenger(SimMessenger(self.place))
        seam = StepDatabase(database, self._step)
        deliver = self._mutant.deliver(
            seam,
            StepMessenger(messenger, self._step),
            self.clock,
            self._timing,
            self.chance,
        )
        outbox = Outbox(seam, deliver, self.clock, self._timing)
        ingest = Ingest(seam, self.clock, Topics(()), outbox.wake)
        task = asyncio.create_task(outbox.run())
        self._process = _Process(database, outbox, ingest, task)

    def _step(self, step: str) -> None:
        process = self._process
        if process is None or process.database.dead:
            raise KilledError
        self.steps.append(step)
        self.disk.note(step)
        if step == self._kill_at:
            process.database.dead = True
            self._killed.set()
            raise KilledError

    async def kill(self, *, power: bool = False) -> None:
        """End the process at this instant, as `kill -9` or a power cut does."""
        process, self._process = self._process, None
        if process is None:
            return
        self.kills += 1
        process.database.dead = True
        if power:
            self.disk.cut_power()
        workers = [task for _, task in process.outbox._busy.values()]
        for task in (process.task, *workers):
            task.cancel()
        await asyncio.gather(process.task, *workers, return_exceptions=True)
        self.place.hang_up()

    async def live(self, seconds: float, *, power: bool = False) -> None:
        """Let time pass; if the bot meets the step that kills it, it lies dead from then on."""
        until = asyncio.get_running_loop().time() + seconds
        try:
            async with asyncio.timeout_at(until):
                await self._killed.wait()
        except TimeoutError:
            return
        await self.kill(power=power)
        self._killed = asyncio.Event()
        await asyncio.sleep(until - asyncio.get_running_loop().time())

    async def read_news(self, batch: Batch) -> None:
        """Let the bot take what a watcher would hand it, again until it is taken."""
        while True:
            self.start(self._kill_at)
            assert self._process is not None
            try:
                return await self._process.ingest.take(batch)
            except KilledError:
                await self.kill()
                self._kill_at = ""

    async def work_off(self, patience: float = 4 * HOUR) -> None:
        """Let the bot run, restarted when it dies, until nothing is left to do."""
        until = asyncio.get_running_loop().time() + patience
        while await self._open() and asyncio.get_running_loop().time() < until:
            self.start()
            await self.live(2 * MINUTE)

    async def settle(self) -> None:
        """End all trouble, set the clock right, and give the bot time."""
        self.fair = True
        self.set_clock(timedelta())
        if self._killed.is_set():
            await self.kill()
        self.start()
        await self.live(2 * MINUTE)
        await self.work_off()
        await self.kill()

    async def _open(self) -> bool:
        """Whether anything is left to do, by the real outbox."""
        async with SimDatabase(self.disk).read() as read:
            left = await deliveries.troubles(read, self.clock.now())
        return left.waiting + left.put_off + left.unclear + left.held > 0

    def _wake(self) -> None:
        if self._process is not None:
            self._process.outbox.wake()

    def verdict(self, where: str = "") -> Verdict:
        """What the readers of all channels saw; complaints begin with `where`."""
        counts = {"duplicated": 0, "lost": 0, "stale": 0, "once": 0}
        complaints = []
        for channel in CHANNELS:
            for wanted in self.stories:
                messages = self._messages(channel, wanted)
                if not messages and not wanted.published:
                    continue  # taken back before anybody saw it
                fault = _fault(messages, wanted)
                counts[fault or "once"] += 1
                if fault:
                    complaints.append(f"{where}channel {channel}: {wanted.path} is {fault}")
        return Verdict(wanted=sum(counts.values()), complaints=tuple(complaints), **counts)

    def _messages(self, channel: int, wanted: Story) -> list[SimMessage]:
        there = self.place.channels.get(channel, [])
        return [message for message in there if message.story.path == wanted.path]


def _fault(messages: Sequence[SimMessage], wanted: Story) -> str | None:
    if len(messages) > 1:
        return "duplicated"
    if not messages:
        return "lost"
    return None if messages[0].revision == wanted.revision else "stale"


@cache
def _blank() -> bytes:
    return blank()
