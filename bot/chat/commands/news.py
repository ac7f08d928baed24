"""What everyone may ask: rankings, search, one story, topics, a digest for me, help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.app_commands import Range

from bot.answer import SEARCH_LOOKBACK
from bot.chat import limits
from bot.chat.commands.completion import choices
from bot.chat.commands.help import help_embed
from bot.chat.questions import DEFAULT_LIMIT, choice_value
from bot.chat.replies import Reply, respond
from bot.chat.views import LONGEST_SEARCH
from digests.durations import format_duration, parse_duration
from digests.query import DEFAULT_LOOKBACK
from digests.ranking import Sort
from digests.text import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bot.answer import Question
    from bot.chat.questions import Questions

    Draw = Callable[[Question], Coroutine[Any, Any, Reply]]

Command = app_commands.Command[Any, ..., Any]

Limit = Range[int, 1, 50]
"""How many stories may be asked for."""

_RANKINGS = {
    "top-by-heat": (Sort.HEAT, "The hottest stories"),
    "top-by-quality": (Sort.QUALITY, "The stories that were rated highest for their quality"),
    "top-by-coverage": (Sort.COVERAGE, "The stories that most outlets cover"),
    "latest": (Sort.NEWEST, "The newest stories"),
}

_DIGEST = "A digest for you, now, whatever this channel has been shown already"
_TOPIC = "Only this topic; a parent takes its children along"
_SINCE = f"How far back to look, such as 2d or 1w (default {format_duration(DEFAULT_LOOKBACK)})"
_LIMIT = f"How many stories, 1 to 50 (default {DEFAULT_LIMIT})"
_SHARE = "Show the answer to everyone in the channel"


class News:
    """Adds the news commands to a tree."""

    def __init__(self, questions: Questions) -> None:
        """Take what answers them."""
        self._questions = questions

    def add_to(self, tree: app_commands.CommandTree) -> None:
        """Register every command of this family."""
        for name, (sort, description) in _RANKINGS.items():
            tree.add_command(self._asking(name, description, sort, self._questions.ranking))
        tree.add_command(self._topic_command())
        tree.add_command(self._search_command())
        tree.add_command(self._story_command())
        tree.add_command(self._topics_command())
        digest = self._asking("digest", _DIGEST, Sort.HEAT, self._questions.digest)
        tree.add_command(digest)
        tree.add_command(_help_command(tree))

    def _asking(self, name: str, description: str, sort: Sort, draw: Draw) -> Command:
        """A command with the usual options, all of which may be left out."""

        @app_commands.command(name=name, description=description)
        @app_commands.describe(topic=_TOPIC, since=_SINCE, limit=_LIMIT, share=_SHARE)
        @app_commands.autocomplete(topic=self._topic_choices)
        async def asking(
            interaction: discord.Interaction,
            *,
            topic: str | None = None,
            since: str | None = None,
            limit: Limit = DEFAULT_LIMIT,
            share: bool = False,
        ) -> None:
            question = self._questions.put(sort, topic=topic, since=since, limit=limit)
            await respond(interaction, draw(question), private=not share)

        return asking

    def _topic_command(self) -> Command:
        @app_commands.command(name="topic", description="The hottest stories of one topic")
        @app_commands.describe(topic=_TOPIC, since=_SINCE, limit=_LIMIT, share=_SHARE)
        @app_commands.autocomplete(topic=self._topic_choices)
        async def topic_stories(
            interaction: discord.Interaction,
            *,
            topic: str,
            since: str | None = None,
            limit: Limit = DEFAULT_LIMIT,
            share: bool = False,
        ) -> None:
            question = self._questions.put(topic=topic, since=since, limit=limit)
            await respond(interaction, self._questions.ranking(question), private=not share)

        return topic_stories

    def _search_command(self) -> Command:
        @app_commands.command(name="search", description="Find stories by words, newest first")
        @app_commands.describe(
            text="Words that the title, the excerpt or an outlet's name must hold",
            topic=_TOPIC,
            since=f"How far back to look, such as 2d (default {format_duration(SEARCH_LOOKBACK)})",
            limit=_LIMIT,
            share=_SHARE,
        )
        @app_commands.autocomplete(topic=self._topic_choices)
        async def search(
            interaction: discord.Interaction,
            *,
            text: Range[str, 2, LONGEST_SEARCH],
            topic: str | None = None,
            since: str | None = None,
            limit: Limit = DEFAULT_LIMIT,
            share: bool = False,
        ) -> None:
            question = self._questions.put(
                Sort.NEWEST, topic=topic, since=since, limit=limit, text=text
            )
            await respond(interaction, self._questions.ranking(question), private=not share)

        return search

    def _story_command(self) -> Command:
        @app_commands.command(name="story", description="All coverage of one story")
        @app_commands.describe(story="Begin to type a title and choose", share=_SHARE)
        @app_commands.autocomplete(story=self._story_choices)
        async def story_coverage(
            interaction: discord.Interaction, story: str, *, share: bool = False
        ) -> None:
            await respond(interaction, self._questions.story_named(story), private=not share)

        return story_coverage

    def _topics_command(self) -> Command:
        @app_commands.command(name="topics", description="What the news is about, and how much")
        @app_commands.describe(since=_SINCE, share=_SHARE)
        async def topic_counts(
            interaction: discord.Interaction, *, since: str | None = None, share: bool = False
        ) -> None:
            lookback = parse_duration(since) if since else DEFAULT_LOOKBACK
            await respond(interaction, self._questions.topic_counts(lookback), private=not share)

        return topic_counts

    async def _topic_choices(
        self, _interaction: discord.Interaction, text: str
    ) -> list[app_commands.Choice[str]]:
        return choices(await self._questions.topic_names.like(text))

    async def _story_choices(
        self, _interaction: discord.Interaction, text: str
    ) -> list[app_commands.Choice[str]]:
        titles = await self._questions.stories_like(text, limits.OPTIONS)
        return [
            app_commands.Choice(name=cut(title, limits.OPTION_LABEL), value=choice_value(story_id))
            for story_id, title in titles
        ]


def _help_command(tree: app_commands.CommandTree) -> Command:
    @app_commands.command(name="help", description="What this bot does, and its commands")
    async def show_help(interaction: discord.Interaction) -> None:
        embed = help_embed(tree.get_commands(), manages=interaction.permissions.manage_guild)
        await interaction.response.send_message(embed=embed, ephemeral=True)

    return show_help
