"""Topics: named interests with parents, aliases, colours and emoji."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from digests.names import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = "AI"
"""The topic that upstream files name last, the parent of all others."""

# The parents, colours and emoji of the topics that upstream's files use; any may be overridden.
_KNOWN: tuple[tuple[str, str | None, int, str], ...] = (
    (ROOT, None, 0x5865F2, "🧠"),
    ("Machine Learning", ROOT, 0x9B59B6, "⚙️"),
    ("TensorFlow", "Machine Learning", 0xFF6F00, "🧮"),
    ("Computer Vision", ROOT, 0x3498DB, "👁️"),
    ("Natural Language Processing", ROOT, 0x1ABC9C, "💬"),
    ("AI Ethics", ROOT, 0xE67E22, "⚖️"),
    ("AI Hardware", ROOT, 0x7F8C8D, "🔌"),
    ("AI in Autos", ROOT, 0xC0392B, "🚗"),
    ("AI in Healthcare", ROOT, 0xE74C8B, "🩺"),
    ("AI in Finance", ROOT, 0x27AE60, "💹"),
    ("AI in Marketing", ROOT, 0xD35FB7, "📣"),
    ("AI in Sales", ROOT, 0xF39C12, "🤝"),
    ("AI in Education", ROOT, 0xF1C40F, "🎓"),
    ("AI in Robotics", ROOT, 0x16A085, "🤖"),
    ("AI in Security", ROOT, 0x34495E, "🔒"),
    ("AWS AI", ROOT, 0xFF9900, "☁️"),
    ("Microsoft AI", ROOT, 0x00A4EF, "🪟"),
    ("Google AI", ROOT, 0x4285F4, "🔎"),
    ("Facebook AI", ROOT, 0x1877F2, "👥"),
    ("IBM AI", ROOT, 0x0F62FE, "🔷"),
    ("Math for AI", ROOT, 0x8E44AD, "📐"),
)

_PALETTE = (0x3498DB, 0x1ABC9C, 0x9B59B6, 0xE67E22, 0x27AE60, 0xE74C3C, 0xF1C40F, 0x2E86C1)
_EMOJI = "📰"


@dataclass(frozen=True, slots=True)
class Topic:
    """A named interest. `colour` is 0xRRGGBB; `parent` a topic's name, None for the top."""

    name: str
    parent: str | None = None
    colour: int | None = None
    emoji: str | None = None
    aliases: tuple[str, ...] = ()


def topic_code(name: str) -> str:
    """Eight hexadecimal digits that stand for the topic where a name is too long: in a button."""
    return blake2b(name_key(name).encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


class Topics:
    """The topics that are configured or known, and how they hang together.

    Topics that were only met in articles need no entry: they have no parent but their own name.
    Cycles among parents are cut where they close.
    """

    def __init__(self, configured: Iterable[Topic] = ()) -> None:
        """Take the configured topics; each replaces the known one of its name or fills its gaps."""
        self._topics = {
            name_key(name): Topic(name, parent, colour, emoji)
            for name, parent, colour, emoji in _KNOWN
        }
        for topic in configured:
            known = self._topics.get(name_key(topic.name), Topic(topic.name))
            self._topics[name_key(topic.name)] = Topic(
                topic.name,
                topic.parent or known.parent,
                known.colour if topic.colour is None else topic.colour,
                topic.emoji or known.emoji,
                topic.aliases,
            )
        self._aliases = {
            name_key(alias): key
            for key, topic in self._topics.items()
            for alias in topic.aliases
            if name_key(alias) not in self._topics
        }
        self._widened = lru_cache(maxsize=1_000)(self._widen)  # thousands of alerts ask for few

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all configured and known topics."""
        return tuple(topic.name for topic in self._topics.values())

    def get(self, name: str) -> Topic:
        """Find a topic by name or alias; one that nobody described gets a style of its own."""
        key = self._resolve(name)
        found = self._topics.get(key) or Topic(" ".join(name.split()))
        colour = _colour_for(key) if found.colour is None else found.colour
        return Topic(found.name, found.parent, colour, found.emoji or _EMOJI, found.aliases)

    def widen(self, names: Iterable[str]) -> frozenset[str]:
        """All keys that an article may name to belong to one of these topics.

        A parent takes its children along, and each its aliases.
        """
        return self._widened(tuple(names))

    def _widen(self, names: tuple[str, ...]) -> frozenset[str]:
        wanted = {self._resolve(name) for name in names}
        taken = {key for key in self._topics if wanted & set(self._line(key))} | wanted
        return frozenset(taken | {alias for alias, key in self._aliases.items() if key in taken})

    def heading(self, names: Sequence[str]) -> str | None:
        """The topic under which an article of these topics stands: its most specific one.

        Upstream names the most specific first; a name with an ancestor wins over its ancestors.
        """
        resolved = [self._resolve(name) for name in names]
        above = {parent for key in resolved for parent in self._line(key)[1:]}
        for key, name in zip(resolved, names, strict=True):
            if key not in above:
                return self.get(name).name
        return self.get(names[0]).name if names else None

    def _resolve(self, name: str) -> str:
        key = name_key(name)
        return self._aliases.get(key, key)

    def _line(self, key: str) -> list[str]:
        """The topic itself and its ancestors, nearest first."""
        line = [key]
        while (topic := self._topics.get(line[-1])) and topic.parent:
            parent = self._resolve(topic.parent)
            if parent in line:
                break
            line.append(parent)
        return line


def _colour_for(key: str) -> int:
    """A colour that stays the same for a name, over restarts and machines."""
    return _PALETTE[int(topic_code(key), 16) % len(_PALETTE)]
