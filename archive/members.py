"""Gzip members and the plain bytes between them: how a WARC lies on disk. With `isal` imported here alone.

A WARC is a row of gzip members, one a record, or bare records without compression. Both readers give the bytes of the
records and say where in the stored file they are; a member's checksum is checked when its end is reached.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, BinaryIO, Protocol

from isal import isal_zlib
from isal.igzip_lib import IsalError

if TYPE_CHECKING:
    from collections.abc import Iterator

# isal's level 2 is four times as fast as zlib 9 at nearly its size; replay tools read any gzip.
_GZIP_LEVEL = 2
_GZIP_WBITS = 31
_GZIP_MAGIC = b"\x1f\x8b"
_HEAD_END = b"\r\n\r\n"
_PIECE = 64 * 1024
_STEP = 256 * 1024


class CutError(Exception):
    """The file ends within a gzip member."""


class DamagedError(Exception):
    """Bytes that are no gzip member, or one whose checksum is not that of its bytes."""


def member_of(data: bytes) -> bytes:
    """One gzip member that holds `data`."""
    member: bytes = isal_zlib.compress(data, _GZIP_LEVEL, _GZIP_WBITS)
    return member


_PLAIN_HEAD = bytes((0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255))
_LAST_BLOCK = b"\x03\x00"
_STORED_BYTES = 0xFFFF


def member_around(head: bytes, packed: bytes) -> bytes:
    """One gzip member that holds `head` and then `packed`, which is compressed already and stored as it is.

    To deflate a gzipped page once more takes four times as long and saves half a percent of it (RFC 1951, 3.2.4).
    """
    compressor = isal_zlib.compressobj(_GZIP_LEVEL, isal_zlib.DEFLATED, -15)
    parts = [_PLAIN_HEAD, compressor.compress(head), compressor.flush(isal_zlib.Z_FULL_FLUSH)]
    for start in range(0, len(packed), _STORED_BYTES):
        part = packed[start : start + _STORED_BYTES]
        size = len(part)
        parts += [b"\0", size.to_bytes(2, "little"), (size ^ 0xFFFF).to_bytes(2, "little"), part]
    checksum, size = isal_zlib.crc32(packed, isal_zlib.crc32(head)), len(head) + len(packed)
    return b"".join([*parts, _LAST_BLOCK, checksum.to_bytes(4, "little"), (size & 0xFFFFFFFF).to_bytes(4, "little")])


def beginning_of(member: bytes, size: int) -> bytes:
    """The first bytes of what a member holds, as far as these bytes of it give them; b"" where it is none."""
    try:
        beginning: bytes = isal_zlib.decompressobj(_GZIP_WBITS).decompress(member, size)
    except IsalError:  # type: ignore[misc]
        return b""
    return beginning


class MemberWriter:
    """A file that compresses what is written to it into one gzip member, finished by `flush`."""

    def __init__(self, out: Writable) -> None:
        self._out = out
        self._compressor = isal_zlib.compressobj(_GZIP_LEVEL, isal_zlib.DEFLATED, _GZIP_WBITS)

    def write(self, data: bytes) -> None:
        """Take in bytes of the record."""
        if compressed := self._compressor.compress(data):
            self._out.write(compressed)

    def flush(self) -> None:
        """End the member; nothing may be written after it."""
        self._out.write(self._compressor.flush())


_HEAD_BYTES, _TAIL_BYTES = 10, 8
_EMPTY_BLOCK = b"\x00\x00\x00\xff\xff"
_HAS_COMMENT = 0x10


def fitted_member(data: bytes, size: int) -> bytes | None:
    """A gzip member of exactly `size` bytes that holds `data`; None where the smallest one is larger.

    It is filled up with empty blocks (RFC 1951, 3.2.4) and, for what is less than one, a comment (RFC 1952, 2.3.1):
    what lies behind it in a file stays where it is, and every reader of gzip passes over both.
    """
    compressor = isal_zlib.compressobj(3, isal_zlib.DEFLATED, -15)
    body = compressor.compress(data) + compressor.flush(isal_zlib.Z_FULL_FLUSH)
    end = compressor.flush()
    left = size - _HEAD_BYTES - len(body) - len(end) - _TAIL_BYTES
    if left < 0:
        return None
    blocks, comment = divmod(left, len(_EMPTY_BLOCK))
    head = bytes((0x1F, 0x8B, 8, _HAS_COMMENT if comment else 0, 0, 0, 0, 0, 0, 255))
    named = b" " * (comment - 1) + b"\0" if comment else b""
    tail = isal_zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return head + named + body + _EMPTY_BLOCK * blocks + end + tail


class Writable(Protocol):
    """What a member is written to."""

    def write(self, data: bytes, /) -> int:
        """The count of bytes written: all of them."""


class Stored(Protocol):
    """The bytes of a WARC's records, and where they lie. Reading raises `CutError` or `DamagedError`."""

    @property
    def begins_at(self) -> int:
        """Where in the file the record, or its member, begins that is being read."""

    def next_record(self) -> bool:
        """True when there is another record, or the rest of a member; `begins_at` then says where."""

    def end_of_record(self) -> int | None:
        """Where the record ends in the file that has just been read; None when its member goes on."""

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, b"" at the end of the member, or of a file without members."""

    def readline(self, limit: int) -> bytes:
        """The bytes to the next LF, or `limit` of them, or those to the end."""

    def head(self) -> bytes:
        """The bytes up to the first two CRLF in a row, still to be read; b"" where both are not at hand."""

    def peek(self) -> bytes:
        """A few bytes that are still to be read, b"" at the end."""


def open_stored(source: BinaryIO) -> Stored:
    """The reader for a file by its first two bytes; `source` is read from where it stands and need not seek."""
    start = _read_up_to(source, len(_GZIP_MAGIC))
    return _Members(source, start) if start == _GZIP_MAGIC else _Plain(source, start)


def _read_up_to(source: BinaryIO, size: int) -> bytes:
    data = b""
    while len(data) < size and (part := source.read(size - len(data))):
        data += part
    return data


class _Buffered(ABC):
    """Bytes that come in parts, read by size or line.

    A base, and no part that knows its whole: what refers to itself keeps its buffers until somebody looks for cycles.
    """

    def __init__(self) -> None:
        self._data = b""
        self._at = 0

    @abstractmethod
    def _more(self) -> bytes:
        """The next part, b"" at the end."""

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def peek(self) -> bytes:
        if not self.left:
            self._data, self._at = self._more(), 0
        return self._data[self._at : self._at + 16]

    def read(self, size: int) -> bytes:
        if not self.peek():
            return b""
        part = self._data[self._at : self._at + size]
        self._at += len(part)
        return part

    def readline(self, limit: int) -> bytes:
        line = b""
        while len(line) < limit and self.peek():
            end = self._data.find(b"\n", self._at, self._at + limit - len(line))
            line += self.read(end + 1 - self._at if end >= 0 else limit - len(line))
            if end >= 0:
                break
        return line

    def head(self) -> bytes:
        end = self._data.find(_HEAD_END, self._at) if self.peek() else -1
        return self._data[self._at : end] if end >= 0 else b""


class _Plain(_Buffered):
    def __init__(self, source: BinaryIO, start: bytes) -> None:
        super().__init__()
        self._source = source
        self._start = start
        self._taken = 0
        self.begins_at = 0

    def _more(self) -> bytes:
        data = self._start or self._source.read(_STEP)
        self._start = b""
        self._taken += len(data)
        return data

    def next_record(self) -> bool:
        self.begins_at = self.end_of_record()
        return bool(self.peek())

    def end_of_record(self) -> int:
        return self._taken - self.left


class _Members(_Buffered):
    def __init__(self, source: BinaryIO, start: bytes) -> None:
        super().__init__()
        self._source = source
        self._pending = start
        self._taken = 0  # of the file, up to the first byte of `_pending`
        self._decoder = isal_zlib.decompressobj(_GZIP_WBITS)
        self.begins_at = 0

    def next_record(self) -> bool:
        while not self.peek():
            if not self._pending and not self._fill():
                return False
            self.begins_at = self._taken
            self._decoder = isal_zlib.decompressobj(_GZIP_WBITS)
        return True

    def end_of_record(self) -> int | None:
        return None if self.peek() else self._taken

    def _fill(self) -> bool:
        self._pending = self._source.read(_PIECE)
        return bool(self._pending)

    def _more(self) -> bytes:
        while not self._decoder.eof:
            data = self._decompress()
            if data:
                return data
            if not self._decoder.eof and not self._pending and not self._fill():
                raise CutError
        return b""

    def _decompress(self) -> bytes:
        try:
            data: bytes = self._decoder.decompress(self._pending, _STEP)
        except IsalError as error:  # type: ignore[misc]
            raise DamagedError(str(error)) from error
        rest = self._decoder.unused_data if self._decoder.eof else self._decoder.unconsumed_tail
        self._taken += len(self._pending) - len(rest)
        self._pending = rest
        return data


class MemberDecoder:
    """Decodes one gzip member that comes in parts; `rest` are the bytes behind it once `is_over`."""

    def __init__(self) -> None:
        self._decoder = isal_zlib.decompressobj(_GZIP_WBITS)
        self._pending = b""

    @property
    def is_over(self) -> bool:
        """True when the member has ended and its checksum is right."""
        return bool(self._decoder.eof)

    @property
    def rest(self) -> bytes:
        """What was fed and lies behind the member."""
        return bytes(self._decoder.unused_data) if self.is_over else b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bytes that `data` gives, in pieces of bounded size. Raises `DamagedError`."""
        self._pending = data
        while not self._decoder.eof:
            try:
                piece: bytes = self._decoder.decompress(self._pending, _STEP)
            except IsalError as error:  # type: ignore[misc]
                raise DamagedError(str(error)) from error
            self._pending = self._decoder.unconsumed_tail
            if piece:
                yield piece
            elif not self._pending:
                return
