"""What counts as an article file, and what a directory may hold without doing harm."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.watch.files import DEEPEST, FeedMissingError, look, read_article, read_directory, walk
from bot.watch.opening import UnusableError, read_bytes
from digests.article import Article, Rejection
from digests.parsing import MAX_BYTES
from tests.watch.support import FEED, article, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOBODY = 65534


@pytest.fixture
def public() -> Iterator[Path]:
    """A directory that every user may enter, which those of pytest are not."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    yield root
    shutil.rmtree(root)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Lose the rights of root, who may read everything; others have none to lose."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def reason(outcome: Article | Rejection) -> str:
    assert isinstance(outcome, Rejection), outcome
    return str(outcome.problems[0])


# --- what is listed --------------------------------------------------------------------------


def test_articles_are_found_in_sub_folders_too_in_the_order_of_their_paths(tmp_path: Path) -> None:
    for path in ("b.md", "a.md", "2024/05/c.md", "_archive/d.MD"):
        write(tmp_path / path)
    assert list(walk(FEED, tmp_path).entries) == ["2024/05/c.md", "_archive/d.MD", "a.md", "b.md"]


@pytest.mark.parametrize(
    "path",
    [
        "notes.txt",
        "a.md~",
        ".a.md",
        "#a.md",
        "#a.md#",
        ".a.md.swp",
        "~$a.md",
        ".git/a.md",
        "a.md.tmp",
    ],
)
def test_hidden_files_and_what_editors_leave_behind_are_no_articles(
    tmp_path: Path, path: str
) -> None:
    write(tmp_path / path)
    assert not walk(FEED, tmp_path).entries
    assert not walk(FEED, tmp_path, [path]).entries


def test_every_usable_article_is_read_and_every_other_file_is_told_of(tmp_path: Path) -> None:
    write(tmp_path / "good.md", article("A good one"))
    write(tmp_path / "bad.md", "---\ncategory: news\n---\n")
    write(tmp_path / "cut.md", "---\ncategory: news\n")
    bad, cut, good = read_directory(FEED, tmp_path)
    assert isinstance(good, Article)
    assert good.title == "A good one"
    assert isinstance(bad, Rejection)
    assert isinstance(cut, Rejection)
    assert (bad.incomplete, cut.incomplete) == (False, True)


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_a_directory_that_is_none_is_one_sentence_that_says_what_to_do(
    tmp_path: Path, kind: str
) -> None:
    root = tmp_path / "feed"
    if kind == "file":
        root.touch()
    with pytest.raises(FeedMissingError, match=r'"ai" cannot be read \(.*\): create or mount it'):
        list(read_directory(FEED, root))


def test_a_link_may_stand_for_the_directory_itself(tmp_path: Path) -> None:
    write(tmp_path / "release-1/a.md")
    (tmp_path / "current").symlink_to("release-1")
    assert list(walk(FEED, tmp_path / "current").entries) == ["a.md"]
    assert isinstance(read_article(FEED, tmp_path / "current", "a.md"), Article)


@pytest.mark.parametrize(
    ("within", "found"),
    [
        (["a.md"], ["a.md"]),
        (["sub"], ["sub/b.md", "sub/deep/c.md"]),
        (["sub/deep/c.md", "a.md", "gone.md", "gone/d.md"], ["a.md", "sub/deep/c.md"]),
        (["../outside.md", ".git/x.md", "/a.md", "sub//b.md", ".", ""], []),
        ([], []),
    ],
)
def test_a_hint_is_looked_at_without_listing_everything_else(
    tmp_path: Path, within: list[str], found: list[str]
) -> None:
    for path in (
        "feed/a.md",
        "feed/sub/b.md",
        "feed/sub/deep/c.md",
        "feed/.git/x.md",
        "outside.md",
    ):
        write(tmp_path / path)
    assert list(walk(FEED, tmp_path / "feed", within).entries) == found


# --- what is told from a stamp ---------------------------------------------------------------


def stamp(root: Path, path: str) -> str:
    return walk(FEED, root).entries[path].stamp


def test_an_untouched_file_keeps_its_stamp_and_reading_it_gives_the_same_one(
    tmp_path: Path,
) -> None:
    write(tmp_path / "a.md")
    before = stamp(tmp_path, "a.md")
    assert look(FEED, tmp_path, "a.md").stamp == before == stamp(tmp_path, "a.md")


