"""Exchanges and captures <-> WARC/1.1 records: the one importer of warcio, and of isal for the gzip members.

A response block is handed to warcio as bytes that it must not parse: given a header object it would read and write
the head anew. Payload digests are made here, since warcio takes them over the chunk framing (see docs/formats.md).
"""

from __future__ import annotations

import hashlib
import io
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from isal import isal_zlib
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.capture import Earlier, Exchange, Truncation
from archive.digests import label, sha1_label
from archive.http_message import Head, parse_head, payload_of

if TYPE_CHECKING:
    import datetime as dt

# isal's level 2 is four times as fast as zlib 9 at nearly its size; replay tools read any gzip.
_GZIP_LEVEL = 2
_HEAD_LIMIT = 1024 * 1024
_STEP = 256 * 1024
REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
RESPONSE_TYPE = "application/http; msgtype=response"
REQUEST_TYPE = "application/http; msgtype=request"
FIELDS_TYPE = "application/warc-fields"


def format_date(when: dt.datetime) -> str:
    """WARC-Date: UTC with milliseconds (WARC 1.1, 5.4 allows up to nanoseconds)."""
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_record_id() -> str:
    """A fresh WARC-Record-ID, angle brackets included."""
    return f"<urn:uuid:{uuid.uuid4()}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What is known of a response once its bytes are complete: head, digest of the payload and of the whole block."""

    head: Head
    payload_digest: str
    block_digest: str


def inspect(response: BinaryIO, length: int) -> Payload:
    """Head and digests of the first `length` bytes of a response; reads in steps unless the body is chunked."""
    response.seek(0)
    start = response.read(min(length, _HEAD_LIMIT))
    head = parse_head(start)
    if head.is_chunked or length <= len(start):
        whole = start + response.read(length - len(start))
        return Payload(
            head=head,
            payload_digest=sha1_label(payload_of(head, whole[head.length :])),
            block_digest=sha1_label(whole),
        )
    return _inspect_large(response, start, length, head)


def _inspect_large(response: BinaryIO, start: bytes, length: int, head: Head) -> Payload:
    block = hashlib.sha1(start, usedforsecurity=False)
    payload = hashlib.sha1(start[head.length :], usedforsecurity=False)
    left = length - len(start)
    while left > 0 and (part := response.read(min(_STEP, left))):
        block.update(part)
        payload.update(part)
        left -= len(part)
    return Payload(head=head, payload_digest=label(payload.digest()), block_digest=label(block.digest()))


