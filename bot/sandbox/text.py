"""A message as it looks in a terminal.

Plain text; colours and bold only when asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len

from bot.sandbox.components import SELECTS, ComponentKind
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.markup import plain
from bot.sandbox.messages import Message, MessageFlag
from bot.sandbox.wrapping import columns, flow, share_of, wrap

BAR = "▌ "
FIELDS_IN_A_ROW = 3
NARROWEST_FIELD = 16
"""Columns below which fields go under each other instead of side by side."""

_BOLD, _DIM, _PLAIN = "1", "2", "0"


@dataclass(frozen=True, slots=True)
class _Pen:
    """What rendering needs everywhere: the message's world, the width, whether to colour."""

    message: Message
    width: int
    ansi: bool

    def narrower(self, columns: int) -> "_Pen":
        return _Pen(self.message, max(self.width - columns, 1), self.ansi)

    def plain(self, text: object) -> str:
        world = self.message.channel.world
        return plain(str(text), world, world.clock.now())

    def paint(self, lines: Sequence[str], style: str) -> list[str]:
        if not self.ansi:
            return list(lines)
        return [f"\x1b[{style}m{line}\x1b[{_PLAIN}m" if line else line for line in lines]

    def bold(self, text: object) -> list[str]:
        return self.paint(wrap(self.plain(text), self.width), _BOLD)

    def dim(self, text: str) -> list[str]:
        return self.paint(wrap(text, self.width), _DIM)


def render_message(message: Message, width: int = 80, *, ansi: bool = False) -> str:
    """Return a message as lines of at most `width` columns, without a newline at the end.

    Who said it and when, its text, its embeds beside a bar, its buttons.
    """
    pen = _Pen(message, width, ansi)
    lines = [*_context(pen), *_head(pen)]
    if message.loading:
        lines += pen.dim(f"{message.author.name} is thinking…")
    if message.content:
        lines += wrap(pen.plain(message.content), width)
    if MessageFlag.SUPPRESS_EMBEDS not in message.flags:
        for embed in message.embeds:
            lines += _embed(pen.narrower(cell_len(BAR)), embed)
    for attachment in message.body.attachments:
        lines += pen.dim(f"[file: {attachment.filename}]")
    for row in message.components:
        lines += _row(pen, row)
    return "\n".join([*lines, *_foot(pen)])


def render_messages(messages: Sequence[Message], width: int = 80, *, ansi: bool = False) -> str:
    """Return several messages with an empty line between them."""
    return "\n\n".join(render_message(message, width, ansi=ansi) for message in messages)


def _context(pen: _Pen) -> list[str]:
    """What the message answers."""
    origin, reference = pen.message.origin, pen.message.reference
    if origin is not None and origin.kind == 2 and reference is None:
        return pen.dim(f"╭ {origin.user.name} used /{origin.name}")
    if reference is not None:
        return pen.dim(f"╭ in reply to {reference.author.name}")
    return []


def _head(pen: _Pen) -> list[str]:
    message = pen.message
    badge = " [APP]" if message.author.is_bot else ""
    name = f"{message.author.name}{badge}"
    edited = " (edited)" if message.edited_at else ""
    when = f"{clock_time(message.created_at)}{edited}"
    line = f"{name} · {when}"
    if not pen.ansi or cell_len(line) > pen.width:
        return wrap(line, pen.width)
    return [pen.paint([name], _BOLD)[0] + " · " + pen.paint([when], _DIM)[0]]


def clock_time(moment: datetime) -> str:
    """Return when something was said, in UTC."""
    return f"{moment.day} {moment:%b %Y %H:%M} UTC"


def _foot(pen: _Pen) -> list[str]:
    reader = pen.message.seen_by
    return pen.dim(f"Only {reader.name} can see this") if reader else []


def _embed(pen: _Pen, embed: JsonObject) -> list[str]:
    parts = [
        _author(pen, embed.get("author")),
        _title(pen, embed),
        wrap(pen.plain(embed["description"]), pen.width) if "description" in embed else [],
        *_fields(pen, embed.get("fields", [])),
        _pictures(pen, embed),
        _footer(pen, embed),
    ]
    lines: list[str] = []
    for part in filter(None, parts):
        lines += ["", *part] if lines else part
    return [(BAR + line).rstrip() for line in lines]


def _author(pen: _Pen, author: JsonObject | None) -> list[str]:
    return pen.bold(author["name"]) if author else []


def _title(pen: _Pen, embed: JsonObject) -> list[str]:
    lines = pen.bold(embed["title"]) if "title" in embed else []
    return lines + pen.dim(embed["url"]) if "url" in embed else lines


def _fields(pen: _Pen, fields: Sequence[JsonObject]) -> list[list[str]]:
    return [_field_row(pen, row) for row in _rows_of(fields)]


def _rows_of(fields: Sequence[JsonObject]) -> list[list[JsonObject]]:
    """Return the fields by row: inline ones side by side, up to three."""
    rows: list[list[JsonObject]] = []
    for field in fields:
        beside = rows and field["inline"] and rows[-1][-1]["inline"]
        if beside and len(rows[-1]) < FIELDS_IN_A_ROW:
            rows[-1].append(field)
        else:
            rows.append([field])
    return rows


def _field_row(pen: _Pen, row: Sequence[JsonObject]) -> list[str]:
    share = share_of(len(row), pen.width)
    if len(row) > 1 and share < NARROWEST_FIELD:
        return [line for field in row for line in _field_row(pen, [field])]
    inner = _Pen(pen.message, share, ansi=False) if len(row) > 1 else pen
    blocks = [
        [*inner.bold(field["name"]), *wrap(inner.plain(field["value"]), share)] for field in row
    ]
    return blocks[0] if len(row) == 1 else columns(blocks, pen.width)


def _pictures(pen: _Pen, embed: JsonObject) -> list[str]:
    urls = [embed[key]["url"] for key in ("image", "thumbnail") if key in embed]
    return [line for url in urls for line in pen.dim(f"[picture: {url}]")]


def _footer(pen: _Pen, embed: JsonObject) -> list[str]:
    parts = [embed["footer"]["text"]] if "footer" in embed else []
    if "timestamp" in embed:
        parts.append(clock_time(datetime.fromisoformat(embed["timestamp"])))
    return pen.dim(" • ".join(parts)) if parts else []


def _row(pen: _Pen, row: JsonObject) -> list[str]:
    if row.get("type") != ComponentKind.ACTION_ROW:
        return pen.dim(f"[component {row.get('type')}]")
    return flow(map(_component, row["components"]), pen.width)


def _component(component: JsonObject) -> str:
    if component["type"] in SELECTS:
        return f"[ {component.get('placeholder') or 'Make a selection'} ▾ ]"
    emoji = (component.get("emoji") or {}).get("name") or ""
    label = " ".join(filter(None, (emoji, component.get("label")))) or "…"
    if "url" in component:
        label += " ↗"
    return f"( {label} )" if component.get("disabled") else f"[ {label} ]"
