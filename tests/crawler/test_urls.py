"""crawler.urls: one spelling for one address."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import urls
from crawler.urls import BadUrl, host_of, normalise_url, resolve_url, target_of

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE = [
    ("HTTP://Example.COM:80", "http://example.com/"),
    ("https://example.com:443/a", "https://example.com/a"),
    ("https://example.com:8443/a", "https://example.com:8443/a"),
    ("http://127.0.0.1:47801/x", "http://127.0.0.1:47801/x"),
    ("http://[::1]:8080/x", "http://[::1]:8080/x"),
    ("http://example.com./a", "http://example.com/a"),
    (" http://example.com/a\n", "http://example.com/a"),
    ("http:\\\\example.com\\a", "http://example.com/a"),
    ("http://example.com/a#part", "http://example.com/a"),
    ("http://example.com/a?", "http://example.com/a"),
    ("http://example.com?x=1", "http://example.com/?x=1"),
    ("http://example.com/a?utm_source=rss&id=7&fbclid=q&YCLID=1", "http://example.com/a?id=7"),
    ("http://example.com/a?%75tm_source=rss", "http://example.com/a"),
    ("http://example.com/a?gclid=1&mc_cid=2", "http://example.com/a"),
    (
        "http://example.com/a?PHPSESSID=1&id=7&JSESSIONID=x&ASPSESSIONIDQABC=y&CFID=3&CFTOKEN=4",
        "http://example.com/a?id=7",
    ),
    ("http://example.com/a?sid=7&s=tashkent&session=12", "http://example.com/a?sid=7&s=tashkent&session=12"),
    ("http://example.com/a?sid=0123456789abcdef0123456789ABCDEF&x", "http://example.com/a?x"),
    ("http://example.com/a?s=tashkentsamarkandbukharakhiva", "http://example.com/a?s=tashkentsamarkandbukharakhiva"),
    ("http://example.com/a?session_id=a1b2c3d4e5f6g7h8i9j0k1l2", "http://example.com/a"),
    ("http://example.com/a;jsessionid=0A1B.node1/b?x", "http://example.com/a/b?x"),
    ("http://example.com/a%3bb;JSESSIONID=0;c", "http://example.com/a%3Bb;c"),
    ("http://example.com/(S(lit3py55t21z5v55vlm25s55))/a", "http://example.com/a"),
    ("http://example.com/(S(short))/a", "http://example.com/(S(short))/a"),
    ("http://example.com/a?b=2&a=1", "http://example.com/a?b=2&a=1"),
    ("http://example.com/a?&&x&", "http://example.com/a?x"),
    ("http://example.com/a/./b/../c", "http://example.com/a/c"),
    ("http://example.com/../../a/..", "http://example.com/"),
    ("http://example.com/a/%2e%2E/b", "http://example.com/b"),
    ("http://example.com/a//b/", "http://example.com/a//b/"),
    ("http://example.com/%7euser/%c3%a9", "http://example.com/~user/%C3%A9"),
    ("http://example.com/é", "http://example.com/%C3%A9"),
    ("http://example.com/100%/%zz", "http://example.com/100%25/%25zz"),
    ("http://example.com/%4%31", "http://example.com/%2541"),
    ("http://example.com/a%2Fb?c=d%26e", "http://example.com/a%2Fb?c=d%26e"),
    ("http://пример.рф/путь", "http://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C"),
    ("http://日本語。jp/", "http://xn--wgv71a119e.jp/"),
]

BAD = [
    ("", "expected http:// or https://"),
    ("/a", "expected http:// or https://"),
    ("//example.com/a", "expected http:// or https://"),
    ("mailto:a@example.com", "expected http:// or https://"),
    ("javascript:void(0)", "expected http:// or https://"),
    ("ftp://example.com/", "expected http:// or https://"),
    ("http://", "no host"),
    ("http:///a", "no host"),
    ("http://user:secret@example.com/", "a URL with a user name is not fetched"),
    ("http://exa mple.com/", "'exa mple.com' is no host name"),
    ("http://a..b/", "'a..b' is no host name"),
    ("http://example.com:99999/", "Port out of range 0-65535"),
    ("http://[::1/", "Invalid IPv6 URL"),
    ("http://example.com/\ud800", "characters that no URL can hold"),
]


@pytest.mark.parametrize(("url", "expected"), TABLE)
def test_normalise_url(url: str, expected: str) -> None:
    """What servers do not tell apart is written in one way, and again gives itself."""
    assert expected == normalise_url(url)
    assert expected == normalise_url(expected)


@pytest.mark.parametrize(("url", "problem"), BAD)
def test_what_is_no_http_url_is_refused_in_one_line(url: str, problem: str) -> None:
    """The error names the problem and the URL on one line."""
    with pytest.raises(BadUrl) as caught:
        normalise_url(url)

    assert problem == caught.value.problem
    assert url == caught.value.url
    assert "\n" not in str(caught.value)


@given(st.one_of(st.text(), st.text("aZ0%.:/?#&=@[]\\ ~é日;+", min_size=1).map("http://example.com/".__add__)))
def test_normalising_is_idempotent(url: str) -> None:
    """A normalised URL normalises to itself, whatever the URL was."""
    try:
        once = normalise_url(url)
    except BadUrl:
        return

    assert once == normalise_url(once)


PARTS = [
    "/",
    "//",
    "/../",
    "/.",
    ".",
    "~",
    ";",
    "'",
    "%",
    "%2e",
    "%41",
    "%C3%A9",
    "%c3",
    "?",
    "#",
    "&",
    "=",
    "utm_source=x",
]
PARTS += ["a", "Z0", " ", "\n", "\0", "\x7f", "\xa0", "日", "\ud800", ":80", ":443", ":8080", "@", "[", "\\"]
STARTS = [
    "http://example.com",
    "https://a-b.example",
    "http://127.0.0.1:47801",
    "HTTP://x.example",
    "http://a..b",
    "",
    "/",
]


@given(st.sampled_from(STARTS), st.lists(st.sampled_from(PARTS), max_size=6).map("".join))
def test_the_short_way_gives_what_the_long_way_gives(start: str, rest: str) -> None:
    """A plain URL is not parsed, and comes out as if it were."""
    for url in (start + rest, start + "/" + rest):
        plain = urls._normalise_plain(url)

        assert plain is None or plain == urls._normalise_any(url)


@given(st.sampled_from(STARTS), st.lists(st.sampled_from(PARTS), max_size=6).map("".join))
def test_the_short_way_resolves_as_the_long_way_does(start: str, rest: str) -> None:
    """A plain reference is not joined, and comes out as if it were."""
    for base in ("http://example.com/a/b?c", "https://example.com:81/;x", "http://example.com:80/"):
        assert outcome(lambda base=base: resolve_url(base, start + rest)) == outcome(
            lambda base=base: urls._normalise_any(urljoin(base, (start + rest).strip()))
        )


def outcome(call: Callable[[], str]) -> str:
    """What is returned, or that the URL is refused."""
    try:
        return call()
    except ValueError:
        return "refused"


@given(st.text("abcDEF012.-_:%[]@日é。", min_size=1))
def test_normalising_hosts_is_idempotent(host: str) -> None:
    """Hosts in any spelling normalise to themselves or are refused."""
    try:
        once = normalise_url(f"http://{host}/a")
    except BadUrl:
        return

    assert once == normalise_url(once)


@pytest.mark.parametrize(
    ("base", "reference", "expected"),
    [
        ("http://example.com/a/b", "c", "http://example.com/a/c"),
        ("http://example.com/a/", " ../c\n", "http://example.com/c"),
        ("https://example.com/a", "//other.example/x", "https://other.example/x"),
        ("http://example.com/a?x=1", "?page=2", "http://example.com/a?page=2"),
        ("http://example.com/a", "#top", "http://example.com/a"),
    ],
)
def test_resolve_url(base: str, reference: str, expected: str) -> None:
    """A reference is read as a browser at the base reads it."""
    assert expected == resolve_url(base, reference)


def test_resolving_what_is_no_reference_is_a_bad_url() -> None:
    """Garbage in an href is a BadUrl, never another error."""
    with pytest.raises(BadUrl):
        resolve_url("http://example.com/", "http://[x")


def test_parts_of_a_normalised_url() -> None:
    """The host keeps its port; the target keeps the query."""
    assert host_of("http://example.com:81/a?b=1") == "example.com:81"
    assert target_of("http://example.com:81/a?b=1") == "/a?b=1"
