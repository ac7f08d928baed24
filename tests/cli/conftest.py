"""Directories that commands are run in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.cli.commands import write_article

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Three articles as of NOON: a hot one, a good one, and one of another topic."""
    folder = tmp_path / "articles"
    write_article(folder, "Lamp Learns to Read", 90, NOON, quality=40)
    write_article(folder, "Kettle Learns to Listen", 70, NOON, quality=99)
    write_article(folder, "Robot Sorts Socks", 50, NOON, topic="AI in Robotics", quality=60)
    return folder


@pytest.fixture
def broken(articles: Path) -> Path:
    """An article that cannot be used, beside good ones."""
    path = articles / "2026-03-02-broken.md"
    path.write_text("---\ntitle: [\nheat: much\n---\n")
    return path
