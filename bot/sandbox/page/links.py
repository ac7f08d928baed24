"""Addresses that may be followed from the page."""

from urllib.parse import urlsplit

from bot.sandbox.page.elements import Html, element

LONGEST = 2_048

UNREACHABLE = ("example", "test", "invalid", "localhost")
"""Top-level names that lead nowhere, by RFC 6761."""

UNREACHABLE_SITES = ("example.com", "example.net", "example.org")
"""Sites kept for examples, by the same RFC."""


def host_of(url: str) -> str | None:
    """Return the host of an http or https address; None for anything else that may come."""
    if len(url) > LONGEST or any(c.isspace() or ord(c) < 32 or c in '<>"\\' for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.hostname if parts.scheme in {"http", "https"} else None


def is_reachable(host: str) -> bool:
    """Whether there can be a page or a picture at that host at all."""
    name = host.rstrip(".").lower()
    if name.rpartition(".")[2] in UNREACHABLE:
        return False
    return not any(name == site or name.endswith(f".{site}") for site in UNREACHABLE_SITES)


def link(url: str, *children: str, class_: str | None = None) -> Html | None:
    """Return a link that tells the other side nothing of this page; None for a bad address."""
    if host_of(url) is None:
        return None
    return element(
        "a",
        *children,
        class_=class_,
        href=url,
        title=url,
        target="_blank",
        rel="noopener noreferrer",
    )
