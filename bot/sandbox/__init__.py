"""A Discord that runs on this machine: REST and gateway on loopback, and people to use it.

It keeps Discord's rules (limits, permissions, rate limits, nonces, the three seconds of an
interaction) so that what works here works there. It knows nothing of the bot that it is used for.
Start with `Sandbox`; each module names the page of Discord's documentation that it follows.
"""

from bot.sandbox.build import build_world
from bot.sandbox.channels import Channel, ChannelKind
from bot.sandbox.clock import Clock, ManualClock, SystemClock
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.guilds import Guild, Member, Role
from bot.sandbox.keeping import KeptWorldError
from bot.sandbox.messages import Message, MessageFlag
from bot.sandbox.options import NotPossibleError
from bot.sandbox.people import Person
from bot.sandbox.permissions import Permission
from bot.sandbox.ratelimits import Limit, RateLimitSettings
from bot.sandbox.replies import Choice, Reply
from bot.sandbox.server import Sandbox
from bot.sandbox.settings import Settings
from bot.sandbox.text import render_message, render_messages
from bot.sandbox.timeline import Entry
from bot.sandbox.users import User

__all__ = [
    "Channel",
    "ChannelKind",
    "Choice",
    "Clock",
    "Entry",
    "Fault",
    "Faults",
    "Guild",
    "KeptWorldError",
    "Limit",
    "ManualClock",
    "Member",
    "Message",
    "MessageFlag",
    "NotPossibleError",
    "Permission",
    "Person",
    "RateLimitSettings",
    "Reply",
    "Role",
    "Sandbox",
    "Settings",
    "SystemClock",
    "User",
    "build_world",
    "render_message",
    "render_messages",
]
