"""A message as HTML: what stands in it, and in which order, for the page and for files."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.sandbox.messages import MessageFlag
from bot.sandbox.page import render_page
from bot.sandbox.page.components import form_html, rows_html
from bot.sandbox.page.embeds import embed_html
from bot.sandbox.page.links import is_reachable
from bot.sandbox.page.message import message_html
from bot.sandbox.page.pictures import picture
from bot.sandbox.page.setting import Nobody, Setting

Json = dict[str, Any]

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SETTING = Setting(Nobody(), NOW)
HOSTILE = "<script>alert(1)</script>\"'&"

EMBED: Json = {
    "color": 0x3498DB,
    "author": {"name": "The Daily Gradient", "icon_url": "https://cdn.outlet.org/logo.png"},
    "title": "A *new* chip",
    "url": "https://outlet.org/chip",
    "description": "It **hums**.",
    "fields": [
        {"name": "Heat", "value": "120", "inline": True},
        {"name": "Notes", "value": "> none"},
    ],
    "thumbnail": {"url": "https://cdn.outlet.org/small.png"},
    "image": {"url": "https://cdn.outlet.org/large.png"},
    "footer": {"text": "AI Hardware"},
    "timestamp": "2026-03-02T08:00:00+00:00",
}


def words(html: str) -> str:
    """What remains without the marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_an_embed_shows_its_parts_in_the_order_in_which_discord_does() -> None:
    assert words(embed_html(EMBED, SETTING)) == (
        "The Daily Gradient A new chip It hums . Heat 120 Notes none"
        " AI Hardware • 2 March 2026 08:00"
    )


def test_an_embeds_title_is_a_link_and_its_bar_has_its_colour() -> None:
    html = embed_html(EMBED, SETTING)
    assert 'href="https://outlet.org/chip"' in html
    assert 'fill="#3498db"' in html
    assert " style=" not in html


@pytest.mark.parametrize(
    ("inline", "shares"),
    [
        ([True, True], [2, 2]),
        ([True, True, True], [3, 3, 3]),
        ([True, True, True, True], [3, 3, 3, 1]),
        ([True, False, True, True, False], [1, 1, 2, 2, 1]),
    ],
)
def test_fields_side_by_side_share_a_row_three_at_most(
    inline: list[bool], shares: list[int]
) -> None:
    fields = [{"name": "n", "value": "v", "inline": one} for one in inline]
    html = embed_html({"fields": fields}, SETTING)
    assert [int(n) for n in re.findall(r"embed-field-of-(\d)", html)] == shares


def test_embeds_of_one_address_are_merged_as_discord_does_it() -> None:
    address = {"url": "https://outlet.org/"}
    images = [{"image": {"url": f"https://cdn.outlet.org/{i}.png"}} for i in range(5)]
    embeds = [
        {"title": "First", "description": "Seen"} | address | images[0],
        {"title": "Apart", "url": "https://other.org/"},
        *({"title": "Lost", "description": "Unseen"} | address | image for image in images[1:]),
        {"title": "No address"},
        {"title": "Nor here"},
    ]
    html = message_html({"embeds": embeds}, SETTING)
    assert re.findall(r"First|Seen|Apart|Lost|Unseen|No address|Nor here", words(html)) == [
        "First",
        "Seen",
        "Apart",
        "No address",
        "Nor here",
    ]
    assert html.count('class="embed-gallery"') == 1
    assert html.count('class="embed-image"') == 4


def test_an_embed_with_a_title_alone_is_drawn() -> None:
    html = embed_html({"title": "Only this"}, SETTING)
    assert words(html) == "Only this"
    assert "<dl" not in html


def test_a_picture_lies_above_its_stand_in_and_is_asked_for_without_saying_from_where() -> None:
    html = picture("https://cdn.outlet.org/a.png", "embed-image")
    assert html.index("<svg") < html.index("<img")
    assert 'referrerpolicy="no-referrer"' in html


@pytest.mark.parametrize(
    "url",
    [
        "https://img.example/a.png",
        "attachment://a.png",
        "javascript:x",
        "https://www.example.com/a",
    ],
)
def test_a_picture_that_cannot_be_had_is_only_a_stand_in(url: str) -> None:
    html = picture(url, "embed-image")
    assert "<svg" in html
    assert "<img" not in html


@pytest.mark.parametrize(
    ("host", "answer"),
    [("news.example", False), ("example.org", False), ("a.test", False), ("outlet.org", True)],
)
def test_addresses_kept_for_examples_are_not_asked_for(host: str, *, answer: bool) -> None:
    assert is_reachable(host) is answer


def test_the_same_address_has_the_same_stand_in() -> None:
    first, again, other = (picture(f"https://{h}.example/", "x") for h in ("a", "a", "b"))
    assert first == again
    assert first != other


def test_a_message_says_who_wrote_it_and_when_and_that_it_was_edited() -> None:
    html = message_html(
        {
            "id": "12",
            "author": {"id": "5", "username": "Digest", "bot": True},
            "content": "Hello",
            "timestamp": "2026-03-02T08:30:00+00:00",
            "edited_timestamp": "2026-03-02T08:40:00+00:00",
        },
        SETTING,
    )
    assert words(html) == "D Digest APP 2 March 2026 08:30 (edited) Hello"


def test_an_answer_says_what_it_answers() -> None:
    used = {"type": 2, "name": "top-by-heat", "user": {"username": "anna", "global_name": "Anna"}}
    html = message_html({"content": "x", "interaction_metadata": used}, SETTING)
    assert words(html).startswith("Anna used /top-by-heat")
    reply = message_html({"content": "x", "referenced_message": {"author": used["user"]}}, SETTING)
    assert words(reply).startswith("in reply to Anna")


