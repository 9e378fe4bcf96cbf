"""Content codings, undone within bounds: the one importer of brotli, zstd and of zlib for bodies.

A few kilobytes can decode to gigabytes, so each decoder is fed and drained in steps and stops at the limit.
"""

from __future__ import annotations

import sys
import zlib
from typing import TYPE_CHECKING

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DECODED_BYTES = 100 * 1024 * 1024
MAX_RATIO = 200
# Small pages may well exceed the ratio (a page of blanks): below this size it says nothing.
RATIO_FLOOR_BYTES = 4 * 1024 * 1024
_STEP = 64 * 1024


class UndecodableError(Exception):
    """A body that its Content-Encoding does not fit, or that decodes to more than the limit.

    `coding` is the coding at fault, `problem` one clause for people.
    """

    def __init__(self, coding: str, problem: str) -> None:
        super().__init__(f"Content-Encoding {coding}: {problem}")
        self.coding = coding
        self.problem = problem



def decode_content(body: bytes, codings: tuple[str, ...], *, limit: int = MAX_DECODED_BYTES) -> bytes:
    """The body with its content codings removed, the last applied first.

    A body that breaks off gives what could be decoded of it. Raises `UndecodableError` for an unknown coding, bytes
    that are not of the coding, and more than `limit` bytes or `MAX_RATIO` times the input.
    """
    for coding in reversed(codings):
        decode = _DECODERS.get(coding)
        if decode is None:
            raise UndecodableError(coding, "not a coding that this archive can undo")
        body = decode(body, _bound(len(body), limit))
    return body


def _bound(size: int, limit: int) -> int:
    return min(limit, max(RATIO_FLOOR_BYTES, size * MAX_RATIO))


def _check(coding: str, size: int, limit: int) -> None:
    if size > limit:
        raise UndecodableError(coding, f"decodes to more than {limit} bytes")


def _zlib_stream(coding: str, body: bytes, wbits: int, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while body:  # a gzip body may have several members, RFC 1952 2.2
        decoder = zlib.decompressobj(wbits)
        while body and not decoder.eof:
            part = decoder.decompress(body, _STEP)
            size += len(part)
            _check(coding, size, limit)
            parts.append(part)
            body = decoder.unconsumed_tail
            if not part and not body:
                break
        if not decoder.eof:
            parts.append(decoder.flush())
            break
        body = decoder.unused_data if wbits > 15 else b""
        if body[:2] != b"\x1f\x8b":
            break  # padding after the last member is no member
    return b"".join(parts)


def _gunzip(body: bytes, limit: int) -> bytes:
    try:
        return _zlib_stream("gzip", body, 31, limit)
    except zlib.error as error:
        raise UndecodableError("gzip", str(error)) from error


def _inflate(body: bytes, limit: int) -> bytes:
    # RFC 9110 8.4.1.2 means zlib's format; many servers send the bare stream.
    try:
        return _zlib_stream("deflate", body, 15, limit)
    except zlib.error:
        try:
            return _zlib_stream("deflate", body, -15, limit)
        except zlib.error as error:
            raise UndecodableError("deflate", str(error)) from error


def _unbrotli(body: bytes, limit: int) -> bytes:
    decoder = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    try:
        part = decoder.process(body, output_buffer_limit=_STEP)
        while True:
            size += len(part)
            _check("br", size, limit)
            parts.append(part)
            if decoder.is_finished() or (not part and decoder.can_accept_more_data()):
                return b"".join(parts)
            part = decoder.process(b"", output_buffer_limit=_STEP)
    except brotli.error as error:
        raise UndecodableError("br", str(error)) from error


def _unzstd(body: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        while body:
            decoder = zstd.ZstdDecompressor()
            data = body
            while not decoder.eof:
                part = decoder.decompress(data, _STEP)
                data = b""
                size += len(part)
                _check("zstd", size, limit)
                parts.append(part)
                if not part and decoder.needs_input:
                    return b"".join(parts)
            body = decoder.unused_data
    except zstd.ZstdError as error:
        raise UndecodableError("zstd", str(error)) from error
    return b"".join(parts)


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
