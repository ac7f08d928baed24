"""The drawer: what one lets go wrong, and how the bot is seen to cope."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.sandbox import Permission
from bot.sandbox.page import Action, ActionError, Field, FieldKind, Option, Panel, Pressed

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from tests.page.conftest import Stand, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")


def rows(visit: Visit) -> Locator:
    """The timeline's rows, newest first."""
    return visit.page.locator("#timeline .request")


async def test_the_drawer_is_closed_at_first_and_closes_again(visit: Visit) -> None:
    drawer = visit.page.get_by_role("complementary", name="Controls")
    await expect(drawer).to_be_hidden()
    await visit.controls()
    await expect(drawer).to_be_visible()
    await visit.page.get_by_role("button", name="Close the controls").click()
    await expect(drawer).to_be_hidden()


async def test_what_the_bot_asks_is_listed_as_it_asks(stand: Stand, visit: Visit) -> None:
    await visit.controls()
    await expect(rows(visit).filter(has_text="/users/@me")).to_contain_text("GET")
    await stand.bot.get_partial_messageable(stand.channel.id).send("hi", nonce="abc")
    row = rows(visit).first
    await expect(row).to_contain_text("/channels/…/messages")
    await expect(row).to_contain_text("nonce abc · 'hi'")
    await expect(row.locator(".code")).to_have_text("200")


async def test_a_cut_connection_comes_back(stand: Stand, visit: Visit) -> None:
    await visit.controls()
    online = visit.page.locator("#online-text")
    await expect(online).to_have_text("Digest is online")
    resumed = stand.bot.wait_for_event("resumed")
    await visit.page.get_by_role("button", name="Cut the connection").click()
    await expect(
        visit.page.get_by_text("The connection is cut; watch the bot come back.")
    ).to_be_visible()
    await asyncio.wait_for(resumed, 10)
    await expect(online).to_have_text("Digest is online")


async def test_an_outage_is_shown_with_what_the_bot_did_about_it(
    stand: Stand, visit: Visit
) -> None:
    await visit.controls()
    await visit.page.get_by_role("button", name="Answer 500 for 10 s").click()
    await expect(visit.page.get_by_text("Every request is answered with 500")).to_be_visible()
    send = stand.bot.get_partial_messageable(stand.channel.id).send("again", nonce="abc")
    sending = asyncio.create_task(send)
    failed = rows(visit).filter(has_text="500 before effect")
    await expect(failed.first.locator(".code")).to_have_text("500")
    await stand.sandbox.page.close()
    await sending
    await expect(rows(visit).first).to_contain_text("↻ try")
    await expect(rows(visit).first.locator(".code")).to_have_text("200")
    assert [message.content for message in stand.channel.messages] == ["again"]


async def test_a_rate_limit_is_told_from_an_error(stand: Stand, visit: Visit) -> None:
    await visit.controls()
    await visit.page.get_by_role("button", name="Answer 429 for 10 s").click()
    await expect(visit.page.get_by_text("Every request is answered with 429")).to_be_visible()
    await visit.run("count")
    await expect(rows(visit).filter(has_text="429").locator(".code.slow").first).to_be_visible()
    await stand.sandbox.page.close()


async def test_a_permission_is_taken_away_and_given_back(stand: Stand, visit: Visit) -> None:
    await visit.controls()
    bot, channel = stand.sandbox.world.bot, stand.channel
    switch = visit.page.get_by_label("The bot, in this channel")
    for choice, sentence, allowed in (
        ("Forbid it to send messages", "Digest may no longer send messages in #ai-news.", False),
        ("Let it send messages", "Digest may send messages in #ai-news again.", True),
    ):
        await switch.select_option(choice)
        await visit.page.get_by_role("button", name="Switch").click()
        await expect(visit.page.get_by_text(sentence)).to_be_visible()
        assert (Permission.SEND_MESSAGES in channel.permissions_of(bot)) is allowed


async def test_a_page_that_lost_its_sandbox_says_so_and_comes_back(
    stand: Stand, visit: Visit
) -> None:
    stand.post("before")
    await expect(visit.message("before")).to_be_visible()
    await stand.context.set_offline(True)
    await stand.sandbox.page.close()
    await expect(visit.page.get_by_text("The sandbox is out of reach.")).to_be_visible()
    stand.post("meanwhile")
    await stand.context.set_offline(False)
    await expect(visit.message("meanwhile")).to_be_visible()
    await expect(visit.page.get_by_text("The sandbox is out of reach.")).to_be_hidden()
    visit.complaints.clear()  # the browser remarks on the connections that it could not make


async def test_somebody_elses_controls_are_drawn_filled_in_and_used(
    stand: Stand, visit: Visit
) -> None:
    pressed: list[Pressed] = []

    async def ring(given: Pressed) -> str:
        if given.values["tone"] == "low":
            raise ActionError("The bell has no low tone.")
        pressed.append(given)
        return f"It rang {given.number('times')} times."

    tones = (Option("high", "High"), Option("low", "Low"))
    fields = (
        Field("times", "Times", FieldKind.NUMBER, value="2", least=1, most=9),
        Field("tone", "Tone", FieldKind.CHOICE, options=tones),
    )
    stand.sandbox.page.add_panel(Panel("The bell", [Action("ring", "Ring", ring, fields)]))
    await visit.controls()
    panel = visit.page.get_by_role("region", name="The bell")
    await panel.get_by_label("Times").fill("3")
    await panel.get_by_role("button", name="Ring").click()
    await expect(panel).to_contain_text("It rang 3 times.")
    await panel.get_by_label("Tone").select_option("Low")
    await panel.get_by_role("button", name="Ring").click()
    await expect(panel).to_contain_text("The bell has no low tone.")
    assert [given.channel for given in pressed] == [stand.channel]
