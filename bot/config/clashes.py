"""What entries of a configuration must not do to each other: share a name, go in a circle.

It looks at the tables as they are written, so that these problems are told together with those
of single values. What is not of the right kind is passed over here and told there.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.config.fields import quoted
from bot.config.problems import Problem
from digests.names import name_key
from digests.topic import Topic, Topics

Entries = list[tuple[int, Mapping[str, object]]]
"""The tables of a list, each with its place in it."""


def clashes_in(written: Mapping[str, object], base: Path) -> list[Problem]:
    """Return a problem for each clash between entries of the file; paths start at `base`."""
    topics = _entries(written, "topics")
    return [
        *_shared_names("feeds", _entries(written, "feeds")),
        *_shared_directories(_entries(written, "feeds"), base),
        *_shared_names("topics", topics),
        *_aliases_taken(topics),
        *_circles(topics),
        *_shared_names("subscriptions", _entries(written, "subscriptions")),
    ]


def _entries(written: Mapping[str, object], key: str) -> Entries:
    found = written.get(key)
    tables = found if isinstance(found, list) else []
    return [(place, table) for place, table in enumerate(tables) if isinstance(table, dict)]


def _text(table: Mapping[str, object], key: str) -> str:
    found = table.get(key)
    return found if isinstance(found, str) else ""


def _texts(table: Mapping[str, object], key: str) -> list[str]:
    found = table.get(key)
    texts = found if isinstance(found, list) else []
    return [text if isinstance(text, str) else "" for text in texts]


def _shared_names(kind: str, entries: Entries) -> Iterator[Problem]:
    first: dict[str, tuple[int, str]] = {}
    for place, table in entries:
        given = name = _text(table, "name")
        if kind == "subscriptions":
            name = name or _text(table, "mode") or "digest"
        if not name:
            continue
        other, others = first.setdefault(name_key(name), (place, given))
        if other == place:
            continue
        sentence = (
            f"{quoted(name)} is the name of {kind}[{other}] as well; "
            "give each a name of its own (case does not count)."
        )
        if not given and not others:
            sentence = (
                f"Neither this nor {kind}[{other}] has a name, so both would be called "
                f"{quoted(name)}; give both a name."
            )
        yield Problem((kind, place, "name"), sentence)


def _shared_directories(feeds: Entries, base: Path) -> Iterator[Problem]:
    """Find directories that two feeds read: each article would be there twice."""
    first: dict[Path, int] = {}
    for place, table in feeds:
        try:
            directory = (base / Path(_text(table, "directory")).expanduser()).resolve()
        except (OSError, RuntimeError, ValueError):
            continue  # told as a problem of the value itself
        if _text(table, "directory").strip() and first.setdefault(directory, place) != place:
            yield Problem(
                ("feeds", place, "directory"),
                f"feeds[{first[directory]}] reads this directory already; leave one of them out.",
            )


def _aliases_taken(topics: Entries) -> Iterator[Problem]:
    taken = {name_key(name): "the name of a topic" for name in Topics().names}
    taken |= {name_key(_text(table, "name")): "the name of a topic" for _, table in topics}
    for place, table in topics:
        for number, alias in enumerate(_texts(table, "aliases")):
            if owner := alias and taken.get(name_key(alias)):
                yield Problem(
                    ("topics", place, "aliases", number),
                    f"{quoted(alias)} is {owner} already; leave it out here.",
                )
            taken.setdefault(name_key(alias), f"an alias of {quoted(_text(table, 'name'))}")


def _circles(entries: Entries) -> Iterator[Problem]:
    """Find topics that stand below themselves; a circle is told once, at its first topic."""
    topics = Topics(
        Topic(name, _text(table, "parent") or None, aliases=tuple(_texts(table, "aliases")))
        for _, table in entries
        if (name := _text(table, "name"))
    )
    told: set[str] = set()
    for place, table in entries:
        circle = _circle_through(_text(table, "name"), topics)
        if circle and told.isdisjoint(circle):
            told.update(circle)
            yield Problem(
                ("topics", place, "parent"),
                f"Parents go in a circle here ({', '.join(map(quoted, circle))}); "
                "choose a parent that is not below this topic.",
            )


def _circle_through(name: str, topics: Topics) -> list[str]:
    """Return the names on the way from a topic up to itself; none if the way ends elsewhere."""
    way = [name]
    while parent := topics.get(way[-1]).parent:
        if name_key(parent) == name_key(name):
            return way
        if name_key(parent) in map(name_key, way):
            break
        way.append(parent)
    return []
