"""A world that is kept in a file goes on in the next sandbox as if nothing had happened."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override
from watchfiles import awatch

from bot.sandbox import KeptWorldError, ManualClock, Permission, Person, Sandbox, Settings
from bot.sandbox.messages import Attachment, Body, Origin, Pings
from bot.sandbox.snapshot import take_snapshot
from tests.sandbox.api import Api
from tests.sandbox.sources import own
from tests.support.sandbox import NO_LIMITS

if TYPE_CHECKING:
    from pathlib import Path

    import aiohttp

    from bot.sandbox.backend import Backend
    from bot.sandbox.jsontypes import JsonObject

pytestmark = own("Discord keeps its world by itself")

SETTINGS = Settings(rate_limits=NO_LIMITS)

COMMAND = {"name": "latest", "description": "What is new", "type": 1}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the world is kept."""
    return tmp_path / "world.json"


def without_time(sandbox: Sandbox) -> dict[str, Any]:
    """All that is kept, but for the moment at which that was."""
    kept = take_snapshot(sandbox.backend)
    return {name: value for name, value in kept.items() if name not in {"at", "nonces"}}


def fill(sandbox: Sandbox) -> None:
    """Put something of every kind into the world."""
    world = sandbox.world
    guild = world.add_guild("Reading Room")
    news = guild.add_announcement_channel("news", topic="What happened")
    guild.add_text_channel("tools", nsfw=True, parent=guild.add_category("Workshop"))
    guild.add_forum("ideas")
    role = guild.add_role("Owls", Permission.MANAGE_MESSAGES, mentionable=True, colour=7)
    anna = sandbox.add_person("Anna", guild, permissions=Permission.MANAGE_GUILD)
    ben = sandbox.add_person("Ben", guild)
    ben.user.accepts_messages = False
    guild.members[ben.user.id].give(role)
    news.deny(role, Permission.SEND_MESSAGES)
    said = anna.say(news, f"Hello {ben.mention}")
    ben_asks = Origin(world.ids.mint(), 2, "latest", ben.user)
    file = Attachment(world.ids.mint(), "a.bin", "application/octet-stream", b"\x00\xff", "bytes")
    body = Body("**Hi**", ({"title": "A"},), attachments=(file,), pings=Pings(users=(ben.user,)))
    answer = news.post(world.bot, body, nonce="n1", reference=said, origin=ben_asks)
    answer.edit(replace(answer.body, content="**Ho**"))
    thread = news.start_thread("More", anna.user, on=answer)
    anna.say(thread, "In a thread")
    thread.archive(locked=True)
    anna.dm.post(world.bot, Body("Only for you"))
    news.post(world.bot, Body("Gone")).delete()
    world.add_guild("Elsewhere", with_bot=False)


async def test_everything_is_there_again_under_its_id(file: Path, clock: ManualClock) -> None:
    async with Sandbox(SETTINGS, clock, keep=file) as first:
        fill(first)
        first.backend.commands.overwrite(None, [COMMAND])
        before = without_time(first)
    async with Sandbox(SETTINGS, clock, keep=file) as second:
        assert without_time(second) == before
        news = second.world.guilds[0].channels[0]
        answer = next(message for message in news.messages if message.nonce == "n1")
        assert (answer.content, answer.edits) == ("**Ho**", 1)
        assert answer.reference is news.messages[0]
        assert answer.thread is second.world.guilds[0].threads[0]
        assert answer.author is second.world.bot
        assert news.messages[0].author.name == "Anna"


async def test_ids_go_on_increasing_even_if_the_clock_was_set_back(file: Path) -> None:
    late, early = ManualClock(), ManualClock()
    late.advance(86_400)
    async with Sandbox(SETTINGS, late, keep=file) as first:
        fill(first)
        last = first.world.ids.last
    async with Sandbox(SETTINGS, early, keep=file) as second:
        assert second.world.ids.last == last
        assert second.world.ids.mint() > last
        assert second.world.add_guild("New").id > last


async def test_a_message_that_is_sent_again_after_a_restart_is_posted_once(
    file: Path, clock: ManualClock, http: aiohttp.ClientSession
) -> None:
    message = {"content": "Once", "nonce": "same", "enforce_nonce": True}
    async with Sandbox(SETTINGS, clock, keep=file) as first:
        channel = first.world.add_guild("Reading Room").add_text_channel("news")
        path = f"/channels/{channel.id}/messages"
        sent = await Api(first, http, first.token).post(path, message)
    clock.advance(60)
    async with Sandbox(SETTINGS, clock, keep=file) as second:
        again = await Api(second, http, second.token).post(path, message)
        assert again.body["id"] == sent.body["id"]
        clock.advance(121)
        later = await Api(second, http, second.token).post(path, message)
        assert later.body["id"] != sent.body["id"]


async def test_a_command_keeps_its_id_when_it_is_registered_again(
    file: Path, clock: ManualClock
) -> None:
    async with Sandbox(SETTINGS, clock, keep=file) as first:
        [command] = first.backend.commands.overwrite(None, [COMMAND])
    async with Sandbox(SETTINGS, clock, keep=file) as second:
        await second.commands_synced(timeout=0.1)
        assert second.backend.commands.overwrite(None, [COMMAND]) == [command]


async def test_a_change_is_written_before_the_end(file: Path) -> None:
    async with Sandbox(SETTINGS, keep=file) as sandbox, asyncio.timeout(20):
        sandbox.world.add_guild("Owls")
        async for _ in awatch(file.parent, rust_timeout=50, yield_on_timeout=True):
            if "Owls" in text_of(file):
                break


