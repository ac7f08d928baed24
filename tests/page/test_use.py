"""What people do on the page, in a real browser, with a real Discord client behind it."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.sandbox import Permission
from bot.sandbox.messages import Body
from bot.sandbox.page import Panel
from tests.page.guest import CITIES, LAST_PAGE
from tests.page.test_rendering import ROW

if TYPE_CHECKING:
    from playwright.async_api import Route

    from tests.page.conftest import Stand, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_one_writes_appears_for_everybody_at_once(stand: Stand, visit: Visit) -> None:
    other = await stand.visit()
    await visit.box.fill("Good **morning**")
    await visit.page.keyboard.press("Enter")
    for page in (visit, other):
        await expect(page.message("Good morning").locator("strong.author")).to_have_text("Anna")


async def test_a_slash_lists_the_commands_and_typing_narrows_them(visit: Visit) -> None:
    box = visit.box
    await box.fill("/")
    options = visit.options
    await expect(options).to_have_count(7)
    await expect(options.first).to_contain_text("Choose from menus")
    await box.fill("/te")
    await expect(options).to_have_text(["/team addAdd a team"])
    await visit.page.keyboard.press("Escape")
    await expect(options).to_have_count(0)


async def test_a_name_that_no_command_has_is_said_to_be_none(visit: Visit) -> None:
    await visit.box.fill("/news")
    await expect(visit.options).to_have_text(["No such command/ shows all"])
    await visit.page.keyboard.press("ArrowDown")
    await visit.options.first.click(force=True)  # it is there to be read only
    await expect(visit.box).to_have_value("/news")
    await visit.box.fill("/greet Oslo")
    await expect(visit.options).to_have_text(["/greetSay hello to a city"])


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1280, 650), (390, 844)])
async def test_suggestions_leave_the_command_readable(
    stand: Stand, width: int, height: int
) -> None:
    visit = await stand.visit(width=width, height=height)
    await visit.command("greet")
    await expect(visit.options).to_have_count(len(CITIES))
    await expect(visit.options.last).to_be_in_viewport(ratio=1)
    listed = await visit.page.locator("#command [role=listbox]").bounding_box()
    head = await visit.page.locator(".command-head").bounding_box()
    assert listed is not None
    assert head is not None
    is_above = listed["y"] + listed["height"] <= head["y"]
    assert is_above or listed["y"] >= head["y"] + head["height"]


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1000, 800), (390, 844)])
async def test_suggestions_stand_at_their_own_field_and_within_the_window(
    stand: Stand, width: int, height: int
) -> None:
    visit = await stand.visit(width=width, height=height)
    await visit.command("team add")
    await visit.page.get_by_role("button", name="home").click()
    await expect(visit.options).to_have_count(len(CITIES))
    field = await visit.field("home").bounding_box()
    listed = await visit.page.locator("[role=listbox]:visible").bounding_box()
    form = await visit.page.locator("#command").bounding_box()
    assert field is not None
    assert listed is not None
    assert form is not None
    end = form["x"] + form["width"]
    assert listed["x"] <= field["x"] + 1
    assert listed["x"] + listed["width"] <= end + 1
    at_field = abs(listed["x"] - field["x"]) <= 1
    at_end = abs(listed["x"] + listed["width"] - end) <= 1
    assert at_field or at_end
    assert at_field or width < 1280


async def test_a_list_of_commands_that_goes_on_ends_in_the_middle_of_one(stand: Stand) -> None:
    visit = await stand.visit(width=1280, height=330)
    await visit.box.fill("/")
    await expect(visit.options).to_have_count(7)
    inside = """list => {
        const end = list.getBoundingClientRect().bottom;
        return [...list.children].map((row) => {
            const { top, height } = row.getBoundingClientRect();
            return Math.min(Math.max((end - top) / height, 0), 1);
        });
    }"""
    shown = await visit.page.locator("[role=listbox]:visible").evaluate(inside)
    assert shown[0] == 1
    assert shown[-1] == 0
    assert [part for part in shown if 0.3 < part < 0.9]
    await visit.page.keyboard.press("ArrowUp")  # from the first to the last
    await expect(visit.options.last).to_be_in_viewport(ratio=0.99)


async def test_a_command_is_sent_with_its_options_and_the_answer_appears(visit: Visit) -> None:
    await visit.command("greet")
    await visit.field("city").fill("Oslo")
    for option, value in (("times", "2"), ("loud", None), ("where", None)):
        await visit.page.get_by_role("button", name=option).click()
        if value:
            await visit.field(option).fill(value)
    await visit.field("loud").select_option("True")
    await visit.field("where").select_option("#ai-alerts")
    await visit.page.keyboard.press("Enter")
    answer = visit.message("HELLO OSLO HELLO OSLO in #ai-alerts")
    await expect(answer).to_contain_text("Anna used /greet")
    await expect(visit.box).to_be_focused()


async def test_options_that_were_typed_after_the_name_are_filled_in(visit: Visit) -> None:
    await visit.box.fill("/greet city:Port of Spain Times:2 loud:true where:#ai-alerts")
    await visit.options.filter(has_text="/greet").wait_for()
    await visit.page.keyboard.press("Enter")
    await expect(visit.field("city")).to_have_value("Port of Spain")
    await expect(visit.field("times")).to_have_value("2")
    await expect(visit.page.get_by_role("button", name="times")).to_have_count(0)
    await visit.page.keyboard.press("Enter")
    answer = "HELLO PORT OF SPAIN HELLO PORT OF SPAIN in #ai-alerts"
    await expect(visit.message(answer)).to_be_visible()


async def test_what_is_typed_without_an_options_name_is_for_the_first_required_one(
    visit: Visit,
) -> None:
    await visit.box.fill("/greet Oslo")
    await visit.page.keyboard.press("Escape")  # also where no suggestion is taken
    await visit.page.keyboard.press("Enter")
    await expect(visit.field("city")).to_have_value("Oslo")
    await expect(visit.field("city")).to_be_focused()


async def test_what_was_typed_and_fits_no_option_is_said_and_what_is_needed_asked_for(
    visit: Visit,
) -> None:
    await visit.box.fill("/greet loud:perhaps times:often")
    await visit.options.filter(has_text="/greet").wait_for()
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.get_by_role("alert")).to_have_text(
        "times does not take “often”. loud does not take “perhaps”."
    )
    await expect(visit.field("city")).to_be_focused()
    await visit.page.get_by_role("button", name="Cancel").click()
    await visit.box.fill("/count up to 3")
    await visit.options.filter(has_text="/count").wait_for()
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.get_by_role("alert")).to_have_text(
        "/count has no option for “up to 3”."
    )


async def test_a_required_option_is_asked_for(stand: Stand, visit: Visit) -> None:
    await visit.command("greet")
    await visit.page.keyboard.press("Enter")
    await expect(visit.field("city")).to_be_focused()
    assert stand.channel.messages == []
    await expect(visit.options).to_have_count(len(CITIES))
    for left in (visit.options, visit.page.locator("#command:visible")):
        await visit.page.keyboard.press("Escape")
        await expect(left).to_have_count(0)
    await expect(visit.box).to_be_focused()


async def test_the_bot_suggests_while_one_types(visit: Visit) -> None:
    await visit.command("greet")
    city = visit.field("city")
    options = visit.options
    await expect(options).to_have_text([*CITIES])
    await city.fill("b")
    await expect(options).to_have_text(["Bergen", "Bremen"])
    await visit.page.keyboard.press("ArrowDown")
    await visit.page.keyboard.press("ArrowDown")
    await visit.page.keyboard.press("Enter")
    await expect(city).to_have_value("Bremen")
    await visit.page.keyboard.press("Enter")
    await expect(visit.message("Hello Bremen")).to_be_visible()


async def test_a_sub_command_is_a_command_of_its_own(visit: Visit) -> None:
    await visit.command("team add")
    await visit.field("name").fill("Owls")
    await visit.field("size").select_option("Small")
    await visit.page.get_by_role("button", name="Send").click()
    await expect(visit.message("Team Owls of 3, away")).to_contain_text("used /team add")


async def test_a_command_that_does_not_exist_is_not_sent_as_a_message(
    stand: Stand, visit: Visit
) -> None:
    await visit.box.fill("/nothing at all")
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.get_by_role("alert")).to_have_text(
        "The bot has no command /nothing here."
    )
    assert stand.channel.messages == []


async def test_buttons_turn_the_pages_of_a_private_answer(visit: Visit) -> None:
    await visit.run("count")
    answer = visit.message("Only you can see this")
    await expect(answer.get_by_role("button", name="Back")).to_be_disabled()
    for page in ("Page 2", "Page 3"):
        await answer.get_by_role("button", name="Forward").click()
        await expect(answer).to_contain_text(page)
    await answer.get_by_role("button", name="Back").click()
    await expect(answer).to_contain_text("Page 2")
    await answer.get_by_role("button", name="Dismiss").click()
    await expect(visit.messages).to_have_count(0)
    await visit.page.reload()
    await expect(visit.page.get_by_text("Nothing here yet")).to_be_visible()


async def test_turning_pages_keeps_the_focus_on_the_button_or_beside_it(visit: Visit) -> None:
    await visit.run("count")
    answer = visit.message("Only you can see this")
    forward = answer.get_by_role("button", name="Forward")
    await forward.focus()
    # The buttons of each page have other ids; on the last page, "Forward" cannot be used.
    for page, focused in ((2, forward), (LAST_PAGE, answer.get_by_role("button", name="Back"))):
        await visit.page.keyboard.press("Enter")
        await expect(answer).to_contain_text(f"Page {page}")
        await expect(focused).to_be_focused()


async def test_who_is_at_an_answer_before_its_command_is_done_stays_there(visit: Visit) -> None:
    used = asyncio.Event()

    async def late(route: Route) -> None:
        response = await route.fetch()
        await used.wait()
        await route.fulfill(response=response)

    await visit.page.route("**/page/actions/slash", late)
    await visit.send("count")
    forward = visit.message("Page 1").get_by_role("button", name="Forward")
    await forward.focus()
    used.set()
    await expect(visit.page.locator("#command")).to_be_hidden()
    await expect(forward).to_be_focused()


async def test_a_message_that_loses_its_controls_keeps_the_focus_itself(
    stand: Stand, visit: Visit
) -> None:
    message = stand.post("Choose", components=(ROW,))
    await visit.page.get_by_role("button", name="Go").focus()
    message.edit(Body("Chosen"))
    await expect(visit.message("Chosen")).to_be_focused()


async def test_one_option_of_a_menu_is_active_whether_one_points_or_types(visit: Visit) -> None:
    await visit.run("cities")
    await visit.page.get_by_role("button", name="A city").click()
    for option in (CITIES[2], CITIES[1]):
        await visit.options.filter(has_text=option).hover()
        await expect(visit.options.filter(has_text=option)).to_be_focused()
    await visit.page.keyboard.press("ArrowDown")
    await expect(visit.options.filter(has_text=CITIES[2])).to_be_focused()
    colours = await visit.options.evaluate_all(
        "all => all.map((option) => getComputedStyle(option).backgroundColor)"
    )
    assert [colour == colours[2] for colour in colours] == [False, False, True, False]


async def test_a_menu_opens_upwards_where_there_is_no_room_below(
    stand: Stand, visit: Visit
) -> None:
    for number in range(12):
        stand.post(f"line {number}")
    await visit.run("cities")
    opener = visit.page.get_by_role("button", name="A city")
    await opener.click()
    button, shown, log = [
        await part.bounding_box()
        for part in (opener, visit.page.locator(".menu.open ul"), visit.page.locator("#messages"))
    ]
    assert button is not None
    assert shown is not None
    assert log is not None
    assert log["y"] <= shown["y"]
    assert shown["y"] + shown["height"] <= button["y"]


async def test_a_menu_is_used_with_the_keyboard(visit: Visit) -> None:
    await visit.run("cities")
    await visit.page.get_by_role("button", name="A city").focus()
    await visit.page.keyboard.press("Enter")
    await visit.page.keyboard.press("ArrowDown")
    await visit.page.keyboard.press("Enter")
    await expect(visit.message("You chose Bergen")).to_contain_text("Only you can see this")


async def test_several_people_are_chosen_in_a_menu(visit: Visit) -> None:
    await visit.run("cities")
    await visit.page.get_by_role("button", name="Somebody").click()
    for name in ("Anna", "Ben"):
        await visit.options.filter(has_text=name).click()
    await visit.page.keyboard.press("Enter")
    await expect(visit.message("You chose Anna and Ben")).to_be_visible()


async def test_a_form_of_the_bots_is_filled_in(visit: Visit) -> None:
    await visit.run("feedback")
    dialog = visit.page.get_by_role("dialog", name="Feedback")
    await dialog.get_by_label("Subject").fill("Page")
    await dialog.get_by_label("Details").fill("Quite nice")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(visit.message("Page: Quite nice")).to_be_visible()
    await expect(dialog).to_have_count(0)


async def test_the_bot_is_seen_thinking_until_it_answers(stand: Stand, visit: Visit) -> None:
    await visit.run("slow")
    await expect(visit.message("Digest is thinking")).to_be_visible()
    stand.bot.dispatch("thought_enough")
    await expect(visit.message("Done thinking")).to_be_visible()
    await expect(visit.messages).to_have_count(1)


async def test_a_command_without_an_answer_says_so(visit: Visit) -> None:
    await visit.send("silent")
    await visit.is_left_without_an_answer()
    failed = visit.message("The application did not respond")
    await expect(failed).to_contain_text("Anna used /silent")
    await expect(failed).to_contain_text("Only you can see this")
    await expect(visit.page.get_by_role("alert")).to_have_count(0)
    await failed.get_by_role("button", name="Dismiss").click()
    await expect(visit.messages).to_have_count(0)


async def test_what_was_wrong_is_no_longer_said_of_the_next_try(visit: Visit) -> None:
    alert = visit.page.get_by_role("alert")
    await visit.box.fill("/nothing")
    await visit.page.keyboard.press("Enter")
    await expect(alert).to_be_visible()
    await visit.box.fill("/")
    await expect(alert).to_have_count(0)


async def test_where_one_may_not_speak_the_box_says_so_and_takes_nothing(
    stand: Stand, visit: Visit
) -> None:
    await visit.box.fill("half a sen")
    stand.channel.deny(stand.guild.everyone, Permission.SEND_MESSAGES)
    await expect(visit.box).to_have_attribute(
        "placeholder", "You may not send messages in #ai-news"
    )
    await expect(visit.box).not_to_be_editable()
    await expect(visit.box).to_have_value("")
    await expect(visit.page.get_by_role("button", name="Send")).to_be_hidden()
    stand.channel.reset(stand.guild.everyone)
    await expect(visit.box).to_be_editable()
    await expect(visit.box).to_have_attribute("placeholder", "Message #ai-news, or / for commands")


async def test_an_edit_appears_while_one_looks(stand: Stand, visit: Visit) -> None:
    message = stand.post("Frist")
    await expect(visit.message("Frist")).to_be_visible()
    message.edit(Body("First"))
    await expect(visit.message("First")).to_contain_text("(edited)")
    message.delete()
    await expect(visit.messages).to_have_count(0)


async def test_one_can_be_somebody_else(stand: Stand, visit: Visit) -> None:
    await visit.page.get_by_label("You are").select_option("Ben, a member")
    await visit.page.get_by_role("heading", level=1, name="#ai-news").wait_for()
    await visit.box.fill("It is me")
    await visit.page.keyboard.press("Enter")
    await expect(visit.message("It is me").locator("strong.author")).to_have_text("Ben")
    await visit.page.reload()
    chosen = visit.page.get_by_label("You are").locator("option:checked")
    await expect(chosen).to_have_text("Ben, a member")


async def test_one_sees_who_may_manage_a_server(visit: Visit) -> None:
    people = visit.page.get_by_label("You are").locator("option")
    await expect(people).to_have_text(["Anna, a manager", "Ben, a member", "Keeper, the owner"])


async def test_nothing_is_said_in_the_channel_that_one_has_left(stand: Stand, visit: Visit) -> None:
    other = stand.guild.channels[1]
    await visit.box.focus()
    await visit.page.evaluate(f"location.hash = '{other.id}'")
    await visit.page.keyboard.type("Hello")  # at once: it may be for nobody, or for the next one
    await visit.page.keyboard.press("Enter")
    await visit.box.fill("There")
    await visit.page.keyboard.press("Enter")
    await expect(visit.message("There")).to_be_visible()
    assert stand.channel.messages == []


async def test_a_channel_that_arrives_when_one_has_gone_on_is_not_shown(
    stand: Stand, visit: Visit
) -> None:
    known = asyncio.Event()

    async def find_out() -> None:
        await known.wait()

    stand.post("here")
    stand.guild.channels[1].post(stand.sandbox.world.bot, Body("elsewhere"))
    await expect(visit.message("here")).to_be_visible()
    await visit.page.evaluate(
        """() => {
            const list = document.querySelector("#list");
            const note = () => (document.body.dataset.shown += `${list.textContent}. `);
            document.body.dataset.shown = "";
            new MutationObserver(note).observe(list, { childList: true });
        }"""
    )
    stand.sandbox.page.add_panel(Panel("Slow", [], find_out))  # nothing is told until it knows
    for name in ("ai-alerts", "ai-news"):
        await visit.page.get_by_role("link", name=re.compile(name)).click()
    known.set()
    await expect(visit.box).to_be_editable()
    await expect(visit.message("here")).to_be_visible()
    assert "elsewhere" not in str(await visit.page.locator("body").get_attribute("data-shown"))


async def test_direct_messages_with_the_bot_are_a_place_of_their_own(
    stand: Stand, visit: Visit
) -> None:
    await visit.page.get_by_role("link", name="Digest").click()
    await visit.page.get_by_role("heading", level=1, name="Digest").wait_for()
    await visit.run("count")
    await expect(visit.message("Page 1")).to_be_visible()


async def test_what_comes_elsewhere_is_counted_at_its_channel(stand: Stand, visit: Visit) -> None:
    alerts = stand.guild.channels[1]
    for number in range(2):
        alerts.post(stand.sandbox.world.bot, stand.post(str(number)).body)
    link = visit.page.get_by_role("link", name=re.compile("ai-alerts"))
    await expect(link.locator(".count")).to_have_text("2")
    await link.click()
    await expect(visit.messages).to_have_count(2)
    await expect(link.locator(".count")).to_have_count(0)


async def test_a_channel_opens_though_something_comes_in_it_while_one_presses(
    stand: Stand, visit: Visit
) -> None:
    alerts = stand.guild.channels[1]
    link = visit.page.get_by_role("link", name=re.compile("ai-alerts"))
    await link.hover()
    await visit.page.mouse.down()
    alerts.post(stand.sandbox.world.bot, Body("At this moment"))
    await expect(link.locator(".count")).to_have_text("1")
    await visit.page.mouse.up()
    await expect(visit.message("At this moment")).to_be_visible()


async def test_a_long_history_is_read_from_its_end(stand: Stand) -> None:
    for number in range(60):
        stand.post(f"number {number}.")
    visit = await stand.visit()
    await expect(visit.message("number 59.")).to_be_in_viewport()
    await expect(visit.messages).to_have_count(50)
    await visit.page.get_by_role("button", name="Earlier messages").click()
    await expect(visit.messages).to_have_count(60)
    await expect(visit.page.get_by_role("button", name="Earlier messages")).to_be_hidden()


async def test_one_reads_on_where_one_stopped(stand: Stand, visit: Visit) -> None:
    for number in range(20):
        stand.post(f"old {number}.")
    await expect(visit.message("old 19.")).to_be_in_viewport()
    await visit.page.goto("about:blank")
    for number in range(20):
        stand.post(f"new {number}.")
    await visit.page.goto(stand.sandbox.page_url)
    await expect(visit.message("new 0.")).to_be_in_viewport()
    await expect(visit.message("old 0.")).not_to_be_in_viewport()
    await expect(visit.message("new 19.")).not_to_be_in_viewport()
