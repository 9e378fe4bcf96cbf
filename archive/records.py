"""Exchanges -> WARC/1.1 records, as bytes: what the wire brought is the block, and nothing parses it on the way.

Each record is put together here. warcio's writer, which only reads what it is given, took longer over the named fields
than over compressing the page; it is what the tests read the records with (docs/performance.md).
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO

from archive.capture import RENDERED, Earlier, Exchange, Rendered, Truncation
from archive.chunks import ChunkRemover
from archive.dates import format_date
from archive.digests import label, sha1_label
from archive.fields import RECORD_END, fields_block, record_head
from archive.http_message import Head, has_whole_head, parse_head
from archive.members import MemberWriter, beginning_of, member_around, member_of
from archive.uri import target_uri

if TYPE_CHECKING:
    import datetime as dt

    from archive.fields import Fields
    from archive.members import Writable

_STEP = 256 * 1024
# A block up to this size is compressed in one piece.
_AT_ONCE = 1024 * 1024
_GZIP_START = b"\x1f\x8b\x08"
# A first chunk's size may come before it.
_CHUNK_LINE = 24
_LOOKED_AT, _RECORD_START = 1024, b"WARC/1."
REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
RESPONSE_TYPE = "application/http; msgtype=response"
REQUEST_TYPE = "application/http; msgtype=request"
FIELDS_TYPE = "application/warc-fields"
HTML_TYPE = "text/html; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"


def new_record_id() -> str:
    """A fresh WARC-Record-ID, angle brackets included."""
    digits = os.urandom(16).hex()  # RFC 9562, 5.4; the class of the standard library takes four times as long
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"<urn:uuid:{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What is known of a response once its bytes are complete: head, digest of the payload and of the whole block.

    `size` is the payload's, in bytes.
    """

    head: Head
    payload_digest: str
    block_digest: str
    size: int


def inspect(response: BinaryIO, length: int) -> Payload:
    """Head and digests of the first `length` bytes of a response; read in steps.

    Raises `ValueError` when it has fewer.
    """
    response.seek(0)
    start = _read_head(response, length)
    head = parse_head(start)
    if len(start) == length and not head.is_chunked:
        body = start[head.length :]
        return Payload(head=head, payload_digest=sha1_label(body), block_digest=sha1_label(start), size=len(body))
    digests = _Digests(head)
    digests.add_head(start[: head.length])
    digests.add_body(start[head.length :])
    left = length - len(start)
    while left:
        part = response.read(min(_STEP, left))
        if not part:
            raise ValueError(f"the response has {length - left} of {length} bytes")
        digests.add_body(part)
        left -= len(part)
    return digests.result()


def _read_head(response: BinaryIO, length: int) -> bytes:
    """The start of a response, at least to the end of its head."""
    start = b""
    while len(start) < length and (part := response.read(min(max(_STEP, len(start)), length - len(start)))):
        start += part
        if has_whole_head(start):
            break
    return start


class _Digests:
    def __init__(self, head: Head) -> None:
        self._head = head
        self._block = hashlib.sha1(usedforsecurity=False)
        self._payload = hashlib.sha1(usedforsecurity=False)
        self._size = 0
        self._chunks = ChunkRemover() if head.is_chunked else None

    def add_head(self, data: bytes) -> None:
        self._block.update(data)

    def add_body(self, body: bytes) -> None:
        self._block.update(body)
        self._add_payload(self._chunks.feed(body) if self._chunks else body)

    def _add_payload(self, data: bytes) -> None:
        self._payload.update(data)
        self._size += len(data)

    def result(self) -> Payload:
        if self._chunks:
            self._add_payload(self._chunks.end())
        return Payload(
            head=self._head,
            payload_digest=label(self._payload.digest()),
            block_digest=label(self._block.digest()),
            size=self._size,
        )


