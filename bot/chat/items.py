"""What happens when a button is pressed or a story is picked from a menu, after any restart."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.chat.replies import respond, tell, turn
from bot.chat.views import PAGE_PATTERN, PICK_PATTERN, STORY_PATTERN, TOP_PATTERN, read_page_id

if TYPE_CHECKING:
    import re

    from bot.chat.client import DigestClient
    from bot.chat.questions import Questions


class _Item(discord.ui.DynamicItem[discord.ui.Item[Any]], template="$^"):
    """A component known by its custom_id alone; `found` holds the groups of its pattern."""

    def __init__(self, item: discord.ui.Item[Any], found: dict[str, str]) -> None:
        super().__init__(item)
        self.found = found

    @classmethod
    async def from_custom_id(
        cls,
        _interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """Take the component as Discord sent it back."""
        return cls(item, match.groupdict())

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Answer; discord.py would only log an error of a dynamic item."""
        client: DigestClient = interaction.client
        try:
            await self.answer(interaction, client.questions)
        except Exception as error:  # noqa: BLE001 - told to the person, logged if it is ours
            await tell(interaction, error)

    @abstractmethod
    async def answer(
        self, interaction: discord.Interaction[DigestClient], questions: Questions
    ) -> None:
        """Do what the component is for."""


class PageButton(_Item, template=PAGE_PATTERN):
    """Turns to another page of an answer."""

    async def answer(
        self, interaction: discord.Interaction[DigestClient], questions: Questions
    ) -> None:
        """Replace the page by the one that the button names."""
        await turn(interaction, questions.turn_to(read_page_id(self.found)))


class StoryButton(_Item, template=STORY_PATTERN):
    """Shows all coverage of a posted story to the person who asked."""

    async def answer(
        self, interaction: discord.Interaction[DigestClient], questions: Questions
    ) -> None:
        """Answer privately."""
        await respond(interaction, questions.story(int(self.found["story"])))


class StoryMenu(_Item, template=PICK_PATTERN):
    """Shows all coverage of the story that was picked."""

    async def answer(
        self, interaction: discord.Interaction[DigestClient], questions: Questions
    ) -> None:
        """Answer privately."""
        data: Any = interaction.data
        await respond(interaction, questions.story(int(data["values"][0])))


class TopButton(_Item, template=TOP_PATTERN):
    """Shows the hottest stories, where a digest had nothing new."""

    async def answer(
        self, interaction: discord.Interaction[DigestClient], questions: Questions
    ) -> None:
        """Answer privately."""
        await respond(interaction, questions.ranking(questions.put()))


ITEMS: tuple[type[_Item], ...] = (PageButton, StoryButton, StoryMenu, TopButton)
"""Every component of the bot that does something."""
