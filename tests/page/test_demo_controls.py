"""The drawer of the demo's page, with the real bot behind it: what one does, and what it does."""

from __future__ import annotations

import asyncio
import itertools
import re
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.demo.controls import BURST
from bot.demo.show import DemoRequest, publish, stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Locator, Page

    from bot.demo.show import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATIENCE = 40_000
"""Milliseconds within which the bot has coped with an outage of ten seconds."""


@pytest_asyncio.fixture(loop_scope="session")
async def scene() -> AsyncIterator[Stage]:
    """The demo as `digest-bot demo` sets it up, with its digest."""
    async with stage(DemoRequest(browser=False)) as scene:
        await publish(scene)
        yield scene


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, scene: Stage) -> AsyncIterator[Page]:
    """The page with its drawer open; its console must stay silent."""
    complaints: list[str] = []
    async with await browser.new_context(reduced_motion="reduce") as context:
        page = await context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(scene.sandbox.page_url)
        await page.get_by_role("button", name="Controls", exact=True).click()
        yield page
    assert complaints == []


def action(page: Page, button: str) -> Locator:
    """The form that a button of the drawer belongs to."""
    return page.locator("form.action").filter(
        has=page.get_by_role("button", name=button, exact=True)
    )


async def press(page: Page, button: str, told: str | re.Pattern[str]) -> None:
    """Press a button of the drawer, and read what it says it did."""
    form = action(page, button)
    await form.get_by_role("button", name=button, exact=True).click()
    await expect(form.locator(".told")).to_contain_text(told, timeout=20_000)


async def add(page: Page) -> str:
    """Add the article that is suggested, and look where it is posted; return its title."""
    title = await action(page, "Add an article").get_by_label("Title").input_value()
    await press(page, "Add an article", f"“{title}” is in the directory; see #ai-alerts.")
    await page.get_by_role("link", name="ai-alerts").click()
    await expect(post(page, title)).to_be_visible(timeout=20_000)
    return title


def post(page: Page, title: str) -> Locator:
    """The posts of an article."""
    return page.locator(".message").filter(has=page.get_by_role("heading", name=title))


async def requests(page: Page, words: str) -> Locator:
    """The requests of the bot that say so, newest first, with the timeline in view."""
    await page.get_by_role("tab", name="Timeline").click()
    return page.locator("#timeline .request").filter(has_text=words)


async def controls(page: Page) -> None:
    """Bring the controls back into view."""
    await page.get_by_role("tab", name="Controls").click()


async def test_on_to_the_next_digest_posts_it(page: Page) -> None:
    digests = page.get_by_role("heading", name="Today in AI")
    await expect(digests).to_have_count(1)
    told = re.compile(r"clock shows \w+, \d\d:00 UTC, and 6 articles came; see #ai-news\.")
    await press(page, "On to the next digest", told)
    await expect(digests).to_have_count(2, timeout=20_000)


async def test_an_article_is_added_twice_and_each_is_another_one(page: Page) -> None:
    first = await add(page)
    second = await add(page)
    assert first != second
    await expect(post(page, first)).to_have_count(1)
    await expect(page.locator(".message")).to_have_count(2)


async def test_what_one_typed_is_added_under_that_title_and_not_a_second_time(page: Page) -> None:
    title = action(page, "Add an article").get_by_label("Title")
    await title.fill("Kettle Refuses to Boil")
    await press(page, "Add an article", "“Kettle Refuses to Boil” is in the directory")
    await expect(title).not_to_have_value("Kettle Refuses to Boil")
    await title.fill("Kettle Refuses to Boil")
    await press(page, "Add an article", "There is an article “Kettle Refuses to Boil” already")
    await expect(title).to_have_value("Kettle Refuses to Boil")


async def test_the_heat_of_the_article_that_is_chosen_is_what_can_be_changed(page: Page) -> None:
    form = action(page, "Change its heat")
    heat = form.get_by_role("spinbutton")
    await form.get_by_label("Article").select_option(
        "Tern Motors Recalls 8,000 Self-Driving Cars for Being Too Polite"
    )
    await expect(heat).to_have_value("176")
    await press(page, "Change its heat", "Its heat is 176 already: choose another number.")
    await heat.fill("20")
    title = await add(page)  # and so the controls are drawn anew
    await expect(heat).to_have_value("20")
    await press(page, "Change its heat", "Its heat was 176 and is 20 now: ask /top-by-heat.")
    await form.get_by_label("Article").select_option(title)
    await expect(heat).to_have_value("120")


