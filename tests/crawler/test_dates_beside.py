"""crawler.dates_beside: the day of each link of a list, beside it, in it, or over several."""

from __future__ import annotations

import datetime as dt

import pytest

from crawler.listings import read_listing

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=5)))
A, B, C = "Japan lends for a railway", "A museum opens in Osh", "Students leave for Kyoto"


def days(html: str) -> dict[str, str | None]:
    found = read_listing(html, url="https://x.example/news", encoding=None, seen_at=NOW).announcements
    return {item.url.rpartition("/")[2]: item.day and item.day.isoformat() for item in found}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<div><span>20 ноября, 14:30</span><a href='/a'>{A}</a></div><div><i>Вчера</i><a href='/b'>{B}</a></div>",
         {"a": "2026-11-20", "b": "2026-11-21"}),
        (f"<a href='/a'><b>3 hours ago</b><h3>{A}</h3></a><a href='/b'><b>19 November</b><h3>{B}</h3></a>",
         {"a": "2026-11-22", "b": "2026-11-19"}),
        ((f"<h4>20 ноября</h4><div><a href='/a'>{A}</a></div><div><a href='/b'>{B}</a></div><h4>19 ноября</h4>"
         f"<div><a href='/c'>{C}</a></div>"), {"a": "2026-11-20", "b": "2026-11-20", "c": "2026-11-19"}),
        (f"<h4>20.11.2026</h4><ul><li><a href='/a'>{A}</a></li><li><a href='/b'>{B}</a></li></ul>",
         {"a": "2026-11-20", "b": "2026-11-20"}),
        # A box of the most read after the last group is none of it.
        (f"<h4>20.11.2026</h4><p><a href='/a'>{A}</a></p><p><a href='/b'>{B}</a></p><div class='top'><a href='/c'>{C}</a></div>",
         {"a": "2026-11-20", "b": "2026-11-20", "c": None}),
        # Today stands on top of many a page, and says nothing of what is below.
        (f"<div>22 ноября 2026</div><div><a href='/a'>{A}</a></div>", {"a": None}),
        (f"<div><p>Сегодня в Бишкеке президент принял послов, которые рассказали о водном проекте.</p><a href='/a'>{A}</a></div>",
         {"a": None}),
    ],
)  # fmt: skip
def test_the_day_of_each_link(html: str, expected: dict[str, str | None]) -> None:
    """In its item, in the link itself where that is a whole card, or as the heading of a group."""
    assert expected == days(f"<html><body><main>{html}</main></body></html>")
