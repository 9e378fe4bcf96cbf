"""WARC records read for the lint: with the bytes of their headers as they lie, which a tolerant reader passes over.

Memory stays flat: of a block are kept its ends, and the whole of it only where it is small.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, cast

from archive.digests import Claim
from archive.http_message import Head, has_whole_head, parse_head
from archive.members import CutError, DamagedError, open_stored
from archive.record_check import HttpPayload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.members import Stored

_STEP = 256 * 1024
_MAX_LINE = 1024 * 1024
_KEPT_START, _KEPT_END = 1024 * 1024, 8 * 1024
_LENGTH = re.compile(r"[0-9]{1,18}")


@dataclass(slots=True, kw_only=True)
class LintRecord:
    """A record as it lies in its file.

    `version` and `lines` are its header in bytes, line ends included; `fields` the same as text. `start` and `end` are
    the first MiB and the last 8 KiB of the block, `tail` the bytes behind it. `shares_member` is True where another
    record lies in the same gzip member. `block_holds` and `payload_holds` are what came of comparing the digests, None
    where there was nothing to compare; `framing_holds` is True when the payload digest is that of the body with its
    transfer coding. `broken` says why the file cannot be read from here on.
    """

    offset: int
    is_packed: bool
    version: bytes = b""
    lines: tuple[bytes, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    length: int = 0
    start: bytes = b""
    end: bytes = b""
    tail: bytes = b"\r\n\r\n"
    shares_member: bool = False
    block_holds: bool | None = None
    payload_holds: bool | None = None
    framing_holds: bool = False
    broken: str | None = None
    head: Head | None = field(default=None)

    @property
    def kind(self) -> str:
        """WARC-Type in lower case; empty when there is none."""
        return (self.get("WARC-Type") or "").strip().lower()

    @property
    def id(self) -> str:
        """WARC-Record-ID; empty when there is none."""
        return self.get("WARC-Record-ID") or ""

    def get(self, name: str) -> str | None:
        """The first value of a field, by its name in any case; None when it is not there."""
        wanted = name.lower()
        return next((value for key, value in self.fields if key.lower() == wanted), None)

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        wanted = name.lower()
        return [value for key, value in self.fields if key.lower() == wanted]

    @property
    def is_http(self) -> bool:
        """True when the block is an HTTP message by its Content-Type."""
        return (self.get("Content-Type") or "").lower().replace(" ", "").startswith("application/http")

    @property
    def is_web(self) -> bool:
        """True when the target is one of the web."""
        return (self.get("WARC-Target-URI") or "").strip("<>").lower().startswith(("http://", "https://"))


class _BrokenError(Exception):
    """From here on the file cannot be read."""


def read_for_lint(source: BinaryIO) -> Iterator[LintRecord]:
    """Every record of a WARC; where it breaks off, a last one whose `broken` says why."""
    start = source.read(2)
    is_packed = start == b"\x1f\x8b"
    stored = open_stored(cast("BinaryIO", _After(start, source)))
    record = LintRecord(offset=0, is_packed=is_packed)
    found = False
    try:
        while stored.next_record():
            record = LintRecord(offset=stored.begins_at, is_packed=is_packed)
            found = True
            _read(stored, record)
            yield record
    except (CutError, DamagedError, _BrokenError, OSError) as error:
        record.broken = "the file is cut inside this record" if isinstance(error, CutError) else str(error)
        yield record
        return
    if not found:
        record.broken = "there is no record in it"
        yield record


class _After:
    """A stream with bytes put back in front; it need not seek."""

    def __init__(self, start: bytes, source: BinaryIO) -> None:
        self._start = start
        self._source = source

    def read(self, size: int = -1) -> bytes:
        if not self._start:
            return self._source.read(size)
        part, self._start = (self._start, b"") if size < 0 else (self._start[:size], self._start[size:])
        return part


def _read(stored: Stored, record: LintRecord) -> None:
    record.version = stored.readline(_MAX_LINE)
    if not record.version.startswith(b"WARC/"):
        raise _BrokenError(f"no record begins here, but {record.version[:20]!r}")
    lines: list[bytes] = []
    while (line := stored.readline(_MAX_LINE)) not in (b"\r\n", b"\n", b""):
        lines.append(line)
    record.lines = (*lines, line)
    record.fields = tuple(_fields(lines))
    stated = (record.get("Content-Length") or "").strip()
    if _LENGTH.fullmatch(stated) is None:
        raise _BrokenError(f"Content-Length is {stated!r}, expected a count of bytes")
    _read_block(stored, record, int(stated))
    _read_tail(stored, record)


def _fields(lines: list[bytes]) -> Iterator[tuple[str, str]]:
    name, value = "", ""
    for raw in lines:
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if line[:1] in (" ", "\t") and name:
            value = f"{value} {line.strip()}"
            continue
        if name:
            yield name, value
        name, _, value = line.partition(":")
        name, value = name.strip(), value.strip()
    if name:
        yield name, value


def _read_block(stored: Stored, record: LintRecord, length: int) -> None:
    block = _claim(record.get("WARC-Block-Digest"))
    stated = record.get("WARC-Payload-Digest") if record.kind != "revisit" else None
    payload = HttpPayload(stated) if stated and record.is_http else None
    plain = _claim(stated) if stated and payload is None else None
    left = length
    while left:
        part = stored.read(min(_STEP, left))
        if not part:
            raise _BrokenError(f"the block has {length - left} of {length} bytes")
        left -= len(part)
        for claim in (block, payload, plain):
            if claim is not None:
                claim.update(part)
        if len(record.start) < _KEPT_START:
            record.start += part
        record.end = (record.end + part)[-_KEPT_END:]
    record.length = length
    record.block_holds = block.holds if block is not None else None
    if payload is not None:
        payload.finish()
        record.payload_holds, record.framing_holds = payload.holds, payload.framing_holds
    elif plain is not None:
        record.payload_holds = plain.holds
    if record.is_http and record.kind in ("response", "revisit") and has_whole_head(record.start):
        record.head = parse_head(record.start)


def _claim(stated: str | None) -> Claim | None:
    claim = Claim(stated) if stated else None
    return claim if claim is not None and claim.is_known else None


def _read_tail(stored: Stored, record: LintRecord) -> None:
    """The bytes behind the block, to the end of the member or of the line ends."""
    tail = b""
    while (start := stored.peek()) and len(tail) < _KEPT_END:
        count = len(start) - len(start.lstrip(b"\r\n"))
        if not count:
            break
        tail += stored.read(count)
    record.tail = tail
    record.shares_member = stored.end_of_record() is None
    if record.shares_member and not stored.peek().startswith(b"WARC/"):
        raise _BrokenError(f"behind the block stands {stored.peek()[:20]!r}, expected the end of the record")
