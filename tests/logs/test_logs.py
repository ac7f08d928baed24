"""What a line of the log looks like, and what never stands in one."""

import asyncio
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from bot import logs

SECRET = 'MTIz"NDU2.GabcDE.abcdefghijklmnopqrstuvwxyz'
logger = logging.getLogger("bot.tests")


class Log:
    """A log set up as the program does it, and what it wrote."""

    def __init__(
        self, level: str = "info", line_format: Literal["console", "json"] = "console"
    ) -> None:
        self._stream = io.StringIO()
        logs.set_up(level, line_format, stream=self._stream, secrets=[SECRET, ""])

    @property
    def text(self) -> str:
        """All that was written."""
        return self._stream.getvalue()

    @property
    def lines(self) -> list[str]:
        """What was written, line by line."""
        return self.text.splitlines()

    @property
    def objects(self) -> list[dict[str, object]]:
        """What was written as JSON, object by object."""
        return [json.loads(line) for line in self.lines]


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Leave logging as it was found."""
    root = logging.getLogger()
    names = ("", *logs.LIBRARIES)
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    for handler in [each for each in root.handlers if isinstance(each, logs._Handler)]:
        root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def untimed(line: str) -> str:
    """Take the time off a console line, after a look that it is one."""
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ", line)
    return line.partition(" ")[2]


def fail(sentence: str) -> None:
    """Log an exception with this sentence."""
    error = ValueError(sentence)
    try:
        raise error
    except ValueError:
        logger.exception("send.failed", extra={"delivery": 4})


def test_a_console_line_is_time_level_event_and_details() -> None:
    """A line reads from when and how bad to what and which."""
    log = Log()
    logger.info("feed.scanned", extra={"feed": "ai", "files": 96, "path": Path("a b.md")})
    (line,) = log.lines
    assert untimed(line) == 'info    feed.scanned feed=ai files=96 path="a b.md"'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("", '""'),
        ("a=b", '"a=b"'),
        ('say "hi"', '"say \\"hi\\""'),
        ("two\nlines", '"two\\nlines"'),
        ("\x1b[31mred\x9b", '"\\x1b[31mred\\x9b"'),
        ("\u202egnp.exe", '"\\u202egnp.exe"'),
        ("\udcff.md", '"\\udcff.md"'),
        ("Zürich", "Zürich"),
        (None, "None"),
        (["the file is empty"], '"the file is empty"'),
        (("heat: is missing", "a\nb"), '"heat: is missing; a\\nb"'),
        ([], '""'),
        (datetime(2026, 3, 2, 9, tzinfo=UTC), "2026-03-02T09:00:00+00:00"),
    ],
)
def test_no_value_breaks_a_console_line_or_hides_in_it(value: object, written: str) -> None:
    """Text from outside cannot forge a line, steer the terminal or turn letters around."""
    log = Log()
    logger.info("file.rejected", extra={"value": value})
    assert untimed(log.lines[0]) == f"info    file.rejected value={written}"


def test_a_json_line_is_one_object() -> None:
    """A program can read every line; a detail never replaces a standard field."""
    log = Log(line_format="json")
    logger.warning("file.rejected", extra={"path": Path("x\n\udcff.md"), "level": 3})
    (line,) = log.objects
    assert datetime.fromisoformat(str(line.pop("time"))).tzinfo is not None
    assert line == {
        "level": "warning",
        "event": "file.rejected",
        "logger": "bot.tests",
        "path": "x\n\udcff.md",
        "level_": 3,
    }


def test_the_context_is_part_of_every_event_inside() -> None:
    """What an event concerns is told without handing it through every call."""
    log = Log(line_format="json")
    with logs.context(subscription=3, run=1):
        with logs.context(run=2):
            logger.info("run.composed", extra={"parts": 1})
        logger.info("run.done", extra={"run": 9})
    logger.info("idle")
    details = [
        {key: line[key] for key in line.keys() & {"subscription", "run", "parts"}}
        for line in log.objects
    ]
    assert details == [
        {"subscription": 3, "run": 2, "parts": 1},
        {"subscription": 3, "run": 9},
        {},
    ]


async def test_the_context_stays_with_its_task() -> None:
    """Two deliveries at the same time do not mix up their details."""
    log = Log(line_format="json")
    both_inside = asyncio.Barrier(2)

    async def deliver(number: int) -> None:
        with logs.context(delivery=number):
            await both_inside.wait()
            logger.info("delivery.sent", extra={"expected": number})

    await asyncio.gather(deliver(1), deliver(2))
    assert len(log.objects) == 2
    assert all(line["delivery"] == line["expected"] for line in log.objects)


def test_an_exception_is_one_sentence_on_the_console() -> None:
    """Operators see what happened, not where in the code."""
    log = Log()
    fail("no\nroom")
    (line,) = log.lines
    assert untimed(line) == 'error   send.failed delivery=4 error="ValueError: no room"'


def test_a_debugging_console_shows_the_traceback_too() -> None:
    """Level debug is for those who want to know where in the code."""
    log = Log("debug")
    fail("no room")
    assert log.lines[1].startswith("Traceback")
    assert log.lines[-1] == "ValueError: no room"


def test_json_always_has_the_traceback() -> None:
    """A log that is searched later has everything."""
    log = Log(line_format="json")
    fail("no room")
    (line,) = log.objects
    assert line["error"] == "ValueError: no room"
    assert "in fail\n" in str(line["traceback"])


@pytest.mark.parametrize("line_format", ["console", "json"])
@pytest.mark.parametrize(
    "say",
    [
        lambda: logger.info(SECRET),
        lambda: logger.info("sent %s", SECRET),
        lambda: logger.info("sent %d", SECRET),
        lambda: logger.info("sent", extra={"header": f"Bot {SECRET}"}),
        lambda: logger.info("sent", extra={"headers": {"Authorization": [SECRET]}}),
        lambda: fail(f"refused {SECRET}"),
    ],
    ids=["message", "argument", "argument that does not fit", "detail", "nested", "exception"],
)
def test_a_secret_is_never_written(
    say: Callable[[], None], line_format: Literal["console", "json"]
) -> None:
    """Whatever part of an event holds the token, the line does not."""
    logging.getLogger().handlers.clear()  # pytest's own raises what it cannot format
    log = Log("debug", line_format)
    say()
    assert logs.REDACTED in log.text
    assert "abcdefghijklmnop" not in log.text


@pytest.mark.parametrize("line_format", ["console", "json"])
@pytest.mark.parametrize(
    "text",
    [
        "POST https://discord.com/api/v10/interactions/12/aW50ZXJhY3Rpb24/callback",
        "PATCH /webhooks/12/aW50ZXJhY3Rpb24/messages/@original?x=1",
        "'https://discord.com/api/webhooks/12/aW50ZXJhY3Rpb24'",
        "{'id': '12', 'token': 'aW50ZXJhY3Rpb24', 'type': 2}",
        '{"id": "12", "token": "aW50ZXJhY3Rpb24", "type": 2}',
    ],
)
def test_the_tokens_of_interactions_are_never_written(
    text: str, line_format: Literal["console", "json"]
) -> None:
    """With one of these anybody could answer in the bot's name for 15 minutes."""
    log = Log("debug", line_format)
    logger.debug("event %s", text)
    logger.debug("event", extra={"text": text})
    assert log.text.count(logs.REDACTED) == 2
    assert "aW50ZXJhY3Rpb24" not in log.text
    assert "12" in log.text


def test_the_level_decides_what_is_written() -> None:
    """What is less severe than the level is left out."""
    log = Log("warning")
    logger.info("feed.scanned")
    logger.warning("feed.missing")
    assert [untimed(line) for line in log.lines] == ["warning feed.missing"]


@pytest.mark.parametrize(("level", "heard"), [("debug", 3), ("info", 1), ("error", 0)])
@pytest.mark.parametrize("library", logs.LIBRARIES)
def test_libraries_are_heard_from_a_warning_on(library: str, level: str, heard: int) -> None:
    """Their everyday news is for debugging only."""
    log = Log(level)
    for said in (logging.DEBUG, logging.INFO, logging.WARNING):
        logging.getLogger(f"{library}.part").log(said, "news")
    assert len(log.lines) == heard


def test_setting_up_again_replaces_what_was_set_up() -> None:
    """No event is written twice."""
    first, second = Log(), Log("error")
    logger.error("send.failed")
    assert first.lines == []
    assert len(second.lines) == 1


def test_lines_go_to_stderr_where_nothing_else_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """stdout is for results."""
    logs.set_up("info", "console")
    logger.info("started")
    written = capsys.readouterr()
    assert "started" in written.err
    assert written.out == ""
