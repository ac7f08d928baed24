"""What axe-core finds that shuts somebody out of a page: https://github.com/dequelabs/axe-core"""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.async_playwright import Axe

if TYPE_CHECKING:
    from playwright.async_api import Page

STILL = """Promise.all(
    document.getAnimations()
        .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity)
        .map((animation) => animation.finished.catch(() => null))
)"""
"""Waits until what fades in has done so, or is gone: half-faded text is too pale to read."""


async def serious_faults(page: Page) -> list[str]:
    """What axe finds that shuts somebody out."""
    await page.evaluate(STILL)
    found = (await Axe().run(page)).response["violations"]
    return [
        f"{fault['id']}: {node['html']}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]
