"""The records of a WARC that are wanted, taken out of its bytes as they come: their gzip members, unchanged.

For a file that lies elsewhere and is too large to keep for a few records of it. Its bytes are fed in parts of any size,
what is wanted is written as it came, the rest is forgotten. Memory is bounded whatever a record holds. A WARC with one
gzip member a record is expected, as Common Crawl writes them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from archive.members import DamagedError, MemberDecoder
from archive.reader import parse_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MEMBER = b"\x1f\x8b\x08"
_MAX_HEADER = 64 * 1024
_TRIED = 64 * 1024
_LINE_ENDS = 4
_LISTED = 100


class Out(Protocol):
    """A file that what is wanted is written to, and that can be cut back."""

    def write(self, data: bytes, /) -> int:
        """The count of bytes written: all of them."""

    def truncate(self, size: int, /) -> int:
        """Cut the file to a size."""

    def seek(self, offset: int, /) -> int:
        """Go on at an offset."""


class _Member:
    """The member that is being read: `begins_at` in the original, the bytes held back until its header is read."""

    def __init__(self, begins_at: int) -> None:
        self.begins_at = begins_at
        self.decoder = MemberDecoder()
        self.held = b""
        self.header = b""
        self.is_wanted: bool | None = None
        self.kind = ""
        self.plain = 0
        self.expected = 0


class Sieve:
    """Takes the records for which `wants(fields)` is true, WARC fields by their names in lower case, into `out`.

    `begins_at` is where in the original the first byte lies that is fed, `kept_bytes` what `out` holds by then, which
    must be where a member ends. After each `feed`, `boundary` is the end of the last whole record, and `kept_bytes` how
    much of `out` is whole: whoever keeps these two can go on there. `pieces` are offset and length, in the original, of
    what was kept. Records of type warcinfo are kept always, and are not among `matched`.
    """

    def __init__(
        self,
        out: Out,
        wants: Callable[[Mapping[str, str]], bool],
        *,
        begins_at: int = 0,
        kept_bytes: int = 0,
        pieces: list[tuple[int, int]] | None = None,
        kinds: Mapping[str, int] | None = None,
        matched: int = 0,
        faults: list[str] | None = None,
    ) -> None:
        self.boundary = begins_at
        self.kept_bytes = kept_bytes
        self.pieces = list(pieces or [])
        self.kinds = Counter(kinds or {})
        self.matched = matched
        self.faults = list(faults or [])
        self._out = out
        self._wants = wants
        self._at = begins_at
        self._member: _Member | None = None
        self._is_lost = False
        self._tail = b""

    def feed(self, data: bytes) -> None:
        """Take in the bytes that follow. Raises `OSError` when `out` takes no more."""
        data = self._tail + data
        self._tail = b""
        while data:
            data = self._find_member(data) if self._is_lost else self._read(data)

    def end(self) -> None:
        """Say that the file ends here: a record that is not whole is a fault, and none of it is kept."""
        if self._member is not None:
            self._note(self._member.begins_at, "the file ends within a record")
            self._forget()

    def _read(self, data: bytes) -> bytes:
        """Feed the member that is open, or open one; back comes what lies behind it."""
        member = self._member = self._member or _Member(self._at)
        try:
            for piece in member.decoder.feed(data):
                self._take_plain(member, piece)
            if member.decoder.is_over and member.is_wanted is None:
                raise DamagedError("a gzip member without a WARC record")  # noqa: TRY301
        except DamagedError as error:
            return self._lose(member, data, str(error))
        rest = member.decoder.rest
        raw = data[: len(data) - len(rest)]
        self._at += len(raw)
        self._take_raw(member, raw)
        if member.decoder.is_over:
            self._close(member)
        return rest

    def _take_plain(self, member: _Member, piece: bytes) -> None:
        member.plain += len(piece)
        if member.is_wanted is not None:
            return
        member.header += piece
        end = member.header.find(b"\r\n\r\n")
        if end < 0:
            if len(member.header) > _MAX_HEADER or not _may_be_record(member.header):
                raise DamagedError("a gzip member without a WARC record")
            return
        version, _, lines = member.header[:end].partition(b"\r\n")
        if not version.startswith(b"WARC/"):
            raise DamagedError("a gzip member without a WARC record")
        fields = {name.lower(): value for name, value in reversed(parse_fields(lines))}
        member.kind = fields.get("warc-type", "").lower()
        length = fields.get("content-length", "")
        member.expected = end + _LINE_ENDS + int(length) + _LINE_ENDS if length.isascii() and length.isdigit() else 0
        member.is_wanted = member.kind == "warcinfo" or self._wants(fields)
        member.header = b""

    def _take_raw(self, member: _Member, raw: bytes) -> None:
        if member.is_wanted is None:
            member.held += raw
        elif member.is_wanted:
            self._out.write(member.held + raw)
            member.held = b""

    def _close(self, member: _Member) -> None:
        self._member = None
        self.kinds[member.kind or "unknown"] += 1
        if member.plain > member.expected:
            self._note(member.begins_at, "more than one record in a gzip member: the others were not looked at")
        self.boundary = self._at
        if not member.is_wanted:
            return
        length = self._at - member.begins_at
        self.kept_bytes += length
        self.matched += member.kind != "warcinfo"
        if self.pieces and sum(self.pieces[-1]) == member.begins_at:
            self.pieces[-1] = (self.pieces[-1][0], self.pieces[-1][1] + length)
        else:
            self.pieces.append((member.begins_at, length))

    def _lose(self, member: _Member, data: bytes, problem: str) -> bytes:
        """Note the damage; back come the bytes in which the next member is looked for."""
        self._note(member.begins_at, problem)
        self._forget()
        self._is_lost = True
        # Of the member that is damaged at least its first byte is passed over.
        passed = max(0, member.begins_at + 1 - self._at)
        self._at += passed
        return data[passed:]

    def _forget(self) -> None:
        self._member = None
        self._out.truncate(self.kept_bytes)
        self._out.seek(self.kept_bytes)

    def _find_member(self, data: bytes) -> bytes:
        """The bytes from the next member on that holds a record; none where there is none in `data`."""
        at = data.find(_MEMBER)
        while at >= 0 and not _begins_record(data[at : at + _TRIED]):
            at = data.find(_MEMBER, at + 1)
        if at < 0:
            kept = len(_MEMBER) - 1
            self._tail = data[-kept:]
            self._at += len(data) - len(self._tail)
            return b""
        self._is_lost = False
        self._at += at
        self.boundary = self._at
        return data[at:]

    def _note(self, offset: int, problem: str) -> None:
        fault = f"at byte {offset}: {problem}"
        if len(self.faults) < _LISTED and fault not in self.faults:  # what was read again after an interruption
            self.faults.append(fault)


def _begins_record(data: bytes) -> bool:
    """True where a gzip member begins that holds a record, or too little of it is there to say."""
    try:
        start = next(MemberDecoder().feed(data), b"")
    except DamagedError:
        return False
    return _may_be_record(start)


def _may_be_record(start: bytes) -> bool:
    wanted = b"WARC/"
    return start[: len(wanted)] == wanted[: len(start)]
