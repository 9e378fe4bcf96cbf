"""A request that is no GET is filed under its method and body, as "CDX for non-GET requests" has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.methods import encoded_body, method_of, with_method
from archive.surt import surt

URL = "http://example.org/events"


def request(body: bytes, mime: str | None = None, method: bytes = b"POST") -> bytes:
    head = method + b" /events HTTP/1.1\r\nHost: example.org\r\n"
    return head + (f"Content-Type: {mime}\r\n".encode() if mime else b"") + b"\r\n" + body


def test_the_example_of_the_draft() -> None:
    """Members, elements, literals and repeated names of a JSON body."""
    body = b"""{"type": "event", "id": 44.0, "values": [true, false, null],
                "source": {"type": "component", "id": "a+b&c= d", "values": [3, 4]}}"""

    assert with_method(URL, "POST", encoded_body(request(body, "application/json"))) == (
        "http://example.org/events?__wb_method=POST&type=event&id=44.0&values=True&values.2_=False&values.3_=None"
        "&type.2_=component&id.2_=a%2Bb%26c%3D+d&values.4_=3&values.5_=4"
    )


@pytest.mark.parametrize(
    ("body", "mime", "expected"),
    [
        (b"hello", None, "__wb_post_data=aGVsbG8="),
        (b"a=1&b=&c=%D0%A2+x", "application/x-www-form-urlencoded", "a=1&b=&c=%D0%A2+x"),
        (b"a=1", "application/x-www-form-urlencoded; charset=UTF-8", "a=1"),
        (b"\xff=1", "application/x-www-form-urlencoded", "__wb_post_data=/z0x"),
        (b'{"a": ', "application/json", "__wb_post_data=eyJhIjog"),
        (b'{"a": 1}', "text/plain", "a=1"),
        (b"plain words", "text/plain", "__wb_post_data=cGxhaW4gd29yZHM="),
        (b"[" * 100_000, "application/json", None),
        (b"", "application/json", ""),
    ],
)
def test_bodies(body: bytes, mime: str | None, expected: str | None) -> None:
    """By what they are; as Base64 where they are not what they say."""
    found = encoded_body(request(body, mime))

    assert found.startswith("__wb_post_data=") if expected is None else found == expected


def test_a_get_is_filed_as_ever() -> None:
    """Whatever its body; and the method is added behind a query, also an empty one."""
    assert with_method(URL, "GET", "a=1") == URL
    assert with_method(f"{URL}?", "HEAD", "") == f"{URL}?&__wb_method=HEAD"
    assert with_method(f"{URL}?a=1", "PUT", "b=2") == f"{URL}?a=1&__wb_method=PUT&b=2"


def test_the_method_is_the_first_word() -> None:
    """GET where nobody knows."""
    lines = (
        b"POST / HTTP/1.1\r\n\r\n",
        b"M-SEARCH / HTTP/1.1\r\n",
        b"",
        b"\xff\xfe",
        b"GET http://a/b HTTP/1.0\r\n\r\n",
    )
    assert [method_of(line) for line in lines] == ["POST", "M-SEARCH", "GET", "GET", "GET"]


@given(
    st.binary(max_size=200),
    st.sampled_from([None, "application/json", "text/plain", "application/x-www-form-urlencoded"]),
)
def test_no_body_breaks_an_index(body: bytes, mime: str | None) -> None:
    """Whatever was posted, there is a key, and it is one word of ASCII."""
    key = surt(with_method(URL, "POST", encoded_body(request(body, mime))))

    assert key.isascii()
    assert " " not in key
    assert key.startswith("org,example)/events?")
