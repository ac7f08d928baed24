"""URLs of unknown origin: which may be shown, which may be fetched, and which are the same page."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

import regex

from digests.hosts import is_public, plain_host

MAX_URL: Final = 2_048
"""The most characters of a URL that Discord takes in an embed."""

# White space, control and invisible characters, and what browsers read as a slash.
_REFUSED: Final = regex.compile(r"[\s\p{Cc}\p{Cf}\p{Cs}\p{Zs}\p{Zl}\p{Zp}\\]")
_STRAY_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PATH_SAFE: Final = "/%:@!$&'()*+,;=-._~"
_QUERY_SAFE: Final = _PATH_SAFE + "?"

_CACHE: Final = re.compile(
    r"https?://(?:[^/]*\.)?(?:cdn\.ampproject\.org/[a-z]|google\.[a-z.]+/amp)/(s/)?(.+)",
    re.IGNORECASE | re.DOTALL,
)
_HOST_PREFIX: Final = re.compile(r"^(?:(?:www\d?|m|mobile|amp)\.)+(?=[^.]+\.)")
_DEFAULT_PORT: Final = re.compile(r":(?:80|443)?$")
_AMP_PATH: Final = re.compile(r"^/amp(?=/.)|/amp/?$|\.amp(?=(?:\.html?)?$)|(?<=/)amp\.(?=html?$)")
_SHORT_VIDEO: Final = re.compile(r"/(?:embed|shorts|live|v)/([\w-]+)")

_TRACKING: Final = re.compile(
    r"utm_.*|(?:fb|g|d|y|tw|tt)clid|msclkid|gclsrc|[gw]braid|igsh(?:id)?|mc_[ce]id"
    r"|mkt_tok|ocid|ncid|ref_src|amp|amp_js_v|amp_gsa|amp_tf|usqp"
)
_AMP_OUTPUT: Final = frozenset(
    {("output", "amp"), ("outputtype", "amp"), ("outputtype", "amp-html")}
)


def safe_url(text: str) -> str | None:
    """Return the URL as Discord takes it, or None if it must not be shown.

    It is http or https, names a host and no user, holds no white space, control character or
    backslash, and has at most `MAX_URL` characters. International names become punycode, and what
    RFC 3986 does not allow within a path, query or fragment is percent-encoded.
    """
    if len(text) > MAX_URL or _REFUSED.search(text):
        return None
    parts = _split(text)
    if parts is None or parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        return None
    host = plain_host(parts.hostname or "")
    if host is None:
        return None
    url = f"{parts.scheme}://{host}{_port_suffix(parts)}{_encode(parts.path, _PATH_SAFE)}"
    if parts.query:
        url += f"?{_encode(parts.query, _QUERY_SAFE)}"
    if parts.fragment:
        url += f"#{_encode(parts.fragment, _QUERY_SAFE)}"
    return url if len(url) <= MAX_URL else None


def safe_picture_url(text: str) -> str | None:
    """Return the URL if Discord may be asked to fetch a picture from there, else None.

    Beyond `safe_url`, hosts of private networks are refused, see `digests.hosts.is_public`.
    """
    url = safe_url(text)
    if url is None:
        return None
    host = urlsplit(url).hostname
    return url if host and is_public(host) else None


def host_of(url: str) -> str | None:
    """Name the host of a safe URL without a leading ``www.``; None if there is none."""
    parts = _split(url)
    host = parts.hostname if parts else None
    return host.removeprefix("www.") if host else None


def url_key(url: str) -> str:
    """Return the form by which URLs are compared: equal keys lead to the same page.

    What does not count: scheme, case of the host, its ``www.``, ``m.`` and ``amp.``, default ports,
    a slash at the end, the fragment, the order of parameters, parameters that track readers, and
    AMP, whether by path, by parameter or by a cache
    (https://developers.google.com/amp/cache/overview). Videos on YouTube have one key each.
    Never raises; text that is no URL is its own key.
    """
    url = _uncached(url)
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = _HOST_PREFIX.sub("", _DEFAULT_PORT.sub("", parts.netloc.lower()))
    video = _video(host, parts.path, parts.query)
    if video:
        return f"youtube.com/watch?v={video}"
    path = _AMP_PATH.sub("", _same_escapes(parts.path)).rstrip("/")
    query = _counting(parts.query)
    return f"{host}{path}?{query}" if query else f"{host}{path}"


def _split(url: str) -> SplitResult | None:
    """Take a URL apart; None if its host or port cannot be one."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _port_suffix(parts: SplitResult) -> str:
    return "" if parts.port is None else f":{parts.port}"


def _encode(part: str, safe: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", part), safe=safe)


def _uncached(url: str) -> str:
    """Find the page behind an AMP cache, even if caches are nested."""
    while found := _CACHE.match(url):
        url = f"{'https' if found[1] else 'http'}://{found[2]}"
    return url


def _same_escapes(path: str) -> str:
    """Percent-encode alike what may be written in several ways."""
    return quote(unquote(path, errors="backslashreplace"), errors="backslashreplace")


def _video(host: str, path: str, query: str) -> str | None:
    """Find the id of a video on YouTube, in whichever form its address stands."""
    if host == "youtu.be":
        return path.strip("/") or None
    if host not in {"youtube.com", "youtube-nocookie.com"}:
        return None
    short = _SHORT_VIDEO.match(path)
    return short[1] if short else dict(parse_qsl(query)).get("v")


def _counting(query: str) -> str:
    """Keep the parameters that choose the page, sorted."""
    pairs = parse_qsl(query, keep_blank_values=True, errors="backslashreplace")
    kept = [(name, value) for name, value in pairs if not _is_tracking(name.lower(), value.lower())]
    return urlencode(sorted(kept), errors="backslashreplace")


def _is_tracking(name: str, value: str) -> bool:
    return bool(_TRACKING.fullmatch(name)) or (name, value) in _AMP_OUTPUT
