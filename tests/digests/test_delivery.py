"""Names and nonces of deliveries: what a restart and another channel may rely on."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from digests.delivery import nonce_for, part_key, revision_of, story_key
from digests.digest import Digest, DigestPart
from tests.digests.builders import NOON, story

ids = st.integers(0, 2**63 - 1)
keys = ids.map(story_key) | st.builds(part_key, ids, st.integers(1, 50))


def test_subjects_are_named_by_what_they_show() -> None:
    assert (story_key(7), part_key(7, 2)) == ("story:7", "digest:7:2")


@given(ids, keys)
def test_a_nonce_is_short_enough_for_discord(channel: int, key: str) -> None:
    nonce = nonce_for(channel, key, NOON)
    assert nonce == nonce_for(channel, key, NOON)
    assert len(nonce) == 24
    assert set(nonce) <= set("0123456789abcdef")


def test_a_new_database_has_other_nonces_than_the_one_before() -> None:
    """Discord would answer its first messages with those of the old one."""
    assert nonce_for(1, "story:1", NOON) != nonce_for(1, "story:1", NOON + timedelta(seconds=1))


@given(ids, ids, keys, keys)
def test_two_channels_and_two_subjects_have_different_nonces(
    one: int, other: int, key: str, another: str
) -> None:
    same = (one, key) == (other, another)
    assert (nonce_for(one, key, NOON) == nonce_for(other, another, NOON)) is same


def test_a_message_shows_a_storys_revision_and_a_digests_part_never_changes() -> None:
    part = DigestPart(Digest("evening", NOON, NOON, ()), 1, 1, run_id=9)
    assert (revision_of(story(revision=4)), revision_of(part)) == (4, 1)
