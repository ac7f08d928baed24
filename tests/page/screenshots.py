"""Pictures of the page with the demo's bot at work in it, for the documentation.

    make screenshots

writes docs/images/page-*.png. They look best where the font Inter is installed, in which the page
is set if it can be (on Debian: fonts-inter, and fonts-noto-color-emoji for the symbols).
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.demo.show import DemoRequest, publish, stage
from tests.page.browser import chromium, find_chromium

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

    from bot.demo.show import Stage

IMAGES = Path(__file__).parents[2] / "docs" / "images"

DESK, PHONE = (1280, 800), (400, 800)
"""Width and height of a window, in CSS pixels."""

SCALE = 1.2
"""Pixels of the picture for each of them."""


async def take_all(executable: str) -> None:
    """Set the demo up once and take every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    async with stage(DemoRequest(browser=False)) as scene, chromium(executable) as browser:
        await publish(scene)
        async with window(scene, browser, DESK, "light") as page:
            await to_the_top(page)
            await page.screenshot(path=IMAGES / "page-light.png")
        async with window(scene, browser, PHONE, "light") as page:
            await to_the_top(page)
            await page.screenshot(path=IMAGES / "page-phone.png")
        async with window(scene, browser, DESK, "dark") as page:
            await let_discord_fail(page)
            await page.screenshot(path=IMAGES / "page-dark.png")


@asynccontextmanager
async def window(
    scene: Stage, browser: Browser, size: tuple[int, int], scheme: str
) -> AsyncIterator[Page]:
    """Open the page in a window of its own."""
    width, height = size
    async with await browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=SCALE,
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    ) as context:
        page = await context.new_page()
        await page.goto(scene.sandbox.page_url)
        await page.locator(".message").first.wait_for()
        yield page


async def to_the_top(page: Page) -> None:
    """Show how the digest begins."""
    await page.locator("#messages").evaluate("log => { log.scrollTop = 0 }")


async def let_discord_fail(page: Page) -> None:
    """Add an article while Discord answers 500, and show how it came to be posted all the same."""
    await page.get_by_role("button", name="Got it").click()
    await page.get_by_role("link", name="ai-alerts").click()
    await page.locator("#open-drawer").click()
    await page.get_by_role("button", name="Answer 500 for").click()
    await page.get_by_role("button", name="Add an article").click()
    await page.get_by_role("tab", name="Timeline").click()
    await page.locator(".message").first.wait_for(timeout=60_000)
    await page.locator("#timeline .request").first.wait_for()


def main() -> None:
    """Take the pictures, or say what is missing."""
    executable = find_chromium()
    if executable is None:
        sys.exit("No Chromium is installed here: on Debian, apt-get install chromium.")
    asyncio.run(take_all(executable))


if __name__ == "__main__":
    main()
