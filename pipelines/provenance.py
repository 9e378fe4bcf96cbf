"""Where the bytes of a page lie, as its article, dropped or failed line says it: the one place that builds it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from archive.dates import format_date
from pipelines.article import Article, Dropped, Failed, Provenance
from pipelines.software import software

if TYPE_CHECKING:
    import datetime as dt

    from archive.capture import Capture, Location

OutcomeT = TypeVar("OutcomeT", bound=Article | Dropped | Failed)


def provenance_of(
    location: Location, record_id: str | None = None, digest: str | None = None, captured_at: dt.datetime | None = None
) -> Provenance:
    """Where a record lies, with what is known of its capture; None where nothing is."""
    return Provenance(
        warc=location.warc,
        offset=location.offset,
        length=location.length,
        record_id=record_id,
        payload_digest=digest,
        captured_at=format_date(captured_at) if captured_at else None,
        software=software(),
    )


def provenance_of_capture(capture: Capture) -> Provenance:
    """Where a capture lies; the rules that read it are not named yet."""
    return provenance_of(capture.location, capture.record_id, capture.payload_digest, capture.captured_at)


def from_origin(outcome: OutcomeT, origin: str | None) -> OutcomeT:
    """The outcome, saying whose WARC its page was in; as it is for one of our own (None)."""
    if origin is None:
        return outcome
    return replace(outcome, provenance=replace(outcome.provenance, origin=origin))
