"""A message as HTML, from the same JSON that Discord gives a client.

https://docs.discord.com/developers/resources/message#message-object
"""

from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.messages import MessageFlag
from bot.sandbox.page.components import rows_html
from bot.sandbox.page.elements import EMPTY, Html, element, joined
from bot.sandbox.page.embeds import embeds_html
from bot.sandbox.page.markdown import markdown
from bot.sandbox.page.pictures import avatar
from bot.sandbox.page.setting import Setting
from bot.sandbox.page.times import clock_time

COMMAND = 2
"""The kind of interaction that a slash command is."""


def message_html(
    payload: JsonObject,
    setting: Setting,
    *,
    dismissible: bool = False,
    failure: str | None = None,
) -> Html:
    """Return a message: who said it and when, its text, its embeds, its buttons and menus.

    Only `content`, `embeds` and `components` are looked for in a payload that was not sent yet.
    With `failure`, it stands for an answer that never came, and says that instead.
    """
    flags = MessageFlag(int(payload.get("flags") or 0))
    author = payload.get("author") or {}
    ephemeral = MessageFlag.EPHEMERAL in flags
    body = _failed(failure) if failure else _body(payload, setting, flags)
    look = "message message-ephemeral" if ephemeral else "message"
    return element(
        "article",
        _context(payload),
        avatar(name_of(author)),
        _head(payload, author, setting),
        element("div", body, class_="message-body"),
        _only_you(dismissible=dismissible) if ephemeral else EMPTY,
        class_=f"{look} message-failed" if failure else look,
        aria_label=f"Message from {name_of(author)}",
        data_id=payload.get("id"),
        data_author=author.get("id"),
        data_at=payload.get("timestamp"),
    )


def name_of(account: JsonObject) -> str:
    """Return how an account is called."""
    return str(account.get("global_name") or account.get("username") or "App")


def _context(payload: JsonObject) -> Html:
    """What the message answers."""
    used = payload.get("interaction_metadata") or {}
    answered = payload.get("referenced_message")
    if answered:
        said = f"in reply to {name_of(answered['author'])}"
        return element("p", said, class_="message-context")
    if used.get("type") == COMMAND:
        who = element("strong", name_of(used["user"]))
        what = element("span", f"/{used['name']}", class_="mention")
        return element("p", who, " used ", what, class_="message-context")
    return EMPTY


def _head(payload: JsonObject, author: JsonObject, setting: Setting) -> Html:
    badge = element("span", "APP", class_="badge") if author.get("bot") else EMPTY
    when = clock_time(payload["timestamp"], setting.now) if payload.get("timestamp") else EMPTY
    edited = EMPTY
    if payload.get("edited_timestamp"):
        edited = element("span", "(edited)", class_="edited", title=payload["edited_timestamp"])
    name = element("strong", name_of(author), class_="author")
    return element("p", name, badge, when, edited, class_="message-head")


def _body(payload: JsonObject, setting: Setting, flags: MessageFlag) -> Html:
    if MessageFlag.LOADING in flags:
        return _thinking(name_of(payload.get("author") or {}))
    content = payload.get("content")
    return joined(
        [
            element("div", markdown(content, setting), class_="markdown") if content else EMPTY,
            embeds_html(payload.get("embeds") or (), setting),
            *(_file(attachment) for attachment in payload.get("attachments") or ()),
            rows_html(payload.get("components") or (), setting),
        ]
    )


def _thinking(name: str) -> Html:
    dots = element("span", *(element("i") for _ in range(3)), class_="dots", aria_hidden="true")
    return element("p", dots, f"{name} is thinking …", class_="thinking")


def _failed(failure: str) -> Html:
    sign = element("span", "⚠", aria_hidden="true")
    return element("p", sign, f" {failure}", class_="failed")


def _file(attachment: JsonObject) -> Html:
    size = f" ({int(attachment.get('size', 0)):,} bytes)"
    return element("p", f"📎 {attachment['filename']}{size}", class_="file")


def _only_you(*, dismissible: bool) -> Html:
    dismiss = element("button", "Dismiss message", type="button", data_dismiss=True)
    eye = element("span", "👁", aria_hidden="true")
    text = "Only you can see this"
    parts = (eye, f" {text} · ", dismiss) if dismissible else (eye, f" {text}")
    return element("p", *parts, class_="only-you")
