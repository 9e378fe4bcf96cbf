"""Texts that are nearly the same, found among a million: sketches and texts as numbers on disk, little in memory.

Texts whose sketches meet are candidates; what decides is how much of each text stands in the other. Each text is held
against the first of its kind, so that small differences never add up to a cluster of strangers.
"""

from __future__ import annotations

import hashlib
import tempfile
from array import array
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Self

from pipelines.bulk import meeting_pairs
from pipelines.few_meetings import meetings_of_few
from pipelines.likeness import Shingled, likeness
from pipelines.link_memory import Columns
from pipelines.meetings import Meetings
from pipelines.sketches import BANDS, band_keys, shingle_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pipelines.link_memory import Bands
    from pipelines.shingles import Units

# What is shorter shares too much with its own kind: only equal texts join.
_SHORTEST = 20
# Of many texts with one phrase in common each is compared with so many at either end of the row before it.
_REACH = 32
_CACHED = 2048
# So many new texts, among so many of all, meet in memory: 20 MB at most, where each has a copy.
_FEW_NEW, _FEW_IN_ALL = 2048, 30_000
_AT_ONCE = 256  # texts whose keys lie together in the file, band by band
_KEY_BYTES = 4


class Sketch(NamedTuple):
    """A text as numbers: `together` of its units are a shingle, `shingles` the 64-bit number of each, in their order.

    `keys` are the 32-bit keys by which like texts meet, one a band. Both as they lie in memory.
    """

    together: int
    shingles: bytes
    keys: bytes


def sketches_of(texts: Sequence[Units]) -> list[Sketch | None]:
    """The sketch of each text, None for one too short to tell. Cheapest for some hundred at once."""
    long = [text for text in texts if len(text.units) >= _SHORTEST]
    numbers = [shingle_numbers(text.shingles) for text in long]
    keys = band_keys(numbers).tobytes() if long else b""
    size = BANDS * _KEY_BYTES
    found = iter(
        Sketch(text.together, own.tobytes(), keys[place * size : (place + 1) * size])
        for place, (text, own) in enumerate(zip(long, numbers, strict=True))
    )
    return [next(found) if len(text.units) >= _SHORTEST else None for text in texts]


class Near:
    """The distinct texts that are new, by their digest, some 0.3 kB of memory each. Use it in a `with`.

    `former` are the texts of earlier runs, all of them before the new ones, and `former_units` gives the units of one
    by its place; each new text is held against those, too.
    """

    def __init__(self, former: Columns | None = None, former_units: Callable[[int], Units] | None = None) -> None:
        self._former = former if former is not None else Columns.empty()
        self._former_units = former_units
        self._known = {small(self._former.digest(place)) for place in range(len(self._former))}
        self._texts = tempfile.TemporaryFile()  # noqa: SIM115  (closed by __exit__)
        self._sketches = tempfile.TemporaryFile()  # noqa: SIM115
        self._numbers: dict[int, int] = {}
        self._places = array("Q", [0])
        self._together = bytearray()
        self._waiting: list[bytes] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._texts.close()
        self._sketches.close()

    def add(self, digest: str, sketch: Sketch | None) -> None:
        """Take in a text; one that is known already, or too short to tell, costs nothing."""
        key = small(digest)
        if sketch is None or key in self._numbers or key in self._known:
            return
        self._numbers[key] = len(self._together)
        self._together.append(sketch.together)
        self._waiting.append(sketch.keys)
        if len(self._waiting) == _AT_ONCE:
            self._write_keys()
        self._texts.write(sketch.shingles)
        self._places.append(self._places[-1] + len(sketch.shingles))

    def _write_keys(self) -> None:
        """Write the keys of the texts that wait, band by band."""
        keys = array("I", b"".join(self._waiting))
        self._sketches.seek(0, 2)
        for band in range(BANDS):
            self._sketches.write(keys[band::BANDS].tobytes())
        self._waiting.clear()

    def columns(self, mentions: Iterable[tuple[str, int]]) -> Columns:
        """The new texts in their order, and which of all is like an earlier one.

        `mentions` are the digests of the new mentions, the earliest first, with where their rows begin; a text may come
        again. What comes back is read from this object, as long as it is in use.
        """
        self._write_keys()
        numbers, found = array("L"), Columns.empty()
        taken = bytearray(len(self._together))
        for digest, row in mentions:
            number = self._numbers.get(small(digest))
            if number is not None and not taken[number]:
                taken[number] = 1
                numbers.append(number)
                found.digests += bytes.fromhex(digest)
                found.together.append(self._together[number])
                found.rows.append(row)
        found.bands = _NewBands(self._band, numbers)
        found.firsts.update(self._found(numbers, found.bands))
        return found

    def _found(self, numbers: Sequence[int], bands: Bands) -> Iterator[tuple[int, tuple[int, float]]]:
        """The place of each new text that is like an earlier one, the place of that, and how alike they are."""
        found = bytearray(len(self._former) + len(numbers))
        for place in self._former.firsts:
            found[place] = 1
        read = self._reader(numbers)
        for later, met in self._candidates(len(numbers), bands, found):
            alike: list[tuple[float, int]] = []
            for earlier in met:
                similarity = likeness(read(earlier), read(later))
                if similarity is not None:
                    alike.append((similarity, -earlier))
            if alike:
                similarity, first = max(alike)
                found[later] = 1
                yield later, (-first, round(similarity, 3))

    def _candidates(self, count: int, bands: Bands, found: bytearray) -> Iterator[tuple[int, list[int]]]:
        """The place of each new text whose sketch meets those of earlier ones, with the places of these, in order.

        Without those that are `found` by then.
        """
        places = len(self._former) + count
        both = ((self._former.bands[band], bands[band]) for band in range(BANDS))
        if count <= _FEW_NEW and places <= _FEW_IN_ALL:
            yield from meetings_of_few(both, _REACH, found)
            return
        with Meetings(places, count) as meetings:
            for former, keys in both:
                for pairs in meeting_pairs(former, keys, _REACH, places):
                    meetings.add_pairs(pairs)
            yield from meetings.often(found)

    def _band(self, band: int) -> array[int]:
        keys = array("I")
        for start in range(0, len(self._together), _AT_ONCE):
            count = min(_AT_ONCE, len(self._together) - start)
            self._sketches.seek((start * BANDS + band * count) * _KEY_BYTES)
            keys.frombytes(self._sketches.read(count * _KEY_BYTES))
        return keys

    def _reader(self, numbers: Sequence[int]) -> Callable[[int], Shingled]:
        @lru_cache(maxsize=_CACHED)
        def read(place: int) -> Shingled:
            if place < len(self._former):
                assert self._former_units is not None, "texts of earlier runs come with a way to read them"
                shingles = shingle_numbers(self._former_units(place).shingles)
                return Shingled(shingles, self._former.together[place])
            number = numbers[place - len(self._former)]
            self._texts.seek(self._places[number])
            data = self._texts.read(self._places[number + 1] - self._places[number])
            return Shingled(array("Q", data), self._together[number])

        return read


@dataclass(frozen=True, slots=True)
class _NewBands:
    """The keys of the new texts in their order, read band by band."""

    read: Callable[[int], array[int]]
    numbers: Sequence[int]

    def __getitem__(self, band: int) -> array[int]:
        return array("I", map(self.read(band).__getitem__, self.numbers))


def small(text: str) -> int:
    """A number of 64 bits that stands for a text; two of a million share one with a chance of 3 in 100 million."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())
