"""The page's own files: they come with the package, and nothing comes from elsewhere."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import PurePath

KINDS: Mapping[str, str] = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
"""Media types by suffix; a file of another kind is not served."""


def read_assets() -> dict[str, str]:
    """Return the text of every file by name."""
    folder = files("bot.sandbox.page") / "static"
    return {
        entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if kind_of(entry.name)
    }


def kind_of(name: str) -> str | None:
    """Return a file's media type."""
    return KINDS.get(PurePath(name).suffix)
