"""The drawer: what one lets go wrong, and how the bot is seen to cope."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.sandbox import Permission
from bot.sandbox.page import Action, ActionError, Field, FieldKind, Option, Panel, Pressed
from bot.sandbox.page.trouble import CUT, OUTAGE
from bot.sandbox.timeline import Mood

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from bot.sandbox import ManualClock
    from tests.page.conftest import Stand, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")


def rows(visit: Visit) -> Locator:
    """The timeline's requests, newest first."""
    return visit.page.locator("#timeline .request")


def notes(visit: Visit) -> Locator:
    """What stands in the timeline beside requests, newest first."""
    return visit.page.locator("#timeline .note")


def told(visit: Visit, panel: str = "What goes wrong") -> Locator:
    """What a panel says of what was done."""
    return visit.page.get_by_role("region", name=panel).locator(".told:visible")


async def press(visit: Visit, name: str) -> None:
    """Use one of the drawer's buttons."""
    await visit.page.get_by_role("button", name=name).click()


async def test_the_drawer_is_closed_at_first_and_closes_again(visit: Visit) -> None:
    drawer = visit.page.get_by_role("complementary", name="Controls")
    await expect(drawer).to_be_hidden()
    await visit.controls()
    await expect(drawer).to_be_visible()
    await press(visit, "Close the controls")
    await expect(drawer).to_be_hidden()
    await visit.controls()
    await visit.page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
    await expect(visit.page.get_by_role("button", name="Controls")).to_be_focused()


async def test_the_drawers_tabs_are_turned_with_the_arrow_keys(visit: Visit) -> None:
    await visit.controls()
    controls = visit.page.get_by_role("tab", name="Controls")
    timeline = visit.page.get_by_role("tab", name="Timeline")
    await controls.focus()
    for tab, panel in ((timeline, "#requests"), (controls, "#panels")):
        await visit.page.keyboard.press("ArrowRight")
        await expect(tab).to_be_focused()
        await expect(visit.page.locator("#drawer [role=tabpanel]:visible")).to_have_id(panel[1:])


async def test_on_a_phone_the_drawer_lies_above_a_veil_that_closes_it(stand: Stand) -> None:
    visit = await stand.visit(width=390, height=844)
    await visit.controls()
    main = visit.page.locator("main")
    await expect(main).to_have_attribute("inert", "")
    await visit.page.mouse.click(10, 400)
    await expect(visit.page.locator("#drawer")).to_be_hidden()
    await expect(main).not_to_have_attribute("inert", "")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (900, 700), (844, 390)])
async def test_where_there_is_room_the_drawer_stands_beside_the_messages(
    stand: Stand, width: int, height: int
) -> None:
    visit = await stand.visit(width=width, height=height)
    await visit.controls()
    main = await visit.page.locator("main").bounding_box()
    drawer = await visit.page.locator("#drawer").bounding_box()
    panels = await visit.page.locator("#panels").bounding_box()
    assert main is not None
    assert drawer is not None
    assert panels is not None
    assert main["x"] + main["width"] == drawer["x"]
    assert main["width"] >= drawer["width"]
    assert panels["height"] > 0.8 * height
    await expect(visit.page.locator("#veil")).to_be_hidden()


async def test_the_places_are_still_at_hand_where_the_drawer_took_their_room(stand: Stand) -> None:
    visit = await stand.visit(width=900, height=700)
    link = visit.page.get_by_role("link", name="ai-alerts")
    await visit.controls()
    await expect(link).to_be_hidden()
    await press(visit, "Servers and channels")
    await link.click()
    await visit.page.get_by_role("heading", level=1, name="#ai-alerts").wait_for()
    await expect(link).to_be_hidden()
    await expect(visit.page.locator("#drawer")).to_be_visible()


