"""Each element of a message against what Discord draws: where it stands, how large, how it looks.

Sizes are those of Discord's client on a desk; where its documentation or client names a bound, the
test does so too. Colours and type are the page's own.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from bot.sandbox.messages import Body, MessageFlag
from tests.page.axe import STILL
from tests.page.test_look import css
from tests.page.test_rendering import MENU

if TYPE_CHECKING:
    from playwright.async_api import Locator, Route

    from tests.page.conftest import Stand, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOWHERE = "https://img.example/a.png"
"""A picture that cannot be had: its stand-in is drawn."""

DESCRIPTION = """# Large
## Middling
### Small
Plain **bold** and `code`
> quoted
- one
- two
3. three
4. four
```
a line of code that is far too long for the width of an embed, and has to be scrolled to be read
```
||hidden||"""

FULL: dict[str, Any] = {
    "color": 0x3498DB,
    "author": {"name": "The Daily Gradient", "icon_url": NOWHERE},
    "title": "A new chip",
    "url": "https://outlet.example/chip",
    "description": DESCRIPTION,
    "fields": [
        *({"name": f"Half {i}", "value": "x", "inline": True} for i in range(2)),
        {"name": "Wide", "value": "x"},
        *({"name": f"Third {i}", "value": "x", "inline": True} for i in range(3)),
    ],
    "thumbnail": {"url": NOWHERE},
    "image": {"url": NOWHERE},
    "footer": {"text": "AI Hardware", "icon_url": NOWHERE},
    "timestamp": "2026-03-02T08:00:00+00:00",
}

BUTTONS: dict[str, Any] = {
    "type": 1,
    "components": [
        *(
            {"type": 2, "style": style, "label": name, "custom_id": name}
            for style, name in enumerate(("Primary", "Secondary", "Success", "Danger"), 1)
        ),
        {"type": 2, "style": 5, "label": "Link", "url": "https://outlet.example/"},
    ],
}
DISABLED: dict[str, Any] = {
    "type": 1,
    "components": [
        {"type": 2, "style": 1, "label": "Off", "custom_id": "off", "disabled": True},
    ],
}


@dataclass(frozen=True, slots=True)
class Box:
    """Where something is drawn, in CSS pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


async def box(locator: Locator) -> Box:
    """Return where something is drawn, once what moves in has come to rest."""
    await locator.first.wait_for()
    await locator.page.evaluate(STILL)
    found = await locator.first.bounding_box()
    assert found is not None
    return Box(found["x"], found["y"], found["width"], found["height"])


async def size(locator: Locator) -> float:
    """How large a text is."""
    return float((await css(locator.first, "fontSize")).removesuffix("px"))


@pytest.fixture
def message(stand: Stand, visit: Visit) -> Locator:
    """A message with everything that a message can have."""
    stand.post("Hello", embeds=(FULL,), components=(BUTTONS, DISABLED, MENU))
    return visit.message("Hello")


async def test_the_colour_bar_is_as_high_as_the_embed(message: Locator) -> None:
    bar, embed = await box(message.locator(".embed-bar")), await box(message.locator(".embed"))
    assert bar.width == 4
    assert embed.height - bar.height <= 2  # the border
    assert bar.left - embed.left <= 1
    assert await css(message.locator(".embed-bar rect"), "fill") == "rgb(52, 152, 219)"


async def test_the_parts_of_an_embed_stand_below_one_another(message: Locator) -> None:
    parts = [".embed-author", ".embed-title", ".embed .markdown", ".embed-fields"]
    boxes = [await box(message.locator(part)) for part in (*parts, ".embed-image", ".embed-footer")]
    for above, below in pairwise(boxes):
        assert above.bottom <= below.top
        assert above.left == below.left
    row = await box(message.locator(".row"))
    assert (await box(message.locator(".embed"))).bottom <= row.top


async def test_the_author_is_small_and_stands_beside_a_round_icon(message: Locator) -> None:
    author, icon = message.locator(".embed-author"), message.locator(".embed-author .icon")
    shown = await box(icon)
    assert (shown.width, shown.height) == (24, 24)
    assert await css(icon, "borderRadius") == "50%"
    assert await size(author) < await size(message.locator(".embed-title"))
    assert shown.left == (await box(author)).left


async def test_the_title_is_a_link_in_a_larger_and_heavier_type(message: Locator) -> None:
    title, text = message.locator(".embed-title"), message.locator(".embed .markdown p").first
    assert await size(title) > await size(text)
    assert int(await css(title, "fontWeight")) >= 600 > int(await css(text, "fontWeight"))
    assert await css(title.locator("a"), "color") != await css(text, "color")


async def test_headings_are_larger_the_higher_they_rank(message: Locator) -> None:
    sizes = [await size(message.locator(f".embed .heading-{rank}")) for rank in (1, 2, 3)]
    sizes.append(await size(message.locator(".embed .markdown p")))
    assert sizes == sorted(set(sizes), reverse=True)


