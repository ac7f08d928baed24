"""/schedule: what those who manage a server may ask the bot to post, where and when."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.app_commands import Range

from bot.chat.commands.completion import choices
from bot.chat.commands.options import wishes_from
from bot.chat.commands.schedule_form import Filled, schedule_form
from bot.chat.embeds import digest_content, digest_embeds
from bot.chat.embeds.style import counted
from bot.chat.embeds.subscription import subscription_embed, subscriptions_embed
from bot.chat.places import missing_permissions
from bot.chat.replies import AnswerError, Reply, respond
from bot.chat.topic_names import TopicNames
from digests.markdown import escape
from digests.names import name_key
from digests.subscription import Mode, WhenEmpty, Wishes

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator

    from bot.answer import Answer
    from bot.publish import Publish
    from bot.subscribe import Subscribe
    from digests.subscription import Subscription
    from digests.topic import Topics

    Work = Callable[[discord.Interaction, Subscription], Coroutine[Any, Any, Reply]]

Sought = Range[str, 1, 80]
"""The name of a schedule that there is: the configuration's may be longer than `LONGEST_NAME`."""

_NOTHING_NEW = "There is nothing new that this channel has not been shown"


class Schedules(app_commands.Group):
    """The /schedule commands."""

    def __init__(
        self, subscribe: Subscribe, publish: Publish, answer: Answer, topics: Topics
    ) -> None:
        """Take the flows that do the work."""
        super().__init__(
            name="schedule",
            description="Digests and alerts that are posted in this server",
            guild_only=True,
            # By itself the former is told Discord in its deprecated form only.
            allowed_contexts=app_commands.AppCommandContext(guild=True),
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._subscribe = subscribe
        self._publish = publish
        self._topics = topics
        self._topic_names = TopicNames(answer, topics)
        self._add_commands()

    def _add_commands(self) -> None:
        like = self._topic_names.like
        edit = schedule_form(
            "edit", "Change a schedule; what is left out stays as it is", self._edit, like
        )
        edit.autocomplete("name")(self._name_choices)
        self.add_command(schedule_form("add", "Post digests or alerts here", self._add, like))
        self.add_command(self._list_command())
        self.add_command(edit)
        for name, description, work in (
            ("pause", "Stop posting until it is resumed", self._pause),
            ("resume", "Post again after a pause", self._resume),
            ("remove", "End a schedule; what it posted stays", self._remove),
            ("preview", "See what it would post, without posting it", self._preview),
            ("run-now", "Post its digest at once, besides the schedule", self._run_now),
        ):
            self.add_command(self._about_one(name, description, work))

    def _about_one(
        self, name: str, description: str, work: Work
    ) -> app_commands.Command[Any, ..., Any]:
        """A command that takes the name of a schedule and nothing else."""

        @app_commands.command(name=name, description=description)
        @app_commands.describe(name="Which schedule")
        @app_commands.autocomplete(name=self._name_choices)
        async def about_one(interaction: discord.Interaction, name: Sought) -> None:
            async def found() -> Reply:
                return await work(interaction, await self._named(interaction, name))

            await respond(interaction, found())

        return about_one

    def _list_command(self) -> app_commands.Command[Any, ..., Any]:
        @app_commands.command(name="list", description="Everything that is posted in this server")
        async def list_all(interaction: discord.Interaction) -> None:
            await respond(interaction, self._list(interaction))

        return list_all

    async def _list(self, interaction: discord.Interaction) -> Reply:
        everything = await self._subscribe.in_guild(interaction.guild_id or 0)
        return Reply(embeds=(subscriptions_embed(everything),))

    async def _add(self, interaction: discord.Interaction, filled: Filled) -> Reply:
        place_id = filled.channel_id or interaction.channel_id
        if interaction.guild_id is None or place_id is None:
            raise AnswerError("This command works in a server only.")
        wishes = wishes_from(Wishes(), filled.options)
        made = await self._subscribe.add(
            interaction.guild_id, place_id, filled.name, wishes, interaction.user.id
        )
        hint = "See what it would post now with `/schedule preview`." if wishes.schedule else ""
        return await self._told(interaction, made, "✅ Made.", hint)

    async def _edit(self, interaction: discord.Interaction, filled: Filled) -> Reply:
        subscription = await self._named(interaction, filled.name)
        if filled.is_blank:
            raise AnswerError("There is nothing to change: add an option, such as `time:18:30`.")
        changed = await self._subscribe.edit(
            subscription, lambda wishes: wishes_from(wishes, filled.options), filled.channel_id
        )
        return await self._told(interaction, changed, "✅ Changed.")

    async def _pause(self, interaction: discord.Interaction, subscription: Subscription) -> Reply:
        name = escape(subscription.name)
        if subscription.paused:
            raise AnswerError(f"“{name}” is paused already: `/schedule resume` undoes it.")
        await self._subscribe.pause(subscription, f"Paused by {interaction.user.display_name}.")
        return Reply(content=f"⏸️ “{name}” is paused: `/schedule resume` undoes it.")

    async def _resume(self, interaction: discord.Interaction, subscription: Subscription) -> Reply:
        if not subscription.paused:
            raise AnswerError(f"“{escape(subscription.name)}” is not paused.")
        resumed = await self._subscribe.resume(subscription)
        return await self._told(interaction, resumed, "▶️ Resumed.")

    async def _remove(self, _interaction: discord.Interaction, subscription: Subscription) -> Reply:
        await self._subscribe.remove(subscription)
        return Reply(content=f"🗑️ “{escape(subscription.name)}” is removed; what it posted stays.")

    async def _preview(
        self, _interaction: discord.Interaction, subscription: Subscription
    ) -> Reply:
        wishes = subscription.wishes
        if wishes.mode is Mode.ALERTS:
            raise AnswerError("Alerts are posted as stories arrive: there is nothing to preview.")
        parts = await self._publish.preview(subscription)
        if not parts[0].digest.sections and wishes.when_empty is WhenEmpty.SKIP:
            return Reply(content=f"{_NOTHING_NEW}: it would stay silent.")
        drawn = [
            Reply(digest_content(part), tuple(digest_embeds(part, self._topics, wishes.layout)))
            for part in parts
        ]
        return replace(drawn[0], more=tuple(drawn[1:]))

    async def _run_now(self, interaction: discord.Interaction, subscription: Subscription) -> Reply:
        if subscription.wishes.mode is Mode.ALERTS:
            raise AnswerError("Alerts are posted as stories arrive: there is no digest to post.")
        if subscription.paused:
            raise AnswerError("It is paused: use `/schedule resume` first.")
        wanted = await self._publish.run_now(subscription.id)
        if not wanted:
            return Reply(content=f"{_NOTHING_NEW}.")
        messages = counted(wanted, "message")
        on_the_way = f"📬 {messages} on the way to <#{subscription.channel_id}>."
        return Reply(content="\n".join([on_the_way, *_obstacles(interaction, subscription)]))

    async def _told(
        self,
        interaction: discord.Interaction,
        subscription: Subscription,
        done: str,
        hint: str = "",
    ) -> Reply:
        """Say what was done, and what may keep it from working."""
        lines = [done, hint, *_obstacles(interaction, subscription)]
        strange = await self._topic_names.unknown(subscription.wishes.topics)
        lines += _strange_topics(strange[:5])
        embed = subscription_embed(subscription, self._topics)
        return Reply(content="\n".join(line for line in lines if line), embeds=(embed,))

    async def _named(self, interaction: discord.Interaction, name: str) -> Subscription:
        return await self._subscribe.named(interaction.guild_id or 0, name)

    async def _name_choices(
        self, interaction: discord.Interaction, text: str
    ) -> list[app_commands.Choice[str]]:
        everything = await self._subscribe.in_guild(interaction.guild_id or 0)
        wanted = name_key(text)
        return choices(one.name for one in everything if wanted in name_key(one.name))


def _obstacles(interaction: discord.Interaction, subscription: Subscription) -> list[str]:
    """A line on the permissions that the bot lacks where it is to post; none if it lacks none."""
    lacking = missing_permissions(interaction, subscription.channel_id)
    where = f"In <#{subscription.channel_id}> the bot still needs"
    return [f"⚠️ {where}: {', '.join(lacking)}."] if lacking else []


def _strange_topics(strange: Iterable[tuple[str, str | None]]) -> Iterator[str]:
    """Lines on topics that nothing is about: more often than new ones they are misspelt ones."""
    others = []
    for name, meant in strange:
        if meant is None:
            others.append(f"“{escape(name)}”")
        else:
            yield f"⚠️ No story is about “{escape(name)}” yet: did you mean “{escape(meant)}”?"
    if others:
        names = ", ".join(others)
        yield f"⚠️ No story is about {names} yet: see `/topics` for those that are."