class RecordWriter:
    """Writes records to an open binary file, each its own gzip member; knows nothing of names, rolling or indexes.

    `write_*` return the record's id. The caller asks the file for offsets. Whatever values are given, a record is well
    formed: target URIs are made ASCII, and no value can begin another field.
    """

    def __init__(self, out: Writable) -> None:
        self._out = out
        self._warcinfo_id: str | None = None

    def write_warcinfo(self, *, filename: str, when: dt.datetime, fields: Fields, record_id: str | None = None) -> str:
        """Write the first record of a file; the others refer to it by WARC-Warcinfo-ID. Without an id it gets one."""
        named = [*_common("warcinfo", when), ("WARC-Filename", filename)]
        self._warcinfo_id = self._write_bytes(named, FIELDS_TYPE, fields_block(fields), record_id)
        return self._warcinfo_id

    def write_response(self, exchange: Exchange, payload: Payload) -> str:
        """Write the response with the bytes of the wire."""
        named = [
            *self._captured("response", exchange),
            *_connection(exchange),
            *_truncated(exchange.truncated),
            ("WARC-Payload-Digest", payload.payload_digest),
            ("WARC-Block-Digest", payload.block_digest),
        ]
        exchange.response.seek(0)
        if exchange.response_length > _AT_ONCE:
            return self._write_in_steps(named, RESPONSE_TYPE, exchange.response, exchange.response_length)
        block = exchange.response.read(exchange.response_length)
        return self._write_at_once(named, RESPONSE_TYPE, block, payload.head.length)

    def write_revisit(self, exchange: Exchange, payload: Payload, earlier: Earlier) -> str:
        """Write a revisit of an identical payload: the head alone, and where the payload lies (WARC 1.1, 6.7.2)."""
        named = [*_truncated(Truncation.LENGTH), ("WARC-Payload-Digest", payload.payload_digest)]
        return self._write_head(exchange, payload, [*_reference(REVISIT_PROFILE, earlier), *named])

    def write_not_modified(self, exchange: Exchange, payload: Payload, earlier: Earlier) -> str:
        """Write the revisit that a 304 stands for: the answer, whole, and where the payload lies (WARC 1.1, 6.7.3).

        The payload "is defined as the original payload content from which a Last-Modified and/or ETag value was taken",
        so the payload digest is that one's.
        """
        named = [*_reference(NOT_MODIFIED_PROFILE, earlier), ("WARC-Payload-Digest", earlier.payload_digest)]
        return self._write_head(exchange, payload, named)

    def _write_head(self, exchange: Exchange, payload: Payload, fields: Fields) -> str:
        exchange.response.seek(0)
        head = exchange.response.read(payload.head.length)
        named = [*self._captured("revisit", exchange), *_connection(exchange), *fields]
        return self._write_bytes(named, RESPONSE_TYPE, head)

    def write_request(self, exchange: Exchange, concurrent_to: str) -> str:
        """Write the request as it was sent, pointing back to its response."""
        named = [
            *self._captured("request", exchange),
            *_connection(exchange),
            ("WARC-Concurrent-To", concurrent_to),
        ]
        return self._write_bytes(named, REQUEST_TYPE, exchange.request)

    def write_metadata(self, exchange: Exchange, concurrent_to: str) -> str:
        """Write what is known about the fetch: how the URL was found, timings, TLS outcome."""
        pointers = [("WARC-Concurrent-To", concurrent_to), ("WARC-Refers-To", concurrent_to)]
        named = [*self._captured("metadata", exchange), *pointers]
        return self._write_bytes(named, FIELDS_TYPE, fields_block(list(exchange.facts)))

    def write_rendered(self, rendered: Rendered, payload_digest: str) -> str:
        """Write a page that a browser made, under a target of its own (WARC 1.1, 6.4: a resource)."""
        named = [*self._about("resource", rendered.rendered_at, RENDERED + rendered.url)]
        return self._write_bytes([*named, ("WARC-Payload-Digest", payload_digest)], HTML_TYPE, rendered.html)

    def write_metadata_of(self, rendered: Rendered, concurrent_to: str) -> str:
        """Write what is known about the making of a page."""
        pointers = [("WARC-Concurrent-To", concurrent_to), ("WARC-Refers-To", concurrent_to)]
        named = [*self._about("metadata", rendered.rendered_at, RENDERED + rendered.url), *pointers]
        return self._write_bytes(named, FIELDS_TYPE, fields_block(list(rendered.facts)))

    def write_conversion(self, *, url: str, when: dt.datetime, refers_to: str, text: str, record_id: str) -> str:
        """Write the text that was made of a record (WARC 1.1, 6.8): the whole block is payload."""
        block = text.encode("utf-8")
        named = [*self._about("conversion", when, url), ("WARC-Refers-To", refers_to)]
        named.append(("WARC-Payload-Digest", sha1_label(block)))
        return self._write_bytes(named, TEXT_TYPE, block, record_id)

    def _captured(self, kind: str, exchange: Exchange) -> Fields:
        return self._about(kind, exchange.began_at, exchange.url)

    def _about(self, kind: str, when: dt.datetime, url: str) -> Fields:
        named = [*_common(kind, when), ("WARC-Target-URI", target_uri(url))]
        return [*named, ("WARC-Warcinfo-ID", self._warcinfo_id)] if self._warcinfo_id else named

    def _write_bytes(self, named: Fields, content_type: str, block: bytes, record_id: str | None = None) -> str:
        named = [*named, ("WARC-Block-Digest", sha1_label(block))]
        record_id = record_id or new_record_id()
        self._out.write(member_of(record_head(record_id, named, content_type, len(block)) + block + RECORD_END))
        return record_id

    def _write_at_once(self, named: Fields, content_type: str, block: bytes, begins_at: int) -> str:
        """Write a block whose body begins there; one that was gzipped by its server is stored as it came."""
        record_id = new_record_id()
        head = record_head(record_id, named, content_type, len(block))
        if _is_gzipped(block, begins_at):
            member = member_around(head + block[:begins_at], block[begins_at:] + RECORD_END)
        else:
            member = member_of(head + block + RECORD_END)
        self._out.write(member)
        return record_id

    def _write_in_steps(self, named: Fields, content_type: str, block: BinaryIO, length: int) -> str:
        record_id = new_record_id()
        member = MemberWriter(self._out)
        member.write(record_head(record_id, named, content_type, length))
        while length and (part := block.read(min(_STEP, length))):
            member.write(part)
            length -= len(part)
        member.write(RECORD_END)
        member.flush()
        return record_id


