"""Captures read back out of WARCs, one's own or anybody's: the one importer of FastWARC.

Reading returns what could be read and what was wrong: a torn tail or a broken record is a `Finding` beside the
captures before it, never an exception. FastWARC is asked for raw records only: decoded, it stops silently at a
chunked body that is also gzip.
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecordType

from archive.capture import Capture, Location
from archive.errors import Malformed
from archive.http_message import final_response_offset, parse_head, payload_of

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BLOCK_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong in a WARC: where (file or key, byte offset of the record) and what, in one clause."""

    warc: str
    offset: int
    problem: str

    def __str__(self) -> str:
        return f"{self.warc} at byte {self.offset}: {self.problem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """A record of any type: `fields` are its WARC header, `block` its bytes as stored."""

    kind: str
    fields: tuple[tuple[str, str], ...]
    block: bytes
    location: Location

    def field(self, name: str) -> str | None:
        """The first value of a WARC field, by its name in any case; None when it is not there."""
        wanted = name.lower()
        return next((value for key, value in self.fields if key.lower() == wanted), None)


def read_records(source: BinaryIO, *, warc: str, size: int) -> Iterator[RawRecord | Finding]:
    """Every record of a WARC in order, compressed or not, then at most one `Finding` about where it broke off.

    `size` is the file's length in bytes. Blocks over `MAX_BLOCK_BYTES` are cut there and reported.
    """
    pending: RawRecord | None = None
    position = 0
    try:
        for record in ArchiveIterator(source, record_types=WarcRecordType.any_type, parse_http=False, auto_decode="none"):
            position = int(record.stream_pos)
            if pending is not None:
                yield _with_length(pending, position)
            pending = None
            if not _is_whole(record):
                yield Finding(warc=warc, offset=position, problem="the file is cut inside this record")
                return
            block = record.reader.read(MAX_BLOCK_BYTES)
            if len(block) < min(record.content_length, MAX_BLOCK_BYTES):
                problem = f"block has {len(block)} of {record.content_length} bytes: the file is cut"
                yield Finding(warc=warc, offset=position, problem=problem)
                return
            pending = _raw_record(record, block, warc, position)
    except (OSError, ValueError, EOFError) as error:
        if pending is not None:
            yield _with_length(pending, size)
        yield Finding(warc=warc, offset=position, problem=f"unreadable from here: {error}")
        return
    if pending is not None:
        yield _with_length(pending, size)
    elif position == 0:
        yield Finding(warc=warc, offset=0, problem="no WARC record in it")


def _is_whole(record: Any) -> bool:
    return record.record_id is not None and record.headers.get("WARC-Type") is not None


def _raw_record(record: Any, block: bytes, warc: str, position: int) -> RawRecord:
    fields = tuple((str(name), str(value)) for name, value in record.headers)
    kind = str(record.headers.get("WARC-Type")).strip().lower()
    return RawRecord(kind=kind, fields=fields, block=block, location=Location(warc=warc, offset=position, length=0))


def _with_length(record: RawRecord, end: int) -> RawRecord:
    length = max(0, end - record.location.offset)
    return replace(record, location=replace(record.location, length=length))


def read_captures(source: BinaryIO, *, warc: str, size: int) -> Iterator[Capture | Finding]:
    """Responses, revisits and HTML resources in file order, each with the facts of its metadata record.

    The metadata is looked for right behind the capture, where this archive's own writer puts it, before the next
    capture begins; elsewhere `facts` is empty.
    """
    waiting: Capture | None = None
    for record in read_records(source, warc=warc, size=size):
        if isinstance(record, Finding):
            yield from _flush(waiting)
            waiting = None
            yield record
        elif record.kind == "metadata":
            if waiting is not None and record.field("WARC-Refers-To") == waiting.record_id:
                waiting = replace(waiting, facts=parse_fields(record.block))
        elif (capture := capture_of(record)) is not None:
            yield from _flush(waiting)
            waiting = capture
    yield from _flush(waiting)


def _flush(capture: Capture | None) -> Iterator[Capture]:
    if capture is not None:
        yield capture


def read_capture(member: bytes, location: Location) -> Capture:
    """The capture whose stored bytes are `member`. Raises `Malformed` when they hold no response or are damaged."""
    for record in read_records(io.BytesIO(member), warc=location.warc, size=len(member)):
        if isinstance(record, Finding):
            raise Malformed(location.warc, location.offset, record.problem)
        capture = capture_of(record)
        if capture is None:
            raise Malformed(location.warc, location.offset, f"a {record.kind} record, expected a response")
        return replace(capture, location=location)
    raise Malformed(location.warc, location.offset, "no WARC record in these bytes")


def capture_of(record: RawRecord) -> Capture | None:
    """The capture in a response, revisit or resource record; None for every other record."""
    url = record.field("WARC-Target-URI")
    if url is None or record.kind not in ("response", "revisit", "resource"):
        return None
    url = url.strip("<>")  # wget brackets it
    if record.kind == "resource":
        return _resource(record, url)
    if "http" not in (record.field("Content-Type") or "").lower():
        return None  # dns: and other schemes are responses too
    start = final_response_offset(record.block)
    head = parse_head(record.block[start:])
    body = record.block[start + head.length :]
    return Capture(
        url=url,
        captured_at=parse_date(record.field("WARC-Date")),
        record_type=record.kind,
        record_id=record.field("WARC-Record-ID"),
        status=head.status,
        reason=head.reason,
        headers=head.headers,
        payload=b"" if record.kind == "revisit" else payload_of(head, body),
        payload_digest=record.field("WARC-Payload-Digest"),
        truncated=record.field("WARC-Truncated"),
        location=record.location,
    )


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
        payload=record.block,
        payload_digest=record.field("WARC-Payload-Digest") or record.field("WARC-Block-Digest"),
        truncated=record.field("WARC-Truncated"),
        location=record.location,
    )


def parse_date(value: str | None) -> dt.datetime:
    """A WARC-Date as an aware UTC datetime; the epoch when it is absent or unreadable, so that nothing is lost."""
    try:
        when = dt.datetime.fromisoformat((value or "").strip())
    except ValueError:
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return when.astimezone(dt.UTC) if when.tzinfo else when.replace(tzinfo=dt.UTC)


def parse_fields(block: bytes) -> tuple[tuple[str, str], ...]:
    """The fields of an application/warc-fields block, in order; lines without a colon are passed over."""
    lines = block.decode("utf-8", "replace").splitlines()
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    return tuple((name.strip(), value.strip()) for name, value in pairs)