async def test_what_the_bot_asks_is_listed_as_it_asks_in_words(stand: Stand, visit: Visit) -> None:
    await visit.controls()
    await visit.timeline()
    await expect(rows(visit).filter(has_text="asks who it is")).to_have_count(1)
    await expect(notes(visit).first).to_contain_text("begins a session (IDENTIFY); it is ready")
    nonce = "a-nonce-of-25-characters."
    await stand.bot.get_partial_messageable(stand.channel.id).send("hi", nonce=nonce)
    row = rows(visit).first
    await expect(row.locator(".words")).to_have_text("posts in #ai-news")
    await expect(row.locator(".notes")).to_have_text("'hi'nonce a-nonc…")
    await expect(row.locator(".code")).to_have_text("200")
    await row.locator("summary").click()
    await expect(row).to_contain_text(f"POST /channels/{stand.channel.id}/messages")
    await expect(row).to_contain_text(nonce)


async def test_an_answer_names_the_command_that_it_answers(visit: Visit) -> None:
    await visit.run("count")
    await visit.controls()
    await visit.timeline()
    await expect(rows(visit).first).to_contain_text("answers /count")
    await expect(rows(visit).first).to_contain_text("'Page 1'")
    await visit.message("Page 1").get_by_role("button", name="Forward").click()
    await expect(rows(visit).first).to_contain_text("changes the message after a button")


async def test_what_comes_while_the_timeline_is_hidden_is_counted_at_its_tab(
    stand: Stand, visit: Visit
) -> None:
    await visit.controls()
    tab = visit.page.get_by_role("tab", name="Timeline")
    for number in range(2):
        stand.sandbox.timeline.note(f"Something {number}", Mood.PLAIN)
    await expect(tab).to_have_text("Timeline 2")
    await visit.timeline()
    await expect(tab).to_have_text("Timeline")


async def test_days_are_told_apart_where_the_clock_was_moved(
    stand: Stand, visit: Visit, clock: ManualClock
) -> None:
    await visit.controls()
    await visit.timeline()
    days = visit.page.locator("#timeline .when")
    await expect(days).to_have_text(["4 March 2026"])
    clock.advance(86_400)
    stand.sandbox.timeline.note("Another day", Mood.PLAIN)
    await expect(days).to_have_text(["5 March 2026", "4 March 2026"])
    shown = visit.page.locator("#timeline > li")
    await expect(shown.nth(1)).to_contain_text("Another day")


async def test_a_refusal_shows_discords_own_code(stand: Stand, visit: Visit) -> None:
    stand.channel.deny(stand.sandbox.world.bot, Permission.SEND_MESSAGES)
    with pytest.raises(Exception, match="50013"):
        await stand.bot.get_partial_messageable(stand.channel.id).send("hi")
    await visit.controls()
    await visit.timeline()
    await expect(rows(visit).first.locator(".code")).to_have_text("403 · 50013")


async def test_a_cut_connection_is_seen_to_go_and_to_come_back(
    visit: Visit, clock: ManualClock
) -> None:
    await visit.controls()
    online = visit.page.locator("#online-text")
    await expect(online).to_have_text("Digest is online")
    await press(visit, "Cut the connection")
    await expect(online).to_have_text("Digest is offline")
    await expect(told(visit)).to_have_text("The connection is cut; the bot is away.")
    await expect(told(visit)).to_have_class("told bad")
    clock.advance(CUT)
    await expect(told(visit)).to_have_text(
        f"The connection was cut; the bot was back after {CUT:.1f} s.", timeout=20_000
    )
    await expect(online).to_have_text("Digest is online")
    await expect(told(visit)).to_have_class("told")
    await visit.timeline()
    await expect(notes(visit)).to_contain_text(
        [
            "Digest is back and resumes its session (RESUME)",
            "Digest has lost its connection",
            "The connection is cut, for 3 s",
        ]
    )


async def test_a_connection_that_is_back_at_once_is_seen_to_have_been_away(
    stand: Stand, visit: Visit
) -> None:
    # The page is told of both in one breath; it must not show the last of them alone.
    await visit.page.evaluate(
        """() => {
            const text = document.querySelector("#online-text");
            const note = () => (document.body.dataset.said += `${text.textContent}. `);
            document.body.dataset.said = "";
            new MutationObserver(note).observe(text, { childList: true });
        }"""
    )
    resumed = stand.bot.wait_for_event("resumed")
    stand.sandbox.gateway.drop()
    await asyncio.wait_for(resumed, 20)
    both = re.compile(r"Digest is offline\..*Digest is online\. $")
    await expect(visit.page.locator("body")).to_have_attribute("data-said", both)


