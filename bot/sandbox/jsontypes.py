"""The one loose type of the sandbox: JSON as it came over the wire or will go over it."""

from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
"""A decoded JSON object. Whatever a client sent stays untrusted until a validator has seen it."""
