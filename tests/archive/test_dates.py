"""WARC dates in, WARC dates out: UTC, milliseconds, any precision, never a crash."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.dates import EPOCH, format_date, parse_date, to_milliseconds


def test_a_date_is_utc_with_milliseconds_cut_not_rounded() -> None:
    """Whatever the zone it was given in."""
    tokyo = dt.timezone(dt.timedelta(hours=9))

    assert format_date(dt.datetime(2026, 11, 21, 18, 30, 0, 999999, tzinfo=tokyo)) == "2026-11-21T09:30:00.999Z"
    assert format_date(dt.datetime(2026, 11, 21, tzinfo=dt.UTC)) == "2026-11-21T00:00:00.000Z"


def test_a_time_without_a_zone_is_refused() -> None:
    """It would be written as if it were UTC."""
    with pytest.raises(ValueError, match="aware"):
        format_date(dt.datetime(2026, 11, 21))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-11-21T09:30:00Z", dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)),
        ("2026-11-21T09:30:00.123456789Z", dt.datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=dt.UTC)),
        ("2026-11-21T18:30:00+09:00", dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)),
        ("2026-11-21T09:30:00", dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)),
        ("2026-11-21T09:30Z", dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)),
        ("2026-11-21", dt.datetime(2026, 11, 21, tzinfo=dt.UTC)),
        ("2026-11", dt.datetime(2026, 11, 1, tzinfo=dt.UTC)),
        (" 2026 ", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        ("0001-01-01T00:00:00+09:00", EPOCH),
        ("yesterday", EPOCH),
        ("", EPOCH),
        (None, EPOCH),
    ],
)
def test_a_date_of_any_precision_is_read(text: str | None, when: dt.datetime) -> None:
    """WARC 1.1, 5.4; what is unreadable is the epoch, so that no record is lost to it."""
    assert parse_date(text) == when


aware = st.datetimes(dt.datetime(1000, 1, 2), dt.datetime(9999, 12, 30), timezones=st.timezones())  # noqa: DTZ001


@given(aware)
def test_dates_round_trip_in_milliseconds(when: dt.datetime) -> None:
    """Writing and reading are inverse."""
    assert parse_date(format_date(when)) == to_milliseconds(when)


@given(st.text(max_size=40))
def test_no_text_crashes_the_reader_of_dates(text: str) -> None:
    """An aware time comes out."""
    assert parse_date(text).tzinfo is dt.UTC
