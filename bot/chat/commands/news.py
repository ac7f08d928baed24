"""What everyone may ask: rankings, search, one story, topics, a digest for me, help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.app_commands import Range

from bot.answer import SEARCH_LOOKBACK, Question
from bot.chat import embeds, limits
from bot.chat.commands.help import help_embed
from bot.chat.replies import AnswerError, Reply, respond
from bot.chat.views import LONGEST_SEARCH, page_view, story_view
from digests.durations import format_duration, parse_duration
from digests.query import DEFAULT_LOOKBACK
from digests.ranking import Sort
from digests.subscription import Layout
from digests.text import cut

if TYPE_CHECKING:
    from datetime import timedelta

    from bot.answer import Answer
    from bot.clock import Clock
    from digests.topic import Topics

Command = app_commands.Command[Any, ..., Any]

Limit = Range[int, 1, 50]
"""How many stories may be asked for."""

_TOPIC = "Only this topic; a parent takes its children along"
_SINCE = "How far back to look, such as 36h, 2d or 1w"
_LIMIT = "How many stories, 1 to 50 (default 10)"
_SHARE = "Show the answer to everyone in the channel"


class News:
    """Adds the news commands to a tree and answers them."""

    def __init__(self, answer: Answer, clock: Clock, topics: Topics) -> None:
        """Take the flow that answers."""
        self._answer = answer
        self._clock = clock
        self._topics = topics

    def add_to(self, tree: app_commands.CommandTree) -> None:
        """Register every command of this family."""
        rankings = {
            "top-by-heat": (Sort.HEAT, "The hottest stories"),
            "top-by-quality": (Sort.QUALITY, "The stories from the best sources"),
            "top-by-coverage": (Sort.COVERAGE, "The stories that most outlets cover"),
            "latest": (Sort.NEWEST, "The newest stories"),
        }
        for name, (sort, description) in rankings.items():
            tree.add_command(self._ranking(name, sort, description))
        tree.add_command(self._topic_command())
        tree.add_command(self._search_command())
        tree.add_command(self._story_command())
        tree.add_command(self._topics_command())
        tree.add_command(self._digest_command())
        tree.add_command(_help_command(tree))

    def _ranking(self, name: str, sort: Sort, description: str) -> Command:
        @app_commands.command(name=name, description=description)
        @app_commands.describe(topic=_TOPIC, since=_SINCE, limit=_LIMIT, share=_SHARE)
        @app_commands.autocomplete(topic=self._topic_choices)
        async def ranking(
            interaction: discord.Interaction,
            topic: str | None = None,
            since: str | None = None,
            limit: Limit = 10,
            share: bool = False,
        ) -> None:
            question = self._question(sort, topic, since, limit)
            await respond(interaction, self.page(question), private=not share)

        return ranking

    def _topic_command(self) -> Command:
        @app_commands.command(name="topic", description="The hottest stories of one topic")
        @app_commands.describe(topic=_TOPIC, since=_SINCE, limit=_LIMIT, share=_SHARE)
        @app_commands.autocomplete(topic=self._topic_choices)
        async def topic_stories(
            interaction: discord.Interaction,
            topic: str,
            since: str | None = None,
            limit: Limit = 10,
            share: bool = False,
        ) -> None:
            question = self._question(Sort.HEAT, topic, since, limit)
            await respond(interaction, self.page(question), private=not share)

        return topic_stories

    def _search_command(self) -> Command:
        @app_commands.command(name="search", description="Find stories by words")
        @app_commands.describe(
            text="Words that the title, the excerpt or an outlet's name must hold",
            topic=_TOPIC,
            since=f"{_SINCE} (default {format_duration(SEARCH_LOOKBACK)})",
            limit=_LIMIT,
            share=_SHARE,
        )
        @app_commands.autocomplete(topic=self._topic_choices)
        async def search(
            interaction: discord.Interaction,
            text: Range[str, 2, LONGEST_SEARCH],
            topic: str | None = None,
            since: str | None = None,
            limit: Limit = 10,
            share: bool = False,
        ) -> None:
            question = self._question(Sort.NEWEST, topic, since, limit, text=text)
            await respond(interaction, self.page(question), private=not share)

        return search

    def _story_command(self) -> Command:
        @app_commands.command(name="story", description="All coverage of one story")
        @app_commands.describe(story="Begin to type a title and choose", share=_SHARE)
        @app_commands.autocomplete(story=self._story_choices)
        async def story_coverage(
            interaction: discord.Interaction, story: str, share: bool = False
        ) -> None:
            await respond(interaction, self._found_story(story), private=not share)

        return story_coverage

    def _topics_command(self) -> Command:
        @app_commands.command(name="topics", description="What the news are about, and how much")
        @app_commands.describe(since=_SINCE, share=_SHARE)
        async def topic_counts(
            interaction: discord.Interaction, since: str | None = None, share: bool = False
        ) -> None:
            lookback = parse_duration(since) if since else DEFAULT_LOOKBACK
            await respond(interaction, self._topic_counts(lookback), private=not share)

        return topic_counts

    def _digest_command(self) -> Command:
        @app_commands.command(name="digest", description="A digest for you, now")
        @app_commands.describe(topic=_TOPIC, since=_SINCE, limit=_LIMIT, share=_SHARE)
        @app_commands.autocomplete(topic=self._topic_choices)
        async def digest_now(
            interaction: discord.Interaction,
            topic: str | None = None,
            since: str | None = None,
            limit: Limit = 10,
            share: bool = False,
        ) -> None:
            question = self._question(Sort.HEAT, topic, since, limit)
            await respond(interaction, self._digest(question), private=not share)

        return digest_now

    async def page(self, question: Question, number: int = 1) -> Reply:
        """Draw one page of an answer, with the buttons that turn it."""
        page = await self._answer.page(question, number)
        return Reply(embeds=(embeds.page_embed(page, self._topics),), view=page_view(page))

    async def story(self, story_id: int) -> Reply:
        """Draw one story with all its coverage."""
        coverage = await self._answer.story(story_id)
        if coverage is None:
            raise AnswerError("That story is not there any more.")
        return Reply(
            embeds=(embeds.coverage_embed(coverage, self._topics),),
            view=story_view(coverage.story),
        )

    async def topic_of(self, tag: str) -> str | None:
        """Find the topic that a button's tag stands for."""
        return await self._answer.topic_of_tag(tag)

    def hottest(self) -> Question:
        """The question behind a plain /top-by-heat."""
        return self._question(Sort.HEAT, None, None, 10)

    async def _found_story(self, wanted: str) -> Reply:
        """The value of a chosen suggestion is the story's id; typed text is looked up."""
        if wanted.isdecimal() and len(wanted) < 19:
            return await self.story(int(wanted))
        titles = await self._answer.story_titles(wanted, 1)
        if not titles:
            raise AnswerError(
                f"No story's title holds “{cut(wanted, 60)}”: try /search with fewer words."
            )
        return await self.story(titles[0][0])

    async def _topic_counts(self, lookback: timedelta) -> Reply:
        counts = await self._answer.topics(lookback)
        embed = embeds.topics_embed(counts, format_duration(lookback), self._topics)
        return Reply(embeds=(embed,))

    async def _digest(self, question: Question) -> Reply:
        """As much of a digest as one message holds; a private answer is one message."""
        digest = await self._answer.digest("Your digest", question)
        parts = embeds.paginate(digest, self._topics, Layout.LIST)
        if not digest.sections:
            return await self.page(question)
        drawn = embeds.digest_embeds(parts[0], self._topics, Layout.LIST)
        return Reply(content=embeds.digest_content(parts[0]), embeds=tuple(drawn))

    def _question(
        self,
        sort: Sort,
        topic: str | None,
        since: str | None,
        limit: int,
        text: str | None = None,
    ) -> Question:
        default = SEARCH_LOOKBACK if text else DEFAULT_LOOKBACK
        return Question(
            asked_at=self._clock.now(),
            sort=sort,
            topic=self._topics.get(topic).name if topic and topic.strip() else None,
            lookback=parse_duration(since) if since else default,
            limit=limit,
            text=text,
        )

    async def _topic_choices(
        self, _interaction: discord.Interaction, text: str
    ) -> list[app_commands.Choice[str]]:
        names = await self._answer.topic_names(text, limits.OPTIONS)
        return [app_commands.Choice(name=cut(name, 100), value=cut(name, 100)) for name in names]

    async def _story_choices(
        self, _interaction: discord.Interaction, text: str
    ) -> list[app_commands.Choice[str]]:
        titles = await self._answer.story_titles(text, limits.OPTIONS)
        return [
            app_commands.Choice(name=cut(title, limits.OPTION_LABEL), value=str(story_id))
            for story_id, title in titles
        ]


def _help_command(tree: app_commands.CommandTree) -> Command:
    @app_commands.command(name="help", description="What this bot does, and its commands")
    async def show_help(interaction: discord.Interaction) -> None:
        manages = interaction.permissions.manage_guild
        embed = help_embed(tree.get_commands(), manages=manages)
        await interaction.response.send_message(embed=embed, ephemeral=True)

    return show_help
