"""Parsers that fail, for the worker: they load nothing else, since its patience is short there."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from bot.watch import files

if TYPE_CHECKING:
    from pathlib import Path

    from bot.batch import Seen


def look_or_die(feed: str, root: Path, path: str) -> Seen:
    """Read a file as usual, unless its name is that of one that kills the parser."""
    if "killer" in path:
        os.abort()
    return files.look(feed, root, path)


def look_or_hang(feed: str, root: Path, path: str) -> Seen:
    """Read a file as usual, unless its name is that of one that never ends."""
    if "endless" in path:
        signal.pause()
    return files.look(feed, root, path)
