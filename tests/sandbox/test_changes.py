"""Hearing of what happens: the seam that the gateway, tests and a page share."""

import asyncio

import pytest

from bot.sandbox import Channel, Person
from bot.sandbox.changes import Change, Changes, MessageCreated, MessageEdited, SessionsChanged
from bot.sandbox.messages import Body
from tests.sandbox.sources import own

pytestmark = own("how the sandbox's parts hear of each other")


def test_order(channel: Channel, anna: Person) -> None:
    """Everyone hears of changes in the order in which they happen, even of those of a listener."""
    changes = channel.world.changes
    heard: list[type[Change]] = []

    def correct(change: Change) -> None:
        if isinstance(change, MessageCreated):
            change.message.edit(Body("corrected"))

    stop = changes.subscribe(correct)
    changes.subscribe(lambda change: heard.append(type(change)))
    anna.say(channel, "mistaken")
    assert heard == [MessageCreated, MessageEdited]
    stop()
    anna.say(channel, "mistaken")
    assert heard[2:] == [MessageCreated]
    assert channel.messages[-1].content == "mistaken"


def test_a_listener_that_fails() -> None:
    """A listener's error reaches whoever made the change, and later changes are told again."""
    changes, heard = Changes(), list[Change]()

    def fail(_: Change) -> None:
        raise ValueError("broken")

    stop = changes.subscribe(fail)
    with pytest.raises(ValueError, match="broken"):
        changes.publish(SessionsChanged(1))
    stop()
    changes.subscribe(heard.append)
    changes.publish(SessionsChanged(1))
    assert heard == [SessionsChanged(1)]


async def test_waiting() -> None:
    """One waits for a condition, which is looked at now and after each change."""
    changes, found = Changes(), list[int]()
    waiting = asyncio.create_task(changes.until(lambda: found and found[0], what="a find"))
    await asyncio.sleep(0)
    changes.publish(SessionsChanged(1))
    found.append(7)
    changes.publish(SessionsChanged(1))
    assert await waiting == 7
    assert await changes.until(lambda: "at once") == "at once"


async def test_waiting_in_vain() -> None:
    """Waiting ends with a sentence that says for what."""
    with pytest.raises(TimeoutError, match=r"^Waited 0.01 s for a miracle, in vain.$"):
        await Changes().until(lambda: None, what="a miracle", timeout=0.01)
