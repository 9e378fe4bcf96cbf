"""What other tools wrote is read, what is whole before damage is read, and one finding names file and byte."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import reader, scan
from archive.capture import Capture, Location
from archive.errors import Malformed
from archive.reader import (
    Finding,
    RawRecord,
    capture_of,
    parse_fields,
    read_capture,
    read_capture_in,
    read_captures,
    read_records,
)
from archive.scan import walk_records
from tests.archive.samples import BEGAN, PAGE, exchange, members_of, record, write_warc

if TYPE_CHECKING:
    from pathlib import Path

RESPONSE = {
    "WARC-Type": "response",
    "WARC-Record-ID": "<urn:uuid:1>",
    "WARC-Date": "2026-11-21T09:30:00Z",
    "WARC-Target-URI": "http://example.org/",
    "Content-Type": "application/http; msgtype=response",
}


def records_in(data: bytes) -> list[RawRecord | Finding]:
    return list(read_records(io.BytesIO(data), warc="a.warc.gz", size=len(data)))


def kinds_in(data: bytes) -> list[str]:
    return [item.kind if isinstance(item, RawRecord) else str(item) for item in records_in(data)]


def captures_in(data: bytes) -> list[Capture | Finding]:
    return list(read_captures(io.BytesIO(data), warc="a.warc.gz", size=len(data)))


def warcio_file(*, compress: bool = True, version: str = "1.0") -> bytes:
    """What warcio's own writer makes: it parses and writes the heads anew."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=compress, warc_version=version)
    writer.write_record(writer.create_warcinfo_record("a.warc.gz", {"software": "warcio"}))
    for number in range(3):
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.0")
        body = io.BytesIO(b"<p>page %d</p>" % number)
        writer.write_record(
            writer.create_warc_record(f"http://example.org/{number}", "response", payload=body, http_headers=headers)
        )
    return out.getvalue()


def payloads(data: bytes) -> list[bytes | str]:
    return [item.payload if isinstance(item, Capture) else str(item) for item in captures_in(data)]


PAGES = [b"<p>page 0</p>", b"<p>page 1</p>", b"<p>page 2</p>"]


@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_files_of_warcio_are_read_with_their_places(*, compress: bool, version: str) -> None:
    """Compressed or not; each offset and length leads back to the same capture."""
    data = warcio_file(compress=compress, version=version)

    assert payloads(data) == PAGES
    for capture in captures_in(data):
        assert isinstance(capture, Capture)
        place = capture.location
        again = read_capture(data[place.offset : place.offset + place.length], place)
        assert again == capture
        assert (again.status, again.header("content-TYPE"), again.header("x")) == (200, "text/html", None)


def test_places_are_those_of_the_gzip_members(tmp_path: Path) -> None:
    """As another decoder sees them."""
    closed = write_warc(tmp_path, exchange(), exchange(PAGE * 2000))
    data = closed.path.read_bytes()

    found = [(item.location.offset, item.location.length) for item in records_in(data) if isinstance(item, RawRecord)]

    assert found == members_of(closed.path)


def test_a_file_compressed_as_a_whole_is_read_and_reported() -> None:
    """Its records have no places of their own."""
    data = gzip.compress(warcio_file(compress=False))

    assert payloads(data) == [
        *PAGES,
        "a.warc.gz at byte 0: records share a gzip member, so none can be found by its offset",
    ]
    assert {item.location for item in captures_in(data) if isinstance(item, Capture)} == {
        Location(warc="a.warc.gz", offset=0, length=len(data))
    }


@pytest.mark.parametrize("cut", [1, 4, 8, 9, 40])
def test_before_a_torn_tail_all_is_read(cut: int) -> None:
    """Also where only the checksum of the last member is missing."""
    data = warcio_file()
    last = [item.location.offset for item in captures_in(data) if isinstance(item, Capture)][-1]

    assert payloads(data[:-cut]) == [*PAGES[:2], f"a.warc.gz at byte {last}: the file is cut inside this record"]


def test_wherever_a_file_is_cut_what_is_whole_is_read(tmp_path: Path) -> None:
    """Every cut: the records before it, then one finding, except between two records."""
    closed = write_warc(tmp_path, exchange(), exchange(PAGE + b"x"))
    data, members = closed.path.read_bytes(), members_of(closed.path)
    ends = [offset + length for offset, length in members]

    for cut in range(1, len(data)):
        found = records_in(data[:cut])
        whole = [item for item in found if isinstance(item, RawRecord)]
        findings = [item for item in found if isinstance(item, Finding)]
        assert len(whole) == sum(end <= cut for end in ends)
        assert [item.offset for item in findings] == ([] if cut in ends else [members[len(whole)][0]])


