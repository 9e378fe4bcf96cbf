"""crawler.archives: templates of dated pages, and the pages of a range."""

from __future__ import annotations

import datetime as dt

import pytest

from crawler.archives import MAX_ARCHIVE_PAGES, ArchiveTrail, normalise_template, pages_of, template_of
from crawler.spans import Days

BASE = "https://x.example"
TODAY = dt.date(2026, 3, 2)


@pytest.mark.parametrize(
    ("template", "days", "most", "expected"),
    [
        ("/{year}/{month}/{day}/", Days(dt.date(2026, 2, 27), dt.date(2026, 2, 28)), 5, ["/2026/02/28/", "/2026/02/27/"]),
        ("/{year}/{month}/{day}/", Days(dt.date(2026, 3, 2)), 5, ["/2026/03/02/"]),
        ("/{year}/{month}/{day}/", Days(dt.date(2027, 3, 2)), 5, []),
        ("/{year}/{month}/{day}/", Days(), 3, ["/2026/03/02/", "/2026/03/01/", "/2026/02/28/"]),
        ("/{year}/{m}/{d}", Days(None, dt.date(2026, 1, 1)), 2, ["/2026/1/1", "/2025/12/31"]),
        ("/a?y={year}&m={month}", Days(dt.date(2026, 1, 31), dt.date(2026, 2, 1)), 5, ["/a?y=2026&m=02", "/a?y=2026&m=01"]),
        ("/{year}-{month}", Days(), 2, ["/2026-03", "/2026-02"]),
    ],
)  # fmt: skip
def test_the_pages_of_a_range(template: str, days: Days, most: int, expected: list[str]) -> None:
    """Each day or month of the range once, newest first, none of the future."""
    assert [BASE + path for path in expected] == pages_of(BASE + template, days, today=TODAY, most=most)


def test_a_range_without_end_is_bounded() -> None:
    """Ten years of days are read; a mistyped year is not read for ever."""
    assert MAX_ARCHIVE_PAGES == len(
        pages_of(f"{BASE}/{{year}}/{{month}}/{{day}}", Days(dt.date(1901, 1, 1)), today=TODAY, most=5)
    )


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/2025/08/29/", "/{year}/{month}/{day}/"),
        ("/archive/2025-08-29", "/archive/{year}-{month}-{day}"),
        ("/news/20250829", "/news/{year}{month}{day}"),
        ("/2025/8/9", "/{year}/{m}/{d}"),
        ("/archive/?date=29.08.2025", "/archive/?date={day}.{month}.{year}"),
        ("/news/9-8-2025", "/news/{d}-{m}-{year}"),
        ("/archive/2025/08/index.html", "/archive/{year}/{month}/index.html"),
        ("/news?date=2025-08-29", "/news?date={year}-{month}-{day}"),
        ("/archive?year=2025&month=8", "/archive?year={year}&month={m}"),
        ("/2025/08/29/a-title", None),
        ("/news/2025", None),
        ("/about", None),
    ],
)
def test_the_template_of_a_dated_page(target: str, expected: str | None) -> None:
    """A date with hardly anything behind it; an article under a date is no page of an archive."""
    assert (expected and BASE + expected) == template_of(BASE + target)


@pytest.mark.parametrize(
    "text",
    [
        "https://x.example/{year}",
        "https://x.example/a",
        "ftp://x/{year}/{month}",
        "https://x.example/{year}/{month}/{hour}",
        7,
    ],
)
def test_what_is_no_template(text: object) -> None:
    """A year and a month are needed, and no field may be unknown."""
    with pytest.raises(ValueError):
        normalise_template(text)


def trail_of(days: Days | None = None, most: int = 100) -> ArchiveTrail:
    """An archive by days, today."""
    return ArchiveTrail(f"{BASE}/{{year}}/{{month}}/{{day}}/", days or Days(), today=TODAY, most=most)


def test_an_archive_without_a_page_for_today_asks_the_home_page_where_it_ends() -> None:
    """A site that has been silent for months is not read day by day; one whose home page names no day is."""
    trail = trail_of()

    assert f"{BASE}/2026/03/02/" == trail.first()
    assert f"{BASE}/" == trail.next(is_quiet=True)
    trail.begin([dt.date(2025, 9, 1), dt.date(2025, 11, 7), dt.date(2031, 1, 1)])
    assert f"{BASE}/2025/11/07/" == trail.next(is_quiet=False)
    assert f"{BASE}/2025/11/06/" == trail.next(is_quiet=True)

    unnamed = trail_of()
    assert [f"{BASE}/2026/03/02/", f"{BASE}/"] == [unnamed.first(), unnamed.next(is_quiet=True)]
    unnamed.begin([])
    assert f"{BASE}/2026/03/01/" == unnamed.next(is_quiet=True)


def test_an_archive_with_a_page_for_today_asks_no_home_page() -> None:
    """What is after its newest day need not be known."""
    trail = trail_of(Days(dt.date(2026, 2, 28)))

    pages = [trail.first(), *(trail.next(is_quiet=number > 0) for number in range(3))]

    assert [f"{BASE}/2026/03/02/", f"{BASE}/2026/03/01/", f"{BASE}/2026/02/28/", None] == pages


