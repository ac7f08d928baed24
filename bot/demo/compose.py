"""The text of an article file, written the way upstream's publishing job writes it."""

from __future__ import annotations

import re
import sys
import unicodedata
from base64 import b64encode
from datetime import UTC
from hashlib import shake_256
from typing import TYPE_CHECKING

import yaml

from digests.topic import ROOT

if TYPE_CHECKING:
    from datetime import datetime

    from digests.article import Kind

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SLUG_LENGTH = 80


def compose_article(
    title: str,
    topic: str,
    heat: int,
    published_at: datetime,
    *,
    excerpt: str = "",
    url: str | None = None,
    outlet: str = "Demo Desk",
    domain: str = "demo-desk.example",
    quality: int = 50,
    published: bool = True,
    kind: Kind = "article",
    picture: str | None = None,
) -> str:
    """Write an article by hand: the whole text of its file, as if upstream had published it.

    Any text may be given for any of the strings; it is quoted so that YAML reads back the same
    characters, except that half a surrogate pair, which no file can hold, becomes U+FFFD. The
    parent of all topics is added after `topic`. `heat` is -1 for a story that has gone cold.
    `url` is where the title leads; by default a page of `domain` with a name of its own.
    Raises ValueError if `published_at` has no time zone.
    """
    slug = slug_of(title)
    topics = [topic] if topic == ROOT else [topic, ROOT]
    lines = [
        "---",
        "category: news",
        f"title: {_quoted(title)}",
        f"excerpt: {_quoted(excerpt)}",
        f"publishedDateTime: {timestamp(published_at)}",
        f"webUrl: {_quoted(url or f'https://{domain}/{slug}')}",
        f"type: {kind}",
        f"quality: {quality}",
        f"heat: {heat}",
        f"published: {str(published).lower()}",
        "provider:",
        f"  name: {_quoted(outlet)}",
        f"  domain: {_quoted(domain)}",
        "topics:",
        *(f"  - {_quoted(name)}" for name in topics),
        *(["images:", f"  - url: {_quoted(picture)}"] if picture else []),
        f'secured: "{secured_blob(slug)}"',
        "---",
    ]
    return "\n".join(lines) + "\n"


def article_name(title: str, published_at: datetime) -> str:
    """The name of the file that upstream would give an article of this title and moment (UTC).

    Raises ValueError if `published_at` has no time zone.
    """
    return file_name(slug_of(title), published_at)


def file_name(slug: str, published_at: datetime) -> str:
    """Join the day of publishing (UTC) and a slug to `YYYY-MM-DD-slug.md`.

    Raises ValueError if `published_at` has no time zone.
    """
    return f"{timestamp(published_at)[:10]}-{slug}.md"


def timestamp(moment: datetime) -> str:
    """Write a moment as ISO 8601 in UTC with a `Z`, to the second, as YAML reads it unquoted.

    Raises ValueError if the moment has no time zone.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone: give an aware datetime, such as one in UTC.")
    whole = moment.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return f"{whole.isoformat()}Z"


def secured_blob(slug: str) -> str:
    """Make up a `secured` value in upstream's shape; noise, but always the same for one slug."""
    noise = shake_256(slug.encode("utf-8", "surrogatepass")).digest(304)
    return f"{b64encode(noise[:288]).decode()};{b64encode(noise[288:]).decode()}"


def _quoted(text: str) -> str:
    """Quote any text as one line of YAML: no title may end the string, the line or the matter."""
    whole = _LONE_SURROGATE.sub("\ufffd", text)
    line: str = yaml.safe_dump(whole, default_style='"', allow_unicode=True, width=sys.maxsize)
    return line.rstrip("\n")


def slug_of(title: str) -> str:
    """Return lower-case Latin words joined by hyphens; a hash where a title has no such word."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = "-".join(re.findall(r"[a-z0-9]+", plain.lower()))[:_SLUG_LENGTH].strip("-")
    return words or f"story-{shake_256(title.encode('utf-8', 'surrogatepass')).hexdigest(4)}"
