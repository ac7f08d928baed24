"""/status: how the bot is doing, for those who manage a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.chat import limits
from bot.chat.embeds.style import PLAIN, counted, joined, relative_time
from bot.chat.places import missing_permissions
from bot.chat.replies import Reply, respond
from bot.store.files import FileCount
from digests.markdown import cut_escaped, escape

if TYPE_CHECKING:
    from bot.status import Report, Status
    from bot.store.files import RejectedFile
    from digests.subscription import Subscription

_FEED_TROUBLES = {
    "feed.missing": "Its directory cannot be read: until it can, what is known of it stays.",
    "feed.empty": "Its directory is empty, as if it were not mounted: until it is filled again, "
    "what is known of it stays.",
}


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
        channels = dict.fromkeys(one.channel_id for one in report.subscriptions)
        troubles = [
            f"In <#{channel_id}> the bot needs: {', '.join(lacking)}."
            for channel_id in channels
            if (lacking := missing_permissions(interaction, channel_id))
        ]
        if troubles:
            _add(embed, "⚠️ Permissions", troubles)
        return Reply(embeds=(embed,))


def status_embed(report: Report) -> discord.Embed:
    """The report in the order in which an admin would look: posts, schedules, articles."""
    embed = discord.Embed(title="🩺 Status", colour=PLAIN)
    _add(embed, "Posts", _posts(report))
    schedules = [_schedule(one) for one in report.subscriptions]
    _add(embed, "Schedules", schedules or ["None yet: make one with `/schedule add`."])
    _add(embed, "Articles", _articles(report))
    if report.rejected:
        _add(embed, "⚠️ Files that cannot be used", _rejected(report))
    embed.set_footer(text=f"digest-bot {report.version}")
    return embed


def _add(embed: discord.Embed, name: str, lines: list[str]) -> None:
    embed.add_field(name=name, value=joined(lines, limits.FIELD_VALUE), inline=False)


def _posts(report: Report) -> list[str]:
    troubles = report.troubles
    told = {
        f"{troubles.waiting} on the way": troubles.waiting,
        f"{troubles.put_off} waiting for quiet hours or a pause to end": troubles.put_off,
        f"{troubles.unclear} being looked up, since Discord's answer was unclear": troubles.unclear,
        f"{troubles.held} held: the bot needs “Read Message History” there": troubles.held,
        f"{troubles.dead} refused by Discord: the bot's operator finds why in the log": (
            troubles.dead
        ),
    }
    return [line for line, many in told.items() if many] or ["Everything is posted."]


def _schedule(one: Subscription) -> str:
    state = "as stories arrive"
    if one.paused:
        state = f"⏸️ {cut_escaped(one.paused, 120)}"
    elif one.next_fire_at:
        state = f"next {relative_time(one.next_fire_at)}"
    return f"**{escape(one.name)}** in <#{one.channel_id}>: {state}"


def _articles(report: Report) -> list[str]:
    counts = {feed.feed: feed for feed in report.feeds}
    unread = [FileCount(name, 0, 0) for name in report.feed_troubles if name not in counts]
    return [
        _feed(feed, report.feed_troubles.get(feed.feed)) for feed in (*report.feeds, *unread)
    ] or ["No feed was read yet."]


def _feed(feed: FileCount, trouble: str | None) -> str:
    line = f"**{escape(feed.feed)}**: {counted(feed.files, 'file')}"
    if feed.rejected:
        line += f", {feed.rejected} of them unusable"
    return f"{line}\n⚠️ {_FEED_TROUBLES.get(trouble, trouble)}" if trouble else line


def _rejected(report: Report) -> list[str]:
    lines = [_rejection(one) for one in report.rejected]
    more = sum(feed.rejected for feed in report.feeds) - len(lines)
    return [*lines, f"-# … and {more} more: `digest-bot check` lists them"] if more > 0 else lines


def _rejection(one: RejectedFile) -> str:
    problem = cut_escaped(one.problems[0], 120) if one.problems else "unreadable"
    return f"{cut_escaped(one.path, 60)}: {problem}"
