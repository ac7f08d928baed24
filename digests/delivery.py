"""A delivery: the desired state of one subject in one channel, and what may come of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from digests.digest import DigestPart
from digests.story import Story
from digests.subscription import Layout


class State(StrEnum):
    """Where a delivery stands.

    `WANTED`: to be shown, nothing sent that is not settled. `CLAIMED`: a request may be under way.
    `UNCLEAR`: a request may have had its effect; look it up before anything else. `SHOWN`: as
    wanted. `HELD`: unclear, and the channel's history may not be read. `DEAD`: Discord refused the
    payload, kept for the operator. `DROPPED`: no longer worth showing.
    """

    WANTED = "wanted"
    CLAIMED = "claimed"
    UNCLEAR = "unclear"
    SHOWN = "shown"
    HELD = "held"
    DEAD = "dead"
    DROPPED = "dropped"


Subject = Story | DigestPart
"""What a message shows: a story, or one part of a digest."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One subject in one channel. `wanted` and `shown` are revisions; shown 0 = not yet.

    `subject_key` is by `story_key` or `part_key`. `anchor` is the newest message id of the
    channel before the first send, as Discord told it. `attempt` fences settlements: an answer to
    an older attempt changes nothing. `unclear_since` starts the quiet period. `edited_at` is when
    the message was last corrected. `sweep_at` is when to
    make sure that a message which was looked for in vain did not come after all.
    """

    id: int
    subscription_id: int
    channel_id: int
    subject_key: str
    wanted: int
    shown: int
    state: State
    nonce: str
    attempt: int
    created_at: datetime
    message_id: int | None = None
    anchor: int | None = None
    layout: Layout = Layout.LIST
    role: int = 0
    unclear_since: datetime | None = None
    failing_since: datetime | None = None
    next_try_at: datetime | None = None
    edited_at: datetime | None = None
    sweep_at: datetime | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """Everything a messenger needs to show a subject: where, what, how, and under which nonce."""

    channel_id: int
    subject: Subject
    nonce: str
    revision: int
    layout: Layout = Layout.LIST
    role: int = 0

    @property
    def mentioned(self) -> int:
        """The role to mention; 0 = nobody, as when there is nothing new to call anybody for."""
        is_note = isinstance(self.subject, DigestPart) and not self.subject.digest.sections
        return 0 if is_note else self.role


@dataclass(frozen=True, slots=True)
class Done:
    """The message exists. `revision` is what it shows, where that was read off it."""

    message_id: int
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """The place is not there, or closed to the bot (403, 404)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Vanished:
    """The message was there, and is not any more: a moderator deleted it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Discord refused the payload (400): a fault of this program."""

    reason: str
    payload: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Discord asks to wait, and nothing was done (429)."""

    retry_after: timedelta


@dataclass(frozen=True, slots=True)
class Unclear:
    """No clear answer came: the message may exist, or may come to exist."""

    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """What one page of a channel's history holds: our messages of a delivery, the oldest first.

    `further` is the id after which the next page begins; None = there is none.
    """

    messages: tuple[Done, ...] = ()
    further: int | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The channel's history may not be read."""

    reason: str


SendOutcome = Done | Vanished | Gone | Refused | Busy | Unclear
"""What may come of sending."""

EditOutcome = Done | Gone | Vanished | Refused | Busy | Unclear
"""What may come of editing."""

LookupOutcome = Found | Unreadable | Gone | Busy | Unclear
"""What may come of looking through a page of a channel's history."""


def revision_of(subject: Subject) -> int:
    """The revision that a message shows when it shows this subject; a digest's part is frozen."""
    return subject.revision if isinstance(subject, Story) else 1


def story_key(story_id: int) -> str:
    """Name a story as the subject of deliveries."""
    return f"story:{story_id}"


def story_of(subject_key: str) -> int | None:
    """The story that is the subject; None for a part of a digest."""
    kind, _, story_id = subject_key.partition(":")
    return int(story_id) if kind == "story" else None


def part_key(run_id: int, number: int) -> str:
    """Name a part of a run's digest as the subject of deliveries."""
    return f"digest:{run_id}:{number}"


def nonce_for(channel_id: int, subject_key: str, wanted_at: datetime) -> str:
    """The nonce of a delivery, which keeps it for life: 24 characters.

    Discord takes up to 25 and scopes them to the author only
    (https://docs.discord.com/developers/resources/message#create-message), hence the channel. The
    moment keeps two databases apart: the second one's first story is not the first one's.
    """
    whole = f"{channel_id}/{subject_key}/{wanted_at.isoformat()}".encode()
    return blake2b(whole, digest_size=12, person=b"digest-nonce").hexdigest()
