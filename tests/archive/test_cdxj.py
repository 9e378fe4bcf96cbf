"""An index line and its entry are each other's inverse; a line of another kind is one named error."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.capture import Location, Validators
from archive.cdxj import CdxEntry, format_line, parse_key, parse_line
from archive.errors import Malformed

ENTRY = CdxEntry(
    url="https://www.example.org/A?b=1",
    captured_at=dt.datetime(2026, 11, 21, 9, 30, 0, 123000, tzinfo=dt.UTC),
    status=200,
    mime="text/html",
    payload_digest="sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
    location=Location(warc="kakehashi-x.warc.gz", offset=400, length=1200),
    record_id="<urn:uuid:1>",
    validators=Validators(etag='W/"caf\xe9"', last_modified="Sat, 21 Nov 2026 09:30:00 GMT"),
)
LINE = (
    'org,example)/a?b=1 20261121093000 {"url": "https://www.example.org/A?b=1", "mime": "text/html", "status": "200", '
    '"digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "length": "1200", "offset": "400", '
    '"filename": "kakehashi-x.warc.gz", "captured": "2026-11-21T09:30:00.123Z", "recordId": "<urn:uuid:1>", '
    '"etag": "W/\\"caf\\u00e9\\"", "lastModified": "Sat, 21 Nov 2026 09:30:00 GMT"}'
)


def test_a_line_holds_what_replay_tools_look_for() -> None:
    """Key, 14 digits, and JSON with strings for values."""
    assert format_line(ENTRY) == LINE
    assert parse_line(LINE) == ENTRY
    assert parse_key(LINE) == ("org,example)/a?b=1", "20261121093000")


def test_the_timestamp_is_utc_whatever_the_zone() -> None:
    """A line is filed under one time."""
    tokyo = dt.timezone(dt.timedelta(hours=9))
    moved = dataclasses.replace(ENTRY, captured_at=ENTRY.captured_at.astimezone(tokyo))

    assert format_line(moved) == LINE


def test_lines_of_other_tools_are_read() -> None:
    """Without our fields, with a 17-digit time, and with what CDX writes for nothing."""
    line = (
        'org,example)/ 20261121093000123 {"url": "http://example.org/", "status": "-", '
        '"digest": "sha1:X", "length": 5, "offset": 7, "filename": "a.warc.gz", "other": [1]}'
    )

    assert parse_line(line) == CdxEntry(
        url="http://example.org/",
        captured_at=dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC),
        status=0,
        mime=None,
        payload_digest="sha1:X",
        location=Location(warc="a.warc.gz", offset=7, length=5),
    )


@pytest.mark.parametrize("etag", ["x", '"a"\r\nX: y', '"a', '"日"', ""])
def test_a_tag_that_no_request_could_carry_is_passed_over(etag: str) -> None:
    """An index may come from anywhere; what it says goes into no header unless it is spelled as HTTP has it."""
    fields = {"etag": etag, "lastModified": "yesterday\r\nX: y"}

    assert parse_line(with_field(**fields)) == dataclasses.replace(ENTRY, validators=Validators())


@pytest.mark.parametrize(
    ("mime", "status", "expected"), [("warc/revisit", 304, True), ("warc/revisit", 200, False), (None, 304, False)]
)
def test_a_304_that_stands_for_a_record_is_told_apart(mime: str | None, status: int, *, expected: bool) -> None:
    """A 304 that nobody asked for is what it is."""
    assert dataclasses.replace(ENTRY, mime=mime, status=status).is_unmodified is expected


def with_field(**fields: object) -> str:
    return "key 20261121093000 " + json.dumps({**json.loads(LINE.split(" ", 2)[2]), **fields})


@pytest.mark.parametrize(
    "line",
    [
        "",
        "key",
        "key 20261121093000",
        "key 20261121093000 {",
        "key 20261121093000 []",
        'key 20261121093000 "text"',
        "key 20261121093000 {}",
        "key 2026 " + LINE.split(" ", 2)[2].replace('"captured"', '"captured_"'),
        with_field(offset=-1),
        with_field(offset="x"),
        with_field(offset=None),
        with_field(offset=True),
        with_field(length=float("inf")),
        with_field(url=5),
        with_field(digest=None),
        with_field(recordId=5),
        with_field(captured="yesterday"),
        with_field(captured=5),
        "key 20261121093000 " + "[" * 100_000,
    ],
)
def test_what_is_no_line_is_named_with_its_place(line: str) -> None:
    """One error, whatever is wrong."""
    with pytest.raises(Malformed, match=r"^cdxj/x\.cdxj:7: not a CDXJ line") as error:
        parse_line(line, where="cdxj/x.cdxj:7")

    assert len(str(error.value)) < 400


texts = st.text(max_size=30)
entries = st.builds(
    CdxEntry,
    url=texts.map(lambda tail: f"http://example.org/{tail}"),
    captured_at=st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)).map(  # noqa: DTZ001
        lambda when: when.replace(microsecond=when.microsecond // 1000 * 1000)
    ),
    status=st.integers(0, 999),
    mime=st.none() | texts.filter(lambda text: text not in ("", "unk")),
    payload_digest=texts,
    location=st.builds(Location, warc=texts, offset=st.integers(0, 2**60), length=st.integers(0, 2**60)),
    record_id=st.none() | texts.filter(bool),
    truncated=st.none() | st.sampled_from(["length", "disconnect"]),
    validators=st.builds(
        Validators,
        etag=st.none() | st.from_regex(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]{0,30}"', fullmatch=True),
        last_modified=st.none() | st.just("Sat, 21 Nov 2026 09:30:00 GMT"),
    ),
)


@given(entries)
def test_any_entry_round_trips_as_one_line_of_ascii(entry: CdxEntry) -> None:
    """So that sorting by bytes and by characters agree."""
    line = format_line(entry)

    assert parse_line(line) == entry
    assert line.isascii()
    assert "\n" not in line
    assert parse_key(line) == (entry.key, entry.timestamp)


@given(st.one_of(st.text(), st.text().map(lambda tail: f"key 20261121093000 {tail}")))
def test_no_text_crashes_the_reader_of_lines(line: str) -> None:
    """An entry or `Malformed`, nothing else."""
    with suppress(Malformed):
        assert isinstance(parse_line(line), CdxEntry)
