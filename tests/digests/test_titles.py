"""Which titles report the same: held against pairs that people labelled."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.joining import _say_the_same, _told, nearly_same_title, title_marks
from digests.titles import words_of
from tests.cli.commands import REPOSITORY
from tests.digests.pairs import LATER, labelled, precision, recall, report

PAIRS = labelled()


def test_no_two_stories_are_taken_for_one() -> None:
    """A wrong join would hide a story from its readers."""
    assert [pair for pair in PAIRS if pair.joined and not pair.same] == []
    assert precision(PAIRS) == 1


def test_nine_of_ten_rewordings_are_recognised() -> None:
    """Not all, on purpose: parties that swap places and unknown synonyms stay two."""
    assert recall(PAIRS) >= 0.9
    assert recall([pair for pair in PAIRS if pair.kind == LATER]) >= 0.85


def test_the_labelled_pairs_are_many_and_of_both_sorts() -> None:
    same = sum(pair.same for pair in PAIRS)
    assert min(same, len(PAIRS) - same) >= 60


def test_the_numbers_in_the_documents_are_those_of_the_pairs() -> None:
    numbers = report(PAIRS).partition("\n\n")[0]
    assert numbers in (REPOSITORY / "docs/architecture.md").read_text("utf-8")


MUTATIONS = st.sampled_from(["as it is", "misspelled", "joined", "inserted"])
"""What a careless hand does to a word of a title, or after it."""


@given(
    st.lists(
        st.from_regex(r"[b-df-h][aeou][k-npr][aeou][t-w]{2}[ao]de", fullmatch=True), max_size=9
    ),
    st.data(),
)
def test_titles_that_say_the_same_share_a_mark(words: list[str], data: st.DataObject) -> None:
    """The store finds candidates by marks alone: none that the words would join may be missed."""
    careless: list[str] = []
    for word in words:
        mutation = data.draw(MUTATIONS)
        careless.append(word[:3] + word[4:] if mutation == "misspelled" else word)
        if mutation == "joined" and len(careless) > 1:
            careless[-2:] = [careless[-2] + careless[-1]]
        if mutation == "inserted":
            careless.append(data.draw(st.sampled_from(["zebra", "big", "extraordinarily"])))
    ours, theirs = " ".join(words), " ".join(careless)
    if words and careless and _say_the_same(_told(ours), _told(theirs)):
        assert title_marks(ours) & title_marks(theirs)


LONG = "Observatory in Tromso translates whispering satellites into underwater orchestra concerts"


@given(st.sampled_from(sorted(set(re.findall(r"\w{9,}", LONG)))), st.data())
def test_any_misspelling_inside_a_long_word_is_forgiven(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 5))
    start, letter, following, rest = word[:at], word[at], word[at + 1], word[at + 2 :]
    left_out, doubled, swapped = following, letter * 2 + following, following + letter
    wrong = start + data.draw(st.sampled_from([left_out, doubled, swapped])) + rest
    assert nearly_same_title(LONG, LONG.replace(word, wrong))


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_two_numbers_are_the_same_only_if_they_are_equal(one: int, other: int) -> None:
    ours, theirs = (f"Ferry robot sorts {number:,} parcels in Bergen" for number in (one, other))
    assert nearly_same_title(ours, theirs) == (one == other)


@given(st.permutations(["Contoso", "Northwind", "Fabrikam"]))
def test_who_does_what_to_whom_counts(parties: list[str]) -> None:
    title = "{} accuses {} of copying {} robots"
    asked = title.format("Contoso", "Northwind", "Fabrikam")
    same = parties == ["Contoso", "Northwind", "Fabrikam"]
    assert nearly_same_title(asked, title.format(*parties)) == same


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("The Minister’s robots won't vote", ["minister", "robot", "not", "vote"]),
        ("L'IA d'une ville", ["ia", "une", "ville"]),
        ("US$2.5 billion, 5,000 jobs", ["$2500000000", "5000", "job"]),
        ("30 per cent of 2 million dollars", ["30%", "$2000000"]),
        ("C++ and C# and Disney+", ["c++", "c#", "disney+"]),
        ("U.S. court, v2.0, 5G, GPT-4", ["us", "court", "2.0", "5g", "gpt", "4"]),
        ("AI搭載のサーバーは安い", ["ai", "搭載のサーバが安い"]),
        ("हिन्दी में समाचार", ["हिन्दी", "में", "समाचार"]),
        ("Breaking: Live: Robot", ["live", "robot"]),
        ("Live-streaming robots", ["live", "streaming", "robot"]),
    ],
)
def test_words_are_read_in_one_spelling(written: str, words: list[str]) -> None:
    assert [word.text for word in words_of(written)] == words