@pytest.mark.parametrize("cut", [3, 100, 400])
def test_an_uncompressed_file_that_is_cut_is_read_to_there(cut: int) -> None:
    """In the block and in the header."""
    data = warcio_file(compress=False)

    found = payloads(data[:-cut])

    assert found[:2] == PAGES[:2]
    assert cut == 3 or "the file is cut" in str(found[-1])


def test_damage_in_the_middle_is_named_and_what_is_before_is_read() -> None:
    """Each bit of the second response's member, flipped, is one finding there, or a checksum's own bytes."""
    data = warcio_file()
    places = [item.location for item in captures_in(data) if isinstance(item, Capture)]

    for position in range(places[1].offset + 20, places[1].offset + places[1].length - 4, 7):
        flipped = bytearray(data)
        flipped[position] ^= 4
        found = captures_in(bytes(flipped))
        assert [item.payload for item in found if isinstance(item, Capture)] == PAGES[:1]
        assert [item.offset for item in found if isinstance(item, Finding)] == [places[1].offset]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "no WARC record in it"),
        (b"\r\n\r\n", "not a WARC record: it begins b''"),
        (b"<html>", "not a WARC record: it begins b'<html>'"),
        (gzip.compress(b"<html>", mtime=0), "not a WARC record: it begins b'<html>'"),
        (b"\x1f\x8b\x08", "the file is cut inside this record"),
        (b"WARC/1.1\r\nWARC-Type: response\r\n", "the file is cut inside this record's header"),
        (b"WARC/1.1\r\nWARC-Type: response\r\n\r\n", "Content-Length is '', expected a count of bytes"),
        (b"WARC/1.1\r\nContent-Length: -5\r\n\r\n", "Content-Length is '-5', expected a count of bytes"),
        (b"WARC/1.1\r\nContent-Length: 5\r\n\r\nabc", "block has 3 of 5 bytes: the file is cut"),
        (b"WARC/1.1\r\nA: " + b"x" * 2**20, "the record's header has more than 1048576 bytes"),
    ],
)
def test_what_is_no_record_is_one_finding(data: bytes, problem: str) -> None:
    """With the reason."""
    assert [str(item) for item in records_in(data)] == [f"a.warc.gz at byte 0: {problem}"]


def test_zeros_behind_the_last_record_are_named() -> None:
    """A file that was preallocated and never filled."""
    data = warcio_file()

    assert kinds_in(data + bytes(512))[:4] == ["warcinfo", "response", "response", "response"]
    assert f"a.warc.gz at byte {len(data)}: unreadable from here" in kinds_in(data + bytes(512))[4]


def test_a_large_block_is_cut_and_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """The records behind it are read all the same."""
    monkeypatch.setattr(scan, "MAX_BLOCK_BYTES", 1000)
    data = record(RESPONSE, PAGE + bytes(5000)) + record({**RESPONSE, "WARC-Record-ID": "<urn:uuid:2>"}, PAGE)

    found = records_in(data)

    assert [item.block[-5:] if isinstance(item, RawRecord) else item.problem for item in found] == [
        f"only 1000 of the block's {len(PAGE) + 5000} bytes were read: it is too large",
        bytes(5),
        PAGE[-5:],
    ]


def test_walking_holds_no_block_in_memory() -> None:
    """80 MB of zeros in one record, looked at and passed over."""
    data = gzip.compress(record(RESPONSE, bytes(80 * 1024**2)))
    tracemalloc.start()

    ((_, first, place),) = [
        item
        for item in walk_records(io.BytesIO(data), warc="x", size=len(data), take=lambda _, block: block.read(3))
        if not isinstance(item, Finding)
    ]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (first, place.length) == (bytes(3), len(data))
    assert peak < 4 * 1024**2


# What captures are


def capture_in(fields: dict[str, str], block: bytes = PAGE) -> Capture | None:
    (found,) = records_in(record(fields, block))
    assert isinstance(found, RawRecord)
    return capture_of(found)


