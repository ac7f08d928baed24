"""The demo's own controls in the page's drawer: articles come and change, and time moves on."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from bot.demo.compose import article_name, compose_article
from bot.sandbox.page.panel import Action, ActionError, Field, FieldKind, Option, Panel
from bot.store import subscriptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.app import App
    from bot.clock import MovableClock
    from bot.sandbox.channels import Channel
    from bot.sandbox.page.panel import Pressed

HOTTEST = 200

BURST = 500
"""How many articles a burst drops at once."""

_TITLE = re.compile(r'^title: "(.*)"$', re.MULTILINE)
_HEAT = re.compile(r"^heat: -?\d+$", re.MULTILINE)
_PUBLISHED = re.compile(r"^published: \w+$", re.MULTILINE)

_PLACES = ("Corrick", "Vellmar", "Port Ambrose", "Ferrow", "Marrow Bay", "Tern Island", "Lower Ash")
_DOERS = ("Ferries", "Libraries", "Orchards", "Lighthouses", "Bakeries", "Tramways", "Museums")
_DEEDS = (
    "Hire a Model to Count Their Clouds",
    "Teach Parrots to Label Photographs",
    "Swap Meters for Careful Guesses",
    "Let Robots Choose the Wallpaper",
    "Ask Chatbots About the Tides",
)


class Controls:
    """What the drawer's buttons do: they write files and move the clock, as people would."""

    def __init__(self, app: App, clock: MovableClock, articles: Path) -> None:
        """Take the bot, its clock and the directory that it watches."""
        self._app = app
        self._clock = clock
        self._articles = articles
        self._bursts = 0

    def article_panel(self) -> Panel:
        """Articles arrive, change and go: only for a directory of the demo's own."""
        story = Field("story", "Article", FieldKind.CHOICE, options=self._stories)
        heat = Field("heat", "Heat", FieldKind.NUMBER, "120", least=0, most=HOTTEST)
        names = sorted(self._app.topics.names)
        topics = tuple(Option(name, name) for name in names)
        return Panel(
            "Articles",
            (
                Action(
                    "add",
                    "Add an article",
                    self._add,
                    (
                        Field("title", "Title", value="Lighthouse Learns to Whistle"),
                        Field("topic", "Topic", FieldKind.CHOICE, "AI", options=topics),
                        heat,
                    ),
                    "It is posted as an alert within a second.",
                ),
                Action("heat", "Change its heat", self._heat, (story, heat)),
                Action(
                    "withdraw",
                    "Withdraw it",
                    self._withdraw,
                    (story,),
                    "A young post is struck through.",
                ),
                Action("burst", f"Drop {BURST} articles at once", self._burst),
            ),
        )

    def clock_panel(self) -> Panel:
        """The bot's clock moves on."""
        hint = "The bot's clock moves on, and the digest is posted."
        return Panel(
            "Time", (Action("next", "On to the next digest", self._next_digest, (), hint),)
        )

    def _stories(self, _channel: Channel | None) -> Sequence[Option]:
        """The articles that are there, newest first."""
        paths = sorted(self._articles.glob("*.md"), reverse=True)[:100]
        return [Option(path.name, _title_of(path)) for path in paths]

    async def _add(self, pressed: Pressed) -> str:
        title, topic = pressed.values["title"], pressed.values["topic"]
        await asyncio.to_thread(self._write, title, topic, pressed.number("heat"))
        return f"“{title}” is in the directory."

    async def _heat(self, pressed: Pressed) -> str:
        heat = pressed.number("heat")
        await asyncio.to_thread(self._change, pressed.values["story"], _HEAT, f"heat: {heat}")
        return f"Its heat is {heat} now: see /top-by-heat. Its post stays as it is."

    async def _withdraw(self, pressed: Pressed) -> str:
        path = pressed.values["story"]
        await asyncio.to_thread(self._change, path, _PUBLISHED, "published: false")
        return "It is withdrawn."

    async def _burst(self, _pressed: Pressed) -> str:
        self._bursts += 1
        await asyncio.to_thread(self._write_burst, self._bursts)
        return f"{BURST} articles are in the directory; their alerts come at Discord's pace."

    async def _next_digest(self, _pressed: Pressed) -> str:
        async with self._app.database.read() as read:
            moment = await subscriptions.next_alarm(read)
        if moment is None:
            raise ActionError("Nothing is scheduled: make a schedule with /schedule add.")
        self._clock.set(moment)
        return f"The bot's clock shows {moment:%A, %H:%M} UTC."

    def _write_burst(self, burst: int) -> None:
        for number in range(BURST):
            place = _PLACES[number % len(_PLACES)]
            doer = _DOERS[number // len(_PLACES) % len(_DOERS)]
            deed = _DEEDS[number // (len(_PLACES) * len(_DOERS)) % len(_DEEDS)]
            count = burst * BURST + number
            self._write(f"{count} {doer} of {place} {deed}", "AI", 20 + number % 60)

    def _write(self, title: str, topic: str, heat: int) -> None:
        now = self._clock.now()
        text = compose_article(title, topic, heat, now, excerpt="Written in the demo's drawer.")
        self._replace(article_name(title, now), text)

    def _change(self, name: str, line: re.Pattern[str], new: str) -> None:
        path = self._articles / name
        text = path.read_text("utf-8")
        self._replace(name, line.sub(new, text, count=1))

    def _replace(self, name: str, text: str) -> None:
        """Put a file in place whole: the watcher never sees half of it."""
        part = self._articles / f".{name}.part"
        part.write_text(text, "utf-8")
        part.replace(self._articles / name)


def _title_of(path: Path) -> str:
    found = _TITLE.search(path.read_text("utf-8"))
    return found[1].replace('\\"', '"')[:80] if found else path.name
