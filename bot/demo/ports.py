"""A sandbox on the port that was asked for, or near it."""

from __future__ import annotations

import errno
import os
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from bot.sandbox import Clock, Sandbox, Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LAST_PORT = 65535


class PortTakenError(Exception):
    """No sandbox can listen there; the message says what to do."""

    def __init__(self, port: int, reason: str) -> None:
        super().__init__(
            f"--port {port}: The sandbox cannot listen there ({reason}): name another port, or 0 "
            "for any free one."
        )


@asynccontextmanager
async def sandbox_at(
    port: int, *, further: int = 0, clock: Clock | None = None
) -> AsyncIterator[Sandbox]:
    """Run a sandbox on the port (0 = any free one), or on one of the `further` next ones.

    It goes by `clock`, the machine's if None. Raises PortTakenError if none of them is free.
    """
    async with AsyncExitStack() as stack:
        yield await _enter(stack, port, min(port + further, LAST_PORT), clock)


async def _enter(stack: AsyncExitStack, first: int, last: int, clock: Clock | None) -> Sandbox:
    for port in range(first, last + 1):
        try:
            return await stack.enter_async_context(Sandbox(Settings(port=port), clock))
        except OSError as error:
            if error.errno != errno.EADDRINUSE or port == last:
                raise PortTakenError(first, os.strerror(error.errno or 0)) from error
    raise AssertionError("a range of ports that is empty")
