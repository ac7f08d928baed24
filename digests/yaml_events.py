"""YAML read as a flat row of events, under limits, so that no file can harm the process.

Libyaml turns text into events one after the other. What nests, expands and guesses (its composer,
PyYAML's constructors and resolvers) is where bombs go off, and is never reached. Scalars stay the
text that was written: whether ``017`` is a number is for the field to say that it stands in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import yaml
from frontmatter.default_handlers import YAMLHandler
from yaml import events

from digests.article import Problem

MAX_DEPTH: Final = 16
"""How many lists and mappings may stand inside one another, the outermost included."""

MAX_EVENTS: Final = 20_000
"""How many events a document may have; a scalar is one, a list or mapping two and its contents."""

_CORE: Final = "tag:yaml.org,2002:"
_TAGS: Final = frozenset(
    f"{_CORE}{name}" for name in ("str", "int", "bool", "float", "null", "timestamp", "map", "seq")
) | {"!"}
_NO_NAMES: Final = "anchors (&) and aliases (*) are not allowed"
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})

# What libyaml would count as the end of a line and editors do not: NEL, LS, PS.
_ODD_BREAKS: Final = re.compile("[\x85\u2028\u2029]")
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")
_SURROGATES: Final = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A leaf as it was written; `line` counts from 1, `quoted` means that it is text for sure."""

    text: str
    line: int
    quoted: bool = False

    @property
    def is_null(self) -> bool:
        """Tell whether it says that there is no value."""
        return not self.quoted and self.text in _NULLS


class Mapping(dict[str, "Node"]):
    """Keys and values, in order; `line` is where they begin."""

    __slots__ = ("line",)

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


class Items(list["Node"]):
    """A list; `line` is where it begins."""

    __slots__ = ("line",)

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


Node = Scalar | Mapping | Items
"""What a document is made of."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a document: its root, None if there is none, and all problems met."""

    root: Node | None
    problems: tuple[Problem, ...] = ()


def require_libyaml() -> None:
    """Raise RuntimeError, with what to do about it, if PyYAML was built without libyaml."""
    if not yaml.__with_libyaml__:
        raise RuntimeError(
            "PyYAML lacks libyaml, without which articles cannot be read safely: install PyYAML "
            "from a wheel (pip install --force-reinstall --only-binary :all: pyyaml)."
        )


def read_yaml(text: str) -> Reading:
    """Read one YAML document with lines that end in a line feed; never raises on any text.

    Refused: anchors, aliases, merge keys, tags beyond the core ones, keys that are not scalars,
    a key that stands twice, a second document, and more than `MAX_DEPTH` or `MAX_EVENTS`.
    """
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        reason = f"the control character U+{ord(forbidden[0]):04X} does not belong in text"
        return Reading(None, (Problem(reason, text.count("\n", 0, forbidden.start()) + 1),))
    reader = _Reader(_mended(text))
    try:
        root = reader.document()
    except _RefusedError as refusal:
        return Reading(None, (*reader.problems, refusal.problem))
    except yaml.MarkedYAMLError as error:
        return Reading(None, (*reader.problems, _syntax_problem(error)))
    except yaml.YAMLError:
        return Reading(None, (*reader.problems, Problem("this is not YAML")))
    return Reading(root, tuple(reader.problems))


class FrontMatterHandler(YAMLHandler):
    """Reads python-frontmatter's metadata by `read_yaml`; `reading` holds what came of it.

    Lines are those of the file, since the text that python-frontmatter hands over begins with the
    end of line 1. The boundary is exactly ``---``, alone on its line.
    """

    FM_BOUNDARY = re.compile(r"^---[ \t]*$", re.MULTILINE)

    def __init__(self) -> None:
        super().__init__()
        self.reading = Reading(None)

    def load(self, fm: str, **_: object) -> Any:
        """Read the front matter; what is not a mapping has no metadata."""
        self.reading = read_yaml(fm)
        return self.reading.root


