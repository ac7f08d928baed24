"""Reading a request body field by field, keeping every complaint with its place.

Discord answers a bad body once, with all its problems nested by field:
https://docs.discord.com/developers/reference#error-messages
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.sandbox.errors import INVALID_FORM_BODY, DiscordError
from bot.sandbox.ids import LARGEST
from bot.sandbox.jsontypes import JsonObject

Key: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong: where it stands in the body, Discord's code for it, its sentence."""

    path: tuple[Key, ...]
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Form:
    """A place in a body. All places of one body share the list of complaints.

    Readers return a harmless value where the input was wrong, so that checking goes on and the
    client hears of every problem at once.
    """

    path: tuple[Key, ...] = ()
    complaints: list[Complaint] = field(default_factory=list)

    def at(self, *keys: Key) -> "Form":
        """Return the place further down."""
        return Form((*self.path, *keys), self.complaints)

    def refuse(self, code: str, message: str) -> None:
        """Keep a complaint about this place."""
        self.complaints.append(Complaint(self.path, code, message))

    def required(self) -> None:
        """Complain that this place is empty."""
        self.refuse("BASE_TYPE_REQUIRED", "This field is required")

    def text(self, value: object, *, most: int, least: int = 0) -> str:
        """Read a text, trimmed as Discord trims it; `most` and `least` count code points.

        That Discord counts code points: https://github.com/discord/discord-api-docs/issues/1315
        """
        if value is None:
            value = ""
        if isinstance(value, bool | list | dict):
            self.refuse("STRING_TYPE_CONVERT", "Could not interpret value as string.")
            return ""
        text = str(value).strip()
        if least and not text:
            self.required()
        elif len(text) < least or (least and len(text) > most):
            self.refuse("BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        elif len(text) > most:
            self.refuse("BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        return text

    def member(self, given: JsonObject, key: str, *, most: int, least: int = 0) -> str:
        """Read a text of the object at this place, and put it back as it was understood."""
        text = self.at(key).text(given.get(key), most=most, least=least)
        if given.get(key) is not None:
            given[key] = text
        return text

    def items(self, value: object, *, most: int | None = None, least: int = 0) -> list[Any]:
        """Read a list of at least `least` and at most `most` entries."""
        if value is None:
            value = []
        if not isinstance(value, list):
            self.refuse("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if most is not None and len(value) > most:
            self.refuse("BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        if len(value) < least:
            self.refuse("BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length.")
        return value

    def mapping(self, value: object) -> JsonObject:
        """Read an object."""
        if isinstance(value, dict):
            return value
        self.refuse("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return {}

    def whole(self, value: object, *, low: int, high: int) -> int:
        """Read a whole number within bounds, both included."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse("NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
            return low
        if value < low:
            self.refuse("NUMBER_TYPE_MIN", f"int value should be greater than or equal to {low}.")
        if value > high:
            self.refuse("NUMBER_TYPE_MAX", f"int value should be less than or equal to {high}.")
        return value

    def choice(self, value: object, among: Collection[int] | Collection[str]) -> None:
        """Check that a value is one of a closed set."""
        if isinstance(value, bool) or value not in among:
            self.refuse("BASE_TYPE_CHOICES", f"Value must be one of {as_set(among)}.")

    def snowflake(self, value: object) -> int:
        """Read an id: digits that fit 64 bits."""
        text = str(value)
        if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
            self.refuse("NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
            return 0
        number = int(text) if len(text) <= 20 else LARGEST + 1
        if number > LARGEST:
            self.refuse(
                "NUMBER_TYPE_MAX", f"snowflake value should be less than or equal to {LARGEST}."
            )
        return number

    def finish(self) -> None:
        """Raise Invalid Form Body (50035) if there was any complaint."""
        if self.complaints:
            raise DiscordError(INVALID_FORM_BODY, nest(self.complaints))


def kind_of(given: JsonObject) -> int:
    """Return the `type` of an object; 0 if it is no whole number."""
    kind = given.get("type")
    return kind if isinstance(kind, int) and not isinstance(kind, bool) else 0


def as_set(among: Iterable[object]) -> str:
    """Return the values as Discord's sentences list them."""
    return "{" + ", ".join(repr(value) for value in among) + "}"


def nest(complaints: Sequence[Complaint]) -> JsonObject:
    """Return the complaints as the tree that Discord answers with.

    `_errors` is at the leaves only: a complaint about a whole hides those about its parts.
    """
    about = {complaint.path for complaint in complaints}
    tree: JsonObject = {}
    for complaint in complaints:
        path = complaint.path
        if any(path[:length] in about for length in range(len(path))):
            continue
        node = tree
        for key in path:
            node = node.setdefault(str(key), {})
        entry = {"code": complaint.code, "message": complaint.message}
        node.setdefault("_errors", []).append(entry)
    return tree
