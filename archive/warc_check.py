"""A WARC by its records alone: what is wrong with them, and what is known of its captures. Streams."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, Protocol

from archive.dates import parse_date
from archive.faults import CheckedWarc, Fault, Kind, SeenCapture
from archive.index_entries import entry_of, with_request_record
from archive.reader import is_about, is_http, parse_fields, target_of
from archive.record_check import CheckedRecord, check_record
from archive.resync import Damage, walk_stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.blobs import BlobStore
    from archive.capture import Location
    from archive.scan import RecordHeader


class Onlooker(Protocol):
    """Who is shown the header of each record, with the key of its WARC and the byte where it begins."""

    def take(self, warc: str, offset: int, header: RecordHeader, /) -> None:
        """Look at a record."""


_CAPTURES = frozenset({"response", "revisit", "resource"})


def read_warc(blobs: BlobStore, key: str, size: int) -> CheckedWarc:
    """What is known of a WARC by its records alone, damage and wrong digests left unsaid. Raises `BlobNotFound`."""
    warc = CheckedWarc(key=key)
    for _ in check_records(blobs, warc, size):
        pass
    return warc


def check_records(
    blobs: BlobStore, warc: CheckedWarc, size: int, *, source: BinaryIO | None = None, cross: Onlooker | None = None
) -> Iterator[Fault]:
    """What is wrong with the records of a WARC, which fills up meanwhile; `source` is the open file, if it is."""
    last: int | None = None
    for item in walk_stored(blobs, warc.key, size, take=check_record, source=source):
        if isinstance(item, Damage):
            yield _damage(warc, item)
            continue
        header, checked, location = item
        warc.records += 1
        if cross is not None:
            cross.take(warc.key, location.offset, header)
        for problem in checked.problems:
            yield Fault(kind=Kind.DIGEST, key=warc.key, offset=location.offset, problem=f"{header.kind}: {problem}")
        last = _note(warc, last, header, checked, location)


def _damage(warc: CheckedWarc, damage: Damage) -> Fault:
    finding = damage.finding
    if warc.broken_at is None:
        warc.broken_at = finding.offset
    warc.unreadable.append((finding.offset, damage.goes_on_at))
    return Fault(kind=Kind.DAMAGED, key=warc.key, offset=finding.offset, problem=finding.problem)


def _note(
    warc: CheckedWarc, last: int | None, header: RecordHeader, checked: CheckedRecord, location: Location
) -> int | None:
    """Remember a capture, or what the records behind it say of it; back comes the offset of the last capture."""
    if last is not None and header.kind in ("metadata", "request") and is_about(header, warc.captures[last].record_id):
        seen = warc.captures[last]
        if header.kind == "metadata":
            warc.captures[last] = replace(seen, facts=parse_fields(checked.metadata), is_described=True)
        else:
            warc.captures[last] = replace(seen, entry=with_request_record(seen.entry, checked))
        return last
    url = target_of(header)
    if url is None or not _is_capture(header, url):
        return last
    warc.captures[location.offset] = SeenCapture(
        kind=header.kind,
        url=url,
        captured_at=parse_date(header.field("WARC-Date")),
        record_id=header.field("WARC-Record-ID"),
        payload_digest=header.field("WARC-Payload-Digest"),
        length=location.length,
        status=checked.head.status if checked.head else 0,
        # The first of several segments holds the beginning alone (WARC 1.1, 7).
        is_cut=header.field("WARC-Truncated") is not None or header.field("WARC-Segment-Number") is not None,
        entry=entry_of(header, checked, location),
    )
    return location.offset


def _is_capture(header: RecordHeader, url: str) -> bool:
    """As the reader has it: what gets a line in an index."""
    if header.kind == "resource":
        is_page = "html" in (header.field("Content-Type") or "")
        return is_page and url.startswith(("http://", "https://"))
    return header.kind in _CAPTURES and is_http(header)
