"""Somebody else's WARC taken in: one gzip member a record, the bytes of the records as they came, and what is wrong.

A file that lies so already is copied as it is; any other packing (none, one gzip member for many records, zstd) is
packed anew. Nothing is published here.
"""

from __future__ import annotations

import enum
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, cast

from archive.blobs import LocalBlobs
from archive.durable import make_folder, sync
from archive.faults import CheckedWarc, Fault, Kind
from archive.packing import pack
from archive.reader import parse_fields
from archive.scan import RawRecord, read_starts
from archive.warc_check import check_records
from archive.zstd_stream import MAGICS, ZstdStream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archive.scan import RecordHeader

_STEP = 1024 * 1024
_GZIP = b"\x1f\x8b"
_WARC = b"WARC/"
_MAX_WARCINFO = 64 * 1024
_MAX_ORIGIN = 300


class Packing(enum.StrEnum):
    """How a file that came held its records."""

    MEMBERS = "one gzip member a record"
    GZIP = "gzip, many records a member"
    PLAIN = "not compressed"
    ZSTD = "zstd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A file as it came: its name (a member of a WACZ as `file.wacz!archive/x.warc.gz`), bytes, and sha256 in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A WARC that was taken in: what its records say, what is wrong with them, and how the original was packed.

    `kinds` counts its records by their type, `origin` is whose it was as its warcinfo says; None where it says nothing.
    """

    warc: CheckedWarc
    faults: tuple[Fault, ...]
    packing: Packing
    kinds: Counter[str]
    origin: str | None
    size: int
    sha256: str

    def manifest_facts(self, original: Original, origin: str) -> dict[str, object]:
        """What the manifest says of the file that the WARC was made from."""
        return {
            "name": original.name,
            "size": original.size,
            "sha256": original.sha256,
            "packing": self.packing.value,
            "origin": origin,
        }


def measure(source: BinaryIO) -> tuple[int, str]:
    """Size and sha256, in hex, of all that a stream holds from where it stands."""
    digest, size = hashlib.sha256(), 0
    while part := source.read(_STEP):
        digest.update(part)
        size += len(part)
    return size, digest.hexdigest()


def is_warc(start: bytes) -> bool:
    """True for what a WARC in any packing begins with."""
    return start.startswith((_GZIP, _WARC, *MAGICS))


def take_in(source: BinaryIO, folder: Path, key: str) -> Taken:
    """Write a WARC below `folder` at `key`, and read it; `source` is at its beginning and need not seek.

    Damage is among the faults, never an exception. Raises `OSError`.
    """
    path = folder / key
    make_folder(path.parent)
    start = source.read(len(_WARC))
    source = cast("BinaryIO", _Again(start, source))
    problem: str | None = None
    if start.startswith(_GZIP):
        packing = Packing.MEMBERS
        _copy(source, path)
    else:
        packing = Packing.ZSTD if start.startswith(MAGICS) else Packing.PLAIN
        problem = _pack(cast("BinaryIO", ZstdStream(source)) if packing is Packing.ZSTD else source, path)
    warc, faults, seen = _read(folder, key)
    if seen.share_members:
        packing, original = Packing.GZIP, path.with_name(f"{path.name}.original")
        path.rename(original)
        with original.open("rb") as file:
            problem = _pack(file, path)
        original.unlink()
        warc, faults, seen = _read(folder, key)
    if problem is not None and not any(fault.kind is Kind.DAMAGED for fault in faults):
        # Nothing of the torn record could be unpacked: what is stored ends whole, what came did not.
        faults.append(Fault(kind=Kind.DAMAGED, key=key, offset=path.stat().st_size, problem=problem))
    sync(path)
    with path.open("rb") as file:
        size, sha256 = measure(file)
    return Taken(
        warc=warc,
        faults=(*faults, *seen.faults(key)),
        packing=packing,
        kinds=seen.kinds,
        origin=_origin(path),
        size=size,
        sha256=sha256,
    )


class _Again:
    """A stream from its beginning on, of which `start` has been read."""

    def __init__(self, start: bytes, source: BinaryIO) -> None:
        self._start = start
        self._source = source

    def read(self, size: int) -> bytes:
        if not self._start:
            return self._source.read(size)
        part, self._start = self._start[:size], self._start[size:]
        return part


def _copy(source: BinaryIO, path: Path) -> None:
    with path.open("wb") as out:
        while part := source.read(_STEP):
            out.write(part)


def _pack(source: BinaryIO, path: Path) -> str | None:
    with path.open("wb") as out:
        return pack(source, out)


@dataclass(slots=True)
class _Seen:
    """What the headers of a file say: how many records of which type, and where they lie."""

    kinds: Counter[str] = field(default_factory=Counter)
    share_members: bool = False
    segments: list[int] = field(default_factory=list)
    _last: int = -1

    def take(self, _: str, offset: int, header: RecordHeader, /) -> None:
        self.share_members = self.share_members or offset == self._last
        self._last = offset
        self.kinds[header.kind] += 1
        if header.field("WARC-Segment-Number") is not None:
            self.segments.append(offset)

    def faults(self, key: str) -> Iterator[Fault]:
        for offset in self.segments:
            problem = "a record in segments: the parts are kept, and not joined"
            yield Fault(kind=Kind.LINT, key=key, offset=offset, problem=problem, is_note=True)


def _read(folder: Path, key: str) -> tuple[CheckedWarc, list[Fault], _Seen]:
    warc, seen = CheckedWarc(key=key), _Seen()
    faults = list(check_records(LocalBlobs(folder), warc, (folder / key).stat().st_size, cross=seen))
    return warc, faults, seen


def _origin(path: Path) -> str | None:
    """Who made the WARC with what, as its first record says; None where it says nothing of it."""
    with path.open("rb") as file:
        first = next(read_starts(file, warc="", size=path.stat().st_size, limit=_MAX_WARCINFO), None)
    if not isinstance(first, RawRecord) or first.kind != "warcinfo":
        return None
    said = {name.lower(): " ".join(value.split()) for name, value in reversed(parse_fields(first.block)) if value}
    who = next((said[name] for name in ("operator", "publisher") if name in said), None)
    named = [part for part in (who, said.get("software")) if part]
    return ", ".join(named)[:_MAX_ORIGIN] or None
