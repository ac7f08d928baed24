"""The demo's sample articles: what a newcomer's first digest is made of."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import frontmatter
import pytest
from rapidfuzz.fuzz import ratio

from bot.demo.samples import render, write_samples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2031, 3, 14, 9, 26, 53, tzinfo=UTC)
LOOKBACK = timedelta(hours=36)
URL_HOST = re.compile(r"https?://([^/\"\s?#\\]+)")
EXAMPLE_HOST = re.compile(r"(.+\.)?(example\.(com|org|net)|[a-z0-9-]+\.example)")
TEMPLATE = 'publishedDateTime: "{now-1h}"\nsecured: "{secured}"\n'


class Sample(NamedTuple):
    """One written file: its name, its whole text, and its front matter."""

    name: str
    text: str
    data: dict[str, Any]

    @property
    def age(self) -> timedelta:
        """How long before NOW it was published."""
        published: datetime = self.data["publishedDateTime"]
        return NOW - published

    @property
    def urls(self) -> set[str]:
        """Its own URL in every variant."""
        keys = ("webUrl", "originalUrl", "ampWebUrl", "cdnAmpWebUrl")
        return {self.data[key] for key in keys if key in self.data}

    @property
    def related(self) -> list[dict[str, Any]]:
        """The other outlets' coverage that it lists."""
        return list(self.data.get("related", []))

    @property
    def alive(self) -> bool:
        """Whether a digest of the last 36 hours may hold it."""
        return self.data["published"] and self.data["heat"] >= 0 and self.age <= LOOKBACK


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    """All samples, written as of NOW and read back."""
    written = write_samples(tmp_path_factory.mktemp("articles"), NOW)
    return [_read(path) for path in written]


def _read(path: Path) -> Sample:
    text = path.read_text("utf-8")
    metadata, body = frontmatter.parse(text)
    assert body == ""
    return Sample(path.name, text, dict(metadata))


def _lists(one: Sample, other: Sample) -> bool:
    """Whether the one stands in the other's related coverage."""
    return bool(one.urls & {piece["webUrl"] for piece in other.related})


def _near(one: Sample, other: Sample) -> bool:
    """Whether the titles are nearly the same, whatever their case."""
    return ratio(one.data["title"].casefold(), other.data["title"].casefold()) > 88


def test_fields(samples: list[Sample]) -> None:
    """Every sample has the fields of the format, within the ranges seen upstream."""
    assert len(samples) >= 44
    for sample in samples:
        data = sample.data
        assert data["category"] == "news"
        assert isinstance(data["title"], str)
        assert 30 <= len(data["excerpt"]) <= 400
        assert data["type"] in {"article", "video"}
        assert 20 <= data["quality"] <= 150
        assert data["heat"] == -1 or 20 <= data["heat"] <= 190
        assert isinstance(data["published"], bool)
        assert data["provider"]["name"]
        assert data["topics"][-1] == "AI"
        assert re.fullmatch(r"[A-Za-z0-9+/]{384};[A-Za-z0-9+/]{22}==", data["secured"])


def test_fields_of_related(samples: list[Sample]) -> None:
    """Every related piece has the fields of the format and was published before now."""
    for piece in (piece for sample in samples for piece in sample.related):
        assert {"title", "excerpt", "webUrl", "type", "provider", "quality"} <= piece.keys()
        assert timedelta() < NOW - piece["publishedDateTime"] < timedelta(days=7)