@pytest.mark.parametrize(("longest", "asked"), [(0, 10), (3, 15), (9, 21)])
def test_an_archive_has_ended_sooner_where_it_had_no_days_without_news(longest: int, asked: int) -> None:
    """Five times the longest silence so far, ten days at the least and three weeks at the most."""
    trail = trail_of()
    trail.first()
    for is_quiet in (False, *[True] * longest, False):
        trail.next(is_quiet=is_quiet)

    silent = 1
    while trail.next(is_quiet=True) is not None:
        silent += 1

    assert asked == silent


def test_days_that_a_page_passes_over_are_not_asked_for() -> None:
    """What names the days that have a page, or the neighbour of its own, tells which have none; far neighbours do not."""
    trail = trail_of()
    trail.first()
    trail.note_links(f"{BASE}/2026/{day}/" for day in ("03/01", "02/27", "02/26", "02/22"))
    asked = [trail.next(is_quiet=False) for _ in range(4)]

    assert [f"{BASE}/2026/{day}/" for day in ("03/01", "02/27", "02/26", "02/22")] == asked
    assert f"{BASE}/2026/02/21/" == trail.next(is_quiet=False)
    trail.note_links([f"{BASE}/2025/02/21/"])  # a year ago today
    assert f"{BASE}/2026/02/20/" == trail.next(is_quiet=False)


def test_an_archive_whose_pages_lead_back_has_ended_where_one_does_not() -> None:
    """Three days more are enough then."""
    trail = trail_of()
    trail.first()
    trail.note_links([f"{BASE}/2026/03/01/"])
    trail.next(is_quiet=False)
    trail.note_links([f"{BASE}/2026/03/02/"])

    assert [True, True, True, False] == [bool(trail.next(is_quiet=quiet)) for quiet in (False, True, True, True)]


def test_what_stands_on_every_page_is_no_news() -> None:
    """An answer for a day without news may show what is most read."""
    trail = trail_of()

    assert [False, True, False] == [trail.is_quiet(names) for names in (["a", "b"], ["a", "b"], ["a", "c"])]


def asked_of(trail: ArchiveTrail, live: set[dt.date], *, has_neighbours: bool = False) -> list[str]:
    """The pages that are asked for of an archive with news on these days; its pages may name the one before them."""
    asked, page = [], trail.first()
    while page is not None:
        asked.append(page.removeprefix(BASE).strip("/"))
        year, month, number = map(int, asked[-1].split("/"))
        day = dt.date(year, month, number)
        older = [each for each in live if each < day]
        if has_neighbours and day in live:
            trail.note_links([f"{BASE}/{max(older):%Y/%m/%d}/"] if older else [])
        page = trail.next(is_quiet=day not in live)
    return asked


def test_days_at_what_may_be_the_end_are_asked_for_further_and_further_apart() -> None:
    """One by one until chance is no reason, then few that reach beyond holidays; what was passed over is not lost."""
    month = {TODAY - dt.timedelta(days=back) for back in range(30)}
    ended = asked_of(trail_of(), month)
    after_holidays = {TODAY - dt.timedelta(days=back) for back in range(40, 50)}
    rested = asked_of(trail_of(), month | after_holidays)

    assert ["2026/01/31", "2026/01/30", "2026/01/29", "2026/01/25", "2026/01/21", "2026/01/17"] == ended[30:]
    assert {f"{day:%Y/%m/%d}" for day in month | after_holidays} <= set(rested)
    assert len(rested) == len(set(rested))


def test_the_day_that_a_page_names_as_its_neighbour_is_asked_for_next() -> None:
    """However long the silence; and the page that names none is the last but two."""
    live = {TODAY - dt.timedelta(days=back) for back in (*range(6), 40, *range(60, 70))}
    asked = asked_of(trail_of(), live, has_neighbours=True)

    assert {f"{day:%Y/%m/%d}" for day in live} <= set(asked)
    assert len(live) + 2 == len(asked)


def test_a_page_without_news_does_not_say_that_an_archive_ends() -> None:
    """It names no neighbour, as the days around it do."""
    trail = trail_of()
    trail.first()
    trail.note_links([f"{BASE}/2026/03/01/"])
    trail.next(is_quiet=False)
    trail.note_links([], is_quiet=True)

    assert all(trail.next(is_quiet=True) for _ in range(5))


def test_a_month_archive_of_many_articles_ends_after_two_quiet_months() -> None:
    """One of few may rest for longer."""
    ends = []
    for count in (4, 12):
        trail = ArchiveTrail(f"{BASE}/{{year}}/{{month}}/", Days(), today=TODAY, most=100)
        trail.first()
        trail.is_quiet([f"a{number}" for number in range(count)])
        pages = [trail.next(is_quiet=number > 1) for number in range(5)]
        ends.append(pages.index(None))

    assert [4, 3] == ends
