"""Fields that are never kept, logged or shown, taken out before anything else reads the file.

Doing so on the raw lines means that no later fault, not even a file that is broken around them,
can carry their values into an error message or into a neighbouring field.
"""

from __future__ import annotations

import re
from typing import Final

_KEY: Final = r"[\"']?(?:secured|featuredContent)[\"']?[ \t]*:"

# The key's line, and the lines that belong to it: deeper ones, blank ones, a list at its depth.
_FIELD: Final = re.compile(rf"\n( *){_KEY}[^\n]*(?:\n(?:\1(?:[ \t]|- )[^\n]*|[ \t]*(?=\n)))*")

# The same key where a damaged file put it behind something else, known by its long value.
_STRAY: Final = re.compile(r"secured[\"']?[ \t]*:[ \t]*[\"']?[\w+/=]{40}[^\n]*")


def without_hidden_fields(text: str) -> str:
    """Take out the fields ``secured`` and ``featuredContent``; all lines keep their numbers."""
    return _STRAY.sub("", _FIELD.sub(lambda field: "\n" * field[0].count("\n"), text))
