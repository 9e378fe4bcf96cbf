"""Content codings, undone within bounds: the one importer of brotli and of zlib for bodies.

A few kilobytes can decode to gigabytes, so each decoder is fed and drained in steps and stops at the limit.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import brotli

from archive.members import DamagedError, MemberDecoder
from archive.zstandard import ZstdError, new_decoder

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DECODED_BYTES = 100 * 1024 * 1024
MAX_RATIO = 200
# Small pages may well exceed the ratio (a page of blanks): below this size it says nothing.
RATIO_FLOOR_BYTES = 4 * 1024 * 1024
# No server stacks more; each coding more would let a bomb have its limit once again.
MAX_CODINGS = 4
# Fed in small pieces: a decoder hands back what it did not use, and copying that must not cost the square of the body.
_PIECE = 64 * 1024
_STEP = 64 * 1024
_MAX_MEMBERS = 10_000
# What servers write who mean "as it is"; browsers pass over such words too.
_NO_CODING = frozenset({"identity", "none", "binary", "8bit", "utf-8", "utf8"})
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_START = _GZIP_MAGIC + b"\x08"
_ZSTD_MAGICS = (b"\x28\xb5\x2f\xfd", *(bytes([low]) + b"\x2a\x4d\x18" for low in range(0x50, 0x60)))


class UndecodableError(Exception):
    """A body that its Content-Encoding does not fit, or that decodes to more than the limit.

    `coding` is the coding at fault, `problem` one clause for people.
    """

    def __init__(self, coding: str, problem: str) -> None:
        super().__init__(f"Content-Encoding {coding}: {problem}")
        self.coding = coding
        self.problem = problem


def decode_content(
    body: bytes, codings: tuple[str, ...], *, limit: int = MAX_DECODED_BYTES, must_be_whole: bool = False
) -> bytes:
    """The body with its content codings removed, the last applied first.

    A body that breaks off gives what could be decoded of it, unless it `must_be_whole`. Raises `UndecodableError` for
    an unknown coding, bytes that are not of the coding, and more than `limit` bytes or `MAX_RATIO` times the body, at
    any step.
    """
    applied = [coding for coding in codings if coding not in _NO_CODING]
    if len(applied) > MAX_CODINGS:
        raise UndecodableError(", ".join(applied[:MAX_CODINGS]) + ", …", f"{len(applied)} codings, one over the other")
    bound = min(limit, max(RATIO_FLOOR_BYTES, len(body) * MAX_RATIO))
    for coding in reversed(applied):
        decode = _DECODERS.get(coding)
        if decode is None:
            raise UndecodableError(coding, "not a coding that this archive can undo")
        body, is_whole = decode(body, bound)
        if must_be_whole and not is_whole:
            raise UndecodableError(coding, "the coded body breaks off")
    return body


class _Sink:
    """Collects decoded parts and stops at the limit."""

    def __init__(self, coding: str, limit: int) -> None:
        self._coding = coding
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, part: bytes) -> bytes:
        self._size += len(part)
        if self._size > self._limit:
            raise UndecodableError(self._coding, f"decodes to more than {self._limit} bytes")
        self._parts.append(part)
        return part

    def joined(self) -> bytes:
        return b"".join(self._parts)


def _zlib_member(body: bytes, position: int, wbits: int, sink: _Sink) -> tuple[int, bool]:
    """Decode one member or stream; back comes the position behind it, and whether it came to its end."""
    decoder = zlib.decompressobj(wbits)
    while position < len(body) and not decoder.eof:
        piece = body[position : position + _PIECE]
        position += len(piece)
        while piece and not decoder.eof:
            sink.add(decoder.decompress(piece, _STEP))
            piece = decoder.unconsumed_tail
    while not decoder.eof and sink.add(decoder.decompress(b"", _STEP)):
        pass
    return position - len(decoder.unused_data), decoder.eof or not body


def _gzip_member(body: bytes, position: int, sink: _Sink) -> tuple[int, bool]:
    # RFC 1952, 2.3: the magic number, the one method, no flag that is reserved. isal waits for ten bytes to see it.
    start = body[position : position + 4]
    if len(start) > 1 and (not _GZIP_START.startswith(start[:3]) or start[3:] > b"\x1f"):
        raise DamagedError("incorrect header")
    decoder = MemberDecoder()
    while position < len(body) and not decoder.is_over:
        piece = body[position : position + _PIECE]
        position += len(piece)
        for part in decoder.feed(piece):
            sink.add(part)
    return position - len(decoder.rest), decoder.is_over or not body


def _gunzip(body: bytes, limit: int) -> tuple[bytes, bool]:
    sink, position = _Sink("gzip", limit), 0
    try:
        for _ in range(_MAX_MEMBERS):  # a gzip body may have several members, RFC 1952 2.2
            position, is_whole = _gzip_member(body, position, sink)
            if body[position : position + 2] != _GZIP_MAGIC:
                return sink.joined(), is_whole  # at the end, or padding, which is no member
    except DamagedError as error:
        raise UndecodableError("gzip", str(error)) from error
    raise UndecodableError("gzip", f"more than {_MAX_MEMBERS} members")


def _inflate(body: bytes, limit: int) -> tuple[bytes, bool]:
    # RFC 9110 8.4.1.2 means zlib's format; many servers send the bare stream.
    for wbits in (15, -15):
        sink = _Sink("deflate", limit)
        try:
            _, is_whole = _zlib_member(body, 0, wbits, sink)
        except zlib.error as error:
            problem = error
        else:
            return sink.joined(), is_whole
    raise UndecodableError("deflate", str(problem)) from problem


def _unbrotli(body: bytes, limit: int) -> tuple[bytes, bool]:
    sink, decoder = _Sink("br", limit), brotli.Decompressor()
    try:
        for position in range(0, len(body), _PIECE):
            sink.add(decoder.process(body[position : position + _PIECE], output_buffer_limit=_STEP))
            while not decoder.can_accept_more_data() and not decoder.is_finished():
                sink.add(decoder.process(b"", output_buffer_limit=_STEP))
            if decoder.is_finished():
                break
    except brotli.error as error:
        raise UndecodableError("br", str(error)) from error
    return sink.joined(), decoder.is_finished() or not body


def _zstd_frame(body: bytes, position: int, sink: _Sink) -> tuple[int, bool]:
    decoder = new_decoder()
    while position < len(body) and not decoder.eof:
        piece = body[position : position + _PIECE]
        position += len(piece)
        sink.add(decoder.decompress(piece, _STEP))
        while not decoder.eof and not decoder.needs_input:
            sink.add(decoder.decompress(b"", _STEP))
    return position - len(decoder.unused_data), decoder.eof or not body


def _unzstd(body: bytes, limit: int) -> tuple[bytes, bool]:
    sink, position = _Sink("zstd", limit), 0
    try:
        for _ in range(_MAX_MEMBERS):  # frames may follow each other, RFC 8878 3.1
            position, is_whole = _zstd_frame(body, position, sink)
            if position >= len(body) or not body.startswith(_ZSTD_MAGICS, position):
                return sink.joined(), is_whole
    except ZstdError as error:
        raise UndecodableError("zstd", str(error)) from error
    raise UndecodableError("zstd", f"more than {_MAX_MEMBERS} frames")


_DECODERS: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
