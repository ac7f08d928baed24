"""How a sandbox is set up."""

import ipaddress
import secrets
from dataclasses import dataclass, field

from bot.sandbox.interactions import FIRST_ANSWER_WITHIN, TOKEN_LIFE
from bot.sandbox.nonces import PAST_FEW_MINUTES
from bot.sandbox.ratelimits import RateLimitSettings


def random_token() -> str:
    """Return a token that nobody can know who was not told: pages elsewhere could guess one."""
    return f"sandbox.{secrets.token_urlsafe(24)}"


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices for one sandbox; ValueError for a host that is not this machine's loopback."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 lets the system choose a free one."""

    token: str = field(default_factory=random_token, repr=False)
    """What a bot has to know; by default another one at each start."""

    bot_name: str = "Digest"
    message_content: bool = False
    """Whether the privileged message-content intent is switched on for the application."""

    server_members: bool = False
    """Whether the privileged members intent is switched on."""

    presences: bool = False
    """Whether the privileged presence intent is switched on."""

    rate_limits: RateLimitSettings = field(default_factory=RateLimitSettings)
    nonce_window: float = PAST_FEW_MINUTES
    first_answer_within: float = FIRST_ANSWER_WITHIN
    token_life: float = TOKEN_LIFE
    heartbeat_seconds: float = 41.25
    resume_seconds: float = 300.0
    """For how long a lost gateway session can be resumed."""

    def __post_init__(self) -> None:
        if not is_loopback(self.host):
            raise ValueError(
                f"The sandbox serves this machine only: use 127.0.0.1 or ::1, not {self.host!r}."
            )


def is_loopback(host: str) -> bool:
    """Whether an address is of the loopback network; of names only `localhost` is trusted."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
