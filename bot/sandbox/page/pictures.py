"""Pictures, and what is drawn in their place where none can be had.

A stand-in lies below every picture. Where the picture does not load, it is what remains: no script
is needed for that. It is the same for the same address, and shows nothing but colour.
"""

from collections.abc import Iterator
from hashlib import shake_128
from itertools import count

from bot.sandbox.page.elements import EMPTY, Html, element
from bot.sandbox.page.links import host_of, is_reachable

_PALETTE = (
    ("#2b4c6f", "#5f8fb3", "#f2c078"),
    ("#3b3355", "#7b6d9c", "#f0a6a0"),
    ("#5a3a31", "#b57f62", "#f5dcb4"),
    ("#21504b", "#5d9c8e", "#f3d9a4"),
    ("#2f4858", "#7398a6", "#e9c9b0"),
    ("#463f5e", "#8f86b5", "#f6c7a6"),
)
"""Sky, hills and sun of a stand-in."""


def picture(url: str, class_: str, *, fetched: bool = True) -> Html:
    """Return a picture, or the stand-in alone if there can be nothing at its address.

    The stand-in remains alone, too, if nothing is to be `fetched`.
    """
    image = _image(url) if fetched else EMPTY
    return element("span", _landscape(url), image, class_=class_, title=host_of(url))


def icon(url: str | None, *, fetched: bool = True) -> Html:
    """Return a small round picture beside a name; nothing if there is no address."""
    if not url:
        return EMPTY
    return element("span", _disc(url), _image(url) if fetched else EMPTY, class_="icon")


def avatar(name: str) -> Html:
    """Return an account's picture: its first letter on a colour of its own."""
    sky, hills, _ = _colours(name)
    letter = next(iter(name.strip().upper()), "?")
    return element(
        "span",
        _svg(
            "0 0 40 40",
            element("rect", width=40, height=40, fill=sky),
            element("circle", cx=32, cy=36, r=22, fill=hills, opacity="0.55"),
            element(
                "text",
                letter,
                x=20,
                y=21,
                fill="#fff",
                text_anchor="middle",
                dominant_baseline="central",
            ),
        ),
        class_="avatar",
    )


def _image(url: str) -> Html:
    """What a browser fetches, if there can be anything at its address."""
    host = host_of(url)
    if host is None or not is_reachable(host):
        return EMPTY
    return element("img", src=url, alt="", loading="lazy", referrerpolicy="no-referrer")


def _colours(key: str) -> tuple[str, str, str]:
    return _PALETTE[next(_numbers(key)) % len(_PALETTE)]


def _numbers(key: str) -> Iterator[int]:
    """Yield bytes that depend on nothing but the key."""
    for block in count():
        yield from shake_128(f"{block}:{key}".encode("utf-8", "replace")).digest(32)


def _svg(box: str, *parts: str) -> Html:
    # aria_hidden: a stand-in says nothing to somebody who cannot see it.
    return element(
        "svg",
        *parts,
        viewBox=box,
        preserveAspectRatio="xMidYMid slice",
        aria_hidden="true",
        focusable="false",
    )


def _disc(key: str) -> Html:
    sky, _, sun = _colours(key)
    return _svg(
        "0 0 20 20",
        element("rect", width=20, height=20, fill=sky),
        element("circle", cx=13, cy=13, r=6, fill=sun),
    )


def _landscape(key: str) -> Html:
    """Hills below a sun, in the colours and with the contours that the key gives."""
    sky, hills, sun = _colours(key)
    _, x, y, far, near = (number for number, _ in zip(_numbers(key), range(5), strict=False))
    return _svg(
        "0 0 160 90",
        element("rect", width=160, height=90, fill=sky),
        element("circle", cx=30 + x % 100, cy=22 + y % 24, r=13, fill=sun),
        element("path", d=_hills(58 + far % 12, far), fill=hills, opacity="0.55"),
        element("path", d=_hills(70 + near % 8, near * 3), fill=hills),
    )


def _hills(height: int, shift: int) -> str:
    rise = 8 + shift % 14
    return (
        f"M0 {height} C 30 {height - rise} 50 {height - rise} 80 {height}"
        f" S 130 {height + rise // 2} 160 {height - rise // 2} V 90 H 0 Z"
    )