async def test_a_quote_is_set_off_by_a_line_on_its_left(message: Locator) -> None:
    quote, text = message.locator("blockquote"), message.locator(".embed .markdown > p").first
    assert await css(quote, "borderLeftWidth") == "3px"
    assert (await box(quote.locator("p"))).left > (await box(text)).left


async def test_lists_have_bullets_or_the_numbers_that_were_written(message: Locator) -> None:
    assert await css(message.locator(".embed ul li").first, "listStyleType") == "disc"
    numbered = message.locator(".embed ol")
    assert await css(numbered.locator("li").first, "listStyleType") == "decimal"
    assert await numbered.get_attribute("start") == "3"


async def test_code_is_in_a_type_of_its_own_and_scrolls_in_its_block(message: Locator) -> None:
    code, block = message.locator(".embed p code"), message.locator(".embed pre")
    for one in (code, block.locator("code")):
        assert "mono" in (await css(one, "fontFamily")).lower()
    assert await css(code, "backgroundColor") != "rgba(0, 0, 0, 0)"
    assert await block.evaluate("block => block.scrollWidth > block.clientWidth")
    assert (await box(block)).right <= (await box(message.locator(".embed"))).right


async def test_a_spoiler_covers_its_text_until_it_has_the_focus(message: Locator) -> None:
    spoiler = message.locator(".spoiler")
    assert await css(spoiler, "color") == await css(spoiler, "backgroundColor")
    await spoiler.focus()
    assert await css(spoiler, "color") != await css(spoiler, "backgroundColor")


async def test_two_fields_take_halves_three_take_thirds_and_one_the_width(message: Locator) -> None:
    fields = message.locator(".embed-field")
    whole = await box(message.locator(".embed-fields"))
    boxes = [await box(fields.nth(i)) for i in range(6)]
    halves, wide, thirds = boxes[:2], boxes[2], boxes[3:]
    assert len({one.top for one in halves}) == len({one.top for one in thirds}) == 1
    assert wide.width == whole.width
    for row in (halves, thirds):
        shares = [one.width / whole.width for one in row]
        assert all(abs(share - 1 / len(row)) < 0.03 for share in shares)
        assert row[-1].right == pytest.approx(whole.right)


async def test_the_thumbnail_stands_at_the_top_right_beside_the_text(message: Locator) -> None:
    thumbnail, body = message.locator(".embed-thumbnail"), message.locator(".embed-body")
    shown, around = await box(thumbnail), await box(body)
    assert (shown.width, shown.height) == pytest.approx((80, 80))
    assert around.right - shown.right < 20
    assert shown.top - around.top < 20
    assert (await box(message.locator(".embed-text"))).right <= shown.left


async def test_the_footer_is_small_with_its_icon_a_bullet_and_the_moment(message: Locator) -> None:
    footer = message.locator(".embed-footer")
    icon = await box(footer.locator(".icon"))
    assert (icon.width, icon.height) == (20, 20)
    assert await size(footer) < await size(message.locator(".embed .markdown p"))
    await expect(footer).to_have_text(re.compile(r"^AI Hardware • 02/03/2026, \d\d:00$"))


async def test_each_style_of_button_has_a_look_of_its_own(message: Locator) -> None:
    names = ("Primary", "Secondary", "Success", "Danger")
    buttons = [message.get_by_role("button", name=name) for name in names]
    assert len({await css(button, "backgroundColor") for button in buttons}) == 4
    assert len({(await box(button)).top for button in buttons}) == 1
    link = message.get_by_role("link", name="Link")
    await expect(link).to_have_attribute("href", "https://outlet.example/")
    await expect(link.locator(".arrow")).to_be_visible()
    off = message.get_by_role("button", name="Off")
    await expect(off).to_be_disabled()
    assert float(await css(off, "opacity")) < 1
    assert (await box(off)).top > (await box(buttons[0])).top


async def test_a_menu_shows_what_it_is_for_and_that_it_opens(message: Locator) -> None:
    opener = message.get_by_role("button", name="A story …")
    assert (await box(opener)).height >= 40
    await expect(opener.locator(".menu-label")).to_have_text("A story …")
    await expect(message.locator("[role=listbox]")).to_be_hidden()
    await opener.click()
    await expect(message.locator("[role=listbox]")).to_be_visible()


