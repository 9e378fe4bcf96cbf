"""Where an answer begins and ends: the same however it arrives, within bounds whatever arrives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.http_message import parse_head, payload_of
from crawler.framing import MAX_HEAD_BYTES, MAX_INTERIM, Answer, Stage
from tests.wirecases import every_case
from tests.wireserver import MAX_BODY, chunked, page, with_length

WHOLE = {
    path: case
    for path, case in every_case().items()
    if case.truncated is None and case.has_record and case.fate != "broken" and len(case.message) < 50_000
}


def fed(data: bytes, *cuts: int, method: bytes = b"GET") -> tuple[Answer, bytes, int]:
    """The answer after these bytes in pieces of these sizes, its payload, and how many bytes came behind it."""
    answer, payload, rest, position = Answer(method=method, max_body=MAX_BODY), b"", 0, 0
    for number in range(len(data)):
        if position >= len(data):
            break
        size = cuts[number % len(cuts)]
        payload += answer.feed(data[position : position + size])
        rest += answer.rest
        position += size
    return answer, payload, rest


@pytest.mark.parametrize("path", WHOLE)
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_an_answer_is_framed_the_same_however_it_arrives(path: str, size: int) -> None:
    """Byte by byte or at once: the same beginning, the same end, the payload that a reader of the record finds."""
    case = WHOLE[path]
    answer, payload, rest = fed(case.before + case.message + case.after, size)
    head = parse_head(case.message)

    assert answer.begins_at == len(case.before)
    assert rest == len(case.after)
    assert payload == payload_of(head, case.message[head.length :])
    assert answer.problem is None
    assert answer.close()


@given(
    data=st.lists(
        st.one_of(
            st.sampled_from(
                [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 103 E\r\n", b"\r\n", b"\n", b"Content-Length: 5\r\n", b"5\r\n",
                 b"Transfer-Encoding: chunked\r\n", b"0\r\n", b"hello", b"<p>", b" folded\r\n", b"\r"]
            ),
            st.binary(max_size=20),
        ),
        max_size=30,
    ).map(b"".join),
    cuts=st.lists(st.integers(1, 9), min_size=1, max_size=5),
)  # fmt: skip
def test_no_bytes_crash_it_and_no_cut_changes_it(data: bytes, cuts: list[int]) -> None:
    """Whatever a server sends."""
    at_once, payload, rest = fed(data, len(data) or 1)
    again, same, more = fed(data, *cuts)

    assert (again.stage, same, again.begins_at, more) == (at_once.stage, payload, at_once.begins_at, rest)
    assert again.close() == at_once.close()


def test_a_head_without_end_is_cut() -> None:
    """At the bound, to the byte, and nothing more is held."""
    answer, _, rest = fed(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * (MAX_HEAD_BYTES // 6 + 100), 5000)

    assert answer.stage is Stage.OVER_LIMIT
    assert rest == len(b"HTTP/1.1 200 OK\r\n") + 6 * (MAX_HEAD_BYTES // 6 + 100) - MAX_HEAD_BYTES


def test_interim_answers_without_end_are_cut() -> None:
    """However many come, the final one is waited for only so long."""
    hint = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    ended, _, _ = fed(hint * (MAX_INTERIM + 1), 50)
    going, _, _ = fed(hint * MAX_INTERIM + with_length(b"page"), 50)

    assert ended.stage is Stage.OVER_LIMIT
    assert "interim" in (ended.problem or "")
    assert going.stage is Stage.DONE


def test_the_body_is_bounded_on_the_wire() -> None:
    """Framing counts: a body of tiny chunks is as large as what it sends."""
    exact = Answer(max_body=len(chunked(page("x"))) - chunked(page("x")).index(b"\r\n\r\n") - 4)
    exact.feed(chunked(page("x")))
    over = Answer(max_body=1000)
    payload = over.feed(with_length(b"x" * 1001))

    assert exact.stage is Stage.DONE
    assert (over.stage, over.rest, len(payload)) == (Stage.OVER_LIMIT, 1, 1000)


def test_two_lengths_are_no_length() -> None:
    """What contradicts itself is listened to until it ends, and cannot be used."""
    answer = Answer()
    answer.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")

    assert answer.stage is Stage.LOST
    assert answer.problem == "Content-Length is both 5 and 6"
