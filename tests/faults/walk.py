"""A walk along the delivery path: one kill at every named step, each arranged for and met."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.sandbox.permissions import Permission
from tests.faults.stage import MINUTE
from tests.faults.steps import STEPS
from tests.faults.storm import settle
from tests.faults.weather import POST
from tests.faults.wire import WIRE_STEPS

if TYPE_CHECKING:
    from tests.faults.newsroom import Piece
    from tests.faults.spec import Spec
    from tests.faults.stage import Stage
    from tests.faults.table import Tally

LONGEST = 20.0
"""Seconds within which a step must be met: all of them are, in about one."""

ARRANGEMENTS = 3
"""How often a step is arranged for: on a busy machine one can be late for what it waits for."""

RESET = "reset before the effect"


async def walk(scene: Stage) -> Tally:
    """Meet every step once, die there, and come to rest."""
    for _ in range(3):
        scene.newsroom.add(scene.now())
    await scene.rest()
    for step in STEPS:
        await _die(scene, step, step)
    for step in WIRE_STEPS:
        await _die(scene, step, _LIKE[step], wire=True)
    return await settle(scene)


async def _die(scene: Stage, step: str, like: str, *, wire: bool = False) -> None:
    """One life up to a step; not to come there at all is a failure of its own."""
    met = f"wire: {step}" if wire else step
    before = scene.tally.kills[met]
    for _ in range(ARRANGEMENTS):
        spec = await _arrange(scene, like)
        life = spec if wire else replace(spec, kill_at=step)
        await scene.live(life, wire=(step, 1) if wire else None, longest=LONGEST)
        scene.sandbox.faults.clear()
        if scene.tally.kills[met] > before:
            return
    raise scene.failure(f"the bot never came to the step {step!r}")


async def _arrange(scene: Stage, step: str) -> Spec:
    """See to it that the next process comes to this step."""
    what = step.removesuffix(" begins").removesuffix(" ends").removesuffix(" commit")
    return await _ARRANGEMENTS.get(what, _news)(scene)


async def _news(scene: Stage) -> Spec:
    scene.newsroom.add(scene.now())
    return scene.spec()


async def _first_news(scene: Stage) -> Spec:
    """News for channels of which the next process knows no message."""
    await scene.rest()
    return await _news(scene)


async def _digest(scene: Stage) -> Spec:
    scene.offset += MINUTE
    return await _news(scene)


async def _correction(scene: Stage) -> Spec:
    scene.newsroom.retitle(_settled(scene))
    return scene.spec()


async def _lost_request(scene: Stage) -> Spec:
    """A send that fails, is unclear, looked up, and found not to have happened."""
    scene.weather.spoil(RESET)
    return replace(await _news(scene), timing=(("sweep_after", 0.0),))


async def _second_message(scene: Stage) -> Spec:
    """Besides the others, a channel in which each message is joined by another like it."""
    world = scene.sandbox.world
    channel = world.guilds[0].add_text_channel("doubled")
    scene.sandbox.faults.reset(*POST, times=len(scene.alerts) + 1)
    scene.newsroom.add(scene.now())

    async def double() -> None:
        message = await channel.wait_for_message(timeout=LONGEST)
        channel.post(world.bot, message.body)

    scene.spawn(double())
    alerts = (*(one.id for one in scene.alerts), channel.id)
    return scene.spec(alerts=alerts, timing=(("sweep_after", 0.5),))


async def _limit(scene: Stage) -> Spec:
    """More 429s than discord.py has patience for."""
    scene.sandbox.faults.rate_limit(0.02, *POST, times=20)
    return await _news(scene)


async def _late_withdrawal(scene: Stage) -> Spec:
    """A story that is taken back after its first send failed."""
    fault = scene.weather.spoil(RESET)
    piece = scene.newsroom.add(scene.now())

    async def withdraw() -> None:
        await fault.reached()
        scene.newsroom.withdraw(piece)

    scene.spawn(withdraw())
    return scene.spec(timing=(("quiet", 3.0),))


async def _old_message(scene: Stage) -> Spec:
    """A correction of a message that is too old for it."""
    piece = scene.newsroom.retitle(_settled(scene))
    piece.gave_up = True
    return scene.spec(timing=(("young", 0.0),))


async def _deleted_message(scene: Stage) -> Spec:
    """A correction of a message that a moderator has deleted."""
    piece = _settled(scene)
    piece.gave_up = True
    for message in scene.witness.messages(scene.alerts[0]):
        if piece.title in str(message.embeds):
            message.delete()
    scene.newsroom.retitle(piece)
    return scene.spec()


async def _refusal(scene: Stage) -> Spec:
    """A message that Discord refuses; nothing older waits that could be refused in its place."""
    await scene.rest()
    scene.sandbox.faults.answer(400, *POST)
    scene.newsroom.add(scene.now()).gave_up = True
    return scene.spec()


async def _closed_channel(scene: Stage) -> Spec:
    """Besides the others, a channel in which the bot may not write."""
    guild = scene.sandbox.world.guilds[0]
    channel = guild.add_text_channel("closed")
    channel.deny(guild.roles[guild.id], Permission.SEND_MESSAGES)
    scene.newsroom.add(scene.now())
    alerts = (channel.id, *(one.id for one in scene.alerts))
    return scene.spec(alerts=alerts, timing=(("give_up", 0.0),))


def _settled(scene: Stage) -> Piece:
    """One of the first articles, which are shown since long."""
    return next(piece for piece in scene.newsroom.pieces if not piece.gave_up)


_ARRANGEMENTS = {
    "publish": _digest,
    "newest": _first_news,
    "edit claim": _correction,
    "edit": _correction,
    "failed": _lost_request,
    "absent": _lost_request,
    "find": _lost_request,
    "delete": _second_message,
    "swept": _lost_request,
    "postpone": _limit,
    "drop": _late_withdrawal,
    "leave": _old_message,
    "vanished": _deleted_message,
    "dead": _refusal,
    "pause": _closed_channel,
    "tell admins": _closed_channel,
}

_LIKE = {
    "POST arrives": "send",
    "message exists": "send",
    "POST answered": "send",
    "PATCH arrives": "edit",
    "message edited": "edit",
    "PATCH answered": "edit",
    "GET arrives": "find",
    "GET answered": "find",
}
"""Which request a step on the wire belongs to."""
