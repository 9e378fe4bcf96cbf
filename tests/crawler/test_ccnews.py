"""crawler.ccnews: months, the lists of their files, and whose records are wanted."""

from __future__ import annotations

import datetime as dt
import gzip

import pytest

from crawler.ccnews import NoListError, in_range, list_url, months, read_list, wants_hosts
from tests.crawler.test_captures_list import SOURCE_OF
from tests.pastserver import HOST


def test_the_months_of_a_range_newest_first() -> None:
    """Both ends belong to it."""
    found = months(dt.date(2024, 11, 30), dt.date(2025, 2, 1))

    assert [f"{month:%Y-%m}" for month in found] == ["2025-02", "2025-01", "2024-12", "2024-11"]
    assert list_url("https://x.org", found[1]) == "https://x.org/crawl-data/CC-NEWS/2025/01/warc.paths.gz"


def test_the_files_of_a_range_newest_first() -> None:
    """By the day in their names; lines that name none are counted."""
    stem = "crawl-data/CC-NEWS/2025/08/CC-NEWS-202508"
    days = [f"{stem}{day}120000-0001.warc.gz" for day in ("01", "02", "03", "99")]
    files, odd = read_list(gzip.compress("\n".join([*days, days[0], "", "crawl-data/x", "../../etc/passwd"]).encode()))

    assert odd == 3
    assert [file.path for file in in_range(files, dt.date(2025, 8, 2), dt.date(2025, 8, 3))] == [days[2], days[1]]


@pytest.mark.parametrize(
    "body", [b"", b"<html>", gzip.compress(b"x" * 100, mtime=0)[:-12]], ids=["empty", "html", "cut"]
)
def test_what_is_no_list_is_said_to_be_none(body: bytes) -> None:
    """Not compressed, cut, empty."""
    with pytest.raises(NoListError, match="gzip"):
        read_list(body)


@pytest.mark.parametrize(
    ("url", "is_wanted"),
    [
        (f"https://{HOST}/news/x/", True),
        (f"<http://www.{HOST.upper()}:80/>", True),
        (f"https://{HOST}:443/", True),
        (f"https://{HOST}:8443/", False),
        (f"https://{HOST}.evil.example/", False),
        (f"https://evil.example/{HOST}/", False),
        ("https://[x/", False),
        ("", False),
    ],
)
def test_records_of_the_hosts_are_wanted(url: str, *, is_wanted: bool) -> None:
    """By the host alone, with its port where that is not the usual one."""
    assert wants_hosts([SOURCE_OF])({"warc-target-uri": url}) is is_wanted
