"""The sandbox's own panel: what can go wrong between Discord and a bot."""

import asyncio
from collections.abc import Sequence

from bot.sandbox.channels import Channel
from bot.sandbox.clock import Clock
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.gateway import Gateway
from bot.sandbox.page.panel import Action, ActionError, Field, FieldKind, Option, Panel, Pressed
from bot.sandbox.permissions import Permission
from bot.sandbox.users import User

OUTAGE = 10.0
"""Seconds of the sandbox's clock for which requests are troubled."""

RETRY_AFTER = 2.0
"""Seconds that a 429 asks for."""

_ALWAYS = 10**9
"""As many requests as there may come until the outage is over."""

PERMISSIONS: Sequence[Permission] = (
    Permission.VIEW_CHANNEL,
    Permission.SEND_MESSAGES,
    Permission.EMBED_LINKS,
    Permission.READ_MESSAGE_HISTORY,
)
"""Those that a bot which posts relies on."""


class Troubles:
    """Does the harm, and ends it in time."""

    def __init__(self, faults: Faults, gateway: Gateway, bot: User, clock: Clock) -> None:
        self._faults = faults
        self._gateway = gateway
        self._bot = bot
        self._clock = clock
        self._endings: set[asyncio.Task[None]] = set()

    def panel(self) -> Panel:
        """Return the controls."""
        return Panel(
            "What goes wrong",
            (
                Action(
                    "cut",
                    "Cut the connection",
                    self._cut,
                    hint="The gateway's sockets are gone without a word.",
                ),
                Action(
                    "errors",
                    f"Answer 500 for {OUTAGE:g} s",
                    self._errors,
                    hint="Every request of the bot fails.",
                ),
                Action(
                    "limits",
                    f"Answer 429 for {OUTAGE:g} s",
                    self._limits,
                    hint=f"Every request is told to wait {RETRY_AFTER:g} s.",
                ),
                Action(
                    "permission",
                    "Switch",
                    self._permission,
                    (
                        Field(
                            "permission",
                            "The bot, in this channel",
                            FieldKind.CHOICE,
                            options=self._switches,
                        ),
                    ),
                ),
            ),
        )

    async def close(self) -> None:
        """End every outage now."""
        for ending in tuple(self._endings):
            ending.cancel()
        await asyncio.gather(*self._endings, return_exceptions=True)

    async def _cut(self, _: Pressed) -> str:
        connected = len(self._gateway.sessions)
        if not connected:
            raise ActionError("No bot is connected.")
        self._gateway.drop()
        return "The connection is cut; watch the bot come back."

    async def _errors(self, _: Pressed) -> str:
        self._end_later(self._faults.answer(500, times=_ALWAYS))
        return f"Every request is answered with 500 for {OUTAGE:g} seconds."

    async def _limits(self, _: Pressed) -> str:
        self._end_later(self._faults.rate_limit(RETRY_AFTER, times=_ALWAYS))
        return f"Every request is answered with 429 for {OUTAGE:g} seconds."

    async def _permission(self, pressed: Pressed) -> str:
        channel = _in_server(pressed.channel)
        if channel is None:  # then nothing was offered, and so nothing can have been chosen
            raise ActionError("Direct messages have no permissions; open a server's channel.")
        permission = Permission[pressed.values["permission"]]
        where = f"{_words(permission)} in #{channel.name}"
        if permission in channel.permissions_of(self._bot):
            channel.deny(self._bot, permission)
            return f"{self._bot.name} may no longer {where}."
        channel.allow(self._bot, permission)
        return f"{self._bot.name} may {where} again."

    def _switches(self, channel: Channel | None) -> Sequence[Option]:
        there = _in_server(channel)
        if there is None:
            return ()
        held = there.permissions_of(self._bot)
        return [
            Option(str(p.name), f"{'Forbid it to' if p in held else 'Let it'} {_words(p)}")
            for p in PERMISSIONS
        ]

    def _end_later(self, fault: Fault) -> None:
        ending = asyncio.create_task(self._end(fault))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    async def _end(self, fault: Fault) -> None:
        try:
            await self._clock.sleep(OUTAGE)
        finally:
            fault.times = fault.hits


def _in_server(channel: Channel | None) -> Channel | None:
    """Return where the channel's permissions are kept: a thread has its parent's."""
    if channel is None or channel.guild is None:
        return None
    return channel.parent if channel.thread is not None else channel


def _words(permission: Permission) -> str:
    """Return what a permission allows, as people say it."""
    return str(permission.name).replace("_", " ").lower()
