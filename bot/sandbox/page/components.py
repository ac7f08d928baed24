"""Buttons, menus and forms as HTML; the page's scripts find them by their data attributes.

https://docs.discord.com/developers/components/reference
"""

from collections.abc import Iterator, Mapping, Sequence

from bot.sandbox.components import SELECTS, ComponentKind
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.page.elements import EMPTY, Html, element, joined
from bot.sandbox.page.links import link
from bot.sandbox.page.markdown import markdown
from bot.sandbox.page.setting import Setting

_STYLES: Mapping[int, str] = {1: "primary", 2: "secondary", 3: "success", 4: "danger"}
_PARAGRAPH = 2
"""The style of a form's field that takes several lines."""


def rows_html(rows: Sequence[JsonObject], setting: Setting) -> Html:
    """Return a message's components, row by row."""
    return joined(_row(row, setting) for row in rows)


def _row(row: JsonObject, setting: Setting) -> Html:
    kind = row.get("type")
    if kind == ComponentKind.ACTION_ROW:
        return element("div", *(_component(c, setting) for c in row["components"]), class_="row")
    if kind == ComponentKind.TEXT_DISPLAY:
        return element("div", markdown(str(row["content"]), setting), class_="markdown")
    return element("p", f"This page does not draw components of type {kind}.", class_="unknown")


def _component(component: JsonObject, setting: Setting) -> Html:
    if component.get("url"):
        return _link_button(component)
    off = bool(component.get("disabled")) or not setting.live
    return (
        _menu(component, off=off) if component["type"] in SELECTS else _button(component, off=off)
    )


def _button(component: JsonObject, *, off: bool) -> Html:
    style = _STYLES.get(int(component.get("style", 2)), "secondary")
    return element(
        "button",
        _label(component),
        type="button",
        class_=f"button button-{style}",
        data_button=component.get("custom_id"),
        disabled=off,
    )


def _link_button(component: JsonObject) -> Html:
    arrow = element("span", "↗", aria_hidden="true", class_="arrow")
    look = "button button-secondary"
    linked = link(component["url"], _label(component), arrow, class_=look)
    return linked or element("span", _label(component), class_=look)


def _label(component: JsonObject) -> Html:
    emoji = (component.get("emoji") or {}).get("name") or ""
    drawn = element("span", emoji, aria_hidden="true") if emoji else EMPTY
    return joined([drawn, str(component.get("label") or "")])


def _menu(component: JsonObject, *, off: bool) -> Html:
    """A menu: a button that opens a list. Which people or channels it offers, the page adds."""
    placeholder = component.get("placeholder") or "Make a selection"
    kind = ComponentKind(component["type"])
    opener = element(
        "button",
        element("span", placeholder, class_="menu-label"),
        element("span", "▾", aria_hidden="true"),
        type="button",
        class_="menu-opener",
        aria_haspopup="listbox",
        aria_expanded="false",
        disabled=off,
    )
    choices = element(
        "ul",
        *map(_option, component.get("options") or ()),
        role="listbox",
        aria_label=placeholder,
        hidden=True,
    )
    return element(
        "div",
        opener,
        choices,
        class_="menu",
        data_menu=component["custom_id"],
        data_kind=kind.name.removesuffix("_SELECT").lower(),
        data_least=component.get("min_values", 1),
        data_most=component.get("max_values", 1),
    )


def _option(option: JsonObject) -> Html:
    emoji = (option.get("emoji") or {}).get("name") or ""
    detail = option.get("description")
    return element(
        "li",
        element("span", f"{emoji} {option['label']}".strip(), class_="option-label"),
        element("span", detail, class_="option-detail") if detail else EMPTY,
        role="option",
        tabindex=-1,
        data_value=option["value"],
        aria_selected="true" if option.get("default") else "false",
    )


def form_html(modal: JsonObject) -> Html:
    """Return the title and the fields of a form that the bot opened."""
    return joined(
        [
            element("h2", str(modal["title"]), id="form-title"),
            *(_labelled(label, given) for label, given in _inputs(modal["components"])),
        ]
    )


def _inputs(rows: Sequence[JsonObject]) -> Iterator[tuple[str, JsonObject]]:
    """Yield each field with its label, in whichever of Discord's two ways it is written."""
    for row in rows:
        if row.get("type") == ComponentKind.LABEL:
            yield str(row["label"]), row["component"]
        elif row.get("type") == ComponentKind.ACTION_ROW:
            for given in row["components"]:
                yield str(given["label"]), given


def _labelled(label: str, given: JsonObject) -> Html:
    needed = bool(given.get("required", True))
    star = element("span", " *", aria_hidden="true", class_="needed") if needed else EMPTY
    return element(
        "label", element("span", label, star), _input(given, needed=needed), class_="field"
    )


def _input(given: JsonObject, *, needed: bool) -> Html:
    value = str(given.get("value") or "")
    common: dict[str, str | int | bool | None] = {
        "name": given["custom_id"],
        "placeholder": given.get("placeholder"),
        "minlength": given.get("min_length"),
        "maxlength": given.get("max_length"),
        "required": needed,
    }
    if given.get("style") == _PARAGRAPH:
        return element("textarea", value, rows=4, **common)
    return element("input", type="text", value=value, autocomplete="off", **common)
