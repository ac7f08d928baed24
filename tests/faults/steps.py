"""The named steps of the delivery path: where a commit or a request begins or ends.

Both wrappers stand between the real flows and the real database and messenger; production code
knows nothing of them. A commit is named after the function that asked for it.
"""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from bot.deliver import Messenger
    from bot.store.database import Database, Read, Write
    from digests.delivery import (
        Busy,
        Done,
        EditOutcome,
        Gone,
        LookupOutcome,
        Post,
        SendOutcome,
        Unclear,
    )

    OnStep = Callable[[str], None]

P = ParamSpec("P")
T = TypeVar("T")

COMMITS = {
    "take": "ingest",
    "_run": "publish",
    "_watch_clock": "measure",
    "_release_claims": "release",
    "_send": "claim",
    "_edit": "edit claim",
    "_look_up": "absent",
    "_shown": "shown",
    "_fail": "failed",
    "_postpone": "postpone",
    "_drop": "leave",
    "_drop_unpublished": "drop",
    "_settle_swept": "swept",
    "_give_up": "vanished",
    "_dead": "dead",
    "_pause": "pause",
}
"""The commits of the delivery path, by the function that makes them."""

REQUESTS = ("newest", "send", "edit", "find", "delete", "tell admins")
"""What the messenger asks of Discord."""

BEGINS, ENDS = "begins", "ends"

STEPS = tuple(
    f"{what} {edge}"
    for what in (*(f"{name} commit" for name in COMMITS.values()), *REQUESTS)
    for edge in (BEGINS, ENDS)
)
"""Every step at which a process can be killed by name."""


class StepDatabase:
    """The database, with a word said right before and right after each commit of the path."""

    def __init__(self, inner: Database, on_step: OnStep) -> None:
        self._inner = inner
        self._on_step = on_step

    def read(self) -> AbstractAsyncContextManager[Read]:
        """Read as ever."""
        return self._inner.read()

    def write(self) -> AbstractAsyncContextManager[Write]:
        """Write as ever; a commit of another part of the program has no name and no steps."""
        name = COMMITS.get(sys._getframe(1).f_code.co_name)
        return self._inner.write() if name is None else self._named(f"{name} commit")

    @asynccontextmanager
    async def _named(self, commit: str) -> AsyncIterator[Write]:
        async with self._inner.write() as tx:
            yield tx
            self._on_step(f"{commit} {BEGINS}")
        self._on_step(f"{commit} {ENDS}")

    async def backup(self, target: Path) -> None:
        """Back up as ever."""
        await self._inner.backup(target)

    async def close(self) -> None:
        """Close as ever."""
        await self._inner.close()


class StepMessenger:
    """The messenger, with a word said before and after each call."""

    def __init__(self, inner: Messenger, on_step: OnStep) -> None:
        self._inner = inner
        self._on_step = on_step

    async def newest(self, channel_id: int) -> Done | Gone | Busy | Unclear:
        """Ask for the newest message."""
        return await self._told("newest", self._inner.newest, channel_id)

    async def send(self, post: Post) -> SendOutcome:
        """Send a post."""
        return await self._told("send", self._inner.send, post)

    async def edit(self, message_id: int, post: Post) -> EditOutcome:
        """Edit a message."""
        return await self._told("edit", self._inner.edit, message_id, post)

    async def find(self, channel_id: int, after: int, nonce: str) -> LookupOutcome:
        """Look through a page of the history."""
        return await self._told("find", self._inner.find, channel_id, after, nonce)

    async def delete(self, channel_id: int, message_id: int) -> EditOutcome:
        """Remove a message."""
        return await self._told("delete", self._inner.delete, channel_id, message_id)

    async def tell_admins(self, guild_id: int | None, sentence: str) -> bool:
        """Tell admins."""
        return await self._told("tell admins", self._inner.tell_admins, guild_id, sentence)

    async def _told(
        self, request: str, call: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        self._on_step(f"{request} {BEGINS}")
        result = await call(*args, **kwargs)
        self._on_step(f"{request} {ENDS}")
        return result
