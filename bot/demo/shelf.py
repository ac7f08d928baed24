"""The demo's directory as the event loop knows it: looked at in a thread, remembered meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.demo.directory import Contents

if TYPE_CHECKING:
    from bot.demo.directory import Directory


class Shelf:
    """What stood in a directory when it was last looked at."""

    def __init__(self, directory: Directory) -> None:
        """Take the directory; it is looked at when somebody asks for that."""
        self._directory = directory
        self._looking = asyncio.Lock()
        self._asked = 0
        self._answered = 0
        self.contents = Contents()

    async def look(self) -> Contents:
        """Look again; those who ask while somebody looks share the next look."""
        self._asked += 1
        mine = self._asked
        async with self._looking:
            if self._answered < mine:
                answering = self._asked
                self.contents = await asyncio.to_thread(self._directory.look)
                self._answered = answering
        return self.contents
