"""What stands behind the wire: the world and the services that keep Discord's rules."""

from dataclasses import dataclass

from bot.sandbox.clock import Clock
from bot.sandbox.commands import Commands
from bot.sandbox.interactions import Interactions
from bot.sandbox.nonces import Nonces
from bot.sandbox.settings import Settings
from bot.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Backend:
    """Everything that a request may need; shared by REST, the gateway and the people."""

    settings: Settings
    clock: Clock
    world: World
    commands: Commands
    interactions: Interactions
    nonces: Nonces

    @classmethod
    def create(cls, settings: Settings, clock: Clock) -> "Backend":
        """Make an empty world with its services."""
        world = World(clock, bot_name=settings.bot_name)
        return cls(
            settings,
            clock,
            world,
            Commands(world.ids, world.changes, world.application_id),
            Interactions(
                world,
                first_answer_within=settings.first_answer_within,
                token_life=settings.token_life,
            ),
            Nonces(clock, settings.nonce_window),
        )
