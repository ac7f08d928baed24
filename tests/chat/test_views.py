"""What a button carries: a whole question in a hundred characters."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from bot.answer import Question
from bot.chat import limits
from bot.chat.questions import search_text
from bot.chat.replies import AnswerError
from bot.chat.views import LONGEST_SEARCH, PAGE_PATTERN, page_id, post_view, read_page_id
from digests.delivery import Post, nonce_for
from digests.digest import Digest, DigestPart
from digests.durations import LONGEST
from digests.ranking import Sort
from digests.topic import topic_code
from tests.chat.stories import NOON, longest_url, text
from tests.digests.builders import story

questions = st.builds(
    Question,
    asked_at=st.integers(0, 4 * 10**12).map(
        lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    ),
    sort=st.sampled_from(Sort),
    topic=st.none() | text(100, least=1),
    lookback=st.integers(1, LONGEST // timedelta(minutes=1)).map(lambda m: timedelta(minutes=m)),
    limit=st.integers(1, 50),
    text=st.none() | text(LONGEST_SEARCH, least=2),
)

GROWING = [
    letter
    for letter in map(chr, range(0x80, 0x30000))
    if len(unicodedata.normalize("NFC", letter)) > 1
]
"""Characters that normal form C replaces by several."""


@given(questions, st.integers(0, 11))
def test_a_question_survives_in_a_button(question: Question, number: int) -> None:
    """Exactly as it was asked, the topic as a tag that can be recognised."""
    custom_id = page_id(question, number)
    assert len(custom_id) <= limits.CUSTOM_ID
    found = re.fullmatch(PAGE_PATTERN, custom_id)
    assert found is not None
    ref = read_page_id(found.groupdict())
    assert ref.number == number
    assert (ref.topic_code is None) == (question.topic is None)
    if question.topic is not None:
        assert ref.topic_code == topic_code(question.topic)
    assert (ref.question.text, ref.question.limit) == (question.text, question.limit)
    assert (ref.question.asked_at, ref.question.sort) == (question.asked_at, question.sort)
    assert ref.question.lookback == question.lookback


@given(
    st.text(st.sampled_from(GROWING) | st.characters(), min_size=2, max_size=LONGEST_SEARCH),
    st.integers(0, 11),
)
@example("\ufb2c" * LONGEST_SEARCH, 2)
@example("&NotEqualTilde;" * 3, 2)
def test_whatever_may_be_typed_as_a_search_fits_into_a_button(typed: str, number: int) -> None:
    """Discord counts what is typed; normal form C may have three times as many characters."""
    try:
        words = search_text(typed)
    except AnswerError:
        words = search_text(f"a{typed[1:]}")
    asked = Question(NOON, Sort.NEWEST, "AI", LONGEST, limit=50, text=words)
    custom_id = page_id(asked, number)
    assert len(custom_id) <= limits.CUSTOM_ID
    found = re.fullmatch(PAGE_PATTERN, custom_id)
    assert found is not None
    assert read_page_id(found.groupdict()).question.text == words


async def test_every_post_carries_the_mark_that_finds_it_again() -> None:
    """An alert, a digest and a note; after an unclear answer the bot looks for that mark."""
    nonce = nonce_for(1, "story:1", NOON)
    note = DigestPart(Digest("x", NOON, NOON, ()), 1, 1)
    for subject in (story(), note):
        [row] = post_view(Post(1, subject, nonce, revision=3)).to_components()
        assert any(f"{nonce}.3" in part.get("custom_id", "") for part in row["components"])


async def test_a_link_that_is_too_long_for_a_button_has_none() -> None:
    """Its title is linked anyway."""
    labels = {}
    for url in (longest_url(1), "https://post.example/a", None):
        [row] = post_view(Post(1, story(url=url), "0" * 24, 1)).to_components()
        labels[url] = [part["label"] for part in row["components"]]
    assert list(labels.values()) == [["Details"], ["Details", "Read"], ["Details"]]
