"""Every record of a stored WARC that is sound, also behind damage: a damaged gzip member costs itself alone."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, TypeVar, cast

from archive.members import CutError, DamagedError, open_stored
from archive.scan import Finding, walk_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from archive.blobs import BlobStore
    from archive.capture import Location
    from archive.scan import Block, RecordHeader

_MEMBER = b"\x1f\x8b\x08"
_STEP = 1024 * 1024
_TRIED = 64 * 1024
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong from `finding.offset` on; sound records follow at `goes_on_at`, the file's size if none do."""

    finding: Finding
    goes_on_at: int


def walk_stored(
    blobs: BlobStore, key: str, size: int, *, take: Callable[[RecordHeader, Block], T], source: BinaryIO | None = None
) -> Iterator[tuple[RecordHeader, T, Location] | Damage]:
    """As `walk_records`, over the WARC at a key, going on at the next record behind each damage.

    `source` is the open file, where the caller wants to see its bytes pass; it is read to the first damage only. Raises
    `BlobNotFound`.
    """
    begin, reader = 0, source or _from(blobs, key, 0)
    while True:
        finding = None
        for item in walk_records(reader, warc=key, size=size - begin, take=take):
            if isinstance(item, Finding):
                finding = replace(item, offset=item.offset + begin)
            else:
                header, taken, place = item
                yield header, taken, replace(place, offset=place.offset + begin)
        if finding is None:
            return
        if finding.is_whole:
            yield Damage(finding, finding.offset)
            return
        begin = _next_member(blobs, key, finding.offset + 1, size)
        yield Damage(finding, begin)
        if begin == size:
            return
        reader = _from(blobs, key, begin)


def _from(blobs: BlobStore, key: str, begin: int) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(_Section(blobs, key, begin), _STEP))


class _Section(io.RawIOBase):
    """A blob from some byte on, read in steps: a store on S3 cannot seek."""

    def __init__(self, blobs: BlobStore, key: str, begin: int) -> None:
        self._blobs = blobs
        self._key = key
        self._at = begin

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """As `io.RawIOBase.readinto`."""
        part = self._blobs.get_range(self._key, self._at, len(buffer))
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


def _next_member(blobs: BlobStore, key: str, begin: int, size: int) -> int:
    """Where the next gzip member with a WARC record in it begins; the size of the file when there is none."""
    overlap = len(_MEMBER) - 1
    while begin < size:
        window = blobs.get_range(key, begin, _STEP + overlap)
        at = window.find(_MEMBER)
        while at >= 0:
            if _begins_record(blobs.get_range(key, begin + at, _TRIED)):
                return begin + at
            at = window.find(_MEMBER, at + 1)
        begin += _STEP
    return size


def _begins_record(data: bytes) -> bool:
    try:
        stored = open_stored(io.BytesIO(data))
        return stored.next_record() and stored.readline(16).startswith(b"WARC/1.")
    except (CutError, DamagedError, OSError):
        return False
