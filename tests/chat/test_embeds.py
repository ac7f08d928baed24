"""How stories, digests and answers look: complete, within the limits, and harmless."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import PAGE_SIZE, Coverage, Page, Question
from bot.chat import limits
from bot.chat.embeds import (
    coverage_embed,
    digest_content,
    page_embed,
    post_content,
    post_embeds,
    topics_embed,
)
from bot.chat.embeds.story import story_card, story_lines
from bot.chat.embeds.style import joined
from bot.chat.views import post_view
from digests.article import Outlet, Picture, Related
from digests.delivery import Post
from digests.digest import Digest, DigestPart, Section, compose
from digests.ranking import Sort
from digests.story import Story
from digests.subscription import Layout
from digests.topic import Topic, Topics
from tests.chat.stories import HOSTILE, NOON, longest_url, stories, text, unescaped
from tests.digests.builders import article, story

TOPICS = Topics([Topic("AI in Robotics", colour=0xABCDEF, emoji="🦾")])

EVERYTHING = story(
    excerpt="It took a *whole* winter.",
    url="https://post.example/harbour",
    outlet=Outlet("Example Post", "post.example", "https://i.example/logo.png"),
    outlets=("Example Post", "Times", "Herald", "Courier", "Radio", "Gazette"),
    picture=Picture("https://i.example/robot.png"),
)

_ESCAPED = re.compile(r"\\[^0-9A-Za-z\s]")
_OUR_TIME = re.compile(rf"(?<!\\)<t:{int(NOON.timestamp())}:\w>")
_LINK = re.compile(r"\[[^\[\]]*\]\(([^)]*)\)")


def test_a_line_of_a_list_says_everything() -> None:
    """Title and link, outlet, heat, how many outlets and which, age, excerpt."""
    title, facts, excerpt = story_lines(EVERYTHING, rank=3).splitlines()
    assert title == "**3.** [Harbour robot learns to knot ropes](https://post.example/harbour)"
    assert facts == (
        "**Example Post** · 🔥 40 · 📰 6 outlets, also Times, Herald, Courier and 2 more · "
        f"<t:{int(NOON.timestamp())}:R>"
    )
    assert excerpt == "> It took a \\*whole\\* winter."


def test_a_card_says_everything() -> None:
    """And shows the outlet's logo, the picture, the topic and its colour."""
    body: dict[str, Any] = dict(story_card(EVERYTHING, TOPICS).to_dict())
    assert body["title"] == "Harbour robot learns to knot ropes"
    assert body["url"] == "https://post.example/harbour"
    assert body["author"] == {"name": "Example Post", "icon_url": "https://i.example/logo.png"}
    assert body["footer"] == {"text": "🦾 AI in Robotics"}
    assert body["color"] == 0xABCDEF
    assert body["timestamp"] == "2026-03-04T12:00:00+00:00"
    assert body["thumbnail"] == {"url": "https://i.example/robot.png"}
    assert body["description"].startswith("It took a \\*whole\\* winter.\n\n🔥 40 · 📰 6 outlets")
    large: dict[str, Any] = dict(story_card(EVERYTHING, TOPICS, large=True).to_dict())
    assert large["image"] == {"url": "https://i.example/robot.png"}
    assert "thumbnail" not in large


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"heat": -1}, "❄️ cold"),
        ({"kind": "video"}, "▶ Harbour robot learns"),
        ({"outlets": ("Example Post",)}, "**Example Post** · 🔥 40 · <t:"),
        ({"outlets": ("Example Post", "Times")}, "📰 2 outlets, also Times ·"),
        ({"url": None}, "Harbour robot learns to knot ropes\n"),
    ],
)
def test_what_is_special_about_a_story_shows(changes: dict[str, Any], shown: str) -> None:
    """Cold, a video, alone, without a page."""
    assert shown in story_lines(replace(EVERYTHING, **changes))


@pytest.mark.parametrize("layout", Layout)
def test_a_digest_by_quality_shows_the_quality_and_others_the_heat(layout: Layout) -> None:
    """Its order would look like chance; the menu below the message says the same."""
    told = replace(EVERYTHING, quality=73)
    for sort, shown, facts in (
        (Sort.QUALITY, "⭐ 73 · 🔥 40 · 📰 6 outlets", "⭐ 73 · 🔥 40 · Example Post"),
        (Sort.HEAT, "🔥 40 · 📰 6 outlets", "🔥 40 · Example Post"),
    ):
        part = DigestPart(compose("morning", NOON, NOON, [told], TOPICS, sort), 1, 1)
        post = Post(1, part, "n", 1, layout)
        [embed] = post_embeds(post, TOPICS)
        assert shown in str(embed.description)
        assert ("⭐" in str(embed.description)) is (sort is Sort.QUALITY)
        [row] = post_view(post).to_components()
        assert row["components"][0]["options"][0]["description"] == facts


