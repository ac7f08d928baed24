"""The outputs that README.md shows: a comment before a block says which command printed it.

    <!-- digest-bot demo --once | from /top-by-heat | 20 lines -->

`from` leaves out what comes before the first line with that text, `lines` what comes after so many;
"…" stands for it. `python -m tests.docs.outputs` renews all of them.
"""

from __future__ import annotations

import re
import shlex
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bot.demo.samples import write_samples
from tests.cli.commands import REPOSITORY, run

README = REPOSITORY / "README.md"

BROKEN = """\
---
title: "Lamp Learns to Read"
webUrl: https://example.com/lamp
heat: very
---
"""

_SHOWN = re.compile(
    r"<!-- digest-bot (?P<asked>[^>]*) -->\n```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL
)

_CHANGING = (
    (r"\b\d{1,2} (?:[A-Z][a-z]{2}|[A-Z][a-z]{3,8}) \d{4} \d\d:\d\d\b", "DATE"),
    (r"\d{4}-\d\d-\d\dT[0-9:.+]+", "TIME"),
    (r"\d{4}-\d\d-\d\d-", "DAY-"),
    (r"<t:\d+", "<t:MOMENT"),
    (r"\b\d+ (?:day|hour|minute)s? ago\b", "AGO"),
)
"""What differs from run to run, and what stands for it in a comparison."""


def renewed(text: str, folder: Path) -> str:
    """Put in what the commands print now, run in a folder that is filled with articles."""
    write_samples(folder / "articles", _full_hour(datetime.now(UTC)))
    broken = folder / "broken"
    broken.mkdir(exist_ok=True)
    (broken / "lamp.md").write_text(BROKEN)
    return _SHOWN.sub(lambda shown: _renewed(shown, folder), text)


def _full_hour(moment: datetime) -> datetime:
    """The demo's digest comes at the next one: its stories are of the same age at any minute."""
    return moment.replace(minute=0, second=0, microsecond=0)


def comparable(text: str) -> str:
    """Replace what differs from run to run."""
    for pattern, name in _CHANGING:
        text = re.sub(pattern, name, text)
    return text


def commands(text: str) -> list[str]:
    """The commands whose outputs are shown."""
    return [shown["asked"].partition(" | ")[0] for shown in _SHOWN.finditer(text)]


def _renewed(shown: re.Match[str], folder: Path) -> str:
    command, *cuts = shown["asked"].split(" | ")
    lines = run(*shlex.split(command), cwd=folder).stdout.rstrip("\n").splitlines()
    for cut in cuts:
        lines = _cut(lines, cut)
    text = "\n".join(lines)
    return f"<!-- digest-bot {shown['asked']} -->\n```{shown['kind']}\n{text}\n```"


def _cut(lines: list[str], cut: str) -> list[str]:
    if cut.startswith("from "):
        wanted = cut.removeprefix("from ")
        first = next(number for number, line in enumerate(lines) if wanted in line)
        return lines[first:]
    most = int(cut.removesuffix(" lines"))
    return lines if len(lines) <= most else [*lines[:most], "…"]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        README.write_text(renewed(README.read_text("utf-8"), Path(name)), encoding="utf-8")
