"""What is known of captures and visits as rows of the SQLite cache, and back. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from archive.capture import NO_VALIDATORS, Earlier, Location, Validators
from archive.dates import format_date
from archive.trust import Shown, Visit, after_claim, after_page

if TYPE_CHECKING:
    from archive.capture import Stored
    from archive.cdxj import CdxEntry

Row = tuple[str | int | None, ...]


def earlier(entry: CdxEntry) -> Earlier:
    """A line of an index as the earlier record that a revisit may name."""
    return Earlier(
        record_id=entry.record_id or "",
        url=entry.url,
        captured_at=entry.captured_at,
        payload_digest=entry.payload_digest,
        location=entry.location,
    )


def without_folder(place: Location) -> Location:
    """The place with the bare name of its WARC, as indexes have it."""
    return Location(warc=place.warc.rsplit("/", 1)[-1], offset=place.offset, length=place.length)


def row(record: Earlier) -> Row:
    """The row of a payload; the record has a location."""
    place = record.location
    assert place is not None, "what is in the store lies somewhere"
    captured = record.captured_at.isoformat()
    named = (record.url, record.payload_digest, record.record_id, captured)
    return (*named, place.warc, place.offset, place.length)


def visit_row(url: str, visit: Visit) -> Row:
    """The row of what is known of a URL; times in UTC, as in a WARC."""
    before, shown = visit.before or Shown("", NO_VALIDATORS), visit.shown.validators
    claimed = format_date(visit.claimed_at) if visit.claimed_at else None
    return (
        url, format_date(visit.seen_at), visit.shown.digest, shown.etag, shown.last_modified, visit.unmodified, claimed,
        before.digest or None, before.validators.etag, before.validators.last_modified, int(visit.is_liar),
    )  # fmt: skip


def visit_of(stored: tuple[Any, ...]) -> Visit:
    """What a row that `visit_row` gave says."""
    _, captured, digest, etag, modified, unmodified, claimed, before, before_etag, before_modified, is_liar = stored
    return Visit(
        seen_at=dt.datetime.fromisoformat(captured),
        shown=Shown(digest, Validators(etag=etag, last_modified=modified)),
        unmodified=unmodified,
        claimed_at=dt.datetime.fromisoformat(claimed) if claimed else None,
        before=Shown(before, Validators(etag=before_etag, last_modified=before_modified)) if before else None,
        is_liar=bool(is_liar),
    )


def after(visit: Visit | None, seen: CdxEntry | Stored, *, is_revisit: bool) -> Visit | None:
    """What is known of a URL after one more whole answer: a 200, stored or a revisit, or a 304 to our condition."""
    if seen.status == 200:
        return after_page(visit, Shown(seen.payload_digest, seen.validators), seen.captured_at)
    if seen.status == 304 and is_revisit:
        return after_claim(visit, seen.payload_digest, seen.captured_at)
    return visit


def is_whole(entry: CdxEntry) -> bool:
    """True for a whole record of a page that was asked for by GET."""
    # What a form answered is no earlier capture of the page.
    return entry.record_id is not None and entry.truncated is None and entry.method == "GET"
