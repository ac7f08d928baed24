"""Opening the sandbox's page where there is somebody to look at it."""

from __future__ import annotations

import os
import sys
import webbrowser


def open_browser(address: str) -> bool:
    """Open the address in a browser with windows; a terminal's browser would take the terminal."""
    has_windows = sys.platform in {"darwin", "win32"} or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    return has_windows and webbrowser.open(address)