KINDS: dict[str, Callable[[Sample], bool]] = {
    "cold": lambda one: one.data["heat"] == -1 and one.data["published"],
    "expired": lambda one: one.data["heat"] == -1 and not one.data["published"],
    "unpublished while young": lambda one: (
        one.data["heat"] == 60 and not one.data["published"] and one.age < timedelta(hours=12)
    ),
    "forty days old": lambda one: one.age == timedelta(days=40),
    "video with no webUrl": lambda one: (
        one.data["type"] == "video" and "webUrl" not in one.data and "originalUrl" in one.data
    ),
    "HTML entities": lambda one: "&#8217;" in one.data["title"] and "&amp;" in one.data["title"],
    "emoji": lambda one: "🐙" in one.data["title"],
    "Japanese title, English excerpt": lambda one: (
        bool(re.search("[ぁ-ん]", one.data["title"])) and one.data["excerpt"].isascii()
    ),
    "right-to-left title": lambda one: bool(re.search("[؀-ۿ]", one.data["title"])),
    "title longer than an embed's 256": lambda one: len(one.data["title"]) > 256,
    "excerpt cut short by its outlet": lambda one: one.data["excerpt"].endswith("..."),
    "excerpt that starts in mid-sentence": lambda one: one.data["excerpt"].startswith("and "),
    "no picture": lambda one: "images" not in one.data,
    "outlet without a logo": lambda one: "images" not in one.data["provider"],
    "Markdown and a ping in the title": lambda one: (
        {"@everyone", "**40,000**"} <= set(one.data["title"].split())
    ),
    "AMP page": lambda one: "ampWebUrl" in one.data and "cdnAmpWebUrl" not in one.data,
    "AMP page and its cached copy": lambda one: {"ampWebUrl", "cdnAmpWebUrl"} <= one.data.keys(),
    "seven other outlets": lambda one: len(one.related) == 7,
    "about AI as such": lambda one: one.data["topics"] == ["AI"],
}


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(kind: str, samples: list[Sample]) -> None:
    """Every kind of story that the bot treats in its own way is on show."""
    assert any(KINDS[kind](sample) for sample in samples)


def test_domains(samples: list[Sample]) -> None:
    """Only domains that are reserved for examples occur, so no link leads to a real outlet."""
    for sample in samples:
        domains = {sample.data["provider"]["domain"]}
        domains |= {piece["provider"]["domain"] for piece in sample.related}
        for host in domains | set(URL_HOST.findall(sample.text)):
            assert EXAMPLE_HOST.fullmatch(host), f"{sample.name}: {host}"


def test_outlets(samples: list[Sample]) -> None:
    """A name stands for one domain everywhere, and a domain for one name."""
    pieces = [piece for sample in samples for piece in (sample.data, *sample.related)]
    pairs = {(piece["provider"]["name"], piece["provider"]["domain"]) for piece in pieces}
    assert len({name for name, _ in pairs}) == len({domain for _, domain in pairs}) == len(pairs)


def test_topics(samples: list[Sample]) -> None:
    """There are twelve topics beside AI, each with at least three stories, one of them fresh."""
    named = Counter(topic for sample in samples for topic in sample.data["topics"])
    fresh = {topic for sample in samples if sample.alive for topic in sample.data["topics"]}
    assert len(named) == 13
    assert fresh == set(named)
    assert min(named.values()) >= 3


def test_size_of_a_digest(samples: list[Sample]) -> None:
    """A digest of the last 36 hours has about 25 stories, counting duplicates once."""
    alive = [sample for sample in samples if sample.alive]
    repeated = [
        pair
        for pair in combinations(alive, 2)
        if _lists(*pair) or _lists(*pair[::-1]) or _near(*pair)
    ]
    assert 24 <= len(alive) - len(repeated) <= 28
    assert all(sample.age <= timedelta(hours=30) for sample in alive)


def test_older_stories(samples: list[Sample]) -> None:
    """The rest is two to six days old, but for the one from forty days ago."""
    older = sorted(sample.age for sample in samples if sample.age > timedelta(hours=30))
    assert len(older) >= 12
    assert timedelta(days=2) <= older[0] < older[-2] <= timedelta(days=6)


def test_spread(samples: list[Sample]) -> None:
    """Heat and quality cover the whole range, so that sorting shows."""
    heats = [sample.data["heat"] for sample in samples if sample.data["heat"] >= 0]
    qualities = [sample.data["quality"] for sample in samples]
    assert min(heats) < 30
    assert max(heats) > 180
    assert min(qualities) < 30
    assert max(qualities) > 140


def test_top_story(samples: list[Sample]) -> None:
    """The hottest story is fresh, has a picture and is widely covered."""
    top = max(samples, key=lambda one: one.data["heat"])
    assert top.age < timedelta(hours=6)
    assert "images" in top.data
    assert len(top.related) == 7


