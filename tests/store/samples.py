"""Made-up articles, stories and moments, and Hypothesis strategies for them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from digests.article import Article, Outlet, Picture, Related
from digests.digest import Digest, DigestPart, Section
from digests.names import name_key
from digests.query import Query, Window
from digests.quiet import QuietHours
from digests.ranking import Sort
from digests.schedule import Schedule
from digests.story import Story
from digests.subscription import Layout, Mode, WhenEmpty, Wishes

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
GUILD, CHANNEL, OTHER_CHANNEL = 900, 901, 902
OUTLET = Outlet("Example Times", "times.example")


def article(path: str = "2026-03-10-a.md", **changes: Any) -> Article:
    """An article that says little, but for what the test changes."""
    given: dict[str, Any] = {
        "feed": "ai",
        "path": path,
        "title": "Northwind opens a laboratory for quiet robots",
        "excerpt": "",
        "url": "https://times.example/a",
        "keys": (f"times.example/{path}",),
        "published_at": NOON,
        "outlet": OUTLET,
        "quality": 50,
        "heat": 60,
        "published": True,
        "topics": ("AI",),
    }
    return Article(**(given | changes))


def related(*keys: str) -> Related:
    """Another outlet's piece with these URL keys."""
    return Related("Elsewhere", Outlet("Other"), keys=keys)


def story(path: str = "2026-03-10-a.md", **changes: Any) -> Story:
    """A story that says little, but for what the test changes."""
    given: dict[str, Any] = {
        "id": 0,
        "feed": "ai",
        "path": path,
        "title": "Northwind opens a laboratory for quiet robots",
        "excerpt": "Its robots whisper.",
        "url": "https://times.example/a",
        "kind": "article",
        "outlet": OUTLET,
        "outlets": (OUTLET.name,),
        "heat": 60,
        "quality": 50,
        "published": True,
        "published_at": NOON,
        "topics": ("AI",),
        "arrived_at": NOON,
    }
    return Story(**(given | changes))


def query(**changes: Any) -> Query:
    """Everything of the last day and a half, unless the test asks otherwise."""
    return Query(**({"window": Window(NOON - 36 * HOUR, NOON)} | changes))


def part(number: int = 1, count: int = 1, run_id: int = 1) -> DigestPart:
    """A part of a digest of one story."""
    digest = Digest("morning", NOON - 36 * HOUR, NOON, (Section("AI", (story(),)),))
    return DigestPart(digest, number, count, run_id)


moments = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    datetime(2100, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    timezones=st.just(UTC),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
counts = st.integers(-(2**63), 2**63 - 1)
outlets = st.builds(Outlet, texts, st.none() | texts, st.none() | texts)
pictures = st.builds(Picture, texts, st.none() | counts, st.none() | counts)
kinds = st.sampled_from(["article", "video"])
names = st.lists(texts, max_size=3).map(tuple)
pieces = st.builds(
    Related,
    texts,
    outlets,
    texts,
    st.none() | texts,
    names,
    st.none() | moments,
    st.none() | counts,
    kinds,
)
articles = st.builds(
    Article,
    *(texts, texts, texts, texts, st.none() | texts, names, moments, outlets, counts, counts),
    *(st.booleans(), names, kinds, st.none() | pictures, st.lists(pieces, max_size=3).map(tuple)),
)
stories = st.builds(
    Story,
    *(counts, texts, texts, texts, texts, st.none() | texts, kinds, outlets, names, counts),
    *(counts, st.booleans(), moments, names, st.none() | pictures, st.none() | moments, counts),
)
times = st.times().map(lambda at: time(at.hour, at.minute))
nights = st.lists(times, min_size=2, max_size=2, unique=True).map(lambda ends: QuietHours(*ends))
spans = st.timedeltas(timedelta(0), timedelta(days=1000))
wishes = st.builds(
    Wishes,
    mode=st.sampled_from(Mode),
    topics=names,
    schedule=st.none() | st.builds(Schedule, texts, texts),
    sort=st.sampled_from(Sort),
    max_stories=counts,
    min_heat=counts,
    lookback=st.none() | spans,
    layout=st.sampled_from(Layout),
    when_empty=st.sampled_from(WhenEmpty),
    role=counts,
    max_per_day=counts,
    quiet=st.none() | nights,
    timezone=texts,
)
sections = st.lists(st.builds(Section, texts, st.lists(stories, max_size=2).map(tuple)), max_size=2)
parts = st.builds(
    DigestPart,
    st.builds(Digest, texts, moments, moments, sections.map(tuple)),
    counts,
    counts,
    counts,
)

# For ranking and windows: few values, close together, so that ties and edges are common.
TOPICS = ("AI", "ai", "Machine  Learning", "Machine Learning", "Ämter", "ämter")
near_moments = st.builds(
    lambda days, odd: NOON - timedelta(days=days, milliseconds=odd),
    st.integers(0, 10),
    st.integers(-1, 1),
)
rivals = st.builds(
    story,
    heat=st.integers(-1, 2),
    quality=st.integers(0, 2),
    outlets=st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True).map(tuple),
    published=st.sampled_from([True, True, True, False]),
    published_at=near_moments,
    arrived_at=near_moments | st.none(),
    topics=st.lists(st.sampled_from(TOPICS), max_size=2).map(tuple),
)
windows = st.builds(
    lambda until, days, late, unmet: Window(until - timedelta(days=days), until, late, unmet),
    near_moments,
    st.integers(0, 9),
    st.integers(0, 3).map(lambda days: timedelta(days=days)) | st.none(),
    near_moments | st.none(),
)
queries = st.builds(
    Query,
    window=windows,
    sort=st.sampled_from(Sort),
    topics=st.just(frozenset()) | st.frozensets(st.sampled_from(sorted(map(name_key, TOPICS)))),
    min_heat=st.integers(-1, 1),
    limit=st.integers(0, 20),
    offset=st.sampled_from([0, 0, 0, 1, 5]),
)
