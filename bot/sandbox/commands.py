"""The commands that the bot has registered, and who is offered them.

https://docs.discord.com/developers/interactions/application-commands
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.sandbox.changes import Changes, CommandsChanged
from bot.sandbox.channels import Channel
from bot.sandbox.command_rules import CommandKind, check_names_differ, read_command
from bot.sandbox.errors import UNKNOWN_COMMAND, DiscordError
from bot.sandbox.forms import Form
from bot.sandbox.ids import Snowflakes
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.permissions import Permission
from bot.sandbox.users import User

MOST_GLOBAL = 100
"""Most slash commands in one place (everywhere, or one server)."""

IN_A_SERVER, WITH_THE_BOT = 0, 1
"""Contexts: a server; the direct messages with the bot."""


@dataclass(frozen=True, slots=True)
class Command:
    """A registered command; changing one makes another value with the same id."""

    id: int
    application_id: int
    guild_id: int | None
    version: int
    given: JsonObject

    @property
    def name(self) -> str:
        """What people type, in the default language."""
        return str(self.given["name"])

    @property
    def kind(self) -> CommandKind:
        """How it is used."""
        return CommandKind(self.given.get("type", CommandKind.CHAT_INPUT))

    @property
    def options(self) -> list[JsonObject]:
        """Its options, sub-commands among them."""
        return self.given.get("options") or []

    @property
    def contexts(self) -> list[int] | None:
        """Where it is offered; None is everywhere. The older `dm_permission` means less."""
        contexts: list[int] | None = self.given.get("contexts")
        if contexts is None and self.given.get("dm_permission") is False:
            return [IN_A_SERVER]
        return contexts

    def offered_to(self, user: User, channel: Channel) -> bool:
        """Whether a person's client offers it there."""
        here = WITH_THE_BOT if channel.guild is None else IN_A_SERVER
        if self.contexts is not None and here not in self.contexts:
            return False
        if channel.guild is None:
            return self.guild_id is None
        permissions = channel.permissions_of(user)
        wanted = self.given.get("default_member_permissions")
        enough = wanted is None or (
            int(wanted) != 0 and Permission(int(wanted)) & ~permissions == Permission.NONE
        )
        administrator = Permission.ADMINISTRATOR in permissions
        may_use = Permission.USE_APPLICATION_COMMANDS in permissions
        return may_use and (enough or administrator)

    def payload(self) -> JsonObject:
        """Return the command as Discord answers with it."""
        payload: JsonObject = {
            "id": str(self.id),
            "application_id": str(self.application_id),
            "version": str(self.version),
            "type": int(self.kind),
            "name": self.name,
            "name_localizations": self.given.get("name_localizations"),
            "description": self.given.get("description", ""),
            "description_localizations": self.given.get("description_localizations"),
            "default_member_permissions": self.given.get("default_member_permissions"),
            "nsfw": bool(self.given.get("nsfw", False)),
            "options": self.options,
        }
        if self.guild_id is not None:
            return payload | {"guild_id": str(self.guild_id)}
        return payload | {
            "dm_permission": self.contexts is None or WITH_THE_BOT in self.contexts,
            "contexts": self.given.get("contexts"),
            "integration_types": self.given.get("integration_types") or [0],
        }


class Commands:
    """All registered commands, by server (None: everywhere)."""

    def __init__(self, ids: Snowflakes, changes: Changes, application_id: int) -> None:
        self._ids = ids
        self._changes = changes
        self._application_id = application_id
        self._registered: dict[int | None, dict[int, Command]] = {}
        self.writes = 0
        """How often anything was registered or removed."""

    def listing(self, guild_id: int | None) -> list[Command]:
        """Return what is registered in one place."""
        return list(self._registered.get(guild_id, {}).values())

    @property
    def everything(self) -> list[Command]:
        """All that is registered anywhere."""
        return [c for registered in self._registered.values() for c in registered.values()]

    def restore(self, application_id: int, commands: Iterable[Command]) -> None:
        """Let commands be registered as they were before, and that count as a registration."""
        self._application_id = application_id
        for command in commands:
            self._registered.setdefault(command.guild_id, {})[command.id] = command
            self.writes += 1

    def get(self, guild_id: int | None, command_id: int) -> Command:
        """Return one command; DiscordError (10063) if it is not there."""
        command = self._registered.get(guild_id, {}).get(command_id)
        if command is None:
            raise DiscordError(UNKNOWN_COMMAND)
        return command

    def offered(self, user: User, channel: Channel) -> list[Command]:
        """Return what a person can use in a channel; a server's own command hides a global one."""
        guild_id = channel.guild.id if channel.guild else None
        places = {guild_id, None}
        found: dict[tuple[CommandKind, str], Command] = {}
        for place in sorted(places, key=lambda p: p is not None):
            for command in self.listing(place):
                found[command.kind, command.name] = command
        return [command for command in found.values() if command.offered_to(user, channel)]

    def overwrite(self, guild_id: int | None, value: object) -> list[Command]:
        """Replace everything registered in one place; what keeps its name keeps its id."""
        form = Form()
        items = form.items(value)
        commands = [read_command(form.at(i), item) for i, item in enumerate(items)]
        check_names_differ(form, commands)
        slash = [c for c in commands if c.get("type", 1) == CommandKind.CHAT_INPUT]
        if len(slash) > MOST_GLOBAL:
            form.refuse("BASE_TYPE_MAX_LENGTH", f"Must be {MOST_GLOBAL} or fewer in length.")
        form.finish()
        old = {(c.kind, c.name): c for c in self.listing(guild_id)}
        made = [self._make(guild_id, given, old) for given in commands]
        self._registered[guild_id] = {command.id: command for command in made}
        self._changed(guild_id)
        return made

    def register(self, guild_id: int | None, value: object) -> tuple[Command, bool]:
        """Add a command, or replace the one of that name; also return whether it is new."""
        form = Form()
        given = read_command(form, value)
        form.finish()
        old = {(c.kind, c.name): c for c in self.listing(guild_id)}
        command = self._make(guild_id, given, old)
        self._registered.setdefault(guild_id, {})[command.id] = command
        self._changed(guild_id)
        return command, (command.kind, command.name) not in old

    def edit(self, guild_id: int | None, command_id: int, value: object) -> Command:
        """Change some properties of a command."""
        old = self.get(guild_id, command_id)
        form = Form()
        given = read_command(form, old.given | form.mapping(value))
        form.finish()
        command = Command(old.id, self._application_id, guild_id, self._ids.mint(), given)
        self._registered[guild_id][old.id] = command
        self._changed(guild_id)
        return command

    def delete(self, guild_id: int | None, command_id: int) -> None:
        """Remove a command; DiscordError (10063) if it is not there."""
        self.get(guild_id, command_id)
        del self._registered[guild_id][command_id]
        self._changed(guild_id)

    def _make(
        self,
        guild_id: int | None,
        given: JsonObject,
        old: dict[tuple[CommandKind, str], Command],
    ) -> Command:
        key = (CommandKind(given.get("type", CommandKind.CHAT_INPUT)), str(given["name"]))
        if key in old and old[key].given == given:
            return old[key]
        command_id = old[key].id if key in old else self._ids.mint()
        return Command(command_id, self._application_id, guild_id, self._ids.mint(), given)

    def _changed(self, guild_id: int | None) -> None:
        self.writes += 1
        self._changes.publish(CommandsChanged(guild_id))
