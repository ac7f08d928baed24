"""Fingerprints: a hash of what readers see, so that a rewrite that changes nothing is no news."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digests.article import Article
    from digests.story import Story


def fingerprint_of(shown: Article | Story, outlets: Iterable[str]) -> str:
    """Hash what readers see of an article or a story; the order of its outlets does not count."""
    return _hash(
        shown.title,
        shown.excerpt,
        shown.url,
        shown.kind,
        shown.outlet.name,
        shown.picture.url if shown.picture else None,
        *sorted(outlets),
    )


def _hash(*parts: str | None) -> str:
    """Hash texts to 32 hexadecimal digits; where one ends and the next begins counts."""
    whole = blake2b(digest_size=16)
    for part in parts:
        data = b"" if part is None else b"\x01" + part.encode("utf-8", "surrogatepass")
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()
