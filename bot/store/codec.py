"""Values to the JSON text in which they are stored, and back.

What a dataclass of `digests` says is what is stored; a key that it no longer has is ignored.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import TypeAdapter

from digests.article import Article
from digests.digest import DigestPart
from digests.story import Story
from digests.subscription import Wishes

T = TypeVar("T")


class Codec(Generic[T]):
    """Both directions for one type. `decode` raises ValueError for text that is not of it."""

    def __init__(self, adapter: TypeAdapter[T]) -> None:
        self._adapter = adapter

    def encode(self, value: T) -> str:
        """The value's JSON text."""
        return self._adapter.dump_json(value).decode("utf-8")

    def decode(self, text: str) -> T:
        """The value of a JSON text."""
        return self._adapter.validate_json(text)


ARTICLE = Codec(TypeAdapter(Article))
STORY = Codec(TypeAdapter(Story))
WISHES = Codec(TypeAdapter(Wishes))
DIGEST_PARTS = Codec(TypeAdapter(tuple[DigestPart, ...]))
TEXTS = Codec(TypeAdapter(tuple[str, ...]))
