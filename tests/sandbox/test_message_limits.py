"""What a message may hold, at the exact boundaries.

https://docs.discord.com/developers/resources/message#embed-object-embed-limits
https://docs.discord.com/developers/components/reference
"""

from typing import Any

import pytest

from bot.sandbox import Channel
from tests.sandbox.api import Api, Result
from tests.sandbox.sources import EMBED_LIMITS, documented

pytestmark = documented(EMBED_LIMITS)

Json = dict[str, Any]


async def _send(api: Api, channel: Channel, body: Json) -> Result:
    return await api.post(f"/channels/{channel.id}/messages", body)


def _embed(**parts: Any) -> Json:
    return {"embeds": [{"description": "x", **parts}]}


def _field(name: str = "n", value: str = "v") -> Json:
    return {"name": name, "value": value}


def _row(*components: Json) -> Json:
    return {"type": 1, "components": list(components)}


def _button(custom_id: str = "b", **parts: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id, **parts}


def _menu(count: int = 1, **parts: Any) -> Json:
    options = [{"label": f"o{i}", "value": f"v{i}"} for i in range(count)]
    return {"type": 3, "custom_id": "m", "options": options, **parts}


LENGTHS = [
    ("content", 2_000, lambda text: {"content": text}, "content"),
    ("title", 256, lambda text: _embed(title=text), "embeds.0.title"),
    ("description", 4_096, lambda text: _embed(description=text), "embeds.0.description"),
    ("footer", 2_048, lambda text: _embed(footer={"text": text}), "embeds.0.footer.text"),
    ("author", 256, lambda text: _embed(author={"name": text}), "embeds.0.author.name"),
    ("field name", 256, lambda text: _embed(fields=[_field(name=text)]), "embeds.0.fields.0.name"),
    (
        "field value",
        1_024,
        lambda text: _embed(fields=[_field(value=text)]),
        "embeds.0.fields.0.value",
    ),
    (
        "button label",
        80,
        lambda text: {"components": [_row(_button(label=text))]},
        "components.0.components.0.label",
    ),
    (
        "custom_id",
        100,
        lambda text: {"components": [_row(_button(text))]},
        "components.0.components.0.custom_id",
    ),
    (
        "placeholder",
        150,
        lambda text: {"components": [_row(_menu(placeholder=text))]},
        "components.0.components.0.placeholder",
    ),
]


@pytest.mark.parametrize(
    ("most", "body_with", "path"), [case[1:] for case in LENGTHS], ids=[c[0] for c in LENGTHS]
)
async def test_longest_texts(
    api: Api, channel: Channel, most: int, body_with: Any, path: str
) -> None:
    """A text may be exactly as long as documented, and not a character longer."""
    assert (await _send(api, channel, body_with("x" * most))).status == 200
    refused = await _send(api, channel, body_with("x" * (most + 1)))
    assert (refused.status, refused.code) == (400, 50035)
    assert refused.complaint(path) in {"BASE_TYPE_MAX_LENGTH", "BASE_TYPE_BAD_LENGTH"}


async def test_counting(api: Api, channel: Channel) -> None:
    """Lengths are counted in code points, after trimming.

    https://github.com/discord/discord-api-docs/issues/1315
    """
    assert (await _send(api, channel, _embed(title="😀" * 256))).status == 200
    assert (await _send(api, channel, _embed(title="  " + "x" * 256 + "\n"))).status == 200
    assert channel.messages[-1].embeds[0]["title"] == "x" * 256
    # One family is seven code points to Discord, whatever it looks like.
    assert (await _send(api, channel, _embed(title="👨‍👩‍👧‍👦" * 37))).status == 400