async def test_a_hotter_article_is_the_first_in_the_bots_next_answers(page: Page) -> None:
    title = await add(page)
    form = action(page, "Change its heat")
    await form.get_by_label("Article").select_option(title)
    await form.get_by_role("spinbutton").fill("200")
    await press(page, "Change its heat", "Its heat was 120 and is 200 now: ask /top-by-heat.")
    answers = page.locator(".message-ephemeral")
    async with asyncio.timeout(60):
        for asked in itertools.count(1):  # the bot may not have looked at the file yet
            await page.locator("#say").fill("/top-by-heat")
            await page.locator("li[role=option]", has_text="/top-by-heat").wait_for()
            await page.keyboard.press("Enter")
            await page.get_by_role("heading", name="/top-by-heat").wait_for()
            await page.keyboard.press("Enter")
            await expect(answers).to_have_count(asked)
            hottest = answers.last.locator(".markdown a").first
            if await hottest.inner_text() == title:
                break


async def test_an_article_that_is_withdrawn_is_struck_through(page: Page) -> None:
    title = await add(page)
    await action(page, "Withdraw it").get_by_label("Article").select_option(title)
    await press(page, "Withdraw it", f"“{title}” is withdrawn.")
    struck = post(page, title).locator(".embed-title").locator("s, del")
    await expect(struck).to_have_text(title, timeout=20_000)
    edits = await requests(page, "edits a message in #ai-alerts")
    await expect(edits.first.locator(".code")).to_have_text("200")
    await controls(page)
    await press(page, "Withdraw it", f"“{title}” is withdrawn already")


async def test_of_a_burst_the_first_arrive_and_one_sees_how_far_it_is(page: Page) -> None:
    button = f"Drop {BURST} articles at once"
    await expect(action(page, button)).to_contain_text("about 8 minutes to appear in #ai-alerts")
    await page.get_by_role("link", name="ai-alerts").click()
    await press(page, button, f"{BURST} articles are in the directory.")
    told = action(page, button).locator(".told")
    progress = re.compile(rf"^\d+ of {BURST} posted in #ai-alerts\.$")
    await expect(told).to_have_text(progress, timeout=20_000)
    before = await told.inner_text()  # who looks late may find it further than five
    await expect(told).not_to_have_text(before, timeout=20_000)
    await expect(told).to_have_text(progress)
    await page.locator(".message").nth(9).wait_for()
    titles = await page.locator(".message .embed-title").all_inner_texts()
    assert len(set(titles)) == len(titles) >= 10
    choices = action(page, "Withdraw it").get_by_label("Article").locator("option")
    await choices.nth(BURST).wait_for(state="attached")
    assert await choices.first.inner_text() not in titles


async def test_after_an_outage_the_bot_posts_what_it_could_not_and_once(page: Page) -> None:
    await press(page, "Answer 500 for 10 s", "Every request is answered with 500")
    title = await action(page, "Add an article").get_by_label("Title").input_value()
    await press(page, "Add an article", "is in the directory")
    failures = await requests(page, "on purpose")
    await expect(failures.first.locator(".code")).to_have_text("500", timeout=20_000)
    await page.get_by_role("link", name="ai-alerts").click()
    await expect(post(page, title)).to_have_count(1, timeout=PATIENCE)
    posts = await requests(page, "posts in #ai-alerts")
    await expect(posts.first.locator(".code")).to_have_text("200")


async def test_after_its_connection_was_cut_the_bot_is_back_and_posts(
    scene: Stage, page: Page
) -> None:
    await press(page, "Cut the connection", re.compile("The connection (is|was) cut"))
    await scene.sandbox.wait_until(
        lambda: scene.sandbox.gateway.resumed or scene.sandbox.gateway.identified > 1, timeout=30
    )
    await expect(page.locator("#online-text")).to_have_text("Digest is online")
    await add(page)


async def test_without_permission_it_waits_and_posts_when_it_may_again(
    scene: Stage, page: Page
) -> None:
    await page.get_by_role("link", name="ai-alerts").click()
    form = page.locator("form.action").filter(has_text="In this channel, the bot may")
    switch = form.get_by_role("checkbox", name=re.compile("^send messages"))
    await switch.uncheck()
    told = form.locator(".told")
    await expect(told).to_have_text("In #ai-alerts, Digest may no longer send messages.")
    title = await action(page, "Add an article").get_by_label("Title").input_value()
    await press(page, "Add an article", "is in the directory")
    refused = await requests(page, "403 · 50013")
    await expect(refused.first).to_be_visible(timeout=20_000)
    assert scene.alerts.messages == []
    await controls(page)
    await switch.check()
    await expect(told).to_have_text("In #ai-alerts, Digest may send messages again.")
    await expect(post(page, title)).to_have_count(1, timeout=PATIENCE)
