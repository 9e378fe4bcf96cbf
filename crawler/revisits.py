"""Articles looked at again by their age: an hour, a day, a week and a month after they were first seen.

What is announced is fetched by every crawl; this is about articles that no feed announces any more, which may have been
corrected or taken down since. All is read off the store: its indexes say when a page was looked at, its articles which
pages are any. After twice a month a page is left as it is.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from archive.errors import BlobNotFound
from archive.layout import OWN_PREFIX, articles_key, stem_of_key
from crawler.scope import classify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from archive.blobs import BlobStore
    from archive.known import KnownCaptures
    from archive.looks import Due
    from crawler.ledger import SourceLedger
    from crawler.sources import Source

AGES = (dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=7), dt.timedelta(days=30))
MAX_REVISITS = 100
"""How many pages of a source one run asks for again, unless it is told otherwise: the latest first."""


def due_articles(
    known: KnownCaptures, blobs: BlobStore, generation: str, *, hosts: Iterable[str], now: dt.datetime
) -> Iterator[Due]:
    """The articles of these hosts that are due, the latest first. Raises `StoreNotUsable`."""
    due = sorted(
        (page for host in hosts for page in known.due(host, AGES, now)), key=lambda page: page.first_seen, reverse=True
    )
    articles: dict[str, frozenset[str]] = {}
    for page in due:
        if page.warc not in articles:
            articles[page.warc] = _articles_of(blobs, generation, page.warc)
        if page.url in articles[page.warc]:
            yield page


def take_due(
    due: Iterable[Due],
    source: Source,
    ledger: SourceLedger,
    *,
    count: int,
    is_wanted: Callable[[dt.date], bool] = lambda _: True,
) -> list[str]:
    """The first `count` pages that the source would still fetch, entered in its ledger; none that it has already.

    `is_wanted` is asked with the day on which a page was first seen.
    """
    pages: list[str] = []
    for page in due:
        if len(pages) == count:
            break
        verdict = classify(source, page.url)
        is_ours = verdict.kind == "article" and verdict.refused is None
        if is_ours and is_wanted(page.first_seen.date()) and ledger.announce(page.url):
            pages.append(page.url)
    ledger.revisited += len(pages)
    return pages


def _articles_of(blobs: BlobStore, generation: str, warc: str) -> frozenset[str]:
    """The URLs of the articles that were made of a WARC of our own."""
    stem = stem_of_key(warc)
    if stem is None or stem.prefix != OWN_PREFIX:
        return frozenset()
    try:
        lines = blobs.get(articles_key(stem, generation)).split(b"\n")
    except BlobNotFound:
        return frozenset()
    return frozenset(url for line in lines if (url := _url_of(line)) is not None)


def _url_of(line: bytes) -> str | None:
    try:
        return str(json.loads(line)["url"])
    except (ValueError, KeyError, TypeError):
        return None  # the last, empty one; a damaged one, which `verify` names
