"""crawler.sitemaps: sitemaps are read for what they announce, torn, zipped or wrong as they may be."""

from __future__ import annotations

import datetime as dt
import gzip

import pytest

from crawler.discovery import Discovery
from crawler.sitemaps import read_sitemap
from tests.crawler.documents import NINE, TEN, URLSET, item

PAGES = (
    item("https://x.example/a/?x=1&y=2", "A", "url 1", NINE, modified=TEN),
    item("https://x.example/ru/a/", None, "url 2", NINE, modified=TEN),
    item("https://x.example/b/", None, "url 3", modified=dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)),
)


def sitemap(body: str | bytes) -> Discovery:
    return read_sitemap(body if isinstance(body, bytes) else body.encode(), url="https://x.example/sitemap.xml")


@pytest.mark.parametrize("body", [URLSET.encode(), gzip.compress(URLSET.encode())], ids=["plain", "gzip"])
def test_urlset(body: bytes) -> None:
    """Pages with the title and date of a news sitemap; pictures are no pages, a translation is one of the same day."""
    assert Discovery(announcements=PAGES) == sitemap(body)


def test_two_gzip_members_are_one_sitemap() -> None:
    """Joined gzip files are one."""
    raw = URLSET.encode()

    assert Discovery(announcements=PAGES) == sitemap(gzip.compress(raw[:300]) + gzip.compress(raw[300:]))


def test_sitemapindex() -> None:
    """The children are resolved, in order."""
    assert Discovery(children=("https://x.example/1.xml", "https://x.example/2.xml.gz")) == sitemap(
        "<sitemapindex><sitemap><loc>https://x.example/1.xml</loc></sitemap>"
        "<sitemap><loc>/2.xml.gz</loc></sitemap></sitemapindex>",
    )


@pytest.mark.parametrize(
    ("body", "urls", "problem"),
    [
        ("", [], "expected a sitemap (urlset or sitemapindex), got no XML"),
        ("Not found", [], "expected a sitemap (urlset or sitemapindex), got no XML"),
        ("<html><body><url><loc>/a</loc></url></body></html>", [], "expected a sitemap (urlset or sitemapindex), got <html>"),
        ("<urlset></urlset>", [], "expected a sitemap with URLs, got an empty one"),
        ("<urlset>" + "<a>" * 300, [], "expected well-formed XML, got Excessive depth in document: 256, use XML_PARSE_HUGE option in line 1"),
        ("<urlset><url><loc>/a</loc></url><url><loc>/ab", ["/a"], "expected well-formed XML, got Premature end of data in tag urlset line 1 in line 1"),
        ("<urlset><url><loc>/a</loc></url><url/></urlset>", ["/a"], "expected a URL in each url, got none that can be used in 1 of 2"),
        ("<urlset><url><loc>/a?b=1&c=2</loc></url></urlset>", ["/a?b=1&c=2"], "expected &amp; in URLs, got a bare &; read as &amp;"),
        ("<urlset><url><loc><![CDATA[/a?b=1&c=2]]></loc></url></urlset>", ["/a?b=1&c=2"], None),
        ("<urlset><url><loc>/a</loc></wrong></urlset>", ["/a"], "expected well-formed XML, got Opening and ending tag mismatch: url line 1 and wrong in line 1"),
    ],
)  # fmt: skip
def test_what_is_no_whole_sitemap_is_told_in_one_line(body: str, urls: list[str], problem: str | None) -> None:
    """Whatever could be read is still returned."""
    found = sitemap(body)

    assert [f"https://x.example{url}" for url in urls] == [each.url for each in found.announcements]
    assert problem == found.problem


def test_entities_of_a_sitemap_are_not_expanded() -> None:
    """Neither an entity nor a file gets into a URL."""
    dtd = '<!DOCTYPE u [<!ENTITY a "b"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    found = sitemap(f"{dtd}<urlset><url><loc>/a</loc></url><url><loc>/&a;&f;</loc></url></urlset>")

    assert found.announcements[0].url == "https://x.example/a"
    assert not any("root" in each.url or each.url.endswith("/b") for each in found.announcements)
    assert found.problem


def test_a_gzip_bomb_is_cut() -> None:
    """The ratio is bounded; the start is read."""
    body = b"<urlset><url><loc>/a</loc></url>" + b" " * 30_000_000 + b"<url><loc>/b</loc></url></urlset>"
    found = sitemap(gzip.compress(body))

    assert [each.url for each in found.announcements] == ["https://x.example/a"]
    assert found.problem == "expected at most 50000000 bytes and 200:1, got more; the start was read"


def test_a_torn_gzip_is_read_as_far_as_it_goes() -> None:
    """A download that broke off still announces."""
    raw = "<urlset>" + "".join(f"<url><loc>/{n * 7919 % 10007}</loc></url>" for n in range(5000)) + "</urlset>"
    found = sitemap(gzip.compress(raw.encode())[:-2000])

    assert len(found.announcements) > 100
    assert found.problem == "expected a whole gzip file, got a torn one"
