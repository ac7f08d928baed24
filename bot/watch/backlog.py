"""What is known of a feed's files, and what is still to be done about them.

Nothing is done here: scans are put in, work is taken out, and what was done is reported back. All
moments are seconds of a clock that only goes forward (the event loop's).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from digests.article import Rejection

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from bot.batch import Batch, Seen
    from bot.watch.files import Entry, Listing

PATIENCE = 4.0
"""For so many seconds a file may be half written, or keep changing, before it is reported."""

GLANCE = 0.3
"""After so many seconds we look again: at what is half written, and for what is gone."""

SUSPICIOUS = 10
"""If so many files are known and none is left, a mount is likelier to be gone than the files."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be handed over next: files to read, and paths that are gone."""

    read: Mapping[str, Entry]
    removed: tuple[str, ...]


class Backlog:
    """The memory of one feed's scans.

    `known` holds the stamps of what was handed over; `first` says that the feed's very first scan
    has not been handed over in full. `folders` is the identity of each folder, as last listed;
    `emptied` says that all files are gone, which is not believed.
    """

    def __init__(self, known: Mapping[str, str], *, first: bool, settle: float) -> None:
        """`settle`: seconds that a file must not have changed for before it is read.

        Were that shorter than the tick of the file system's clock (10 ms at most), a second write
        in the same tick could go unnoticed for ever.
        """
        self.known = dict(known)
        self.first = first
        self.folders: dict[str, tuple[int, int]] = {}
        self.emptied = False
        self._settle = settle
        self._scanned = False
        self._initial: set[str] = set()
        self._to_read: dict[str, Entry] = {}
        self._to_remove: dict[str, None] = {}
        self._missed: dict[str, float] = {}
        self._unready: dict[str, float] = {}
        self._look_again: dict[str, float] = {}
        self._scan_again: float | None = None

    @property
    def has_work(self) -> bool:
        """Whether something waits to be handed over; of a first scan, its end at least."""
        is_over = self.first and self._scanned and not self._initial
        return bool(self._to_read or self._to_remove) or is_over

    @property
    def next_look(self) -> float | None:
        """When something has to be looked at again, if anything has."""
        scan = [] if self._scan_again is None else [self._scan_again]
        return min([*self._look_again.values(), *scan], default=None)

    def due(self, now: float) -> frozenset[str] | None:
        """Take out the paths that have to be looked at again by now; None stands for all."""
        if self._scan_again is not None and self._scan_again <= now:
            self._scan_again = None
            return None
        due = frozenset(path for path, moment in self._look_again.items() if moment <= now)
        for path in due:
            del self._look_again[path]
        return due

    def compare(self, listing: Listing, within: Collection[str] | None, now: float) -> None:
        """Learn what there is to do from a scan of everything, or of the paths in `within`."""
        before = dict(self._to_read)
        changed = self._changed(listing, now)
        if within is None:
            self._take_stock(listing, now)
            waiting = {path: it for path, it in before.items() if changed.get(path) == it}
        else:
            self._glance(listing, within, now)
            waiting = self._to_read
        # What has just been written goes before what a long scan has found, which keeps its turn.
        news = {path: entry for path, entry in changed.items() if path not in waiting}
        self._to_read = news | waiting

    def take(self, limit: int) -> Work:
        """Take out at most `limit` files; what is gone comes last."""
        read = {path: self._to_read.pop(path) for path in [*self._to_read][:limit]}
        room = 0 if self._to_read else limit - len(read)
        removed = tuple(self._to_remove)[:room]
        for path in removed:
            del self._to_remove[path]
        return Work(read, removed)

    def give_back(self, work: Work) -> None:
        """Take up again, after all others, what could not be handed over."""
        self._to_read |= work.read
        self._to_remove |= dict.fromkeys(work.removed)

    def is_ready(self, seen: Seen, expected: Mapping[str, Entry], now: float) -> bool:
        """Whether a file that was read may be handed over, or has to be looked at again soon."""
        path = seen.outcome.path
        is_cut = isinstance(seen.outcome, Rejection) and seen.outcome.incomplete
        has_moved = seen.stamp != expected[path].stamp
        if (is_cut or has_moved) and self._may_wait(path, now, GLANCE):
            return False
        self._unready.pop(path, None)
        return True

    def completes(self, read: Iterable[Seen]) -> bool:
        """Whether nothing waits any more, nor will of a first scan, once `read` is handed over."""
        left = self._initial.difference(seen.outcome.path for seen in read)
        return not (self._to_read or self._to_remove or left)

    def remember(self, batch: Batch) -> None:
        """Note what was handed over."""
        for seen in batch.read:
            self.known[seen.outcome.path] = seen.stamp
            self._initial.discard(seen.outcome.path)
        for path in batch.removed:
            self.known.pop(path, None)
        self.first = self.first and not batch.done

    def _changed(self, listing: Listing, now: float) -> dict[str, Entry]:
        """Find what is to be read; what is still being written is looked at again soon."""
        changed = {}
        for path, entry in listing.entries.items():
            self._missed.pop(path, None)
            self._to_remove.pop(path, None)
            self._to_read.pop(path, None)
            if self.known.get(path) == entry.stamp:
                self._drop(path)
            elif not (self._is_moving(entry, listing) and self._may_wait(path, now, self._settle)):
                changed[path] = entry
        return changed

    def _take_stock(self, listing: Listing, now: float) -> None:
        """Learn what is gone: what two scans have missed, a moment apart."""
        self.folders = listing.folders
        self._scan_again = None
        if self.first and not self._scanned:
            stamps = self.known
            self._initial = {p for p, e in listing.entries.items() if stamps.get(p) != e.stamp}
        self._scanned = True
        for path in {*self._to_read, *self._unready} - listing.entries.keys():
            self._drop(path)
        self.emptied = not listing.entries and len(self.known) >= SUSPICIOUS
        if self.emptied:
            return
        for path in self.known:
            if path not in self._to_remove and listing.lacks(path):
                self._miss(path, now)

    def _miss(self, path: str, now: float) -> None:
        if now - self._missed.setdefault(path, now) < GLANCE / 2:
            self._scan_soon(now)  # many programs replace a file by deleting it first
        else:
            del self._missed[path]
            self._to_remove[path] = None

    def _glance(self, listing: Listing, within: Collection[str], now: float) -> None:
        """Learn from a look at some paths; of what is gone a scan of everything has to decide."""
        gone = [p for p in within if p not in listing.folders and listing.lacks(p)]
        lost = tuple(f"{path}/" for path in gone if path in self.folders)
        missed = [path for path in gone if path in self.known]
        if lost:
            missed += [path for path in self.known if path.startswith(lost)]
        self._missed = dict.fromkeys(missed, now) | self._missed
        self.folders = self.folders | listing.folders
        for path in gone:
            self._drop(path)
        if missed or lost or not listing.folders.keys().isdisjoint(within):
            self._scan_soon(now)

    def _scan_soon(self, now: float) -> None:
        if self._scan_again is None:
            self._scan_again = now + GLANCE

    def _may_wait(self, path: str, now: float, at_least: float) -> bool:
        """Ask for another look, ever later, unless the file has been unready for too long."""
        waited = now - self._unready.setdefault(path, now)
        if waited < PATIENCE:
            self._look_again[path] = now + max(at_least, min(waited, PATIENCE - waited))
        return waited < PATIENCE

    def _is_moving(self, entry: Entry, listing: Listing) -> bool:
        # A moment in the future is a wrong clock, not a sign of life.
        return 0 <= listing.taken_at - entry.changed_at < self._settle * 1e9

    def _drop(self, path: str) -> None:
        self._initial.discard(path)
        for memory in (self._to_read, self._unready, self._look_again):
            memory.pop(path, None)
