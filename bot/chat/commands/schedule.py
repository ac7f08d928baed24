"""/schedule: what those who manage a server may ask the bot to post, where and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.app_commands import Range

from bot.chat import limits
from bot.chat.commands.options import (
    Days,
    ScheduleOptions,
    complete_last,
    wishes_from,
    zones_like,
)
from bot.chat.embeds import digest_content, digest_embeds
from bot.chat.places import Place, missing_permissions
from bot.chat.replies import AnswerError, Reply, respond
from bot.chat.summary import subscription_embed, subscriptions_embed
from bot.subscribe import LONGEST_NAME
from digests.ranking import Sort
from digests.subscription import Layout, Mode, WhenEmpty, Wishes
from digests.text import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from bot.answer import Answer
    from bot.publish import Publish
    from bot.subscribe import Subscribe
    from digests.subscription import Subscription
    from digests.topic import Topics

    Work = Callable[
        [discord.Interaction, str, Place | None, ScheduleOptions], Coroutine[Any, Any, Reply]
    ]

Name = Range[str, 1, LONGEST_NAME]
Stories = Range[int, 1, 50]
Heat = Range[int, 0, 1_000]
PerDay = Range[int, 0, 100]

_OPTIONS = {
    "name": "What to call it, such as “morning”",
    "channel": "Where to post (default: here)",
    "mode": "A digest on a schedule, or an alert for each story as it arrives",
    "days": "On which days (default: every day)",
    "time": "At what time, such as 09:00 (the default)",
    "cron": "Instead of days and time: cron text, such as 0 9 * * 1-5",
    "timezone": "Whose clock that is, such as Europe/Berlin (default: UTC)",
    "topics": "Only these topics, with commas between (default: all)",
    "sort": "What ranks the stories (default: heat)",
    "max_stories": "How many stories at most (default: 10)",
    "min_heat": "Only stories at least this hot (default: 0)",
    "lookback": "How far back to look, such as 36h (default: the period and half a day)",
    "layout": "A list per topic, or a card per story (default: list)",
    "when_empty": "When nothing is new: stay silent (default), or post a note",
    "role": "A role to mention; it must be one that anybody may mention",
    "max_per_day": "Alerts: how many a day at most; 0 = no limit",
    "quiet": "Alerts: hours without any, such as 22:00-07:00",
}


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
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._subscribe = subscribe
        self._publish = publish
        self._answer = answer
        self._topics = topics
        self.add_command(self._form("add", "Post a digest on a schedule, or alerts", self._add))
        edit = self._form("edit", "Change a schedule; what is left out stays as it is", self._edit)
        name_choices: Any = self._name_choices  # discord.py's types know undecorated functions only
        edit.autocomplete("name")(name_choices)
        self.add_command(edit)

    def _form(self, name: str, description: str, work: Work) -> app_commands.Command[Any, ..., Any]:
        """A command with all options of a schedule: `add` and `edit` have the same."""

        @app_commands.command(name=name, description=description)
        @app_commands.describe(**_OPTIONS)
        @app_commands.rename(max_stories="max-stories", min_heat="min-heat")
        @app_commands.rename(when_empty="when-empty", max_per_day="max-per-day")
        @app_commands.autocomplete(topics=self._topic_choices, timezone=self._zone_choices)
        async def form(
            interaction: discord.Interaction,
            name: Name,
            channel: Place | None = None,
            mode: Mode | None = None,
            days: Days | None = None,
            time: str | None = None,
            cron: str | None = None,
            timezone: str | None = None,
            topics: str | None = None,
            sort: Sort | None = None,
            max_stories: Stories | None = None,
            min_heat: Heat | None = None,
            lookback: str | None = None,
            layout: Layout | None = None,
            when_empty: WhenEmpty | None = None,
            role: discord.Role | None = None,
            max_per_day: PerDay | None = None,
            quiet: str | None = None,
        ) -> None:
            _check_role(interaction, role)
            options = ScheduleOptions(
                mode=mode,
                days=days,
                time=time,
                cron=cron,
                timezone=timezone,
                topics=topics,
                sort=sort,
                max_stories=max_stories,
                min_heat=min_heat,
                lookback=lookback,
                layout=layout,
                when_empty=when_empty,
                role=role.id if role is not None else None,
                max_per_day=max_per_day,
                quiet=quiet,
            )
            await respond(interaction, work(interaction, name, channel, options))

        return form

    async def _add(
        self,
        interaction: discord.Interaction,
        name: str,
        channel: Place | None,
        options: ScheduleOptions,
    ) -> Reply:
        place_id = channel.id if channel is not None else interaction.channel_id
        if interaction.guild_id is None or place_id is None:
            raise AnswerError("This command works in a server only.")
        wishes = wishes_from(Wishes(), options)
        made = await self._subscribe.add(
            interaction.guild_id, place_id, name, wishes, interaction.user.id
        )
        hint = "Try `/schedule preview` to see it now." if wishes.schedule else ""
        return self._told(interaction, made, "✅ Made.", hint)

    async def _edit(
        self,
        interaction: discord.Interaction,
        name: str,
        channel: Place | None,
        options: ScheduleOptions,
    ) -> Reply:
        subscription = await self._named(interaction, name)
        wishes = wishes_from(subscription.wishes, options)
        place_id = channel.id if channel is not None else subscription.channel_id
        changed = await self._subscribe.edit(subscription, wishes, place_id)
        return self._told(interaction, changed, "✅ Changed.")

    @app_commands.command(name="list")
    async def list_all(self, interaction: discord.Interaction) -> None:
        """Everything that is posted in this server."""
        await respond(interaction, self._list(interaction))

    async def _list(self, interaction: discord.Interaction) -> Reply:
        everything = await self._subscribe.in_guild(interaction.guild_id or 0)
        return Reply(embeds=(subscriptions_embed(everything),))

    @app_commands.command(name="pause")
    @app_commands.describe(name="Which schedule")
    async def pause(self, interaction: discord.Interaction, name: str) -> None:
        """Stop posting until it is resumed."""
        await respond(interaction, self._pause(interaction, name))

    async def _pause(self, interaction: discord.Interaction, name: str) -> Reply:
        subscription = await self._named(interaction, name)
        await self._subscribe.pause(subscription, f"Paused by {interaction.user.name}.")
        return Reply(content=f"⏸️ “{subscription.name}” is paused: `/schedule resume` undoes it.")

    @app_commands.command(name="resume")
    @app_commands.describe(name="Which schedule")
    async def resume(self, interaction: discord.Interaction, name: str) -> None:
        """Post again after a pause."""
        await respond(interaction, self._resume(interaction, name))

    async def _resume(self, interaction: discord.Interaction, name: str) -> Reply:
        subscription = await self._named(interaction, name)
        resumed = await self._subscribe.resume(subscription)
        return self._told(interaction, resumed, "▶️ Resumed.")

    @app_commands.command(name="remove")
    @app_commands.describe(name="Which schedule")
    async def remove(self, interaction: discord.Interaction, name: str) -> None:
        """End a schedule; what it posted stays."""
        await respond(interaction, self._remove(interaction, name))

    async def _remove(self, interaction: discord.Interaction, name: str) -> Reply:
        subscription = await self._named(interaction, name)
        await self._subscribe.remove(subscription)
        return Reply(content=f"🗑️ “{subscription.name}” is removed; what it posted stays.")

    @app_commands.command(name="preview")
    @app_commands.describe(name="Which schedule")
    async def preview(self, interaction: discord.Interaction, name: str) -> None:
        """See what it would post, without posting it."""
        await respond(interaction, self._preview(interaction, name))

    async def _preview(self, interaction: discord.Interaction, name: str) -> Reply:
        subscription = await self._named(interaction, name)
        if subscription.wishes.mode is Mode.ALERTS:
            raise AnswerError("Alerts are posted as stories arrive: there is nothing to preview.")
        parts = await self._publish.preview(subscription)
        embeds = digest_embeds(parts[0], self._topics, subscription.wishes.layout)
        more = f"\n-# … and {len(parts) - 1} more messages" if len(parts) > 1 else ""
        return Reply(content=digest_content(parts[0]) + more, embeds=tuple(embeds))

    @app_commands.command(name="run-now")
    @app_commands.describe(name="Which schedule")
    async def run_now(self, interaction: discord.Interaction, name: str) -> None:
        """Post its digest at once, besides the schedule."""
        await respond(interaction, self._run_now(interaction, name))

    async def _run_now(self, interaction: discord.Interaction, name: str) -> Reply:
        subscription = await self._named(interaction, name)
        if subscription.wishes.mode is Mode.ALERTS:
            raise AnswerError("Alerts are posted as stories arrive: there is no run to start.")
        if subscription.paused:
            raise AnswerError("It is paused: use /schedule resume first.")
        wanted = await self._publish.run_now(subscription.id)
        if not wanted:
            return Reply(content="There is nothing new that this channel has not been shown.")
        return Reply(content=f"📬 On its way to <#{subscription.channel_id}>.")

    def _told(
        self,
        interaction: discord.Interaction,
        subscription: Subscription,
        done: str,
        hint: str = "",
    ) -> Reply:
        """Say what was done, and what keeps it from working."""
        lines = [done, hint]
        if lacking := missing_permissions(interaction, subscription.channel_id):
            needed = ", ".join(lacking)
            lines.append(f"⚠️ In <#{subscription.channel_id}> the bot still needs: {needed}.")
        embed = subscription_embed(subscription, self._topics)
        return Reply(content="\n".join(line for line in lines if line), embeds=(embed,))

    async def _named(self, interaction: discord.Interaction, name: str) -> Subscription:
        return await self._subscribe.named(interaction.guild_id or 0, name)

    async def _topic_choices(
        self, _interaction: discord.Interaction, text: str
    ) -> list[app_commands.Choice[str]]:
        names = await self._answer.topic_names(text.rpartition(",")[2].strip(), limits.OPTIONS)
        return _choices(complete_last(text, names))

    async def _zone_choices(
        self, _interaction: discord.Interaction, text: str
    ) -> list[app_commands.Choice[str]]:
        return _choices(zones_like(text, limits.OPTIONS))

    @pause.autocomplete("name")
    @resume.autocomplete("name")
    @remove.autocomplete("name")
    @preview.autocomplete("name")
    @run_now.autocomplete("name")
    async def _name_choices(
        self, interaction: discord.Interaction, text: str
    ) -> list[app_commands.Choice[str]]:
        everything = await self._subscribe.in_guild(interaction.guild_id or 0)
        wanted = text.casefold()
        return _choices([one.name for one in everything if wanted in one.name.casefold()])


def _choices(texts: Sequence[str]) -> list[app_commands.Choice[str]]:
    """The choices that Discord takes: 25, of at most 100 characters."""
    short = [text for text in texts if len(text) <= limits.OPTION_LABEL]
    return [app_commands.Choice(name=text, value=text) for text in short[: limits.OPTIONS]]


def _check_role(interaction: discord.Interaction, role: discord.Role | None) -> None:
    """Only what a person may mention themselves may they have the bot mention."""
    if role is None:
        return
    if role.is_default():
        raise AnswerError("The bot never mentions everyone: choose another role.")
    if not role.mentionable and not interaction.app_permissions.mention_everyone:
        raise AnswerError(
            f"“{cut(role.name, 60)}” cannot be mentioned by the bot: "
            "switch on “Allow anyone to @mention this role” in the role's settings."
        )
