"""crawler.self_description: what the beginning of a page says is what all of it says."""

from __future__ import annotations

import datetime as dt
import gzip
import random
from zoneinfo import ZoneInfo

import pytest
from scrapy.http import Response

from crawler import self_description
from crawler.declared_day import declared_day
from crawler.head_links import links_of_head
from crawler.self_description import said_of_itself

ZONE = ZoneInfo("Asia/Almaty")
URL = "https://a.example/news/1"
CANONICAL = '<link rel="canonical" href="/news/one">'
OTHER = '<link rel="alternate" hreflang="ru" href="/ru/1">'
DAY = '<meta property="article:published_time" content="2026-11-20T23:30:00+05:00">'
LATER = '<time datetime="2026-11-01">x</time>'


def response(html: str) -> Response:
    """An answer with a page that was gzipped."""
    return Response(URL, headers={"Content-Encoding": "gzip"}, body=gzip.compress(html.encode()))


def page(head: str, body: str) -> str:
    """A page whose body does not compress."""
    noise = random.Random(5).randbytes(60_000).hex()
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}<p>{noise}</p>{LATER}</body></html>"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (CANONICAL + OTHER + DAY, ""),
        (OTHER + DAY, CANONICAL),
        (CANONICAL, DAY),
        ("<script>x='</head>'</script>" + CANONICAL + DAY, ""),
        (CANONICAL + '<meta name="pubdate" content="yesterday, late">', "<h1>T</h1><p>20.11.2026</p>"),
        ("", ""),
    ],
)
def test_it_is_what_the_whole_page_says(head: str, body: str) -> None:
    """Where the head does not say all of it, the rest is read."""
    html = page(head, body)

    found = said_of_itself(response(html), URL, ZONE)

    assert found == (*links_of_head(html.encode(), URL), declared_day(html.encode(), ZONE))


def test_a_page_that_says_it_in_its_head_is_read_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nearly every page is such a one, and most of its bytes are behind the head."""
    monkeypatch.setattr(self_description, "declared_day", lambda *_: pytest.fail("all of it was read"))

    found = said_of_itself(response(page(CANONICAL + OTHER + DAY, "")), URL, ZONE)

    assert found == ("https://a.example/news/one", ("https://a.example/ru/1",), dt.date(2026, 11, 20))
