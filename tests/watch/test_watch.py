"""What a feed's owner does in the directory, and what arrives."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.watch.support import Desk, watching, write, write_many

if TYPE_CHECKING:
    from pathlib import Path


async def test_smoke(tmp_path: Path) -> None:
    write(tmp_path / "a.md")
    desk = Desk()
    async with watching(tmp_path, desk) as w:
        await desk.has("a.md")
        t = time.perf_counter()
        write(tmp_path / "b.md")
        await desk.has("a.md", "b.md")
        print("create", time.perf_counter() - t)
        t = time.perf_counter()
        write(tmp_path / "sub/deep/c.md")
        await desk.has("a.md", "b.md", "sub/deep/c.md")
        print("sub", time.perf_counter() - t)
        t = time.perf_counter()
        (tmp_path / "b.md").unlink()
        await desk.has("a.md", "sub/deep/c.md")
        print("unlink", time.perf_counter() - t)
        t = time.perf_counter()
        write_many(tmp_path, 2000)
        print(time.perf_counter() - t)
        await desk.until(lambda: len(desk.outcomes) == 2002)
        print("burst", time.perf_counter() - t)