async def test_an_outage_is_counted_down_and_then_said_to_be_over(
    stand: Stand, visit: Visit, clock: ManualClock
) -> None:
    await visit.controls()
    await visit.page.evaluate("Date.now = ((now) => () => now)(Date.now())")  # it stands still
    await press(visit, "Answer 500 for 10 s")
    await expect(told(visit)).to_have_text("Every request is answered with 500. 10 s left")
    await visit.page.evaluate("Date.now = ((now) => () => now + 4_000)(Date.now())")
    await expect(told(visit)).to_have_text("Every request is answered with 500. 6 s left")
    send = stand.bot.get_partial_messageable(stand.channel.id).send("again", nonce="abc")
    sending = asyncio.create_task(send)
    await stand.sandbox.timeline.wait_for(lambda entry: entry.status == 500)
    clock.advance(OUTAGE)
    await expect(told(visit)).to_have_text("Over: 1 request failed.")
    await sending
    await visit.timeline()
    await expect(rows(visit).first).to_contain_text("↻ try 2")
    await expect(rows(visit).first.locator(".code")).to_have_text("200")
    failed = rows(visit).filter(has_text="on purpose")
    await expect(failed.locator(".code")).to_have_text(["500"])
    await expect(notes(visit).nth(0)).to_contain_text("No longer 500: 1 request failed")
    await expect(notes(visit).nth(1)).to_contain_text("Every request is answered with 500, for")
    assert [message.content for message in stand.channel.messages] == ["again"]


async def test_a_rate_limit_is_told_from_an_error(
    stand: Stand, visit: Visit, clock: ManualClock
) -> None:
    await visit.controls()
    await press(visit, "Answer 429 for 10 s")
    await expect(told(visit)).to_contain_text("Every request is answered with 429.")
    await visit.send("count")
    await stand.sandbox.timeline.wait_for(lambda entry: entry.status == 429)
    clock.advance(OUTAGE)
    await expect(told(visit)).to_have_text("Over: 1 request failed.")
    await visit.timeline()
    await expect(rows(visit).filter(has_text="429").locator(".code.slow").first).to_be_visible()


async def test_what_is_said_of_one_control_gives_way_to_the_next(
    visit: Visit, clock: ManualClock
) -> None:
    await visit.controls()
    await press(visit, "Answer 500 for 10 s")
    await expect(told(visit)).to_contain_text("left")
    clock.advance(OUTAGE)
    await expect(told(visit)).to_have_text("Over: 0 requests failed.")
    await may(visit, "see this channel").uncheck()
    await expect(told(visit)).to_have_text(["In #ai-news, Digest may no longer see it."])


def may(visit: Visit, what: str) -> Locator:
    """The switch that shows whether the bot may do something here."""
    group = visit.page.get_by_role("group", name="In this channel, the bot may")
    return group.get_by_role("checkbox", name=re.compile(f"^{what}"))


async def test_a_permission_is_taken_away_and_given_back_and_one_sees_how_it_stands(
    stand: Stand, visit: Visit
) -> None:
    await visit.controls()
    bot, channel = stand.sandbox.world.bot, stand.channel
    sending = may(visit, "send messages")
    await expect(sending).to_be_checked()
    await sending.uncheck()
    await expect(told(visit)).to_have_text("In #ai-news, Digest may no longer send messages.")
    assert Permission.SEND_MESSAGES not in channel.permissions_of(bot)
    await expect(sending).not_to_be_checked()
    await visit.page.reload()
    await visit.controls()
    await expect(sending).not_to_be_checked()
    await expect(may(visit, "see this channel")).to_be_checked()
    await sending.check()
    await expect(told(visit)).to_have_text("In #ai-news, Digest may send messages again.")
    assert Permission.SEND_MESSAGES in channel.permissions_of(bot)
    await expect(sending).to_be_focused()
    await visit.timeline()
    await expect(notes(visit).first).to_contain_text("Digest may send messages again")