def _is_gzipped(block: bytes, begins_at: int) -> bool:
    """True for a body that is one gzip member, if no search for records behind a damage can take it for one of ours."""
    at = block.find(_GZIP_START, begins_at, begins_at + _CHUNK_LINE)
    if at < 0 or block.find(_GZIP_START, at + 1) >= 0:
        return False
    beginning = beginning_of(block[at : at + _LOOKED_AT], len(_RECORD_START))
    return len(beginning) == len(_RECORD_START) and beginning != _RECORD_START


def _common(kind: str, when: dt.datetime) -> Fields:
    return [("WARC-Type", kind), ("WARC-Date", format_date(when))]


def _connection(exchange: Exchange) -> Fields:
    fields: Fields = [("WARC-IP-Address", address)] if (address := _address(exchange.ip)) else []
    fields += [("WARC-Protocol", protocol) for protocol in exchange.protocols]
    if exchange.cipher:
        fields.append(("WARC-Cipher-Suite", exchange.cipher))
    return fields


@lru_cache(1024)
def _address(ip: str | None) -> str | None:
    """The numeric address, shortened; None for whatever is none."""
    try:
        address = ipaddress.ip_address(ip or "")
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)


def _reference(profile: str, earlier: Earlier) -> Fields:
    """How a revisit names its original: players find it by Refers-To-Target-URI and -Date only, so all are there."""
    return [
        ("WARC-Profile", profile),
        ("WARC-Refers-To", earlier.record_id),
        ("WARC-Refers-To-Target-URI", earlier.url),
        ("WARC-Refers-To-Date", format_date(earlier.captured_at)),
    ]


def _truncated(truncated: Truncation | None) -> Fields:
    return [("WARC-Truncated", truncated.value)] if truncated else []
