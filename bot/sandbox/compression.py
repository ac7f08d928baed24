"""How gateway messages are packed for the wire.

https://docs.discord.com/developers/events/gateway#encoding-and-compression
"""

import zlib
from typing import Protocol

try:
    import zstandard
except ImportError:  # then no client on this machine asks for it either
    HAS_ZSTD = False
else:
    HAS_ZSTD = True

LARGE = 1_024
"""Characters from which a message is worth compressing on its own."""


class Packing(Protocol):
    """Turns the text of one message into a text or a binary frame."""

    def pack(self, text: str) -> str | bytes:
        """Return the frame; messages must be packed in the order in which they are sent."""
        ...


class Plain:
    """No compression; large messages are, if the client's IDENTIFY says that it can take it."""

    def __init__(self) -> None:
        self.compresses_large = False

    def pack(self, text: str) -> str | bytes:
        """Return the text, or a whole zlib stream of its own."""
        if self.compresses_large and len(text) >= LARGE:
            return zlib.compress(text.encode())
        return text


class ZlibStream:
    """One zlib stream for the whole connection, flushed after each message."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj()

    def pack(self, text: str) -> bytes:
        """Return the next piece of the stream, which ends in 00 00 FF FF."""
        return self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)


class ZstdStream:
    """One Zstandard stream for the whole connection, flushed after each message."""

    def __init__(self) -> None:
        self._stream = zstandard.ZstdCompressor().compressobj()

    def pack(self, text: str) -> bytes:
        """Return the next piece of the stream."""
        piece = self._stream.compress(text.encode())
        return piece + self._stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)


def packing_for(name: str | None) -> Packing | None:
    """Return the packing that the `compress` parameter asks for, or None for an unknown one."""
    if not name:
        return Plain()
    if name == "zlib-stream":
        return ZlibStream()
    if name == "zstd-stream" and HAS_ZSTD:
        return ZstdStream()
    return None
