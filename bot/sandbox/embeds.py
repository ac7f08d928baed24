"""Embeds: what Discord accepts, and what it stores of it.

https://docs.discord.com/developers/resources/message#embed-object
"""

from datetime import datetime
from urllib.parse import urlsplit

from bot.sandbox.forms import Form
from bot.sandbox.jsontypes import JsonObject

MOST_EMBEDS = 10
MOST_FIELDS = 25
MOST_CHARACTERS = 6_000
"""Over all embeds of one message: titles, descriptions, fields, footers and author names."""

TITLE, DESCRIPTION, FIELD_NAME, FIELD_VALUE, FOOTER, AUTHOR = 256, 4_096, 256, 1_024, 2_048, 256
LONGEST_URL = 2_048
LINKS = ("http", "https")
PICTURES = ("http", "https", "attachment")


def read_embeds(form: Form, value: object) -> tuple[JsonObject, ...]:
    """Read the `embeds` of a message; complaints go to the form."""
    items = form.items(value, most=MOST_EMBEDS)
    embeds = tuple(read_embed(form.at(i), item) for i, item in enumerate(items))
    if sum(map(characters, embeds)) > MOST_CHARACTERS:
        form.refuse(
            "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MOST_CHARACTERS}"
        )
    return embeds


def read_embed(form: Form, value: object) -> JsonObject:
    """Read one embed; one that shows nothing is refused, as Discord refuses it."""
    given = form.mapping(value)
    embed: JsonObject = {"type": "rich"}
    _keep(embed, "title", form.at("title").text(given.get("title"), most=TITLE))
    description = form.at("description").text(given.get("description"), most=DESCRIPTION)
    _keep(embed, "description", description)
    _keep(embed, "url", read_url(form.at("url"), given.get("url")))
    _keep(embed, "color", _read_colour(form.at("color"), given.get("color")))
    _keep(embed, "timestamp", _read_timestamp(form.at("timestamp"), given.get("timestamp")))
    _keep(embed, "footer", _read_footer(form.at("footer"), given.get("footer")))
    _keep(embed, "author", _read_author(form.at("author"), given.get("author")))
    for part in ("image", "thumbnail"):
        _keep(embed, part, _read_picture(form.at(part), given.get(part)))
    _keep(embed, "fields", _read_fields(form.at("fields"), given.get("fields")))
    if not embed.keys() - {"type", "color", "url"}:
        form.at("description").required()
    return embed


def characters(embed: JsonObject) -> int:
    """Return how much of the 6,000 an embed takes, in code points."""
    texts = [embed.get("title", ""), embed.get("description", "")]
    texts += [embed.get("footer", {}).get("text", ""), embed.get("author", {}).get("name", "")]
    for field in embed.get("fields", ()):
        texts += [field["name"], field["value"]]
    return sum(map(len, texts))


def read_url(form: Form, value: object, schemes: tuple[str, ...] = LINKS) -> str | None:
    """Read an address; an empty one is as bad as any other that is not well-formed."""
    if value is None:
        return None
    text = form.text(value, most=LONGEST_URL)
    scheme, separator, rest = text.partition(":")
    if not separator or not scheme.isalnum() or not _is_well_formed(text, rest):
        form.refuse("URL_TYPE_INVALID_URL", "Not a well formed URL.")
    elif scheme.lower() not in schemes:
        among = "(" + ", ".join(map(repr, schemes)) + ")"
        form.refuse("URL_TYPE_INVALID_SCHEME", f'Scheme "{scheme}" must be one of {among}.')
    return text


def _is_well_formed(text: str, rest: str) -> bool:
    if any(c.isspace() or ord(c) < 32 or c in '<>"\\^`{|}' for c in text):
        return False
    if not rest.startswith("//"):
        # "javascript:..." and "mailto:..." are well-formed: their scheme is what is wrong.
        return bool(rest)
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        return False


def _keep(embed: JsonObject, key: str, value: object) -> None:
    if value is not None and value not in ("", []):
        embed[key] = value


def _read_colour(form: Form, value: object) -> int | None:
    return None if value is None else form.whole(value, low=0, high=0xFFFFFF)


def _read_timestamp(form: Form, value: object) -> str | None:
    if value is None:
        return None
    try:
        return datetime.fromisoformat(str(value)).isoformat()
    except ValueError:
        form.refuse(
            "DATETIME_TYPE_PARSE",
            f"Could not parse {value}. Should be ISO8601.",
        )
        return None


def _read_footer(form: Form, value: object) -> JsonObject | None:
    if value is None:
        return None
    given = form.mapping(value)
    footer: JsonObject = {"text": form.at("text").text(given.get("text"), most=FOOTER)}
    icon = read_url(form.at("icon_url"), given.get("icon_url"), PICTURES)
    _keep(footer, "icon_url", icon)
    return footer if footer["text"] else None


def _read_author(form: Form, value: object) -> JsonObject | None:
    if value is None:
        return None
    given = form.mapping(value)
    author: JsonObject = {"name": form.at("name").text(given.get("name"), most=AUTHOR, least=1)}
    _keep(author, "url", read_url(form.at("url"), given.get("url")))
    _keep(author, "icon_url", read_url(form.at("icon_url"), given.get("icon_url"), PICTURES))
    return author


def _read_picture(form: Form, value: object) -> JsonObject | None:
    if value is None:
        return None
    given = form.mapping(value)
    url = read_url(form.at("url"), given.get("url", ""), PICTURES)
    return {"url": url, "proxy_url": url, "width": 0, "height": 0, "flags": 0}


def _read_fields(form: Form, value: object) -> list[JsonObject]:
    items = form.items(value, most=MOST_FIELDS)
    return [_read_field(form.at(i), item) for i, item in enumerate(items)]


def _read_field(form: Form, value: object) -> JsonObject:
    given = form.mapping(value)
    return {
        "name": form.at("name").text(given.get("name"), most=FIELD_NAME, least=1),
        "value": form.at("value").text(given.get("value"), most=FIELD_VALUE, least=1),
        "inline": bool(given.get("inline", False)),
    }
