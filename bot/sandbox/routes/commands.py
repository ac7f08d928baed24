"""Registering application commands, everywhere or in one server.

https://docs.discord.com/developers/interactions/application-commands
"""

from bot.sandbox.calls import NOTHING, Answer, Call, Endpoint, ok
from bot.sandbox.routes.access import check_application, guild_of


def listing(call: Call) -> Answer:
    """What is registered."""
    commands = call.backend.commands.listing(_place(call))
    return ok([command.payload() for command in commands])


def overwrite(call: Call) -> Answer:
    """Register these and nothing else."""
    commands = call.backend.commands.overwrite(_place(call), call.body)
    return ok([command.payload() for command in commands])


def register(call: Call) -> Answer:
    """Register one more: 201, or 200 if it replaced the one of that name."""
    command, is_new = call.backend.commands.register(_place(call), call.body)
    return Answer(201 if is_new else 200, command.payload())


def read(call: Call) -> Answer:
    """One command."""
    return ok(call.backend.commands.get(_place(call), call.id("command_id")).payload())


def edit(call: Call) -> Answer:
    """Change one command."""
    commands = call.backend.commands
    return ok(commands.edit(_place(call), call.id("command_id"), call.body).payload())


def delete(call: Call) -> Answer:
    """Remove one command."""
    call.backend.commands.delete(_place(call), call.id("command_id"))
    return NOTHING


def _place(call: Call) -> int | None:
    check_application(call)
    return guild_of(call).id if "guild_id" in call.path else None


def _endpoints(base: str, major: str) -> tuple[Endpoint, ...]:
    return (
        Endpoint("GET", base, listing, major),
        Endpoint("PUT", base, overwrite, major),
        Endpoint("POST", base, register, major),
        Endpoint("GET", base + "/{command_id}", read, major),
        Endpoint("PATCH", base + "/{command_id}", edit, major),
        Endpoint("DELETE", base + "/{command_id}", delete, major),
    )


ENDPOINTS = (
    *_endpoints("/applications/{application_id}/commands", ""),
    *_endpoints("/applications/{application_id}/guilds/{guild_id}/commands", "guild_id"),
)
