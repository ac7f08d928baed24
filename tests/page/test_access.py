"""That nobody is shut out of the page: axe finds nothing, and what moves is not read out."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.page.axe import serious_faults
from tests.page.test_look import SAMPLE, TEXT
from tests.page.test_rendering import MENU, ROW

if TYPE_CHECKING:
    from tests.page.conftest import Stand, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_is_open_to_everybody(stand: Stand, visit: Visit, scheme: Any) -> None:
    await visit.page.emulate_media(color_scheme=scheme)
    stand.post(TEXT, embeds=(SAMPLE,), components=(ROW, MENU))
    stand.anna.say(stand.channel, "<@1> @everyone")
    await visit.run("count")
    await expect(visit.message("Page 1")).to_be_visible()
    await visit.controls()
    await visit.command("greet")
    assert await serious_faults(visit.page) == []


async def test_a_form_is_open_to_everybody(visit: Visit) -> None:
    await visit.run("feedback")
    await visit.page.get_by_role("dialog").wait_for()
    assert await serious_faults(visit.page) == []


async def test_a_phones_page_is_open_to_everybody(stand: Stand) -> None:
    stand.post(TEXT, embeds=(SAMPLE,), components=(ROW, MENU))
    visit = await stand.visit(width=375, height=700)
    await visit.page.get_by_role("button", name="Servers and channels").click()
    assert await serious_faults(visit.page) == []


@pytest.mark.parametrize("tab", ["Controls", "Timeline"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_the_drawer_is_open_to_everybody(stand: Stand, tab: str, width: int) -> None:
    visit = await stand.visit(width=width, height=800)
    await visit.controls()
    await visit.page.get_by_role("tab", name=tab).click()
    if tab == "Controls":
        await visit.page.get_by_role("button", name="Answer 500").click()
        await expect(visit.page.locator(".told:visible")).to_be_visible()
    assert await serious_faults(visit.page) == []


async def test_an_open_menu_is_open_to_everybody(stand: Stand, visit: Visit) -> None:
    options = [{"label": f"Story {i}", "value": str(i), "description": "x"} for i in range(25)]
    menu = {"type": 3, "custom_id": "pick", "placeholder": "A story", "options": options}
    stand.post("Choose", components=({"type": 1, "components": [menu]},))
    await visit.page.get_by_role("button", name="A story").click()
    await expect(visit.options.first).to_be_focused()
    assert await serious_faults(visit.page) == []


async def test_the_list_of_commands_is_open_to_everybody(visit: Visit) -> None:
    for typed in ("/", "/no-such-thing"):
        await visit.box.fill(typed)
        await expect(visit.options.first).to_be_visible()
        assert await serious_faults(visit.page) == []


async def test_a_failed_command_is_open_to_everybody(visit: Visit) -> None:
    await visit.send("silent")
    await visit.is_left_without_an_answer()
    await expect(visit.message("did not respond")).to_be_visible()
    assert await serious_faults(visit.page) == []


async def test_no_level_of_headings_is_left_out(stand: Stand, visit: Visit) -> None:
    stand.post("## Today\n### And more", embeds=(SAMPLE | {"description": "# Part"},))
    await expect(visit.message("Today")).to_be_visible()
    await visit.controls()
    levels = await visit.page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(
        "all => all.filter((h) => h.checkVisibility()).map((h) => Number(h.tagName[1]))"
    )
    assert levels[:5] == [1, 2, 2, 2, 3]
    assert [(one, after) for one, after in pairwise(levels) if after > one + 1] == []


async def test_embeds_are_no_landmarks(stand: Stand, visit: Visit) -> None:
    stand.post(embeds=tuple(SAMPLE | {"url": f"https://a.example/{i}"} for i in range(3)))
    await expect(visit.page.get_by_role("group", name="Embed")).to_have_count(3)
    await expect(visit.page.get_by_role("region", name="Embed")).to_have_count(0)


async def test_a_moment_that_counts_is_not_read_out_each_second(stand: Stand, visit: Visit) -> None:
    await expect(visit.page.get_by_role("log")).to_have_attribute("aria-relevant", "additions")
    soon = int(stand.sandbox.clock.now().timestamp()) + 100
    stand.post(f"Starts <t:{soon}:R>")
    moments = visit.message("Starts").locator("time")
    await expect(moments).to_have_count(2)
    for moment in await moments.all():
        await expect(moment).to_have_attribute("aria-live", "off")


async def test_another_channel_is_not_read_out_message_by_message(
    stand: Stand, visit: Visit
) -> None:
    stand.guild.channels[1].post(stand.sandbox.world.bot, stand.post("first").body)
    await expect(visit.message("first")).to_be_visible()
    await visit.page.evaluate(
        """() => {
            const log = document.querySelector("#messages");
            const note = () => (document.body.dataset.busy += ` ${log.ariaBusy}`);
            document.body.dataset.busy = "";
            const list = document.querySelector("#list");
            new MutationObserver(note).observe(list, { childList: true });
        }"""
    )
    await visit.page.get_by_role("link", name=re.compile("ai-alerts")).click()
    await visit.page.get_by_role("heading", level=1, name="#ai-alerts").wait_for()
    body = visit.page.locator("body")
    await expect(body).to_have_attribute("data-busy", re.compile(" true$"))
    await expect(visit.page.get_by_role("log")).not_to_have_attribute("aria-busy", "true")
