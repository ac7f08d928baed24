"""Messages as one HTML file that needs nothing else: no script, no server."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.page.assets import read_assets
from bot.sandbox.page.elements import Html, element, joined
from bot.sandbox.page.message import message_html
from bot.sandbox.page.setting import Nobody, Setting

STYLES = ("theme.css", "message.css", "document.css")


def render_page(
    messages: Sequence[JsonObject],
    *,
    title: str = "Preview",
    note: str = "",
    author: str = "Digest",
    now: datetime | None = None,
    pictures: bool = False,
) -> str:
    """Return a page that shows messages as they would look; each is what would be sent.

    `note` stands below the title; `author` is who says what names no author. Relative times count
    from `now`, by default the machine's moment. Nothing is fetched, so that nobody learns that the
    page was opened, unless `pictures` are to be; buttons and menus are drawn switched off.
    """
    setting = Setting(Nobody(), now or datetime.now(UTC), pictures=pictures, live=False)
    sender = {"username": author, "bot": True}
    shown = [message_html({"author": sender} | message, setting) for message in messages]
    heading = element("header", element("h1", title), *([element("p", note)] if note else []))
    body = element("main", heading, element("div", *shown, class_="messages"))
    head = _head(title, pictures=pictures)
    return f"<!doctype html>\n{element('html', head, element('body', body), lang='en')}\n"


def _head(title: str, *, pictures: bool) -> Html:
    assets = read_assets()
    style = "\n".join(assets[name] for name in STYLES)
    return element(
        "head",
        element("meta", charset="utf-8"),
        element(
            "meta", http_equiv="Content-Security-Policy", content=_policy(style, pictures=pictures)
        ),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        joined([Html(f"<style>{style}</style>")]),
    )


def _policy(style: str, *, pictures: bool) -> str:
    """Allow this very style sheet and perhaps pictures, and nothing else."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    fetched = "; img-src http: https:" if pictures else ""
    return f"default-src 'none'; style-src 'sha256-{digest}'{fetched}"
