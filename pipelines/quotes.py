"""Records that hold sentences of an article without being one of its captures: feeds, lists, other people's copies."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive.capture import Location
from archive.coding import UndecodableError, decode_content
from archive.errors import Malformed
from archive.reader import read_capture
from archive.warc_check import read_warc
from pipelines.changes import sentences_of
from pipelines.charset import decode_page
from pipelines.gate import codings_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archive.blobs import BlobStore
    from archive.capture import Capture
    from archive.tombstones import Tombstone

# A shorter sentence stands in many articles.
_SHORTEST, _SHORTEST_WIDE = 25, 10
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_TEXTUAL = re.compile(r"html|xml|json|text|rss|atom")
_PAGE_ROLES = frozenset({"article", "foreign", None})
_COPIED = 0.5
_MAX_BYTES = 32 * 1024 * 1024


def needles_of(texts: Iterable[str]) -> frozenset[str]:
    """The sentences by which a text is known again, white space in one spelling."""
    plain = (" ".join(sentence.split()) for text in texts for sentence in sentences_of(text))
    return frozenset(sentence for sentence in plain if len(sentence) >= _shortest(sentence))


def _shortest(sentence: str) -> int:
    return _SHORTEST_WIDE if _WIDE.search(sentence) else _SHORTEST


@dataclass(slots=True)
class Quoting:
    """Who else has sentences of a text.

    `records` are the ids of feeds, lists and other documents that are no page; `copies` the addresses of pages with
    half of the sentences or more, `quotes` those of pages with fewer, such as a teaser.
    """

    records: set[str] = field(default_factory=set)
    copies: set[str] = field(default_factory=set)
    quotes: set[str] = field(default_factory=set)


def quoting_records(blobs: BlobStore, needles: frozenset[str], known: set[str], stone: Tombstone) -> Quoting:
    """Who has the needles, apart from the `known` records. Reads every record of the store. Raises `StoreNotUsable`."""
    found = Quoting()
    for info in blobs.list("warc/") if needles else ():
        warc = read_warc(blobs, info.key, info.size)
        for offset, seen in warc.captures.items():
            if seen.record_id in known or seen.kind == "revisit" or not _TEXTUAL.search(seen.entry.mime or "html"):
                continue
            share = _share(blobs, Location(warc=info.key, offset=offset, length=seen.length), needles)
            if not share:
                continue
            if seen.fact("kakehashi-role") in _PAGE_ROLES and seen.url not in stone.urls:
                (found.copies if share >= _COPIED else found.quotes).add(seen.url)
            elif seen.record_id:
                found.records.add(seen.record_id)
    found.quotes -= found.copies
    return found


def _share(blobs: BlobStore, place: Location, needles: frozenset[str]) -> float:
    """The share of the needles that a record has."""
    try:
        text = _text(read_capture(blobs.get_range(place.warc, place.offset, place.length), place))
    except (Malformed, UndecodableError, ValueError):
        return 0.0
    return sum(needle in text for needle in needles) / len(needles)


def _text(capture: Capture) -> str:
    body = decode_content(capture.payload, codings_of(capture), limit=_MAX_BYTES)
    text = decode_page(body, capture.header("content-type"))[0]
    for _ in range(2):  # a feed escapes the markup that it carries
        text = html.unescape(text)
    return " ".join(_TAG.sub(" ", text.replace("\\/", "/")).split())
