"""The records of a WARC as they lie in it: header, block, place; compressed or not, whole or broken off.

Nothing here knows what a record means. Blocks are read in steps, so that memory stays flat however large they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from archive.capture import Location
from archive.members import CutError, DamagedError, open_stored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archive.members import Stored

MAX_BLOCK_BYTES = 256 * 1024 * 1024
_MAX_HEADER_BYTES = 1024 * 1024
_MAX_VERSION_BYTES = 64
_VERSION = re.compile(rb"WARC/[0-9.]{1,10}[ \t]*\r?\n")
_LENGTH = re.compile(r"[0-9]{1,18}")
_WARC = b"WARC/"
_STEP = 256 * 1024
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong in a WARC: where (file or key, byte offset of the record) and what, in one clause.

    `is_whole` says that every record to the end of the file was read all the same.
    """

    warc: str
    offset: int
    problem: str
    is_whole: bool = False

    def __str__(self) -> str:
        return f"{self.warc} at byte {self.offset}: {self.problem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHeader:
    """The WARC header of a record: `kind` is its WARC-Type in lower case, `block_length` what Content-Length says."""

    kind: str
    fields: tuple[tuple[str, str], ...]
    block_length: int

    def field(self, name: str) -> str | None:
        """The first value of a WARC field, by its name in any case; None when it is not there."""
        wanted = name.lower()
        for key, value in self.fields:
            if key == name or key.lower() == wanted:
                return value
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord(RecordHeader):
    """A record of any type: `fields` are its WARC header, `block` its bytes as stored."""

    block: bytes
    location: Location


class BrokenError(Exception):
    """From here on the file cannot be read; the message says why."""