def text_of(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""


def put(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")


async def test_only_one_sandbox_at_a_time_has_a_file(file: Path) -> None:
    async with Sandbox(SETTINGS, keep=file):
        with pytest.raises(KeptWorldError, match="Another sandbox works with it"):
            await Sandbox(SETTINGS, keep=file).__aenter__()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}', '{"format": 1}', "\x00"])
async def test_a_file_of_something_else_is_refused_and_left_alone(file: Path, text: str) -> None:
    put(file, text)
    with pytest.raises(KeptWorldError, match=re.escape(f"{file}: This is no world")):
        await Sandbox(SETTINGS, keep=file).__aenter__()
    assert text_of(file) == text


async def test_what_is_kept_is_json(file: Path) -> None:
    async with Sandbox(SETTINGS, keep=file) as sandbox:
        fill(sandbox)
    assert json.loads(text_of(file))["format"] == 1


class Told(io.StringIO):
    """A standard error that is listened to."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = asyncio.Event()

    @override
    def write(self, text: str) -> int:
        self.changed.set()
        return super().write(text)

    @property
    def sentences(self) -> list[str]:
        """All that was said."""
        return self.getvalue().splitlines()

    async def sentence(self, number: int) -> str:
        """Wait until so many sentences were said, and return the last of them."""
        async with asyncio.timeout(20):
            while len(self.sentences) < number:
                await self.changed.wait()
                self.changed.clear()
        return self.sentences[number - 1]


def listening(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Listen to what the person at the terminal reads, and let trying again take no time."""
    told = Told()
    monkeypatch.setattr("sys.stderr", told)
    monkeypatch.setattr("bot.sandbox.keeping.SAVED_EVERY", 0.005)
    return told


def part_of(file: Path) -> Path:
    """Where the file is written before it is put in its place."""
    return file.with_name(file.name + ".part")


def obstruct(file: Path) -> None:
    """Keep the file from being written, also by root."""
    part_of(file).mkdir()


def give_way(file: Path) -> None:
    part_of(file).rmdir()


async def test_a_write_that_fails_is_told_once_and_tried_again(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = listening(monkeypatch)
    obstruct(file)
    tries = asyncio.Semaphore(0)

    def counted(backend: Backend) -> JsonObject:
        tries.release()
        return take_snapshot(backend)

    monkeypatch.setattr("bot.sandbox.keeping.take_snapshot", counted)
    async with Sandbox(SETTINGS, keep=file) as sandbox:
        sandbox.world.add_guild("Owls")
        for _ in range(5):
            await tries.acquire()
        assert [sentence.partition(": see to that")[0] for sentence in told.sentences] == [
            f"{file}: It cannot be written (Is a directory), so nothing new is kept"
        ]
        give_way(file)
        assert await told.sentence(2) == f"{file}: It is written again, and holds everything."
        assert "Owls" in text_of(file)
        obstruct(file)
        sandbox.world.add_guild("Bats")
        assert "cannot be written" in await told.sentence(3)
        give_way(file)


async def test_after_writes_that_failed_everything_is_written_at_the_end(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = listening(monkeypatch)
    obstruct(file)
    async with Sandbox(SETTINGS, keep=file) as sandbox:
        sandbox.world.add_guild("Owls")
        await told.sentence(1)
        sandbox.world.add_guild("Bats")
        give_way(file)
    assert "Owls" in text_of(file)
    assert "Bats" in text_of(file)


async def test_what_cannot_be_written_at_the_end_is_said_to_be_lost(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = listening(monkeypatch)
    async with Sandbox(SETTINGS, keep=file) as sandbox:
        sandbox.world.add_guild("Owls")
    before = text_of(file)
    obstruct(file)
    async with Sandbox(SETTINGS, keep=file):
        pass
    assert told.sentences == [f"{file}: It cannot be written (Is a directory): the latest is lost."]
    assert text_of(file) == before


async def test_while_it_is_written_the_sandbox_goes_on(
    file: Path, http: aiohttp.ClientSession
) -> None:
    slow_disk = part_of(file)
    os.mkfifo(slow_disk)  # writing to it ends when somebody reads it
    async with Sandbox(SETTINGS, keep=file) as sandbox:
        sandbox.world.add_guild("Owls")
        answer = await Api(sandbox, http, sandbox.token).get("/users/@me/guilds")
        assert [guild["name"] for guild in answer.body] == ["Owls"]
        written = await asyncio.to_thread(slow_disk.read_text, "utf-8")
        assert "Owls" in written
    assert "Owls" in text_of(file)


async def test_what_changes_nothing_that_is_kept_has_nothing_written(
    file: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Sandbox] = []

    def counted(backend: Backend) -> JsonObject:
        taken.append(sandbox)
        return take_snapshot(backend)

    async with Sandbox(SETTINGS, clock, keep=file) as sandbox:
        channel = sandbox.world.add_guild("Reading Room").add_text_channel("news")
        anna = sandbox.add_person("Anna", sandbox.world.guilds[0])
        sandbox.backend.commands.overwrite(None, [COMMAND])
    monkeypatch.setattr("bot.sandbox.keeping.take_snapshot", counted)
    async with Sandbox(SETTINGS, clock, keep=file) as sandbox:
        channel = sandbox.world.guilds[0].channels[0]
        anna = Person(sandbox.backend, channel.world.users[anna.user.id])
        changes: set[str] = set()
        sandbox.world.changes.subscribe(lambda change: changes.add(type(change).__name__))
        sandbox.timeline.note("Something happened")
        asking = asyncio.create_task(anna.slash(channel, "latest"))
        await sandbox.wait_until(lambda: "InteractionCreated" in changes)
        clock.advance(3.01)
        assert (await asking).failed
        assert changes == {"Noted", "InteractionCreated", "InteractionChanged"}
        assert taken == []
        anna.say(channel, "Hello")
        await asyncio.sleep(0)
        assert len(taken) == 1
