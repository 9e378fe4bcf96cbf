"""The day of publication: declared, beside the headline, in the URL; never the day of the crawl, never to come."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import visible_date
from pipelines.page import Page, parse_page
from pipelines.published import find_modified, find_published
from pipelines.title import find_title

SENTENCE = "The harbour was dredged for the first time in eleven years, and the ferries came back within a week."
TEXT = f"<p>{SENTENCE} One.</p><p>{SENTENCE} Two.</p>"
CRAWLED = dt.datetime(2026, 1, 10, 12, tzinfo=dt.UTC)
H1 = "<h1>Ferries Return</h1>"


def page_of(body: str, head: str = "") -> Page:
    page = parse_page(f"<html><head><title>Ferries Return</title>{head}</head><body>{body}</body></html>")
    assert page is not None
    return page


def day_of(
    body: str,
    head: str = "",
    *,
    url: str | None = None,
    captured_at: dt.datetime | None = None,
    zone: str | None = None,
) -> str | None:
    page = page_of(body, head)
    _, headline = find_title(page)
    text = [block.index for block in page.blocks if SENTENCE in block.text]
    return find_published(page, url=url, headline=headline, body=text, captured_at=captured_at, zone=zone)


@pytest.mark.parametrize(
    "line",
    [
        "29 August 2025",
        "August 29, 2025",
        "29.08.2025",
        "29 августа 2025",
        "29 тамыз 2025",
        "2025-yil 29-avgust",
        "2025年8月29日",
        "令和7年8月29日",
        "By Olga Reed | 29 August 2025 | Share",
        "Published: 29 August 2025 | Updated: 2 September 2025",
    ],
)
@pytest.mark.parametrize("order", ["{h1}<p>{line}</p>{text}", "<p>{line}</p>{h1}{text}"])
def test_visible_day_beside_the_headline(line: str, order: str) -> None:
    """Above or below, in the forms of the region's languages."""
    assert (day_of(order.format(h1=H1, line=line, text=TEXT)) or "")[:10] == "2025-08-29"


@pytest.mark.parametrize("captured_at", [None, CRAWLED])
@pytest.mark.parametrize(
    "head",
    [
        "<p>10 January 2026</p><p>29 August 2025</p>{h1}",
        "<p>10 January 2026 29 August 2025</p>{h1}",
        "<p>29 August 2025</p><p>10 January 2026</p>{h1}",
        "<div>10 January 2026</div>{h1}<p>News</p><p>By Olga Reed</p><p>29 August 2025</p>",
        "{h1}<p>29 August 2025</p><p>10 January 2026</p>",
    ],
)
def test_day_of_the_crawl_is_not_the_day_of_publication(head: str, captured_at: dt.datetime | None) -> None:
    """Of days that stand together the earliest counts, whether the day of the crawl is known or not."""
    assert day_of(head.format(h1=H1) + TEXT, captured_at=captured_at) == "2025-08-29"


def test_declared_day_beats_the_visible_one() -> None:
    """With its time and zone, as the page states them."""
    head = '<meta property="article:published_time" content="2025-08-29T09:12:44+05:00">'

    assert day_of(f"{H1}<p>30 August 2025</p>{TEXT}", head) == "2025-08-29T09:12:44+05:00"


def test_declared_day_after_the_capture_is_not_believed() -> None:
    """A page cannot tell of days to come."""
    head = '<meta property="article:published_time" content="2031-08-29T09:12:44+05:00">'

    assert day_of(f"{H1}<p>29 August 2025</p>{TEXT}", head, captured_at=CRAWLED) == "2025-08-29"


def test_day_in_the_url_is_the_last_resort() -> None:
    """Where the page shows no day at all."""
    assert day_of(H1 + TEXT, url="https://example.org/2025/8/29/ferries/") == "2025-08-29"
    assert day_of(H1 + TEXT, url="https://example.org/2025/13/41/ferries/") is None


def test_zone_of_the_source_completes_a_local_time() -> None:
    """A time without a zone is that of the publisher."""
    assert day_of(f"{H1}<p>29.08.2025 14:05</p>{TEXT}", zone="Asia/Tashkent") == "2025-08-29T14:05:00+05:00"


def test_time_element_gives_its_machine_form() -> None:
    """The visible day picks the element, its attribute the instant."""
    line = "<time datetime='2025-08-29T10:00:00+09:00'>29 August 2025</time>"

    assert day_of(f"{H1}{line}{TEXT}") == "2025-08-29T10:00:00+09:00"


def test_relative_day_counts_from_the_capture() -> None:
    """`сегодня, 14:05` is the day of the capture."""
    found = day_of(f"{H1}<p>сегодня, 14:05</p>{TEXT}", captured_at=CRAWLED)

    assert (found or "")[:10] == "2026-01-10"


def test_day_in_a_caption_is_none() -> None:
    """A picture's day is not the article's."""
    figure = "<figure><img src=a.jpg><figcaption>The port on 3 May 2019</figcaption></figure>"

    assert day_of(f"{H1}{figure}<p>29 August 2025</p>{TEXT}") == "2025-08-29"


def test_page_without_days_has_none() -> None:
    """None, not a guess."""
    assert day_of(H1 + TEXT) is None


