"""Moments as elements that the page keeps up to date."""

from datetime import UTC, datetime

from bot.sandbox.markup import moment
from bot.sandbox.page.elements import Html, element


def time_mark(seconds: int, style: str, now: datetime) -> Html:
    """Return a `<t:...>` mark; the page rewrites it in the reader's time zone, and keeps counting.

    https://docs.discord.com/developers/reference#message-formatting-timestamp-styles
    """
    text = moment(seconds, style, now)
    try:
        stamp = datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, OSError, ValueError):
        return element("span", text, class_="mark")
    title = f"{moment(seconds, 'F', now)} UTC"
    return _time(text, stamp, style, title, class_="mark")


def clock_time(stamp: str, now: datetime) -> Html:
    """Return when something was said, from ISO 8601; the page says "today" where it can."""
    when = datetime.fromisoformat(stamp)
    text = moment(int(when.timestamp()), "f", now)
    return _time(text, when.isoformat(), "said", f"{text} UTC")


def _time(text: str, stamp: str, style: str, title: str, class_: str | None = None) -> Html:
    # Not live: who listens to the messages would hear each second of a moment that counts.
    return element(
        "time",
        text,
        class_=class_,
        datetime=stamp,
        data_style=style,
        title=title,
        aria_live="off",
    )
