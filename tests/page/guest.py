"""A small bot with a command for everything that the page can do with commands."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Range
from typing_extensions import override

from tests.support.sandbox import Bot

LAST_PAGE = 3

CITIES = ("Aarhus", "Bergen", "Bremen", "Cádiz")


class Counter(discord.ui.View):
    """A page of an answer, with buttons to the others."""

    def __init__(self, number: int) -> None:
        super().__init__(timeout=None)
        self.number = number
        self.back.disabled = number == 1
        self.forward.disabled = number == LAST_PAGE

    @discord.ui.button(label="Back")
    async def back(self, interaction: discord.Interaction, _: discord.ui.Button[Counter]) -> None:
        """Turn to the page before."""
        await self._turn(interaction, self.number - 1)

    @discord.ui.button(label="Forward", style=discord.ButtonStyle.primary)
    async def forward(
        self, interaction: discord.Interaction, _: discord.ui.Button[Counter]
    ) -> None:
        """Turn to the next page."""
        await self._turn(interaction, self.number + 1)

    async def _turn(self, interaction: discord.Interaction, number: int) -> None:
        await interaction.response.edit_message(content=f"Page {number}", view=Counter(number))


class Cities(discord.ui.View):
    """A menu of one thing, a menu of people, and a button that nobody answers."""

    @discord.ui.select(
        placeholder="A city",
        options=[discord.SelectOption(label=c, description=f"{len(c)} letters") for c in CITIES],
    )
    async def city(self, interaction: discord.Interaction, menu: discord.ui.Select[Cities]) -> None:
        """Say what was chosen, to who chose it."""
        await interaction.response.send_message(f"You chose {menu.values[0]}", ephemeral=True)

    @discord.ui.select(cls=discord.ui.UserSelect, placeholder="Somebody", max_values=2)
    async def people(
        self, interaction: discord.Interaction, menu: discord.ui.UserSelect[Cities]
    ) -> None:
        """Say who was chosen."""
        names = " and ".join(user.display_name for user in menu.values)
        await interaction.response.send_message(f"You chose {names}")


class Feedback(discord.ui.Modal, title="Feedback"):
    """A form of two fields."""

    subject: discord.ui.TextInput[Feedback] = discord.ui.TextInput(label="Subject")
    details: discord.ui.TextInput[Feedback] = discord.ui.TextInput(
        label="Details", style=discord.TextStyle.paragraph, required=False
    )

    @override
    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Say what was filled in."""
        await interaction.response.send_message(f"{self.subject.value}: {self.details.value}")


def guest() -> Bot:
    """Return the bot, with its commands."""
    bot = Bot()
    for command in (_greet(bot), _count(), _cities(), _feedback(), _slow(bot), _silent(), _teams()):
        bot.tree.add_command(command)
    return bot


def _choices(typed: str) -> list[app_commands.Choice[str]]:
    found = [city for city in CITIES if city.lower().startswith(typed.lower())]
    return [app_commands.Choice(name=city, value=city) for city in found]


def _greet(bot: Bot) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="greet", description="Say hello to a city")
    async def greet(
        interaction: discord.Interaction,
        city: str,
        times: Range[int, 1, 3] = 1,
        *,
        loud: bool = False,
        where: discord.TextChannel | None = None,
    ) -> None:
        text = " ".join([f"Hello {city}"] * times)
        place = f" in {where.mention}" if where else ""
        await interaction.response.send_message((text.upper() if loud else text) + place)

    @greet.autocomplete("city")
    async def cities(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return _choices(typed)

    return greet


def _count() -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="count", description="Turn pages")
    async def count(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Page 1", view=Counter(1), ephemeral=True)

    return count


def _cities() -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="cities", description="Choose from menus")
    async def cities(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Choose", view=Cities(timeout=None))

    return cities


def _feedback() -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="feedback", description="Fill in a form")
    async def feedback(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Feedback())

    return feedback


def _slow(bot: Bot) -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="slow", description="Think first")
    async def slow(interaction: discord.Interaction) -> None:
        await interaction.response.defer(thinking=True)
        await bot.wait_for("thought_enough")
        await interaction.followup.send("Done thinking")

    return slow


def _silent() -> app_commands.Command[Any, ..., None]:
    @app_commands.command(name="silent", description="Never answer")
    async def silent(_: discord.Interaction) -> None:
        await asyncio.sleep(0)

    return silent


def _teams() -> app_commands.Group:
    group = app_commands.Group(name="team", description="Teams")

    @group.command(name="add", description="Add a team")
    @app_commands.choices(size=[app_commands.Choice(name="Small", value=3)])
    async def add(
        interaction: discord.Interaction, name: str, size: int, home: str | None = None
    ) -> None:
        await interaction.response.send_message(f"Team {name} of {size}, {home or 'away'}")

    @add.autocomplete("home")
    async def homes(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return _choices(typed)

    return group