def test_modified_is_what_the_page_declares() -> None:
    """The later instant stands on its own."""
    page = page_of(H1 + TEXT, '<meta property="article:modified_time" content="2025-09-02T00:00:00Z">')

    assert (find_modified(page, zone=None) or "")[:10] == "2025-09-02"


def test_broken_linked_data_still_tells_the_day() -> None:
    """A comma too many does not hide what is said once."""
    head = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2025-08-29T10:00:00+05:00",,}</script>'
    assert day_of(f"{H1}{TEXT}", head) == "2025-08-29T10:00:00+05:00"


def test_day_of_change_is_better_than_none() -> None:
    """Only where no day of publication is found."""
    changed = "<meta property=og:updated_time content=2025-08-30>"
    assert day_of(f"{H1}{TEXT}", changed) == "2025-08-30"
    assert day_of(f"{H1}<p>29 August 2025</p>{TEXT}", changed) == "2025-08-29"


def test_search_is_asked_last_and_not_believed_about_the_future() -> None:
    """It costs as much as all the rest."""
    page = page_of(f"{H1}{TEXT}")
    asked: list[int] = []

    def search() -> dt.date:
        asked.append(1)
        return dt.date(2026, 5, 1)

    found = find_published(page, url=None, headline=0, body=[1], captured_at=CRAWLED, zone=None, search=search)
    assert (found, asked) == (None, [1])
    declared = find_published(
        page, url="https://example.org/2025/08/29/a", headline=0, body=[1], captured_at=None, zone=None, search=search
    )
    assert (declared, asked) == ("2025-08-29", [1])


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("21. Januar 2020, 14:05 Uhr", "2020-01-21"),
        ("21 de enero de 2020", "2020-01-21"),
        ("7 أكتوبر 2020", "2020-10-07"),
        ("٢١ يناير ٢٠٢٠", "2020-01-21"),
        ("2020년 1월 21일", "2020-01-21"),
        ("2020. január 21.", "2020-01-21"),
    ],
)
def test_visible_day_in_other_languages(line: str, day: str) -> None:
    """Months as CLDR spells them, digits of other scripts."""
    assert (day_of(f"{H1}<p>{line}</p>{TEXT}") or "")[:10] == day


@pytest.mark.parametrize(
    ("shown", "declared", "day"),
    [
        ("13 April 2020", "2020-04-14T00:38:07Z", "2020-04-13"),
        ("14 April 2020", "2020-04-13T20:10:00Z", "2020-04-14"),
        ("15 April 2020", "2020-04-13T20:10:00Z", "2020-04-13"),  # no zone explains two days
        ("14 April 2020", "2020-04-13T08:10:00Z", "2020-04-13"),  # nor is any so far ahead
        ("13 April 2020", "2020-04-14T00:38:07+02:00", "2020-04-14"),  # the page states its zone
    ],
)
def test_day_is_that_of_the_place(shown: str, declared: str, day: str) -> None:
    """A moment in UTC near midnight: the day that the paper prints is the day of publication there."""
    head = f'<meta property="article:published_time" content="{declared}">'
    assert (day_of(f"{H1}<p>{shown}</p>{TEXT}", head) or "")[:10] == day


def test_day_that_only_a_label_or_a_script_names() -> None:
    """Far from the headline, but labelled, or written by a script; two that differ say nothing."""
    far = "<p>Another thing.</p>" * 14
    assert day_of(f"{H1}{TEXT}{far}<ul><li>Datum 28.04.2023</li></ul>") == "2023-04-28"
    assert day_of(f'{H1}<script>showDate("2020/04/17 01:43:09")</script>{TEXT}') == "2020-04-17"
    assert day_of(f"{H1}{TEXT}{far}<p>Date 28.04.2023</p><p>Date 29.04.2023</p>") is None


def test_year_of_a_page_that_was_captured_late() -> None:
    """A day without a year on a page all of whose addresses are older than its capture."""
    links = '<a href="/2019/06/19/other.html">Another story of that week</a>'
    body = f"{H1}<p>06月24日 11時30分</p>{TEXT}<p>{links}</p>"
    assert (day_of(body) or "")[:10] == "2019-06-24"
    assert (day_of(body, captured_at=CRAWLED) or "")[:10] == "2019-06-24"
    assert (day_of(body.replace("/2019/06/19/", "/2026/01/09/"), captured_at=CRAWLED) or "")[:10] == "2025-06-24"


_CANDIDATES = st.builds(
    visible_date._Candidate,
    index=st.integers(0, 6),
    day=st.dates(CRAWLED.date() - dt.timedelta(days=2), CRAWLED.date()),
    text=st.text("abcdef", min_size=1, max_size=3),
    is_pure=st.booleans(),
    is_update=st.booleans(),
)


@given(st.lists(st.lists(_CANDIDATES, max_size=4), max_size=5))
def test_what_is_not_looked_at_could_not_have_won(groups: list[list[visible_date._Candidate]]) -> None:
    """The same date as where every group is looked at before one is chosen."""
    today = CRAWLED.date()
    firsts = [min(own, key=lambda one: (one.is_update, one.day)) for own in map(visible_date._together, groups) if own]
    best = min(firsts, key=lambda one: (one.day == today, one.is_update, not one.is_pure), default=None)

    assert visible_date._best(map(iter, groups), today) == (best and best.text)
