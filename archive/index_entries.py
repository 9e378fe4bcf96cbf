"""What an index says of a record, made from the record alone: by verifying it is compared, by repairing it is written.

Pure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archive.capture import NO_VALIDATORS, RENDERED
from archive.cdxj import CdxEntry
from archive.dates import parse_date
from archive.reader import target_of
from archive.validators import validators_of
from archive.writer import with_request

if TYPE_CHECKING:
    from archive.capture import Location
    from archive.record_check import CheckedRecord
    from archive.scan import RecordHeader


def entry_of(header: RecordHeader, checked: CheckedRecord, place: Location) -> CdxEntry:
    """The entry of a response, revisit or resource; `place` is where it lies, its file by its key."""
    head = checked.head
    target = header.field("WARC-Target-URI") or ""
    is_revisit = header.kind == "revisit"
    mime = head.mime if head else (header.field("Content-Type") or "").split(";")[0].strip().lower() or None
    return CdxEntry(
        url=target if target.startswith(RENDERED) else target_of(header) or "",
        captured_at=parse_date(header.field("WARC-Date")),
        status=head.status if head else 200,
        mime="warc/revisit" if is_revisit else mime,
        payload_digest=header.field("WARC-Payload-Digest") or checked.payload_digest,
        location=replace(place, warc=place.warc.rsplit("/", 1)[-1]),
        record_id=header.field("WARC-Record-ID"),
        truncated=None if is_revisit else header.field("WARC-Truncated"),
        validators=validators_of(head.status, head.headers) if head else NO_VALIDATORS,
    )


def with_request_record(entry: CdxEntry, checked: CheckedRecord) -> CdxEntry:
    """The entry, filed under method and body of its request too where that was no GET."""
    return with_request(entry, checked.request)
