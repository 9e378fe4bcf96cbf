"""crawler.entry_reading: a list that shows no days, in a crawl with a range, and the feed that its page names."""

from __future__ import annotations

import dataclasses

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler.loader import spider_class
from crawler.sources import Entry
from crawler.visits import META_KEY, Role, Visit
from tests.crawler.sites import HOST, SOURCE, Books

LIST = Entry(type="listing", url=f"{HOST}/list")
FEED = Entry(type="feed", url=f"{HOST}/feed.xml")
LINKS = [f'<link rel="alternate" type="application/rss+xml" href="{name}">' for name in ("/comments/feed", "/feed.xml")]


def answer(url: str, role: Role, body: str) -> Response:
    visit = Visit(role=role, page=url, source="s")
    return Response(url, body=body.encode(), request=Request(url, meta={META_KEY: visit}))


@pytest.mark.parametrize(
    ("since", "day", "entries", "expected"),
    [
        ("2026-11-17", "", (LIST,), [FEED.url]),
        (None, "", (LIST,), []),
        ("2026-11-17", "20.11.2026", (LIST,), []),
        ("2026-11-17", "", (LIST, FEED), []),
    ],
)
def test_a_list_without_days_is_told_them_by_its_feed(
    since: str | None, day: str, entries: tuple[Entry, ...], expected: list[str]
) -> None:
    """The pages of the range are asked for, and none beside them; where the days are not wanted, or known, no feed is."""
    books = Books()
    spider = spider_class(dataclasses.replace(SOURCE, entries=entries))(run=books, since=since)
    rows = "".join(f'<li><a href="/news/{number}">A headline of {number}</a> {day}</li>' for number in range(10))
    page = f"<html><head>{''.join(LINKS)}</head><body><ul>{rows}</ul></body></html>"
    asked = list(spider.parse_entry(answer(LIST.url, Role.LISTING, page), LIST))
    assert expected == [request.url for request in asked]
    if not asked:
        return
    items = "".join(
        f"<item><title>{number}</title><link>{HOST}/news/{number}</link>"
        f"<pubDate>{20 - number} Nov 2026 09:00:00 +0500</pubDate></item>"
        for number in range(6)
    )
    spider.parse_feed_of_list(answer(FEED.url, Role.FEED, f"<rss><channel>{items}</channel></rss>"), FEED)
    released = [*spider.released(is_idle=True), *spider.released(is_idle=True)]

    assert [f"{HOST}/news/{number}" for number in range(4)] == [request.url for request in released]
    assert Role.FEED is asked[0].meta[META_KEY].role
    assert [] == books.ledger("s").problems


def test_nobody_is_told_of_a_feed_that_is_none() -> None:
    """No source names it, so nothing is wrong with the source."""
    books = Books()
    spider = spider_class(dataclasses.replace(SOURCE, entries=(LIST,)))(run=books, since="2026-11-17")
    spider.parse_feed_of_list(answer(FEED.url, Role.FEED, "<html>no feed</html>"), FEED)

    assert [] == books.ledger("s").problems
