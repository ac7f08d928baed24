"""An embed as HTML.

https://docs.discord.com/developers/resources/message#embed-object
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.page.elements import EMPTY, Html, element, joined
from bot.sandbox.page.inline import inline
from bot.sandbox.page.links import link
from bot.sandbox.page.markdown import markdown
from bot.sandbox.page.pictures import icon, picture
from bot.sandbox.page.setting import Setting
from bot.sandbox.page.times import clock_time

BULLET = " • "

MOST_IN_A_ROW = 3
"""How many inline fields stand side by side."""

MOST_IN_A_GALLERY = 4
"""How many images of merged embeds are shown; the others are left out."""


def embeds_html(embeds: Sequence[JsonObject], setting: Setting) -> Html:
    """Return a message's embeds as Discord shows them.

    Those that share an address become one: the first, with the images of all as a gallery. What
    else the others hold, nobody sees. Clients do so; no page of Discord's documentation says it.
    """
    shown: dict[object, list[JsonObject]] = {}
    for number, embed in enumerate(embeds):
        shown.setdefault(embed.get("url") or number, []).append(embed)
    return joined(embed_html(first, setting, others) for first, *others in shown.values())


def embed_html(embed: JsonObject, setting: Setting, others: Sequence[JsonObject] = ()) -> Html:
    """Return an embed, with the images of others that were merged into it.

    Its colour is drawn, since a page's policy may forbid styles in elements.
    """
    within = setting.below_a_heading() if embed.get("title") else setting
    text = element(
        "div",
        _author(embed.get("author"), setting),
        _title(embed, setting),
        _description(embed, within),
        _fields(embed.get("fields") or (), within),
        class_="embed-text",
    )
    body = element(
        "div",
        text,
        _picture(embed, "thumbnail", setting),
        _images([embed, *others], setting),
        _footer(embed, setting),
        class_="embed-body",
    )
    # A group and no region: a message of ten embeds would have as many landmarks.
    return element(
        "div", _bar(embed.get("color")), body, class_="embed", role="group", aria_label="Embed"
    )


def _bar(colour: int | None) -> Html:
    fill = None if colour is None else f"#{colour:06x}"
    stripe = element("rect", width="100%", height="100%", fill=fill)
    return element("svg", stripe, class_="embed-bar", aria_hidden="true", focusable="false")


def _author(author: JsonObject | None, setting: Setting) -> Html:
    if not author:
        return EMPTY
    name = str(author["name"])
    linked = link(author["url"], name) if author.get("url") else None
    symbol = icon(author.get("icon_url"), fetched=setting.pictures)
    return element("p", symbol, linked or name, class_="embed-author")


def _title(embed: JsonObject, setting: Setting) -> Html:
    if not embed.get("title"):
        return EMPTY
    title = str(embed["title"])
    linked = link(embed["url"], inline(title, setting.linked())) if embed.get("url") else None
    shown = linked or inline(title, replace(setting, in_link=True))
    return element(f"h{setting.heading}", shown, class_="embed-title")


def _description(embed: JsonObject, setting: Setting) -> Html:
    if not embed.get("description"):
        return EMPTY
    return element("div", markdown(embed["description"], setting), class_="markdown")


def _fields(fields: Sequence[JsonObject], setting: Setting) -> Html:
    if not fields:
        return EMPTY
    rows = _in_rows(fields)
    drawn = [_field(field, len(row), setting) for row in rows for field in row]
    return element("dl", *drawn, class_="embed-fields")


def _in_rows(fields: Sequence[JsonObject]) -> Iterator[list[JsonObject]]:
    """Yield the fields that stand side by side: inline ones, three at most; others alone."""
    row: list[JsonObject] = []
    for field in fields:
        if row and (len(row) == MOST_IN_A_ROW or not field.get("inline")):
            yield row
            row = []
        row.append(field)
        if not field.get("inline"):
            yield row
            row = []
    if row:
        yield row


def _field(field: JsonObject, in_row: int, setting: Setting) -> Html:
    """One field; those of a row share its width."""
    return element(
        "div",
        element("dt", inline(field["name"], setting)),
        element("dd", markdown(field["value"], setting), class_="markdown"),
        class_=f"embed-field embed-field-of-{in_row}",
    )


def _picture(embed: JsonObject, which: str, setting: Setting) -> Html:
    if not embed.get(which):
        return EMPTY
    return picture(embed[which]["url"], f"embed-{which}", fetched=setting.pictures)


def _images(embeds: Sequence[JsonObject], setting: Setting) -> Html:
    """Return the image, or the gallery that embeds of one address make."""
    drawn = [_picture(embed, "image", setting) for embed in embeds if embed.get("image")]
    if len(drawn) < 2:
        return joined(drawn)
    return element("div", *drawn[:MOST_IN_A_GALLERY], class_="embed-gallery")


def _footer(embed: JsonObject, setting: Setting) -> Html:
    parts = list(_footer_parts(embed, setting))
    if not parts:
        return EMPTY
    symbol = icon((embed.get("footer") or {}).get("icon_url"), fetched=setting.pictures)
    separated = [part for pair in parts for part in (BULLET, pair)][1:]
    return element("p", symbol, element("span", joined(separated)), class_="embed-footer")


def _footer_parts(embed: JsonObject, setting: Setting) -> Iterator[str]:
    if embed.get("footer"):
        yield str(embed["footer"]["text"])
    if embed.get("timestamp"):
        yield clock_time(embed["timestamp"], setting.now)
