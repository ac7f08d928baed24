"""What an application command must look like to be registered.

https://docs.discord.com/developers/interactions/application-commands
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum

import regex

from bot.sandbox.forms import Form, kind_of
from bot.sandbox.jsontypes import JsonObject


class CommandKind(IntEnum):
    """Typed with a slash, or chosen from the menu of a user or of a message."""

    CHAT_INPUT = 1
    USER = 2
    MESSAGE = 3


class OptionKind(IntEnum):
    """What an option of a command takes."""

    SUB_COMMAND = 1
    SUB_COMMAND_GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


NESTING = frozenset({OptionKind.SUB_COMMAND, OptionKind.SUB_COMMAND_GROUP})
WITH_CHOICES = frozenset({OptionKind.STRING, OptionKind.INTEGER, OptionKind.NUMBER})
MOST_OPTIONS, MOST_CHOICES = 25, 25
NAME, DESCRIPTION, CHOICE_TEXT = 32, 100, 100
MOST_CHARACTERS = 8_000
"""Over the names, descriptions and choice values of one command."""

_CHAT_NAME = regex.compile(r"[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}")


def read_command(form: Form, value: object) -> JsonObject:
    """Read one command; complaints go to the form."""
    given = form.mapping(value)
    kind = given.get("type", CommandKind.CHAT_INPUT)
    form.at("type").choice(kind, tuple(map(int, CommandKind)))
    chat = kind == CommandKind.CHAT_INPUT
    _check_name(form, given, chat=chat)
    _check_description(form, given, chat=chat)
    _check_options(form.at("options"), given.get("options"), depth=0)
    _check_sets(form, given)
    if characters(given) > MOST_CHARACTERS:
        form.refuse(
            "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MOST_CHARACTERS})"
        )
    return given


def check_names_differ(form: Form, items: Sequence[JsonObject]) -> None:
    """Check that no two commands of one kind share a name."""
    seen: set[tuple[int, str]] = set()
    for i, item in enumerate(items):
        key = (kind_of(item) or CommandKind.CHAT_INPUT, str(item.get("name")))
        if key in seen:
            form.at(i, "name").refuse(
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            )
        seen.add(key)


def characters(item: JsonObject) -> int:
    """Return how much of the 8,000 characters a command or an option takes."""
    total = len(str(item.get("name", ""))) + len(str(item.get("description", "")))
    for choice in _objects(item.get("choices")):
        total += len(str(choice.get("name", ""))) + len(str(choice.get("value", "")))
    return total + sum(characters(option) for option in _objects(item.get("options")))


def _objects(value: object) -> list[JsonObject]:
    return [i for i in value if isinstance(i, dict)] if isinstance(value, list) else []


def _check_name(form: Form, given: JsonObject, *, chat: bool) -> None:
    given["name"] = _read_name(form.at("name"), given.get("name"), chat=chat)
    translations = given.get("name_localizations") or {}
    for locale, name in form.at("name_localizations").mapping(translations).items():
        _read_name(form.at("name_localizations", locale), name, chat=chat)


def _read_name(form: Form, value: object, *, chat: bool) -> str:
    before = len(form.complaints)
    name = form.text(value, most=NAME, least=1)
    well_formed = _CHAT_NAME.fullmatch(name) and name == name.lower()
    if chat and len(form.complaints) == before and not well_formed:
        form.refuse("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    return name


def _check_description(form: Form, given: JsonObject, *, chat: bool) -> None:
    if not chat:
        form.member(given, "description", most=0)
        return
    form.member(given, "description", most=DESCRIPTION, least=1)
    translations = given.get("description_localizations") or {}
    for locale, text in form.at("description_localizations").mapping(translations).items():
        form.at("description_localizations", locale).text(text, most=DESCRIPTION, least=1)


def _check_sets(form: Form, given: JsonObject) -> None:
    for key, among in (("contexts", (0, 1, 2)), ("integration_types", (0, 1))):
        for i, item in enumerate(form.at(key).items(given.get(key))):
            form.at(key, i).choice(item, among)
    permissions = given.get("default_member_permissions")
    if permissions is not None:
        form.at("default_member_permissions").snowflake(permissions)


def _check_options(form: Form, value: object, *, depth: int) -> None:
    options = [form.at(i).mapping(o) for i, o in enumerate(form.items(value, most=MOST_OPTIONS))]
    for i, option in enumerate(options):
        _check_option(form.at(i), option, depth=depth)
    names = [o.get("name") for o in options]
    if len(set(map(str, names))) < len(names):
        form.refuse("APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED", "Option names must be unique")
    _check_mixture(form, options)
    _check_order(form, options)


def _check_mixture(form: Form, options: Iterable[JsonObject]) -> None:
    if len({kind_of(option) in NESTING for option in options}) > 1:
        form.refuse(
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other"
            " types",
        )


def _check_order(form: Form, options: Iterable[JsonObject]) -> None:
    optional_seen = False
    for i, option in enumerate(options):
        if kind_of(option) in NESTING:
            continue
        if option.get("required") and optional_seen:
            form.at(i).refuse(
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional_seen = optional_seen or not option.get("required")


def _check_option(form: Form, option: JsonObject, *, depth: int) -> None:
    kind = kind_of(option)
    allowed = [k for k in OptionKind if k not in NESTING]
    if depth == 0:
        allowed += [OptionKind.SUB_COMMAND, OptionKind.SUB_COMMAND_GROUP]
    if depth == 1:
        allowed = [OptionKind.SUB_COMMAND]
    form.at("type").choice(option.get("type"), tuple(sorted(map(int, allowed))))
    _check_name(form, option, chat=True)
    _check_description(form, option, chat=True)
    if kind == OptionKind.SUB_COMMAND_GROUP:
        _check_options(form.at("options"), option.get("options"), depth=1)
    elif kind == OptionKind.SUB_COMMAND:
        _check_options(form.at("options"), option.get("options"), depth=2)
    else:
        _check_choices(form, option)


def _check_choices(form: Form, option: JsonObject) -> None:
    choices = form.at("choices").items(option.get("choices"), most=MOST_CHOICES)
    if choices and kind_of(option) not in WITH_CHOICES:
        form.at("choices").refuse(
            "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "This option type takes no choices"
        )
    if choices and option.get("autocomplete"):
        form.at("autocomplete").refuse(
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
            "Choices and autocomplete are mutually exclusive",
        )
    for i, choice in enumerate(choices):
        read_choice(form.at("choices", i), choice, kind_of(option))


def read_choice(form: Form, value: object, kind: int | None) -> JsonObject:
    """Read a choice of an option, registered or suggested while the person types."""
    given = form.mapping(value)
    form.member(given, "name", most=CHOICE_TEXT, least=1)
    chosen = given.get("value")
    if kind == OptionKind.STRING:
        form.at("value").text(chosen, most=CHOICE_TEXT, least=1)
    elif isinstance(chosen, bool) or not isinstance(chosen, int | float):
        form.at("value").refuse("NUMBER_TYPE_COERCE", f'Value "{chosen}" is not a number.')
    return given
