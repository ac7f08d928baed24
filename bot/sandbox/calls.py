"""A request as the routes see it, and what they answer: no HTTP, just values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.sandbox.backend import Backend
from bot.sandbox.bodies import Upload
from bot.sandbox.errors import INVALID_FORM_BODY, DiscordError
from bot.sandbox.forms import Form, nest
from bot.sandbox.jsontypes import JsonObject


@dataclass(frozen=True, slots=True)
class Call:
    """One request, authenticated and within its limits."""

    backend: Backend
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: object = None
    uploads: tuple[Upload, ...] = ()
    gateway_url: str = ""

    @property
    def given(self) -> JsonObject:
        """The body as an object; DiscordError (50035) if it is something else."""
        form = Form()
        given = form.mapping(self.body)
        form.finish()
        return given

    def id(self, name: str) -> int:
        """Return an id from the path; DiscordError (50035) if it is none."""
        form = Form((name,))
        number = form.snowflake(self.path[name])
        form.finish()
        return number

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        """Return a whole number from the query; DiscordError (50035) if it is out of bounds."""
        form = Form((name,))
        text = self.query.get(name, str(default))
        value: object = int(text) if text.lstrip("-").isdecimal() else text
        number = form.whole(value, low=low, high=high)
        form.finish()
        return number

    def flag(self, name: str) -> bool:
        """Return whether a switch in the query is on."""
        return self.query.get(name, "").lower() in {"1", "true"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a JSON body; no body with 204."""

    status: int = 204
    body: JsonObject | list[JsonObject] | None = None


def ok(body: JsonObject | list[JsonObject]) -> Answer:
    """Return a 200."""
    return Answer(200, body)


NOTHING = Answer()

Handler: TypeAlias = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route of the API."""

    method: str
    route: str
    handle: Handler
    major: str = ""
    """The path parameter that has limits of its own (channel, server, webhook)."""

    needs_token: bool = True
    """False where the path holds a token of its own (interactions, webhooks)."""


def refuse(path: tuple[str | int, ...], code: str, message: str) -> DiscordError:
    """Return Invalid Form Body (50035) with a single complaint."""
    form = Form(path)
    form.refuse(code, message)
    return DiscordError(INVALID_FORM_BODY, nest(form.complaints))
