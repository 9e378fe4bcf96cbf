"""pipelines.mementos: the page, its time and its headers in what a web archive gave back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from archive.capture import Capture, Location
from pipelines.article import Article, Dropped, Reason
from pipelines.flow import derive
from pipelines.mementos import OTHER_MOMENT, address_in, as_original, memento_at
from tests.pastserver import page

ADDRESS = "https://web.archive.org/web/20250801100000id_/http://silkroad.example:80/news/railway-loan/"
CAPTURE = Capture(
    url=ADDRESS,
    captured_at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC),
    record_type="response",
    record_id="<urn:uuid:1>",
    status=200,
    reason="OK",
    headers=(
        ("Content-Type", "text/html; charset=utf-8"),
        ("Memento-Datetime", "Fri, 01 Aug 2025 10:00:00 GMT"),
        ("X-Robots-Tag", "noai"),
        ("x-archive-orig-last-modified", "Thu, 31 Jul 2025 08:00:00 GMT"),
        ("x-archive-orig-content-encoding", "gzip"),
    ),
    payload=page("railway loan"),
    payload_digest=None,
    truncated=None,
    location=Location(warc="w", offset=0, length=1),
)


@pytest.mark.parametrize(
    ("address", "original"),
    [
        (ADDRESS, "http://silkroad.example/news/railway-loan/"),
        ("https://a.org/web/20250801100000id_/https://b.example:443/x?y=1", "https://b.example/x?y=1"),
        ("https://a.org/web/20250801100000id_/http://b.example:8080/x", "http://b.example:8080/x"),
        ("http://a.org/x/web/20250801100000id_/http://b.example/web/1id_/", "http://b.example/web/1id_/"),
        ("https://a.org/web/20250801100000/https://b.example/x", None),
        ("https://a.org/web/20251301100000id_/https://b.example/x", None),
        ("https://a.org/web/2025080110id_/https://b.example/x", None),
        ("https://a.org/web/20250801100000id_/ftp://b.example/x", None),
        ("https://a.org/?url=/web/20250801100000id_/https://b.example/x", None),
    ],
)
def test_an_address_of_raw_bytes_names_page_and_time(address: str, original: str | None) -> None:
    """Only whole timestamps and pages; a default port is nobody's spelling."""
    memento = memento_at(address)

    assert (memento.original if memento else None) == original
    if memento is not None:
        assert memento.captured_at == dt.datetime(2025, 8, 1, 10, tzinfo=dt.UTC)
        assert address_in(memento.origin) == address


def test_the_headers_are_those_of_the_page_and_the_codings_those_of_the_answer() -> None:
    """What the archive says for itself is not said of the page, and its copy is not coded as the original was."""
    original = as_original(CAPTURE)

    assert original.headers == (
        ("last-modified", "Thu, 31 Jul 2025 08:00:00 GMT"),
        ("Content-Type", "text/html; charset=utf-8"),
    )
    assert (original.url, original.captured_at.year) == ("http://silkroad.example/news/railway-loan/", 2025)
    assert (original.location, original.record_id) == (CAPTURE.location, CAPTURE.record_id)


def test_the_content_type_that_the_archive_kept_counts() -> None:
    """The charset decides how the bytes are read."""
    kept = replace(CAPTURE, headers=(*CAPTURE.headers, ("X-Archive-Orig-Content-Type", "text/html; charset=cp1251")))

    assert as_original(kept).header("content-type") == "text/html; charset=cp1251"


def test_an_article_is_of_its_own_time() -> None:
    """`fetched` and `captured_at` are when the archive captured it; a rights wish of the archive is not the page's."""
    article = derive(as_original(CAPTURE))

    assert isinstance(article, Article)
    assert (article.url, article.fetched) == ("http://silkroad.example/news/railway-loan/", "2025-08-01T10:00:00.000Z")
    assert article.provenance.captured_at == article.fetched
    assert not article.rights.noai


def test_an_answer_of_another_moment_is_no_article() -> None:
    """Nobody knows what it is, and it says so."""
    headers = tuple(
        (name, "Sat, 02 Aug 2025 10:00:00 GMT" if name == "Memento-Datetime" else value)
        for name, value in CAPTURE.headers
    )
    original = as_original(replace(CAPTURE, headers=headers))
    outcome = derive(original)

    assert original.fact(OTHER_MOMENT)
    assert isinstance(outcome, Dropped)
    assert outcome.reason is Reason.OTHER_MOMENT
    assert "2025-08-02" in outcome.detail


def test_other_captures_and_origins_are_left_as_they_are() -> None:
    """A page of ours may have any header."""
    own = replace(CAPTURE, url="https://silkroad.example/news/railway-loan/")

    assert as_original(own) is own
    assert [address_in(text) for text in (None, "own crawl", "Wayback Machine, somewhere", f"X, {ADDRESS}")] == [
        None
    ] * 4
