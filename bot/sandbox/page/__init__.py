"""The sandbox as a page: servers, channels and messages as people see them, and what they can do.

Everything that is done on it goes over the wire: the bot cannot tell it from Discord. HTML is made
here, in Python, by one code for the live page and for files (`render_page`); the scripts put it in
its place.
"""

from bot.sandbox.page.document import render_page
from bot.sandbox.page.panel import (
    Action,
    ActionError,
    Field,
    FieldKind,
    Option,
    Panel,
    Pressed,
    Status,
)
from bot.sandbox.page.serving import Page
from bot.sandbox.page.welcome import Welcome

__all__ = [
    "Action",
    "ActionError",
    "Field",
    "FieldKind",
    "Option",
    "Page",
    "Panel",
    "Pressed",
    "Status",
    "Welcome",
    "render_page",
]
