"""crawler/bases: against what the relative links of feeds and of lists as JSON are meant."""

from __future__ import annotations

import json

import pytest

from crawler.discovery import read_feed
from crawler.listings import read_listing

FEED = "https://x.example/rss/all.xml"
KNOWN = ["https://x.example/news/trade-talks-7", "https://x.example/about"]


def rss(*links: str, home: str = "https://x.example/", attributes: str = "") -> bytes:
    items = "".join(f"<item><title>A</title><link>{link}</link></item>" for link in links)
    return f"<rss version='2.0'><channel{attributes}><link>{home}</link>{items}</channel></rss>".encode()


@pytest.mark.parametrize(
    ("document", "like", "expected"),
    [
        (rss("news/rail-1"), (), "https://x.example/news/rail-1"),
        (rss("news/rail-1", home="/en/"), (), "https://x.example/en/news/rail-1"),
        (rss("news/rail-1", home="/en/"), KNOWN, "https://x.example/news/rail-1"),
        (rss("rail-1", home="/news/list"), KNOWN, "https://x.example/news/rail-1"),
        (rss("../news/rail-1"), (), "https://x.example/news/rail-1"),
        (rss("/news/rail-1", home="https://y.example/"), (), "https://x.example/news/rail-1"),
        (rss("rail-1", attributes=" xml:base='https://x.example/b/'"), KNOWN, "https://x.example/b/rail-1"),
        (json.dumps({"items": [{"url": "news/rail-1"}]}).encode(), (), "https://x.example/news/rail-1"),
        (rss("news/rail-1", "/rss/news/a-2", "/rss/news/b-3"), (), "https://x.example/rss/news/rail-1"),
    ],
    ids=["channel", "its-path", "known", "page", "dots", "top", "xml-base", "json", "its-own"],
)
def test_known_addresses_tell_what_relative_links_of_a_feed_mean(
    document: bytes, like: list[str], expected: str
) -> None:
    """Without any the page of the channel does; what an xml:base or a slash settles is settled."""
    assert expected == read_feed(document, url=FEED, content_type=None, like=like).announcements[0].url


def test_where_nothing_tells_the_addresses_are_named() -> None:
    """Whoever reads the feed can ask which of them is there; then that is known."""
    found = read_feed(rss("news/rail-1", home="/en/"), url=FEED, content_type=None)
    other = read_feed(rss("news/rail-1", home="/en/"), url=FEED, content_type=None, like=[found.may_be[1]])

    assert [f"https://x.example{path}/news/rail-1" for path in ("/en", "", "/rss")] == list(found.may_be)
    assert ["https://x.example/news/rail-1"] == [item.url for item in other.announcements]
    assert other.may_be == ()


@pytest.mark.parametrize("piece", [{"url": "news/rail-1", "title": "A"}, {"html": "<a href='news/rail-1'>A</a>"}])
def test_links_of_an_endpoint_are_those_of_the_page_that_asks(piece: dict[str, str]) -> None:
    """The address of the endpoint has nothing to do with them."""
    found = read_listing(
        json.dumps({"items": [piece]}).encode(), url="https://x.example/ajax/list/?page=2", encoding=None, like=KNOWN
    )

    assert ["https://x.example/news/rail-1"] == [item.url for item in found.announcements]
    assert found.next_page == "https://x.example/ajax/list/?page=3"
