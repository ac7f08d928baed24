"""Files that attack or are broken: each ends in one answer, soon, and harms nothing.

What such input does to the usual libraries: nested brackets crash libyaml's composer, aliases and
merge keys hang it, odd scalars raise nine kinds of exceptions.
"""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from digests.article import Article, Rejection
from digests.parsing import MAX_BYTES, parse
from digests.yaml_events import MAX_DEPTH, require_libyaml
from tests.digests.article_files import FULL, file_of

ROOM = MAX_BYTES - 100
ALIASES = "a: &a [x]\n" + "\n".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]" for n in range(9)
)
MERGES = "\n".join(f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}], k{n}: 1}}" for n in range(1, 30))


def front_matter(text: str) -> bytes:
    """A file of this front matter, with the end of it cut off that is too long."""
    return f"---\n{text[:ROOM]}\n---\n".encode()


BOMBS = {
    "brackets": front_matter("a: " + "[" * ROOM),
    "brackets, one a line": front_matter("a: " + "[\n" * ROOM),
    "braces": front_matter("{" * ROOM),
    "braces with keys": front_matter("{a: " * (ROOM // 4)),
    "block lists": front_matter("- " * (ROOM // 2)),
    "complex keys": front_matter("? " * (ROOM // 2)),
    "indentation": front_matter("".join(" " * depth + "a:\n" for depth in range(700))),
    "aliases": front_matter(ALIASES),
    "merge keys": front_matter("m0: &m0 {k: 1}\n" + MERGES),
    "a merge key": front_matter("<<: {a: b}"),
    "an alias to itself": front_matter("a: &a [*a]"),
    "an alias as a key": front_matter("*a : b"),
    "an anchored list": front_matter("a: &a [b]"),
    "an alias alone": front_matter("a: *b"),
    "base-60 numbers": front_matter("heat: " + "1:" * (ROOM // 2 - 8) + "1"),
    "a long number": front_matter("heat: " + "9" * (ROOM - 10)),
    "a long float": front_matter("heat: 1e" + "9" * (ROOM - 10)),
    "many values": front_matter("a: [" + "1," * (ROOM // 2 - 5) + "]"),
    "many keys": front_matter("".join(f"k{number}: 1\n" for number in range(20_000))),
    "equal keys": front_matter("a: 1\n" * (ROOM // 5)),
    "null keys": front_matter(": 1\n" * (ROOM // 4)),
    "a tag for Python": front_matter("a: !!python/object/apply:os.system [ls]"),
    "a tag of one's own": front_matter("a: !mine 1"),
    "a set": front_matter("a: !!set {b}"),
    "an empty tagged integer": front_matter('heat: !!int ""'),
    "a tagged truth value": front_matter("published: !!bool foo"),
    "a tagged time": front_matter("publishedDateTime: !!timestamp foo"),
    "an impossible day": front_matter("publishedDateTime: 2021-02-30"),
    "documents": front_matter("a: b\n...\n" * 1000),
    "directives": front_matter("%YAML 9.9\n" * 1000),
    "anchors": front_matter("&a " * (ROOM // 3)),
    "quotes": front_matter('"a" ' * (ROOM // 4)),
    "backslashes": front_matter('title: "' + "\\" * (ROOM - 10)),
    "halves of surrogate pairs": front_matter('title: "' + "\\ud83d" * (ROOM // 6 - 2) + '"'),
    "comments": front_matter("#\n" * (ROOM // 2)),
    "blank lines": front_matter("\n" * ROOM),
    "spaces": front_matter("a:" + " " * ROOM),
    "tabs": front_matter("\t" * ROOM),
    "secured, over and over": front_matter("secured: a\n\n" * (ROOM // 12)),
    "NUL": bytes(ROOM),
    "noise": bytes(range(256)) * (ROOM // 256),
    "dashes": b"-" * ROOM,
    "lines of dashes": b"---\n" * (ROOM // 4),
    "JSON": b'{"title": "a"}',
    "TOML": b"+++\ntitle = 'a'\n+++\n",
    "an image": b"\x89PNG\r\n\x1a\n",
    "UTF-16": FULL.encode("utf-16"),
    "too much": b"---\n" + b"a" * MAX_BYTES,
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS.keys())
def test_a_hostile_file_is_rejected_with_a_reason(data: bytes) -> None:
    """The operator reads what is wrong, in a few lines, and nothing raises."""
    found = parse("ai", "a.md", data)

    assert isinstance(found, Rejection)
    assert found.problems
    assert len(found.problems) <= 20
    assert all(problem.reason and len(str(problem)) < 250 for problem in found.problems)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("&a b", "anchors (&) and aliases (*) are not allowed"),
        ("&a [b]", "anchors (&) and aliases (*) are not allowed"),
        ("&a {b: c}", "anchors (&) and aliases (*) are not allowed"),
        ("*a", "anchors (&) and aliases (*) are not allowed"),
        ("{&a b: c}", "anchors (&) and aliases (*) are not allowed"),
        ("{*a : c}", "a key must be a word, not a list, a mapping or an alias"),
        ("{[b]: c}", "a key must be a word, not a list, a mapping or an alias"),
        ("{<<: {b: c}}", "merge keys (<<) are not allowed"),
        ("!mine b", "a tag (!) that is not one of YAML's own"),
        ("!!set {b}", "a tag (!) that is not one of YAML's own"),
        ("{b: 1, b: 2}", "this key stands in line 10 already: keep one of them"),
        ("[" + "1," * 20_000 + "]", "more than 20,000 values and brackets"),
    ],
)
def test_what_yaml_could_do_harm_with_is_refused(written: str, reason: str) -> None:
    """In a file that is fine otherwise, each is the one problem, with its line."""
    found = parse("ai", "a.md", file_of(extra=written))

    assert isinstance(found, Rejection)
    assert [str(problem) for problem in found.problems] == [f"line 10: {reason}"]


def test_core_tags_and_quoted_merge_signs_are_harmless() -> None:
    """What says nothing new is read past."""
    written = '{a: !!int "", b: !!str 1, c: !!seq [], d: !!map {}, "<<": 1, e: ! f}'

    assert isinstance(parse("ai", "a.md", file_of(extra=written)), Article)


# Texts that are long, but valid: what they cost is work on every character.
LONG = {
    "a long title": file_of(title='"' + "a &amp; " * (ROOM // 8 - 50) + '"'),
    "marks on marks": file_of(title="a" + "\u0316\u0301" * (ROOM // 4 - 100)),
    "one endless character": file_of(title="👩" + "\u200d👩" * (ROOM // 7 - 100)),
    "white space": file_of(title='"' + "a \u00a0" * (ROOM // 4 - 100) + '"'),
    "addresses": file_of(webUrl="https://example.com/" + "a/" * (ROOM // 2 - 200)),
}


@pytest.mark.parametrize("data", LONG.values(), ids=LONG.keys())
def test_a_long_field_is_cut_and_the_article_stays(data: bytes) -> None:
    """What is too long to show is shortened, never refused."""
    found = parse("ai", "a.md", data)

    assert isinstance(found, Article)
    assert len(found.title) <= 500


@pytest.mark.parametrize("data", (BOMBS | LONG).values(), ids=(BOMBS | LONG).keys())
def test_a_hostile_file_takes_little_time_and_memory(data: bytes) -> None:
    """It stops nothing else: 50 ms of the processor, twice that for noise, and 10 MB."""
    seconds = min(_seconds(data) for _ in range(3))
    tracemalloc.start()
    parse("ai", "a.md", data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert seconds < 2 * 0.05 * _slowness()
    assert peak < 10_000_000


def _seconds(data: bytes) -> float:
    start = time.thread_time()
    parse("ai", "a.md", data)
    return time.thread_time() - start


def _slowness() -> float:
    """How much slower than usual this machine reads harmless files just now; 1 if it does not."""
    harmless = file_of(extra="[" + "1," * 9_000 + "]")
    return max(1.0, min(_seconds(harmless) for _ in range(3)) / 0.01)


@pytest.mark.parametrize("bracket", ["[", "{a: ", "- "])
def test_two_megabytes_of_brackets_do_not_crash_the_process(bracket: str) -> None:
    """The events are read without nesting, whatever size the caller lets through."""
    script = (
        "import threading; from digests.yaml_events import read_yaml; found = []\n"
        "threading.stack_size(64 * 1024)\n"
        f"job = threading.Thread(target=lambda: found.append(read_yaml({bracket!r} * 2_000_000)))\n"
        "job.start(); job.join(); print(found[0].problems[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True, timeout=60
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"line 1: nested more than {MAX_DEPTH} deep\n"


def test_nesting_is_allowed_up_to_the_limit() -> None:
    """The front matter itself is the first of sixteen levels."""
    deepest = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)

    assert isinstance(parse("ai", "a.md", file_of(extra=deepest)), Article)
    assert isinstance(parse("ai", "a.md", file_of(extra=f"[{deepest}]")), Rejection)


def test_without_libyaml_the_operator_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times slower and less safe is no fallback."""
    require_libyaml()
    monkeypatch.setattr(yaml, "__with_libyaml__", False)

    with pytest.raises(RuntimeError, match="pip install"):
        require_libyaml()


@given(
    st.binary(max_size=300) | st.binary(max_size=300).map(lambda data: b"---\n" + data + b"\n---")
)
def test_any_bytes_are_an_article_or_a_rejection(data: bytes) -> None:
    """There is no input for which parsing raises."""
    assert isinstance(parse("ai", "a.md", data), Article | Rejection)


YAML_PIECES = [
    *("title", "heat", "topics", "related", "images", "provider", "publishedDateTime", "secured"),
    *(": ", "- ", "\n", "\n  ", "[", "]", "{", "}", ",", '"', "'", "|", ">", "?", "#", "%", "---"),
    *("&a", "*a", "<<", "!!int", "!x", "~", "true", "1", "-1", "1e3", "2026-01-01", "https://a.b/"),
    *(
        "\\ud83d",
        "\\ude00",
        "\u2028",
        "\x85",
        "\ufeff",
        "\t",
        "\r",
        "é",
        "😀",
        "\x00",
        "\x1b",
        "&#0;",
    ),
]


@given(st.lists(st.sampled_from(YAML_PIECES), max_size=40).map("".join))
def test_any_shape_of_yaml_is_an_article_or_a_rejection(text: str) -> None:
    """Also where each field is of any type at all."""
    assert isinstance(parse("ai", "a.md", f"---\n{text}\n---\n".encode()), Article | Rejection)
    assert isinstance(parse("ai", "a.md", file_of(related=text)), Article | Rejection)


MARKER = "TOPSECRET"
BLOB = "c2VjcmV0" * 8
SECRET = f'secured: "{BLOB}{MARKER}{BLOB}"'
HIDING = FULL.replace(FULL[FULL.index("secured:") : FULL.index("futureField")], f"{SECRET}\n")
KEPT = HIDING.index("secured"), HIDING.index(MARKER)


@given(
    st.integers(0, len(HIDING)),
    st.integers(0, 30),
    st.sampled_from(
        ["", "\n", "\n  ", " ", '"', "'", "|\n", ">\n  ", ": ", "- ", "[", "{", "*", "&"]
    ),
)
@example(KEPT[0] - 1, 1, "")
@example(KEPT[0], 0, "  ")
@example(HIDING.index('"A robot'), 23, ">\n  A robot")
def test_what_is_secured_never_appears(start: int, length: int, put: str) -> None:
    """Not even if the file is damaged at the very place, as long as the name is readable."""
    end = min(start + length, len(HIDING))
    if start < KEPT[1] and end > KEPT[0]:
        start = end = KEPT[1]
    damaged = HIDING[:start] + put + HIDING[end:]

    assert MARKER not in repr(parse("ai", "a.md", damaged.encode()))


@pytest.mark.parametrize(
    "written",
    [
        f"secured: {MARKER}",
        f'secured: "{MARKER}',
        f"secured: {MARKER}: {MARKER}",
        f"secured: &{MARKER} a",
        f"secured: !{MARKER} a",
        f"secured:\n  {MARKER}: 1\n  {MARKER}: 2",
        f"secured:\n- {MARKER}\n- {MARKER}",
        f"secured: >\n  a\n\n  {MARKER}\n",
        f'secured: "a\n\t{MARKER}"',
        f"'secured': {MARKER}",
        f"{{secured: {{{MARKER}: 1, {MARKER}: 2}}}}",
        f'featuredContent: "<iframe title=\\"{MARKER}\\">"',
        f"heat: {BLOB}secured: {BLOB}{MARKER}",
        f"excerpt: >\n  Words that run intosecured: {BLOB}{MARKER}",
    ],
)
def test_hidden_fields_are_hidden_however_they_are_written(written: str) -> None:
    """Neither their values nor their faults reach an article or a problem."""
    whole = file_of().decode().replace("---\n", f"---\n{written}\n", 1)

    assert MARKER not in repr(parse("ai", "a.md", whole.encode()))


def test_a_broken_hidden_field_does_no_harm_to_the_others() -> None:
    """What nobody may see need not be valid."""
    whole = FULL.replace('secured: "', "secured: {[")

    assert parse("ai", "a.md", whole.encode()) == parse("ai", "a.md", FULL.encode())
