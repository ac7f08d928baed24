"""Nonces: a message that is sent twice is posted once.

`enforce_nonce` in https://docs.discord.com/developers/resources/message#create-message
"""

from collections import deque
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
    nonce: str
    message: Message
    at: float

    @property
    def key(self) -> tuple[int, str]:
        return self.message.author.id, self.nonce


class Nonces:
    """Remembers, per author, which nonce belongs to which messages."""

    def __init__(self, clock: Clock, window: float = PAST_FEW_MINUTES) -> None:
        self._clock = clock
        self._window = window
        self._uses: deque[_Use] = deque()
        self._by_key: dict[tuple[int, str], deque[_Use]] = {}

    def remember(self, nonce: str | int, message: Message) -> None:
        """Note a message's nonce, for its author."""
        self.recall(str(nonce), message, 0)

    def find(self, author: User, nonce: str | int) -> Message | None:
        """Return the first message that this author posted with this nonce recently.

        It may be deleted; others with the same nonce, which was not enforced then, come after it.
        """
        self._forget_old()
        uses = self._by_key.get((author.id, str(nonce)))
        return uses[0].message if uses else None

    def uses(self) -> list[tuple[str, Message, float]]:
        """Return each use of a nonce: it, its message, and how many seconds ago that was."""
        self._forget_old()
        now = self._clock.monotonic()
        return [(use.nonce, use.message, now - use.at) for use in self._uses]

    def recall(self, nonce: str, message: Message, seconds_ago: float) -> None:
        """Note the nonce of a message that was posted before, the oldest first."""
        self._forget_old()
        use = _Use(nonce, message, self._clock.monotonic() - seconds_ago)
        self._uses.append(use)
        self._by_key.setdefault(use.key, deque()).append(use)

    def _forget_old(self) -> None:
        oldest = self._clock.monotonic() - self._window
        while self._uses and self._uses[0].at < oldest:
            key = self._uses.popleft().key
            self._by_key[key].popleft()
            if not self._by_key[key]:
                del self._by_key[key]


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
