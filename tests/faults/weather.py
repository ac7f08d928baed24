"""What Discord does to a bot on a bad day, a kind at a time or all together."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from tests.faults.spec import NONCE_WINDOW

if TYPE_CHECKING:
    import random
    from collections.abc import Coroutine, Iterable

    from bot.sandbox import Sandbox
    from bot.sandbox.faults import Fault

ROUTES = (
    ("POST", "^/channels/{channel_id}/messages$"),
    ("PATCH", "^/channels/{channel_id}/messages/{message_id}$"),
    ("GET", "^/channels/{channel_id}/messages$"),
    ("GET", "^/channels/{channel_id}$"),
)
_WEIGHTS = (6, 2, 1, 1)
POST = ROUTES[0]

SERVER_ERRORS = (500, 502, 503)

ANSWERS = (
    "error before the effect",
    "error after the effect",
    "reset before the effect",
    "reset after the effect",
    "closed without an answer",
    "hang, then a late effect",
    "hang after the effect",
    "429 of a route",
    "429 of all routes",
)
"""Kinds of trouble with single requests."""

OUTAGE = "outage past the nonces"
GATEWAY = ("gateway dropped", "resume refused", "session invalid")

KINDS = (*ANSWERS, OUTAGE, *GATEWAY)
"""Everything that can be asked of the weather."""

LATE_AFTER_DEATH, LATE_AFTER_TIMEOUT = 0.35, 1.65
"""Seconds after which a request that hung takes effect: within the quiet period that follows the
sender's death, or its time-out."""


PATIENCE = 30.0
"""Seconds for which trouble waits for a process to be connected."""


class Weather:
    """Brings trouble over a sandbox, and counts what of it was met."""

    def __init__(self, sandbox: Sandbox, chance: random.Random) -> None:
        self._sandbox = sandbox
        self._chance = chance
        self._faults: list[tuple[str, Fault]] = []
        self._switched = Counter[str]()
        self._tasks: set[asyncio.Task[None]] = set()

    def bring(self, kinds: Iterable[str]) -> None:
        """Let these kinds of trouble come."""
        for kind in kinds:
            if kind in GATEWAY:
                self.spawn(self._trouble_gateway(kind, self._sandbox.gateway.identified))
            elif kind == OUTAGE:
                self._outage()
            else:
                self.spoil(kind, *self._chance.choices(ROUTES, _WEIGHTS)[0])

    def spoil(self, kind: str, method: str = POST[0], route: str = POST[1]) -> Fault:
        """Bring one kind of trouble over the next request of a route."""
        faults = self._sandbox.faults
        after = kind.endswith("after the effect")
        if kind.startswith("error"):
            status = self._chance.choice(SERVER_ERRORS)
            fault = faults.answer(status, method, route, after_effect=after)
        elif kind.startswith("reset"):
            fault = faults.reset(method, route, after_effect=after)
        elif kind.startswith("closed"):
            fault = faults.close(method, route, after_effect=self._chance.random() < 0.5)
        elif kind.startswith("hang"):
            fault = faults.hang(method, route, after_effect=after)
            late = self._chance.choice((LATE_AFTER_DEATH, LATE_AFTER_TIMEOUT))
            # Only what has a nonce may be later than the quiet period after a death.
            self.spawn(self._release(fault, late if method == POST[0] else LATE_AFTER_DEATH))
        else:
            fault = faults.rate_limit(0.2, method, route, is_global="all" in kind)
        self._faults.append((kind, fault))
        return fault

    def counts(self) -> Counter[str]:
        """How much of each kind was met so far."""
        met = Counter(self._switched)
        for kind, fault in self._faults:
            met[kind] += fault.hits
        return met

    async def clear(self) -> None:
        """End all trouble, and let what hangs take effect."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._sandbox.faults.clear()
        self._sandbox.gateway.refuse_resumes = 0

    def _outage(self) -> None:
        """A message whose answer is lost, then nothing but errors until its nonce is forgotten."""
        method, route = POST
        lost = self._sandbox.faults.reset(method, route, after_effect=True)
        down = self._sandbox.faults.answer(503, "*", "^/channels/", times=1_000_000)
        self._faults += [("reset after the effect", lost), (OUTAGE, down)]
        self.spawn(self._end(down, NONCE_WINDOW + 0.5))

    async def _trouble_gateway(self, kind: str, before: int) -> None:
        """Wait until the next process is connected: there is no other connection to trouble."""
        gateway = self._sandbox.gateway
        await self._sandbox.wait_until(lambda: gateway.identified > before, timeout=PATIENCE)
        if kind == "session invalid":
            gateway.invalidate(resumable=False)
        else:
            gateway.refuse_resumes += kind == "resume refused"
            gateway.drop()
        self._switched[kind] += 1

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Let something happen meanwhile; it ends with the weather."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _release(self, fault: Fault, late: float) -> None:
        await fault.reached()
        await asyncio.sleep(late)
        fault.release()

    async def _end(self, fault: Fault, seconds: float) -> None:
        await fault.reached()
        await asyncio.sleep(seconds)
        fault.times = fault.hits
