"""Articles at hand become stories: the same ones that come of taking them one by one."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from digests.article import Article
from digests.grouping import group_into_stories
from digests.joining import same_story
from digests.titles import words_of
from tests.digests.builders import NOON, POST, TIMES, article, related

LAMP = "A lamp that reads aloud at night"
KITE = "Kites learn to deliver the morning post"


def paths(articles: list[Article]) -> list[str]:
    """The leads of the stories, in order."""
    return [one.path for one in group_into_stories(articles)]


def test_no_articles_are_no_stories() -> None:
    assert group_into_stories([]) == []


def test_articles_of_different_events_are_stories_of_their_own_numbered_from_one() -> None:
    stories = group_into_stories(
        [
            article(path="b.md", title=KITE, keys=("post.example/b",)),
            article(path="a.md", title=LAMP, keys=("post.example/a",)),
        ]
    )
    assert [(one.id, one.path) for one in stories] == [(1, "b.md"), (2, "a.md")]


def test_two_outlets_under_one_title_are_one_story_led_by_the_hotter() -> None:
    [one] = group_into_stories(
        [
            article(path="a.md", title=LAMP, keys=("post.example/a",), outlet=POST, heat=40),
            article(path="b.md", title=LAMP, keys=("times.example/b",), outlet=TIMES, heat=90),
        ]
    )
    assert (one.path, one.outlets) == ("b.md", (TIMES.name, POST.name))


def test_titles_alike_but_weeks_apart_are_two_stories() -> None:
    old = article(path="a.md", title=LAMP, keys=("x.example/a",), published_at=NOON)
    new = article(
        path="b.md", title=LAMP, keys=("x.example/b",), published_at=NOON + timedelta(days=20)
    )
    assert paths([old, new]) == ["a.md", "b.md"]


def test_an_article_that_names_anothers_page_joins_it_in_either_order() -> None:
    named = article(path="a.md", title=LAMP, keys=("post.example/a",), heat=99)
    naming = article(
        path="b.md", title=KITE, keys=("post.example/b",), related=(related("post.example/a"),)
    )
    assert paths([named, naming]) == paths([naming, named]) == ["a.md"]


def test_a_third_partys_page_joins_nobody() -> None:
    both = (related("third.example/page"),)
    one = article(path="a.md", title=LAMP, keys=("post.example/a",), related=both)
    other = article(path="b.md", title=KITE, keys=("post.example/b",), related=both)
    assert paths([one, other]) == ["a.md", "b.md"]


def test_a_chain_of_files_that_name_each_other_is_one_story() -> None:
    chain = [
        article(
            path=f"{number}.md",
            title=f"Entirely unlike number {number}",
            keys=(f"post.example/{number}",),
            related=(related(f"post.example/{number + 1}"),),
        )
        for number in range(50)
    ]
    assert len(group_into_stories(chain)) == 1
    assert len(group_into_stories(chain[::-1])) == 1


pages = st.sampled_from(["post.example/a", "post.example/b", "times.example/c", "times.example/d"])
articles = st.lists(
    st.builds(
        article,
        path=st.integers(0, 10**6).map(lambda number: f"{number}.md"),
        title=st.sampled_from([LAMP, KITE, "Moss computer wins a chess tournament", "Short"]),
        keys=st.tuples(pages),
        related=st.lists(pages.map(related), max_size=2).map(tuple),
        published_at=st.integers(0, 6).map(lambda days: NOON + timedelta(days=days)),
        heat=st.integers(0, 3),
    ),
    max_size=7,
    unique_by=lambda one: one.path,
)


@given(articles)
def test_stories_are_exactly_what_hangs_together_by_pages_and_titles(given: list[Article]) -> None:
    """The plain way: join every pair that is the same story, until nothing changes."""
    groups = [{one.path} for one in given]
    for one, other in combinations(given, 2):
        if same_story(one, other):
            ours = next(group for group in groups if one.path in group)
            theirs = next(group for group in groups if other.path in group)
            if ours is not theirs:
                ours |= theirs
                groups.remove(theirs)
    leads = {one.path for one in group_into_stories(given)}
    assert len(leads) == len(groups)
    assert all(len(leads & group) == 1 for group in groups)


@given(articles, st.randoms(use_true_random=False))
def test_the_order_of_the_articles_changes_no_story(given: list[Article], chance: Random) -> None:
    shuffled = list(given)
    chance.shuffle(shuffled)
    assert set(paths(given)) == set(paths(shuffled))


def test_a_title_is_read_once_however_many_others_share_its_words() -> None:
    """A burst of 500 articles with a few words in common was half a minute's work for a preview."""
    burst = [
        article(path=f"{n}.md", title=f"{n} lighthouses ask chatbots about the tides", keys=())
        for n in range(2000, 2060)
    ]
    words_of.cache_clear()
    assert len(group_into_stories(burst)) == len(burst)
    assert words_of.cache_info().misses == len(burst)
