"""crawler.demo.manners: each site answers in its own odd way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.crawler.demo.client import ask, of_site, read, split

if TYPE_CHECKING:
    from crawler.demo.server import DemoSites


def test_magazine_sends_gzip_in_uneven_chunks_with_odd_headers(sites: DemoSites) -> None:
    """Header case, repeated cookies and chunk borders are as odd as promised, and the gzip is stable."""
    answers = [ask(sites.articles[0].url, headers={"Accept-Encoding": "br, gzip"})[1] for _ in range(2)]
    head, body = split(answers[0])
    assert answers[0] == answers[1]
    assert any(line.startswith(b"sErVeR: ") for line in head)
    assert [line.lower().partition(b":")[0] for line in head].count(b"set-cookie") == 2
    assert b"Content-Encoding: gzip" in head
    assert answers[0].partition(b"\r\n\r\n")[2].startswith(b"7\r\n")
    assert body == split(ask(sites.articles[0].url)[1])[1]


def test_magazine_moved_an_article_and_still_answers_at_the_old_address(sites: DemoSites) -> None:
    """The old address is a 301 to the article, kept alive like any other answer; no page or list names it."""
    base = sites.base("demo-magazine")
    article = of_site(sites, "demo-magazine")[-1]
    head, body = split(ask(f"{base}/old/{article.slug}/")[1])
    assert head[0] == b"HTTP/1.1 301 Moved Permanently"
    assert f"LOCATION: {article.url}".encode() in head
    assert article.title.encode() in body
    places = ["/", "/feed/", "/sitemap-news.xml", "/robots.txt", "/tag/japan/", "/category/news/", article.path]
    assert not any("/old/" in read(sites, base + place) for place in places)


def test_ministry_sends_a_trailer_and_a_latin_1_byte(sites: DemoSites) -> None:
    """The chunked body ends in a trailer field, and one header holds a byte outside ASCII."""
    _, response = ask(sites.base("demo-ministry") + "/")
    assert b"X-Served-By: Caf\xe9\r\n" in response
    assert re.search(rb"\r\n0\r\nX-Body-Sha256: [0-9a-f]{64}\r\n\r\n$", response)


def test_agency_answers_304_to_a_known_etag(sites: DemoSites) -> None:
    """A client that knows the page gets an empty 304; one that knows another gets the page."""
    article = of_site(sites, "demo-agency")[0]
    head, _ = split(ask(article.url)[1])
    etag = next(line for line in head if line.startswith(b"ETag: ")).decode().removeprefix("ETag: ")
    assert any(line.startswith(b"Last-Modified: ") for line in head)
    for known in (etag, etag.removeprefix("W/"), f'"old", {etag}', "*"):
        again, body = split(ask(article.url, headers={"If-None-Match": known})[1])
        assert (again[0], body) == (b"HTTP/1.1 304 Not Modified", b"")
        assert f"ETag: {etag}".encode() in again
    assert split(ask(article.url, headers={"If-None-Match": '"old"'})[1])[0][0] == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize(("method", "version", "status"), [("POST", "1.1", b"405"), ("GET", "9.9", b"400")])
def test_odd_requests_are_refused(sites: DemoSites, method: str, version: str, status: bytes) -> None:
    """Methods other than GET and HEAD are 405, what is not HTTP/1 is 400; the connection closes."""
    for site in sites.site_ids:
        assert ask(sites.base(site) + "/", method=method, version=version)[1].split(b" ")[1] == status
