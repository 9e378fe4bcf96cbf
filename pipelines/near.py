"""Texts that are nearly the same, found among a million: sketches and texts as numbers on disk, little in memory.

Texts whose sketches meet are candidates; what decides is how much of each text stands in the other. Each text is held
against the first of its kind, so that small differences never add up to a cluster of strangers.
"""

from __future__ import annotations

import hashlib
import tempfile
from array import array
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Self

from pipelines.meetings import Meetings
from pipelines.sketches import BANDS, band_keys, shingle_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pipelines.shingles import Units

# With a fifth of its words exchanged 0.77 of a text is covered, with half of its sentences 0.5: tests measure it.
LIKE_ENOUGH = 0.65
# A paper that cuts an agency's text cuts it at the end: its first half is there whole, and little else beside it.
CUT_HEAD, _CUT_REST = 0.9, 0.8
# What is shorter shares too much with its own kind: only equal texts join.
_SHORTEST = 20
# Of many texts with one phrase in common each is compared with so many at either end of the row before it.
_REACH = 32
_CACHED = 2048
# A call of the sketching library costs as much as sketching twenty texts.
_AT_ONCE = 256
_WORD_BYTES, _KEY_BYTES = 8, 4


class Near:
    """The distinct texts of a generation by their digest, some 0.3 kB of memory each. Use it in a `with`."""

    def __init__(self) -> None:
        self._texts = tempfile.TemporaryFile()  # noqa: SIM115  (closed by __exit__)
        self._sketches = tempfile.TemporaryFile()  # noqa: SIM115
        self._numbers: dict[int, int] = {}
        self._places = array("Q", [0])
        self._together = bytearray()
        self._waiting: list[array[int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._texts.close()
        self._sketches.close()

    def add(self, digest: str, units: Units) -> None:
        """Take in a text; one that is known already, or too short to tell, costs nothing."""
        key = small(digest)
        if key in self._numbers or len(units.units) < _SHORTEST:
            return
        numbers = shingle_numbers(units.shingles)
        self._numbers[key] = len(self._together)
        self._together.append(units.together)
        self._waiting.append(numbers)
        if len(self._waiting) == _AT_ONCE:
            self._sketch()
        self._texts.write(numbers.tobytes())
        self._places.append(self._places[-1] + len(numbers) * _WORD_BYTES)

    def _sketch(self) -> None:
        """Write the keys of the texts that wait, band by band."""
        if self._waiting:
            keys = band_keys(self._waiting)
            self._sketches.seek(0, 2)
            for band in range(BANDS):
                self._sketches.write(keys[band::BANDS].tobytes())
            self._waiting.clear()

    def firsts(self, digests: Iterable[str]) -> dict[str, tuple[str, float]]:
        """For each text that is like an earlier one: the digest of that first text, and how alike they are, 0 to 1.

        `digests` are all texts, the earliest first; a text may come again. They are gone through twice.
        """
        self._sketch()
        numbers = array("L")
        for _, number in self._in_order(digests):
            numbers.append(number)
        found = self._found(numbers)
        wanted = found.keys() | {first for first, _ in found.values()}
        names = {place: digest for place, (digest, _) in enumerate(self._in_order(digests)) if place in wanted}
        return {names[later]: (names[first], round(similarity, 3)) for later, (first, similarity) in found.items()}

    def _in_order(self, digests: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Each text that was taken in once, with its number."""
        taken = bytearray(len(self._together))
        for digest in digests:
            number = self._numbers.get(small(digest))
            if number is not None and not taken[number]:
                taken[number] = 1
                yield digest, number

    def _found(self, numbers: Sequence[int]) -> dict[int, tuple[int, float]]:
        """For the place of each text that is like an earlier one: the place of that, and how alike they are."""
        found: dict[int, tuple[int, float]] = {}
        covered, is_cut = self._cover()
        for later, pairs in groupby(self._candidates(numbers), key=lambda pair: pair[0]):
            alike: list[tuple[float, int]] = []
            for _, earlier in pairs:
                if earlier not in found:
                    one, other = numbers[earlier], numbers[later]
                    similarity = min(covered(one, other), covered(other, one))
                    if similarity >= LIKE_ENOUGH or is_cut(one, other) or is_cut(other, one):
                        alike.append((similarity, -earlier))
            if alike:
                similarity, first = max(alike)
                found[later] = -first, similarity
        return found

    def _candidates(self, numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Pairs of places in `numbers` whose sketches meet, the later first, in their order."""
        with Meetings(len(numbers)) as meetings:
            for band in range(BANDS):
                for earlier, later in _meeting(self._band(band), numbers):
                    meetings.add(earlier, later)
            yield from meetings.often()

    def _band(self, band: int) -> array[int]:
        keys = array("I")
        for start in range(0, len(self._together), _AT_ONCE):
            count = min(_AT_ONCE, len(self._together) - start)
            self._sketches.seek((start * BANDS + band * count) * _KEY_BYTES)
            keys.frombytes(self._sketches.read(count * _KEY_BYTES))
        return keys

    def _cover(self) -> tuple[Callable[[int, int], float], Callable[[int, int], bool]]:
        @lru_cache(maxsize=_CACHED)
        def read(number: int) -> tuple[array[int], frozenset[int]]:
            self._texts.seek(self._places[number])
            numbers = array("Q")
            numbers.frombytes(self._texts.read(self._places[number + 1] - self._places[number]))
            return numbers, frozenset(numbers)

        def covered(number: int, by: int) -> float:
            return coverage(read(number)[0], read(by)[1], self._together[number])

        def is_cut(number: int, of: int) -> bool:
            """The one text is the beginning of the other, and at least the half of it."""
            if covered(number, of) < _CUT_REST:
                return False
            whole = read(of)[0]
            return coverage(whole[: len(whole) // 2], read(number)[1], self._together[of]) >= CUT_HEAD

        return covered, is_cut


def small(text: str) -> int:
    """A number of 64 bits that stands for a text; two of a million share one with a chance of 3 in 100 million."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


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
