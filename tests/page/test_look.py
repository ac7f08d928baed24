"""What a message looks like in a real browser, and that nobody is shut out of the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from bot.sandbox.page import render_page
from tests.page.axe import serious_faults
from tests.page.test_rendering import EMBED, MENU, NOW, ROW

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser, Locator

    from tests.page.conftest import Stand, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAMPLE: dict[str, Any] = EMBED | {
    "author": {"name": "The Daily Gradient", "icon_url": "https://img.example/logo.png"},
    "thumbnail": {"url": "https://img.example/small.png"},
    "image": {"url": "https://img.example/large.png"},
    "fields": [
        *({"name": f"Field {i}", "value": "one", "inline": True} for i in range(3)),
        {"name": "Wide", "value": "two"},
    ],
}
TEXT = """# News
-# since yesterday
**bold** *slanted* __under__ ~~gone~~ `code` ||secret|| [a link](https://news.example/)
> quoted
- one
  - two
```
x = 1
```
<t:1772442000:R>"""


@pytest.fixture
def message(stand: Stand, visit: Visit) -> Locator:
    """A message with everything that a message can have."""
    stand.post(TEXT, embeds=(SAMPLE,), components=(ROW, MENU))
    return visit.message("The Daily Gradient")


async def css(locator: Locator, name: str) -> str:
    """How something is drawn."""
    return str(await locator.evaluate("(e, name) => getComputedStyle(e)[name]", name))


@pytest.mark.parametrize(
    ("selector", "name", "value"),
    [
        (".markdown strong", "fontWeight", "650"),
        (".markdown em", "fontStyle", "italic"),
        (".markdown u", "textDecorationLine", "underline"),
        (".markdown s", "textDecorationLine", "line-through"),
        (".embed-bar rect", "fill", "rgb(52, 152, 219)"),
        (".spoiler", "cursor", "pointer"),
    ],
)
async def test_marks_and_colours_are_seen(
    message: Locator, selector: str, name: str, value: str
) -> None:
    assert await css(message.locator(selector).first, name) == value


async def test_a_message_has_its_author_badge_and_time(message: Locator) -> None:
    head = message.locator(".message-head")
    await expect(head).to_have_text(r"DigestAPPToday at " + (await head.inner_text())[-5:])


async def test_fields_side_by_side_share_a_row_and_a_wide_one_has_its_own(message: Locator) -> None:
    fields = message.locator(".embed-field")
    tops = [await fields.nth(i).evaluate("field => field.offsetTop") for i in range(4)]
    assert tops[0] == tops[1] == tops[2] < tops[3]


async def test_a_spoiler_is_hidden_until_one_points_at_it(message: Locator) -> None:
    spoiler = message.locator(".spoiler")
    assert await css(spoiler, "color") == await css(spoiler, "backgroundColor")
    await spoiler.hover()
    assert await css(spoiler, "color") != await css(spoiler, "backgroundColor")


async def test_links_lead_away_without_telling_from_where(message: Locator) -> None:
    links = message.get_by_role("link")
    await expect(links).to_have_count(3)
    for link in await links.all():
        assert await link.get_attribute("rel") == "noopener noreferrer"
        assert str(await link.get_attribute("href")).startswith("https://")


async def test_a_picture_that_does_not_load_leaves_its_stand_in(stand: Stand, visit: Visit) -> None:
    await stand.context.route("https://cdn.outlet.org/**", lambda route: route.abort())
    visit.expect_complaints("Failed to load resource")  # the browser's own, one for each picture
    stand.post(embeds=(EMBED,))
    await expect(visit.page.locator(".embed-image svg")).to_be_visible()
    await expect(visit.page.locator(".embed-image img")).to_have_count(0)


async def test_relative_times_keep_counting(stand: Stand, visit: Visit) -> None:
    soon = int(stand.sandbox.clock.now().timestamp()) + 100
    stand.post(f"Starts <t:{soon}:R>")
    moment = visit.message("Starts").locator("time.mark")
    await expect(moment).to_have_text("in 1 minute")
    await visit.page.evaluate("Date.now = ((now) => () => now() + 60_000)(Date.now)")
    await expect(moment).to_have_text(re.compile(r"in \d+ seconds"))


async def test_messages_of_one_author_share_a_head(stand: Stand, visit: Visit) -> None:
    stand.post("one")
    stand.post("two")
    await expect(visit.page.locator("strong.author:visible")).to_have_count(1)
    await expect(visit.page.locator(".day")).to_have_count(1)


async def test_text_that_looks_like_markup_stays_text(stand: Stand, visit: Visit) -> None:
    evil = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
    stand.post(evil, embeds=({"title": evil, "description": evil, "footer": {"text": evil}},))
    stand.guild.add_text_channel(evil, topic=evil)
    await expect(visit.message(evil)).to_be_visible()
    await expect(visit.page.get_by_role("link", name=evil)).to_be_visible()
    assert await visit.page.title() == "#ai-news · Sandbox"


async def test_the_theme_follows_the_system_until_one_chooses(visit: Visit) -> None:
    async def paper() -> str:
        return await css(visit.page.locator("body"), "backgroundColor")

    light = await paper()
    await visit.page.emulate_media(color_scheme="dark")
    dark = await paper()
    assert light != dark
    await visit.page.get_by_role("button", name="Change between light and dark").click()
    assert await paper() == light
    await visit.page.reload()
    assert await paper() == light


async def test_a_phone_shows_messages_and_keeps_the_places_at_hand(stand: Stand) -> None:
    stand.post(TEXT, embeds=(SAMPLE,), components=(ROW, MENU))
    visit = await stand.visit(width=375, height=700)
    await expect(visit.message("News")).to_be_visible()
    width = await visit.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 375
    link = visit.page.get_by_role("link", name="ai-alerts")
    await expect(link).to_be_hidden()
    await visit.page.get_by_role("button", name="Servers and channels").click()
    await link.click()
    await visit.page.get_by_role("heading", level=1, name="#ai-alerts").wait_for()
    await expect(link).to_be_hidden()


async def test_a_command_with_many_options_can_be_sent_from_a_phone(stand: Stand) -> None:
    visit = await stand.visit(width=375, height=480)
    await visit.command("greet")
    await visit.field("city").fill("Oslo")
    for option in ("times", "loud", "where"):
        await visit.page.get_by_role("button", name=option).click()
    send = visit.page.get_by_role("button", name="Send")
    await send.scroll_into_view_if_needed()
    await expect(send).to_be_in_viewport(ratio=1)
    await send.click()
    await expect(visit.message("Hello Oslo")).to_be_visible()


async def test_a_file_of_messages_looks_like_the_page(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "preview.html"
    page_text = render_page([{"content": TEXT, "embeds": [SAMPLE], "components": [ROW]}], now=NOW)
    file.write_text(page_text, "utf-8")
    async with await browser.new_context() as context:
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(file.as_uri())
        await expect(page.locator(".embed-title")).to_have_text("A new chip")
        assert await css(page.locator(".embed-bar rect"), "fill") == "rgb(52, 152, 219)"
        assert await css(page.locator(".embed"), "display") == "flex"
        assert await serious_faults(page) == []
        assert complaints == []
