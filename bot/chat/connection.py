"""Logging in to Discord and staying connected, through outages at any moment."""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress

import aiohttp
import discord
from discord.gateway import KeepAliveHandler

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds between two tries to connect, doubled each time."""

PATIENCE = 10.0
"""Seconds for which a command that ends by itself tries to reach Discord."""

CANCEL_AGAIN = 0.5
"""Seconds after which a connection that goes on although it was cancelled is cancelled again."""

OUTAGES = (aiohttp.ClientError, OSError, TimeoutError, discord.GatewayNotFound)
"""What a connection that does not come about is reported as."""

_CLOSE_CODES = {
    4004: "Discord does not accept the token: make a new one in the developer portal "
    "(Bot, Reset Token) and put it where the old one is.",
    4013: "Discord does not know the intents that the bot asks for: upgrade digest-bot.",
    4014: "Discord does not allow the intents that the bot asks for: upgrade digest-bot.",
}
"""https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes"""


class ConnectionRefused(Exception):  # noqa: N818 - it says what happened; a builtin has the -Error
    """Discord does not let the bot in, and will not; the message says what to do."""


class UnreachableError(Exception):
    """Discord cannot be reached, for somebody who will not wait until it can."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"Discord cannot be reached ({why}): look at the network and at "
            "https://discordstatus.com, then try again."
        )


async def log_in(client: discord.Client, token: str) -> None:
    """Log in, waiting out an outage; raises ConnectionRefused for a token that is wrong."""
    wait = FIRST_WAIT
    while (failed := await _failed_login(client, token)) is not None:
        logger.warning("discord.unreachable", extra={"reason": str(failed), "retry_in": wait})
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT)


async def log_in_soon(client: discord.Client, token: str) -> None:
    """Log in for somebody who waits for it: raises UnreachableError if it takes `PATIENCE`.

    Raises ConnectionRefused for a token that is wrong.
    """
    why = "there is no answer"
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while (failed := await _failed_login(client, token)) is not None:
                why = " ".join(str(failed).split()) or type(failed).__name__
                await asyncio.sleep(FIRST_WAIT)
            return
    raise UnreachableError(why)


async def _failed_login(client: discord.Client, token: str) -> Exception | None:
    """Try to log in; returns what was in the way if trying again may help."""
    try:
        await client.login(token)
    except discord.LoginFailure:
        raise ConnectionRefused(_CLOSE_CODES[4004]) from None
    except discord.HTTPException as error:
        if error.status < 500 and error.status != 429:
            raise ConnectionRefused(
                f"Discord refused the bot's start with {error.status}: {error.text}"
            ) from error
        failed: Exception = error
    except OUTAGES as error:
        failed = error
    else:
        return None
    await _forget_session(client)
    return failed


async def _forget_session(client: discord.Client) -> None:
    """Close what the failed login opened: the next one opens another and forgets the first."""
    await client.http.close()
    client.http.connector = discord.utils.MISSING


async def hold_connection(client: discord.Client) -> None:
    """Keep the gateway connected; raises ConnectionRefused when Discord closes it for good.

    discord.py reconnects by itself, but not if its very first connection fails: it then reads its
    socket, which is still None.
    """
    wait = FIRST_WAIT
    while True:
        try:
            await _connect(client)
        except discord.PrivilegedIntentsRequired:
            raise ConnectionRefused(_CLOSE_CODES[4014]) from None
        except discord.ConnectionClosed as error:
            sentence = _CLOSE_CODES.get(error.code)
            raise ConnectionRefused(
                sentence or f"Discord closed the connection for good ({error.code})."
            ) from error
        except AttributeError as error:
            failed = error.__context__
            if not isinstance(failed, OUTAGES):
                raise
        else:
            return
        logger.warning(
            "discord.unreachable", extra={"reason": type(failed).__name__, "retry_in": wait}
        )
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT)


async def _connect(client: discord.Client) -> None:
    """Connect until the connection ends for good; a cancellation ends it, whenever it comes.

    discord.py waits for the handshake with asyncio.wait_for, which before Python 3.12 loses a
    cancellation that comes as the handshake ends (https://github.com/python/cpython/issues/86296).
    """
    connecting = asyncio.create_task(client.connect())
    try:
        await asyncio.wait({connecting})
    finally:
        while not connecting.done():
            connecting.cancel()
            await asyncio.wait({connecting}, timeout=CANCEL_AGAIN)
        if not connecting.cancelled():
            connecting.exception()  # raised below, or of no interest to who has cancelled
    await connecting


def stop_heartbeats() -> None:
    """End the heartbeats that discord.py left behind on this event loop.

    Its heartbeat is a thread, begun before the client knows the socket. A connect that is cancelled
    in between leaves it running, and it calls a loop that is closed by then.
    """
    loop = asyncio.get_running_loop()
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler) and thread.ws.loop is loop:
            thread.stop()
