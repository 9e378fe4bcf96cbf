"""crawler.trails: where a list ends that shows no days, as its articles tell theirs."""

from __future__ import annotations

import datetime as dt
import tomllib

import pytest

from crawler.discovery import Announcement, Discovery
from crawler.source_file import parse_source
from crawler.spans import Days
from crawler.trails import Trails, are_past
from tests.crawler.source_example import TOML

FIRST = dt.date(2026, 11, 10)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([20, 18, 15, 12], False),
        ([14, 12, 9, 8], True),  # the rest of the list is older
        ([14, 12, 11, 9], False),  # one alone may be out of order
        ([9, 8, 7], True),
        ([9, None, 8, None], False),  # half of them say nothing
        ([None, None], False),
        ([8, 14, 9, 13, 7, 6], False),  # it is in no order
        ([], False),
    ],
)
def test_a_list_without_days_ends_by_those_of_its_articles(days: list[int | None], expected: bool) -> None:
    """Most are known, they fall, and the last are before the range."""
    known = [dt.date(2026, 11, day) if day else None for day in days]

    assert expected is are_past(known, FIRST)
    assert not are_past(known, None)


@pytest.mark.parametrize(
    ("first", "day", "waits"), [(FIRST, None, True), (FIRST, dt.date(2026, 11, 15), False), (None, None, False)]
)
def test_the_page_after_one_without_days_waits(first: dt.date | None, day: dt.date | None, waits: bool) -> None:
    """For the articles of its list, not for what stands beside that; only where a range begins."""
    source = parse_source(tomllib.loads(TOML), file="x.toml")
    trails = Trails(source, Days(first))
    items = {
        name: Announcement(
            url=f"https://x.example/{name}/", title=None, published=None, place="link", day=day, block=block
        )
        for name, block in (("a", "main"), ("b", "main"), ("c", "aside"))
    }
    further = "https://x.example/tag/?page=2"
    urls, _ = trails.further(Discovery(next_page=further), items, source.entries[1], depth=0)

    assert [further] == urls
    assert ({"https://x.example/tag/": ("a", "b")} if waits else {}) == trails.waiting


def test_a_list_that_goes_on_by_post_is_given_up_with_a_reason() -> None:
    """It is counted, and is no problem of the run."""
    source = parse_source(tomllib.loads(TOML), file="x.toml")
    further = Trails(source, Days()).further(
        Discovery(by_post="https://x.example/more"), {}, source.entries[1], depth=0
    )

    assert ([], [("post_only", "https://x.example/more", None)]) == further