def test_a_response_becomes_a_capture() -> None:
    """As a whole value."""
    data = record({**RESPONSE, "WARC-Payload-Digest": "sha1:X", "WARC-Truncated": "length"}, PAGE)

    assert captures_in(data) == [
        Capture(
            url="http://example.org/",
            captured_at=dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC),
            record_type="response",
            record_id="<urn:uuid:1>",
            status=200,
            reason="OK",
            headers=(("Content-Type", "text/html; charset=utf-8"),),
            payload=b"<p>Tashkent and Tokyo</p>",
            payload_digest="sha1:X",
            truncated="length",
            location=Location(warc="a.warc.gz", offset=0, length=len(data)),
        )
    ]


def test_brackets_around_the_uri_are_taken_off() -> None:
    """The bug of wget, in millions of files."""
    capture = capture_in({**RESPONSE, "WARC-Target-URI": "<http://example.org/a>"})

    assert capture is not None
    assert capture.url == "http://example.org/a"


def test_interim_responses_in_a_record_are_passed_over() -> None:
    """Other crawlers archive them."""
    capture = capture_in(RESPONSE, b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + PAGE)

    assert capture is not None
    assert (capture.status, capture.payload) == (200, b"<p>Tashkent and Tokyo</p>")


def test_a_revisit_has_a_head_and_no_payload() -> None:
    """Its digest is that of the earlier record."""
    capture = capture_in({**RESPONSE, "WARC-Type": "Revisit", "WARC-Payload-Digest": "sha1:X"}, PAGE[:57])

    assert capture is not None
    assert (capture.record_type, capture.status, capture.payload, capture.payload_digest) == (
        "revisit",
        200,
        b"",
        "sha1:X",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"WARC-Target-URI": "dns:example.org", "Content-Type": "text/dns"},
        {"WARC-Type": "request"},
        {"WARC-Type": "metadata"},
        {"WARC-Type": "warcinfo"},
        {"WARC-Type": "something-new"},
        {"WARC-Type": "resource", "Content-Type": "image/png"},
        {"WARC-Type": "resource", "WARC-Target-URI": "file:///x", "Content-Type": "text/html"},
    ],
)
def test_other_records_are_no_captures(changes: dict[str, str]) -> None:
    """dns: is a response too, but no page."""
    assert capture_in({**RESPONSE, **changes}) is None


def test_an_html_resource_is_a_capture() -> None:
    """Its block is the page."""
    capture = capture_in({**RESPONSE, "WARC-Type": "resource", "Content-Type": "text/html"}, b"<p>x</p>")

    assert capture is not None
    assert (capture.status, capture.payload, capture.header("Content-Type")) == (200, b"<p>x</p>", "text/html")


def test_odd_headers_are_read() -> None:
    """Folded, in another case, in latin-1, without a space, with bare LF, and a date that is none."""
    data = (
        b"WARC/0.18\nwarc-type:RESPONSE\nWARC-Target-URI: http://example.org/\xe9\nContent-Type: application/http;\n"
        b" msgtype=response\nWARC-Date: sometime\nContent-Length:" + str(len(PAGE)).encode() + b"\n\n" + PAGE + b"\n\n"
    )

    (capture,) = captures_in(data)

    assert isinstance(capture, Capture)
    assert (capture.url, capture.record_id, capture.captured_at) == (
        "http://example.org/é",
        None,
        dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
    )


def test_facts_belong_to_the_capture_that_the_metadata_names() -> None:
    """By Refers-To or Concurrent-To; another's are not taken."""
    metadata = {**RESPONSE, "WARC-Type": "metadata", "WARC-Record-ID": "<urn:uuid:9>"}
    data = b"".join(
        [
            record(RESPONSE, PAGE),
            record({**metadata, "WARC-Refers-To": "<urn:uuid:7>"}, b"via: wrong\r\n"),
            record({**metadata, "WARC-Concurrent-To": "<urn:uuid:1>"}, b"via: right\r\nno colon\r\nk: a:b\r\n"),
            record({**RESPONSE, "WARC-Record-ID": "<urn:uuid:2>"}, PAGE),
        ]
    )

    found = [item for item in captures_in(data) if isinstance(item, Capture)]

    assert [item.facts for item in found] == [(("via", "right"), ("k", "a:b")), ()]
    assert (found[0].fact("via"), found[1].fact("via")) == ("right", None)


def test_fields_are_parsed_line_by_line() -> None:
    """A line separator of Unicode is no line end."""
    assert parse_fields("a: b\u2028c\r\nd:\r\n".encode()) == (("a", "b\u2028c"), ("d", ""))


