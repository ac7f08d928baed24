"""A sandbox with a small bot in it, and a browser that looks at it.

The browser is started once, so everything that touches it lives in the session's event loop.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.sandbox import ManualClock, Permission, Settings
from bot.sandbox.messages import Body
from tests.page.browser import chromium, find_chromium
from tests.page.guest import guest
from tests.support.sandbox import NO_LIMITS, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, BrowserContext, Locator, Page

    from bot.sandbox import Channel, Guild, Message, Person, Sandbox
    from tests.support.sandbox import Bot

PATIENCE = 20_000
"""Milliseconds after which what a test expects of the page will not come, on a busy machine too."""


@dataclass
class Visit:
    """Somebody at the page, and what the browser's console said."""

    page: Page
    sandbox: Sandbox
    _said: list[str] = field(default_factory=list)
    _expected: list[str] = field(default_factory=list)

    def hear(self, complaint: str) -> None:
        """Note what the console says."""
        self._said.append(complaint)

    def expect_complaints(self, words: str) -> None:
        """Let the console say such a thing, whenever it does: it may come late."""
        self._expected.append(words)

    @property
    def complaints(self) -> list[str]:
        """What the console said and nobody expected."""
        return [one for one in self._said if not any(words in one for words in self._expected)]

    @property
    def messages(self) -> Locator:
        """The messages that are shown."""
        return self.page.locator(".message")

    @property
    def options(self) -> Locator:
        """What is offered below a field or a menu."""
        return self.page.locator("li[role=option]:visible")

    @property
    def box(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_label("Message, or / for commands")

    def field(self, option: str) -> Locator:
        """The field of a command's option."""
        return self.page.locator(f"#option-{option}")

    def message(self, text: str) -> Locator:
        """The message that holds a text."""
        return self.messages.filter(has_text=text)

    async def command(self, name: str) -> None:
        """Type a command's name and choose it."""
        await self.box.fill(f"/{name}")
        await self.options.filter(has_text=f"/{name}").first.click()

    async def send(self, name: str) -> None:
        """Use a command without filling in anything."""
        await self.command(name)
        await self.page.keyboard.press("Enter")

    async def run(self, name: str) -> None:
        """Use a command, and wait until the page is done with it: its form takes room till then."""
        await self.send(name)
        await self.page.locator("#command").wait_for(state="hidden")

    async def is_left_without_an_answer(self) -> None:
        """Let the time run out that the bot has for its answer."""
        interactions = self.sandbox.backend.interactions
        await self.sandbox.wait_until(lambda: interactions.pending, timeout=PATIENCE / 1000)
        interactions.give_up()

    async def controls(self) -> None:
        """Open the drawer."""
        await self.page.get_by_role("button", name="Controls", exact=True).click()

    async def timeline(self) -> None:
        """Turn the open drawer to the timeline."""
        await self.page.get_by_role("tab", name="Timeline").click()


@dataclass
class Stand:
    """What is looked at."""

    sandbox: Sandbox
    guild: Guild
    channel: Channel
    anna: Person
    bot: Bot
    context: BrowserContext

    def post(self, text: str = "", **body: Any) -> Message:
        """Let the bot say something."""
        return self.channel.post(self.sandbox.world.bot, Body(text, **body))

    async def visit(self, **size: int) -> Visit:
        """Open the page in a window of its own."""
        page = await self.context.new_page()
        if size:
            await page.set_viewport_size({"width": size["width"], "height": size["height"]})
        visit = Visit(page, self.sandbox)
        self.visits.append(visit)
        page.on("console", lambda message: visit.hear(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: visit.hear(str(error)))
        await page.goto(self.sandbox.page_url)
        await page.get_by_role("heading", level=1, name=f"#{self.channel.name}").wait_for()
        # What a page is told last when it is opened: nothing changes by itself from then on.
        await page.locator("#panels .switch").first.wait_for(state="attached")
        return visit

    visits: list[Visit] = field(default_factory=list)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A browser, where one is installed."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium is installed here (on Debian: apt-get install chromium)")
    expect.set_options(timeout=PATIENCE)
    async with chromium(executable) as browser:
        yield browser


@pytest.fixture
def clock() -> ManualClock:
    """The sandbox's clock: it stands still at noon until a test moves it.

    So no answer comes too late on a busy machine, and no day ends while one looks.
    """
    return ManualClock(datetime(2026, 3, 4, 12, tzinfo=UTC))


@pytest_asyncio.fixture(loop_scope="session")
async def stand(browser: Browser, clock: ManualClock) -> AsyncIterator[Stand]:
    """A server, a channel, Anna, the small bot; the browser's console must stay silent."""
    async with running(Settings(rate_limits=NO_LIMITS), clock) as sandbox:
        guild = sandbox.world.add_guild("Reading Room")
        channel = guild.add_text_channel("ai-news", topic="What happened")
        guild.add_text_channel("ai-alerts")
        anna = sandbox.add_person("Anna", guild, permissions=Permission.MANAGE_GUILD)
        sandbox.add_person("Ben", guild)
        bot = guest()
        async with bot.online(sandbox), await browser.new_context() as context:
            context.set_default_timeout(PATIENCE)
            stand = Stand(sandbox, guild, channel, anna, bot, context)
            yield stand
            complaints = [c for visit in stand.visits for c in visit.complaints]
    assert complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def visit(stand: Stand) -> Visit:
    """Anna at the page."""
    return await stand.visit()
