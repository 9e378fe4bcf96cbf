"""crawler.captures_list: what is asked of a CDX server, and what its answers say."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.captures_list import LineUp, Listed, NotCapturesError, hosts_to_ask, query_url, read_captures_page
from crawler.source_file import parse_source
from tests.pastserver import COLUMNS, HOST, SOURCE

SOURCE_OF = parse_source(tomllib.loads(SOURCE.format(id="silkroad", name="S", host=HOST)), file="x.toml")
ROW = ["example,silkroad)/x", "20250801100000", f"http://{HOST}:80/news/one-two/", "text/html", "200", "ABC", "99"]


def listed(**changes: str | None) -> Listed:
    values = {"timestamp": ROW[1], "original": ROW[2], "mime": ROW[3], "status": ROW[4], "digest": ROW[5]}
    return Listed(**{**values, **changes})  # type: ignore[arg-type]


def test_the_question_names_host_time_and_where_to_go_on() -> None:
    """A day of the range is whole, and a key is sent back as it came, whatever is in it."""
    url = query_url(
        "https://a.org", HOST, since=dt.date(2025, 8, 1), until=dt.date(2025, 8, 2), resume_key="a%2Cb+1&x=%25"
    )
    query = parse_qs(urlsplit(url).query)

    assert url.startswith("https://a.org/cdx/search/cdx?")
    assert (query["url"], query["matchType"]) == ([f"{HOST}/"], ["prefix"])
    assert (query["from"], query["to"]) == (["20250801000000"], ["20250802235959"])
    assert query["resumeKey"] == ["a%2Cb+1&x=%25"]
    assert hosts_to_ask(SOURCE_OF) == [HOST]


@pytest.mark.parametrize(
    ("rows", "count", "key", "odd"),
    [
        ([], 0, None, 0),
        ([COLUMNS], 0, None, 0),
        ([COLUMNS, ROW], 1, None, 0),
        ([COLUMNS, ROW, [], ["com%2C+1"]], 1, "com%2C+1", 0),
        ([COLUMNS, ROW, []], 1, None, 0),
        ([COLUMNS, ROW, ROW[:3], "x", ["a", "20259901000000", *ROW[2:]], ["a", "2025", *ROW[2:]]], 1, None, 4),
        ([[*reversed(COLUMNS)], [*reversed(ROW)]], 1, None, 0),
    ],
)
def test_pages_of_the_list(rows: list[list[str]], count: int, key: str | None, odd: int) -> None:
    """Columns by their names, the key behind an empty row, lines that are none counted."""
    page = read_captures_page(json.dumps(rows).encode())

    assert (len(page.captures), page.resume_key, page.odd) == (count, key, odd)
    if count:
        assert page.captures[0] == listed()


@pytest.mark.parametrize("body", [b"<html>sorry", b"{}", b'[["a","b"],["c","d"]]', b'["x"]', b"[" * 100_000, b"\xff"])
def test_what_is_no_list_is_said_to_be_none(body: bytes) -> None:
    """The error says what was expected."""
    with pytest.raises(NotCapturesError, match="expected"):
        read_captures_page(body)
    assert read_captures_page(b" \n").captures == ()


@given(st.binary())
def test_no_bytes_crash_the_reader(body: bytes) -> None:
    """A list, or the one error."""
    with suppress(NotCapturesError):
        read_captures_page(body)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"original": f"https://www.{HOST}/news/one-two/?utm_source=x"}, None),
        ({"mime": "warc/revisit", "status": "-"}, None),
        ({"mime": "image/png"}, "not_html"),
        ({"status": "301"}, "status"),
        ({"timestamp": "20250731235959"}, "out_of_range"),
        ({"timestamp": "20250803000000"}, "out_of_range"),
        ({"timestamp": "20250802235959"}, None),
        ({"original": f"http://{HOST}/tag/japan/"}, "listing"),
        ({"original": f"http://{HOST}/about/"}, "not_article"),
        ({"original": "http://elsewhere.example/news/one-two/"}, "foreign_host"),
        ({"original": "mailto:x"}, "bad_url"),
    ],
)
def test_captures_that_are_asked_for_and_those_that_are_not(changes: dict[str, str], reason: str | None) -> None:
    """As a crawl judges addresses; of the range both days."""
    line_up = LineUp(SOURCE_OF, dt.date(2025, 8, 1), dt.date(2025, 8, 2))

    assert line_up.refusal(listed(**changes)) == reason


def test_of_each_page_one_capture_for_each_payload() -> None:
    """Also over http, https and www; without a digest each counts."""
    line_up = LineUp(SOURCE_OF, None, None)
    same, other = listed(original=f"https://{HOST}/news/one-two/", timestamp="20250901000000"), listed(digest="DEF")
    unknown = [listed(digest=None, timestamp=f"2025090{day}000000") for day in (1, 2)]

    assert [line_up.refusal(item) for item in (listed(), same, other, *unknown)] == [
        None, "same_payload", None, None, None,
    ]  # fmt: skip
