"""Building HTML of which nobody's text can become a part.

Whatever is not `Html` is escaped where it is put in, so forgetting about it is harmless.
"""

import re
from collections.abc import Iterable
from typing import TypeAlias

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
"""Elements without an end tag: https://html.spec.whatwg.org/multipage/syntax.html#void-elements"""

_ENTITIES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\0": "\ufffd"}
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

Attribute: TypeAlias = str | int | bool | None
"""True is an attribute without a value; False and None are none at all."""


class Html(str):
    """Markup that is safe to put into a page as it is; only this module makes it."""

    __slots__ = ()


EMPTY = Html("")


def escape(text: str) -> Html:
    """Return text as markup that shows just this text, in content and in attributes."""
    if isinstance(text, Html):
        return text
    return Html(_LONE_SURROGATE.sub("\ufffd", text).translate(_ENTITIES))


def joined(parts: Iterable[str]) -> Html:
    """Return the parts one after the other."""
    return Html("".join(map(escape, parts)))


def element(name: str, /, *children: str, **attributes: Attribute) -> Html:
    """Return an element; `class_` means class, and `data_id` data-id."""
    head = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Html(f"<{name}{head}>")
    return Html(f"<{name}{head}>{joined(children)}</{name}>")


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
