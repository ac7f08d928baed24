"""Rate limits, with Discord's headers.

https://docs.discord.com/developers/topics/rate-limits
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass

from bot.sandbox.clock import Clock

GLOBAL_PER_SECOND = 50


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in a window that the first of them opens."""

    requests: int
    seconds: float


DEFAULT = Limit(20, 5.0)
"""For routes without a limit of their own; Discord publishes none, so this is generous."""

OBSERVED: Mapping[tuple[str, str], Limit] = {
    ("POST", "/channels/{channel_id}/messages"): Limit(5, 5.0),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"): Limit(5, 5.0),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}"): Limit(5, 1.0),
    ("GET", "/channels/{channel_id}/messages"): Limit(5, 5.0),
    ("POST", "/channels/{channel_id}/messages/{message_id}/crosspost"): Limit(10, 3600.0),
    ("POST", "/webhooks/{webhook_id}/{webhook_token}"): Limit(5, 2.0),
}
"""Limits as Discord's headers have shown them; they are not promised anywhere."""


@dataclass(frozen=True, slots=True)
class RateLimitSettings:
    """Which limits apply. `RateLimitSettings(enabled=False)` switches all of them off."""

    enabled: bool = True
    global_per_second: int = GLOBAL_PER_SECOND
    default: Limit = DEFAULT
    routes: Mapping[tuple[str, str], Limit] | None = None
    """Limits by (method, route template), instead of those observed at Discord."""

    def of(self, method: str, route: str) -> Limit:
        """Return the limit of a route."""
        table = OBSERVED if self.routes is None else self.routes
        return table.get((method, route), self.default)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, and what to tell the client in headers."""

    allowed: bool
    headers: Mapping[str, str]
    retry_after: float = 0.0
    is_global: bool = False


@dataclass(slots=True)
class _Window:
    opened: float
    used: int = 0


class RateLimits:
    """Counts requests per bucket: a route together with its major parameter."""

    def __init__(self, settings: RateLimitSettings, clock: Clock) -> None:
        self.settings = settings
        self._clock = clock
        self._windows: dict[tuple[str, str], _Window] = {}
        self._second = _Window(float("-inf"))

    def check(self, method: str, route: str, major: str, *, counts_globally: bool) -> Verdict:
        """Count a request and say whether it passes."""
        if not self.settings.enabled:
            return Verdict(True, {})
        if counts_globally and (wait := self._global_wait()) > 0:
            return refused(wait, is_global=True)
        limit = self.settings.of(method, route)
        bucket = bucket_name(method, route)
        window = self._window((bucket, major), limit.seconds)
        left = window.opened + limit.seconds - self._clock.monotonic()
        if window.used >= limit.requests:
            headers = self._headers(limit, bucket, 0, left)
            return refused(left, headers=headers)
        window.used += 1
        return Verdict(True, self._headers(limit, bucket, limit.requests - window.used, left))

    def _window(self, key: tuple[str, str], seconds: float) -> _Window:
        now = self._clock.monotonic()
        window = self._windows.get(key)
        if window is None or now >= window.opened + seconds:
            window = self._windows[key] = _Window(now)
        return window

    def _global_wait(self) -> float:
        now = self._clock.monotonic()
        if now >= self._second.opened + 1:
            self._second = _Window(now)
        if self._second.used >= self.settings.global_per_second:
            return self._second.opened + 1 - now
        self._second.used += 1
        return 0.0

    def _headers(self, limit: Limit, bucket: str, remaining: int, left: float) -> dict[str, str]:
        reset = self._clock.now().timestamp() + left
        return {
            "X-RateLimit-Limit": str(limit.requests),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": f"{reset:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": bucket,
        }


def bucket_name(method: str, route: str) -> str:
    """Return the opaque name that clients know a bucket by."""
    return hashlib.sha256(f"{method} {route}".encode()).hexdigest()[:32]


def refused(
    wait: float, *, is_global: bool = False, headers: Mapping[str, str] | None = None
) -> Verdict:
    """Return the verdict on a request that came too early by `wait` seconds.

    `Via` tells clients that Discord itself speaks, not the shield before it.
    """
    told = {
        **(headers or {}),
        "Retry-After": str(math.ceil(wait)),
        "X-RateLimit-Scope": "global" if is_global else "user",
        "Via": "1.1 sandbox",
    }
    if is_global:
        told["X-RateLimit-Global"] = "true"
    return Verdict(False, told, max(wait, 0.001), is_global)
