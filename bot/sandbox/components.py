"""Buttons, menus and forms: what Discord accepts.

https://docs.discord.com/developers/components/reference
"""

from collections.abc import Iterator, Sequence
from enum import IntEnum

from bot.sandbox.embeds import read_url
from bot.sandbox.forms import Form, kind_of
from bot.sandbox.jsontypes import JsonObject


class ComponentKind(IntEnum):
    """What a component is, by Discord's numbers."""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18


SELECTS = frozenset(
    {
        ComponentKind.STRING_SELECT,
        ComponentKind.USER_SELECT,
        ComponentKind.ROLE_SELECT,
        ComponentKind.MENTIONABLE_SELECT,
        ComponentKind.CHANNEL_SELECT,
    }
)
LAYOUT_ONLY = frozenset(range(9, 18))
"""Components that need the COMPONENTS_V2 flag on their message."""

MOST_ROWS, MOST_IN_ROW, MOST_IN_ALL = 5, 5, 40
CUSTOM_ID, LABEL, PLACEHOLDER = 100, 80, 150
MOST_OPTIONS, OPTION_TEXT = 25, 100
MODAL_TITLE, INPUT_LABEL, INPUT_VALUE = 45, 45, 4_000
LINK_BUTTON, PREMIUM_BUTTON = 5, 6
LAYOUT_TEXT = 4_000
"""Most characters of text in all of a message that uses layout components."""


def walk(components: Sequence[JsonObject]) -> Iterator[JsonObject]:
    """Yield every component, outer before inner."""
    for component in components:
        yield component
        inner = [*(component.get("components") or ())]
        inner += [component[key] for key in ("accessory", "component") if component.get(key)]
        yield from walk(inner)


def read_components(form: Form, value: object, *, layout: bool) -> tuple[JsonObject, ...]:
    """Read the `components` of a message; `layout` says whether it has the COMPONENTS_V2 flag."""
    before = len(form.complaints)
    items = form.items(value, most=MOST_IN_ALL if layout else MOST_ROWS)
    for i, item in enumerate(items):
        _check_top(form.at(i), item, layout=layout)
    if len(form.complaints) > before:
        return ()
    _check_all(form, items, layout=layout)
    return tuple(_completed(items))


def read_modal(form: Form, value: object) -> JsonObject:
    """Read a form that an interaction opens.

    https://docs.discord.com/developers/interactions/receiving-and-responding
    """
    given = form.mapping(value)
    form.member(given, "title", most=MODAL_TITLE, least=1)
    form.member(given, "custom_id", most=CUSTOM_ID, least=1)
    rows = form.at("components").items(given.get("components"), most=MOST_ROWS, least=1)
    for i, row in enumerate(rows):
        _check_form_row(form.at("components", i), row)
    if not form.complaints:
        _check_all(form.at("components"), rows, layout=False)
    return given


def _completed(items: list[JsonObject]) -> list[JsonObject]:
    """Fill in what Discord fills in where the app said nothing: numbers, and how many values."""
    for number, component in enumerate(walk(items), start=1):
        component.setdefault("id", number)
        if kind_of(component) in SELECTS:
            component.setdefault("min_values", 1)
            component.setdefault("max_values", 1)
    return items


