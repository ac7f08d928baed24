"""Names and nonces of deliveries: what a restart and another channel may rely on."""

from __future__ import annotations

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
def test_a_nonce_is_the_same_after_any_restart_and_short_enough_for_discord(
    channel: int, key: str
) -> None:
    nonce = nonce_for(channel, key)
    assert nonce == nonce_for(channel, key)
    assert len(nonce) == 24
    assert set(nonce) <= set("0123456789abcdef")


def test_a_nonce_never_changes_between_versions_of_the_program() -> None:
    """One that did would post twice what was under way during an upgrade."""
    assert nonce_for(1, "story:1") == "a7cfa85cf22277800d809ec4"


@given(ids, ids, keys, keys)
def test_two_channels_and_two_subjects_have_different_nonces(
    one: int, other: int, key: str, another: str
) -> None:
    same = (one, key) == (other, another)
    assert (nonce_for(one, key) == nonce_for(other, another)) is same


def test_a_message_shows_a_storys_revision_and_a_digests_part_never_changes() -> None:
    part = DigestPart(Digest("evening", NOON, NOON, ()), 1, 1, run_id=9)
    assert (revision_of(story(revision=4)), revision_of(part)) == (4, 1)
