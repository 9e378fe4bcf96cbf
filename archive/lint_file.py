"""Rules of WARC/1.1 that the records of one file keep or break together. Pure; holds ids, never blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.lint_http import is_short
from archive.lint_rule import Rule, block_field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.lint_record import LintRecord

LARGEST_FILE = 1250 * 1000**2
"""Bytes: "about 1 GB" of annex C, and room for the last record, behind which a file is closed."""

_NAME = re.compile(r"[A-Za-z0-9._]+-[0-9]{8}T?[0-9]{6,9}Z?-[0-9]+(-.+)?\.warc(\.gz)?|.*-[0-9]{14,17}.*\.warc(\.gz)?")
_HEAD = b"HEAD "
_OF_A_CRAWL = ("robots", "hostname", "http-header-user-agent")
_CAPTURES = ("response", "revisit", "resource")

FILE_RULES: tuple[Rule, ...] = (
    Rule(code="W80", section="6.2", says="a file begins with a warcinfo"),
    Rule(code="W81", section="6.2", says="the warcinfo of a crawl says robots, hostname and http-header-user-agent"),
    Rule(code="E82", section="5.2", says="no two records have one WARC-Record-ID"),
    Rule(code="E83", section="5.4", says="the records of one capture have one WARC-Date"),
    Rule(code="W84", section="6.5", says="a response has the record of its request"),
    Rule(code="W85", section="5.7", says="WARC-Concurrent-To names a record of the file"),
    Rule(
        code="W86", section="guidelines", says="WARC-Concurrent-To points back: forward, it dangles after a torn tail"
    ),
    Rule(code="W87", section="5.16", says="WARC-Warcinfo-ID names a warcinfo of the file"),
    Rule(code="W88", section="5.17", says="WARC-Filename is the file's name"),
    Rule(code="W89", section="annex D", says="a file is called .warc.gz when it is packed, .warc when it is not"),
    Rule(code="W90", section="annex C", says="a file's name has a time stamp and a serial number"),
    Rule(code="W91", section="annex C", says="a file has about 1 GB at most"),
    Rule(code="E92", section="5.15, annotation #62", says="a body that is known to be cut is WARC-Truncated"),
    Rule(code="E93", section="6.7.2", says="a revisit says URI, date and payload of its original as they are"),
    Rule(code="E94", section="6.8", says="a conversion has the WARC-Target-URI of its original"),
)


@dataclass(frozen=True, slots=True)
class _Seen:
    kind: str
    url: str
    date: str
    digest: str


class FileRules:
    """The state of one file. `take` each record in its order, then `end`; both give (code, record, problem)."""

    def __init__(self, name: str, size: int, *, largest: int = LARGEST_FILE) -> None:
        self._name = name
        self._size = size
        self._largest = largest
        self._first: LintRecord | None = None
        self._info: LintRecord | None = None
        self._infos: set[str] = set()
        self._seen: dict[str, _Seen] = {}
        self._short: dict[str, tuple[LintRecord, str]] = {}
        self._alone: dict[str, LintRecord] = {}
        self._ahead: dict[str, list[LintRecord]] = {}
        self._strays: dict[str, LintRecord] = {}
        self._has_requests = False

    def take(self, record: LintRecord) -> Iterator[tuple[str, LintRecord, str]]:
        """What this record breaks, with those before it."""
        if self._first is None:
            self._first = record
            yield from self._begin(record)
        if record.id and record.id in self._seen:
            yield "E82", record, f"the id {record.id} is that of an earlier record too"
        yield from self._pointers(record)
        yield from self._original(record)
        if record.kind == "warcinfo":
            self._infos.add(record.id)
            self._info = self._info or record
            if (name := record.get("WARC-Filename")) and name != self._name:
                yield "W88", record, f"WARC-Filename is {name!r}, the file is called {self._name!r}"
        self._note(record)

    def end(self) -> Iterator[tuple[str, LintRecord, str]]:
        """What can be said only when all records were seen."""
        yield from (("E92", record, problem) for record, problem in self._short.values())
        yield from (("W84", record, "has no request record") for record in self._alone.values())
        for pointed, records in self._ahead.items():
            code, what = ("W86", "comes later") if pointed in self._seen else ("W85", "is not in the file")
            yield from ((code, record, f"WARC-Concurrent-To names {pointed}, which {what}") for record in records)
        for info, record in self._strays.items():
            if info not in self._infos:
                yield "W87", record, f"WARC-Warcinfo-ID names {info}, which is no warcinfo of the file"
        if self._info is not None and self._has_requests:
            missing = [name for name in _OF_A_CRAWL if not block_field(self._info, name)]
            if missing:
                yield "W81", self._info, f"does not say {', '.join(missing)}"

    def _begin(self, record: LintRecord) -> Iterator[tuple[str, LintRecord, str]]:
        if record.kind != "warcinfo" and record.broken is None:
            yield "W80", record, f"the file begins with a {record.kind} record"
        if self._name.endswith(".gz") != record.is_packed:
            yield "W89", record, f"{self._name} is {'' if record.is_packed else 'not '}packed"
        if _NAME.fullmatch(self._name) is None:
            yield "W90", record, f"{self._name!r} has no time stamp and serial number"
        if self._size > self._largest:
            yield "W91", record, f"the file has {self._size} bytes"

    def _pointers(self, record: LintRecord) -> Iterator[tuple[str, LintRecord, str]]:
        for pointed in record.all("WARC-Concurrent-To"):
            other = self._seen.get(pointed)
            if other is None:
                self._ahead.setdefault(pointed, []).append(record)
            elif (date := record.get("WARC-Date")) and other.date and date != other.date:
                yield "E83", record, f"its date is {date}, {pointed} of the same capture has {other.date}"
            if record.kind == "request":
                self._alone.pop(pointed, None)
                short = self._short.pop(pointed, None)
                if short is not None and not record.start.startswith(_HEAD):
                    yield "E92", short[0], short[1]
        info = record.get("WARC-Warcinfo-ID")
        if info is not None and record.kind != "warcinfo" and info not in self._infos:
            self._strays.setdefault(info, record)

    def _original(self, record: LintRecord) -> Iterator[tuple[str, LintRecord, str]]:
        original = self._seen.get(record.get("WARC-Refers-To") or "")
        if original is None:
            return
        if record.kind == "revisit":
            wrong = list(_differences(record, original))
            if wrong:
                yield "E93", record, f"says of its original the {', the '.join(wrong)}"
        elif record.kind == "conversion" and record.get("WARC-Target-URI") not in (None, original.url):
            yield "E94", record, f"its original has the WARC-Target-URI {original.url!r}"

    def _note(self, record: LintRecord) -> None:
        self._has_requests = self._has_requests or record.kind == "request"
        self._seen[record.id] = _Seen(
            record.kind,
            record.get("WARC-Target-URI") or "",
            record.get("WARC-Date") or "",
            record.get("WARC-Payload-Digest") or "",
        )
        if record.kind not in _CAPTURES or not record.is_http or not record.is_web:
            return
        problem = is_short(record)
        if not self._has_request(record):
            self._alone[record.id] = record_without_block(record)
        if problem is not None:
            self._short[record.id] = (record_without_block(record), problem)

    def _has_request(self, record: LintRecord) -> bool:
        """True when the request came first, whichever of the two points to the other."""
        pointed = (self._seen.get(other) for other in record.all("WARC-Concurrent-To"))
        pointing = self._ahead.get(record.id, ())
        return any(item is not None and item.kind == "request" for item in (*pointed, *pointing))


def _differences(record: LintRecord, original: _Seen) -> Iterator[str]:
    kind = "response" if original.kind == "resource" else original.kind
    pairs = (
        ("kind", "response", kind),
        ("URI", record.get("WARC-Refers-To-Target-URI"), original.url),
        ("date", record.get("WARC-Refers-To-Date"), original.date),
        ("payload", record.get("WARC-Payload-Digest") or original.digest, original.digest),
    )
    for what, said, found in pairs:
        if said is not None and said != found:
            yield f"{what} {said!r} (it has {found!r})"


def record_without_block(record: LintRecord) -> LintRecord:
    """The record without the bytes that it kept of its block: what may wait until the end of the file."""
    record.start = record.end = b""
    record.head = None
    return record