def test_a_private_answer_is_marked_and_can_be_put_away_on_the_page_only() -> None:
    payload: Json = {"content": "x", "flags": int(MessageFlag.EPHEMERAL)}
    assert "Only you can see this" in message_html(payload, SETTING)
    assert "data-dismiss" not in message_html(payload, SETTING)
    assert "data-dismiss" in message_html(payload, SETTING, dismissible=True)


def test_a_deferred_answer_says_that_the_app_is_thinking() -> None:
    html = message_html(
        {"flags": int(MessageFlag.LOADING), "author": {"username": "Digest"}}, SETTING
    )
    assert "Digest is thinking" in html


def test_a_file_is_named() -> None:
    html = message_html({"attachments": [{"filename": "a.txt", "size": 1200}]}, SETTING)
    assert "a.txt (1,200 bytes)" in html


ROW: Json = {
    "type": 1,
    "components": [
        {"type": 2, "style": 1, "label": "Go", "custom_id": "go", "emoji": {"name": "🔥"}},
        {"type": 2, "style": 2, "label": "No", "custom_id": "no", "disabled": True},
        {"type": 2, "style": 5, "label": "Read", "url": "https://outlet.org/"},
    ],
}
MENU: Json = {
    "type": 1,
    "components": [
        {
            "type": 3,
            "custom_id": "pick",
            "placeholder": "A story …",
            "options": [{"label": "One", "value": "1", "description": "🔥 9"}],
        }
    ],
}


def test_buttons_carry_what_the_bot_is_told() -> None:
    html = rows_html([ROW], SETTING)
    assert 'class="button button-primary" data-button="go"' in html
    assert 'data-button="no" disabled' in html
    assert 'href="https://outlet.org/"' in html
    assert words(html) == "🔥 Go No Read ↗"


def test_a_link_button_that_leads_nowhere_safe_is_no_link() -> None:
    row = {"type": 1, "components": [{"type": 2, "style": 5, "label": "x", "url": "discord://a"}]}
    assert "<a" not in rows_html([row], SETTING)


def test_a_menu_is_a_button_with_a_list() -> None:
    html = rows_html([MENU], SETTING)
    assert 'aria-haspopup="listbox"' in html
    assert 'role="option"' in html
    assert words(html) == "A story … ▾ One 🔥 9"


def test_what_the_page_cannot_draw_is_said() -> None:
    assert "type 17" in rows_html([{"type": 17}], SETTING)


def test_a_form_has_a_labelled_field_for_each_input_in_both_ways_of_writing_them() -> None:
    html = form_html(
        {
            "title": "Feedback",
            "components": [
                {
                    "type": 1,
                    "components": [{"type": 4, "style": 1, "label": "Name", "custom_id": "n"}],
                },
                {
                    "type": 18,
                    "label": "Text",
                    "component": {"type": 4, "style": 2, "custom_id": "t", "required": False},
                },
            ],
        }
    )
    assert words(html) == "Feedback Name * Text"
    assert '<input type="text" value="" autocomplete="off" name="n" required>' in html
    assert '<textarea rows="4" name="t">' in html


def test_text_that_looks_like_markup_is_shown_as_text_everywhere() -> None:
    embed: Json = {
        "author": {"name": HOSTILE, "url": "https://x.org/" + HOSTILE},
        "title": HOSTILE,
        "url": f"https://x.org/{HOSTILE}",
        "description": HOSTILE,
        "fields": [{"name": HOSTILE, "value": HOSTILE}],
        "footer": {"text": HOSTILE, "icon_url": "https://x.org/" + HOSTILE},
        "image": {"url": "https://x.org/" + HOSTILE},
    }
    button: Json = {"type": 2, "style": 1, "label": HOSTILE, "custom_id": HOSTILE}
    author: Json = {"username": HOSTILE, "id": HOSTILE}
    payload = {"content": HOSTILE, "author": author, "embeds": [embed]}
    html = message_html(payload | {"components": [{"type": 1, "components": [button]}]}, SETTING)
    assert "<script" not in html
    assert "alert(1)" in html


def test_a_file_of_messages_needs_nothing_else() -> None:
    page = render_page([{"embeds": [EMBED]}], title="Tomorrow <3", note="A preview.", now=NOW)
    assert page.startswith("<!doctype html>")
    assert "<h1>Tomorrow &lt;3</h1><p>A preview.</p>" in page
    assert "A <em>new</em> chip" in page
    assert "<script" not in page
    assert "<link" not in page
    assert "default-src &#39;none&#39;; style-src &#39;sha256-" in page


def test_a_file_names_the_app_that_would_send_what_names_nobody() -> None:
    page = render_page([{"content": "x"}], author="Gazette", now=NOW)
    assert '<strong class="author">Gazette</strong><span class="badge">APP</span>' in page


def test_a_file_fetches_nothing_unless_it_is_asked_to() -> None:
    picture = "https://cdn.outlet.org/a.png"
    icon = "https://cdn.outlet.org/favicon.ico"
    embed: Json = {"image": {"url": picture}, "footer": {"text": "Desk", "icon_url": icon}}
    page = render_page([{"embeds": [embed]}], now=NOW)
    assert "<img" not in page
    assert "img-src" not in page
    assert page.count("<svg") > 2
    page = render_page([{"embeds": [embed]}], now=NOW, pictures=True)
    assert page.count("<img") == 2
    assert "img-src http: https:" in page


def test_buttons_and_menus_in_a_file_are_switched_off() -> None:
    page = render_page([{"components": [ROW, {"type": 1, "components": [MENU["components"][0]]}]}])
    controls = re.findall("<button[^>]*>", page)
    assert controls
    assert all(" disabled" in control for control in controls)
