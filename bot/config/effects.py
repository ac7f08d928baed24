"""Which keys of a subscription say something that its mode does not ask for.

They are no problems, so that changing `mode` alone changes a subscription from one to the other.
"""

from collections.abc import Iterator, Mapping

from bot.config.problems import Problem
from bot.config.tables import ConfigFile
from digests.subscription import Mode

_OF_THE_OTHER: Mapping[Mode, tuple[str, ...]] = {
    Mode.DIGEST: ("max_per_day", "quiet"),
    Mode.ALERTS: ("cron", "sort", "max_stories", "layout", "when_empty"),
}
"""By mode, the keys that only the other one has a use for."""

_SENTENCES: Mapping[Mode, str] = {
    Mode.DIGEST: "This has no effect on a digest, only on alerts; leave it out.",
    Mode.ALERTS: "This has no effect on alerts, only on a digest; leave it out.",
}


def without_effect(file: ConfigFile) -> Iterator[Problem]:
    """Tell of each key that is written in vain; one that says "none" asks for nothing."""
    for place, table in enumerate(file.subscriptions):
        for key in _OF_THE_OTHER[table.mode]:
            if key in table.model_fields_set and getattr(table, key) not in ("", 0, None):
                yield Problem(("subscriptions", place, key), _SENTENCES[table.mode])