def test_a_withdrawn_story_is_struck_through_and_an_expired_one_is_not() -> None:
    """A warm story that is hidden was taken back; a cold one is only old."""
    withdrawn = story_card(replace(EVERYTHING, published=False), TOPICS)
    expired = story_card(replace(EVERYTHING, published=False, heat=-1), TOPICS)
    assert withdrawn.title == "~~Harbour robot learns to knot ropes~~"
    assert str(withdrawn.description).startswith("*The outlet has withdrawn this story.*\n")
    assert expired.title == "Harbour robot learns to knot ropes"
    assert story_lines(replace(EVERYTHING, published=False)).startswith("~~[Harbour")


@pytest.mark.parametrize("hostile", [one for one in HOSTILE if len(one) < 100])
def test_a_title_is_shown_exactly_as_the_article_says(hostile: str) -> None:
    """No mention, link, code, quote, list or heading comes of it, in either layout."""
    card = story_card(story(title=hostile, excerpt=hostile), TOPICS)
    lines = story_lines(story(title=hostile, excerpt=hostile, url=None)).splitlines()
    assert unescaped(str(card.title)) == hostile
    assert unescaped(str(card.description).split("\n\n")[0]) == hostile
    assert unescaped(lines[0]) == hostile
    assert unescaped(lines[2].removeprefix("> ")) == hostile


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_hostile_text_pings_or_links(hostile: str) -> None:
    """Wherever it stands: title, excerpt, outlet, other outlets, topic, digest's name."""
    outlet = Outlet(hostile, "post.example")
    bad = story(
        title=hostile, excerpt=hostile, outlet=outlet, outlets=(hostile, hostile), topics=(hostile,)
    )
    part = DigestPart(Digest(hostile, NOON, NOON, (Section(hostile, (bad,)),)), 1, 1)
    shown: list[Any] = [
        *post_embeds(Post(1, part, "n", 1), TOPICS),
        *post_embeds(Post(1, part, "n", 1, Layout.CARDS), TOPICS),
        page_embed(Page(Question(NOON, topic=hostile, text=hostile), (bad,), 1, 1, 1), TOPICS),
        coverage_embed(Coverage(bad, (article(related=(Related(hostile, outlet),)),)), TOPICS),
        topics_embed([(hostile, 3)], "1d", TOPICS),
    ]
    texts = [digest_content(part)]
    texts += [piece or "" for embed in shown for piece in (embed.title, embed.description)]
    for markdown in texts:
        active = _ESCAPED.sub("", _OUR_TIME.sub("", markdown))
        for mark in ("@everyone", "@here", "<", "`", "||", "https://evil", "discord.gg/"):
            assert mark not in active
        assert all(url.startswith("https://post.example/") for url in _LINK.findall(active))


@given(stories(), st.integers(1, 50))
def test_every_story_fits_its_room(told: Story, rank: int) -> None:
    """A card fits a message, a line the room that it is given, and never loses its title."""
    card = story_card(told, TOPICS)
    assert limits.fits([card])
    assert card.title
    for room in (500, limits.DESCRIPTION):
        lines = story_lines(told, room, rank)
        assert len(lines) <= room
        assert lines.count("\n") <= 2
    if told.url is not None:
        assert "](https://" in story_lines(told)


def test_the_longest_story_fits_a_short_line() -> None:
    """Its title is cut, since outlets and numbers have to be complete."""
    stars = tuple(f"{'*' * 60}{number}" for number in range(400))
    longest = story(
        title="*" * 300,
        url=longest_url(1),
        outlet=Outlet("*" * 80),
        outlets=stars,
        excerpt="*" * 400,
        heat=10**6,
    )
    lines = story_lines(longest, room=500, rank=50)
    assert len(lines) <= 500
    assert lines.startswith("**50.** \\*\\*")
    assert "📰 400 outlets" in lines


