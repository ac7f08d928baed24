"""The demo's sample articles: templates that come with the package, dated as of a given moment.

A template is an article file in which two things are left open: the moments, written as an age
(`"{now-2h30m}"`, from days to minutes, quoted so that the template itself is YAML), and the value
of `secured`, written as `{secured}`. All stories, outlets and companies in them are invented.
"""

from __future__ import annotations

import re
from datetime import timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.demo.compose import file_name, secured_blob, timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from importlib.resources.abc import Traversable
    from pathlib import Path

_AGE = re.compile(r'"\{now-(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?\}"')
_PUBLISHED = re.compile(rf"^publishedDateTime: {_AGE.pattern}$", re.MULTILINE)
_LEFT_OPEN = re.compile(r"\{(?:now|secured)[^}\n]*\}?")


def write_samples(directory: Path, now: datetime) -> list[Path]:
    """Write every sample into the directory, dated as of `now`; return the files by name.

    The directory is made if need be. The same `now` gives the same files, byte for byte; another
    one may give other names, so start from an empty directory. Raises ValueError if `now` has no
    time zone, OSError if the directory cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for template in _templates():
        slug = template.name.removesuffix(".md")
        name, text = render(slug, template.read_text("utf-8"), now)
        path = directory / name
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return sorted(written)


def render(slug: str, template: str, now: datetime) -> tuple[str, str]:
    """Fill one template in: the name and the text of its article file as of `now`.

    Raises ValueError if the template does not say when it was published, or leaves anything open,
    and if `now` has no time zone.
    """
    published = _PUBLISHED.search(template)
    if published is None:
        raise ValueError(f'{slug}: write publishedDateTime as an age, such as "{{now-3h20m}}".')
    text = _AGE.sub(lambda age: timestamp(now - _age(age)), template)
    text = text.replace("{secured}", secured_blob(slug))
    if open_still := _LEFT_OPEN.search(text):
        raise ValueError(f"{slug}: {open_still[0]} is neither an age nor {{secured}}.")
    return file_name(slug, now - _age(published)), text


def _templates() -> Iterator[Traversable]:
    """The article templates of the package, in no particular order."""
    folder = files("bot.demo") / "articles"
    return (entry for entry in folder.iterdir() if entry.name.endswith(".md"))


def _age(match: re.Match[str]) -> timedelta:
    days, hours, minutes = (int(number or 0) for number in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)
