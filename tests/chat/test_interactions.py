"""Answers come in time and only once, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.answer import Answer
from bot.chat import replies
from tests.chat.support import seen, titles

if TYPE_CHECKING:
    from pathlib import Path

    from bot.answer import Page, Question
    from bot.sandbox import Channel, Person, Sandbox
    from tests.chat.conftest import AtWork

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
OURS = "Something went wrong in the bot, and its operator finds the reason in the log"


class Held:
    """Work that waits until it is let go."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.go = asyncio.Event()

    async def hold(self) -> None:
        """Say that the work is reached, and wait."""
        self.reached.set()
        await self.go.wait()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that says “thinking …” after a twentieth of a second."""
    monkeypatch.setattr(replies, "PATIENCE", 0.05)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    """Every page of an answer waits."""
    held = Held()
    page = Answer.page

    async def slow_page(answer: Answer, question: Question, number: int = 1) -> Page:
        await held.hold()
        return await page(answer, question, number)

    monkeypatch.setattr(Answer, "page", slow_page)
    return held


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("share", [False, True])
async def test_an_answer_that_takes_long_is_announced_and_then_arrives(
    news: Channel, ben: Person, at_work: AtWork, held: Held, share: bool
) -> None:
    """As private as was asked for."""
    async with at_work() as bot:
        await bot.write("a.md", "A lamp that reads")
        reply = await ben.slash(news, "latest", share=share)
        assert reply.deferred
        assert "is thinking…" in seen(reply)
        held.go.set()
        await reply.finished()
    assert titles(reply) == ["A lamp that reads"]
    assert reply.message.seen_by is (None if share else ben.user)


@pytest.mark.usefixtures("impatient")
async def test_a_page_that_takes_long_arrives_in_its_message(
    sandbox: Sandbox, news: Channel, ben: Person, at_work: AtWork, held: Held
) -> None:
    """The button is answered at once, the page follows."""
    async with at_work() as bot:
        await bot.write_files(
            {
                f"{name}.md": bot.article(f"The {name} sings", heat=90 - place)
                for place, name in enumerate(["lamp", "owl", "ferry", "tram", "elm", "harp"])
            }
        )
        held.go.set()
        message = (await ben.slash(news, "top-by-heat")).message
        held.go.clear()
        click = await ben.click(message, "Next ▶")
        assert click.deferred
        held.go.set()
        await sandbox.wait_until(lambda: titles(message) == ["The harp sings"])


@pytest.mark.usefixtures("impatient", "held")
async def test_work_without_an_end_is_given_up(
    news: Channel,
    ben: Person,
    at_work: AtWork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody watches “thinking …” for ever."""
    monkeypatch.setattr(replies, "LONGEST_WORK", 0.05)
    async with at_work(may_fail=True) as bot:
        reply = await (await ben.slash(news, "latest")).finished()
        assert "This takes too long just now: try again in a minute." in seen(reply)
        assert bot.logged("interaction.failed")


