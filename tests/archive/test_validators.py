"""What a server knows a page by goes back to it as it was spelled, and nothing that is spelled otherwise."""

from __future__ import annotations

import pytest

from archive.capture import Validators
from archive.validators import checked, conditions, is_conditional, validators_of

DATE = "Sat, 21 Nov 2026 09:30:00 GMT"


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (200, [("ETag", '"1"'), ("LAST-modified", DATE)], Validators(etag='"1"', last_modified=DATE)),
        (200, [("etag", 'W/"caf\xe9"')], Validators(etag='W/"caf\xe9"')),
        (200, [("ETag", '""')], Validators(etag='""')),
        (200, [("ETag", '"1"'), ("etag", '"2"'), ("Last-Modified", DATE)], Validators(last_modified=DATE)),
        (200, [], Validators()),
        (404, [("ETag", '"1"')], Validators()),
        (206, [("ETag", '"1"')], Validators()),
        (304, [("ETag", '"1"')], Validators()),
    ],
)
def test_validators_are_those_of_a_200(status: int, headers: list[tuple[str, str]], expected: Validators) -> None:
    """As spelled; of two tags neither."""
    assert validators_of(status, headers) == expected


@pytest.mark.parametrize(
    "etag",
    [
        "1",
        "'1'",
        '"1',
        '1"',
        '"a b"',
        '"a"b"',
        '"1"\r\nX: y',
        'w/"1"',
        '"日"',
        '"\x7f"',
        '"' + "x" * 501 + '"',
        '"1"\n',
    ],
)
def test_a_tag_that_is_not_spelled_as_http_has_it_is_none(etag: str) -> None:
    """RFC 9110 8.8.3: it would be another header, or nothing that a server understands."""
    assert checked(etag, None) == Validators()


@pytest.mark.parametrize(
    "date",
    [
        "Saturday, 21-Nov-26 09:30:00 GMT",
        "Sat Nov 21 09:30:00 2026",
        DATE + "\r\nX: y",
        DATE.replace("GMT", "+0000"),
        "0",
    ],
)
def test_a_date_that_is_not_spelled_as_http_has_it_is_none(date: str) -> None:
    """RFC 9110 13.1.3: a server passes it over."""
    assert checked(None, date) == Validators()


def test_a_condition_names_what_is_known() -> None:
    """Both where there are both; whoever gets a tag does not look at the date (RFC 9110 13.1.3)."""
    assert conditions(checked('"1"', DATE)) == {"If-None-Match": '"1"', "If-Modified-Since": DATE}
    assert conditions(checked(None, DATE)) == {"If-Modified-Since": DATE}
    assert conditions(Validators()) == {}
    assert [bool(item) for item in (checked('"1"', None), checked(None, DATE), Validators())] == [True, True, False]


@pytest.mark.parametrize(
    ("request_bytes", "expected"),
    [
        (b'GET / HTTP/1.1\r\nif-none-MATCH: "1"\r\n\r\n', True),
        (b"GET / HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: y\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\nIf-None-Match: in the body", False),
        (b"GET /If-None-Match: HTTP/1.1\r\nHost: x\r\n\r\n", False),
        (b"", False),
    ],
)
def test_a_request_is_conditional_by_what_was_sent(request_bytes: bytes, *, expected: bool) -> None:
    """Its header fields alone."""
    assert is_conditional(request_bytes) is expected
