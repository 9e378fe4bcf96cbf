"""What verifying finds: faults, and what is known of a WARC that was read. Values, no clock, file, socket or log."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive.layout import OWN_PREFIX, has_articles, is_imported, stem_of_key

if TYPE_CHECKING:
    import datetime as dt

    from archive.cdxj import CdxEntry


class Kind(enum.StrEnum):
    """What kind of thing is wrong; `UNFINISHED` and `STRAY` are no faults."""

    MISSING = "missing"
    MANIFEST = "manifest"
    CHECKSUM = "checksum"
    DAMAGED = "damaged"
    DIGEST = "digest"
    DUPLICATE = "duplicate"
    REVISIT = "revisit"
    INDEX = "index"
    ARTICLE = "article"
    PAGE = "page"
    TEXT = "text"
    LINKS = "links"
    LEDGER = "ledger"
    DERIVATION = "derivation"
    LINT = "lint"
    TAKEDOWN = "takedown"
    LEFTOVER = "leftover"
    UNFINISHED = "unfinished"
    STRAY = "stray"


_NEVER_WRONG = frozenset({Kind.UNFINISHED, Kind.STRAY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is not as it should be in the blob `key`: at byte `offset` of it, None when all of it is meant.

    `is_note` is for what is only worth saying: a file of a run that goes on, what other people's WARCs came with.
    """

    kind: Kind
    key: str
    offset: int | None
    problem: str
    is_note: bool = False

    @property
    def is_wrong(self) -> bool:
        """False for what is only worth saying."""
        return not self.is_note and self.kind not in _NEVER_WRONG

    def __str__(self) -> str:
        place = self.key if self.offset is None else f"{self.key} at byte {self.offset}"
        return f"{self.kind}: {place}: {self.problem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCapture:
    """A response, revisit or resource as it lies in its WARC, without its bytes; `facts` as in `Capture`.

    `status` is 0 where it has none; `is_cut` is True when WARC-Truncated is there; `is_described` when its metadata
    record was read; `entry` is what an index says of it.
    """

    kind: str
    url: str
    captured_at: dt.datetime
    record_id: str | None
    payload_digest: str | None
    length: int
    entry: CdxEntry
    status: int = 0
    is_described: bool = False
    is_cut: bool = False
    facts: tuple[tuple[str, str], ...] = ()

    def fact(self, name: str) -> str | None:
        """The first value of a field of the metadata record; None when it is not there."""
        return next((value for key, value in self.facts if key == name), None)


@dataclass(slots=True, kw_only=True)
class CheckedWarc:
    """A WARC that was read: its captures by offset, its count of records, and what of it could not be read.

    `origin` is whose WARC it was, as its manifest says; None for our own.
    `broken_at` is where it first breaks off, None if nowhere; `unreadable` are the stretches of bytes that are lost.
    """

    key: str
    captures: dict[int, SeenCapture] = field(default_factory=dict)
    records: int = 0
    origin: str | None = None
    broken_at: int | None = None
    unreadable: list[tuple[int, int]] = field(default_factory=list)

    @property
    def is_ours(self) -> bool:
        """True for a WARC that one of our own runs wrote."""
        stem = stem_of_key(self.key)
        return stem is not None and stem.prefix == OWN_PREFIX

    @property
    def is_imported(self) -> bool:
        """True for somebody else's WARC that was taken into the store."""
        return is_imported(self.key)

    @property
    def has_articles(self) -> bool:
        """True for a WARC that articles are made of."""
        stem = stem_of_key(self.key)
        return stem is not None and has_articles(stem)

    def is_readable(self, offset: int) -> bool:
        """False for what lies within damage and could not be looked at."""
        return not any(begin <= offset < end for begin, end in self.unreadable)