@pytest.mark.parametrize(
    ("shift", "problem"),
    [(0, None), (1, "not a WARC record"), (-1, "not a WARC record")],
)
def test_a_wrong_offset_is_malformed(tmp_path: Path, shift: int, problem: str | None) -> None:
    """With the file and the byte."""
    closed = write_warc(tmp_path, exchange())
    place = closed.entries[0].location
    member = closed.path.read_bytes()[place.offset + shift : place.offset + shift + place.length]
    if problem is None:
        assert read_capture(member, place).captured_at == BEGAN
        return

    with pytest.raises(Malformed) as error:
        read_capture(member, place)
    assert (error.value.where, error.value.offset) == (place.warc, place.offset)


def test_a_record_that_is_no_capture_is_malformed(tmp_path: Path) -> None:
    """It is named for what it is."""
    closed = write_warc(tmp_path, exchange())
    member = closed.path.read_bytes()[: closed.entries[0].location.offset]

    with pytest.raises(Malformed, match="a warcinfo record, expected a response"):
        read_capture(member, Location(warc="x", offset=0, length=len(member)))
    with pytest.raises(Malformed, match="no WARC record"):
        read_capture(b"", Location(warc="x", offset=0, length=0))


starts = st.sampled_from(
    [b"", b"WARC/1.1\r\n", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", warcio_file(compress=False)[:400]]
)
inner = st.builds(lambda start, tail: start + tail, starts, st.binary(max_size=300))


@given(
    st.one_of(inner, inner.map(gzip.compress), st.builds(lambda tail: record(RESPONSE, tail), st.binary(max_size=200)))
)
def test_no_bytes_crash_the_readers(data: bytes) -> None:
    """Records, captures and findings come out, whatever goes in."""
    for item in captures_in(data):
        assert isinstance(item, Capture | Finding)
    assert sum(isinstance(item, Finding) for item in records_in(data)) <= 1


@given(st.binary(min_size=1, max_size=40), st.integers(0, 2000))
def test_no_damage_crashes_the_readers(patch: bytes, at: int) -> None:
    """The same over a real file with some bytes overwritten."""
    for data in (warcio_file(), warcio_file(compress=False)):
        at %= len(data)
        damaged = data[:at] + patch + data[at + len(patch) :]

        assert all(isinstance(item, Capture | Finding) for item in captures_in(damaged))


def test_the_payload_of_what_no_page_can_be_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A capture of a large body says how large it is, and holds none of it; those beside it are read as ever."""
    monkeypatch.setattr(reader, "MAX_PAGE_BYTES", len(PAGE) + 100)
    large = record(RESPONSE, PAGE + bytes(5000))
    data = large + record({**RESPONSE, "WARC-Record-ID": "<urn:uuid:2>"}, PAGE)
    place = Location(warc="a.warc.gz", offset=0, length=len(large))

    first, second = read_captures(io.BytesIO(data), warc="a.warc.gz", size=len(data))
    alone = read_capture_in(io.BytesIO(data), place)

    assert (first.left_out, first.payload, first.status) == (len(PAGE) + 5000, b"", 200)
    assert (second.left_out, second.payload) == (None, PAGE.split(b"\r\n\r\n", 1)[1])
    assert (alone.left_out, alone.record_id, alone.location) == (first.left_out, first.record_id, place)


_HEADER_LINES = st.lists(
    st.sampled_from(
        [
            b"WARC-Type: metadata",
            b"warc-type:Response ",
            b"Content-Length: 5",
            b"content-length:\t4",
            b"X: \xe2\x80\x94 \xff",
            b" folded on",
            b"\tand on",
            b"no colon",
            b": no name",
            b"A: b: c",
            b"Y: one\nZ: two",
            b"W:",
        ]
    ),
    max_size=6,
)


@given(_HEADER_LINES, st.sampled_from([b"\r\n", b"\n"]), st.sampled_from([b"WARC/1.1", b"WARC/0.17 ", b"WARC"]))
def test_a_header_says_the_same_read_at_once_or_line_by_line(lines: list[bytes], end: bytes, version: bytes) -> None:
    data = end.join([version, b"Content-Length: 3", *lines, b"", b"abc"]) + b"\r\n\r\n"
    at_once = records_in(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "_plain_fields", lambda _: ())
        assert at_once == records_in(data)
