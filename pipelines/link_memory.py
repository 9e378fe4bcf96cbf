"""What the link stage keeps from one run to the next, so that a run links its own articles and not all of them again.

One file, `state/linked/<generation>.bin`: a row for each mention in their order; then columns over the distinct texts
in the order of their first mention (digests, steps, places of their rows, keys of sketches band by band); then who is
like whom. A line of JSON at its end says where each lies, and which article files were linked. No text is in it. Losing
it, or any doubt about it, costs one run over everything.
"""

from __future__ import annotations

import json
import os
import struct
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, Self

from pipelines.sketches import BANDS, SKETCHES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_MAGIC = b"KKLINKS1"
_TAIL = struct.Struct(">Q8s")
_DIGEST = 12
_KEY, _PLACE = 4, 8
_PAIR = struct.Struct("<QQI")
_THOUSAND = 1000
_COPIED = 1024 * 1024
BETWEEN = "\t"


class MemoryNotUsableError(Exception):
    """The file is none of ours, of another version, cut, or not made from these articles."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the line of an article lies: key, first byte and length in bytes."""

    key: str
    offset: int
    length: int


class Bands(Protocol):
    """Keys of sketches, a text each."""

    def __getitem__(self, band: int, /) -> array[int]:
        """Those of one band."""


@dataclass(slots=True)
class Columns:
    """The distinct texts of a row of mentions, in their order; `rows` says where that of the first mention begins."""

    digests: bytearray
    together: bytearray
    rows: array[int]
    bands: Bands
    firsts: dict[int, tuple[int, float]]

    @classmethod
    def empty(cls) -> Self:
        """No texts."""
        return cls(bytearray(), bytearray(), array("Q"), [array("I") for _ in range(BANDS)], {})

    def __len__(self) -> int:
        return len(self.together)

    def digest(self, place: int) -> str:
        """The digest of the text at a place, as its mention has it."""
        return self.digests[place * _DIGEST : (place + 1) * _DIGEST].hex()


class LinkMemory:
    """What was linked before: `files` are the article files by size, `last` the order of the last mention.

    `links_size` is the size in bytes of the links that were written then.
    """

    def __init__(self, file: BinaryIO) -> None:
        """Read the small parts of a file. Raises `MemoryNotUsableError`."""
        self._file = file
        try:
            head_at, head = _head(file)
            self.files: Mapping[str, int] = dict(head["files"])
            self.mentions = int(head["mentions"])
            self.rows_size = int(head["rows"])
            self.links_size = int(head["links"])
            captured_at, record_id = head["last"]
            self.last: tuple[str, str] = (captured_at, record_id)
            self._texts, self._pairs = int(head["texts"]), int(head["pairs"])
            size = self.rows_size + self._texts * (_DIGEST + 1 + _PLACE + BANDS * _KEY) + self._pairs * _PAIR.size
            if size != head_at:
                raise ValueError(f"{head_at} bytes before its head, expected {size}")  # noqa: TRY301
            self.columns = self._columns()
        except (ValueError, KeyError, TypeError, OSError, struct.error) as error:
            raise MemoryNotUsableError(str(error)) from error

    def _columns(self) -> Columns:
        count = self._texts
        self._file.seek(self.rows_size)
        digests, together = bytearray(self._exactly(count * _DIGEST)), bytearray(self._exactly(count))
        rows = array("Q", self._exactly(count * _PLACE))
        self._bands_at = self._file.tell()
        self._file.seek(count * BANDS * _KEY, os.SEEK_CUR)
        pairs = _PAIR.iter_unpack(self._exactly(self._pairs * _PAIR.size))
        firsts = {later: (first, similarity / _THOUSAND) for later, first, similarity in pairs}
        return Columns(digests, together, rows, _Bands(self), firsts)

    def _exactly(self, size: int) -> bytes:
        data = self._file.read(size)
        if len(data) != size:
            raise ValueError("the file is cut")
        return data

    def band(self, number: int) -> array[int]:
        """The keys of one band, a text each."""
        self._file.seek(self._bands_at + number * self._texts * _KEY)
        return array("I", self._exactly(self._texts * _KEY))

    def rows(self) -> Iterator[bytes]:
        """The rows of the mentions, with their line ends, in their order."""
        self._file.seek(0)
        for _ in range(self.mentions):
            yield self._file.readline()

    def row(self, place: int) -> bytes:
        """The row of the first mention of a text."""
        self._file.seek(self.columns.rows[place])
        return self._file.readline()

    def copy_rows(self, out: BinaryIO) -> None:
        """Write all rows."""
        self._file.seek(0)
        left = self.rows_size
        while left and (part := self._file.read(min(left, _COPIED))):
            out.write(part)
            left -= len(part)


@dataclass(frozen=True, slots=True)
class _Bands:
    memory: LinkMemory

    def __getitem__(self, number: int) -> array[int]:
        return self.memory.band(number)


def _head(file: BinaryIO) -> tuple[int, dict[str, Any]]:
    file.seek(-_TAIL.size, os.SEEK_END)
    length, magic = _TAIL.unpack(file.read(_TAIL.size))
    if magic != _MAGIC:
        raise ValueError("it does not end as ours do")
    begins = file.seek(-_TAIL.size - length, os.SEEK_END)
    head: dict[str, Any] = json.loads(file.read(length))
    if head["sketches"] != SKETCHES:
        raise ValueError(f"its sketches are {head['sketches']!r}, not {SKETCHES!r}")
    return begins, head


def write_memory(
    path: Path,
    former: LinkMemory | None,
    rows: Iterator[bytes],
    new: Columns,
    *,
    last: tuple[str, str],
    files: Mapping[str, int],
    links_size: int,
) -> None:
    """Write all that was linked: what `former` holds, then the new rows and texts. `files` are all article files."""
    old = former.columns if former is not None else Columns.empty()
    with path.open("wb") as out:
        if former is not None:
            former.copy_rows(out)
        count = former.mentions if former is not None else 0
        for row in rows:
            out.write(row)
            count += 1
        size = out.tell()
        for column in (old.digests, new.digests, old.together, new.together, old.rows, new.rows):
            out.write(column)
        for number in range(BANDS):
            out.write(old.bands[number])
            out.write(new.bands[number])
        pairs = {**old.firsts, **new.firsts}
        for later, (first, similarity) in pairs.items():
            out.write(_PAIR.pack(later, first, round(similarity * _THOUSAND)))
        head = {
            "sketches": SKETCHES,
            "mentions": count,
            "rows": size,
            "texts": len(old) + len(new),
            "pairs": len(pairs),
            "last": list(last),
            "links": links_size,
            "files": dict(sorted(files.items())),
        }
        line = json.dumps(head).encode()
        out.write(line)
        out.write(_TAIL.pack(len(line), _MAGIC))
