"""A sandbox that nobody has connected a bot to yet, as `digest-bot sandbox` starts one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.sandbox import Sandbox
from tests.page.guest import guest
from tests.support.sandbox import running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """A server with a channel, and no bot."""
    async with running() as sandbox:
        sandbox.world.add_guild("Reading Room").add_text_channel("ai-news")
        yield sandbox


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, sandbox: Sandbox) -> AsyncIterator[Page]:
    """The page, whose console must stay silent."""
    complaints: list[str] = []
    async with await browser.new_context() as context:
        page = await context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(sandbox.page_url)
        yield page
    assert complaints == []


async def test_the_page_says_how_to_connect_a_bot_until_one_is_there(
    page: Page, sandbox: Sandbox
) -> None:
    await expect(page.locator("#online-text")).to_have_text("No bot is connected")
    await expect(page.locator("#no-bot")).to_have_text(
        f"No bot is connected. Point one at the API {sandbox.api_url} and the gateway "
        f"{sandbox.gateway_url}. Its token is printed where the sandbox was started."
    )
    async with guest().online(sandbox):
        await expect(page.locator("#online-text")).to_have_text("Digest is online")
        await expect(page.locator("#no-bot")).to_be_hidden()
    # It was there, so it is known how to connect it.
    await expect(page.locator("#online-text")).to_have_text("Digest is offline")
    await expect(page.locator("#no-bot")).to_be_hidden()


async def test_an_empty_timeline_says_what_will_be_there(page: Page) -> None:
    await page.get_by_role("button", name="Controls").click()
    await page.get_by_role("tab", name="Timeline").click()
    await expect(page.get_by_text("Here will stand each request of the bot")).to_be_visible()
    await page.get_by_role("tab", name="Controls").click()
    await page.get_by_role("button", name="Cut the connection").click()
    await expect(page.locator(".told:visible")).to_have_text("No bot is connected.")