def test_a_change_that_keeps_size_and_time_changes_the_stamp(tmp_path: Path) -> None:
    file = write(tmp_path / "a.md", article("One"))
    os.utime(file, ns=(1, 1))
    before = stamp(tmp_path, "a.md")
    while file.stat().st_ctime_ns == write(tmp_path / "clock").stat().st_ctime_ns:
        pass  # until the file system's clock has ticked
    file.write_text(article("Two"))
    os.utime(file, ns=(1, 1))
    assert stamp(tmp_path, "a.md") != before


def test_two_files_that_changed_places_have_other_stamps(tmp_path: Path) -> None:
    write(tmp_path / "x/a.md", article("One"))
    write(tmp_path / "y/a.md", article("Two"))
    before = stamp(tmp_path, "x/a.md")
    for old, new in (("x", "z"), ("y", "x"), ("z", "y")):
        (tmp_path / old).rename(tmp_path / new)
    assert stamp(tmp_path, "x/a.md") != before == stamp(tmp_path, "y/a.md")


# --- what must do no harm --------------------------------------------------------------------


def pipe(path: Path) -> None:
    os.mkfifo(path)


def plug(path: Path) -> None:
    os.mknod(path, stat.S_IFSOCK | 0o600)


def device(path: Path) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))  # /dev/zero
    except PermissionError:
        pytest.skip("only root may make a device")


def disk_image(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 30)


def link_to_secret(path: Path) -> None:
    path.symlink_to(write(path.parent.parent / "secret"))


def link_to_nothing(path: Path) -> None:
    path.symlink_to("nowhere.md")


def link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def second_name(path: Path) -> None:
    path.hardlink_to(write(path.parent.parent / "secret"))


def link_to_folder(path: Path) -> None:
    path.symlink_to(write(path.parent.parent / "private/secret.md").parent)


HARMFUL: list[tuple[Callable[[Path], None], str]] = [
    (pipe, "not a regular file"),
    (plug, "not a regular file"),
    (device, "not a regular file"),
    (disk_image, "1,073,741,824 bytes"),
    (link_to_secret, "symbolic link"),
    (link_to_nothing, "symbolic link"),
    (link_to_itself, "symbolic link"),
    (link_to_folder, "symbolic link"),
    (second_name, "hard link"),
]


@pytest.mark.parametrize(("make", "why"), HARMFUL)
def test_what_is_no_plain_file_is_refused_unread_and_stops_nothing_else(
    tmp_path: Path, make: Callable[[Path], None], why: str
) -> None:
    root = tmp_path / "feed"
    write(root / "a.md")
    make(root / "b.md")
    write(root / "c.md")
    first, refused, last = read_directory(FEED, root)
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert why in reason(refused)
    assert refused.path == "b.md"
    # A file can become something else between the scan and the reading.
    assert why in reason(read_article(FEED, root, "b.md"))


def test_a_folder_reached_by_a_link_is_refused_and_not_entered(tmp_path: Path) -> None:
    write(tmp_path / "private/secret.md")
    (tmp_path / "feed").mkdir()
    (tmp_path / "feed/shared").symlink_to(tmp_path / "private")
    (tmp_path / "feed/loop").symlink_to(".")
    (tmp_path / "feed/picture").symlink_to(tmp_path / "private/secret.md")
    outcomes = {
        outcome.path: reason(outcome) for outcome in read_directory(FEED, tmp_path / "feed")
    }
    assert outcomes.keys() == {"loop", "shared"}
    assert "a link to a folder is not followed" in outcomes["shared"]
    assert "cannot be read" in reason(read_article(FEED, tmp_path / "feed", "shared/secret.md"))


@pytest.mark.parametrize("path", ["../secret.md", "/etc/passwd", "sub/../../secret.md", "", "a//b"])
def test_no_path_leads_out_of_the_feed(tmp_path: Path, path: str) -> None:
    write(tmp_path / "secret.md")
    write(tmp_path / "feed/sub/a.md")
    assert "leads out" in reason(read_article(FEED, tmp_path / "feed", path))


@given(path=st.text())
def test_no_path_at_all_makes_reading_fail(
    tmp_path_factory: pytest.TempPathFactory, path: str
) -> None:
    assert isinstance(read_article(FEED, tmp_path_factory.getbasetemp(), path), Rejection)


