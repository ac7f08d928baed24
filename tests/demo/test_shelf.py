"""The demo's directory is looked at beside the event loop, and once for all who ask."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from typing_extensions import override

from bot.demo.directory import Contents, Directory
from bot.demo.shelf import Shelf

if TYPE_CHECKING:
    from pathlib import Path


class Watched(Directory):
    """A directory that knows who looked at it, and in which the first look lasts until told."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.looked: list[threading.Thread] = []
        self.go_on = threading.Event()

    @override
    def look(self) -> Contents:
        self.looked.append(threading.current_thread())
        assert self.go_on.wait(timeout=20)
        return super().look()


async def test_who_asks_while_somebody_looks_shares_the_next_look(tmp_path: Path) -> None:
    directory = Watched(tmp_path)
    shelf = Shelf(directory)
    first = asyncio.create_task(shelf.look())
    await asyncio.sleep(0)
    others = [asyncio.create_task(shelf.look()) for _ in range(10)]
    await asyncio.sleep(0)
    await asyncio.to_thread((tmp_path / "odd.md").write_text, "Nothing of the kind")
    directory.go_on.set()
    await first
    assert {(await other).left_out for other in others} == {("odd.md",)}
    assert len(directory.looked) == 2
    assert threading.current_thread() not in directory.looked


async def test_who_asks_later_is_told_what_changed_since(tmp_path: Path) -> None:
    directory = Watched(tmp_path)
    directory.go_on.set()
    shelf = Shelf(directory)
    assert (await shelf.look()).left_out == ()
    await asyncio.to_thread((tmp_path / "odd.md").write_text, "Nothing of the kind")
    assert (await shelf.look()).left_out == ("odd.md",)
    assert shelf.contents.left_out == ("odd.md",)


async def test_one_who_gave_up_keeps_nobody_from_looking(tmp_path: Path) -> None:
    directory = Watched(tmp_path)
    shelf = Shelf(directory)
    looking = asyncio.create_task(shelf.look())
    await asyncio.sleep(0)
    looking.cancel()
    await asyncio.wait({looking})
    directory.go_on.set()
    assert await shelf.look() == Contents()