COUNTS: list[tuple[str, Json, Json, str]] = [
    (
        "ten embeds",
        {"embeds": [{"title": "x"}] * 10},
        {"embeds": [{"title": "x"}] * 11},
        "embeds",
    ),
    (
        "25 fields",
        _embed(fields=[_field()] * 25),
        _embed(fields=[_field()] * 26),
        "embeds.0.fields",
    ),
    (
        "five rows",
        {"components": [_row(_button(f"b{i}")) for i in range(5)]},
        {"components": [_row(_button(f"b{i}")) for i in range(6)]},
        "components",
    ),
    (
        "five buttons in a row",
        {"components": [_row(*(_button(f"b{i}") for i in range(5)))]},
        {"components": [_row(*(_button(f"b{i}") for i in range(6)))]},
        "components.0.components",
    ),
    (
        "25 options in a menu",
        {"components": [_row(_menu(25))]},
        {"components": [_row(_menu(26))]},
        "components.0.components.0.options",
    ),
    (
        "6,000 characters over all embeds",
        {"embeds": [{"description": "x" * 3_000}, {"description": "x" * 3_000}]},
        {"embeds": [{"description": "x" * 3_000}, {"description": "x" * 3_000, "title": "y"}]},
        "embeds",
    ),
]


@pytest.mark.parametrize(
    ("allowed", "refused", "path"), [c[1:] for c in COUNTS], ids=[c[0] for c in COUNTS]
)
async def test_most_parts(
    api: Api, channel: Channel, allowed: Json, refused: Json, path: str
) -> None:
    """A message may hold exactly as many parts as documented, and not one more."""
    assert (await _send(api, channel, allowed)).status == 200
    result = await _send(api, channel, refused)
    assert (result.status, result.code) == (400, 50035)
    assert result.complaint(path) in {"BASE_TYPE_MAX_LENGTH", "MAX_EMBED_SIZE_EXCEEDED"}


async def test_total(api: Api, channel: Channel) -> None:
    """Every text of an embed counts towards the 6,000 characters of a message."""
    parts = {
        "title": "t" * 256,
        "description": "d" * 2_000,
        "footer": {"text": "f" * 1_000},
        "author": {"name": "a" * 256},
        "fields": [_field("n" * 256, "v" * 1_024), _field("n" * 184, "v" * 1_024)],
    }
    assert (await _send(api, channel, {"embeds": [parts]})).status == 200
    over = await _send(api, channel, {"embeds": [{**parts, "title": "t" * 255}, {"title": "yy"}]})
    assert over.complaint("embeds") == "MAX_EMBED_SIZE_EXCEEDED"


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("javascript:alert(1)", "URL_TYPE_INVALID_SCHEME"),
        ("file:///etc/hostname", "URL_TYPE_INVALID_URL"),
        ("ftp://example.com/x", "URL_TYPE_INVALID_SCHEME"),
        ("attachment://x.png", "URL_TYPE_INVALID_SCHEME"),
        ("/relative", "URL_TYPE_INVALID_URL"),
        ("example.com", "URL_TYPE_INVALID_URL"),
        ("http://", "URL_TYPE_INVALID_URL"),
        ("https://exa mple.com", "URL_TYPE_INVALID_URL"),
        ("https://example.com:99999999/", "URL_TYPE_INVALID_URL"),
        ("", "URL_TYPE_INVALID_URL"),
        ("https://example.com/" + "x" * 2_048, "BASE_TYPE_MAX_LENGTH"),
    ],
)
async def test_bad_links(api: Api, channel: Channel, url: str, complaint: str) -> None:
    """A link that is no web address is refused, and the place is named."""
    result = await _send(api, channel, _embed(url=url))
    assert (result.status, result.code) == (400, 50035)
    assert result.complaint("embeds.0.url") == complaint


async def test_pictures(api: Api, channel: Channel) -> None:
    """A picture may come from the web or from an attachment, and from nowhere else."""
    good = _embed(image={"url": "attachment://x.png"}, thumbnail={"url": "https://example.com/x"})
    assert (await _send(api, channel, good)).status == 200
    bad = await _send(api, channel, _embed(image={"url": "data:image/png;base64,AAAA"}))
    assert bad.complaint("embeds.0.image.url") == "URL_TYPE_INVALID_SCHEME"


