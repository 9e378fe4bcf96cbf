"""Many numbers at once, by numpy, whose only importer this is: to load it takes as long as linking some hundred texts.

What comes back is what plain Python gives for few: `pipelines.near`, `pipelines.meetings` and `pipelines.sketches` ask
here only where there are many. And many numbers as they lie in a file: the language model.
"""

from __future__ import annotations

import io
import math
import struct
import zipfile
from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from mmap import mmap
    from typing import BinaryIO

_AT_ONCE = 262_144
_LOW = 0xFFFF
_NPY_HEADER = 1024


def meeting_pairs(former: array[int], keys: array[int], reach: int, places: int) -> Iterator[array[int]]:
    """Pairs `later * places + earlier` of the texts that meet in one band, some at a time, in no order.

    `former` and `keys` are the keys of earlier texts and of the new ones after them. A new text that more than twice
    `reach` others stand before meets so many at either end of their row.
    """
    import numpy as np

    old, new = np.frombuffer(former, dtype=np.uint32), np.frombuffer(keys, dtype=np.uint32)
    concerned = np.zeros(_LOW + 1, dtype=np.bool_)
    concerned[new & _LOW] = True
    met = np.flatnonzero(concerned[old & _LOW])
    met = met[np.isin(old[met], new)]
    values = np.concatenate([old[met], new])
    order = np.argsort(values, kind="stable")
    values, at = values[order], np.concatenate([met, np.arange(len(old), len(old) + len(new))])[order]
    begins = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    first = np.repeat(begins, np.diff(begins, append=len(values)))
    before = np.arange(len(values)) - first
    chosen = np.flatnonzero((before > 0) & (at >= len(old)))
    counts = np.minimum(before[chosen], 2 * reach)
    ends = np.cumsum(counts)
    start = 0
    while start < len(chosen):
        done = int(ends[start - 1]) if start else 0
        end = max(start + 1, int(np.searchsorted(ends, done + _AT_ONCE, side="right")))
        some, count = chosen[start:end], counts[start:end]
        number = np.arange(int(count.sum())) - np.repeat(ends[start:end] - count - done, count)
        left_out = np.repeat(before[some] - count, count)
        earlier = at[np.repeat(first[some], count) + number + np.where(number < reach, 0, left_out)]
        pairs = np.repeat(at[some], count).astype(np.uint64) * np.uint64(places) + earlier.astype(np.uint64)
        yield array("Q", pairs.tobytes())
        start = end


def tally(table: bytearray, first: int, numbers: array[int]) -> None:
    """Note in a table whose first byte is for the number `first` that these were met, none of them given twice."""
    import numpy as np

    met = np.frombuffer(table, dtype=np.uint8)
    at = np.frombuffer(numbers, dtype=np.uint64).astype(np.int64) - first
    met[at] = met[at] << 1 | 1  # 1 is once; what is more stays more, however often


def tallied(table: bytearray, first: int) -> Iterator[Any]:
    """The numbers that a table has more than once, in order."""
    import numpy as np

    yield np.flatnonzero(np.frombuffer(table, dtype=np.uint8) > 1).astype(np.uint64) + np.uint64(first)


def sorted_bytes(pairs: array[int]) -> bytes:
    """The numbers in order, as they lie in memory."""
    import numpy as np

    return np.sort(np.frombuffer(pairs, dtype=np.uint64)).tobytes()


def repeated(pairs: array[int]) -> Iterator[Any]:
    """The numbers that come more than once, in order, each once."""
    import numpy as np

    yield _again(np.sort(np.frombuffer(pairs, dtype=np.uint64)))


def repeated_on_disk(files: Sequence[BinaryIO], in_memory: int, places: int) -> Iterator[Any]:
    """The same of sorted numbers in files, about `in_memory` at a time, those of one row of `places` together."""
    import numpy as np

    runs: list[Any] = [np.memmap(file, dtype=np.uint64, mode="r") for file in files if file.tell()]
    step = max(1, in_memory // max(1, len(runs)))
    while runs := [run for run in runs if len(run)]:
        # What is up to here in one of the runs is in the first part of every run; then on to the end of the row.
        bound = min(int(run[min(step, len(run)) - 1]) for run in runs) // places * places + places - 1
        ends = [int(np.searchsorted(run, np.uint64(bound), side="right")) for run in runs]
        yield _again(np.sort(np.concatenate([run[:end] for run, end in zip(runs, ends, strict=True)])))
        runs = [run[end:] for run, end in zip(runs, ends, strict=True)]


def _again(ordered: Any) -> Any:
    import numpy as np

    again = ordered[:-1][ordered[1:] == ordered[:-1]]
    return again[np.concatenate([[True], again[1:] != again[:-1]])[: len(again)]]


def by_later(parts: Iterable[Any], places: int, copies: bytearray) -> Iterator[tuple[int, list[int]]]:
    """Each later one of ordered pairs with those before it, without those that are 1 in `copies` at its turn."""
    import numpy as np

    is_copy = np.frombuffer(copies, dtype=np.uint8)
    for pairs in parts:
        laters, earliers = np.divmod(pairs, np.uint64(places))
        begins = np.flatnonzero(np.concatenate([[True], laters[1:] != laters[:-1]])[: len(laters)]).tolist()
        for begin, end in zip(begins, [*begins[1:], len(laters)], strict=False):  # no pairs: one end, and none begins
            met = earliers[begin:end]
            yield int(laters[begin]), met[is_copy[met] == 0].tolist()


def arrays_in(npz: bytes | mmap) -> dict[str, Any]:
    """The arrays of an unpacked `.npz` file by name, read where they lie in it.

    Raises `ValueError` where one is packed, of a later version, or not of numbers or letters, and `BadZipFile`.
    """
    with zipfile.ZipFile(io.BytesIO(npz) if isinstance(npz, bytes) else npz) as file:  # type: ignore[arg-type]
        return {entry.filename.removesuffix(".npy"): _array_at(npz, entry) for entry in file.infolist()}


def _array_at(npz: bytes | mmap, entry: zipfile.ZipInfo) -> Any:
    import numpy as np

    if entry.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{entry.filename}: is packed, expected it as it is")
    # APPNOTE 4.3.7: a local header of 30 bytes, whose last four are the lengths of the name and of what else it says.
    name, extra = struct.unpack_from("<HH", npz, entry.header_offset + 26)
    header = io.BytesIO(npz[(start := entry.header_offset + 30 + name + extra) : start + _NPY_HEADER])
    if (version := np.lib.format.read_magic(header)) != (1, 0):
        raise ValueError(f"{entry.filename}: is of version {version}, expected 1.0")
    shape, is_fortran, kind = np.lib.format.read_array_header_1_0(header)
    flat = np.frombuffer(npz, kind, math.prod(shape), start + header.tell())
    return flat.reshape(shape, order="F" if is_fortran else "C")