async def test_each_channel_shows_what_the_bot_may_do_there(stand: Stand, visit: Visit) -> None:
    await visit.controls()
    await may(visit, "embed links").uncheck()
    await visit.page.get_by_role("link", name="ai-alerts").click()
    await expect(may(visit, "embed links")).to_be_checked()
    await visit.page.get_by_role("link", name="ai-news").click()
    await expect(may(visit, "embed links")).not_to_be_checked()
    await visit.page.get_by_role("link", name="Digest").click()
    await expect(visit.page.get_by_text("There is nothing to choose here.")).to_be_visible()


async def test_a_switch_waits_until_it_shows_how_it_stands_in_the_channel_that_one_opens(
    stand: Stand, visit: Visit
) -> None:
    known = asyncio.Event()
    known.set()

    async def find_out() -> None:
        await known.wait()

    stand.sandbox.page.add_panel(Panel("Slow", [], find_out))
    await visit.controls()
    sending = may(visit, "send messages")
    await expect(sending).to_be_enabled()
    known.clear()
    await visit.page.get_by_role("link", name="ai-alerts").click()
    await expect(sending).to_be_disabled()
    known.set()
    await sending.uncheck()
    await expect(told(visit)).to_have_text("In #ai-alerts, Digest may no longer send messages.")


async def test_a_press_counts_though_the_panels_change_while_it_lasts(
    stand: Stand, visit: Visit
) -> None:
    await visit.controls()
    await visit.page.get_by_role("button", name="Cut the connection").hover()
    await visit.page.mouse.down()
    stand.sandbox.page.add_panel(Panel("Another", []))
    stand.guild.add_text_channel("another")
    await expect(visit.page.get_by_role("link", name="another")).to_be_visible()
    await visit.page.mouse.up()
    await expect(told(visit)).to_have_text("The connection is cut; the bot is away.")
    await expect(visit.page.get_by_role("region", name="Another")).to_be_attached()


async def test_what_another_denial_implies_cannot_be_switched_on_its_own(visit: Visit) -> None:
    await visit.controls()
    await may(visit, "send messages").uncheck()
    implied = may(visit, "embed links")
    await expect(implied).not_to_be_checked()
    await expect(implied).to_be_disabled()
    await expect(implied).to_have_accessible_name("embed links only once it may send messages")
    await expect(may(visit, "read the message history")).to_be_checked()
    await may(visit, "send messages").check()
    await expect(implied).to_be_checked()
    await expect(implied).to_be_enabled()


async def test_a_permission_that_means_nothing_without_another_says_so(visit: Visit) -> None:
    await visit.controls()
    await may(visit, "embed links").uncheck()
    await expect(told(visit)).to_contain_text("may no longer embed links")
    await expect(may(visit, "embed links")).to_have_value("EMBED_LINKS/on")
    await may(visit, "send messages").uncheck()
    await expect(may(visit, "send messages")).to_have_value("SEND_MESSAGES/on")
    await may(visit, "embed links").click()
    await expect(told(visit)).to_have_text(
        "In #ai-news, Digest may embed links again, but only once it may send messages."
    )


async def test_a_page_that_lost_its_sandbox_says_so_and_comes_back(
    stand: Stand, visit: Visit
) -> None:
    stand.post("before")
    await expect(visit.message("before")).to_be_visible()
    visit.expect_complaints("WebSocket connection to")  # the browser's own, one for each attempt
    await stand.context.set_offline(True)
    await stand.sandbox.page.close()
    await expect(visit.page.get_by_text("The sandbox is out of reach.")).to_be_visible()
    stand.post("meanwhile")
    await stand.context.set_offline(False)
    await expect(visit.message("meanwhile")).to_be_visible()
    await expect(visit.page.get_by_text("The sandbox is out of reach.")).to_be_hidden()


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
