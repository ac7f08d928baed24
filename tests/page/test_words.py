"""A request in words, as the timeline tells it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.sandbox.page.words import words_for
from bot.sandbox.rest import ENDPOINTS
from bot.sandbox.timeline import Entry

CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"


def entry(method: str, route: str, about: str = "#news", kind: int | None = None) -> Entry:
    """A request, as the timeline notes it."""
    now = datetime(2026, 3, 2, tzinfo=UTC)
    return Entry(now, method, "/a/path", route, about=about, kind=kind)


@pytest.mark.parametrize(
    ("method", "route", "words"),
    [
        ("POST", "/channels/{channel_id}/messages", "posts in #news"),
        ("GET", "/channels/{channel_id}/messages", "reads the history of #news"),
        ("DELETE", "/guilds/{guild_id}/members/{user_id}", "DELETE /guilds/…/members/…"),
        ("GET", "", "GET /a/path"),
    ],
)
def test_a_request_reads_as_what_it_does(method: str, route: str, words: str) -> None:
    assert words_for(entry(method, route)) == words


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (4, "answers /latest"),
        (5, "thinks about /latest"),
        (8, "suggests something for /latest"),
        (9, "opens a form after /latest"),
        (99, "answers /latest"),
        (None, "answers /latest"),
    ],
)
def test_an_answer_reads_as_its_sort(kind: int | None, words: str) -> None:
    assert words_for(entry("POST", CALLBACK, "/latest", kind)) == words


def test_what_is_gone_has_no_name() -> None:
    words = words_for(entry("PATCH", "/channels/{channel_id}/messages/{message_id}", about=""))
    assert words == "edits a message in what is gone"


def test_what_a_bot_that_posts_asks_for_has_words() -> None:
    without = [
        f"{endpoint.method} {endpoint.route}"
        for endpoint in ENDPOINTS
        if words_for(entry(endpoint.method, endpoint.route)).startswith(endpoint.method)
        and "/messages" in endpoint.route
    ]
    assert without == []
