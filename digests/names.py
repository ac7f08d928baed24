"""Names that people give to topics, subscriptions and feeds, and which of them are the same."""

from __future__ import annotations


def name_key(name: str) -> str:
    """The form by which names are compared: case and white space do not count."""
    return " ".join(name.split()).casefold()
