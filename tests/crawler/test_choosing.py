"""crawler.choosing: of all that shows articles as few entries as show every one."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from crawler.choosing import choose, is_reached
from crawler.discovery import Announcement
from crawler.evidence import Evidence
from crawler.findings import Findings, Found

SITE = "https://x.example"
ARTICLES = [f"{SITE}/news/{900 - number}" for number in range(60)]


def found(kind: str, path: str, numbers: list[int], *, goes_on: bool = False, **more: object) -> Found:
    items = tuple(
        Announcement(url=ARTICLES[number], title=None, published=None, place="p", modified=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        for number in numbers
    )  # fmt: skip
    return Found(kind=kind, url=SITE + path, items=items, next_page=f"{SITE}{path}?page=2" if goes_on else None, **more)


FEED = found("feed", "/feed", list(range(15)))
NEWS = found("listing", "/news/", list(range(10)), goes_on=True)
ODD = found("listing", "/odd/", list(range(1, 20, 2)), goes_on=True)
EVEN = found("listing", "/even/", list(range(0, 20, 2)), goes_on=True)
TAG = found("listing", "/tag/japan/", [2, 5, 8, 11, 14], goes_on=True, is_topic=True)
HOME = found("listing", "/", list(range(8)))
MAP = found("sitemap", "/map", list(range(60)))
DAYS = found("archive", "/{year}/{month}/{day}/", [3, 4, 5, 6])


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        ([FEED, HOME], ["/feed"]),
        ([FEED, NEWS, HOME], ["/news/"]),
        ([FEED, NEWS, TAG, ODD, EVEN, HOME], ["/news/"]),
        ([FEED, ODD, EVEN, TAG, HOME], ["/odd/", "/even/"]),
        ([FEED, ODD, HOME], ["/feed", "/odd/"]),
        ([FEED, HOME, DAYS], ["/{year}/{month}/{day}/"]),
        ([NEWS, DAYS, HOME], ["/news/"]),
        ([FEED, HOME, NEWS, MAP], ["/map"]),
        ([found("feed", "/empty", []), NEWS], ["/news/"]),
        # One tag is no part of what two others show, though half of it is there.
        (
            [
                ODD,
                found("listing", "/tag/a/", list(range(0, 20, 2)), goes_on=True),
                found("listing", "/tag/b/", [0, 1, 2, 21, 22], goes_on=True),
            ],
            ["/odd/", "/tag/a/", "/tag/b/"],
        ),
    ],
)
def test_as_few_entries_as_show_every_article(offered: list[Found], expected: list[str]) -> None:
    """Maps before lists before feeds; what is reached stays as a comment."""
    evidence = Evidence(hosts={"x.example"})
    for each in offered:
        evidence.add(each.items, kind="feed", page=each.url)
    findings = Findings(f"{SITE}/", b"", None, evidence)
    findings.found += offered
    needed, spare = choose(findings, set(ARTICLES))

    assert sorted(expected) == sorted(each.url.removeprefix(SITE) for each in needed)
    assert {each.url for each in offered if each.items} == {each.url for each in (*needed, *spare)}


@pytest.mark.parametrize(
    ("shows", "known", "goes_on", "expected"),
    [
        ("abc", "abc", False, True),
        ("abc", "ab", False, False),
        ("abc", "ab", True, True),  # it goes on to c
        ("abc", "bc", True, False),  # it lacks the newest
        ("abc", "ac", True, False),  # it leaves one out in the midst
        ("abcdefghijk", "abcdefghxk", True, True),  # one came between
    ],
)
def test_a_list_that_goes_on_reaches_what_follows_its_first_page(
    shows: str, known: str, goes_on: bool, expected: bool
) -> None:
    """The newest must be there, and the others follow."""
    assert expected is is_reached(list(shows), frozenset(known), goes_on=goes_on)


def dated(path: str, numbers: list[int], *, more: tuple[int, ...] = (), **kind: object) -> Found:
    """A list that shows the day of each article, one a day; `more` stand on top of it."""
    day = dt.date(2026, 11, 20)
    items = tuple(
        Announcement(
            url=ARTICLES[number], title=None, published=None, place="p", day=day - dt.timedelta(days=number), block="b"
        )
        for number in (*more, *numbers)
    )
    return Found(kind="listing", url=SITE + path, items=items, next_page=f"{SITE}{path}?page=2", **kind)


PINNED = (50,)


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        # The same old article on top of both is no sign that one has what the other shows.
        ([dated("/odd/", list(range(1, 20, 2)), more=PINNED), dated("/even/", list(range(0, 20, 2)), more=PINNED)],
         ["/odd/", "/even/"]),
        ([dated("/news/", list(range(10)), more=PINNED), dated("/odd/", list(range(1, 20, 2)), more=PINNED)], ["/news/"]),
        # A tag whose newest are known from two lists together.
        ([dated("/odd/", list(range(1, 20, 2))), dated("/even/", list(range(0, 20, 2))), dated("/tag/", [2, 5, 40, 41, 44, 47, 50], is_topic=True)],
         ["/odd/", "/even/"]),
        ([dated("/odd/", list(range(1, 20, 2))), dated("/tag/", [2, 5, 40, 41, 44, 47, 50], is_topic=True)], ["/odd/", "/tag/"]),
    ],
)  # fmt: skip
def test_lists_are_compared_by_the_days_that_they_show(offered: list[Found], expected: list[str]) -> None:
    """All that the one has of the days to which the other was read must be there."""
    assert sorted(expected) == entries_of(offered)


def test_of_a_map_without_days_lists_with_days_are_preferred() -> None:
    """A range cannot be told from it; where the lists show no days either it is one request for all."""
    lists = [dated("/odd/", list(range(1, 20, 2))), dated("/even/", list(range(0, 20, 2)))]
    undated = [found("listing", "/news/", list(range(10)), goes_on=True)]

    assert ["/even/", "/odd/"] == entries_of([MAP, *lists])
    assert ["/map"] == entries_of([MAP, *undated])


def test_a_last_page_that_was_read_for_itself_tells_no_reach() -> None:
    """What lies between it and the first pages was not read, so it is held against no other list."""
    last = dataclasses.replace(dated("/news/", list(range(50, 60))), url=f"{SITE}/news/?page=6", next_page=None)
    last = dataclasses.replace(last, is_further=True, first=f"{SITE}/news/")
    sections = [dated("/odd/", list(range(1, 24, 2))), dated("/even/", list(range(0, 24, 2)))]

    assert ["/news/"] == entries_of([dated("/news/", list(range(12))), last, *sections])


def test_a_home_page_that_goes_on_is_a_list_like_others() -> None:
    """It is enough where it has the newest of all; a list of news that has as much is taken before it."""
    home = dated("/", list(range(10)))
    sections = [dated("/odd/", list(range(1, 20, 2))), dated("/even/", list(range(0, 20, 2)))]

    assert ["/"] == entries_of([home, *sections])
    assert ["/news/"] == entries_of([home, dated("/news/", list(range(10))), *sections])


def entries_of(offered: list[Found]) -> list[str]:
    evidence = Evidence(hosts={"x.example"})
    for each in offered:
        evidence.add(each.items, kind="feed", page=each.url)
    findings = Findings(f"{SITE}/", b"", None, evidence)
    findings.found += offered
    needed, _ = choose(findings, set(ARTICLES))
    return sorted(each.url.removeprefix(SITE) for each in needed)
