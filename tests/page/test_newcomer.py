"""A newcomer's minute: from loading the demo's page to the real bot's first answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.demo.show import DemoRequest, publish, stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Browser, Page

    from bot.demo.show import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def scene() -> AsyncIterator[Stage]:
    """The demo as `digest-bot demo` sets it up."""
    async with stage(DemoRequest(browser=False)) as scene:
        yield scene


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, scene: Stage) -> AsyncIterator[Page]:
    """The page, as somebody sees it who has just opened it; its console must stay silent."""
    complaints: list[str] = []
    async with await browser.new_context() as context:
        page = await context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(scene.sandbox.page_url)
        yield page
    assert complaints == []


async def test_from_loading_to_the_first_answer(scene: Stage, page: Page) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text("#ai-news")
    await expect(page.locator("#online-text")).to_contain_text("is online")

    # The scheduled digest is posted while one looks.
    await scene.controls.move_to_next_digest()
    digest = page.locator(".message").first
    await expect(digest.get_by_role("heading", name="Today in AI")).to_be_visible(timeout=20_000)
    assert await digest.locator(".embed").count() > 2

    # A slash shows what there is to ask; a topic is suggested; the answer comes.
    await page.locator("#say").fill("/topic")
    await page.locator("li[role=option]", has_text="/topic").first.wait_for()
    await page.keyboard.press("Enter")
    await page.locator("#option-topic").fill("robo")
    await page.locator("li[role=option]", has_text="AI in Robotics").click()
    await page.keyboard.press("Enter")
    answer = page.locator(".message-ephemeral")
    await expect(answer).to_contain_text("AI in Robotics")
    await expect(answer).to_contain_text("Only you can see this")

    # All coverage of a story is one choice away.
    await answer.locator(".menu-opener").click()
    await page.locator("li[role=option]:visible").first.click()
    await expect(page.locator(".message-ephemeral")).to_have_count(2)


async def test_a_newcomer_owns_the_server_and_can_be_an_ordinary_member(page: Page) -> None:
    you = page.get_by_label("You are")
    await expect(you.locator("option")).to_have_text(["Anna, the owner", "Ben, a member"])
    await expect(you.locator("option:checked")).to_have_text("Anna, the owner")
    for person, can_schedule in (("Anna, the owner", True), ("Ben, a member", False)):
        await you.select_option(person)
        await page.reload()
        await expect(page.locator("#say")).to_be_editable()
        await page.locator("#say").fill("/")
        options = page.locator("li[role=option]:visible")
        await expect(options.filter(has_text="/top-by-heat")).to_have_count(1)
        await expect(options.filter(has_text="/schedule add")).to_have_count(int(can_schedule))


async def test_the_pages_of_an_answer_are_turned(page: Page) -> None:
    await page.locator("#say").fill("/top-by-heat")
    await page.locator("li[role=option]", has_text="/top-by-heat").wait_for()
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="/top-by-heat").wait_for()
    await page.keyboard.press("Enter")
    answer = page.locator(".message-ephemeral")
    await expect(answer).to_contain_text("Page 1 of 2")
    first = await answer.locator(".markdown a").first.inner_text()
    await answer.get_by_role("button", name="Next").click()
    await expect(answer).to_contain_text("Page 2 of 2")
    await expect(answer).not_to_contain_text(first)
    await answer.get_by_role("button", name="Previous").click()
    await expect(answer).to_contain_text(first)


async def test_the_first_view_is_the_top_of_the_digest_with_a_word_on_what_this_is(
    scene: Stage, page: Page
) -> None:
    await publish(scene)
    await page.add_init_script("sessionStorage.clear()")  # as somebody who has read nothing yet
    for width, height in ((1280, 800), (390, 844)):
        await page.set_viewport_size({"width": width, "height": height})
        await page.reload()
        await expect(page.get_by_role("heading", name="Today in AI")).to_be_in_viewport()
        welcome = page.get_by_role("region", name="Welcome")
        await expect(welcome).to_contain_text("This is not Discord")
        await expect(welcome).to_contain_text("/top-by-heat")
        await expect(page.locator(".message-ephemeral")).to_have_count(0)
        wide = await page.evaluate("document.querySelector('main').scrollWidth")
        assert wide <= width


async def test_the_welcome_is_put_away_for_good(page: Page) -> None:
    await page.get_by_role("button", name="Got it").click()
    await expect(page.locator("#say")).to_be_focused()
    await page.reload()
    await expect(page.locator("#online-text")).to_contain_text("is online")
    await expect(page.get_by_role("region", name="Welcome")).to_be_hidden()


async def test_the_page_says_what_it_is_and_each_channel_what_appears_there(page: Page) -> None:
    await expect(page.locator(".brand")).to_contain_text("digest-bot demo")
    await expect(page.locator(".brand")).to_contain_text("A stand-in for Discord")
    await expect(page).to_have_title("#ai-news · digest-bot demo")
    await expect(page.locator("#channel-topic")).to_contain_text("The daily digest")
    await page.get_by_role("link", name="ai-alerts").click()
    await expect(page.locator("#channel-topic")).to_contain_text("A post for each story")


async def test_an_empty_channel_says_what_appears_in_it_on_a_phone_too(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.get_by_role("button", name="Servers and channels").click()
    await page.get_by_role("link", name="ai-alerts").click()
    told = page.locator("#messages").get_by_text("A post for each story")
    await expect(told).to_be_in_viewport()


async def test_a_page_that_is_loaded_again_goes_on_where_one_was(scene: Stage, page: Page) -> None:
    await publish(scene)
    await page.reload()
    await page.locator(".message").first.wait_for()
    await page.locator("#say").fill("I was here")
    await page.keyboard.press("Enter")
    said = page.locator(".message", has_text="I was here")
    await expect(said).to_be_in_viewport()
    await page.reload()
    await expect(said).to_be_in_viewport()


async def test_a_page_that_is_left_open_says_that_the_next_demo_is_another_world(
    browser: Browser, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    async with await browser.new_context() as context:
        page = await context.new_page()
        notice = page.get_by_role("status", name="A new start")
        said = page.locator(".message", has_text="I was here")
        async with stage(DemoRequest(browser=False, keep=kept)) as scene:
            port = urlsplit(scene.sandbox.page_url).port or 0
            await page.goto(scene.sandbox.page_url)
            await page.locator("#say").fill("I was here")
            await page.keyboard.press("Enter")
            await expect(said).to_be_visible()
        await expect(page.get_by_text("The sandbox is out of reach.")).to_be_visible()
        async with stage(DemoRequest(browser=False, keep=kept, port=port)):
            await expect(page.get_by_text("The sandbox is out of reach.")).to_be_hidden()
            await expect(page.locator("#online-text")).to_contain_text("is online")
            await expect(said).to_be_visible()
            await expect(notice).to_be_hidden()
        await expect(page.get_by_text("The sandbox is out of reach.")).to_be_visible()
        async with stage(DemoRequest(browser=False, port=port)):
            await expect(notice).to_contain_text("This is a new Discord.")
            await expect(said).to_have_count(0)
            await page.get_by_role("button", name="OK").click()
            await expect(notice).to_be_hidden()
