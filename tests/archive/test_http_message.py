"""HTTP messages as they stand on the wire: lenient, whole, and never a crash."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.chunks import ChunkRemover, remove_chunks
from archive.http_message import (
    MAX_FIELDS,
    MAX_HEAD_BYTES,
    Head,
    final_response_offset,
    has_whole_head,
    parse_head,
    payload_of,
)


def test_a_head_gives_status_reason_and_fields_in_the_order_of_the_wire() -> None:
    """Case, order and repeats of the header fields stay as they came."""
    raw = b"HTTP/1.1 200 Very OK\r\nset-cookie: a\r\nX-Y:  z \r\nSet-Cookie: b\r\n\r\nbody"

    assert parse_head(raw) == Head(
        version="HTTP/1.1",
        status=200,
        reason="Very OK",
        headers=(("set-cookie", "a"), ("X-Y", "z"), ("Set-Cookie", "b")),
        length=len(raw) - 4,
    )
    assert parse_head(raw).values("SET-COOKIE") == ["a", "b"]
    assert parse_head(raw).first("absent") is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"HTTP/1.0 404 Not Found", ("HTTP/1.0", 404, "Not Found")),
        (b"HTTP/1.1 200", ("HTTP/1.1", 200, "")),
        (b"HTTP/1.1 200 ", ("HTTP/1.1", 200, "")),
        (b"http/1.1 200 OK", ("http/1.1", 200, "OK")),
        (b"HTTP/2 301 Moved", ("HTTP/2", 301, "Moved")),
        (b"HTTP/1.1 200 \xc3\xa9\xff", ("HTTP/1.1", 200, "Ã©ÿ")),
        (b"ICY 200 OK", ("ICY", 200, "OK")),
        (b"HTTP/1.1 200OK", ("HTTP/1.1", 200, "OK")),
        (b"HTTP 200 OK", ("HTTP", 200, "OK")),
        (b"\r\n\r\nHTTP/1.1 200 OK", ("HTTP/1.1", 200, "OK")),
        (b"HTTP/1.1 20 OK", ("", 0, "")),
        (b"HTTP/1.1 2000 OK", ("", 0, "")),
        (b"", ("", 0, "")),
    ],
)
def test_a_status_line_is_read_as_far_as_it_is_one(line: bytes, expected: tuple[str, int, str]) -> None:
    """What is no status line gives status 0, never an error."""
    head = parse_head(line + b"\r\nA: b\r\n\r\n")

    assert (head.version, head.status, head.reason) == expected
    assert head.headers == (("A", "b"),)


def test_folded_fields_are_joined_and_lines_without_a_colon_passed_over() -> None:
    """Folding (RFC 9112 5.2) is undone in the parsed view alone."""
    head = parse_head(b"HTTP/1.1 200 OK\r\nA: b\r\n\tc\r\n d\r\nnonsense\r\n: empty\r\nE:f\r\n\r\n")

    assert head.headers == (("A", "b c d"), ("E", "f"))


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\n\n", b"\r\n\n", b"\n\r\n"])
def test_a_head_ends_at_any_blank_line(end: bytes) -> None:
    """Servers do send bare LF."""
    raw = b"HTTP/1.1 200 OK\nA: b" + end

    assert parse_head(raw + b"body").length == len(raw)
    assert has_whole_head(raw)


def test_without_a_blank_line_all_is_head() -> None:
    """A response that breaks off within its head has no body."""
    raw = b"HTTP/1.1 200 OK\r\nA: b\r\nC: d"

    assert (parse_head(raw).length, parse_head(raw).headers) == (len(raw), (("A", "b"), ("C", "d")))
    assert not has_whole_head(raw)


def test_the_search_for_the_end_of_a_head_gives_up() -> None:
    """An endless head cannot make the reader search without end."""
    raw = b"HTTP/1.1 200 OK\r\nA: " + b"x" * MAX_HEAD_BYTES + b"\r\n\r\nbody"

    assert parse_head(raw).length == MAX_HEAD_BYTES
    assert has_whole_head(raw)


def test_a_head_of_many_folds_is_read_in_linear_time() -> None:
    """A megabyte of folded lines is no way to stop the reader."""
    began = time.process_time()

    head = parse_head(b"HTTP/1.1 200 OK\r\nA: b\r\n" + b" c\r\n" * 300_000 + b"\r\n")

    assert len(head.headers[0][1]) == 1 + 2 * 300_000
    assert time.process_time() - began < 5


def test_a_head_of_a_million_fields_is_read_as_far_as_is_of_use() -> None:
    """What is too much is kept in the record and left out of the parsed view."""
    head = parse_head(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 100_000 + b"\r\n")

    assert len(head.headers) == MAX_FIELDS
    assert head.length == 19 + 600_000


def test_an_answer_that_is_markup_has_no_head() -> None:
    """HTTP/0.9: the page is all there is, blank lines or not."""
    raw = b"\r\n<html><p>A: b\r\n\r\n<p>c"

    assert parse_head(raw) == Head(version="", status=0, reason="", headers=(), length=0)
    assert has_whole_head(raw)


@pytest.mark.parametrize(
    ("before", "status"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\n", 200),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n", 200),
        (b"", 200),
    ],
)
def test_the_final_response_lies_behind_every_interim_one(before: bytes, status: int) -> None:
    """103 Early Hints is not the page."""
    raw = before + b"HTTP/1.1 200 OK\r\n\r\nbody"

    assert final_response_offset(raw) == len(before)
    assert parse_head(raw[final_response_offset(raw) :]).status == status


@pytest.mark.parametrize("raw", [b"HTTP/1.1 101 Switching Protocols\r\n\r\nx", b"HTTP/1.1 100 Continue\r\nA: b", b""])
def test_what_is_final_or_broken_is_not_skipped(raw: bytes) -> None:
    """101 is a final answer; an interim one that breaks off is all there is."""
    assert final_response_offset(raw) == 0


@pytest.mark.parametrize(
    ("fields", "is_chunked"),
    [
        (b"Transfer-Encoding: chunked", True),
        (b"transfer-encoding: gzip, Chunked ", True),
        (b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", True),
        (b"Transfer-Encoding: CHUNKED, identity", True),
        (b"Transfer-Encoding: identity", False),
        (b"Transfer-Encoding: chunked, gzip", False),
        (b"A: b", False),
    ],
)
def test_a_message_is_chunked_when_its_last_coding_says_so(fields: bytes, *, is_chunked: bool) -> None:
    """RFC 9112 6.1."""
    assert parse_head(b"HTTP/1.1 200 OK\r\n" + fields + b"\r\n\r\n").is_chunked is is_chunked


def test_content_codings_come_in_the_order_in_which_they_were_applied() -> None:
    """Over several fields, without `identity`."""
    head = parse_head(b"HTTP/1.1 200 OK\r\nContent-Encoding: GZIP, identity\r\ncontent-encoding: br,\r\n\r\n")

    assert head.content_codings == ("gzip", "br")


def test_the_media_type_loses_parameters_and_case() -> None:
    """None when there is none."""
    assert parse_head(b"HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=x\r\n\r\n").mime == "text/html"
    assert parse_head(b"HTTP/1.1 200 OK\r\nContent-Type: ;\r\n\r\n").mime is None


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        (b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", b"hello world"),
        (b"5;name=value\r\nhello\r\n0\r\nTrailer: 1\r\n\r\n", b"hello"),
        (b"  5 \r\nhello\r\n0\r\n\r\n", b"hello"),
        (b"0" * 60 + b"5\r\nhello\r\n000\r\n\r\n", b"hello"),
        (b"5\r\nhello\r\n0\r\nA: b\r\n\r\nsurplus", b"hello"),
        (b"5\nhello\n0\n\n", b"hello"),
        (b"0\r\n\r\n", b""),
        (b"", b""),
        (b"5\r\nhel", b"hel"),
        (b"5\r\nhello", b"hello"),
        (b"5\r\nhello\r\nzz\r\nx", b"hello"),
        (b"5\r\nhelloXX3\r\nabc", b"hello"),
        (b"<p>not chunked</p>", b"<p>not chunked</p>"),
        (b"5", b"5"),
        (b"fffffffffffffff\r\nall that came", b"all that came"),
        (b"f" * 40 + b"\r\nx", b"f" * 40 + b"\r\nx"),
    ],
)
def test_chunks_are_removed_as_far_as_the_framing_goes(body: bytes, payload: bytes) -> None:
    """A header that lies leaves the body as it is."""
    assert remove_chunks(body) == payload


def test_only_a_chunked_message_loses_framing() -> None:
    """The payload keeps its content coding."""
    chunked = parse_head(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    plain = parse_head(b"HTTP/1.1 200 OK\r\n\r\n")

    assert payload_of(chunked, b"1\r\nx\r\n0\r\n\r\n") == b"x"
    assert payload_of(plain, b"1\r\nx\r\n0\r\n\r\n") == b"1\r\nx\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (b"5\r\nhello\r\n0\r\n\r\n", (True, True, False, 0)),
        (b"5\r\nhello\r\n0\r\nA: b\r\n\r\nrest", (True, True, False, 4)),
        (b"5\r\nhello\r\n0\r\n", (False, True, False, 0)),
        (b"5\r\nhello\r\n", (False, False, False, 0)),
        (b"5\r\nhello\r\nwhat", (False, False, True, 0)),
        (b"5\r\nhello\r\nwhat\r\n", (False, False, True, 0)),
        (b"5\r\nhelloX\r\n", (False, False, True, 0)),
        (b"0\r\n" + b"A: b\r\n" * 20_000, (False, False, True, 0)),
    ],
)
def test_the_end_of_the_framing_is_seen(body: bytes, state: tuple[bool, bool, bool, int]) -> None:
    """Done, complete but for the trailers, broken; and what came behind it."""
    remover = ChunkRemover()
    remover.feed(body)

    assert (remover.is_done, remover.is_complete, remover.is_broken, remover.rest) == state


pieces = st.one_of(
    st.sampled_from([b"5\r\n", b"0\r\n", b"\r\n", b"\n", b";a=b", b"\r", b"hello", b"1f\r\n", b"\t"]),
    st.binary(max_size=40),
)


@given(body=st.lists(pieces, max_size=30).map(b"".join), cuts=st.lists(st.integers(1, 7), min_size=1, max_size=9))
def test_how_a_body_arrives_does_not_change_its_payload(body: bytes, cuts: list[int]) -> None:
    """Fed byte by byte or whole, the payload and so its digest is the same."""
    remover, parts, position = ChunkRemover(), [], 0
    while position < len(body):
        step = cuts[position % len(cuts)]
        parts.append(remover.feed(body[position : position + step]))
        position += step

    assert b"".join(parts) + remover.end() == remove_chunks(body)


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=10))
def test_what_is_chunked_comes_back(parts: list[bytes]) -> None:
    """Framing and unframing are inverse."""
    body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"

    assert remove_chunks(body) == b"".join(parts)


@given(st.one_of(st.binary(max_size=400), st.binary(max_size=300).map(lambda tail: b"HTTP/1.1 200 OK\r\n" + tail)))
def test_no_bytes_crash_the_parser(raw: bytes) -> None:
    """Whatever a server sends, a head comes out."""
    head = parse_head(raw)

    assert 0 <= head.length <= len(raw)
    assert 0 <= final_response_offset(raw) <= len(raw)
    assert isinstance(payload_of(head, raw[head.length :]), bytes)
