"""What the demo says to somebody who has never seen it: on its page, and in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.page import Welcome

if TYPE_CHECKING:
    from pathlib import Path

NEWS_TOPIC = "The daily digest. Type /top-by-heat to ask for the hottest stories yourself."

ALERTS_TOPIC = "A post for each story, within a second of its arrival. Add one under Controls."


def how_to_end(keep: Path | None) -> str:
    """Say how the demo ends, and what becomes of it all; `keep` None = nothing stays."""
    if keep is None:
        return "Ctrl-C ends the demo and removes everything; with --keep DIR it would stay."
    return f"Ctrl-C ends the demo; everything stays in {keep}."


def welcome(articles: Path | None, keep: Path | None) -> Welcome:
    """Return what a newcomer is told: what this is, and what to try; `articles` None = samples."""
    stays = f"stays in {keep.name}" if keep else "goes when the demo ends (`--keep DIR` keeps it)"
    read = "made-up news" if articles is None else f"the articles in {articles.name}"
    return Welcome(
        "digest-bot demo",
        "A stand-in for Discord",
        "**This is not Discord, but it works like it, and the bot is the real one.** It has read "
        f"{read} and posted today's digest below. Try `/top-by-heat` in the box at the bottom. "
        "Under **Controls** you can add an article, move on to the next digest or cut the "
        "connection, and watch what the bot does about it. You are Anna, who owns the server; be "
        f"**Ben** to see what members see. All of it {stays}.",
    )
