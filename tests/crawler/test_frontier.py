"""crawler.frontier: what waits until more is known of the days of a site, and what stands beside everything."""

from __future__ import annotations

import datetime as dt
import tomllib

import pytest

from crawler.discovery import Announcement
from crawler.frontier import Frontier
from crawler.ledger import SourceLedger
from crawler.source_file import parse_source
from crawler.spans import Days
from crawler.visits import Role, Visit
from tests.crawler.source_example import TOML

LIST = Visit(role=Role.LISTING, page="https://x.example/tag/", source="x")
NEWEST = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
RANGE = Days(dt.date(2026, 11, 6), dt.date(2026, 11, 12))


def url(number: int) -> str:
    return f"https://x.example/story-{chr(97 + number)}/"


def changed(number: int) -> dt.datetime:
    """When a story was changed: one a day, from the newest."""
    return NEWEST - dt.timedelta(days=number)


def opened(count: int = 15, days: Days = RANGE) -> tuple[Frontier, SourceLedger]:
    """A frontier with so many stories of a map that says when each was changed last."""
    frontier, ledger = Frontier(parse_source(tomllib.loads(TOML), file="x.toml"), days), SourceLedger("x")
    items = [
        Announcement(url=url(number), title=None, published=None, place="url", modified=changed(number))
        for number in range(count)
    ]
    frontier.take_all(items, LIST, ("https://x.example/map", "id"), ledger)
    return frontier, ledger


def given(frontier: Frontier, ledger: SourceLedger) -> list[int]:
    """The numbers of the stories that are let go."""
    return [ord(address[-2]) - 97 for address, _ in frontier.release(ledger)]


def test_what_was_changed_after_the_range_is_left_where_the_site_changes_nothing_later() -> None:
    """The pages of the range say that they were not; the days of the map are those of the articles then."""
    frontier, ledger = opened()
    first = given(frontier, ledger)
    for number in first:
        frontier.note_day(url(number), changed(number).date())

    assert list(range(8, 15)) == first
    assert [] == given(frontier, ledger)
    assert 8 == ledger.refused["out_of_range"]
    assert 0 == len(frontier)


def test_one_page_that_was_changed_later_has_all_fetched() -> None:
    """Any of them may be of the range."""
    frontier, ledger = opened()
    for number in given(frontier, ledger):
        frontier.note_day(url(number), changed(number).date() - dt.timedelta(days=3 * (number == 9)))

    assert set(range(8)) == set(given(frontier, ledger))


@pytest.mark.parametrize(("late", "rest"), [(0, []), (30, list(range(5)))])
def test_a_map_that_has_nothing_of_the_range_is_asked_about_three_pages(late: int, rest: list[int]) -> None:
    """Those that were changed soonest after it."""
    frontier, ledger = opened(8)
    first = given(frontier, ledger)
    for number in first:
        frontier.note_day(url(number), changed(number).date() - dt.timedelta(days=late))

    assert [5, 6, 7] == sorted(first)
    assert rest == sorted(given(frontier, ledger))


def test_where_the_pages_say_nothing_all_are_fetched() -> None:
    """What cannot be known is not left out."""
    frontier, ledger = opened(8)

    assert [5, 6, 7] == sorted(given(frontier, ledger))
    assert list(range(5)) == sorted(given(frontier, ledger))


def test_nothing_waits_at_the_end_nor_without_an_end_of_the_range() -> None:
    """A run that is broken off leaves them to the next one; a range that is open has nothing after it."""
    frontier, ledger = opened()

    assert 15 == len(frontier.release(ledger, is_end=True))
    assert list(range(15)) == given(*opened(days=Days(dt.date(2026, 11, 1))))


