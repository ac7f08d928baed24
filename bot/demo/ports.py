"""A sandbox on the port that was asked for, or near it."""

from __future__ import annotations

import errno
import os
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from bot.sandbox import Clock, KeptWorldError, Sandbox, Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

# KeptWorldError is part of what may go wrong here, for those who import nothing of the sandbox.
__all__ = ["KeptWorldError", "PortTakenError", "sandbox_at"]

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
    port: int, *, further: int = 0, clock: Clock | None = None, keep: Path | None = None
) -> AsyncIterator[Sandbox]:
    """Run a sandbox on the port (0 = any free one), or on one of the `further` next ones.

    It goes by `clock`, the machine's if None, and keeps its world in the file `keep`. Raises
    PortTakenError if no port is free, and bot.sandbox.KeptWorldError.
    """
    ports = range(port, min(port + further, LAST_PORT) + 1)
    async with AsyncExitStack() as stack:
        yield await _enter(stack, ports, clock, keep)


async def _enter(
    stack: AsyncExitStack, ports: range, clock: Clock | None, keep: Path | None
) -> Sandbox:
    for port in ports:
        sandbox = Sandbox(Settings(port=port), clock, keep=keep)
        try:
            return await stack.enter_async_context(sandbox)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or port == ports[-1]:
                raise PortTakenError(ports[0], os.strerror(error.errno or 0)) from error
    raise AssertionError("a range of ports that is empty")
