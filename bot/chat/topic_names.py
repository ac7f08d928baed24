"""Topics as people type them: suggested, and recognised by name or alias."""

from __future__ import annotations

import asyncio
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bot.chat.replies import AnswerError
from digests.markdown import escape
from digests.names import name_key
from digests.text import clean, cut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.answer import Answer
    from digests.topic import Topics

SUGGESTED_FOR = 10.0
"""Seconds for which the same names are suggested: every key that somebody presses asks for them."""


class TopicNames:
    """The topics that are configured, known or in the news."""

    def __init__(self, answer: Answer, topics: Topics) -> None:
        """Take the flow that knows what is in the news."""
        self._answer = answer
        self._topics = topics
        self._suggested: list[str] = []
        self._suggested_until = 0.0

    async def known(self) -> list[str]:
        """All names, those in use first; an alias stands for its topic."""
        names = await self._answer.topic_names()
        return list(dict.fromkeys(self._topics.get(name).name for name in names))

    async def like(self, text: str) -> list[str]:
        """Topics to suggest: whose name or alias holds the text, then the children of these."""
        names, wanted = await self._names_to_suggest(), name_key(text)
        found = [
            name
            for name in names
            if any(wanted in name_key(one) for one in (name, *self._topics.get(name).aliases))
        ]
        family = self._topics.widen(found)
        return list(dict.fromkeys([*found, *(n for n in names if name_key(n) in family)]))

    async def _names_to_suggest(self) -> list[str]:
        """All names as they were some seconds ago: what people then choose is looked up anew."""
        now = asyncio.get_running_loop().time()
        if now >= self._suggested_until:
            self._suggested = await self.known()
            self._suggested_until = now + SUGGESTED_FOR
        return self._suggested

    async def recognise(self, text: str) -> str:
        """The topic that the text names, or the only one whose name holds it.

        Raises AnswerError, with the likeliest, if there is none.
        """
        known = {name_key(name): name for name in await self.known()}
        wanted = name_key(self._topics.get(text).name)
        if wanted in known:
            return known[wanted]
        holding = _holding(wanted, known)
        if len(holding) == 1:
            return holding[0]
        likeliest = _likeliest(wanted, known)
        hint = f"did you mean “{escape(likeliest)}”?" if likeliest else "see `/topics`."
        raise AnswerError(f"There is no topic “{escape(cut(clean(text), 60))}”: {hint}")

    async def unknown(self, names: tuple[str, ...]) -> list[tuple[str, str | None]]:
        """Those of the names that no article has borne yet, and no configuration.

        Each comes with the known one that was probably meant, if there is one.
        """
        known = {name_key(name): name for name in await self.known()}
        strange = []
        for name in names:
            wanted = name_key(self._topics.get(name).name)
            if wanted not in known:
                holding = _holding(wanted, known)
                meant = holding[0] if len(holding) == 1 else _likeliest(wanted, known)
                strange.append((name, meant))
        return strange


def _holding(wanted: str, known: Mapping[str, str]) -> list[str]:
    """The names, by their keys, that hold what is wanted."""
    return [name for key, name in known.items() if wanted and wanted in key]


def _likeliest(wanted: str, known: Mapping[str, str]) -> str | None:
    """The name that is spelled most like what is wanted; None if none is."""
    nearest = get_close_matches(wanted[:100], known, n=1)
    return known[nearest[0]] if nearest else None