def test_what_stands_in_a_box_on_every_page_is_left_unless_a_list_has_it() -> None:
    """The most read have no day; one of them is in the list of its day too."""
    frontier, ledger = opened(0)
    for page in range(3):
        listed = [
            Announcement(url=url(3 * page + step), title=None, published=None, place="link", block="main/ul")
            for step in range(3)
        ]
        box = [
            Announcement(url=url(number), title=None, published=None, place="link", block="aside/ul")
            for number in (4, 20, 21, 22)
            if not 3 * page <= number < 3 * page + 3
        ]
        frontier.take_all([*listed, *box], LIST, (f"https://x.example/{page}", "id"), ledger)

    assert set(range(9)) == set(given(frontier, ledger))


def test_a_list_that_two_pages_show_is_no_box() -> None:
    """The home page has what the first page of the list has; without days neither tells the range."""
    frontier, ledger = opened(0)
    for page in ("https://x.example/", "https://x.example/tag/"):
        items = [
            Announcement(url=url(number), title=None, published=None, place="link", block="main/ul")
            for number in range(4)
        ]
        hero = Announcement(url=url(9), title=None, published=None, place="link", block="main/h1")
        frontier.take_all([*items, hero], LIST, (page, "id"), ledger)

    assert {0, 1, 2, 3, 9} == set(given(frontier, ledger))


def test_of_a_list_without_days_only_some_pages_are_read_to_find_its_range() -> None:
    """Where its pages fall by day, those between two after the range are left; what is of it is read."""
    frontier, ledger = opened(0)
    days = {url(number): NEWEST.date() - dt.timedelta(days=2 * number) for number in range(12)}
    items = [Announcement(url=each, title=None, published=None, place="link", block="ul") for each in days]
    frontier.take_all(items, LIST, ("https://x.example/tag/", "id"), ledger)
    asked: list[str] = []
    while pages := frontier.release(ledger, is_idle=True) or frontier.release(ledger, is_idle=True):
        for address, _ in pages:
            frontier.note_day(address, days[address])
            asked.append(address)

    assert {each for each, day in days.items() if RANGE.holds(day)} <= set(asked)
    assert len(asked) < len(days)
    assert len(days) == len(asked) + ledger.refused["out_of_range"]


def test_what_stood_in_a_box_is_taken_where_a_list_comes_to_it() -> None:
    """It was left aside, and is in the range for all that is known."""
    frontier, ledger = opened(0)
    box = [Announcement(url=url(number), title=None, published=None, place="link", block="box") for number in (20, 21)]
    for page in range(3):
        rest = [
            Announcement(url=url(number), title=None, published=changed(9), place="link", block="ul")
            for number in range(page * 4, page * 4 + 4)
        ]
        frontier.take_all([*rest, *box], LIST, (f"https://x.example/{page}", "id"), ledger)
    assert 20 not in given(frontier, ledger)
    frontier.take_all(
        [Announcement(url=url(20), title=None, published=None, place="link", block="ul")],
        LIST, ("https://x.example/9", "id"), ledger,
    )  # fmt: skip

    assert [20] == given(frontier, ledger)


def test_a_double_that_stands_beside_its_original_is_not_fetched() -> None:
    """Under the same words, with a name before the address; another headline, or a language, is another article."""
    text = TOML.replace("article = [", "article = ['^/([a-z]+/)?story-[a-z]/$', ", 1)
    frontier, ledger = Frontier(parse_source(tomllib.loads(text), file="x.toml"), Days()), SourceLedger("x")
    base = "https://x.example"
    shown = [
        (f"{base}/story-a/", "The same words"),
        (f"{base}/mirror/story-a/", "The same words"),
        (f"{base}/story-b/", "Some words"),
        (f"{base}/mirror/story-b/", "Other words"),
        (f"{base}/story-c/", "A name"),
        (f"{base}/kz/story-c/", "A name"),
        (f"{base}/mirror/story-d/", "Alone"),
    ]
    items = [Announcement(url=url, title=title, published=None, place="link") for url, title in shown]
    frontier.take_all(items, LIST, (LIST.page, "id"), ledger)

    assert [url for url, _ in shown if url != f"{base}/mirror/story-a/"] == [
        url for url, _ in frontier.release(ledger, is_end=True)
    ]
    assert {"double": 1} == dict(ledger.refused)
