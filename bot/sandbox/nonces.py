"""Nonces: a message that is sent twice is posted once.

`enforce_nonce` in https://docs.discord.com/developers/resources/message#create-message
"""

from dataclasses import dataclass

from bot.sandbox.clock import Clock
from bot.sandbox.forms import Form
from bot.sandbox.messages import Message
from bot.sandbox.users import User

LONGEST = 25
PAST_FEW_MINUTES = 180.0
"""Seconds; the documentation says "in the past few minutes" and no more."""


@dataclass(frozen=True, slots=True)
class _Use:
    message: Message
    at: float


class Nonces:
    """Remembers, per author, which nonce belongs to which message."""

    def __init__(self, clock: Clock, window: float = PAST_FEW_MINUTES) -> None:
        self._clock = clock
        self._window = window
        self._uses: dict[tuple[int, str], _Use] = {}

    def remember(self, author: User, nonce: str | int, message: Message) -> None:
        """Note a message's nonce."""
        self._forget_old()
        key = (author.id, str(nonce))
        self._uses.pop(key, None)  # so that the oldest use stays first
        self._uses[key] = _Use(message, self._clock.monotonic())

    def find(self, author: User, nonce: str | int) -> Message | None:
        """Return the message that this author posted with this nonce recently, even if deleted."""
        self._forget_old()
        use = self._uses.get((author.id, str(nonce)))
        return use.message if use else None

    def uses(self) -> list[tuple[str, Message, float]]:
        """Return each nonce that is remembered, its message, and how many seconds ago that was."""
        self._forget_old()
        now = self._clock.monotonic()
        return [(nonce, use.message, now - use.at) for (_, nonce), use in self._uses.items()]

    def recall(self, nonce: str, message: Message, seconds_ago: float) -> None:
        """Note the nonce of a message that was posted before, the oldest first."""
        at = self._clock.monotonic() - seconds_ago
        self._uses[message.author.id, nonce] = _Use(message, at)

    def _forget_old(self) -> None:
        oldest = self._clock.monotonic() - self._window
        while self._uses and next(iter(self._uses.values())).at < oldest:
            del self._uses[next(iter(self._uses))]


def read_nonce(form: Form, value: object) -> str | int | None:
    """Read a nonce: a whole number, or a text of at most 25 characters."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) <= LONGEST:
        return value
    form.refuse("NONCE_TYPE_TOO_LONG", f"Must be {LONGEST} or fewer in length.")
    return None
