"""Answers that only one person sees. Channels do not keep them; the page does, until put away."""

from collections import OrderedDict

from bot.sandbox.changes import Change, Changes, MessageCreated, MessageDeleted
from bot.sandbox.channels import Channel
from bot.sandbox.messages import Message
from bot.sandbox.users import User

MOST_KEPT = 1_000
"""Over all people; the oldest go first."""


class PrivateMessages:
    """What people have not dismissed, so that a page that is opened again still shows it."""

    def __init__(self, changes: Changes) -> None:
        self._kept: OrderedDict[int, Message] = OrderedDict()
        changes.subscribe(self._on_change)

    def __contains__(self, message: Message) -> bool:
        return message.id in self._kept

    def to(self, user: User, channel: Channel) -> list[Message]:
        """Return what someone was told in a channel, oldest first."""
        kept = self._kept.values()
        return [m for m in kept if m.seen_by is user and m.channel is channel]

    def find(self, message_id: int) -> Message | None:
        """Return a message that was not dismissed."""
        return self._kept.get(message_id)

    def dismiss(self, message: Message) -> None:
        """Put a message away, for its reader; the bot does not hear of it."""
        self._kept.pop(message.id, None)

    def _on_change(self, change: Change) -> None:
        if isinstance(change, MessageCreated) and change.message.ephemeral:
            self._kept[change.message.id] = change.message
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        elif isinstance(change, MessageDeleted):
            self.dismiss(change.message)
