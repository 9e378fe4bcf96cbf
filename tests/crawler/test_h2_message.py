"""HTTP/2 messages in the syntax of HTTP/1.1."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.http_message import parse_head
from crawler.h2_message import MalformedHeadError, request_fields, request_head, response_head


def test_a_request_is_a_start_line_host_and_its_own_fields() -> None:
    """Pseudo-header fields come first; what is of an HTTP/1.1 connection alone is not sent (RFC 9113 8.2.2)."""
    headers = [(b"Host", b"a.example"), (b"Accept", b" */* "), (b"Connection", b"close"), (b"TE", b"gzip")]
    fields = request_fields(b"GET", b"a.example", b"/x?y=1", headers)

    assert [
        (b":method", b"GET"), (b":scheme", b"https"), (b":authority", b"a.example"), (b":path", b"/x?y=1"),
        (b"accept", b"*/*"),
    ] == fields  # fmt: skip
    assert request_head(fields) == b"GET /x?y=1 HTTP/1.1\r\nHost: a.example\r\naccept: */*\r\n\r\n"


def test_a_response_keeps_its_fields_as_they_came() -> None:
    """Order, repeats, case and bytes; the reason is the one that HTTP/1.1 has for the status."""
    head = response_head(
        [(b":status", b"404"), (b"b", b"2"), (b"A", b"caf\xe9"), (b"b", b""), (b"content-length", b"7")]
    )

    assert head.block == b"HTTP/1.1 404 Not Found\r\nb: 2\r\nA: caf\xe9\r\nb: \r\ncontent-length: 7\r\n\r\n"
    assert (head.status, head.reason, head.length, head.left_out) == (404, b"Not Found", 7, [])


@pytest.mark.parametrize("values", [[], [b"x"], [b"-1"], [b"1", b"2"], [b"9" * 30]])
def test_a_length_that_is_none_counts_for_nothing(values: list[bytes]) -> None:
    """A Content-Length that is absent, no number or two numbers is in the block and bounds no body."""
    head = response_head([(b":status", b"200"), *((b"content-length", value) for value in values)])

    assert head.length is None
    assert head.block.count(b"content-length") == len(values)


@pytest.mark.parametrize(
    "fields",
    [
        [(b"a", b"1")],
        [(b":status", b"20")],
        [(b":status", b"200 OK\r\nx: y")],
        [(b":status", b"200"), (b"a", b"1\r\nset-cookie: x")],
        [(b":status", b"200"), (b"a", b"1\n2")],
        [(b":status", b"200"), (b"a", b"1\x002")],
        [(b":status", b"200"), (b"a: 1\r\nb", b"2")],
        [(b":status", b"200"), (b"a b", b"2")],
        [(b":status", b"200"), (b"", b"2")],
        [(b":status", b"200"), (b":path", b"/")],
    ],
)
def test_a_head_that_http_1_cannot_hold_is_refused(fields: list[tuple[bytes, bytes]]) -> None:
    """Nothing that a server sends can begin a line of its own in the record."""
    with pytest.raises(MalformedHeadError):
        response_head(fields)


@given(st.lists(st.tuples(st.binary(max_size=8), st.binary(max_size=12)), max_size=6))
def test_what_is_not_refused_reads_back_as_it_came(fields: list[tuple[bytes, bytes]]) -> None:
    """Whatever bytes: one line a field, no line that nobody sent, and no chunks announced."""
    try:
        head = response_head([(b":status", b"200"), *fields])
    except MalformedHeadError:
        return
    read = parse_head(head.block)

    assert read.length == len(head.block)
    assert read.status == 200
    assert not read.is_chunked
    assert [name.encode("latin-1") for name, _ in read.headers] == [name.strip() for name, _ in head.fields]
