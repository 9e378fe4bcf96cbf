"""Pairs that met, counted on disk: those that met more than once come back in order, however many met by chance.

The only importer of numpy, and only where there are more pairs than memory is to hold: most stores have none such.
"""

from __future__ import annotations

import tempfile
from array import array
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

_IN_MEMORY = 1_000_000


class Meetings:
    """Pairs of places below `places`; some 40 MB of them are in memory. Use it in a `with`."""

    def __init__(self, places: int, *, in_memory: int = _IN_MEMORY) -> None:
        self._places = max(1, places)
        self._in_memory = in_memory
        self._pairs = array("Q")
        self._runs: list[BinaryIO] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for run in self._runs:
            run.close()

    def add(self, later: int, earlier: Sequence[int]) -> None:
        """Note that one met some earlier ones. Raises `OSError` when the disk takes no more."""
        first = later * self._places
        self._pairs.extend([first + place for place in earlier])
        if len(self._pairs) >= self._in_memory:
            self._put_aside()

    def _put_aside(self) -> None:
        import numpy as np

        run: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  (closed by __exit__)
        self._runs.append(run)
        run.write(np.sort(np.frombuffer(self._pairs, dtype=np.uint64)).tobytes())
        self._pairs = array("Q")

    def often(self) -> Iterator[tuple[int, list[int]]]:
        """Each that met an earlier one more than once, in order, with all that it met so, in order."""
        again = self._again_from_disk() if self._runs else _again(sorted(self._pairs))
        for later, met in groupby(again, key=lambda pair: pair // self._places):
            first = later * self._places
            yield later, [pair - first for pair in dict.fromkeys(met)]

    def _again_from_disk(self) -> Iterator[int]:
        """The pairs that came more than once, in order, as often as they came again; a part of the runs at a time."""
        import numpy as np

        self._put_aside()
        runs: list[Any] = [np.memmap(run, dtype=np.uint64, mode="r") for run in self._runs if run.tell()]
        step = max(1, self._in_memory // max(1, len(runs)))
        while runs := [run for run in runs if len(run)]:
            # What is up to here in one of the runs is in the first part of every run.
            bound = min(run[min(step, len(run)) - 1] for run in runs)
            ends = [int(np.searchsorted(run, bound, side="right")) for run in runs]
            part = np.sort(np.concatenate([run[:end] for run, end in zip(runs, ends, strict=True)]))
            yield from part[:-1][part[1:] == part[:-1]].tolist()
            runs = [run[end:] for run, end in zip(runs, ends, strict=True)]


def _again(pairs: Sequence[int]) -> Iterator[int]:
    return (pair for pair, following in pairwise(pairs) if pair == following)
