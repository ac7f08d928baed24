"""A message is asked for once: discord.py would ask again by itself after an error of Discord's.

Its HTTP client repeats a request up to four times after a 500, 502, 504 or 524. A second send is
blind then, since the first may have had its effect, and its answer (a 403, say) tells nothing of
the first. What is called within `asked_once` is given up instead; a 429, which had no effect, is
still waited out.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import SimpleNamespace

_statuses: ContextVar[list[int] | None] = ContextVar("statuses", default=None)
"""How Discord has answered the call that this task makes; None: it may be repeated."""


class UnclearAnswerError(aiohttp.ClientError):
    """Discord's servers failed at a request that may have had its effect."""


@contextmanager
def asked_once() -> Iterator[None]:
    """Let no request in here be repeated after an unclear answer.

    Raises UnclearAnswerError in its place, for a client that was made with `trace`.
    """
    token = _statuses.set([])
    try:
        yield
    finally:
        _statuses.reset(token)


def trace() -> aiohttp.TraceConfig:
    """What a client takes as `http_trace` for `asked_once` to work."""
    config = aiohttp.TraceConfig()
    config.on_request_start.append(_refuse_blind_repeat)
    config.on_request_end.append(_note_status)
    return config


async def _refuse_blind_repeat(
    _session: aiohttp.ClientSession,
    _context: SimpleNamespace,
    _params: aiohttp.TraceRequestStartParams,
) -> None:
    statuses = _statuses.get()
    if statuses and statuses[-1] >= 500:
        raise UnclearAnswerError(f"Discord answered {statuses[-1]}.")


async def _note_status(
    _session: aiohttp.ClientSession,
    _context: SimpleNamespace,
    params: aiohttp.TraceRequestEndParams,
) -> None:
    statuses = _statuses.get()
    if statuses is not None:
        statuses.append(params.response.status)
