"""The oracle and its table: what they are shown here, they must say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from bot.sandbox import Channel, Sandbox
from bot.sandbox.messages import Body, Message
from tests.faults.newsroom import Newsroom, Piece
from tests.faults.oracle import Verdict, Witness, judge
from tests.faults.proof import Proof, plans
from tests.faults.spec import Spec, from_line, to_line
from tests.faults.steps import STEPS
from tests.faults.table import WIDTH, Tally, by_kind, table
from tests.faults.wire import WIRE_STEPS

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
PIECE = Piece(4, "Otters map bird song", NOON, take=2)


@dataclass
class Scene:
    """A channel, and somebody who sees what is posted there."""

    channel: Channel
    witness: Witness

    def post(self, title: str, piece: Piece = PIECE, mark: str = "a" * 24) -> Message:
        """Post a message about an article, as the bot does."""
        embed = {"title": title, "url": piece.url}
        button = {"type": 2, "custom_id": f"story:1:{mark}.1"}
        body = Body(embeds=(embed,), components=({"type": 1, "components": [button]},))
        return self.channel.post(self.channel.world.bot, body)

    def judged(self, pieces: Sequence[Piece] = (PIECE,)) -> Verdict:
        """What the oracle says of the channel."""
        return judge(self.witness, pieces, [self.channel], [])


@pytest.fixture
def scene() -> Scene:
    """A channel in which nothing was posted."""
    sandbox = Sandbox()
    channel = sandbox.world.add_guild("Reading Room").add_text_channel("news")
    return Scene(channel, Witness(sandbox))


def test_one_message_with_the_newest_title_is_right(scene: Scene) -> None:
    scene.post(PIECE.title)
    assert scene.judged() == Verdict(wanted=1, once=1)
    assert scene.judged().clean


def test_no_message_is_a_loss(scene: Scene) -> None:
    verdict = scene.judged()
    assert (verdict.lost, verdict.once) == (1, 0)
    assert verdict.complaints == ("#news: study 4 is lost",)


def test_a_second_message_is_a_double_even_if_it_was_deleted_again(scene: Scene) -> None:
    scene.post(PIECE.title)
    scene.post(PIECE.title, mark="b" * 24).delete()
    assert scene.judged().duplicated == 1


def test_two_messages_of_one_delivery_are_told_whatever_they_are_about(scene: Scene) -> None:
    scene.post(PIECE.title)
    scene.post("Something else", replace(PIECE, serial=5))
    assert scene.judged().complaints == (f"#news: 2 messages of delivery {'a' * 24}",)


@pytest.mark.parametrize("title", ["Otters map bird song, study 4, take 1", "~~{}~~", "{}2"])
def test_a_message_that_is_not_as_the_article_last_was_is_stale(scene: Scene, title: str) -> None:
    scene.post(title.format(PIECE.title))
    assert scene.judged().stale == 1


def test_an_article_that_was_taken_back_is_struck_through_or_was_never_shown(scene: Scene) -> None:
    withdrawn = replace(PIECE, published=False)
    assert scene.judged([withdrawn]) == Verdict()
    scene.post(f"~~{PIECE.title}~~")
    assert scene.judged([withdrawn]).clean
    scene.post(PIECE.title, mark="b" * 24)
    assert scene.judged([withdrawn]).duplicated == 1


def test_articles_of_a_newsroom_have_titles_and_pages_of_their_own(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path / "articles", Random(1))  # noqa: S311 - repeatable
    for _ in range(60):
        newsroom.change(NOON)
    titles = [piece.title for piece in newsroom.pieces]
    assert len(set(titles)) == len(titles) == len({piece.url for piece in newsroom.pieces})
    assert len(list((tmp_path / "articles").glob("*.md"))) == len(titles)
    assert any(piece.take > 1 for piece in newsroom.pieces)


def test_the_table_fits_a_terminal_and_adds_up() -> None:
    one = Tally("every named step", 7, Counter({"send ends": 1000}), Counter({"500": 2}))
    one.verdict = Verdict(2000, 1998, 1, 1, 0, ("a", "b"))
    total = Tally("in all", 7)
    total.add(one)
    total.add(one)
    text = table([one, total])
    assert max(map(len, text.splitlines())) <= WIDTH
    last = text.splitlines()[-1].split()
    assert last[-7:] == ["2,000", "4", "4,000", "3,996", "2", "2", "0"]
    assert "1,000  send ends" in by_kind(one.kills, "kills")


def test_a_proof_holds_only_if_its_rows_are_clean_and_every_mutant_is_caught() -> None:
    clean = Tally("as it is", 1, verdict=Verdict(3, 3))
    caught = Tally("mark before send", 1, verdict=Verdict(3, 2, lost=1))
    missed = Tally("send before claim", 1, verdict=Verdict(3, 2, lost=1))
    assert Proof([clean], [caught]).holds
    assert not Proof([caught], [caught]).holds
    assert not Proof([clean], [missed]).holds


def test_the_kills_of_a_long_run_are_as_many_as_were_asked_for() -> None:
    named = len(STEPS) + len(WIRE_STEPS)
    assert sum(plan.kills for plan in plans(1000, 1)) == 1000 - named


def test_a_process_is_told_what_it_is_to_do_in_one_line() -> None:
    spec = Spec("/run", "http://a", "ws://a", "t", (1, 2), (3,), 4, timing=(("quiet", 1.0),))
    assert from_line(to_line(spec).decode()) == spec
    assert spec.patience().quiet.total_seconds() == 1.0
