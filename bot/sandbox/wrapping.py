"""Breaking text into lines of a terminal, where some characters take two columns and some none."""

import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len, chop_cells, set_cell_size

GAP = 2
"""Columns between blocks that stand beside each other."""

_JOINERS = "\u200d"
"""The zero-width joiner, which holds emoji together."""

_LEAD = re.compile(r" *(?:• |│ |\d{1,3}\. )?")


def wrap(text: str, width: int) -> list[str]:
    """Return the lines of a text, each at most `width` columns.

    Words are kept whole where they fit, line breaks of the text stay, and what follows a bullet,
    a number or a quotation mark is indented like it.
    """
    return [line for part in text.split("\n") for line in _wrap_paragraph(part, width)]


def _wrap_paragraph(text: str, width: int) -> list[str]:
    match = _LEAD.match(text)
    lead = match[0] if match else ""
    if cell_len(lead) > width // 2:
        lead = ""
    further = lead if "│" in lead else " " * cell_len(lead)
    room = width - cell_len(lead)
    lines = flow(text[len(lead) :].split(), room, gap=" ")
    return [lead + lines[0], *(further + line for line in lines[1:])] if lines else [lead.rstrip()]


def flow(pieces: Iterable[str], width: int, *, gap: str = " " * GAP) -> list[str]:
    """Return pieces side by side on as few lines as they need; only one too long is cut."""
    lines: list[str] = []
    for piece in map(printable, pieces):
        joined = f"{lines[-1]}{gap}{piece}" if lines else piece
        if lines and cell_len(joined) <= width:
            lines[-1] = joined
        else:
            lines += chop_cells(piece, width) if cell_len(piece) > width else [piece]
    return lines


def printable(text: str) -> str:
    """Return a text without what could take over a terminal: control and direction characters."""
    return "".join(c for c in text if c.isprintable() or c in _JOINERS)


def share_of(count: int, width: int) -> int:
    """Return how many columns each of `count` blocks has when they stand beside each other."""
    return (width - GAP * (count - 1)) // count


def columns(blocks: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return blocks of lines side by side, each with an equal share of the width."""
    share = share_of(len(blocks), width)
    rows = []
    for i in range(max(map(len, blocks))):
        cells = [block[i] if i < len(block) else "" for block in blocks]
        rows.append((" " * GAP).join(set_cell_size(cell, share) for cell in cells).rstrip())
    return rows
