"""The demo's own controls in the page's drawer: articles come and change, and time moves on."""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from bot.demo.directory import BURST_MARK, Directory
from bot.demo.inventions import INVENTIONS, Invention, invent
from bot.demo.passing import pass_time
from bot.demo.shelf import Shelf
from bot.demo.tally import Tally
from bot.sandbox.page.panel import Action, ActionError, Field, FieldKind, Option, Panel
from bot.store import subscriptions
from digests.text import cut, listed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from bot.app import App
    from bot.clock import MovableClock
    from bot.demo.directory import Contents
    from bot.sandbox import Sandbox
    from bot.sandbox.channels import Channel
    from bot.sandbox.page.panel import Pressed

HOTTEST = 200

BURST = 500
"""How many articles a burst drops at once."""

LONGEST_LABEL = 80

MOST_LEFT_OUT = 3
"""How many of the files that are left out are named."""

_WRITTEN_HERE = "Somebody who tried the demo wrote this on its page."

_ADD_HINT = "Its post appears in #ai-alerts within a second."
_HEAT_HINT = "/top-by-heat ranks it anew; posts stay as they are."
_WITHDRAW_HINT = "A post of it in #ai-alerts is struck through within a second, while it is young."
_BURST_HINT = (
    f"Their posts take about {BURST // 60} minutes to appear in #ai-alerts: Discord takes five "
    "messages in five seconds for a channel, and the bot keeps to that."
)
_NEXT_HINT = "The bot's clock moves on{}, and what is due then is posted within a second."
_NEWS_COMES = ", news comes meanwhile"