class _RefusedError(Exception):
    """The document breaks a limit, and reading ends."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.problem = Problem(reason, line)


class _Reader:
    """Builds nodes from events; recursion is safe because depth is limited."""

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self._events = yaml.parse(text, Loader=yaml.CBaseLoader)
        self._left = MAX_EVENTS

    def document(self) -> Node | None:
        self._next()
        if isinstance(self._next(), events.StreamEndEvent):
            return None
        root = self._node(self._next(), 1)
        self._next()
        after = self._next()
        if not isinstance(after, events.StreamEndEvent):
            raise _RefusedError("a second document begins here: one is expected", _line(after))
        return root

    def _next(self) -> events.Event:
        event = next(self._events)
        self._left -= 1
        if self._left < 0:
            raise _RefusedError(f"more than {MAX_EVENTS:,} values and brackets", _line(event))
        return event

    def _node(self, event: events.Event, depth: int) -> Node:
        if isinstance(event, events.ScalarEvent):
            return _scalar(event)
        if not isinstance(event, events.CollectionStartEvent):
            raise _RefusedError(_NO_NAMES, _line(event))
        _check_names(event)
        if depth > MAX_DEPTH:
            raise _RefusedError(f"nested more than {MAX_DEPTH} deep", _line(event))
        if isinstance(event, events.SequenceStartEvent):
            return self._items(Items(_line(event)), depth + 1)
        return self._mapping(Mapping(_line(event)), depth + 1)

    def _items(self, items: Items, depth: int) -> Items:
        while not isinstance(event := self._next(), events.SequenceEndEvent):
            items.append(self._node(event, depth))
        return items

    def _mapping(self, mapping: Mapping, depth: int) -> Mapping:
        lines: dict[str, int] = {}
        while not isinstance(event := self._next(), events.MappingEndEvent):
            key = _key(event)
            value = self._node(self._next(), depth)
            if key.text in lines:
                # The key is not quoted: in a broken file it may be what must never be shown.
                reason = f"this key stands in line {lines[key.text]} already: keep one of them"
                self.problems.append(Problem(reason, key.line))
                continue
            lines[key.text] = key.line
            mapping[key.text] = value
        return mapping


def _scalar(event: events.ScalarEvent) -> Scalar:
    if event.anchor is not None or event.tag is not None:
        _check_names(event)
    return Scalar(event.value, _line(event), bool(event.style) or event.tag == f"{_CORE}str")


def _key(event: events.Event) -> Scalar:
    if not isinstance(event, events.ScalarEvent):
        raise _RefusedError("a key must be a word, not a list, a mapping or an alias", _line(event))
    key = _scalar(event)
    if key.text == "<<" and not key.quoted:
        raise _RefusedError("merge keys (<<) are not allowed", key.line)
    return key


def _check_names(event: events.ScalarEvent | events.CollectionStartEvent) -> None:
    """Refuse what stands for something elsewhere: anchors, and tags that name foreign types."""
    if event.anchor is not None:
        raise _RefusedError(_NO_NAMES, _line(event))
    if event.tag is not None and event.tag not in _TAGS:
        raise _RefusedError("a tag (!) that is not one of YAML's own", _line(event))


def _line(event: events.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _syntax_problem(error: yaml.MarkedYAMLError) -> Problem:
    """Tell libyaml's finding; its words are constants, never a part of the file."""
    where = f" {error.context}" if error.context else ""
    line = error.problem_mark.line + 1 if error.problem_mark else None
    return Problem(f"not valid YAML:{where and where + ','} {error.problem}", line)


def _mended(text: str) -> str:
    r"""Make up for what libyaml refuses or counts otherwise than people and editors do.

    JavaScript writes an emoji as two escapes, ``\ud83d\ude00``, each of which is invalid alone.
    """
    text = _ODD_BREAKS.sub(" ", text)
    return _SURROGATES.sub(_joined, text) if "\\u" in text else text


def _joined(pair: re.Match[str]) -> str:
    return pair[1] + bytes.fromhex(pair[2] + pair[3]).decode("utf-16-be")
