"""What two scans tell, compared: what is new, what is gone, and what is only on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.batch import Batch, Seen
from bot.watch.backlog import GLANCE, SUSPICIOUS, Backlog, Work
from bot.watch.files import Entry, Listing
from digests.article import Problem, Rejection
from tests.watch.support import FEED

if TYPE_CHECKING:
    from collections.abc import Collection

SETTLE = 0.15
LONG_AGO = 1_700_000_000_000_000_000


def listing(
    stamps: dict[str, str], *, young: Collection[str] = (), folders: Collection[str] = ("",)
) -> Listing:
    """A scan at a fixed moment; what is `young` was changed 50 ms before it."""
    entries = {
        path: Entry(stamp, LONG_AGO - 50_000_000 if path in young else 0)
        for path, stamp in stamps.items()
    }
    return Listing(FEED, entries, dict.fromkeys(folders, (1, 1)), set(), LONG_AGO)


def backlog(known: dict[str, str] | None = None, *, first: bool = False) -> Backlog:
    return Backlog(known or {}, first=first, settle=SETTLE)


def seen(path: str, stamp: str, *, incomplete: bool = False) -> Seen:
    return Seen(stamp, Rejection(FEED, path, (Problem("odd"),), incomplete=incomplete))


def hand_over(memory: Backlog, work: Work) -> Batch:
    read = tuple(seen(path, entry.stamp) for path, entry in work.read.items())
    done = memory.completes(read)
    batch = Batch(FEED, read, work.removed, first=memory.first, done=done)
    memory.remember(batch)
    return batch


def scan(memory: Backlog, stamps: dict[str, str], now: float = 0) -> Work:
    memory.compare(listing(stamps), None, now)
    return memory.take(50)


def test_new_and_changed_files_are_read_and_unchanged_ones_are_not() -> None:
    work = scan(backlog({"a.md": "1", "b.md": "1"}), {"a.md": "1", "b.md": "2", "c.md": "1"})
    assert list(work.read) == ["b.md", "c.md"]


def test_what_was_handed_over_is_not_handed_over_again() -> None:
    memory = backlog()
    hand_over(memory, scan(memory, {"a.md": "1"}))
    assert not scan(memory, {"a.md": "1"}).read
    assert not memory.has_work


def test_a_file_that_becomes_what_it_was_while_it_waits_is_not_read() -> None:
    memory = backlog({"a.md": "1"})
    memory.compare(listing({"a.md": "2"}), None, 0)
    memory.compare(listing({"a.md": "1"}), None, 1)
    assert not memory.has_work


def test_a_file_is_gone_when_two_scans_have_missed_it_and_what_is_new_comes_first() -> None:
    memory = backlog({"old.md": "1"})
    hand_over(memory, scan(memory, {"new.md": "1"}))
    assert memory.known == {"old.md": "1", "new.md": "1"}
    assert memory.next_look == pytest.approx(GLANCE)
    assert memory.due(GLANCE) is None
    work = scan(memory, {"new.md": "1"}, GLANCE)
    assert work.removed == ("old.md",)
    hand_over(memory, work)
    assert memory.known == {"new.md": "1"}
    assert memory.next_look is None


def test_a_file_that_is_deleted_and_written_anew_was_never_gone() -> None:
    memory = backlog({"a.md": "1", "b.md": "1"})
    assert not scan(memory, {"b.md": "1"}).removed
    assert list(scan(memory, {"a.md": "2", "b.md": "1"}, GLANCE).read) == ["a.md"]
    assert not scan(memory, {"b.md": "1"}, 2 * GLANCE).removed


def test_a_removal_that_waits_is_forgotten_when_the_file_comes_back() -> None:
    memory = backlog({"a.md": "1", "b.md": "1"})
    memory.compare(listing({"b.md": "1"}), None, 0)
    memory.compare(listing({"b.md": "1"}), None, GLANCE)
    assert memory.has_work
    memory.compare(listing({"a.md": "1", "b.md": "1"}), None, 1)
    assert not memory.has_work


def test_what_cannot_be_listed_is_not_gone() -> None:
    memory = backlog({"sub/a.md": "1", "b.md": "1"})
    for now in (0.0, 1.0):
        half = listing({"b.md": "1"})
        half.unlisted.add("sub")
        memory.compare(half, None, now)
    assert not memory.has_work


def test_if_all_of_many_files_are_gone_a_mount_is_missing_and_nothing_is_removed() -> None:
    many = {f"{n}.md": "1" for n in range(SUSPICIOUS)}
    memory = backlog(many)
    for now in (0.0, 1.0, 300.0):
        assert not scan(memory, {}, now).removed
        assert memory.emptied
    memory.compare(listing(many), None, 600)
    assert not memory.emptied
    assert not memory.has_work


def test_of_a_few_files_all_may_be_gone() -> None:
    few = {f"{n}.md": "1" for n in range(SUSPICIOUS - 1)}
    memory = backlog(few)
    scan(memory, {})
    assert set(scan(memory, {}, GLANCE).removed) == set(few)


def test_work_comes_in_portions_with_removals_last() -> None:
    memory = backlog({"gone.md": "1", "kept.md": "1"})
    stamps = {"kept.md": "1"} | {f"{n}.md": "1" for n in range(5)}
    memory.compare(listing(stamps), None, 0)
    memory.compare(listing(stamps), None, GLANCE)
    portions = [hand_over(memory, memory.take(2)) for _ in range(3)]
    assert [len(batch.read) for batch in portions] == [2, 2, 1]
    assert [batch.removed for batch in portions] == [(), (), ("gone.md",)]
    assert [batch.done for batch in portions] == [False, False, True]


def test_what_is_hinted_at_overtakes_a_long_scan() -> None:
    memory = backlog()
    memory.compare(listing({"a.md": "1", "b.md": "1"}), None, 0)
    memory.compare(listing({"z.md": "1"}), {"z.md"}, 0)
    assert list(memory.take(50).read) == ["z.md", "a.md", "b.md"]


def test_what_a_scan_finds_anew_overtakes_what_waits_since_the_scan_before() -> None:
    """Nobody hints at what is written before the kernel is listened to; the next scan finds it."""
    memory = backlog()
    memory.compare(listing({"a.md": "1", "b.md": "1", "c.md": "1"}), None, 0)
    memory.compare(listing({"z.md": "1"}), {"z.md"}, 0)
    memory.compare(listing(dict.fromkeys(("a.md", "c.md", "new.md", "z.md"), "1")), None, 1)
    memory.compare(listing({"a.md": "1", "c.md": "2", "new.md": "1", "z.md": "1"}), None, 2)
    assert list(memory.take(50).read) == ["c.md", "new.md", "z.md", "a.md"]


@pytest.mark.parametrize(
    ("hint", "found", "is_scanned"),
    [
        ("a.md", listing({}), True),
        ("sub", listing({}, folders=()), True),
        ("new", listing({"new/b.md": "1"}, folders=["new"]), True),
        ("notes.txt", listing({}), False),
        ("a.md", listing({"a.md": "1"}), False),
    ],
)
def test_a_hint_at_something_gone_or_at_a_folder_leads_to_a_scan(
    hint: str, found: Listing, is_scanned: bool
) -> None:
    memory = backlog({"a.md": "1"})
    memory.compare(listing({"a.md": "1"}, folders=["", "sub"]), None, 0)
    memory.compare(found, {hint}, 1)
    assert (memory.next_look is not None) is is_scanned


def test_the_files_of_a_folder_that_is_gone_are_missed_at_once() -> None:
    memory = backlog({"sub/a.md": "1", "subway.md": "1"})
    memory.compare(listing({"sub/a.md": "1", "subway.md": "1"}, folders=["", "sub"]), None, 0)
    memory.compare(listing({}, folders=()), {"sub"}, 1)
    memory.compare(listing({"subway.md": "1"}), None, memory.next_look or 0)
    assert memory.take(50).removed == ("sub/a.md",)


def test_a_file_that_has_just_changed_is_read_once_it_has_settled() -> None:
    memory = backlog()
    memory.compare(listing({"a.md": "1", "b.md": "1"}, young=["a.md"]), None, 10)
    assert list(memory.take(50).read) == ["b.md"]
    assert memory.next_look == pytest.approx(10 + SETTLE)
    assert memory.due(10.1) == frozenset()
    assert memory.due(10.2) == frozenset({"a.md"})
    memory.compare(listing({"a.md": "1"}), {"a.md"}, 10.2)
    assert list(memory.take(50).read) == ["a.md"]


def test_a_file_that_never_settles_is_read_all_the_same_after_a_while() -> None:
    memory = backlog()
    moments = [0.0]
    while True:
        memory.compare(listing({"a.md": str(moments)}, young=["a.md"]), {"a.md"}, moments[-1])
        if memory.has_work:
            break
        moments.append(memory.next_look or 0)
        memory.due(moments[-1])
    assert moments == pytest.approx([0, 0.15, 0.3, 0.6, 1.2, 2.4, 4.0])


def test_a_moment_in_the_future_does_not_keep_a_file_from_being_read() -> None:
    memory = backlog()
    odd = listing({"a.md": "1"})
    odd.entries["a.md"] = Entry("1", LONG_AGO + 10**12)
    memory.compare(odd, None, 0)
    assert memory.has_work


def test_a_half_written_file_is_looked_at_again_and_then_reported() -> None:
    memory = backlog()
    moments, now = [], 0.0
    while True:
        memory.compare(listing({"a.md": "1"}), {"a.md"}, now)
        work = memory.take(50)
        if memory.is_ready(seen("a.md", "1", incomplete=True), work.read, now):
            break
        now = memory.next_look or 0
        moments.append(now)
        assert memory.due(now) == frozenset({"a.md"})
    assert moments == pytest.approx([0.3, 0.6, 1.2, 2.4, 4.0])


def test_a_file_that_moved_since_the_scan_is_looked_at_again() -> None:
    memory = backlog()
    work = scan(memory, {"a.md": "1"})
    assert not memory.is_ready(seen("a.md", "2"), work.read, 0)
    memory.compare(listing({"a.md": "2"}), {"a.md"}, 0.3)
    assert memory.is_ready(seen("a.md", "2"), memory.take(50).read, 0.3)


def test_patience_begins_anew_with_the_next_change() -> None:
    memory = backlog()
    for now in (0.0, 5.0):
        work = scan(memory, {"a.md": "1"}, now)
        ready = memory.is_ready(seen("a.md", "1", incomplete=True), work.read, now)
        assert ready is (now == 5)
    work = scan(memory, {"a.md": "2"}, 6)
    assert not memory.is_ready(seen("a.md", "2", incomplete=True), work.read, 6)


@pytest.mark.parametrize("within", [None, {"a.md"}])
def test_of_an_unfinished_file_that_is_deleted_nothing_is_left(within: set[str] | None) -> None:
    memory = backlog()
    work = scan(memory, {"a.md": "1"})
    memory.is_ready(seen("a.md", "1", incomplete=True), work.read, 0)
    memory.compare(listing({}), within, 0.1)
    assert not memory.has_work
    assert memory.next_look is None


def test_what_could_not_be_handed_over_comes_again_after_the_others() -> None:
    memory = backlog({"old.md": "1", "kept.md": "1"})
    stamps = {"a.md": "1", "b.md": "1", "kept.md": "1"}
    memory.compare(listing(stamps), None, 0)
    memory.compare(listing(stamps), None, GLANCE)
    memory.give_back(memory.take(1))
    work = memory.take(50)
    assert list(work.read) == ["b.md", "a.md"]
    memory.give_back(work)
    assert memory.take(50) == work


# --- the first scan --------------------------------------------------------------------------


def test_the_first_scan_lasts_until_all_that_it_found_is_handed_over() -> None:
    memory = backlog(first=True)
    memory.compare(listing({"a.md": "1", "b.md": "1"}, young=["b.md"]), None, 0)
    batch = hand_over(memory, memory.take(50))
    assert (batch.first, batch.done) == (True, False)
    assert not memory.has_work
    memory.compare(listing({"b.md": "1"}), {"b.md"}, 1)
    batch = hand_over(memory, memory.take(50))
    assert (batch.first, batch.done) == (True, True)
    memory.compare(listing({"c.md": "1"}), {"c.md"}, 2)
    batch = hand_over(memory, memory.take(50))
    assert (batch.first, batch.done) == (False, True)


def test_the_first_scan_of_an_empty_directory_ends_too() -> None:
    memory = backlog(first=True)
    assert memory.take(50) == Work({}, ())
    memory.compare(listing({}), None, 0)
    assert memory.has_work
    batch = hand_over(memory, memory.take(50))
    assert batch == Batch(FEED, first=True, done=True)


def test_a_first_scan_that_was_interrupted_goes_on_with_what_is_left() -> None:
    memory = backlog({"a.md": "1"}, first=True)
    batch = hand_over(memory, scan(memory, {"a.md": "1", "b.md": "1"}))
    assert [one.outcome.path for one in batch.read] == ["b.md"]
    assert (batch.first, batch.done) == (True, True)


def test_a_file_of_the_first_scan_that_is_deleted_does_not_keep_it_from_ending() -> None:
    memory = backlog(first=True)
    memory.compare(listing({"a.md": "1"}, young=["a.md"]), None, 0)
    assert not memory.has_work
    memory.compare(listing({}), {"a.md"}, 1)
    assert hand_over(memory, memory.take(50)).done