class Controls:
    """What the drawer's buttons do: they write files and move the clock, as people would."""

    def __init__(
        self,
        app: App,
        clock: MovableClock,
        articles: Path,
        sandbox: Sandbox,
        alerts: Channel,
        *,
        brings_news: bool = True,
    ) -> None:
        """Take the bot, its clock, the directory that it watches, and where it posts alerts.

        `brings_news`: whether articles come while time passes.
        """
        self._app = app
        self._clock = clock
        self._articles = Directory(articles)
        self._shelf = Shelf(self._articles)
        self._directory = articles
        self._brings_news = brings_news
        self._tally = Tally(alerts, self._tell_progress)
        self._page = sandbox.page
        self._world = sandbox.world

    def article_panel(self) -> Panel:
        """Articles arrive, change and go: only for a directory of the demo's own."""
        story = Field("story", "Article", FieldKind.CHOICE, options=self._stories)
        heat = Field("heat", "Heat", FieldKind.NUMBER, "120", least=0, most=HOTTEST)
        heat_hint = partial(self._hint_of_choice, _HEAT_HINT)
        withdraw_hint = partial(self._hint_of_choice, _WITHDRAW_HINT)
        return Panel(
            "Articles",
            (
                Action("add", "Add an article", self._add, (*self._new(), heat), _ADD_HINT),
                Action("heat", "Change its heat", self._heat, (story, heat), heat_hint),
                Action("withdraw", "Withdraw it", self._withdraw, (story,), withdraw_hint),
                Action("burst", f"Drop {BURST} articles at once", self._burst, (), _BURST_HINT),
            ),
            self._look,
        )

    def clock_panel(self) -> Panel:
        """The bot's clock moves on."""
        hint = _NEXT_HINT.format(_NEWS_COMES if self._brings_news else "")
        return Panel(
            "Time", (Action("next", "On to the next digest", self._next_digest, (), hint),)
        )

    def _new(self) -> tuple[Field, Field]:
        """What an article that is added says."""
        names = sorted(self._app.topics.names)
        topics = tuple(Option(name, name) for name in names)
        return (
            Field("title", "Title", value=lambda: self._next().title),
            Field("topic", "Topic", FieldKind.CHOICE, "AI", options=topics),
        )

    async def _look(self) -> None:
        await self._shelf.look()

    def _stories(self, _channel: Channel | None) -> Sequence[Option]:
        """All articles that are there, the newest first, but those of a burst last."""
        return [
            Option(
                article.path,
                cut(article.title, LONGEST_LABEL),
                fills={"heat": str(max(article.heat, 0))},
            )
            for article in self._shelf.contents.articles
        ]

    def _hint_of_choice(self, hint: str) -> str:
        """A hint beside the articles to choose from, and which files are not among them."""
        left_out = self._shelf.contents.left_out
        if not left_out:
            return hint
        names = [quoted(path) for path in left_out[:MOST_LEFT_OUT]]
        if more := len(left_out) - len(names):
            names.append(f"{more} more")
        return f"{hint} Files that the bot cannot use are left out: {listed(names)}. See /status."

    async def _add(self, pressed: Pressed) -> str:
        title, heat = pressed.values["title"], pressed.number("heat")
        if (await self._shelf.look()).tells(title):
            raise ActionError(f"There is an article “{title}” already: give it another title.")
        made_up = self._next()
        excerpt = made_up.excerpt if title == made_up.title else _WRITTEN_HERE
        topic, outlet, domain = pressed.values["topic"], made_up.outlet, made_up.domain
        news = Invention(title, excerpt, topic, outlet, domain)
        await asyncio.to_thread(self._articles.add, news, heat, self._clock.now())
        return f"“{title}” is in the directory; see #ai-alerts."

    async def _heat(self, pressed: Pressed) -> str:
        name, heat = pressed.values["story"], pressed.number("heat")
        before = await asyncio.to_thread(self._articles.heat, name, heat)
        if before == heat:
            raise ActionError(f"Its heat is {heat} already: choose another number.")
        return f"Its heat was {before} and is {heat} now: ask /top-by-heat."

    async def _withdraw(self, pressed: Pressed) -> str:
        title = await asyncio.to_thread(self._articles.withdraw, pressed.values["story"])
        return f"“{title}” is withdrawn."

    async def _burst(self, _pressed: Pressed) -> str:
        there = await self._shelf.look()
        pages = await asyncio.to_thread(self._write_burst, there)
        if not pages:
            raise ActionError("There is no more made-up news: end the demo and start it again.")
        self._tally.expect(pages)
        return f"{len(pages)} articles are in the directory. {self._tally}"

    async def _next_digest(self, _pressed: Pressed) -> str:
        moment, places = await self._next_moment()
        came = ""
        if self._brings_news:
            news = _unused(await self._shelf.look())
            count = await pass_time(self._app, self._clock, self._directory, news, moment)
            came = ", and 1 article came" if count == 1 else f", and {count} articles came"
        self._move_to(moment)
        return f"The bot's clock shows {moment:%A, %H:%M} UTC{came}; see {listed(places)}."

    async def move_to_next_digest(self) -> None:
        """Move the bot's clock to the next scheduled moment; ActionError if there is none."""
        moment, _ = await self._next_moment()
        self._move_to(moment)

    async def _next_moment(self) -> tuple[datetime, list[str]]:
        """When something is due next, and where, as people call it; ActionError if never."""
        async with self._app.database.read() as read:
            moment = await subscriptions.next_alarm(read)
            if moment is None:
                raise ActionError("Nothing is scheduled: make a schedule with /schedule add.")
            due = await subscriptions.due(read, moment)
        channels = dict.fromkeys(self._world.channel(one.channel_id) for one in due)
        return moment, [c.label if c else "a channel that is gone" for c in channels]

    def _move_to(self, moment: datetime) -> None:
        if self._clock.now() < moment:  # else it has come by itself meanwhile
            self._clock.set(moment)

    def _write_burst(self, there: Contents) -> list[str]:
        """Write articles that are not there yet, and return the addresses of their pages."""
        now = self._clock.now()
        return [
            # Numbered, because files are taken in the order of their names: in this one.
            self._articles.add(news, 20 + number % 60, now, mark=f"{BURST_MARK}{number:03}-")
            for number, news in enumerate(islice(_unused(there), BURST))
        ]

    def _next(self) -> Invention:
        """The news that is suggested: the first that no article tells yet."""
        return next(_unused(self._shelf.contents), invent(0))

    def _tell_progress(self) -> None:
        self._page.tell("Articles", "burst", str(self._tally))


def _unused(there: Contents) -> Iterator[Invention]:
    """Made-up news that no article tells yet."""
    made_up = map(invent, range(INVENTIONS))
    return (news for news in made_up if not there.tells(news.title))
