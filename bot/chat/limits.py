"""Discord's limits on messages, and how much of them an embed takes.

Discord counts Unicode code points, which is Python's `len`
(https://github.com/discord/discord-api-docs/issues/1315); the limits themselves:
https://docs.discord.com/developers/resources/message#embed-object-embed-limits
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import discord

EMBEDS = 10
"""Embeds of one message."""

MESSAGE = 6_000
"""Characters in all embeds of one message together."""

CONTENT = 2_000
"""Characters of a message's own text."""

TITLE = 256
DESCRIPTION = 4_096
FIELDS = 25
FIELD_NAME = 256
FIELD_VALUE = 1_024
FOOTER = 2_048
AUTHOR = 256

CUSTOM_ID = 100
"""Characters of a component's custom_id."""

OPTIONS = 25
"""Options of a select menu, and choices of an autocomplete."""

OPTION_LABEL = 100
"""Characters of an option's label, and of a choice's name."""


def fits(embeds: Sequence[discord.Embed]) -> bool:
    """Tell whether one message can carry these embeds, each for itself."""
    return (
        len(embeds) <= EMBEDS
        and sum(map(len, embeds)) <= MESSAGE
        and are_distinct([embed.url for embed in embeds])
        and all(map(_is_legal, embeds))
    )


def are_distinct(urls: Iterable[str | None]) -> bool:
    """Tell whether embeds that lead to these URLs stay apart.

    Discord's clients show embeds of one message that share a URL as one embed with several
    pictures, which its documentation does not mention.
    """
    given = [url for url in urls if url is not None]
    return len(set(given)) == len(given)


def _is_legal(embed: discord.Embed) -> bool:
    return (
        len(embed.title or "") <= TITLE
        and len(embed.description or "") <= DESCRIPTION
        and len(embed.footer.text or "") <= FOOTER
        and len(embed.author.name or "") <= AUTHOR
        and len(embed.fields) <= FIELDS
        and all(len(field.name or "") <= FIELD_NAME for field in embed.fields)
        and all(len(field.value or "") <= FIELD_VALUE for field in embed.fields)
    )
