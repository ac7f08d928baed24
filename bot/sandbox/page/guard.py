"""Who may use the page: a browser on this machine that shows this very page.

A page elsewhere can let its own name point to 127.0.0.1 (DNS rebinding) and can make a browser send
requests here. The Host and Origin headers, which no page can forge, tell.
"""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox.settings import is_loopback

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' http: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every answer: scripts and styles from here alone, and no frame around the page."""


def guarded(handler: Handler) -> Handler:
    """Return the handler behind the guard, with the page's headers on its answers."""

    async def guard(request: web.Request) -> web.StreamResponse:
        if not is_local(request):
            text = "This page is for browsers on the machine that runs the sandbox.\n"
            return web.Response(status=403, text=text, headers=HEADERS)
        response = await handler(request)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    return guard


def is_local(request: web.Request) -> bool:
    """Whether a request names this machine as its Host, and comes from this page or no page."""
    if not is_loopback(_name(request.host)):
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin == f"http://{request.host}"


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
