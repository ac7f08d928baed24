"""From a file's bytes to an article, or to every reason why it is none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from digests.article import Article, Outlet, Picture, Rejection
from digests.parsing import MAX_PROBLEMS, parse
from tests.digests.article_files import FULL, file_of


def article_of(data: bytes | None = None, **fields: str | None) -> Article:
    """The article that the file must be."""
    found = parse("ai", "a.md", file_of(**fields) if data is None else data)
    assert isinstance(found, Article), found
    return found


def rejection_of(data: bytes | None = None, **fields: str | None) -> Rejection:
    """The rejection that the file must meet."""
    found = parse("ai", "a.md", file_of(**fields) if data is None else data)
    assert isinstance(found, Rejection), found
    return found


def problems_of(data: bytes | None = None, **fields: str | None) -> list[str]:
    """The problems of the file, as the operator reads them."""
    return [str(problem) for problem in rejection_of(data, **fields).problems]


def test_a_full_file_is_an_article_with_all_that_it_says() -> None:
    """Every field that readers may see arrives, clean and typed."""
    article = article_of(FULL.encode())

    assert (article.feed, article.path) == ("ai", "a.md")
    assert article.title == "Café robots & their “baristas”"
    assert article.excerpt == "A robot that pours..."
    assert article.url == "https://www.example.com/robots"
    assert article.keys == ("example.com/robots",)
    assert article.published_at == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    assert article.outlet == Outlet(
        "Example Post", "example.com", "https://example.org/logo-50x50.png"
    )
    assert (article.quality, article.heat, article.published) == (54, 74, True)
    assert article.topics == ("AI in Robotics", "AI")
    assert article.kind == "video"
    assert article.picture == Picture("https://example.org/robot.png", 1200, 630)
    (piece,) = article.related
    assert piece.title == "Robot pours coffee"
    assert piece.excerpt == "It does."
    assert piece.outlet == Outlet("The Example Times", "times.example")
    assert piece.url == "https://times.example/coffee"
    assert piece.keys == ("times.example/coffee",)
    assert piece.published_at == datetime(2026, 3, 4, 8, tzinfo=UTC)
    assert (piece.quality, piece.kind) == (44, "article")


def test_line_ends_and_a_byte_order_mark_make_no_difference() -> None:
    """Files that were saved on Windows are the same articles."""
    usual = article_of(FULL.encode())

    assert article_of(b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode()) == usual
    assert article_of(FULL.replace("\n", "\r").encode()) == usual
    assert article_of(FULL.replace("---\n", "--- \t\n").encode()) == usual


def test_a_body_is_read_past() -> None:
    """Whatever stands below the front matter, its own lines of dashes included, does no harm."""
    assert article_of(FULL.encode() + b"Words.\n\n---\n\n: [\n") == article_of(FULL.encode())


@pytest.mark.parametrize("title", ["017", "no", "12:30", "2021-01-01", "1e3", "1.10", "0x1F", "y"])
def test_a_title_stays_as_it_is_written(title: str) -> None:
    """No title turns into a number, a truth value or a time."""
    assert article_of(title=title).title == title


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (r'"Smile \ud83d\ude00"', "Smile 😀"),
        (r'"Smile \uD83D\uDE00\uD83D\uDE00!"', "Smile 😀😀!"),
        (r'"Slash \\ud83d\\ude00"', r"Slash \ud83d\ude00"),
        (r'"Path a\/b"', "Path a/b"),
        ("'It''s'", "It's"),
        (">-\n  Two\n  lines", "Two lines"),
        ("one\u2028line", "one line"),
        ("!!str 12", "12"),
        ('"null"', "null"),
    ],
)
def test_a_title_may_be_written_in_any_of_yamls_ways(written: str, title: str) -> None:
    """What JavaScript and people write is understood."""
    assert article_of(title=written).title == title


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-04T09:30:00Z", "2026-03-04T09:30:00+00:00"),
        ('"2026-03-04T09:30:00.123Z"', "2026-03-04T09:30:00.123000+00:00"),
        ("2026-03-04t09:30:00z", "2026-03-04T09:30:00+00:00"),
        ("2026-03-04 09:30:00", "2026-03-04T09:30:00+00:00"),
        ("2026-03-04 09:30:00 +02:00", "2026-03-04T07:30:00+00:00"),
        ("2026-03-04T09:30-0530", "2026-03-04T15:00:00+00:00"),
        ("2026-03-04", "2026-03-04T00:00:00+00:00"),
        ("2024-02-29T23:59:59.1234567Z", "2024-02-29T23:59:59.123456+00:00"),
    ],
)
def test_a_time_is_a_moment_of_utc(written: str, moment: str) -> None:
    """With an offset or without, all times compare."""
    assert article_of(publishedDateTime=written).published_at.isoformat() == moment


@pytest.mark.parametrize(
    ("written", "heat"), [("017", 17), ("-1", -1), ("+5", 5), ('"74"', 74), ("1000000", 1_000_000)]
)
def test_heat_is_a_decimal_number(written: str, heat: int) -> None:
    """It reads as people read it."""
    assert article_of(heat=written).heat == heat


@pytest.mark.parametrize(
    ("written", "published"), [("true", True), ("False", False), ("TRUE", True), ('"false"', False)]
)
def test_published_is_true_or_false(written: str, published: bool) -> None:
    """In any spelling of YAML, quoted or not."""
    assert article_of(published=written).published is published


@pytest.mark.parametrize("nothing", [None, "", "~", "null"])
def test_what_is_not_said_has_a_sensible_default(nothing: str | None) -> None:
    """An article without heat and quality ranks last, and is published, as Jekyll would have it."""
    article = article_of(
        heat=nothing,
        quality=nothing,
        published=nothing,
        type=nothing,
        excerpt=nothing,
        topics=nothing,
        images=nothing,
        related=nothing,
    )

    assert (article.heat, article.quality, article.published) == (0, 0, True)
    assert (article.kind, article.excerpt, article.topics) == ("article", "", ())
    assert (article.picture, article.related) == (None, ())


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"provider": "\n  name: Post\n  domain: example.com"}, "Post"),
        ({"provider": "\n  domain: Example.com"}, "example.com"),
        ({"provider": "Post"}, "Post"),
        ({"provider": None}, "example.com"),
        ({"provider": "\n  name: [Post]\n  domain: a b"}, "example.com"),
        ({"provider": "~", "webUrl": "https://www.example.org/"}, "example.org"),
        ({"provider": "[]", "webUrl": "~", "originalUrl": "https://a.example"}, "a.example"),
    ],
)
def test_an_outlet_is_named_by_what_is_known_of_it(fields: dict[str, Any], name: str) -> None:
    """Its name, else its domain, else the host of the link."""
    assert article_of(**fields).outlet.name == name


@pytest.mark.parametrize(
    ("web", "original", "url"),
    [
        ("https://example.com/a", "https://example.org/b", "https://example.com/a"),
        (None, "https://example.org/b", "https://example.org/b"),
        ("javascript:alert(1)", "https://example.org/b", "https://example.org/b"),
        ("[https://example.com/a]", None, None),
    ],
)
def test_the_link_is_the_first_usable_address(
    web: str | None, original: str | None, url: str | None
) -> None:
    """A bad link drops the link, never the article."""
    assert article_of(webUrl=web, originalUrl=original).url == url


@pytest.mark.parametrize(
    ("written", "topics"),
    [
        ("Power Apps", ("Power Apps",)),
        ("[AI, ai, '', ~, Math for AI]", ("AI", "Math for AI")),
        (
            "[" + ", ".join(f"T{number}" for number in range(40)) + "]",
            tuple(f"T{number}" for number in range(16)),
        ),
    ],
)
def test_topics_are_distinct_names(written: str, topics: tuple[str, ...]) -> None:
    """A single name is a list of one; there are at most 16."""
    assert article_of(topics=written).topics == topics


@pytest.mark.parametrize(
    "pictures",
    [
        "https://example.com/a.png",
        "[]",
        "[{url: ''}]",
        "[{url: 'file:///a.png'}]",
        "[{url: 'http://127.0.0.1/a.png'}]",
        "[{width: 5}, a, [b], ~]",
        "{url: [a]}",
    ],
)
def test_a_bad_picture_is_left_out(pictures: str) -> None:
    """The article appears without it, and so does its outlet without a logo."""
    article = article_of(images=pictures, provider=f"{{name: Post, images: {pictures}}}")

    assert article.picture is None
    assert article.outlet == Outlet("Post")


def test_the_first_usable_picture_is_shown() -> None:
    """Sizes that make no sense are left out."""
    written = "[{url: 'ftp://a'}, {url: 'https://example.com/a.png', width: big, height: 0}]"

    assert article_of(images=written).picture == Picture("https://example.com/a.png")


def test_broken_related_pieces_are_left_out_one_by_one() -> None:
    """The others stay, and so does the article."""
    good = "{title: Good, provider: Post, quality: high, publishedDateTime: soon, webUrl: 'x y'}"
    bad = ["~", "a", "[]", "{}", "{title: [a], provider: Post}", "{title: No outlet}"]

    (piece,) = article_of(related=f"[{', '.join([*bad, good])}]").related

    assert (piece.title, piece.outlet.name) == ("Good", "Post")
    assert (piece.quality, piece.published_at, piece.url, piece.keys) == (None, None, None, ())
    assert article_of(related="a").related == ()


def test_related_pieces_have_a_limit() -> None:
    """A story has 20; a thousand are an attack."""
    written = ", ".join(["{title: a, provider: b}"] * 1000)

    assert len(article_of(related=f"[{written}]").related) == 64


@pytest.mark.parametrize(
    ("field", "written", "problem"),
    [
        ("title", None, "title: is missing"),
        ("title", "~", "line 2, title: is missing"),
        ("title", '"&#8203; "', "line 2, title: has no visible text"),
        ("title", '"\u2800\u2800"', "line 2, title: has no visible text"),
        ("title", "[a]", "line 2, title: a list is not text"),
        ("excerpt", "{a: b}", "line 10, excerpt: a mapping is not text"),
        ("publishedDateTime", None, "publishedDateTime: is missing"),
        (
            "publishedDateTime",
            "soon",
            'line 3, publishedDateTime: "soon" is not a time such as 2020-06-19T16:44:00Z',
        ),
        (
            "publishedDateTime",
            "2021-02-30",
            'line 3, publishedDateTime: "2021-02-30" is not a moment that exists',
        ),
        (
            "publishedDateTime",
            "0001-01-01T00:00:00+14:00",
            'line 3, publishedDateTime: "0001-01-01T00:00:00+14:00" is not a moment that exists',
        ),
        (
            "publishedDateTime",
            "1969-12-31",
            'line 3, publishedDateTime: "1969-12-31" is not a moment of the years 1970 to 2199',
        ),
        ("heat", "abc", 'line 8, heat: "abc" is not a whole number from -1 to 1,000,000'),
        ("heat", "true", 'line 8, heat: "true" is not a whole number from -1 to 1,000,000'),
        ("heat", ".nan", 'line 8, heat: ".nan" is not a whole number from -1 to 1,000,000'),
        ("heat", "-2", 'line 8, heat: "-2" is not a whole number from -1 to 1,000,000'),
        ("heat", "1e3", 'line 8, heat: "1e3" is not a whole number from -1 to 1,000,000'),
        ("heat", "12:30", 'line 8, heat: "12:30" is not a whole number from -1 to 1,000,000'),
        ("heat", "٣", 'line 8, heat: "٣" is not a whole number from -1 to 1,000,000'),
        ("heat", str(2**70), f'line 8, heat: "{2**70}" is not a whole number from -1 to 1,000,000'),
        ("quality", "-1", 'line 7, quality: "-1" is not a whole number from 0 to 1,000,000'),
        ("quality", "[1]", "line 7, quality: a list is not a whole number from 0 to 1,000,000"),
        ("published", "maybe", 'line 9, published: "maybe" is not true or false'),
        ("topics", "{a: b}", "line 10, topics: is a mapping: a list of names is expected"),
        (
            "topics",
            "[a, [b]]",
            "line 10, topics: item 2 is not a name: a list of names is expected",
        ),
    ],
)
def test_a_wrong_value_is_a_problem_with_its_place(
    field: str, written: str | None, problem: str
) -> None:
    """The operator reads which line and which field, and what is expected there."""
    assert problems_of(None, **{field: written}) == [problem]


def test_without_name_domain_and_link_there_is_no_outlet() -> None:
    """Readers must see where a story is from."""
    (problem,) = problems_of(provider="\n  images: []", webUrl="nowhere")

    assert problem == "line 6, provider: names no outlet: a name, a domain or a webUrl is expected"


def test_all_problems_are_told_at_once() -> None:
    """Nobody mends a file one message at a time."""
    found = problems_of(title="[a]", heat="hot", published="maybe", quality="7\nquality: 8")

    assert found[0] == "line 8: this key stands in line 7 already: keep one of them"
    assert [problem.split(":")[0] for problem in found[1:]] == [
        "line 2, title",
        "line 9, heat",
        "line 10, published",
    ]


def test_a_flood_of_problems_is_counted() -> None:
    """The list stays readable."""
    problems = problems_of(extra="\n" + "\n".join(["  a: 1"] * 500))

    assert len(problems) == MAX_PROBLEMS
    assert problems[-1] == "and 480 more problems"


def test_long_values_are_quoted_in_part() -> None:
    """A problem is one line."""
    (problem,) = problems_of(heat='"' + "x\\n*" * 5000 + '"')

    assert len(problem) < 160
    assert "\n" not in problem


NO_FRONT_MATTER = "line 1: the first line must be --- alone, and YAML front matter must follow it"
OPEN_QUOTE = "not valid YAML: while scanning a quoted scalar, found unexpected end of stream"
NO_FIELDS = "line 2: the front matter must be lines such as `title: Some words`"
HALF = FULL.encode()[:300]


@pytest.mark.parametrize(
    "data", [b"", b"\n \n", b"-", b"---", b"---\n", b"\xef\xbb\xbf", HALF, b"---\ntitle: \xc3"]
)
def test_a_half_written_file_looks_incomplete(data: bytes) -> None:
    """It is looked at again soon, before anybody is told."""
    assert rejection_of(data).incomplete


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"Just words.\n", NO_FRONT_MATTER),
        (b"\n---\ntitle: a\n---\n", NO_FRONT_MATTER),
        (b"+++\ntitle = 'a'\n+++\n", NO_FRONT_MATTER),
        (b"--- # a\ntitle: a\n---\n", NO_FRONT_MATTER),
        (b"---\n---\n", NO_FIELDS),
        (b"---\n# a\n---\n", NO_FIELDS),
        (b"---\n- a\n---\n", NO_FIELDS),
        (b"---\nwords\n---\n", NO_FIELDS),
        (b"---\na: \xff\n---\n", "line 2: this is not UTF-8: save the file in that encoding"),
        (b"---\na: 1\n\x00\n---\n", "line 3: a NUL character: the file is damaged, or no text"),
        (
            b"---\ntitle: a\nb: \x1b\n---\n",
            "line 3: the control character U+001B does not belong in text",
        ),
        (
            b"---\ntitle: a: b\n---\n",
            "line 2: not valid YAML: mapping values are not allowed in this context",
        ),
        (
            b'---\ntitle: "a\n---\n',
            f"line 3: {OPEN_QUOTE}",
        ),
    ],
)
def test_a_file_of_another_kind_is_told_what_is_expected(data: bytes, problem: str) -> None:
    """Nothing is silently read as an article without fields."""
    rejection = rejection_of(data)

    assert [str(one) for one in rejection.problems] == [problem]
    assert not rejection.incomplete
