"""Things that go wrong on purpose, so that a bot can be seen to survive them."""

import asyncio
import re
from dataclasses import dataclass, field
from enum import Enum, auto


class Trouble(Enum):
    """What happens to a request."""

    STATUS = auto()
    """It is answered with an error status such as 500, 502 or 503."""

    RESET = auto()
    """The connection is reset (RST): the client sees "connection reset by peer"."""

    CLOSE = auto()
    """The connection is closed without an answer."""

    HANG = auto()
    """Nothing comes until the fault is released; then things take their course."""

    DELAY = auto()
    """It takes a while."""

    RATE_LIMIT = auto()
    """It is answered with 429, whatever the real limits say."""


@dataclass(slots=True, eq=False)
class Fault:
    """A plan for the next `times` requests that match; made by the methods of `Faults`.

    `after_effect` says whether the request is carried out first: then the bot does not know that
    what it asked for has happened.
    """

    trouble: Trouble
    method: str
    route: re.Pattern[str]
    times: int = 1
    after_effect: bool = False
    status: int = 500
    seconds: float = 0.0
    is_global: bool = False
    hits: int = 0
    """How many requests met it so far."""

    _released: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _reached: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def __str__(self) -> str:
        when = "after" if self.after_effect else "before"
        what = str(self.status) if self.trouble is Trouble.STATUS else self.trouble.name.lower()
        return f"{what} {when} effect"

    def matches(self, method: str, route: str) -> bool:
        """Whether it is meant for such a request and not used up."""
        fits = self.method in {"*", method} and self.route.search(route) is not None
        return fits and self.hits < self.times

    def hit(self) -> None:
        """Count a request that met it."""
        self.hits += 1
        self._reached.set()

    def release(self) -> None:
        """Let every request that hangs on it go on."""
        self._released.set()

    async def released(self) -> None:
        """Wait until it is released."""
        await self._released.wait()

    async def reached(self) -> None:
        """Wait until a request has met it."""
        await self._reached.wait()


class Faults:
    """The plans in force. The oldest that matches a request and is not used up is applied."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def answer(
        self,
        status: int,
        method: str = "*",
        route: str = "",
        *,
        times: int = 1,
        after_effect: bool = False,
    ) -> Fault:
        """Answer with an error status. `route` is a regular expression, sought in the template."""
        return self._add(
            Fault(Trouble.STATUS, method, re.compile(route), times, after_effect, status)
        )

    def reset(
        self, method: str = "*", route: str = "", *, times: int = 1, after_effect: bool = False
    ) -> Fault:
        """Reset the connection."""
        return self._add(Fault(Trouble.RESET, method, re.compile(route), times, after_effect))

    def close(
        self, method: str = "*", route: str = "", *, times: int = 1, after_effect: bool = False
    ) -> Fault:
        """Close the connection without an answer."""
        return self._add(Fault(Trouble.CLOSE, method, re.compile(route), times, after_effect))

    def hang(
        self, method: str = "*", route: str = "", *, times: int = 1, after_effect: bool = False
    ) -> Fault:
        """Say nothing until `release()`.

        Before the effect, the request is carried out on release, even if the client has left:
        that is how an effect comes late.
        """
        return self._add(Fault(Trouble.HANG, method, re.compile(route), times, after_effect))

    def delay(
        self,
        seconds: float,
        method: str = "*",
        route: str = "",
        *,
        times: int = 1,
        after_effect: bool = False,
    ) -> Fault:
        """Take some seconds of the sandbox's clock."""
        return self._add(
            Fault(Trouble.DELAY, method, re.compile(route), times, after_effect, seconds=seconds)
        )

    def rate_limit(
        self,
        seconds: float,
        method: str = "*",
        route: str = "",
        *,
        times: int = 1,
        is_global: bool = False,
    ) -> Fault:
        """Answer 429, to be retried after some seconds."""
        return self._add(
            Fault(
                Trouble.RATE_LIMIT,
                method,
                re.compile(route),
                times,
                status=429,
                seconds=seconds,
                is_global=is_global,
            )
        )

    def take(self, method: str, route: str) -> Fault | None:
        """Return the plan for a request and count the hit, or None."""
        fault = next((f for f in self._faults if f.matches(method, route)), None)
        if fault is not None:
            fault.hit()
        return fault

    def clear(self) -> None:
        """Forget all plans and release what hangs."""
        for fault in self._faults:
            fault.release()
        self._faults.clear()

    def _add(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault
