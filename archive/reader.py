"""Captures read back out of WARCs, one's own or anybody's.

Reading returns what could be read and what was wrong: a torn tail or a broken record is a `Finding` beside the
captures before it, never an exception.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from archive.capture import MAX_PAGE_BYTES, RENDERED, Capture
from archive.dates import parse_date
from archive.errors import Malformed
from archive.http_message import MAX_HEAD_BYTES, final_response_offset, parse_head, payload_of
from archive.scan import Finding, RawRecord, RecordHeader, read_records, read_starts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.capture import Location

__all__ = [
    "Finding",
    "RawRecord",
    "capture_of",
    "is_about",
    "is_http",
    "parse_fields",
    "read_capture",
    "read_capture_in",
    "read_captures",
    "read_records",
    "target_of",
]


def read_captures(source: BinaryIO, *, warc: str, size: int) -> Iterator[Capture | Finding]:
    """Responses, revisits and HTML resources in file order, each with the facts of its metadata record.

    The metadata is looked for right behind the capture, where this archive's own writer puts it, before the next
    capture begins; elsewhere `facts` is empty. The payload of a block above `MAX_PAGE_BYTES` is left out.
    """
    waiting: Capture | None = None
    for record in read_starts(source, warc=warc, size=size, limit=MAX_PAGE_BYTES):
        if isinstance(record, Finding):
            yield from _flush(waiting)
            waiting = None
            yield record
        elif record.kind == "metadata":
            if waiting is not None and is_about(record, waiting.record_id):
                waiting = replace(waiting, facts=parse_fields(record.block))
        elif (capture := capture_of(record)) is not None:
            yield from _flush(waiting)
            waiting = capture
    yield from _flush(waiting)


def is_about(header: RecordHeader, record_id: str | None) -> bool:
    """True when a request or metadata record points to the record of this id."""
    pointers = (header.field("WARC-Refers-To"), header.field("WARC-Concurrent-To"))
    return record_id is not None and record_id in pointers


def _flush(capture: Capture | None) -> Iterator[Capture]:
    if capture is not None:
        yield capture


def read_capture(member: bytes, location: Location) -> Capture:
    """The capture whose stored bytes are `member`. Raises `Malformed` when they hold no response or are damaged."""
    return read_capture_in(io.BytesIO(member), location, size=len(member))


def read_capture_in(source: BinaryIO, location: Location, *, size: int | None = None) -> Capture:
    """The capture that begins where the file stands; its payload is left out when its block is above `MAX_PAGE_BYTES`.

    However large the record, memory stays flat. `size` is that of what is in the file from there, the location's own
    length if None. Raises `Malformed` when there is no response or it is damaged.
    """
    size = location.length if size is None else size
    for record in read_starts(source, warc=location.warc, size=size, limit=MAX_PAGE_BYTES):
        if isinstance(record, Finding):
            raise Malformed(location.warc, location.offset, record.problem)
        capture = capture_of(record)
        if capture is None:
            raise Malformed(location.warc, location.offset, f"a {record.kind} record, expected a response")
        return replace(capture, location=location)
    raise Malformed(location.warc, location.offset, "no WARC record in these bytes")


def capture_of(record: RawRecord) -> Capture | None:
    """The capture in a response, revisit or resource record; None for every other record."""
    url = target_of(record)
    if url is None or record.kind not in ("response", "revisit", "resource"):
        return None
    if record.kind == "resource":
        return _resource(record, url)
    if not is_http(record):
        return None
    start = final_response_offset(record.block)
    head = parse_head(record.block[start : start + MAX_HEAD_BYTES])
    has_payload = record.kind == "response" and _left_out(record) is None
    return Capture(
        url=url,
        captured_at=parse_date(record.field("WARC-Date")),
        record_type=record.kind,
        record_id=record.field("WARC-Record-ID"),
        status=head.status,
        reason=head.reason,
        headers=head.headers,
        payload=payload_of(head, record.block[start + head.length :]) if has_payload else b"",
        payload_digest=record.field("WARC-Payload-Digest"),
        truncated=record.field("WARC-Truncated"),
        location=record.location,
        left_out=_left_out(record),
    )


def target_of(header: RecordHeader) -> str | None:
    """The record's target URI without the brackets that wget puts around it; None when it has none.

    Of a page that a browser made it is the URL of the page.
    """
    url = header.field("WARC-Target-URI")
    return None if url is None else url.strip("<>").removeprefix(RENDERED)


def is_http(header: RecordHeader) -> bool:
    """True when the block is an HTTP message: `dns:` and other schemes are responses too."""
    return "http" in (header.field("Content-Type") or "").lower()


def _resource(record: RawRecord, url: str) -> Capture | None:
    mime = record.field("Content-Type") or ""
    if not url.startswith(("http://", "https://")) or "html" not in mime:
        return None
    return Capture(
        url=url,
        captured_at=parse_date(record.field("WARC-Date")),
        record_type="resource",
        record_id=record.field("WARC-Record-ID"),
        status=200,
        reason="",
        headers=(("Content-Type", mime),),
        payload=record.block if _left_out(record) is None else b"",
        payload_digest=record.field("WARC-Payload-Digest") or record.field("WARC-Block-Digest"),
        truncated=record.field("WARC-Truncated"),
        location=record.location,
        left_out=_left_out(record),
    )


def _left_out(record: RawRecord) -> int | None:
    return record.block_length if len(record.block) < record.block_length else None


def parse_fields(block: bytes) -> tuple[tuple[str, str], ...]:
    """The fields of an application/warc-fields block, in order; lines without a colon are passed over."""
    pairs = (line.split(":", 1) for line in block.decode("utf-8", "replace").split("\n") if ":" in line)
    return tuple((name.strip(), value.strip()) for name, value in pairs)