@given(st.lists(stories(), max_size=PAGE_SIZE), st.none() | text(100, least=1), st.data())
def test_every_page_of_an_answer_fits_a_message(
    told: list[Story], topic: str | None, data: st.DataObject
) -> None:
    """With all its stories, each with its rank."""
    words = data.draw(st.none() | text(45, least=2))
    sort = data.draw(st.sampled_from(Sort))
    question = Question(NOON, sort, topic, timedelta(days=2), 50, words)
    embed = page_embed(Page(question, tuple(told), 50, 10, 10), TOPICS)
    assert limits.fits([embed])
    for rank in range(46, 46 + len(told)):
        assert f"**{rank}.** " in str(embed.description)


def test_a_page_links_long_addresses_while_there_is_room() -> None:
    """One address of 2,048 characters does not cost the others their links."""
    told = [story(title="Short", url=longest_url(1)), *[story() for _ in range(4)]]
    page = page_embed(Page(Question(NOON), tuple(told), 5, 1, 1), TOPICS)
    assert str(page.description).count("](https://") == 5
    crowded = [story(title="Short", url=longest_url(n)) for n in range(5)]
    page = page_embed(Page(Question(NOON), tuple(crowded), 5, 1, 1), TOPICS)
    assert str(page.description).count("Short") == 5


@given(stories(), st.lists(stories(), max_size=3))
def test_all_coverage_fits_a_message(told: Story, others: list[Story]) -> None:
    """With 400 pieces those that do not fit are counted."""
    pieces = tuple(
        Related(f"{other.title} {n}", other.outlet) for other in others for n in range(400)
    )
    embed = coverage_embed(Coverage(told, (article(related=pieces),)), TOPICS)
    assert limits.fits([embed])
    shown = str(embed.description).count("\n- **")
    left_out = f"… and {len(pieces) - shown} more"
    assert shown == len(pieces) or left_out in str(embed.description)


def test_topics_beyond_what_fits_are_counted() -> None:
    """The list ends with how many are missing."""
    counts = [(f"Topic {'*' * 50} {number}", number) for number in range(200)]
    embed = topics_embed(counts, "2d", TOPICS)
    assert limits.fits([embed])
    shown = str(embed.description).count("stories")
    assert f"… and {200 - shown - 1} more" in str(embed.description)


@pytest.mark.parametrize(
    ("lookback", "told"),
    [
        ("1m", "The last 1m had no news. Look further back with `since:1w`."),
        ("1w", "The last 1w had no news. Look further back with `since:90d`."),
        ("90d", "The last 90d had no news."),
    ],
)
def test_a_time_without_topics_is_answered_with_a_longer_one(lookback: str, told: str) -> None:
    """As other questions are, while there is one."""
    assert topics_embed([], lookback, TOPICS).description == told


def test_what_is_joined_is_never_cut_within_a_line() -> None:
    """The rest is counted; the room is never exceeded."""
    lines = ["x" * 30] * 10
    text_of_three = joined(lines, 120, "head")
    assert text_of_three.splitlines() == ["head", *lines[:3][:2], "-# … and 8 more"]
    assert len(text_of_three) <= 120
    assert joined(["one", "two"], 100) == "one\ntwo"
    assert not joined([], 100)


@pytest.mark.parametrize(
    ("number", "role", "expected"),
    [
        (1, 0, "## 🗞️ \\*Morning\\*\n-# The news since <t:1772625600:f>"),
        (1, 7, "<@&7>\n## 🗞️ \\*Morning\\*\n-# The news since <t:1772625600:f>"),
        (2, 7, "-# \\*Morning\\* · part 2 of 2"),
    ],
)
def test_a_digest_is_headed_once_and_mentions_its_role_once(
    number: int, role: int, expected: str
) -> None:
    """Only its first message, so that nobody is pinged twice for one digest."""
    sections = (Section("AI", (EVERYTHING,)),)
    part = DigestPart(Digest("*Morning*", NOON, NOON, sections), number, 2)
    assert post_content(Post(1, part, "n", 1, role=role)) == expected


def test_a_note_that_nothing_is_new_mentions_nobody() -> None:
    """There is nothing to call people for."""
    note = DigestPart(Digest("Morning", NOON, NOON, ()), 1, 1)
    content = post_content(Post(1, note, "n", 1, role=7))
    assert content == "## 🗞️ Morning\n-# The news since <t:1772625600:f>"


def test_an_alert_is_a_card_with_a_large_picture_and_maybe_a_mention() -> None:
    """It has no heading of its own."""
    [card] = post_embeds(Post(1, EVERYTHING, "n", 1), TOPICS)
    assert card.image.url == "https://i.example/robot.png"
    assert post_content(Post(1, EVERYTHING, "n", 1)) is None
    assert post_content(Post(1, EVERYTHING, "n", 1, role=7)) == "<@&7>"
