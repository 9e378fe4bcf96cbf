"""crawler.declared_day: what a page says of its own day, as the crawl looks it up."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from crawler.declared_day import declared_day


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<meta property="article:published_time" content="2026-11-20T23:30:00+05:00">', "2026-11-20"),
        (
            '<meta content="2026-11-20T21:30:00Z" property="article:published_time">',
            "2026-11-21",
        ),  # there it is tomorrow
        ('<script>{"@type":"NewsArticle","datePublished": "2026-11-20"}</script>', "2026-11-20"),
        ('<time class="x" datetime="2026-11-20T08:00">20 ноября</time>', "2026-11-20"),
        ('<time datetime="2026-11-01">x</time><meta itemprop="datePublished" content="2026-11-20">', "2026-11-20"),
        ('<meta property="article:published_time" content="yesterday">', None),
        ("<p>20.11.2026</p>", None),
        ("<h1>A title</h1><p class='d'><i>20 ноября 2026 г.</i> <span>Бишкек</span></p><p>Text</p>", "2026-11-20"),
    ],
)
def test_the_declared_day(html: str, expected: str | None) -> None:
    """In the head, in its data, or the first <time>, in the zone of the site."""
    found = declared_day(html.encode(), ZoneInfo("Asia/Almaty"))

    assert (dt.date.fromisoformat(expected) if expected else None) == found
