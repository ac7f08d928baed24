"""Real files are articles, and lose no meaning: compared with an independent reading by PyYAML.

The files are not the project's own; where they are not at hand, these tests are skipped.
"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml

from digests.article import Article
from digests.parsing import parse

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
HISTORY = CORPUS / "power-apps" / "history.jsonl.gz"
FILES = sorted(CORPUS.glob("seed/*.md")) + sorted(CORPUS.glob("power-apps/articles/*.md"))

pytestmark = pytest.mark.skipif(not HISTORY.exists(), reason="the corpus of real files is absent")


def words(text: str) -> str:
    """The text as readers see it, by other means than the program's."""
    return " ".join(unescape(text).split())


def moment(value: Any) -> datetime:
    """PyYAML's time, which may be naive."""
    assert isinstance(value, datetime)
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def assert_same_meaning(text: str) -> None:
    """Compare the article with what PyYAML reads in the same text."""
    article = parse("power-apps", "a.md", text.encode())
    front_matter, _, _ = text.removeprefix("---").partition("\n---")
    fields = yaml.load(front_matter, Loader=yaml.CSafeLoader)

    assert isinstance(article, Article), article
    assert article.title == words(fields["title"])
    assert article.excerpt == words(fields.get("excerpt") or "")
    assert article.published_at == moment(fields["publishedDateTime"])
    assert article.url == fields.get("webUrl", fields.get("originalUrl"))
    assert article.outlet.name == words(fields["provider"]["name"])
    assert article.outlet.domain == fields["provider"]["domain"]
    assert (article.heat, article.quality) == (fields["heat"], fields["quality"])
    assert (article.published, article.kind) == (fields["published"], fields["type"])
    assert article.topics == tuple(fields.get("topics") or ())
    assert [piece.title for piece in article.related] == [
        words(piece["title"]) for piece in fields.get("related") or ()
    ]
    pictures = fields.get("images") or [{}]
    assert (article.picture.url if article.picture else None) == pictures[0].get("url")
    assert fields["secured"][:40] not in repr(article)


def history() -> list[str]:
    """All texts that the files ever had, each once."""
    with gzip.open(HISTORY, "rt", encoding="utf-8") as lines:
        return list(dict.fromkeys(json.loads(line)["text"] for line in lines))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:40])
def test_a_real_file_is_an_article_of_the_same_meaning(path: Path) -> None:
    """Nothing that readers see is lost or changed."""
    assert_same_meaning(path.read_text(encoding="utf-8"))


def test_every_text_that_real_files_ever_had_is_an_article_of_the_same_meaning() -> None:
    """Five months of rewrites are read without a single rejection."""
    texts = history()

    assert len(texts) > 900
    for text in texts:
        assert_same_meaning(text)


def test_mobile_variants_of_real_articles_have_their_key() -> None:
    """Whatever variant another outlet names, it is the same page."""
    for path in FILES:
        article = parse("power-apps", path.name, path.read_bytes())
        assert isinstance(article, Article)
        for keys in (article.keys, *(piece.keys for piece in article.related)):
            assert len(keys) <= 2
            assert not any("ampproject" in key for key in keys)
