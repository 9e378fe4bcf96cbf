"""What a store once answered: the captures of a URL in time, and each read back as it came, by whoever asks again.

The index is sorted into one file without a name and searched there, so that memory does not grow with the store.
"""

from __future__ import annotations

import io
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, cast

from archive.cdxj import format_line, parse_line
from archive.dates import parse_date
from archive.errors import Malformed
from archive.layout import stem_of_key, warc_key
from archive.line_sort import LineSorter
from archive.player_index import read_index
from archive.reader import capture_of, is_about, parse_fields
from archive.records import NOT_MODIFIED_PROFILE
from archive.scan import Finding, read_starts
from archive.surt import surt
from archive.uri import target_uri

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.blobs import BlobStore
    from archive.capture import Capture
    from archive.cdxj import CdxEntry
    from archive.scan import RawRecord

# Request and metadata lie right behind their response, and are small.
_BEHIND = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A capture with the facts of its metadata record. `wire_bytes` is the size of the answer as its record holds it.

    Of a revisit, status, headers, payload and location are those of the record that holds the payload.

    `original_id` is the record that a revisit refers to, or that was found to hold its payload; None for a response,
    and for a revisit that names none. `is_complete` is False where the payload is in no record of the archive,
    `is_not_modified` True for an answer that was a 304.
    """

    capture: Capture
    wire_bytes: int
    original_id: str | None = None
    is_complete: bool = True
    is_not_modified: bool = False

    @property
    def is_revisit(self) -> bool:
        """True where the record says that the payload is that of another."""
        return self.capture.record_type == "revisit"


class Past:
    """The captures of a store as it was when this was opened. `problems` are what its indexes promise and it lacks."""

    def __init__(self, blobs: BlobStore, index: BinaryIO, problems: tuple[str, ...]) -> None:
        self.blobs = blobs
        self.problems = problems
        self._index = index
        self._size = index.seek(0, io.SEEK_END)

    def captures_of(self, url: str) -> list[CdxEntry]:
        """Every GET of exactly this URL, the oldest first; `location.warc` is the key in the store."""
        wanted = target_uri(url)
        entries = (_in_store(parse_line(line.decode("ascii"))) for line in self._lines(f"{surt(wanted)} ".encode()))
        found = [entry for entry in entries if entry.url == wanted and entry.method == "GET"]
        return sorted(found, key=lambda entry: (entry.captured_at, entry.location.offset))

    def __iter__(self) -> Iterator[CdxEntry]:
        """Every capture, in the order of the index."""
        position = 0
        while line := self._line_at(position):
            position += len(line)
            yield _in_store(parse_line(line.decode("ascii")))

    def _lines(self, start: bytes) -> Iterator[bytes]:
        low, high = 0, self._size
        while low < high:
            middle = (low + high) // 2
            begin, line = self._line_around(middle)
            if line[: len(start)] < start:
                low = begin + len(line)
            else:
                high = begin
        while (line := self._line_at(low)).startswith(start):
            low += len(line)
            yield line

    def _line_around(self, position: int) -> tuple[int, bytes]:
        """The line in which a byte lies, and where it begins."""
        begin = position
        while begin:
            step = max(0, begin - 512)
            self._index.seek(step)
            end = self._index.read(begin - step).rfind(b"\n")
            if end >= 0:
                begin = step + end + 1
                break
            begin = step
        return begin, self._line_at(begin)

    def _line_at(self, position: int) -> bytes:
        self._index.seek(position)
        return self._index.readline()

    def recall(self, entry: CdxEntry, *, limit: int) -> Recalled:
        """The capture of an entry, its payload looked up where it is a revisit; blocks above `limit` bytes have none.

        Raises `Malformed` where the record cannot be read, `BlobNotFound` and `StoreNotUsable`.
        """
        recalled = self._read(entry, limit=limit)
        if recalled.capture.record_type != "revisit":
            return recalled
        original = self._original_of(recalled.capture, entry)
        if original is None:
            return replace(recalled, is_complete=False)
        whole = self._read(original, limit=limit).capture
        capture = replace(
            recalled.capture, status=whole.status, reason=whole.reason, headers=whole.headers, payload=whole.payload,
            left_out=whole.left_out, location=whole.location,
        )  # fmt: skip
        return replace(recalled, capture=capture, original_id=recalled.original_id or whole.record_id)

    def _original_of(self, revisit: Capture, entry: CdxEntry) -> CdxEntry | None:
        """The record with the payload of a revisit, by the URL and date that it names, else by its digest."""
        named = revisit.fact("WARC-Refers-To-Target-URI") or entry.url
        date = revisit.fact("WARC-Refers-To-Date")
        entries = [item for item in self.captures_of(named) if item.mime != "warc/revisit" and item.truncated is None]
        for item in entries:
            if date is not None and item.captured_at == parse_date(date):
                return item
        return next((item for item in reversed(entries) if item.payload_digest == entry.payload_digest), None)

    def _read(self, entry: CdxEntry, *, limit: int) -> Recalled:
        place = entry.location
        data = self.blobs.get_range(place.warc, place.offset, place.length + _BEHIND)
        recalled: Recalled | None = None
        for record in read_starts(io.BytesIO(data), warc=place.warc, size=len(data), limit=limit):
            if isinstance(record, Finding):  # the range ends within a record; what matters lies before that
                if recalled is None:
                    raise Malformed(place.warc, place.offset, record.problem)
                break
            if recalled is None:
                recalled = _recalled(record, entry)
            elif record.kind == "metadata" and is_about(record, recalled.capture.record_id):
                facts = (*recalled.capture.facts, *parse_fields(record.block))
                return replace(recalled, capture=replace(recalled.capture, facts=facts))
            elif record.kind != "request":
                break
        if recalled is None:
            raise Malformed(place.warc, place.offset, "no WARC record in these bytes")
        return recalled


def _recalled(record: RawRecord, entry: CdxEntry) -> Recalled:
    place = entry.location
    capture = capture_of(record)
    if capture is None:
        raise Malformed(place.warc, place.offset, f"a {record.kind} record, expected a response")
    if capture.url != entry.url:
        raise Malformed(place.warc, place.offset, f"the record of {capture.url}, expected that of {entry.url}")
    named = tuple((name, value) for name, value in record.fields if name.startswith("WARC-Refers-To-"))
    return Recalled(
        capture=replace(capture, location=place, facts=named),
        wire_bytes=record.block_length,
        original_id=record.field("WARC-Refers-To") if record.kind == "revisit" else None,
        is_not_modified=record.field("WARC-Profile") == NOT_MODIFIED_PROFILE,
    )


def _in_store(entry: CdxEntry) -> CdxEntry:
    stem = stem_of_key(entry.location.warc)
    return replace(entry, location=replace(entry.location, warc=warc_key(stem))) if stem else entry


@contextmanager
def open_past(blobs: BlobStore) -> Iterator[Past]:
    """The past of a store, to be asked within the block. Raises `StoreNotUsable`; `OSError` when the disk is full."""
    problems: list[str] = []
    with LineSorter() as sorter, tempfile.TemporaryFile() as file:
        for warc in blobs.list("warc/"):
            index = read_index(blobs, warc)
            problems += index.problems
            for entry in index.entries:
                sorter.add(format_line(entry).encode("ascii"))
        file.writelines(line + b"\n" for line in sorter)
        file.flush()
        yield Past(blobs, cast("BinaryIO", file), tuple(problems))
