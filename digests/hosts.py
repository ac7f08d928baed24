"""Hosts of unknown origin: brought to one form, and told apart by who can reach them."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from typing import Final
from unicodedata import normalize

_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_DOTS: Final = re.compile("[\u3002\uff0e\uff61]")
_PRIVATE_NAME: Final = re.compile(
    r"(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)$"
)
_NUMBER: Final = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_NAT64: Final = IPv6Address("64:ff9b::").packed[:12]


def plain_host(host: str) -> str | None:
    """Bring a host to lower-case ASCII, IPv6 in brackets; None if it is no name and no address."""
    if ":" in host:
        return _bracketed(host)
    labels = _DOTS.sub(".", host).removesuffix(".").split(".")
    plain = ".".join(_plain_label(label) for label in labels)
    if len(plain) > 253 or not all(_LABEL.fullmatch(label) for label in plain.split(".")):
        return None
    return plain


def _plain_label(label: str) -> str:
    """Bring one part of a name to ASCII by punycode (RFC 3492), as browsers do."""
    if label.isascii():
        return label.lower()
    label = normalize("NFKC", label).lower()
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def _bracketed(host: str) -> str | None:
    if "%" in host:  # a zone means something on one machine only (RFC 4007)
        return None
    try:
        return f"[{IPv6Address(host).compressed}]"
    except ValueError:
        return None


def is_public(host: str) -> bool:
    """Tell whether a host, as `plain_host` returns it, may lie outside of private networks.

    Private are loopback, private, link-local and other special addresses, in every notation that
    browsers take (https://url.spec.whatwg.org/#ipv4-parser), names without a dot, and names such
    as ``*.local``.
    """
    if ":" in host:
        return _is_public_6(IPv6Address(host.strip("[]")))
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        address = _address_4(labels)
        return address is not None and _is_public_4(address)
    return len(labels) > 1 and not _PRIVATE_NAME.search(host)


def _address_4(labels: list[str]) -> IPv4Address | None:
    """Read an IPv4 address of one to four decimal, octal or hexadecimal parts."""
    if len(labels) > 4 or not all(_NUMBER.fullmatch(label) for label in labels):
        return None
    try:
        *heads, tail = (_number(label) for label in labels)
        value = int.from_bytes(bytes(heads).ljust(4, b"\0"), "big") + tail
        fits = tail < 256 ** (4 - len(heads))
        return IPv4Address(value) if fits else None
    except ValueError:
        return None


def _number(label: str) -> int:
    if label[:2] in {"0x", "0X"}:
        return int(label[2:] or "0", 16)
    return int(label, 8 if label[0] == "0" else 10)


def _is_public_4(address: IPv4Address) -> bool:
    return address.is_global and not address.is_multicast


def _is_public_6(address: IPv6Address) -> bool:
    """Judge an address, and the IPv4 address that some forms of it carry (RFC 4291, 3056, 6052)."""
    carried = address.ipv4_mapped or address.sixtofour
    if carried is None and address.packed[:12] in {_NAT64, bytes(12)}:
        carried = IPv4Address(address.packed[12:])
    if carried is not None:
        return _is_public_4(carried)
    return address.is_global and not address.is_multicast and address.teredo is None
