"""Texts that are nearly the same, found among a million: sketches in memory, the texts as numbers in a file on disk.

Texts whose sketches meet are candidates; what decides is how much of each text stands in the other. Each text is held
against the first of its kind, so that small differences never add up to a cluster of strangers.
"""

from __future__ import annotations

import tempfile
from array import array
from collections import defaultdict
from functools import lru_cache
from operator import eq
from typing import TYPE_CHECKING, Self

from pipelines.sketches import BANDS, band_keys, shingle_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pipelines.shingles import Units

# With a fifth of its words exchanged 0.77 of a text is covered, with half of its sentences 0.5: tests measure it.
LIKE_ENOUGH = 0.65
# What is shorter shares too much with its own kind: only equal texts join.
_SHORTEST = 20
_SHARED_BANDS = 2
# Of many texts with one phrase in common each is compared with so many at either end of the row before it.
_REACH = 32
_CACHED = 4096
# A call of the sketching library costs as much as sketching twenty texts.
_AT_ONCE = 256
_WORD_BYTES = 8


class Near:
    """The distinct texts of a generation by their digest, about 0.5 kB of memory each. Use it in a `with`."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  (closed by __exit__)
        self._numbers: dict[str, int] = {}
        self._places = array("Q", [0])
        self._together = bytearray()
        self._bands = array("I")
        self._waiting: list[array[int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, digest: str, units: Units) -> None:
        """Take in a text; one that is known already, or too short to tell, costs nothing."""
        if digest in self._numbers or len(units.units) < _SHORTEST:
            return
        numbers = shingle_numbers(units.shingles)
        self._numbers[digest] = len(self._together)
        self._together.append(units.together)
        self._waiting.append(numbers)
        if len(self._waiting) == _AT_ONCE:
            self._sketch()
        self._file.write(numbers.tobytes())
        self._places.append(self._places[-1] + len(numbers) * _WORD_BYTES)

    def _sketch(self) -> None:
        if self._waiting:
            self._bands.extend(band_keys(self._waiting))
            self._waiting.clear()

    def firsts(self, digests: Iterable[str]) -> dict[str, tuple[str, float]]:
        """For each text that is like an earlier one: the digest of that first text, and how alike they are, 0 to 1.

        `digests` are all texts, the earliest first.
        """
        self._sketch()
        ordered = [digest for digest in digests if digest in self._numbers]
        numbers = array("L", (self._numbers[digest] for digest in ordered))
        alike: dict[int, list[tuple[float, int]]] = defaultdict(list)
        covered = self._cover()
        for earlier, later in self._candidates(numbers):
            one, other = numbers[earlier], numbers[later]
            similarity = min(covered(one, other), covered(other, one))
            if similarity >= LIKE_ENOUGH:
                alike[later].append((similarity, -earlier))
        found: dict[int, tuple[int, float]] = {}
        for later in sorted(alike):
            leaders = [pair for pair in alike[later] if -pair[1] not in found]
            if leaders:
                similarity, earlier = max(leaders)
                found[later] = (-earlier, similarity)
        return {
            ordered[later]: (ordered[earlier], round(similarity, 3)) for later, (earlier, similarity) in found.items()
        }

    def _candidates(self, numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Pairs of places in `numbers` whose sketches meet, each once, the earlier first."""
        told: set[int] = set()
        for band in range(BANDS):
            for earlier, later in _meeting(self._bands[band::BANDS], numbers):
                pair = earlier * len(numbers) + later
                if pair not in told and self._shared(numbers[earlier], numbers[later]) >= _SHARED_BANDS:
                    told.add(pair)
                    yield earlier, later

    def _shared(self, one: int, other: int) -> int:
        mine, yours = (self._bands[number * BANDS : (number + 1) * BANDS] for number in (one, other))
        return sum(map(eq, mine, yours))

    def _cover(self) -> Callable[[int, int], float]:
        @lru_cache(maxsize=_CACHED)
        def read(number: int) -> tuple[array[int], frozenset[int]]:
            self._file.seek(self._places[number])
            numbers = array("Q")
            numbers.frombytes(self._file.read(self._places[number + 1] - self._places[number]))
            return numbers, frozenset(numbers)

        def covered(number: int, by: int) -> float:
            return coverage(read(number)[0], read(by)[1], self._together[number])

        return covered


def _meeting(keys: array[int], numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    first: dict[int, int] = {}
    rows: dict[int, list[int]] = {}
    for later, number in enumerate(numbers):
        key = keys[number]
        if key not in first:
            first[key] = later
            continue
        row = rows.setdefault(key, [first[key]])
        yield from ((earlier, later) for earlier in (row if len(row) <= 2 * _REACH else row[:_REACH] + row[-_REACH:]))
        row.append(later)


def coverage(shingles: Sequence[int], others: frozenset[int], together: int) -> float:
    """The share of a text's units that stand in a shingle of another text; 0 to 1."""
    covered = end = 0
    for start, shingle in enumerate(shingles):
        if shingle in others:
            covered += start + together - max(end, start)
            end = start + together
    return covered / (len(shingles) + together - 1)
