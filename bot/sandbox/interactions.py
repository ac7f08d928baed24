"""The bot's answers to interactions: when they may come, and what becomes of them.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import replace

from bot.sandbox.bodies import SETTABLE, Sender, Upload, read_edit, read_new
from bot.sandbox.changes import InteractionChanged, InteractionCreated
from bot.sandbox.channels import Channel
from bot.sandbox.command_rules import MOST_CHOICES, read_choice
from bot.sandbox.components import read_modal
from bot.sandbox.errors import (
    ALREADY_ACKNOWLEDGED,
    INVALID_WEBHOOK_TOKEN,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    DiscordError,
)
from bot.sandbox.forms import Form
from bot.sandbox.interaction import Callback, Interaction, InteractionKind
from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.messages import Body, Message, MessageFlag, MessageKind, Origin
from bot.sandbox.users import User
from bot.sandbox.world import World

FIRST_ANSWER_WITHIN = 3.0
"""Seconds; an answer that comes later meets 10062."""

TOKEN_LIFE = 900.0
"""Seconds for which follow-ups and edits are possible."""


class Interactions:
    """Keeps the rules of the conversation: three seconds, one first answer, fifteen minutes."""

    def __init__(
        self,
        world: World,
        *,
        first_answer_within: float = FIRST_ANSWER_WITHIN,
        token_life: float = TOKEN_LIFE,
    ) -> None:
        self._world = world
        self._limit = first_answer_within
        self._life = token_life
        self._by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self._timers: set[asyncio.Task[None]] = set()

    @property
    def pending(self) -> list[Interaction]:
        """Those that wait for their first answer, oldest first."""
        return [i for i in self._by_id.values() if not i.settled]

    def start(
        self,
        kind: InteractionKind,
        user: User,
        channel: Channel,
        data: JsonObject,
        *,
        name: str = "",
        message: Message | None = None,
        option_kind: int | None = None,
    ) -> Interaction:
        """Tell the bot what a person did."""
        self._forget_old()
        interaction = Interaction(
            self._world.ids.mint(),
            secrets.token_urlsafe(48),
            kind,
            user,
            channel,
            data,
            self._world.clock.monotonic(),
            name,
            message,
            option_kind,
        )
        self._by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        timer = asyncio.create_task(self._time(interaction))
        self._timers.add(timer)
        timer.add_done_callback(self._timers.discard)
        self._world.changes.publish(InteractionCreated(interaction))
        return interaction

    def answer(
        self, interaction_id: int, token: str, value: object, uploads: Sequence[Upload] = ()
    ) -> Interaction:
        """Take the bot's first answer."""
        interaction = self._by_id.get(interaction_id)
        if interaction is None or interaction.token != token:
            raise DiscordError(UNKNOWN_INTERACTION)
        if interaction.callback is not None:
            raise DiscordError(ALREADY_ACKNOWLEDGED)
        elapsed = self._world.clock.monotonic() - interaction.started
        if interaction.timed_out or elapsed > self._limit:
            raise DiscordError(UNKNOWN_INTERACTION)
        form = Form()
        given = form.mapping(value)
        form.at("type").choice(given.get("type"), tuple(map(int, interaction.allowed_callbacks)))
        form.finish()
        self._perform(Callback(given["type"]), interaction, given.get("data"), uploads)
        interaction.callback = Callback(given["type"])
        interaction.elapsed = elapsed
        self._world.changes.publish(InteractionChanged(interaction))
        return interaction

    def known(self, token: str | None) -> Interaction | None:
        """Return what a token stands for, answered or not, or None; nothing is checked."""
        return self._by_token.get(token or "")

    def by_token(self, token: str) -> Interaction:
        """Return the interaction whose follow-ups a token allows.

        DiscordError: 10015 for an unknown or unanswered one, 50027 when its life is over.
        """
        interaction = self._by_token.get(token)
        if interaction is None or interaction.callback is None:
            raise DiscordError(UNKNOWN_WEBHOOK)
        if self._world.clock.monotonic() - interaction.started > self._life:
            raise DiscordError(INVALID_WEBHOOK_TOKEN)
        return interaction

    def follow_up(
        self, interaction: Interaction, data: JsonObject, uploads: Sequence[Upload] = ()
    ) -> Message:
        """Post another answer; while the bot is "thinking", that becomes the first one."""
        original = interaction.original
        body = read_new(data, self._sender(interaction), uploads)
        if original is not None and original.loading and not original.deleted:
            kept = original.flags & MessageFlag.EPHEMERAL
            flags = body.flags & ~MessageFlag.EPHEMERAL | kept
            original.fill(replace(body, flags=flags))
            message = original
        else:
            message = self._post(interaction, body, MessageKind.REPLY, reference=original)
            interaction.followups.append(message)
        self._world.changes.publish(InteractionChanged(interaction))
        return message

    def find(self, interaction: Interaction, message_id: str) -> Message:
        """Return `@original` or a follow-up; DiscordError (10008) if there is none such."""
        candidates = [interaction.original, *interaction.followups]
        if message_id == "@original":
            candidates = candidates[:1]
        for message in candidates:
            wanted = message_id in {"@original", str(message.id if message else "")}
            if message is not None and wanted and not message.deleted:
                return message
        raise DiscordError(UNKNOWN_MESSAGE)

    def edit(
        self,
        interaction: Interaction,
        message: Message,
        data: JsonObject,
        uploads: Sequence[Upload] = (),
    ) -> Message:
        """Change an answer; the first edit of a "thinking" one is the answer itself."""
        body = read_edit(data, message, self._sender(interaction), uploads)
        if message.loading:
            message.fill(replace(body, flags=body.flags & ~MessageFlag.LOADING))
        else:
            message.edit(body)
        self._world.changes.publish(InteractionChanged(interaction))
        return message

    def delete(self, interaction: Interaction, message: Message) -> None:
        """Remove an answer."""
        message.delete()
        self._world.changes.publish(InteractionChanged(interaction))

    def give_up(self) -> None:
        """Let the time of all that wait for a first answer run out now."""
        for interaction in self.pending:
            self._fail(interaction)

    async def close(self) -> None:
        """Stop counting seconds."""
        for timer in self._timers:
            timer.cancel()
        await asyncio.gather(*self._timers, return_exceptions=True)

    def _forget_old(self) -> None:
        """Drop interactions whose token has been dead for as long as it lived."""
        oldest = self._world.clock.monotonic() - 2 * self._life
        while self._by_id and (first := next(iter(self._by_id.values()))).started < oldest:
            del self._by_id[first.id], self._by_token[first.token]

    async def _time(self, interaction: Interaction) -> None:
        await self._world.clock.sleep(self._limit)
        if not interaction.settled:
            self._fail(interaction)

    def _fail(self, interaction: Interaction) -> None:
        interaction.timed_out = True
        self._world.changes.publish(InteractionChanged(interaction))

    def _perform(
        self,
        callback: Callback,
        interaction: Interaction,
        value: object,
        uploads: Sequence[Upload],
    ) -> None:
        form = Form(("data",))
        data = form.mapping(value or {})
        if callback is Callback.REPLY:
            body = read_new(data, self._sender(interaction), uploads, form=form)
            interaction.original = self._first(interaction, body)
        elif callback is Callback.DEFER:
            number = form.at("flags").whole(data.get("flags") or 0, low=0, high=2**31 - 1)
            form.finish()
            flags = MessageFlag(number & MessageFlag.EPHEMERAL) | MessageFlag.LOADING
            interaction.original = self._first(interaction, Body(flags=flags))
        elif callback is Callback.DEFER_UPDATE:
            interaction.original = interaction.message
        elif callback is Callback.UPDATE and interaction.message is not None:
            interaction.original = message = interaction.message
            message.edit(read_edit(data, message, self._sender(interaction), uploads))
        elif callback is Callback.CHOICES:
            interaction.choices = _read_choices(form, data, interaction.option_kind)
        elif callback is Callback.MODAL:
            interaction.modal = read_modal(form, data)
            form.finish()

    def _first(self, interaction: Interaction, body: Body) -> Message:
        on_component = interaction.message is not None
        kind = MessageKind.REPLY if on_component else MessageKind.CHAT_INPUT_COMMAND
        return self._post(interaction, body, kind, reference=interaction.message)

    def _post(
        self,
        interaction: Interaction,
        body: Body,
        kind: MessageKind,
        *,
        reference: Message | None,
    ) -> Message:
        first = interaction.original
        ephemeral = MessageFlag.EPHEMERAL in body.flags
        return interaction.channel.post(
            self._world.bot,
            body,
            kind=kind,
            reference=reference,
            origin=Origin(
                interaction.id,
                int(interaction.kind),
                interaction.name,
                interaction.user,
                replied_to=first.id if first else None,
                component_of=interaction.message.id if interaction.message else None,
            ),
            seen_by=interaction.user if ephemeral else None,
        )

    def _sender(self, interaction: Interaction) -> Sender:
        return Sender(
            self._world.bot,
            interaction.channel,
            settable=SETTABLE | MessageFlag.EPHEMERAL,
            checks_embed_links=False,
        )


def _read_choices(form: Form, data: JsonObject, kind: int | None) -> list[JsonObject]:
    form = form.at("choices")
    items = form.items(data.get("choices"), most=MOST_CHOICES)
    choices = [read_choice(form.at(i), item, kind) for i, item in enumerate(items)]
    form.finish()
    return choices
