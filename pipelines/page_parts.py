"""Where the parts of pages lie in a store: the pictures, styles and scripts that a page asks for when it is replayed.

A part is archived once and shared by all pages that name it, so no record of it names them all. What a page needs is
therefore read from its own markup, and looked up in the indexes, as a player will do. Nothing of it grows in memory:
addresses that are wanted and indexes are sorted on disk and gone through side by side.
"""

from __future__ import annotations

import json
import tempfile
from bisect import bisect_left
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from typing import IO, TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import urljoin

from archive.capture import RENDERED, Location
from archive.cdxj import parse_line
from archive.coding import UndecodableError, decode_content
from archive.dates import format_date, parse_date
from archive.errors import BlobNotFound, Malformed
from archive.layout import stem_of_key, warc_key
from archive.line_sort import LineSorter
from archive.reader import read_capture
from archive.surt import surt
from archive.tombstones import read_takedowns
from pipelines.gate import codings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.blobs import BlobStore
    from archive.cdxj import CdxEntry

# A page, styles three deep as a crawl follows them, and a redirect on the way.
_ROUNDS = 5
_MAX_BYTES = 32 * 1024 * 1024
_REVISIT = "warc/revisit"
_LOOKS = ("image/", "font/", "text/css", "application/font", "application/x-font", "application/vnd.ms-fontobject")
_FIELD = b"\x01"


class Named(Protocol):
    """Reads what a page or a style sheet asks for."""

    def __call__(self, body: bytes, *, url: str, content_type: str | None) -> list[str]:
        """Absolute URLs; none of what is neither. Never raises."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A capture, as a line of the sorted index has it; `when` is RFC 3339."""

    when: str
    place: Location
    status: int
    mime: str
    digest: str


def places_of(lines: LineSorter) -> Iterator[Location]:
    """The places that were given to a sorter with `packed`: WARC by WARC, by offset, each once."""
    return (unpacked(line) for line, _ in groupby(lines))


def packed(place: Location) -> bytes:
    """A place as a line of a sorter."""
    return f"{place.warc}\x01{place.offset:016d}\x01{place.length}".encode()


def unpacked(line: bytes) -> Location:
    """The place in such a line."""
    warc, offset, length = line.decode().split("\x01")
    return Location(warc=warc, offset=int(offset), length=int(length))


def add_parts(blobs: BlobStore, pages: Iterable[Location], named: Named, places: LineSorter) -> None:
    """Give the places of all parts of the pages to `places`: of each the capture nearest in time to what asks for it.

    What the store does not hold is left out. Raises `StoreNotUsable`, `OSError`.
    """
    with ExitStack() as stack:
        index = cast("IO[bytes]", stack.enter_context(tempfile.TemporaryFile()))
        if not _write_index(blobs, index):
            return
        asking: Iterable[Location] = pages
        for _ in range(_ROUNDS):
            to_read = stack.enter_context(LineSorter())
            with LineSorter() as wanted:
                for place in asking:
                    for url, when in _asked_for(blobs, place, named):
                        wanted.add(_line(surt(url), when))
                for found in _chosen(wanted, index):
                    places.add(packed(found.place))
                    if found.mime == "text/css" or 300 <= found.status < 400:
                        to_read.add(packed(found.place))
            asking = places_of(to_read)


def _write_index(blobs: BlobStore, index: IO[bytes]) -> bool:
    """Write the captures of a store that a player may have, sorted; True when parts of pages are among them."""
    takedowns, has_parts = read_takedowns(blobs), False
    with LineSorter() as sorter:
        for key, entry in _entries(blobs):
            if not 200 <= entry.status < 400 or entry.url.startswith(RENDERED) or takedowns.hides_capture(entry):
                continue
            mime, place = entry.mime or "", entry.location
            has_parts = has_parts or mime.startswith(_LOOKS) or "javascript" in mime
            facts = (key, place.offset, place.length, entry.status, mime, entry.payload_digest)
            sorter.add(_line(entry.key, format_date(entry.captured_at), *facts))
        index.writelines(line + b"\n" for line in sorter)
    return has_parts


def _entries(blobs: BlobStore) -> Iterator[tuple[str, CdxEntry]]:
    for info in blobs.list("cdxj/"):
        stem = stem_of_key(info.key)
        if stem is None:
            continue
        with blobs.open(info.key) as lines:
            for line in lines:
                try:
                    yield warc_key(stem), parse_line(line.decode().removesuffix("\n"))
                except (Malformed, UnicodeDecodeError):
                    continue  # the export names it, where it concerns a page


def _line(key: str, *facts: object) -> bytes:
    """Escaped, no key is the beginning of another one, and none holds the separator."""
    return json.dumps(key).encode() + _FIELD + json.dumps(facts).encode()


def _key(line: bytes) -> bytes:
    return line[: line.index(_FIELD)]


def _facts(line: bytes) -> list[Any]:
    facts: list[Any] = json.loads(line[line.index(_FIELD) + 1 :])
    return facts


def _chosen(wanted: LineSorter, index: IO[bytes]) -> Iterator[_Found]:
    index.seek(0)
    groups = groupby(index, key=_key)
    current = next(groups, None)
    for key, lines in groupby(wanted, key=_key):
        while current is not None and current[0] < key:
            current = next(groups, None)
        if current is None:
            return
        if current[0] == key:
            captures = [_found(line) for line in current[1]]
            current = next(groups, None)
            yield from dict.fromkeys(_nearest(captures, _facts(line)[0]) for line in lines)


def _found(line: bytes) -> _Found:
    when, warc, offset, length, status, mime, digest = _facts(line)
    return _Found(when, Location(warc=warc, offset=offset, length=length), status, mime, digest)


def _nearest(captures: list[_Found], when: str) -> _Found:
    """The capture nearest in time; for a revisit the one that holds its payload. They come by time."""
    place = bisect_left(captures, when, key=lambda found: found.when)
    nearest = min(captures[max(0, place - 1) : place + 1], key=lambda found: _apart(found, when))
    if nearest.mime != _REVISIT:
        return nearest
    whole = [found for found in captures if found.mime != _REVISIT]
    same = [found for found in whole if found.digest == nearest.digest]
    return min(same or whole or [nearest], key=lambda found: _apart(found, when))


def _apart(found: _Found, when: str) -> float:
    return abs((parse_date(found.when) - parse_date(when)).total_seconds())


def _asked_for(blobs: BlobStore, place: Location, named: Named) -> Iterator[tuple[str, str]]:
    """What a capture asks for, and when; of one that cannot be read nothing: the export names it."""
    try:
        capture = read_capture(blobs.get_range(place.warc, place.offset, place.length), place)
        url, when = capture.url.removeprefix(RENDERED), format_date(capture.captured_at)
        if url != capture.url:  # as a browser made it: a player is given what the server sent
            yield url, when
        target = capture.header("location") if 300 <= capture.status < 400 else None
        if target is not None:
            yield urljoin(url, target), when
            return
        body = decode_content(capture.payload, codings_of(capture), limit=_MAX_BYTES)
        for part in named(body, url=url, content_type=capture.header("content-type")):
            yield part, when
    except (Malformed, BlobNotFound, UndecodableError, ValueError):
        return
