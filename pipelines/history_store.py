"""The looks that a store had at one page: its articles of all captures, and what the indexes know of its URLs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urljoin

from archive.blobs import open_blobs
from archive.dates import format_date
from archive.errors import BlobNotFound, Malformed
from archive.layout import CURRENT_GENERATION_KEY
from archive.lookup import captures_of, redirects_of_host
from archive.reader import read_capture
from archive.surt import surt
from archive.tombstones import read_takedowns
from pipelines.canonical import article_id, normalise
from pipelines.history import Sight, Step, sight_of, steps_of
from pipelines.link_stage import read_lines
from pipelines.results import current_generation

if TYPE_CHECKING:
    from archive.blobs import BlobStore
    from archive.cdxj import CdxEntry
    from archive.tombstones import Takedowns

_REVISIT = "warc/revisit"
_MOST_ADDRESSES = 5


class Lookup(Protocol):
    """How captures and articles of a store are found: by reading all of it, or by somebody's index."""

    def captures(self, url: str) -> list[CdxEntry]:
        """As `archive.lookup.captures_of`."""

    def articles(self, ids: set[str], urls: set[str]) -> list[dict[str, Any]]:
        """The stored articles of all captures that have one of these ids, or were fetched by one of these URLs."""


def read_history(location: str, url: str) -> list[Step]:
    """The steps of the article at a URL, and at those that redirects led to it or from it; none: no article is held.

    Raises `StoreNotUsable` when there is no store.
    """
    blobs = open_blobs(location)
    blobs.check_usable(write=False)
    return history_of(blobs, _Scan(blobs), url)


def history_of(blobs: BlobStore, lookup: Lookup, url: str) -> list[Step]:
    """As `read_history`, with another way to find things; the store is read for the targets of redirects alone."""
    entries = _entries_from(blobs, lookup, [url, *_moved_to(blobs, url)])
    articles = _articles(blobs, lookup, {article_id(normalise(item)) for item in entries}, set(entries))
    for address in {article["url"] for article in articles} - set(entries):
        entries[address] = lookup.captures(address)
    steps = steps_of(_sights(articles, [entry for found in entries.values() for entry in found]))
    return steps if any(step.version for step in steps) else []


def _moved_to(blobs: BlobStore, url: str) -> list[str]:
    """The addresses of its host that were redirected to a URL; none where so many were that it is a front page."""
    here = surt(url)
    seen = {(entry.url, entry.payload_digest): entry for entry in redirects_of_host(blobs, url)}
    found = {entry.url for entry in seen.values() if surt(entry.url) != here and _leads_to(blobs, entry, here)}
    return sorted(found) if len(found) <= _MOST_ADDRESSES else []


def _leads_to(blobs: BlobStore, entry: CdxEntry, key: str) -> bool:
    target = _target(blobs, entry)
    return target is not None and surt(target) == key


def _entries_from(blobs: BlobStore, lookup: Lookup, urls: list[str]) -> dict[str, list[CdxEntry]]:
    """The captures of the URLs, and of those that they were redirected to; each URL once."""
    found: dict[str, list[CdxEntry]] = {}
    waiting = list(urls)
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        found[address] = lookup.captures(address)
        waiting += [target for entry in found[address] if (target := _target(blobs, entry)) is not None]
    return found


def _target(blobs: BlobStore, entry: CdxEntry) -> str | None:
    if not 300 <= entry.status < 400 or entry.mime == _REVISIT:
        return None
    place = entry.location
    try:
        location = read_capture(blobs.get_range(place.warc, place.offset, place.length), place).header("location")
        target = urljoin(entry.url, location or "")
    except (Malformed, BlobNotFound, ValueError):
        return None  # `verify` tells of it; the history goes on with what can be read
    return target if location and target.startswith(("http://", "https://")) else None


def _articles(blobs: BlobStore, lookup: Lookup, ids: set[str], urls: set[str]) -> list[dict[str, Any]]:
    """The stored articles of these ids, and of the ids that were fetched by these URLs."""
    takedowns = read_takedowns(blobs)
    found: list[dict[str, Any]] = []
    known: set[str] = set()
    wanted = set(ids)
    while wanted - known:
        known |= wanted
        found = [item for item in lookup.articles(known, urls) if not _is_hidden(item, takedowns)]
        wanted = {article["id"] for article in found}
    return found


def _is_hidden(article: dict[str, Any], takedowns: Takedowns) -> bool:
    return takedowns.hides(article["id"], article["url"], article["provenance"]["record_id"])


class _Scan:
    """The `Lookup` that reads all indexes and articles of a store each time."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._generation = _generation(blobs)

    def captures(self, url: str) -> list[CdxEntry]:
        return captures_of(self._blobs, url)

    def articles(self, ids: set[str], urls: set[str]) -> list[dict[str, Any]]:
        lines = read_lines(self._blobs, self._generation)
        return [article for line in lines if (article := _wanted(line, ids, urls))]


def _generation(blobs: BlobStore) -> str:
    try:
        return current_generation(blobs.get(CURRENT_GENERATION_KEY))
    except BlobNotFound:
        return current_generation(None)


def _wanted(line: str, ids: set[str], urls: set[str]) -> dict[str, Any] | None:
    if not any(item in line for item in (*ids, *urls)):  # most lines are not worth parsing
        return None
    try:
        article: dict[str, Any] = json.loads(line)
        return article if article["id"] in ids or article["url"] in urls else None
    except (ValueError, KeyError, TypeError):
        return None  # `verify` names a damaged line


def _sights(articles: list[dict[str, Any]], entries: list[CdxEntry]) -> list[Sight]:
    sights = {sight.record_id: sight for sight in map(sight_of, articles)}
    digests = {article["provenance"]["payload_digest"]: article["provenance"]["record_id"] for article in articles}
    for entry in entries:
        record_id = entry.record_id or f"{entry.location.warc}#{entry.location.offset}"
        if record_id in sights:
            continue
        seen = Sight(
            captured_at=format_date(entry.captured_at),
            record_id=record_id,
            url=entry.url,
            status=entry.status,
            warc=entry.location.warc,
            offset=entry.location.offset,
        )
        same = sights.get(digests.get(entry.payload_digest, "")) if entry.mime == _REVISIT else None
        if same is not None:  # found unchanged: the article is that of the record that it stands for
            seen = replace(seen, status=same.status, title=same.title, text=same.text)
        sights[record_id] = seen
    return list(sights.values())
