"""The disk is full at the very commit that matters: the message is there once, afterwards."""

from __future__ import annotations

import contextlib
import subprocess
from typing import TYPE_CHECKING

import pytest

from digests.decide import Timing
from tests.flows.reading import KITE, LAMP, titles
from tests.flows.test_deliver import FORGETFUL, SECOND, spoil
from tests.flows.test_store_trouble import hearing
from tests.support.bot import MINUTE, alerts, bot_at_work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.sandbox import Sandbox
    from bot.sandbox.channels import Channel

TIMING = Timing(retry_first=0.2 * SECOND)
CHANNEL, MESSAGES = "^/channels/{channel_id}$", "messages$"


@pytest.fixture
def nonce_window() -> float:
    """Nonces are the second belt; here it is about the first."""
    return FORGETFUL


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of a few megabytes."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here; root may on most machines")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def fill(disk: Path) -> Path:
    """Leave not a byte; the file to be removed for room."""
    ballast = disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return ballast


@pytest.mark.parametrize(
    "moment",
    [(0, "GET", CHANNEL), (0, "POST", MESSAGES), (1, "GET", MESSAGES)],
    ids=["at the claim", "when it is shown", "when it was looked up in vain"],
)
async def test_a_message_is_there_once_although_the_disk_was_full(
    sandbox: Sandbox, news: Channel, small_disk: Path, moment: tuple[int, str, str]
) -> None:
    """`moment`: how many requests fail before, and the request after which nothing can be noted."""
    before, method, route = moment
    async with bot_at_work(sandbox, small_disk, alerts(news), timing=TIMING, may_fail=True) as bot:
        for _ in range(before):
            spoil(sandbox, "reset")
        stuck = sandbox.faults.hang(method, route, after_effect=True)
        await bot.write("a.md", LAMP)
        if before:
            await bot.settled()
            bot.clock.advance(MINUTE)
        await stuck.reached()
        async with hearing("delivery.failed"):
            ballast = fill(small_disk)
            stuck.release()
        assert "make room" in vars(bot.logged("delivery.failed")[0])["reason"]
        ballast.unlink()
        await bot.write("b.md", KITE)
        await bot.advance(MINUTE)
        await bot.advance(MINUTE)
        assert titles(news) == [LAMP, KITE]