def test_duplicates(samples: list[Sample]) -> None:
    """Duplicates stand in another's related, once by their AMP page only, or share a title."""
    listed = [(a, b) for a in samples for b in samples if a is not b and _lists(a, b)]
    near = [pair for pair in combinations(samples, 2) if _near(*pair)]
    assert len(listed) == 2
    assert any(
        one.data["webUrl"] not in {piece["webUrl"] for piece in other.related}
        for one, other in listed
    ), "one of them stands there by its AMP page only"
    assert len(near) == 1
    assert abs(near[0][0].age - near[0][1].age) < timedelta(days=1)


def test_nothing_is_repeated(samples: list[Sample]) -> None:
    """No two samples share a page, a picture or an excerpt."""
    urls = Counter(url for sample in samples for url in sample.urls)
    pictures = Counter(image["url"] for one in samples for image in one.data.get("images", []))
    excerpts = Counter(sample.data["excerpt"] for sample in samples)
    assert {*urls.values(), *pictures.values(), *excerpts.values()} == {1}


def test_moments(samples: list[Sample]) -> None:
    """Moments stand in the file as upstream writes them: unquoted, to the second, with a Z."""
    for sample in samples:
        moments = re.findall(r"publishedDateTime: (.*)", sample.text)
        assert len(moments) == 1 + len(sample.related)
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment) for moment in moments)


def test_names(samples: list[Sample]) -> None:
    """A file is named after the day of its own publishing."""
    for sample in samples:
        day = sample.data["publishedDateTime"].date().isoformat()
        assert re.fullmatch(rf"{day}-[a-z0-9]+(-[a-z0-9]+)*\.md", sample.name)


def test_same_moment_same_files(tmp_path: Path) -> None:
    """The samples of one moment are the same files every time, whatever zone it is given in."""
    first = {path: path.read_bytes() for path in write_samples(tmp_path, NOW)}
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-8)))
    second = {path: path.read_bytes() for path in write_samples(tmp_path, elsewhere)}
    assert first == second
    assert sorted(first) == sorted(tmp_path.iterdir())


def test_another_day(tmp_path: Path) -> None:
    """On any other day the samples are exactly as old as on this one."""
    leap_day = datetime(2032, 2, 29, 0, 30, tzinfo=UTC)
    ages = [
        leap_day - _read(path).data["publishedDateTime"]
        for path in write_samples(tmp_path, leap_day)
    ]
    assert min(ages) == timedelta(minutes=40)
    assert max(ages) == timedelta(days=40)


def test_new_directory(tmp_path: Path) -> None:
    """The directory is made if it is not there."""
    written = write_samples(tmp_path / "new" / "articles", NOW)
    assert all(path.is_file() for path in written)


def test_moment_without_a_time_zone(tmp_path: Path) -> None:
    """A moment without a time zone is refused rather than guessed."""
    with pytest.raises(ValueError, match="no time zone"):
        write_samples(tmp_path, NOW.replace(tzinfo=None))


def test_template() -> None:
    """A template is filled in with its moment and its secured value."""
    name, text = render("a-story", TEMPLATE.replace("1h", "2d3h4m"), NOW)
    assert name == "2031-03-12-a-story.md"
    assert text.startswith("publishedDateTime: 2031-03-12T06:22:53Z\n")
    assert "{" not in text


@pytest.mark.parametrize(
    "template",
    [
        "title: undated\n",
        "publishedDateTime: 2031-03-14T09:26:53Z\n",
        'publishedDateTime: "{now-}"\n',
        'publishedDateTime: "{now-3w}"\n',
        TEMPLATE + '    publishedDateTime: "{now-soon}"\n',
        TEMPLATE + 'ampWebUrl: "{secured:8}"\n',
    ],
)
def test_template_left_open(template: str) -> None:
    """A template that is undated, or leaves anything open, is refused by name."""
    with pytest.raises(ValueError, match="a-story: "):
        render("a-story", template, NOW)
