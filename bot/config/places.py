"""Where in the file a problem is: its line, its key, and the name of the entry it is in."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping

from bot.config.fields import holds_token, quoted
from bot.config.problems import Keys, Problem

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")  # https://toml.io/en/v1.0.0#keys
_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_PATH = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_PATH})[ \t]*\]")
_VALUE = re.compile(rf"[ \t]*({_PATH})[ \t]*=")


def sentences(
    problems: Iterable[Problem], text: str, written: Mapping[str, object], source: str
) -> list[str]:
    """Return the problems of a text, which was read as `written`, each with its place.

    They stand in the order of their lines, and those of the whole file last.
    """
    lines = lines_in(text)
    placed = [(_line(problem.keys, lines), problem) for problem in problems]
    return [
        f"{source if line is None else f'{source}, line {line}'}: {key_of(problem.keys)}"
        f"{_name(problem.keys, written)}: {problem.sentence}"
        for line, problem in sorted(placed, key=lambda one: (one[0] is None, one[0] or 0))
    ]


def key_of(keys: Keys) -> str:
    """Return the way to a value as it is written: `subscriptions[1].cron`."""
    path = ""
    for key in keys:
        if isinstance(key, int):
            path += f"[{key}]"
        else:
            path += ("." if path else "") + _written(key)
    return path


def lines_in(text: str) -> dict[Keys, int]:
    """Return the lines, counted from 1, of the tables and keys of a TOML text.

    Of values within a list or table on one line, only the line of the whole is known.
    """
    lines: dict[Keys, int] = {}
    entries: Counter[Keys] = Counter()
    table: Keys = ()
    quote = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if quote:
            quote = "" if quote in line else quote
        elif header := _HEADER.match(line):
            table = _table(_parts(header[2]), entries, in_list=header[1] == "[[")
            lines.setdefault(table[:-1] if isinstance(table[-1], int) else table, number)
            lines.setdefault(table, number)
        elif value := _VALUE.match(line):
            parts = _parts(value[1])
            for length in range(1, len(parts) + 1):
                lines.setdefault((*table, *parts[:length]), number)
            quote = next((q for q in ('"""', "'''") if line.count(q) == 1), "")
    return lines


def _table(parts: Iterable[str], entries: Counter[Keys], *, in_list: bool) -> Keys:
    """Return the way to the table that a header begins, with places in lists counted from 0."""
    way: Keys = ()
    *above, last = parts
    for part in above:
        way = (*way, part)
        way = (*way, entries[way] - 1) if way in entries else way
    way = (*way, last)
    if in_list:
        entries[way] += 1
        way = (*way, entries[way] - 1)
    return way


def _parts(path: str) -> list[str]:
    """Split a dotted key, as TOML itself does; what only looks like one, in a text, stays whole."""
    parts = []
    try:
        value: object = tomllib.loads(f"{path} = 0")
    except tomllib.TOMLDecodeError:
        return [path]
    while isinstance(value, dict):
        ((part, value),) = value.items()
        parts.append(part)
    return parts


def _line(keys: Keys, lines: Mapping[Keys, int]) -> int | None:
    """Return the line of the value, or of the nearest thing around it; None if none is known."""
    ways = (keys[:length] for length in range(len(keys), 0, -1))
    return next((lines[way] for way in ways if way in lines), None)


def _name(keys: Keys, written: Mapping[str, object]) -> str:
    """Return the name of the entry of a list that the keys lead into, if it has one."""
    if len(keys) < 2 or keys[2:] == ("name",):
        return ""
    entries, place = written.get(str(keys[0])), keys[1]
    entry = entries[place] if isinstance(entries, list) and isinstance(place, int) else None
    name = entry.get("name") if isinstance(entry, dict) else None
    if not isinstance(name, str) or not name.strip() or holds_token(name):
        return ""
    return f" ({quoted(name)})"


def _written(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else json.dumps(key[:60])
