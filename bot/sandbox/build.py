"""A world to begin with, so that a sandbox is not empty."""

from bot.sandbox.guilds import Guild
from bot.sandbox.server import Sandbox

GUILD_NAMES = ("Reading Room", "Robot Club", "Lighthouse", "Paper Trail", "Night Shift")
CHANNEL_NAMES = ("ai-news", "ai-alerts", "general", "research", "tools")


def build_world(sandbox: Sandbox, guilds: int = 1, channels: int = 3) -> list[Guild]:
    """Fill a sandbox with servers of so many text channels each; the bot is in all of them."""
    made = []
    for i in range(guilds):
        guild = sandbox.world.add_guild(numbered(GUILD_NAMES, i))
        for j in range(channels):
            guild.add_text_channel(numbered(CHANNEL_NAMES, j))
        made.append(guild)
    return made


def numbered(names: tuple[str, ...], index: int) -> str:
    """Return a name from the list; after its end they come again with a number."""
    lap, place = divmod(index, len(names))
    return names[place] if lap == 0 else f"{names[place]}-{lap + 1}"
