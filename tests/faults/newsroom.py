"""What is put into the bot's directory, and what its readers may expect of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.demo.compose import compose_article
from tests.support.bot import write_file

if TYPE_CHECKING:
    import random
    from pathlib import Path

_WHO = (
    "Otters",
    "Librarians",
    "Lighthouses",
    "Bakers",
    "Glaciers",
    "Trams",
    "Violins",
    "Beekeepers",
)
_DO = ("teach", "translate", "map", "repair", "predict", "sketch", "audit", "rehearse")
_WHAT = ("tide tables", "sourdough", "street lamps", "bird song", "old maps", "harbour fog")
_WHERE = ("in Lund", "near Porto", "at Lake Inari", "on Skye", "in Trieste", "above Bergen")

PAGE = "https://desk.example/s/"
"""Where articles are published; what follows is the serial by which a message is recognised."""


@dataclass(slots=True)
class Piece:
    """One article, and how it stands: `take` counts what readers can see of its changes.

    `gave_up`: it was arranged that no message, or an old one, is right as well.
    """

    serial: int
    words: str
    published_at: datetime
    take: int = 1
    heat: int = 50
    published: bool = True
    gave_up: bool = False

    @property
    def title(self) -> str:
        """The headline; numbers always tell two titles apart."""
        return f"{self.words}, study {self.serial}, take {self.take}"

    @property
    def url(self) -> str:
        """The article's own page."""
        return f"{PAGE}{self.serial}/x"

    @property
    def text(self) -> str:
        """The file."""
        return compose_article(
            self.title, "AI", self.heat, self.published_at, url=self.url, published=self.published
        )


class Newsroom:
    """Writes articles, and remembers what it wrote: all that the oracle goes by."""

    def __init__(self, directory: Path, chance: random.Random) -> None:
        directory.mkdir(parents=True)
        self._directory = directory
        self._chance = chance
        self.pieces: list[Piece] = []

    def add(self, now: datetime) -> Piece:
        """Publish a new article."""
        words = " ".join(self._chance.choice(some) for some in (_WHO, _DO, _WHAT, _WHERE))
        piece = Piece(len(self.pieces) + 1, words, now - timedelta(minutes=5))
        self.pieces.append(piece)
        return self._write(piece)

    def retitle(self, piece: Piece) -> Piece:
        """Change what readers see."""
        piece.take += 1
        return self._write(piece)

    def warm(self, piece: Piece) -> Piece:
        """Change what readers do not see, as nearly every rewrite does."""
        piece.heat += 1
        return self._write(piece)

    def withdraw(self, piece: Piece) -> Piece:
        """Take an article back while it is warm."""
        piece.published = False
        return self._write(piece)

    def republish(self, piece: Piece) -> Piece:
        """Take the taking back back."""
        piece.published = True
        return self._write(piece)

    def change(self, now: datetime) -> Piece:
        """Do one of these, mostly publish."""
        some = self.pieces[-12:]
        alive = [piece for piece in some if piece.published and not piece.gave_up]
        back = [piece for piece in some if not piece.published and not piece.gave_up]
        what = self._chance.choices(
            ("add", "retitle", "warm", "withdraw", "republish"), (8, 5, 2, 1, 2)
        )[0]
        if what == "republish" and back:
            return self.republish(self._chance.choice(back))
        if what in ("add", "republish") or not alive:
            return self.add(now)
        piece = self._chance.choice(alive)
        if what == "retitle":
            return self.retitle(piece)
        return self.warm(piece) if what == "warm" else self.withdraw(piece)

    def _write(self, piece: Piece) -> Piece:
        write_file(self._directory / f"2026-03-04-study-{piece.serial}.md", piece.text)
        return piece
