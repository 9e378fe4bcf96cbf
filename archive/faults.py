"""What verifying finds: faults, and what is known of a WARC that was read. Values, no clock, file, socket or log."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


class Kind(enum.StrEnum):
    """What kind of thing is wrong; all but `UNFINISHED` are faults."""

    MISSING = "missing"
    MANIFEST = "manifest"
    CHECKSUM = "checksum"
    DAMAGED = "damaged"
    DIGEST = "digest"
    INDEX = "index"
    ARTICLE = "article"
    DERIVATION = "derivation"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is not as it should be in the blob `key`: at byte `offset` of it, None when all of it is meant."""

    kind: Kind
    key: str
    offset: int | None
    problem: str

    @property
    def is_wrong(self) -> bool:
        """False for what is only worth saying."""
        return self.kind is not Kind.UNFINISHED

    def __str__(self) -> str:
        place = self.key if self.offset is None else f"{self.key} at byte {self.offset}"
        return f"{self.kind}: {place}: {self.problem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCapture:
    """A response, revisit or resource as it lies in its WARC, without its bytes; `facts` as in `Capture`."""

    kind: str
    url: str
    captured_at: dt.datetime
    record_id: str | None
    payload_digest: str | None
    length: int
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class CheckedWarc:
    """A WARC that was read: its captures by offset, its count of records, and where it broke off, None if nowhere."""

    key: str
    captures: dict[int, SeenCapture] = field(default_factory=dict)
    records: int = 0
    broken_at: int | None = None

    def is_readable(self, offset: int) -> bool:
        """False for what lies behind the damage and could not be looked at."""
        return self.broken_at is None or offset < self.broken_at
