"""What is stored comes back as it was."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.codec import ARTICLE, DIGEST_PARTS, STORY, TEXTS, WISHES, Codec
from tests.store import samples


@pytest.mark.parametrize(
    ("codec", "values"),
    [
        (ARTICLE, samples.articles),
        (STORY, samples.stories),
        (WISHES, samples.wishes),
        (DIGEST_PARTS, st.lists(samples.parts, max_size=2).map(tuple)),
        (TEXTS, samples.names),
    ],
    ids=["article", "story", "wishes", "digest parts", "texts"],
)
@given(data=st.data())
def test_what_is_written_is_read_back_equal(
    codec: Codec[Any], values: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    value = data.draw(values)
    assert codec.decode(codec.encode(value)) == value


def test_moments_come_back_in_utc() -> None:
    back = STORY.decode(STORY.encode(samples.story()))
    assert back.published_at.tzinfo == UTC
    assert back.published_at.utcoffset() == samples.NOON.utcoffset()


def test_a_key_of_a_newer_program_is_ignored() -> None:
    stored = json.loads(STORY.encode(samples.story())) | {"mood": "cheerful"}
    assert STORY.decode(json.dumps(stored)) == samples.story()


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"id": "one"}'])
def test_what_is_no_story_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        STORY.decode(text)
