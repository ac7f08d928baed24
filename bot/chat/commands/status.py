"""/status: how the bot is doing, for those who manage a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.chat import limits
from bot.chat.embeds import PLAIN, relative_time
from bot.chat.places import missing_permissions
from bot.chat.replies import Reply, respond
from digests.markdown import escape
from digests.text import cut

if TYPE_CHECKING:
    from bot.status import Report, Status
    from digests.subscription import Subscription


class StatusCommand:
    """Adds /status to a tree and answers it."""

    def __init__(self, status: Status) -> None:
        """Take the flow that knows."""
        self._status = status

    def add_to(self, tree: app_commands.CommandTree) -> None:
        """Register the command."""

        @app_commands.command(name="status", description="How the bot is doing here")
        @app_commands.default_permissions(manage_guild=True)
        @app_commands.guild_only()
        async def status(interaction: discord.Interaction) -> None:
            await respond(interaction, self._answer(interaction))

        tree.add_command(status)

    async def _answer(self, interaction: discord.Interaction) -> Reply:
        report = await self._status.report(interaction.guild_id or 0)
        embed = status_embed(report)
        troubles = [
            f"In <#{one.channel_id}> the bot needs: {', '.join(lacking)}."
            for one in report.subscriptions
            if (lacking := missing_permissions(interaction, one.channel_id))
        ]
        if troubles:
            text = "\n".join(dict.fromkeys(troubles))
            embed.add_field(
                name="⚠️ Permissions", value=cut(text, limits.FIELD_VALUE), inline=False
            )
        return Reply(embeds=(embed,))


def status_embed(report: Report) -> discord.Embed:
    """The report in the order in which an admin would look: posts, schedules, articles."""
    embed = discord.Embed(title="🩺 Status", colour=PLAIN)
    embed.add_field(name="Posts", value=_posts(report), inline=False)
    embed.add_field(name="Schedules", value=_schedules(report.subscriptions), inline=False)
    embed.add_field(name="Articles", value=_articles(report), inline=False)
    if report.rejected:
        lines = [f"`{cut(one.path, 60)}`: {escape(one.problems[0])}" for one in report.rejected]
        text = cut("\n".join(cut(line, 200) for line in lines), limits.FIELD_VALUE)
        embed.add_field(name="⚠️ Files that cannot be used", value=text, inline=False)
    embed.set_footer(text=f"digest-bot {report.version}")
    return embed


def _posts(report: Report) -> str:
    troubles = report.troubles
    lines = [
        f"{troubles.waiting} waiting",
        f"{troubles.unclear} being looked up after an unclear answer" if troubles.unclear else "",
        f"{troubles.held} held: the bot may not read the channel's history" if troubles.held else "",
        f"{troubles.dead} refused by Discord; the bot's operator finds why in the log"
        if troubles.dead
        else "",
    ]
    return "\n".join(line for line in lines if line)


def _schedules(subscriptions: tuple[Subscription, ...]) -> str:
    lines = [
        f"**{escape(one.name)}** in <#{one.channel_id}>: "
        + (
            f"⏸️ {escape(cut(one.paused, 120))}"
            if one.paused
            else f"next {relative_time(one.next_fire_at)}"
            if one.next_fire_at
            else "as stories arrive"
        )
        for one in subscriptions
    ]
    return cut("\n".join(lines) or "None yet: `/schedule add`.", limits.FIELD_VALUE)


def _articles(report: Report) -> str:
    lines = [
        f"**{escape(feed.feed)}**: {feed.files} files, {feed.rejected} of them unusable"
        for feed in report.feeds
    ]
    return cut("\n".join(lines) or "No feed was read yet.", limits.FIELD_VALUE)
