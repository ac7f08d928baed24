"""Decisions: what to do with a delivery, who is alerted, what a reader would notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.decide import (
    Abandon,
    Arrival,
    Drop,
    Edit,
    LookUp,
    Send,
    Step,
    Sweep,
    Timing,
    Wait,
    digest_query,
    is_visible_change,
    is_withdrawn,
    may_be_wanted_anew,
    merged,
    next_step,
    renewed,
    retry_at,
    start_of_day,
    vanished,
    wants_alert,
)
from digests.delivery import Delivery, State
from digests.names import name_key
from digests.query import DEFAULT_LOOKBACK
from digests.ranking import Sort
from digests.schedule import Schedule
from digests.story import Story
from digests.subscription import Mode, Origin, Subscription, Wishes
from digests.topic import Topics
from tests.digests.builders import NOON, story

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
TIMING = Timing()
TOPICS = Topics()


def delivery(state: State = State.WANTED, **fields: Any) -> Delivery:
    """A delivery of a story that was wanted at noon."""
    given: dict[str, Any] = {"wanted": 1, "shown": 0, "attempt": 0, "created_at": NOON}
    return Delivery(1, 2, 3, "story:4", state=state, nonce="n", **(given | fields))


def shown(**fields: Any) -> Delivery:
    """A delivery whose message was corrected at noon, and of which more is wanted since."""
    given: dict[str, Any] = {"wanted": 2, "shown": 1, "message_id": 5, "edited_at": NOON}
    return delivery(**(given | fields))


@pytest.mark.parametrize(
    ("one", "step"),
    [
        (delivery(), Send()),
        (delivery(next_try_at=NOON + MINUTE), Wait(NOON + MINUTE)),
        (delivery(next_try_at=NOON), Send()),
        (delivery(failing_since=NOON - TIMING.abandon), Send()),
        (delivery(failing_since=NOON - TIMING.abandon - SECOND), Abandon()),
        (delivery(State.UNCLEAR, failing_since=NOON - TIMING.abandon - SECOND), Abandon()),
        (delivery(State.CLAIMED), None),
        (delivery(State.SHOWN, message_id=5), None),
        (delivery(State.DEAD), None),
        (delivery(State.DROPPED, next_try_at=NOON + MINUTE), None),
        (delivery(State.UNCLEAR, unclear_since=NOON), Wait(NOON + TIMING.quiet)),
        (delivery(State.UNCLEAR, unclear_since=NOON - TIMING.quiet), LookUp()),
        (delivery(State.UNCLEAR), Wait(NOON + TIMING.quiet)),
        (delivery(State.HELD, unclear_since=NOON - HOUR), LookUp()),
        (
            delivery(State.HELD, unclear_since=NOON - HOUR, next_try_at=NOON + SECOND),
            Wait(NOON + SECOND),
        ),
        (shown(), Wait(NOON + TIMING.edit_every)),
        (shown(edited_at=NOON - TIMING.edit_every), Edit()),
        (shown(edited_at=None), Edit()),
        (shown(created_at=NOON - TIMING.young, edited_at=NOON - HOUR), Edit()),
        (shown(created_at=NOON - TIMING.young - SECOND, edited_at=NOON - HOUR), Drop()),
        (delivery(State.SHOWN, message_id=5, sweep_at=NOON), Sweep()),
        (delivery(State.SHOWN, message_id=5, sweep_at=NOON + HOUR), Wait(NOON + HOUR)),
    ],
)
def test_what_is_done_next_depends_on_what_is_known_and_on_the_time(
    one: Delivery, step: Step | None
) -> None:
    assert next_step(one, NOON, TIMING) == step


@given(st.floats(0, 1), st.integers(0, 7200))
def test_retries_come_ever_more_slowly_but_within_some_minutes(chance: float, failed: int) -> None:
    wait = retry_at(NOON - failed * SECOND, NOON, TIMING, chance) - NOON
    assert 0.8 * TIMING.retry_first <= wait <= 1.2 * TIMING.retry_most
    assert 0.8 * min(failed * SECOND, TIMING.retry_most) <= wait
    assert wait <= 1.2 * max(failed * SECOND, TIMING.retry_first)


def test_the_first_failure_is_tried_again_at_once() -> None:
    assert retry_at(None, NOON, TIMING, 0.5) == NOON + TIMING.retry_first


def asks_for(**wishes: Any) -> Subscription:
    """An alerts subscription that was made at noon, when seven stories had arrived."""
    asked = Wishes(mode=Mode.ALERTS, **wishes)
    return Subscription(1, Origin.DISCORD, "alerts", 3, None, asked, NOON, after_arrival=7)


@pytest.mark.parametrize(
    ("fields", "wishes", "wanted"),
    [
        ({}, {}, True),
        ({"published": False}, {}, False),
        ({"arrival": 0}, {}, False),
        ({"arrival": 7}, {}, False),
        ({"arrived_at": NOON - HOUR}, {}, True),
        ({"heat": 39}, {"min_heat": 40}, False),
        ({"heat": 40}, {"min_heat": 40}, True),
        ({"heat": -1}, {}, False),
        ({"published_at": NOON - 400 * HOUR}, {}, True),
        ({"published_at": NOON - 36 * HOUR}, {"lookback": 36 * HOUR}, False),
        ({"published_at": NOON - 35 * HOUR}, {"lookback": 36 * HOUR}, True),
        ({}, {"topics": ("AI in Robotics",)}, True),
        ({}, {"topics": ("ai  IN robotics",)}, True),
        ({}, {"topics": ("AI",)}, True),
        ({"topics": ("AI in Robotics",)}, {"topics": ("AI",)}, True),
        ({"topics": ("AI",)}, {"topics": ("AI in Robotics",)}, False),
        ({"topics": ()}, {"topics": ("AI",)}, False),
        ({"topics": ()}, {}, True),
    ],
)
def test_a_story_is_alerted_where_it_is_what_was_asked_for_and_new_since(
    fields: dict[str, Any], wishes: dict[str, Any], *, wanted: bool
) -> None:
    one = story(**({"arrival": 8} | fields))
    assert wants_alert(asks_for(**wishes), one, TOPICS, NOON + MINUTE) is wanted


def test_a_paused_subscription_is_not_alerted() -> None:
    paused = Subscription(
        1, Origin.DISCORD, "a", 3, None, Wishes(mode=Mode.ALERTS), NOON, paused="Holidays."
    )
    assert not wants_alert(paused, story(arrival=1), TOPICS, NOON)


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("UTC", "2026-03-04T00:00+00:00"),
        ("Pacific/Auckland", "2026-03-04T11:00+00:00"),
        ("America/Los_Angeles", "2026-03-04T08:00+00:00"),
    ],
)
def test_a_day_begins_at_the_midnight_of_the_subscriptions_place(zone: str, midnight: str) -> None:
    assert start_of_day(NOON, zone) == datetime.fromisoformat(midnight)


def test_a_day_begins_once_where_clocks_leap_over_midnight() -> None:
    noon = datetime(2024, 4, 26, 9, tzinfo=UTC)  # Cairo leaps from 00:00 to 01:00 on that day
    assert start_of_day(noon, "Africa/Cairo") == datetime(2024, 4, 25, 22, tzinfo=UTC)


DAILY = Wishes(schedule=Schedule.parse("0 12 * * *", "UTC"))


@pytest.mark.parametrize(
    ("missed", "hours"),
    [(None, 36), (0, 36), (24, 60), (72, 108), (24 * 30, 168)],
    ids=["on time", "a little late", "one missed", "three missed", "a month missed"],
)
def test_a_digest_covers_its_period_and_half_a_day_and_what_was_missed_up_to_a_week(
    missed: int | None, hours: int
) -> None:
    missed_since = None if missed is None else NOON - missed * HOUR
    window = digest_query(DAILY, 3, TOPICS, NOON, missed_since).window
    assert (window.until, NOON - window.since) == (NOON, hours * HOUR)


def test_a_lookback_of_more_than_a_week_is_kept() -> None:
    wishes = Wishes(schedule=DAILY.schedule, lookback=500 * HOUR)
    for missed_since in (None, NOON - 24 * HOUR):
        window = digest_query(wishes, 3, TOPICS, NOON, missed_since).window
        assert NOON - window.since >= 500 * HOUR


def test_a_digest_asks_for_what_its_subscription_wishes() -> None:
    wishes = Wishes(topics=("AI",), sort=Sort.NEWEST, max_stories=3, min_heat=5)
    query = digest_query(wishes, 3, TOPICS, NOON, None)
    assert (query.sort, query.limit, query.min_heat, query.unseen_in) == (Sort.NEWEST, 3, 5, 3)
    assert name_key("AI in Robotics") in query.topics
    assert query.window.since == NOON - DEFAULT_LOOKBACK
    assert digest_query(Wishes(), 3, TOPICS, NOON, None).topics == frozenset()


def test_a_story_arrives_when_it_is_first_seen_published() -> None:
    hidden = renewed(None, story(published=False), Arrival(1, NOON))
    assert (hidden.revision, hidden.arrival, hidden.arrived_at) == (0, 0, None)
    still = renewed(hidden, story(published=False, title="Other"), Arrival(2, NOON + HOUR))
    assert (still.revision, still.arrival, still.arrived_at) == (0, 0, None)
    public = renewed(still, story(), Arrival(3, NOON + 2 * HOUR))
    assert (public.revision, public.arrival, public.arrived_at) == (1, 3, NOON + 2 * HOUR)
    later = renewed(public, story(title="Other"), Arrival(4, NOON + 3 * HOUR))
    assert (later.revision, later.arrival, later.arrived_at) == (2, 3, NOON + 2 * HOUR)


def test_what_the_very_first_scan_finds_does_not_arrive_then_nor_later() -> None:
    found = renewed(None, story(), None)
    assert (found.revision, found.arrived_at) == (1, None)
    assert renewed(found, story(heat=99), Arrival(1, NOON)).arrived_at is None


EXPIRED, WITHDRAWN = {"published": False, "heat": -1}, {"published": False, "heat": 40}


@pytest.mark.parametrize(
    ("before", "after", "visible"),
    [
        ({}, {}, False),
        ({}, {"heat": 90, "quality": 1, "topics": ("AI",)}, False),
        ({}, {"title": "Other"}, True),
        ({}, {"excerpt": "Other"}, True),
        ({}, {"url": None}, True),
        ({}, {"outlets": ("Example Post", "Third")}, True),
        ({}, EXPIRED, False),
        ({}, EXPIRED | {"title": "Other"}, False),
        ({}, WITHDRAWN, True),
        ({}, WITHDRAWN | {"title": "Other"}, True),
        (WITHDRAWN, {}, True),
        (WITHDRAWN, WITHDRAWN | {"title": "Other"}, False),
        (WITHDRAWN, EXPIRED, False),
        (EXPIRED, {}, False),
        (EXPIRED, {"title": "Other"}, True),
        (EXPIRED, WITHDRAWN, False),
    ],
)
def test_a_reader_notices_other_text_withdrawal_and_its_taking_back(
    before: dict[str, Any], after: dict[str, Any], *, visible: bool
) -> None:
    assert is_visible_change(story(**before), story(**after)) is visible
    known = story(revision=7, arrived_at=NOON, **before)
    assert renewed(known, story(**after), Arrival(9, NOON + HOUR)).revision == 7 + visible


def test_what_was_taken_back_stays_taken_back_when_it_goes_cold_or_its_file_goes() -> None:
    withdrawn = renewed(story(), story(**WITHDRAWN), Arrival(1, NOON))
    assert is_withdrawn(withdrawn)
    assert is_withdrawn(renewed(withdrawn, story(**EXPIRED), Arrival(1, NOON)))
    assert is_withdrawn(vanished(withdrawn))
    assert not is_withdrawn(vanished(story()))
    assert not vanished(story()).published


def test_stories_that_become_one_keep_the_highest_revision_and_the_first_face() -> None:
    hidden = story(id=1, revision=0, title="Hidden")
    early = story(id=2, revision=3, title="Early", arrived_at=NOON)
    late = story(id=3, revision=5, title="Late", arrived_at=NOON + HOUR)
    one = merged(hidden, [early, late])
    assert (one.id, one.title, one.revision, one.arrived_at) == (1, "Early", 5, NOON)
    assert merged(hidden, []) == hidden
    assert merged(early, [late]).title == "Early"


STORIES = st.builds(
    story,
    heat=st.integers(0, 3),
    published=st.booleans(),
    published_at=st.sampled_from([NOON - 2 * HOUR, NOON]),
    topics=st.sampled_from([("AI",), ("AI Ethics", "AI")]),
    arrival=st.integers(7, 9),
)


@given(
    st.none() | STORIES,
    STORIES,
    st.integers(0, 3),
    st.sampled_from([(), ("AI Ethics",)]),
    st.sampled_from([None, HOUR]),
)
def test_whoever_wants_a_story_only_since_it_changed_is_asked_anew(
    before: Story | None,
    after: Story,
    min_heat: int,
    topics: tuple[str, ...],
    lookback: timedelta | None,
) -> None:
    subscription = asks_for(min_heat=min_heat, topics=topics, lookback=lookback)
    wanted = before is not None and wants_alert(subscription, before, TOPICS, NOON)
    if not wanted and wants_alert(subscription, after, TOPICS, NOON):
        assert may_be_wanted_anew(before, after)


def test_nobody_is_asked_anew_about_a_story_that_cools_down_or_spreads() -> None:
    before = story(heat=80)
    assert not may_be_wanted_anew(before, replace(before, heat=79, outlets=("A", "B"), revision=2))
    assert not may_be_wanted_anew(before, replace(before, published=False))
