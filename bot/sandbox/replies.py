"""What a person sees of the bot's answer to what they did."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.backend import Backend
from bot.sandbox.changes import PATIENCE
from bot.sandbox.interaction import Callback, Interaction
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.messages import Message

NO_RESPONSE = "The application did not respond"
"""What the person reads when the first answer does not come in time."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A suggestion while a person types: what they read, and what is sent."""

    name: str
    value: str | int | float


class Reply:
    """What the bot made of an interaction, as the person sees it; follows later answers."""

    def __init__(self, backend: Backend, interaction: Interaction) -> None:
        self._backend = backend
        self.interaction = interaction

    @property
    def failed(self) -> bool:
        """Whether the bot gave no answer in time."""
        return self.interaction.timed_out

    @property
    def notice(self) -> str | None:
        """What the client itself tells the person: that the application did not respond."""
        return NO_RESPONSE if self.failed else None

    @property
    def elapsed(self) -> float:
        """Seconds from the click to the first answer; infinite if there was none."""
        elapsed = self.interaction.elapsed
        return float("inf") if elapsed is None else elapsed

    @property
    def deferred(self) -> bool:
        """Whether the first answer was that the real one takes a while."""
        return self.interaction.callback in {Callback.DEFER, Callback.DEFER_UPDATE}

    @property
    def message(self) -> Message:
        """The answer; LookupError if there is none, or it was deleted."""
        message = self.interaction.original
        if message is None or message.deleted:
            raise LookupError(f"{self.interaction.name} left no message: {self.notice or 'none'}.")
        return message

    @property
    def followups(self) -> list[Message]:
        """Further answers that still stand."""
        return [message for message in self.interaction.followups if not message.deleted]

    @property
    def modal(self) -> JsonObject | None:
        """The form that the bot opened, if that was its answer."""
        return self.interaction.modal

    @property
    def choices(self) -> list[Choice]:
        """What the bot suggested."""
        return [Choice(c["name"], c["value"]) for c in self.interaction.choices]

    @property
    def is_finished(self) -> bool:
        """Whether nothing is "thinking" any more."""
        original = self.interaction.original
        return self.interaction.settled and not (original and original.loading)

    async def answered(self, *, timeout: float = PATIENCE) -> "Reply":
        """Wait for the first answer, or for the client to give up."""
        await self._until(lambda: self.interaction.settled, timeout)
        return self

    async def finished(self, *, timeout: float = PATIENCE) -> "Reply":
        """Wait until the bot has stopped "thinking" and said something."""
        await self._until(lambda: self.is_finished, timeout)
        return self

    async def followed_up(self, count: int = 1, *, timeout: float = PATIENCE) -> "Reply":
        """Wait for so many further answers."""
        await self._until(lambda: len(self.followups) >= count, timeout)
        return self

    async def _until(self, condition: Callable[[], bool], timeout: float) -> None:
        what = f"the bot to answer {self.interaction.name}"
        await self._backend.world.changes.until(condition, what=what, timeout=timeout)