@pytest.mark.usefixtures("impatient")
async def test_a_database_that_is_held_by_another_program_delays_the_answer(
    news: Channel, anna: Person, tmp_path: Path, at_work: AtWork
) -> None:
    """The answer waits for it, and arrives."""
    async with at_work():
        with closing(sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            reply = await anna.slash(news, "schedule add", name="morning")
            assert reply.deferred
            other.execute("ROLLBACK")
            await reply.finished(timeout=20)
    assert "✅ Made." in seen(reply)


async def test_an_error_is_one_sentence_for_the_person_and_a_line_in_the_log(
    news: Channel,
    ben: Person,
    at_work: AtWork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both for a command and for a button; no traceback is shown."""

    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    async with at_work(may_fail=True) as bot:
        await bot.write("a.md", "A lamp that reads")
        answer = await ben.slash(news, "latest", share=True)
        monkeypatch.setattr(Answer, "page", broken)
        monkeypatch.setattr(Answer, "story", broken)
        command = await ben.slash(news, "latest", share=True)
        [menu] = [row["components"][0] for row in answer.message.components]
        pick = await ben.select(answer.message, menu["custom_id"], menu["options"][0]["value"])
        failures = bot.logged("interaction.failed")
    for reply in (command, pick):
        assert OURS in seen(reply)
        assert reply.message.seen_by is ben.user
    assert titles(answer) == ["A lamp that reads"]
    assert [record.exc_info[0] for record in failures if record.exc_info] == [ZeroDivisionError] * 2


@pytest.mark.parametrize("after_effect", [False, True])
async def test_an_answer_whose_connection_breaks_is_given_once(
    sandbox: Sandbox, news: Channel, ben: Person, at_work: AtWork, after_effect: bool
) -> None:
    """Whether Discord had taken it or not, the person sees one answer and no error."""
    async with at_work() as bot:
        await bot.write("a.md", "A lamp that reads")
        fault = sandbox.faults.reset("POST", "callback", after_effect=after_effect)
        reply = await ben.slash(news, "latest")
        await fault.reached()
        await sandbox.wait_until(lambda: sandbox.timeline.of("POST", CALLBACK)[1:])
        more = await ben.slash(news, "help")
        assert not bot.logged("interaction.late")
    assert not more.failed
    assert titles(reply) == ["A lamp that reads"]
    assert reply.followups == []


async def test_an_answer_that_comes_too_late_is_noted_and_nothing_else(
    sandbox: Sandbox, news: Channel, ben: Person, at_work: AtWork, held: Held
) -> None:
    """Discord does not take it any more; there is nobody to tell."""
    async with at_work() as bot:
        asked = asyncio.create_task(ben.slash(news, "latest"))
        await held.reached.wait()
        sandbox.backend.interactions.give_up()
        held.go.set()
        assert (await asked).failed
        async with asyncio.timeout(20):
            while not bot.logged("interaction.late"):  # noqa: ASYNC110 - a log tells nobody
                await asyncio.sleep(0)


async def test_a_sentence_that_no_message_has_room_for_is_cut_between_characters(
    news: Channel, ben: Person, at_work: AtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is longer Discord would not take at all, and the person would wait for nothing."""

    async def verbose(*_: object) -> None:
        raise replies.AnswerError("👩\u200d👩\u200d👧" * 1_000)

    async with at_work():
        monkeypatch.setattr(Answer, "page", verbose)
        reply = await ben.slash(news, "latest")
    assert 1_990 < len(reply.message.content) <= 2_000
    assert reply.message.content.endswith("👩\u200d👩\u200d👧…")


async def test_fifty_people_are_answered_at_once(
    sandbox: Sandbox, news: Channel, at_work: AtWork
) -> None:
    """Each gets their own answer well within Discord's three seconds."""
    people = [sandbox.add_person(f"Reader {n}", *sandbox.world.guilds) for n in range(50)]
    async with at_work() as bot:
        await bot.write("a.md", "A lamp that reads")
        start = time.process_time()
        async with asyncio.TaskGroup() as tasks:
            asked = [
                tasks.create_task(person.slash(news, ("latest", "topics", "digest")[n % 3]))
                for n, person in enumerate(people)
            ]
        worked = time.process_time() - start
    answers = [task.result() for task in asked]
    assert not any(answer.failed for answer in answers)
    assert [answer.message.seen_by for answer in answers] == [person.user for person in people]
    assert worked < 3  # of the processor's: the clock's depend on what else the machine does


async def test_a_command_in_an_older_form_says_so(
    news: Channel, ben: Person, at_work: AtWork
) -> None:
    """Somebody's Discord still shows what the bot offered before an upgrade."""
    async with at_work() as bot:
        bot.app.client.tree.remove_command("latest")
        reply = await ben.slash(news, "latest")
    assert "Your Discord still shows an older form of this command" in seen(reply)
