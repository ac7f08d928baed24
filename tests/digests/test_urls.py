"""Which URLs may be shown or fetched, and which lead to the same page."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digests.urls import MAX_URL, host_of, safe_picture_url, safe_url, url_key

PIECES = [
    *("http", "https", "://", ":", "/", "//", "?", "#", "&", "=", "@", "%", "%4", "[", "]", "::1"),
    *(
        "example.com",
        "user",
        "www.",
        "m.",
        "amp",
        "cdn.ampproject.org/c/s/",
        "youtu.be/",
        ".",
        "..",
    ),
    *(
        " ",
        "\\",
        "\n",
        "é",
        "ß",
        "\u200b",
        "\ud83d",
        "127.0.0.1",
        "0x7f",
        "99999",
        "a=1",
        "utm_a=2",
    ),
]
ANY_URL = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=40)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://example.com/",
        "https://www.example.com/a/b.html?c=d&e=f#g",
        "https://example.com:8443/a",
        "https://example.com/a_(b)~c;d,e!$'*+:@%20%C3%A9",
        "https://sub_domain.example.com/",
        "https://192.0.2.1/a",
        "https://[2001:db8::1]/a",
        "https://example.com/" + "a" * (MAX_URL - 20),
    ],
)
def test_an_ordinary_url_stays_as_it_is(url: str) -> None:
    """Readers are led to the very address that the file names."""
    assert safe_url(url) == url


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("HTTPS://Example.COM/Path", "https://example.com/Path"),
        ("https://example.com./", "https://example.com/"),
        ("https://example.com/é?ü=ß#ö", "https://example.com/%C3%A9?%C3%BC=%C3%9F#%C3%B6"),
        ('https://example.com/<a>"{b}|c^`d`[e]', None),
        ("https://example.com/100%/a%zz", "https://example.com/100%25/a%25zz"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("https://ｅｘａｍｐｌｅ。com/", "https://example.com/"),
    ],
)
def test_a_url_is_brought_to_the_form_that_discord_takes(url: str, safe: str | None) -> None:
    """International names and odd characters are encoded, not refused."""
    found = safe_url(url)
    assert found is not None
    assert found.isascii()
    assert not set('<>"{}|^`[]') & set(found)
    assert safe is None or found == safe


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "/relative",
        "//example.com/",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/hosts",
        "ftp://example.com/",
        "https:example.com",
        "https://",
        "https:///path",
        "https://?query",
        "https://user@example.com/",
        "https://user:word@example.com/",
        "https://@example.com/",
        "https://example.com/a b",
        "https://example.com/a\nb",
        "https://example.com/a\x00b",
        "https://example.com/a\u202eb",
        "https://example.com/a\u200bb",
        "https://example.com\\@other.example/",
        "https://example.com:99999/",
        "https://example.com:port/",
        "https://[::1",
        "https://[v1.a:b]/",
        "https://[fe80::1%25eth0]/",
        "https://a..example/",
        "https://-a.example/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 130 + "example/",
        "https://exa%6dple.com/",
        "https://example.com/" + "a" * MAX_URL,
        "https://example.com/" + "é" * 400,
    ],
)
def test_a_url_that_must_not_be_shown_is_refused(url: str) -> None:
    """What misleads readers, or makes Discord refuse the whole message, is no link."""
    assert safe_url(url) is None
    assert safe_picture_url(url) is None


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost.",
        "intranet",
        "a.localhost",
        "printer.local",
        "db.internal",
        "nas.home.arpa",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "１２７.0.0.1",
        "0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "256.1.1.1",
        "1.2.3.4.5",
        "a.1",
        "4294967296",
        "09.1.1.1",
        "[::]",
        "[::1]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[2001:db8::1]",
    ],
)
def test_a_picture_is_never_fetched_from_a_private_network(host: str) -> None:
    """However the address is written, it does not reach Discord as a picture."""
    assert safe_picture_url(f"http://{host}/a.png") is None


@pytest.mark.parametrize(
    "host",
    [
        "cdn.example.com",
        "8.8.8.8",
        "[2606:4700::1]",
        "[::ffff:8.8.8.8]",
        "0x7f.example",
        "local.io",
    ],
)
def test_a_picture_of_a_public_host_is_shown(host: str) -> None:
    """Names and addresses that all the world can reach pass."""
    assert safe_picture_url(f"https://{host}/a.png") is not None


@given(ANY_URL)
def test_a_safe_url_is_safe_whatever_it_was_made_of(text: str) -> None:
    """It is plain ASCII, names http and a host, hides no user, and is safe once more."""
    url = safe_url(text)
    if url is None:
        return
    parts = urlsplit(url)
    assert parts.scheme in {"http", "https"}
    assert parts.hostname
    assert "@" not in parts.netloc
    assert url.isascii()
    assert url.isprintable()
    assert not set(' <>"{}|\\^`') & set(url)
    assert safe_url(url) == url


def test_the_host_of_a_url_is_named_without_www() -> None:
    """An outlet without a name is called by its host."""
    assert host_of("https://www.example.com:8443/a") == "example.com"
    assert host_of("https://news.example.com/a") == "news.example.com"
    assert host_of("nothing") is None
    assert host_of("https://[::1") is None


ARTICLE = "https://example.com/news/a-story?id=7&page=2"


@pytest.mark.parametrize(
    "variant",
    [
        "http://example.com/news/a-story?id=7&page=2",
        "https://www.example.com/news/a-story?id=7&page=2",
        "https://m.example.com/news/a-story?id=7&page=2",
        "https://amp.example.com/news/a-story?id=7&page=2",
        "HTTPS://EXAMPLE.COM/news/a-story?id=7&page=2",
        "https://example.com:443/news/a-story?id=7&page=2",
        "https://example.com/news/a-story/?id=7&page=2",
        "https://example.com/news/a%2Dstory?id=7&page=2",
        "https://example.com/news/a-story?page=2&id=7",
        "https://example.com/news/a-story?id=7&page=2#comments",
        "https://example.com/news/a-story?id=7&utm_source=x&page=2&UTM_Medium=y&fbclid=z&gclid=0",
        "https://example.com/news/a-story?amp=1&id=7&page=2",
        "https://example.com/news/a-story?amp&id=7&page=2",
        "https://example.com/news/a-story?outputType=amp&id=7&page=2",
        "https://example.com/amp/news/a-story?id=7&page=2",
        "https://example.com/news/a-story/amp?id=7&page=2",
        "https://example.com/news/a-story/amp/?id=7&page=2",
        "https://example.com/news/a-story.amp?id=7&page=2",
        "https://example-com.cdn.ampproject.org/c/s/example.com/news/a-story?id=7&page=2",
        "https://cdn.ampproject.org/v/s/www.example.com/amp/news/a-story?id=7&page=2&usqp=mq331A",
        "https://www.google.com/amp/s/example.com/news/a-story/amp?id=7&page=2",
    ],
)
def test_variants_of_an_address_lead_to_the_same_page(variant: str) -> None:
    """Another outlet that names a variant covers the same story."""
    assert url_key(variant) == url_key(ARTICLE)


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/news/a-story?id=7&page=2",
        "https://team.example.com/news/a-story?id=7&page=2",
        "https://example.com:8443/news/a-story?id=7&page=2",
        "https://example.com/news/A-Story?id=7&page=2",
        "https://example.com/news/a-story?id=8&page=2",
        "https://example.com/news/a-story?id=7",
        "https://example.com/news/ampere?id=7&page=2",
        "https://example.com/news/a-story?id=7&page=2&output=json",
    ],
)
def test_other_addresses_lead_elsewhere(other: str) -> None:
    """What chooses the page counts."""
    assert url_key(other) != url_key(ARTICLE)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.youtube.com/watch?v=abc-123",
        "https://m.youtube.com/watch?list=9&v=abc-123&t=3s",
        "https://youtu.be/abc-123?si=x",
        "https://www.youtube.com/embed/abc-123",
        "https://www.youtube-nocookie.com/embed/abc-123",
        "https://youtube.com/shorts/abc-123",
    ],
)
def test_a_video_has_one_key(url: str) -> None:
    """However a video is addressed, it is one video."""
    assert url_key(url) == "youtube.com/watch?v=abc-123"


def test_pages_of_youtube_that_are_no_videos_differ() -> None:
    """A channel is not the page of another channel."""
    assert url_key("https://youtube.com/@one") != url_key("https://youtube.com/@two")


@given(ANY_URL)
@example("https://[::1")
def test_any_text_has_a_key(text: str) -> None:
    """Comparing addresses fails on none of them."""
    assert isinstance(url_key(text), str)
