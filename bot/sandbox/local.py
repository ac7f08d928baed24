"""Who may speak to the sandbox at all: programs and browsers on this machine.

It listens on loopback, but a browser on this machine is a way in: a page elsewhere can let its own
name point to 127.0.0.1 (DNS rebinding), can make the browser send requests here, and may open
WebSockets anywhere. The Host and Origin headers, which no page can forge, tell.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox.settings import is_loopback

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def local_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what does not come from this machine, before anything else looks at it."""
    if not is_local(request):
        text = "The sandbox is for programs and browsers on the machine that runs it.\n"
        return web.Response(status=403, text=text)
    return await handler(request)


def is_local(request: web.Request) -> bool:
    """Whether a request names this machine as its Host, and no page elsewhere as its Origin."""
    if not is_loopback(_name(f"//{request.host}")):
        return False
    origin = request.headers.get("Origin")
    return origin is None or is_loopback(_name(origin))


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