class RecordWriter:
    """Writes records to an open binary file, each its own gzip member; knows nothing of names, rolling or indexes.

    `write_*` return the record's id. The caller asks the file for offsets.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._warcinfo_id: str | None = None

    def write_warcinfo(self, *, filename: str, when: dt.datetime, fields: list[tuple[str, str]]) -> str:
        """Write the first record of a file; the others refer to it by WARC-Warcinfo-ID."""
        block = _warc_fields(fields)
        record_id = self._write("warcinfo", None, when, FIELDS_TYPE, block, [("WARC-Filename", filename)])
        self._warcinfo_id = record_id
        return record_id

    def write_response(self, exchange: Exchange, payload: Payload) -> str:
        """Write the response with the bytes of the wire."""
        extra = [*_connection(exchange), *_truncated(exchange.truncated)]
        extra += [("WARC-Payload-Digest", payload.payload_digest), ("WARC-Block-Digest", payload.block_digest)]
        exchange.response.seek(0)
        return self._write_stream(
            "response", exchange.url, exchange.began_at, RESPONSE_TYPE, exchange.response, exchange.response_length, extra
        )

    def write_revisit(self, exchange: Exchange, payload: Payload, earlier: Earlier) -> str:
        """Write a revisit: the head alone, and where the same payload lies (WARC 1.1, 6.7.2).

        Players find the original by Refers-To-Target-URI and -Date only, so both are always there.
        """
        exchange.response.seek(0)
        head = exchange.response.read(payload.head.length)
        extra = [
            *_connection(exchange),
            ("WARC-Profile", REVISIT_PROFILE),
            ("WARC-Refers-To", earlier.record_id),
            ("WARC-Refers-To-Target-URI", earlier.url),
            ("WARC-Refers-To-Date", format_date(earlier.captured_at)),
            ("WARC-Truncated", Truncation.LENGTH.value),
            ("WARC-Payload-Digest", payload.payload_digest),
        ]
        return self._write("revisit", exchange.url, exchange.began_at, RESPONSE_TYPE, head, extra)

    def write_request(self, exchange: Exchange, concurrent_to: str) -> str:
        """Write the request as it was sent, pointing back to its response."""
        extra = [*_connection(exchange), ("WARC-Concurrent-To", concurrent_to)]
        return self._write("request", exchange.url, exchange.began_at, REQUEST_TYPE, exchange.request, extra)

    def write_metadata(self, exchange: Exchange, concurrent_to: str) -> str:
        """Write what is known about the fetch: how the URL was found, timings, TLS outcome."""
        extra = [("WARC-Concurrent-To", concurrent_to), ("WARC-Refers-To", concurrent_to)]
        return self._write(
            "metadata", exchange.url, exchange.began_at, FIELDS_TYPE, _warc_fields(list(exchange.facts)), extra
        )

    def _write(
        self,
        kind: str,
        url: str | None,
        when: dt.datetime,
        content_type: str,
        block: bytes,
        extra: list[tuple[str, str]],
    ) -> str:
        if not any(name == "WARC-Block-Digest" for name, _ in extra):
            extra = [*extra, ("WARC-Block-Digest", sha1_label(block))]
        return self._write_stream(kind, url, when, content_type, io.BytesIO(block), len(block), extra)

    def _write_stream(
        self,
        kind: str,
        url: str | None,
        when: dt.datetime,
        content_type: str,
        block: BinaryIO,
        length: int,
        extra: list[tuple[str, str]],
    ) -> str:
        record_id = new_record_id()
        fields = [("WARC-Type", kind), ("WARC-Record-ID", record_id), ("WARC-Date", format_date(when))]
        if url is not None:
            fields.append(("WARC-Target-URI", url))
        if self._warcinfo_id is not None:
            fields.append(("WARC-Warcinfo-ID", self._warcinfo_id))
        headers = StatusAndHeaders("", [*fields, *extra], "WARC/1.1")
        record = ArcWarcRecord("warc", kind, headers, _Limited(block, length), None, content_type, length)
        record.payload_length = length
        _UntouchedWriter(_GzipMember(self._out), gzip=False, warc_version="1.1").write_record(record)
        return record_id


class _UntouchedWriter(WARCWriter):  # type: ignore[misc]
    """warcio's writer without its own digests: it would add a payload digest over the chunk framing."""

    def ensure_digest(self, record: object, *, block: bool = True, payload: bool = True) -> None:
        pass


class _GzipMember:
    """A file that compresses what is written to it into one gzip member, finished by `flush`."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._compressor = isal_zlib.compressobj(_GZIP_LEVEL, isal_zlib.DEFLATED, 31)

    def write(self, data: bytes) -> None:
        self._out.write(self._compressor.compress(data))

    def flush(self) -> None:
        self._out.write(self._compressor.flush())


class _Limited:
    """The first `length` bytes of a file, as warcio reads a record's block."""

    def __init__(self, source: BinaryIO, length: int) -> None:
        self._source = source
        self._left = length

    def read(self, size: int = -1) -> bytes:
        part = self._source.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(part)
        return part


def _connection(exchange: Exchange) -> list[tuple[str, str]]:
    fields = [("WARC-IP-Address", exchange.ip)] if exchange.ip else []
    fields += [("WARC-Protocol", protocol) for protocol in exchange.protocols]
    if exchange.cipher:
        fields.append(("WARC-Cipher-Suite", exchange.cipher))
    return fields


def _truncated(truncated: Truncation | None) -> list[tuple[str, str]]:
    return [("WARC-Truncated", truncated.value)] if truncated else []


def _warc_fields(fields: list[tuple[str, str]]) -> bytes:
    # A line end inside a value would start another field.
    lines = (f"{name}: {' '.join(value.split())}\r\n" for name, value in fields)
    return "".join(lines).encode("utf-8")