async def test_a_form_stands_in_the_middle_with_labels_above_its_fields(visit: Visit) -> None:
    await visit.run("feedback")
    dialog = visit.page.get_by_role("dialog", name="Feedback")
    shown = await box(dialog)
    assert shown.left + shown.width / 2 == pytest.approx(1280 / 2, abs=1)
    subject, details = dialog.get_by_label("Subject"), dialog.get_by_label("Details")
    assert await subject.evaluate("field => [field.tagName, field.required]") == ["INPUT", True]
    assert await details.evaluate("field => [field.tagName, field.required]") == ["TEXTAREA", False]
    label = dialog.locator(".field > span").first
    assert (await box(label)).bottom <= (await box(subject)).top
    await expect(label).to_have_text("Subject *")
    await expect(dialog.get_by_role("heading")).to_have_text("Feedback")


async def test_a_private_answer_is_marked_on_its_edge_and_below(visit: Visit) -> None:
    await visit.run("count")
    answer = visit.message("Only you can see this")
    assert await css(answer, "backgroundColor") != "rgba(0, 0, 0, 0)"
    assert "inset" in await css(answer, "boxShadow")
    only_you = await box(answer.locator(".only-you"))
    assert only_you.top >= (await box(answer.locator(".message-body"))).bottom
    used = answer.locator(".message-context")
    await expect(used).to_have_text("Anna used /count")
    assert (await box(used)).bottom <= (await box(answer.locator(".message-head"))).top


async def test_thinking_is_three_dots_that_move(stand: Stand, visit: Visit) -> None:
    stand.post(flags=MessageFlag.LOADING)
    thinking = visit.message("Digest is thinking")
    dots = thinking.locator(".dots i")
    await expect(dots).to_have_count(3)
    assert await css(dots.first, "animationName") == "think"


async def test_an_edit_is_marked_after_the_time(stand: Stand, visit: Visit) -> None:
    stand.post("before").edit(Body("after"))
    head = visit.message("after").locator(".message-head")
    edited, time = head.locator(".edited"), head.locator("time")
    assert (await box(edited)).left >= (await box(time)).right
    await expect(edited).to_have_text("(edited)")


async def test_a_reply_says_above_its_head_whom_it_answers(stand: Stand, visit: Visit) -> None:
    first = stand.post("A question")
    stand.anna.say(stand.channel, "An answer", reply_to=first)
    reply = visit.message("An answer")
    line = reply.locator(".message-context")
    await expect(line).to_have_text("in reply to Digest")
    assert (await box(line)).bottom <= (await box(reply.locator(".message-head"))).top


def png(width: int, height: int) -> bytes:
    """Return a grey picture of that size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + b"\x80" * width) * height
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


@pytest.mark.parametrize(
    ("part", "natural", "shown"),
    [
        ("image", (300, 900), (100, 300)),
        ("image", (1600, 400), (400, 100)),
        ("image", (120, 60), (120, 60)),
        ("thumbnail", (320, 160), (80, 40)),
        ("thumbnail", (100, 400), (20, 80)),
    ],
)
async def test_a_picture_keeps_its_proportions_within_discords_bounds(
    stand: Stand, visit: Visit, part: str, natural: tuple[int, int], shown: tuple[int, int]
) -> None:
    async def answer(route: Route) -> None:
        await route.fulfill(body=png(*natural), content_type="image/png")

    await stand.context.route("https://cdn.outlet.org/**", answer)
    picture = {part: {"url": "https://cdn.outlet.org/picture.png"}}
    stand.post(embeds=({"title": "A picture", "description": "of something"} | picture,))
    drawn = visit.page.locator(f".embed-{part}.had")
    await expect(drawn).to_be_visible()
    for part_of_it in (drawn, drawn.locator("img")):
        found = await box(part_of_it)
        assert (found.width, found.height) == pytest.approx(shown)
    await expect(drawn.locator("svg")).to_be_hidden()


async def test_the_images_of_merged_embeds_are_a_gallery_of_two_columns(
    stand: Stand, visit: Visit
) -> None:
    embed = {"url": "https://outlet.example/", "image": {"url": NOWHERE}}
    stand.post(embeds=(embed,) * 4)
    await expect(visit.page.locator(".embed")).to_have_count(1)
    images = visit.page.locator(".embed-gallery .embed-image")
    boxes = [await box(images.nth(i)) for i in range(4)]
    assert boxes[0].top == boxes[1].top < boxes[2].top == boxes[3].top
    assert boxes[0].left == boxes[2].left < boxes[1].left == boxes[3].left


async def test_what_reads_from_right_to_left_turns_nothing_else_around(
    stand: Stand, visit: Visit
) -> None:
    soon = int(stand.sandbox.clock.now().timestamp()) - 90_000
    stand.post(
        f"4. **[مكتبة تعلّم روبوتًا أن يهمس](https://a.example/)**\n**الورّاق** · 52 · <t:{soon}:R>"
    )
    message = visit.message("الورّاق")
    outlet, moment = message.locator("p strong").last, message.locator("time.mark")
    await expect(moment).to_have_text("1 day ago")
    assert await moment.evaluate("time => time.getClientRects().length") == 1
    assert (await box(outlet)).right < (await box(moment)).left
