"""Snowflakes: the ids of everything in Discord.

https://docs.discord.com/developers/reference#snowflakes
"""

from datetime import UTC, datetime

from bot.sandbox.clock import Clock

DISCORD_EPOCH_MS = 1_420_070_400_000
"""2015-01-01T00:00:00Z in epoch milliseconds: where Discord's ids begin to count."""

TIMESTAMP_SHIFT = 22
"""How many low bits of an id are not its timestamp."""

LARGEST = 2**63 - 1
"""Ids travel as unsigned 64-bit integers; Discord refuses what a signed one cannot hold."""


class Snowflakes:
    """Mints ids that carry the clock's time and strictly increase, whatever the clock does."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    @property
    def last(self) -> int:
        """The last id that was minted, 0 if none was."""
        return self._last

    def go_on_after(self, last: int) -> None:
        """Mint only ids larger than that one, too."""
        self._last = max(self._last, last)

    def mint(self) -> int:
        """Return an id larger than every one before it."""
        self._last = max(self._last + 1, self._from_clock())
        return self._last

    def mint_apart(self) -> int:
        """Return an id in a millisecond of its own.

        Servers need that: their shard is computed from the timestamp bits alone.
        """
        following = ((self._last >> TIMESTAMP_SHIFT) + 1) << TIMESTAMP_SHIFT
        self._last = max(following, self._from_clock())
        return self._last

    def _from_clock(self) -> int:
        milliseconds = int(self._clock.now().timestamp() * 1000)
        return (milliseconds - DISCORD_EPOCH_MS) << TIMESTAMP_SHIFT


def created_at(snowflake: int) -> datetime:
    """Return the moment that an id carries, to the millisecond, in UTC."""
    milliseconds = (snowflake >> TIMESTAMP_SHIFT) + DISCORD_EPOCH_MS
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def shard_of(guild_id: int | None, shards: int) -> int:
    """Return the shard that hears of a server; direct messages (None) belong to shard 0.

    https://docs.discord.com/developers/events/gateway#sharding
    """
    return 0 if guild_id is None else (guild_id >> TIMESTAMP_SHIFT) % shards
