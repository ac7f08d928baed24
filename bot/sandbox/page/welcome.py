"""What a page says to somebody who opens it for the first time."""

from dataclasses import dataclass

from bot.sandbox.jsontypes import JsonObject
from bot.sandbox.page.markdown import markdown
from bot.sandbox.page.setting import Setting


@dataclass(frozen=True, slots=True)
class Welcome:
    """What a program that runs a sandbox has to say of it; the page shows it until it is put away.

    `name` and `tagline` stand in the page's corner, `text` (Discord's Markdown) above the messages.
    """

    name: str
    tagline: str
    text: str

    def payload(self, setting: Setting) -> JsonObject:
        """Return it as the page's scripts draw it."""
        return {
            "name": self.name,
            "tagline": self.tagline,
            "html": markdown(self.text, setting),
        }
