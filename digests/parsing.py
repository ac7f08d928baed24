"""From the bytes of a file to an article, or to all the reasons why it is none."""

from __future__ import annotations

from typing import Final

import frontmatter
from pydantic import ValidationError

from digests.article import Article, Problem, Rejection
from digests.front_matter import FrontMatter, problems_of
from digests.hidden_fields import without_hidden_fields
from digests.yaml_events import FrontMatterHandler, Mapping

MAX_BYTES: Final = 256 * 1024
"""The largest file that is read; real ones have 2 to 30 kB."""

MAX_PROBLEMS: Final = 20
"""How many problems a rejection tells; the last one counts the rest."""


def parse(feed: str, path: str, data: bytes) -> Article | Rejection:
    """Read the article in the file's content; what it says wrong is told all at once.

    Never raises, whatever the bytes are, and never shows a part of the field ``secured``.
    """
    try:
        fields = _fields(_text(data))
    except _UnusableError as error:
        return Rejection(feed, path, _limited(error.problems), error.incomplete)
    return Article(
        feed=feed,
        path=path,
        title=fields.title,
        excerpt=fields.excerpt,
        url=fields.url,
        keys=fields.keys,
        published_at=fields.published_at,
        outlet=fields.outlet,
        quality=fields.quality,
        heat=fields.heat,
        published=fields.published,
        topics=fields.topics,
        kind=fields.kind,
        picture=fields.picture,
        related=fields.related,
    )


class _UnusableError(Exception):
    """The file is no article, for these reasons."""

    def __init__(self, *problems: Problem, incomplete: bool = False) -> None:
        super().__init__(*problems)
        self.problems = problems
        self.incomplete = incomplete


def _text(data: bytes) -> str:
    """Decode the file, with line feeds at the ends of lines."""
    if len(data) > MAX_BYTES:
        raise _UnusableError(
            Problem(f"the file has {len(data):,} bytes: at most {MAX_BYTES:,} are read")
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem("this is not UTF-8: save the file in that encoding", line)
        raise _UnusableError(problem, incomplete=b"\n---" not in data) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _UnusableError(Problem("a NUL character: the file is damaged, or no text", line))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _fields(text: str) -> FrontMatter:
    """Read and check the front matter."""
    _check_boundaries(text)
    handler = FrontMatterHandler()
    frontmatter.parse(without_hidden_fields(text), handler=handler)
    root, problems = handler.reading.root, handler.reading.problems
    if not isinstance(root, Mapping):
        wanted = Problem("the front matter must be lines such as `title: Some words`", 2)
        raise _UnusableError(*(problems or [wanted]))
    try:
        fields = FrontMatter.model_validate(root)
    except ValidationError as error:
        raise _UnusableError(*problems, *problems_of(error)) from None
    if problems:
        raise _UnusableError(*problems)
    return fields


def _check_boundaries(text: str) -> None:
    """See to it that the front matter begins with the file, and ends."""
    first, _, rest = text.partition("\n")
    if "---".startswith(text.strip()):
        raise _UnusableError(Problem("the file is empty"), incomplete=True)
    if first.rstrip(" \t") != "---":
        reason = "the first line must be --- alone, and YAML front matter must follow it"
        raise _UnusableError(Problem(reason, 1))
    if not FrontMatterHandler.FM_BOUNDARY.search(rest):
        reason = "the front matter does not end: a second line of --- alone is expected"
        raise _UnusableError(Problem(reason), incomplete=True)


def _limited(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    if len(problems) <= MAX_PROBLEMS:
        return problems
    rest = len(problems) - MAX_PROBLEMS + 1
    return (*problems[: MAX_PROBLEMS - 1], Problem(f"and {rest:,} more problems"))
