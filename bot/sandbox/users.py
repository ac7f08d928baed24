"""Accounts: people and the bot.

https://docs.discord.com/developers/resources/user
"""

from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class User:
    """An account, in any number of servers. Compared by identity: there is one object for each."""

    id: int
    name: str
    is_bot: bool = False
    accepts_messages: bool = True
    """Whether a bot may write to this person directly; false answers 50007."""

    locale: str = "en-US"
    """The language of the person's client, as interactions report it."""

    @property
    def mention(self) -> str:
        """The text that mentions this account."""
        return f"<@{self.id}>"