@pytest.mark.parametrize(
    ("name", "shown", "why"),
    [
        (b"caf\xe9.md", "caf\\xe9.md", "is not UTF-8 text"),
        (b"two\nlines.md", "two\\nlines.md", "holds a control character"),
        (b"\x1b[31mred.md", "\\x1b[31mred.md", "holds a control character"),
        (b"caf\xe9", "caf\\xe9", "is not UTF-8 text"),
    ],
)
def test_a_name_that_is_no_text_is_refused_under_one_that_can_be_stored(
    tmp_path: Path, name: bytes, shown: str, why: str
) -> None:
    inner = os.path.join(os.fsencode(tmp_path), name)  # noqa: PTH118 - pathlib has no bytes
    if name.endswith(b".md"):
        Path(os.fsdecode(inner)).write_text(article())
    else:
        write(Path(os.fsdecode(inner)) / "a.md")
    (refused,) = read_directory(FEED, tmp_path)
    assert refused.path == shown
    assert reason(refused) == f"the name {why}: rename the file"
    assert refused.path.encode("utf-8").isascii()


@pytest.mark.parametrize("order", [1, -1])
def test_a_file_whose_name_looks_like_an_escaped_one_is_read_all_the_same(
    tmp_path: Path, order: int
) -> None:
    for name in [b"caf\xe9.md", b"caf\\xe9.md"][::order]:
        Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_text(article())  # noqa: PTH118 - pathlib has no bytes
    (outcome,) = read_directory(FEED, tmp_path)
    assert isinstance(outcome, Article)


@pytest.mark.parametrize("name", ["überraschung 👩‍🚀.md", "ニュース.md", "a b'c\"d.md"])
def test_any_text_is_a_good_name(tmp_path: Path, name: str) -> None:
    write(tmp_path / name)
    (outcome,) = read_directory(FEED, tmp_path)
    assert isinstance(outcome, Article)
    assert outcome.path == name


def test_folders_are_entered_to_a_depth_and_what_is_deeper_is_told(tmp_path: Path) -> None:
    deepest = "/".join("d" * DEEPEST)
    write(tmp_path / deepest / "a.md")
    write(tmp_path / deepest / "d/b.md")
    article_, too_deep = read_directory(FEED, tmp_path)
    assert isinstance(article_, Article)
    assert too_deep.path == f"{deepest}/d"
    assert "more than 16 folders deep" in reason(too_deep)


@pytest.mark.parametrize(("size", "is_read"), [(MAX_BYTES, True), (MAX_BYTES + 1, False)])
def test_a_file_is_read_up_to_256_kb(tmp_path: Path, size: int, is_read: bool) -> None:
    write(tmp_path / "a.md", article().ljust(size))
    assert isinstance(read_article(FEED, tmp_path, "a.md"), Article) is is_read


def test_a_file_that_has_gone_is_worth_another_look(tmp_path: Path) -> None:
    seen = look(FEED, tmp_path, "gone.md")
    assert isinstance(seen.outcome, Rejection)
    assert seen.outcome.incomplete
    assert seen.stamp == ""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_a_file_that_is_longer_than_its_size_is_still_being_written() -> None:
    with pytest.raises(UnusableError, match="changed while it was read") as caught:
        read_bytes(Path("/proc/self"), "status")
    assert caught.value.passing


def test_a_file_that_may_not_be_read_is_told_with_the_reason(public: Path) -> None:
    write(public / "a.md").chmod(0)
    with as_nobody():
        (outcome,) = read_directory(FEED, public)
    assert reason(outcome) == "cannot be read: Permission denied"


def test_of_a_folder_that_may_not_be_listed_nothing_is_taken_to_be_gone(public: Path) -> None:
    write(public / "closed/a.md")
    write(public / "open/a.md")
    (public / "closed").chmod(0)
    with as_nobody():
        listing = walk(FEED, public)
    assert list(listing.entries) == ["closed", "open/a.md"]
    assert not listing.lacks("closed/a.md")
    assert not listing.lacks("open/a.md")
    assert listing.lacks("open/b.md")
    assert listing.lacks("closed.md")


def test_a_feed_that_may_not_be_listed_is_missing(public: Path) -> None:
    (public / "feed").mkdir(mode=0)
    with as_nobody(), pytest.raises(FeedMissingError, match="Permission denied"):
        walk(FEED, public / "feed")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux's /proc")
def test_nothing_stays_open_whatever_the_directory_holds(tmp_path: Path) -> None:
    root = tmp_path / "feed"
    write(root / "sub/deep/a.md")
    for number, (make, _) in enumerate(HARMFUL):
        if make is not device:
            make(root / f"{number}.md")
    before = os.listdir("/proc/self/fd")  # noqa: PTH208 - names are enough
    list(read_directory(FEED, root))
    walk(FEED, root, ["sub/deep/a.md", "sub/none/a.md", "0.md/a.md"])
    assert len(os.listdir("/proc/self/fd")) == len(before)  # noqa: PTH208 - names are enough
