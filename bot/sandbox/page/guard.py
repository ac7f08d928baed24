"""Who may use the page: a browser on this machine that shows this very page.

Other programs on this machine may speak to the sandbox (`bot.sandbox.local`), but not act on its
page in somebody's name.
"""

from collections.abc import Mapping

from aiohttp import web

from bot.sandbox.local import Handler, is_local

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
        if not is_from_here(request):
            text = "This page is for browsers on the machine that runs the sandbox.\n"
            return web.Response(status=403, text=text, headers=HEADERS)
        response = await handler(request)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    return guard


def is_from_here(request: web.Request) -> bool:
    """Whether a request of this machine comes from this very page, or from no page."""
    origin = request.headers.get("Origin")
    return is_local(request) and origin in {None, f"http://{request.host}"}
