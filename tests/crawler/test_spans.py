"""crawler.spans: the days of a range, of an address and of an announcement."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from crawler.discovery import Announcement
from crawler.spans import Days, days_in_url, days_of, is_within, may_hold, moment_of

ZONE = ZoneInfo("Asia/Almaty")
MARCH = Days(dt.date(2026, 3, 1), dt.date(2026, 3, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def span(first: str, last: str | None = None) -> Days:
    return Days(day(first), day(last or first))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/2025/08/29/title", span("2025-08-29")),
        ("/2025/8/9/title", span("2025-08-09")),
        ("/2025/08/title", span("2025-08-01", "2025-08-31")),
        ("/article/20251217xyz.html", span("2025-12-17")),
        ("/article/20251217.html", span("2025-12-17")),
        ("/sitemap-2025-08.xml.gz", span("2025-08-01", "2025-08-31")),
        ("/sitemap/2024.xml", span("2024-01-01", "2024-12-31")),
        ("/news/2026-02-30-title", None),
        ("/news/202611225", None),
        ("/news/1945", span("1945-01-01", "1945-12-31")),
        ("/news/story-2026-in-review", None),
        ("/news/123", None),
        ("/2025/08/2026-08-29/", span("2026-08-29")),
    ],
)
def test_the_days_that_an_address_names(target: str, expected: Days | None) -> None:
    """A day where there is one, else the month or year; numbers that are no dates name none."""
    assert expected == days_in_url(f"https://x.example{target}")


@pytest.mark.parametrize(
    ("name", "changed", "expected"),
    [
        ("/sitemap-2026-03.xml", None, True),
        ("/sitemap-2026-01.xml", None, False),
        ("/sitemap-2026-05.xml", None, False),
        ("/sitemap-2026-04.xml", None, True),  # a server that counts its days elsewhere
        ("/posts-3.xml", None, True),
        ("/posts-3.xml", "2026-02-11", False),
        ("/posts-3.xml", "2026-04-11", True),
        ("/sitemap-2026-03.xml", "2026-02-11", False),
    ],
)
def test_a_child_sitemap_outside_the_range_is_left(name: str, changed: str | None, expected: bool) -> None:
    """By the month in its address, or since it last changed before; what may hold something is read."""
    when = dt.datetime.fromisoformat(changed).replace(tzinfo=dt.UTC) if changed else None

    assert expected is may_hold(MARCH, f"https://x.example{name}", when)


def announced(url: str = "/a", **facts: object) -> Announcement:
    return Announcement(**{"url": f"https://x.example{url}", "title": None, "published": None, "place": "p", **facts})


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (announced(), True),
        (announced(published=dt.datetime(2026, 2, 28, 20, tzinfo=dt.UTC)), True),  # the first of March in Almaty
        (announced(published=dt.datetime(2026, 2, 28, 20, tzinfo=dt.timezone(dt.timedelta(hours=1)))), False),
        (announced(modified=dt.datetime(2026, 2, 11, tzinfo=dt.UTC)), False),
        (announced(modified=dt.datetime(2026, 9, 11, tzinfo=dt.UTC)), True),  # it may be older
        (announced("/2026/02/11/a"), False),
        (announced("/2026/02/a"), False),
        # The number of an article is no month and no year.
        (announced("/node/202602"), True),
        (announced("/news/2025.html"), True),
        (announced("/index.php?id=202602&lang=ru"), True),
        (announced("/2026/02/2026"), False),
        (announced("/2026/03/a", day=day("2026-02-11")), False),  # a day says more than a month
        (announced("/2026/03/05/a", day=day("2026-02-11")), True),  # of two days one may be wrong
    ],
)
def test_what_an_announcement_says_of_the_day(item: Announcement, expected: bool) -> None:
    """A page is kept out of a range only by what is said of it."""
    assert expected is is_within(list(days_of(item, ZONE)), MARCH)


def test_the_moment_of_an_announcement_is_for_the_order_alone() -> None:
    """Published, changed, shown or in the address; None where nothing is said."""
    assert moment_of(announced("/2026/03/05/a")) == dt.datetime(2026, 3, 5, 12, tzinfo=dt.UTC)
    assert moment_of(announced()) is None


@pytest.mark.parametrize(
    ("name", "changed", "expected"),
    [
        ("/2026-04.xml", None, False),
        ("/2026-03.xml", None, True),
        ("/2026-02.xml", None, False),
        ("/news.xml", "2026-02-28T18:30:00+00:00", False),  # in the zone of the site that is the same day
        ("/news.xml", "2026-02-28T20:30:00+00:00", True),
    ],
)
def test_a_sitemap_beside_the_range_is_not_asked_at_once(name: str, changed: str | None, expected: bool) -> None:
    """With the zone of the site its days are taken as they are; without, it may be a day behind or ahead."""
    when = dt.datetime.fromisoformat(changed) if changed else None

    assert expected is may_hold(MARCH, f"https://x.example{name}", when, zone=ZONE)
    assert may_hold(MARCH, f"https://x.example{name}", when)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2026-03-31T20:30:00+00:00", True), ("2026-03-31T20:30:00+03:00", True), ("2026-02-28T20:30:00+00:00", True),
     ("2026-04-01T02:30:00+05:00", False)],
)  # fmt: skip
def test_a_time_in_utc_may_be_of_two_days(text: str, expected: bool) -> None:
    """Its own and that of the readers; a time with an offset is of the day that it says."""
    when = dt.datetime.fromisoformat(text)
    items = [
        Announcement(url="https://x.example/a", title=None, published=published, modified=modified, place="url 1")
        for published, modified in ((when, None), (None, when))
    ]

    assert expected is is_within(list(days_of(items[0], ZONE)), MARCH)
    assert is_within(list(days_of(items[1], ZONE)), MARCH) is (when.date() >= day("2026-02-28"))