def _check_all(form: Form, items: list[JsonObject], *, layout: bool) -> None:
    every = list(walk(items))
    if len(every) > MOST_IN_ALL:
        form.refuse("COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"Must be {MOST_IN_ALL} or fewer.")
    seen: set[str] = set()
    for component in every:
        custom_id = component.get("custom_id")
        if custom_id is not None and custom_id in seen:
            form.refuse(
                "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
            )
        seen.add(custom_id or "")
    text = sum(len(str(c.get("content", ""))) for c in every)
    if layout and text > LAYOUT_TEXT:
        form.refuse(
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"Components displayable text size exceeds maximum size of {LAYOUT_TEXT}",
        )


def _check_top(form: Form, value: object, *, layout: bool) -> None:
    given = form.mapping(value)
    kind = kind_of(given)
    if layout and kind in LAYOUT_ONLY:
        _check_layout(form, given)
    elif kind == ComponentKind.ACTION_ROW:
        _check_row(form.at("components"), given.get("components"))
    else:
        form.at("type").choice(given.get("type"), (int(ComponentKind.ACTION_ROW),))


def _check_layout(form: Form, given: JsonObject) -> None:
    """Check what stands inside a section, a container and the like."""
    form.member(given, "content", most=LAYOUT_TEXT)
    for i, item in enumerate(form.at("components").items(given.get("components", []))):
        _check_top(form.at("components", i), item, layout=True)
    accessory = given.get("accessory")
    if isinstance(accessory, dict) and kind_of(accessory) == ComponentKind.THUMBNAIL:
        return
    if accessory is not None:
        _check_interactive(form.at("accessory"), accessory)


def _check_row(form: Form, value: object) -> None:
    items = form.items(value, most=MOST_IN_ROW, least=1)
    for i, item in enumerate(items):
        _check_interactive(form.at(i), item)
    selects = [i for i in items if isinstance(i, dict) and kind_of(i) in SELECTS]
    if selects and len(items) > 1:
        form.refuse(
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width"
        )


def _check_interactive(form: Form, value: object) -> None:
    given = form.mapping(value)
    kind = kind_of(given)
    if kind == ComponentKind.BUTTON:
        _check_button(form, given)
    elif kind in SELECTS:
        _check_select(form, given)
    else:
        among = (int(ComponentKind.BUTTON), *sorted(map(int, SELECTS)))
        form.at("type").choice(given.get("type"), among)


def _check_button(form: Form, given: JsonObject) -> None:
    style = form.at("style").whole(given.get("style"), low=1, high=PREMIUM_BUTTON)
    form.member(given, "label", most=LABEL)
    if style == PREMIUM_BUTTON:
        return
    if given.get("emoji") is not None:
        form.at("emoji").mapping(given["emoji"])
    if not given.get("label") and not given.get("emoji"):
        form.at("label").required()
    if style != LINK_BUTTON:
        form.member(given, "custom_id", most=CUSTOM_ID, least=1)
    elif given.get("url") is None:
        form.at("url").required()
    else:
        read_url(form.at("url"), given["url"], ("http", "https", "discord"))


def _check_select(form: Form, given: JsonObject) -> None:
    form.member(given, "custom_id", most=CUSTOM_ID, least=1)
    form.member(given, "placeholder", most=PLACEHOLDER)
    form.at("min_values").whole(given.get("min_values", 1), low=0, high=MOST_OPTIONS)
    form.at("max_values").whole(given.get("max_values", 1), low=1, high=MOST_OPTIONS)
    if kind_of(given) == ComponentKind.STRING_SELECT:
        _check_options(form.at("options"), given.get("options"))


def _check_options(form: Form, value: object) -> None:
    values: set[str] = set()
    for i, item in enumerate(form.items(value, most=MOST_OPTIONS, least=1)):
        option = form.at(i).mapping(item)
        form.at(i).member(option, "label", most=OPTION_TEXT, least=1)
        chosen = form.at(i).member(option, "value", most=OPTION_TEXT, least=1)
        form.at(i).member(option, "description", most=OPTION_TEXT)
        if chosen in values:
            form.at(i, "value").refuse(
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            )
        values.add(chosen)


def _check_form_row(form: Form, value: object) -> None:
    row = form.mapping(value)
    if kind_of(row) == ComponentKind.ACTION_ROW:
        inner = form.at("components").items(row.get("components"), most=1, least=1)
        for i, item in enumerate(inner):
            _check_input(form.at("components", i), item, labelled=True)
    elif kind_of(row) == ComponentKind.LABEL:
        form.member(row, "label", most=INPUT_LABEL, least=1)
        _check_labelled(form.at("component"), row.get("component"))
    else:
        among = (int(ComponentKind.ACTION_ROW), int(ComponentKind.LABEL))
        form.at("type").choice(row.get("type"), (*among, int(ComponentKind.TEXT_DISPLAY)))


def _check_labelled(form: Form, value: object) -> None:
    given = form.mapping(value)
    if kind_of(given) in SELECTS:
        _check_select(form, given)
    else:
        _check_input(form, given, labelled=False)


def _check_input(form: Form, value: object, *, labelled: bool) -> None:
    given = form.mapping(value)
    form.at("type").choice(given.get("type"), (int(ComponentKind.TEXT_INPUT),))
    form.member(given, "custom_id", most=CUSTOM_ID, least=1)
    form.at("style").whole(given.get("style"), low=1, high=2)
    if labelled:
        form.member(given, "label", most=INPUT_LABEL, least=1)
    form.member(given, "placeholder", most=OPTION_TEXT)
    form.member(given, "value", most=INPUT_VALUE)
    form.at("min_length").whole(given.get("min_length") or 0, low=0, high=INPUT_VALUE)
    form.at("max_length").whole(given.get("max_length") or INPUT_VALUE, low=1, high=INPUT_VALUE)