class Block:
    """The bytes of a record's block, to be read once from front to back."""

    def __init__(self, stored: Stored, length: int) -> None:
        self._stored = stored
        self._length = length
        self._left = length

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; b"" at the end of the block."""
        if not self._left:
            return b""
        part = self._stored.read(min(size, self._left))
        if not part:
            raise BrokenError(f"block has {self._length - self._left} of {self._length} bytes: the file is cut")
        self._left -= len(part)
        return part

    def start(self, limit: int) -> bytes:
        """The next `limit` bytes, or all that are left."""
        parts: list[bytes] = []
        while limit and (part := self.read(min(limit, _STEP))):
            parts.append(part)
            limit -= len(part)
        return b"".join(parts)

    def skip(self) -> None:
        """Read what is left, into nothing."""
        while self.read(_STEP):
            pass


def walk_records(
    source: BinaryIO, *, warc: str, size: int, take: Callable[[RecordHeader, Block], T]
) -> Iterator[tuple[RecordHeader, T, Location] | Finding]:
    """What `take` makes of each record, in the order of the file, then at most one `Finding` about where it broke off.

    `take` gets the header and the block, and may leave bytes of it unread; however large the blocks, memory stays flat.
    Records that share a gzip member have the member's place, and are reported: nobody can find them one by one. `size`
    is the file's length in bytes.
    """
    stored = open_stored(source)
    found = shared = False
    try:
        while stored.next_record():
            header = read_header(stored)
            block = Block(stored, header.block_length)
            taken = take(header, block)
            block.skip()
            skip_line_ends(stored)
            end = stored.end_of_record()
            if end is None:
                _check_next(stored.peek())
            found, shared = True, shared or end is None
            length = (size if end is None else end) - stored.begins_at
            yield header, taken, Location(warc=warc, offset=stored.begins_at, length=length)
    except (CutError, DamagedError, BrokenError, OSError) as error:
        yield Finding(warc=warc, offset=stored.begins_at, problem=_problem(error))
        return
    if shared:
        problem = "records share a gzip member, so none can be found by its offset"
        yield Finding(warc=warc, offset=0, problem=problem, is_whole=True)
    elif not found:
        yield Finding(warc=warc, offset=0, problem="no WARC record in it")


def _check_next(start: bytes) -> None:
    if not _WARC.startswith(start[: len(_WARC)]):  # damage that unpacks to more than was packed: not to be trusted
        raise BrokenError(f"what follows it in its gzip member is no record: {start!r}")


def _problem(error: Exception) -> str:
    if isinstance(error, CutError):
        return "the file is cut inside this record"
    if isinstance(error, BrokenError):
        return str(error)
    return f"unreadable from here: {error}"


def read_header(stored: Stored) -> RecordHeader:
    """The header of the record that begins here. Raises `BrokenError`, `CutError` or `DamagedError`."""
    skip_line_ends(stored)
    fields = _plain_fields(stored) or _any_fields(stored)
    kind = length = ""
    for name, value in reversed(fields):  # of two the first counts
        lower = name.lower()
        if lower == "warc-type":
            kind = value
        elif lower == "content-length":
            length = value
    if _LENGTH.fullmatch(length.strip()) is None:
        raise BrokenError(f"Content-Length is {length.strip()!r}, expected a count of bytes")
    return RecordHeader(kind=kind.strip().lower(), fields=fields, block_length=int(length))


def _plain_fields(stored: Stored) -> tuple[tuple[str, str], ...]:
    """The fields of a header as nearly all are written, each on one line; none, and nothing is read, for any other."""
    head = stored.head()
    version, _, rest = head.partition(b"\r\n")
    if not rest or len(head) > _MAX_HEADER_BYTES or _VERSION.fullmatch(version[:_MAX_VERSION_BYTES] + b"\n") is None:
        return ()
    try:
        lines = rest.decode("utf-8").split("\r\n")
    except UnicodeDecodeError:
        return ()
    fields = []
    for line in lines:
        before, colon, after = line.partition(":")
        name = before.strip()
        if not colon or not name or before[0] in " \t" or "\n" in line:
            return ()
        fields.append((name, after.strip()))
    stored.read(len(head) + len(b"\r\n\r\n"))
    return tuple(fields)


def _any_fields(stored: Stored) -> tuple[tuple[str, str], ...]:
    version = stored.readline(_MAX_VERSION_BYTES)
    if _VERSION.fullmatch(version) is None:
        raise BrokenError(f"not a WARC record: it begins {version[:20]!r}")
    return tuple(_fields(_header_lines(stored)))


def _header_lines(stored: Stored) -> Iterator[bytes]:
    left = _MAX_HEADER_BYTES
    while line := stored.readline(left):
        left -= len(line)
        if line in (b"\r\n", b"\n"):
            return
        if left <= 0:
            raise BrokenError(f"the record's header has more than {_MAX_HEADER_BYTES} bytes")
        yield line
    raise BrokenError("the file is cut inside this record's header")


def _fields(lines: Iterator[bytes]) -> Iterator[tuple[str, str]]:
    name, parts = "", [""]
    for raw in lines:
        line = _decoded(raw)
        if line[:1] in (" ", "\t") and name:  # folded, as WARC 1.0 allowed
            parts.append(line.strip())
        elif ":" in line:
            if name:
                yield name, " ".join(parts)
            before, after = line.split(":", 1)
            name, parts = before.strip(), [after.strip()]
    if name:
        yield name, " ".join(parts)


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def skip_line_ends(stored: Stored) -> None:
    """Read the line ends that stand between two records."""
    while (start := stored.peek()) and (count := len(start) - len(start.lstrip(b"\r\n"))):
        stored.read(count)


def read_records(source: BinaryIO, *, warc: str, size: int) -> Iterator[RawRecord | Finding]:
    """Every record of a WARC in order, compressed or not, then at most one `Finding` about where it broke off.

    `size` is the file's length in bytes. Blocks over `MAX_BLOCK_BYTES` are cut there, with a `Finding` before them.
    """
    for record in read_starts(source, warc=warc, size=size, limit=MAX_BLOCK_BYTES):
        if isinstance(record, RawRecord) and len(record.block) < record.block_length:
            problem = f"only {len(record.block)} of the block's {record.block_length} bytes were read: it is too large"
            yield Finding(warc=warc, offset=record.location.offset, problem=problem)
        yield record


def read_starts(source: BinaryIO, *, warc: str, size: int, limit: int) -> Iterator[RawRecord | Finding]:
    """As `read_records`, with at most `limit` bytes of each block; `block_length` tells how long it is."""

    def start_of(_: RecordHeader, block: Block) -> bytes:
        return block.start(limit)

    for item in walk_records(source, warc=warc, size=size, take=start_of):
        if isinstance(item, Finding):
            yield item
            continue
        header, block, location = item
        yield RawRecord(
            kind=header.kind,
            fields=header.fields,
            block_length=header.block_length,
            block=block,
            location=location,
        )