REFUSED: list[tuple[str, Json, str, str]] = [
    ("an embed that shows nothing", {"embeds": [{}]}, "embeds.0.description", "REQUIRED"),
    ("a bare colour", {"embeds": [{"color": 1}]}, "embeds.0.description", "REQUIRED"),
    ("a nameless field", _embed(fields=[_field("")]), "embeds.0.fields.0.name", "REQUIRED"),
    ("a blank field", _embed(fields=[_field(value=" ")]), "embeds.0.fields.0.value", "REQUIRED"),
    ("a colour over 24 bits", _embed(color=0x1000000), "embeds.0.color", "TYPE_MAX"),
    ("a date that is none", _embed(timestamp="soon"), "embeds.0.timestamp", "PARSE"),
    ("a list as text", {"content": ["x"]}, "content", "CONVERT"),
    ("embeds that are no list", {"embeds": {}}, "embeds", "LIST_TYPE"),
    (
        "a button outside a row",
        {"components": [_button()]},
        "components.0.type",
        "CHOICES",
    ),
    (
        "a button with neither label nor emoji",
        {"components": [_row(_button(label=""))]},
        "components.0.components.0.label",
        "REQUIRED",
    ),
    (
        "a link button to nowhere",
        {"components": [_row({"type": 2, "style": 5, "label": "Open"})]},
        "components.0.components.0.url",
        "REQUIRED",
    ),
    (
        "two parts with one custom_id",
        {"components": [_row(_button("a"), _button("a"))]},
        "components",
        "DUPLICATED",
    ),
    (
        "a menu beside a button",
        {"components": [_row(_menu(), _button("c"))]},
        "components.0.components",
        "WIDTH",
    ),
    ("an empty row", {"components": [_row()]}, "components.0.components", "MIN_LENGTH"),
]


@pytest.mark.parametrize(
    ("body", "path", "complaint"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED]
)
async def test_malformed(api: Api, channel: Channel, body: Json, path: str, complaint: str) -> None:
    """A malformed message is refused with the place of the problem, and nothing is posted."""
    result = await _send(api, channel, body)
    assert (result.status, result.code) == (400, 50035)
    assert complaint in result.complaint(path)
    assert channel.messages == []


async def test_all_problems(api: Api, channel: Channel) -> None:
    """Every problem of a body is named at once."""
    result = await _send(
        api, channel, {"content": "x" * 2_001, "embeds": [{"title": "x" * 257, "url": "no"}]}
    )
    assert result.complaint("content") == "BASE_TYPE_MAX_LENGTH"
    assert result.complaint("embeds.0.title") == "BASE_TYPE_MAX_LENGTH"
    assert result.complaint("embeds.0.url") == "URL_TYPE_INVALID_URL"


@pytest.mark.parametrize(
    "body", [{}, {"content": "  \n"}, {"embeds": []}, {"content": None, "components": []}]
)
async def test_empty(api: Api, channel: Channel, body: Json) -> None:
    """A message that shows nothing is refused as empty."""
    result = await _send(api, channel, body)
    assert (result.status, result.code) == (400, 50006)


async def test_layout(api: Api, channel: Channel) -> None:
    """Layout components need their flag, and exclude a text beside them.

    https://docs.discord.com/developers/components/reference#component-object
    """
    body = {"components": [{"type": 10, "content": "Hello"}]}
    assert (await _send(api, channel, body)).complaint("components.0.type") == "BASE_TYPE_CHOICES"
    assert (await _send(api, channel, body | {"flags": 1 << 15})).status == 200
    mixed = await _send(api, channel, body | {"flags": 1 << 15, "content": "x"})
    assert "LEGACY" in mixed.complaint("content")
    long = {"components": [{"type": 10, "content": "x" * 2_001}] * 2, "flags": 1 << 15}
    assert "TEXT_SIZE" in (await _send(api, channel, long)).complaint("components")
    many = {"components": [{"type": 10, "content": "x"}] * 41, "flags": 1 << 15}
    assert (await _send(api, channel, many)).code == 50035
