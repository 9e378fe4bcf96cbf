"""What was on the wire is in the record, byte for byte, and other readers find it there."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import io
import os
import subprocess
import sys
import tempfile
import tracemalloc
import uuid
import zlib
from base64 import b32encode
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.capture import Capture, Earlier, Location, Truncation
from archive.digests import sha1_label
from archive.reader import RawRecord, read_capture, read_captures, read_records
from archive.records import RecordWriter, inspect, new_record_id
from tests.archive.samples import BEGAN, CHUNKED, PAGE, REQUEST, exchange, members_of, write_warc

MIB = 1024 * 1024
EARLIER = Earlier(
    record_id="<urn:uuid:1>", url="https://example.org/a", captured_at=BEGAN, payload_digest=sha1_label(b"x")
)


def written(response: bytes = PAGE, **changes: Any) -> bytes:
    """The stored bytes of one response record."""
    item, out = exchange(response, **changes), io.BytesIO()
    RecordWriter(out).write_response(item, inspect(item.response, item.response_length))
    return out.getvalue()


def record_in(stored: bytes) -> RawRecord:
    found = list(read_records(io.BytesIO(stored), warc="x", size=len(stored)))
    assert len(found) == 1
    assert isinstance(found[0], RawRecord)
    return found[0]


lines = st.binary(max_size=60).map(lambda line: line.replace(b"\n", b"").replace(b"\r", b""))
heads = st.lists(lines.filter(bool), max_size=6).map(lambda parts: b"\r\n".join([b"HTTP/1.1 200 OK", *parts]))


@given(head=heads, body=st.binary(max_size=2000))
def test_any_head_and_body_come_back_as_they_were(head: bytes, body: bytes) -> None:
    """Exchange -> record -> block gives the same bytes."""
    response = head + b"\r\n\r\n" + body

    record = record_in(written(response))

    assert record.block == response
    assert record.field("WARC-Block-Digest") == sha1_label(response)
    assert record.block_length == len(response)


@given(parts=st.lists(st.binary(min_size=1, max_size=200), max_size=6), body=st.binary(max_size=200))
def test_the_payload_of_a_capture_is_the_body_without_framing(parts: list[bytes], body: bytes) -> None:
    """And the digest in the record is over that."""
    framed = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    for head, wire, payload in (
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", framed, b"".join(parts)),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n", body, body),
    ):
        stored = written(head + wire)
        capture = read_capture(stored, Location(warc="x", offset=0, length=len(stored)))

        assert capture.payload == payload
        assert capture.payload_digest == sha1_label(payload)


def test_a_response_record_holds_the_facts_of_its_exchange() -> None:
    """As a whole record, id aside."""
    record = record_in(written(truncated=Truncation.DISCONNECT))
    fields = {name: value for name, value in record.fields if name not in {"WARC-Record-ID", "WARC-Protocol"}}

    assert fields == {
        "WARC-Type": "response",
        "WARC-Date": "2026-11-21T09:30:00.123Z",
        "WARC-Target-URI": "https://example.org/a",
        "WARC-IP-Address": "192.0.2.1",
        "WARC-Cipher-Suite": "TLS_AES_128_GCM_SHA256",
        "WARC-Truncated": "disconnect",
        "WARC-Payload-Digest": sha1_label(b"<p>Tashkent and Tokyo</p>"),
        "WARC-Block-Digest": sha1_label(PAGE),
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(PAGE)),
    }
    assert [value for name, value in record.fields if name == "WARC-Protocol"] == ["http/1.1", "tls/1.3"]


def test_a_revisit_holds_the_head_and_points_to_the_earlier_record() -> None:
    """The head that Content-Length counts is really there (warcio by itself writes none)."""
    item, out = exchange(CHUNKED), io.BytesIO()
    RecordWriter(out).write_revisit(item, inspect(item.response, item.response_length), EARLIER)

    record = record_in(out.getvalue())

    head = CHUNKED[: CHUNKED.index(b"\r\n\r\n") + 4]
    assert record.block == head
    assert record.field("Content-Length") == str(len(head))
    assert record.field("WARC-Block-Digest") == sha1_label(head)
    assert record.field("WARC-Payload-Digest") == sha1_label(b"hello world")
    assert record.field("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert record.field("WARC-Refers-To") == EARLIER.record_id
    assert record.field("WARC-Refers-To-Target-URI") == EARLIER.url
    assert record.field("WARC-Refers-To-Date") == "2026-11-21T09:30:00.123Z"
    assert record.field("WARC-Truncated") == "length"


def test_a_304_is_a_revisit_that_holds_the_whole_answer() -> None:
    """WARC 1.1, 6.7.3: the payload, and so its digest, is the original's; nothing was left out of the block."""
    answer, out = b'HTTP/1.1 304 nOt\r\nX-Caf\xe9: 1\r\nETag: "1"\r\n\r\n', io.BytesIO()
    item = exchange(answer)
    RecordWriter(out).write_not_modified(item, inspect(item.response, item.response_length), EARLIER)

    record = record_in(out.getvalue())

    assert (record.kind, record.block) == ("revisit", answer)
    assert record.field("WARC-Block-Digest") == sha1_label(answer)
    assert record.field("WARC-Payload-Digest") == EARLIER.payload_digest
    assert record.field("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert record.field("WARC-Refers-To") == EARLIER.record_id
    assert record.field("WARC-Refers-To-Target-URI") == EARLIER.url
    assert record.field("WARC-Refers-To-Date") == "2026-11-21T09:30:00.123Z"
    assert record.field("WARC-Truncated") is None
    assert record.field("WARC-IP-Address") == "192.0.2.1"


@pytest.mark.parametrize("text", ["a\r\nWARC-Type: metadata", "a\nb", "a\x0bb\u2028c\x85d", "\udce9\x00", "  "])
def test_no_value_begins_another_field(text: str) -> None:
    """Header injection by URL, protocol, cipher or fact."""
    item, out = exchange(url=f"http://example.org/{text}", protocols=(text,), cipher=text), io.BytesIO()
    item = dataclasses.replace(item, facts=((text, text), ("via", text)))
    writer = RecordWriter(out)
    writer.write_warcinfo(filename=text, when=BEGAN, fields=[("software", text)])
    writer.write_response(item, inspect(item.response, item.response_length))
    writer.write_metadata(item, "<urn:uuid:1>")

    records = list(read_records(io.BytesIO(out.getvalue()), warc="x", size=len(out.getvalue())))

    assert [record.kind for record in records if isinstance(record, RawRecord)] == ["warcinfo", "response", "metadata"]
    for record in records:
        assert isinstance(record, RawRecord)
        assert len([name for name, _ in record.fields if name == "WARC-Type"]) == 1
        assert (record.field("WARC-Target-URI") or "").isascii()
    metadata = records[2]
    assert isinstance(metadata, RawRecord)
    assert metadata.block.count(b"\r\n") == 2
    assert metadata.block.count(b"\n") == 2


@pytest.mark.parametrize(
    ("ip", "expected"),
    [
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("host", None),
        (None, None),
        ("", None),
    ],
)
def test_addresses_are_numeric_and_short(ip: str | None, expected: str | None) -> None:
    """RFC 5952; what is no address is left out."""
    assert record_in(written(ip=ip)).field("WARC-IP-Address") == expected


def test_a_response_that_is_shorter_than_it_says_is_refused_before_a_byte_is_written() -> None:
    """A record with a wrong Content-Length would make the rest of the file unreadable."""
    with pytest.raises(ValueError, match=f"has {len(PAGE)} of {len(PAGE) + 1} bytes"):
        inspect(io.BytesIO(PAGE), len(PAGE) + 1)


@pytest.mark.parametrize("size", [300_000, 3 * MIB])
@pytest.mark.parametrize("is_chunked", [True, False])
def test_a_huge_head_is_a_head(size: int, *, is_chunked: bool) -> None:
    """Its end is found wherever it is, and the payload begins behind it."""
    coding = b"Transfer-Encoding: chunked\r\n" if is_chunked else b""
    body = b"3\r\nabc\r\n0\r\n\r\n" if is_chunked else b"abc"
    response = b"HTTP/1.1 200 OK\r\nA: " + b"x" * size + b"\r\n" + coding + b"\r\n" + body

    payload = inspect(io.BytesIO(response), len(response))

    assert (payload.payload_digest, payload.size) == (sha1_label(b"abc"), 3)
    assert payload.head.length == len(response) - len(body)
    assert payload.block_digest == sha1_label(response)


@pytest.mark.parametrize("is_chunked", [True, False])
def test_a_large_body_is_never_in_memory_as_a_whole(tmp_path: Path, *, is_chunked: bool) -> None:
    """80 MB are digested and written in steps, with chunk framing and without."""
    path, block = tmp_path / "response", bytes(range(256)) * 4096
    head = b"HTTP/1.1 200 OK\r\n" + (b"Transfer-Encoding: chunked\r\n" if is_chunked else b"") + b"\r\n"
    expected = hashlib.sha1()
    with path.open("wb") as file:
        file.write(head)
        for _ in range(80):
            file.write(b"100000\r\n" + block + b"\r\n" if is_chunked else block)
            expected.update(block)
        file.write(b"0\r\n\r\n" if is_chunked else b"")
    tracemalloc.start()

    with path.open("rb") as file, (tmp_path / "warc").open("wb") as out:
        item = exchange(b"")
        item = dataclasses.replace(item, response=file, response_length=path.stat().st_size)
        payload = inspect(item.response, item.response_length)
        RecordWriter(out).write_response(item, payload)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 8 * MIB
    assert payload.payload_digest == "sha1:" + b32encode(expected.digest()).decode()
    assert payload.size == 80 * MIB


@settings(max_examples=20)
@given(st.lists(st.binary(max_size=500), min_size=1, max_size=4))
def test_each_record_is_one_gzip_member(bodies: list[bytes]) -> None:
    """So that an offset and a length are enough to read it."""
    with tempfile.TemporaryDirectory() as folder:
        closed = write_warc(Path(folder), *(exchange(b"HTTP/1.1 200 OK\r\n\r\n" + body) for body in bodies))
        data = closed.path.read_bytes()
        members = members_of(closed.path)

        assert len(members) == closed.records == 1 + 3 * len(bodies)
        for offset, length in members:
            assert gzip.decompress(data[offset : offset + length]).startswith(b"WARC/1.1\r\nWARC-")


# Second opinions


def test_warcio_and_fastwarc_read_what_we_write(tmp_path: Path) -> None:
    """The same records with the same bytes."""
    responses = [PAGE, CHUNKED, b"HTTP/1.1 204 No Content\r\nX-Caf\xe9: \xd1\x82\r\n\r\n", b"HTTP/1.0 200\n\nx"]
    closed = write_warc(tmp_path, *map(exchange, responses))
    data = closed.path.read_bytes()

    ours = [
        (item.kind, item.block)
        for item in read_records(io.BytesIO(data), warc="x", size=len(data))
        if isinstance(item, RawRecord)
    ]
    warcio = [
        (item.rec_type, item.raw_stream.read()) for item in ArchiveIterator(io.BytesIO(data), no_record_parse=True)
    ]
    fast = [
        (str(item.record_type), item.reader.read())
        for item in FastIterator(io.BytesIO(data), record_types=WarcRecordType.any_type, parse_http=False)
    ]

    assert ours == warcio == fast
    assert [block for kind, block in ours if kind == "response"] == responses
    assert {block for kind, block in ours if kind == "request"} == {REQUEST}


@pytest.mark.parametrize("verify", [True, False])
def test_fastwarc_agrees_with_our_block_digests(tmp_path: Path, *, verify: bool) -> None:
    """And with the payload digests of messages without chunks."""
    closed = write_warc(tmp_path, exchange(PAGE), exchange(b"HTTP/1.1 404 Not Found\r\n\r\n" + bytes(9000)))

    with closed.path.open("rb") as file:
        for item in FastIterator(file, record_types=WarcRecordType.any_type, parse_http=False):
            assert item.verify_block_digest(consume=False)
            if verify and item.record_type is WarcRecordType.response:
                item.parse_http()
                assert item.verify_payload_digest()


def warcio_check(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_warcio_check_passes(tmp_path: Path) -> None:
    """Responses, a revisit, requests, metadata and warcinfo."""
    closed = write_warc(
        tmp_path,
        exchange(PAGE),
        exchange(b"HTTP/1.1 301 Moved\r\nLocation: /b\r\n\r\n"),
        exchange(PAGE, truncated=Truncation.LENGTH),
        find_earlier=lambda _, digest: EARLIER if digest == "none" else None,
    )
    revisits = write_warc(tmp_path / "b", exchange(PAGE), find_earlier=lambda *_: EARLIER)

    for path in (closed.path, revisits.path):
        checked = warcio_check(path)
        assert (checked.returncode, "digest pass" in checked.stdout, "failed" in checked.stdout) == (0, True, False)


def test_warcio_check_is_wrong_about_chunked_responses_alone(tmp_path: Path) -> None:
    """A known false alarm: warcio takes the payload digest over the chunk framing (warcio #74), WARC 1.1 does not."""
    closed = write_warc(tmp_path, exchange(CHUNKED))

    checked = warcio_check(closed.path)

    failed = [line.strip() for line in checked.stdout.splitlines() if "failed" in line]
    assert len(failed) == 1
    assert failed[0].startswith("payload digest failed")


def test_read_captures_gives_the_facts_of_the_metadata(tmp_path: Path) -> None:
    """How the URL was found travels with the capture."""
    closed = write_warc(tmp_path, exchange(PAGE, facts=(("via", "https://example.org/é?a=b: c"), ("hopsFromSeed", ""))))

    with closed.path.open("rb") as file:
        (capture,) = read_captures(file, warc="x", size=closed.size)

    assert isinstance(capture, Capture)
    assert capture.facts == (("via", "https://example.org/é?a=b: c"), ("hopsFromSeed", ""))


@pytest.mark.parametrize("is_chunked", [True, False])
@pytest.mark.parametrize("size", [10, 500, 70_000, 140_000])
def test_a_gzipped_body_is_stored_as_it_came(size: int, *, is_chunked: bool) -> None:
    """Deflated once more it would take longer and no less room; every reader of gzip reads it."""
    body = gzip.compress(os.urandom(size))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
    wire = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if is_chunked else body
    response = head + (b"Transfer-Encoding: chunked\r\n\r\n" if is_chunked else b"\r\n") + wire

    stored = written(response)

    assert record_in(stored).block == response
    assert gzip.decompress(stored).endswith(response + b"\r\n\r\n")
    fast = FastIterator(io.BytesIO(stored), record_types=WarcRecordType.any_type, parse_http=False)
    assert [item.reader.read() for item in fast] == [response]
    assert len(stored) < len(response) + 700
    assert body[20:] in stored or size > 65_000


def _hidden(start: bytes) -> bytes:
    """A member whose first bytes come one by one, with empty blocks between them."""
    blocks = b"".join(b"\0\1\0\xfe\xff" + bytes([byte]) + b"\0\0\0\xff\xff" * 300 for byte in start)
    return gzip.compress(b"")[:10] + blocks + b"\3\0" + zlib.crc32(start).to_bytes(4, "little") + b"\7\0\0\0"


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n\r\n" + bytes(99)),
        gzip.compress(b"<p>" * 99) + gzip.compress(b"WARC/1.1\r\n" + bytes(99)),
        _hidden(b"WARC/1."),
        gzip.compress(b""),
    ],
    ids=["a-record", "a-record-behind-a-page", "a-record-in-pieces", "nothing"],
)
def test_no_body_lies_in_the_file_as_a_record_that_a_search_behind_damage_would_find(body: bytes) -> None:
    """Else a site could put records into an archive, for the day on which a bit of it is lost."""
    response = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + body

    stored = written(response)

    assert record_in(stored).block == response
    assert gzip.decompress(body)[:7] in (b"WARC/1.", b"<p><p><", b"")
    assert stored.find(b"\x1f\x8b\x08", 1) < 0


def test_ids_are_random_uuids_of_their_kind() -> None:
    """RFC 9562, version 4."""
    found = [uuid.UUID(new_record_id().removeprefix("<urn:uuid:").removesuffix(">")) for _ in range(200)]

    assert {(one.version, one.variant) for one in found} == {(4, uuid.RFC_4122)}
    assert len(set(found)) == 200
    assert {str(one)[19] for one in found} == set("89ab")
