"""The files by which a player finds a store's captures, and how they follow the store while it plays.

pywb opens them anew for each look-up, so a file that is replaced is read from then on. One index holds what was there
when the player began, a second one what came later, so that a WARC that closes costs its own lines and not all of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archive.layout import cdxj_key, stem_of_key
from archive.line_sort import LineSorter
from archive.player_index import add_lines, read_index
from archive.tombstones import FOLDER, read_takedowns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.keys import BlobInfo

_FIRST = "first.cdxj"
_LATER = "later.cdxj"
_Sign = tuple[int, int | None]


class PlayerFiles:
    """The folder `indexes` and the file `paths`, which say where each capture and each WARC lies.

    `captures` is how many are in the indexes; `problems` is what keeps others out, one clause each, in the order of the
    store's keys.
    """

    def __init__(self, blobs: BlobStore, folder: Path, place_of: Callable[[str], str]) -> None:
        self.indexes = folder / "indexes"
        self.paths = folder / "paths.txt"
        self.indexes.mkdir()
        self._blobs = blobs
        self._place_of = place_of
        self._first: dict[str, _Sign] | None = None
        self._later: dict[str, _Sign] = {}
        self._orphans: list[str] = []
        self._counts = {_FIRST: 0, _LATER: 0}
        self._problems: dict[str, list[str]] = {_FIRST: [], _LATER: []}

    @property
    def captures(self) -> int:
        """How many captures the indexes name."""
        return sum(self._counts.values())

    @property
    def problems(self) -> tuple[str, ...]:
        """What keeps captures out of the indexes, as of the last refresh."""
        return (*self._problems[_FIRST], *self._problems[_LATER], *self._orphans)

    def refresh(self) -> bool:
        """Bring the files up to date; True when anything had changed.

        Raises `StoreNotUsable`, and `OSError` when the disk takes no index; the files are then those of before.
        """
        sizes = {info.key: info.size for info in self._blobs.list("cdxj/")}
        warcs = list(self._blobs.list("warc/"))
        signs = {warc.key: (warc.size, sizes.get(_index_of(warc.key) or "")) for warc in warcs}
        # What is taken down while a player runs is gone at the next look: each tombstone concerns every index.
        signs |= {info.key: (info.size, None) for info in self._blobs.list(FOLDER)}
        if self._first is not None and signs == {**self._first, **self._later}:
            return False
        self._orphans = list(_orphans(sizes, signs))
        first = self._first
        is_new = any(key.startswith(FOLDER) for key in signs.keys() - (first or {}).keys())
        if first is None or is_new or any(signs.get(key) != sign for key, sign in first.items()):
            first = signs  # something that was there is gone, or another: everything is read again
            self._write_index(_FIRST, warcs)
        self._write_index(_LATER, [warc for warc in warcs if warc.key not in first])
        self._write_lines(self.paths, (self._path_line(warc.key) for warc in warcs))
        self._first = first
        self._later = {key: sign for key, sign in signs.items() if key not in first}
        return True

    def _write_index(self, name: str, warcs: Iterable[BlobInfo]) -> None:
        count = 0
        problems: list[str] = []
        takedowns = read_takedowns(self._blobs)
        with LineSorter() as sorter:
            for warc in warcs:
                index = read_index(self._blobs, warc)
                shown = tuple(entry for entry in index.entries if not takedowns.hides_capture(entry))
                index = replace(index, entries=shown)
                count += add_lines(index, sorter)
                problems += index.problems
            _replace(self.indexes / name, sorter)
        self._counts[name] = count
        self._problems[name] = problems

    def _path_line(self, key: str) -> bytes:
        return f"{key.rsplit('/', 1)[-1]}\t{self._place_of(key)}".encode()

    def _write_lines(self, path: Path, lines: Iterable[bytes]) -> None:
        with LineSorter() as sorter:
            for line in lines:
                sorter.add(line)
            _replace(path, sorter)


def _index_of(warc: str) -> str | None:
    stem = stem_of_key(warc)
    return cdxj_key(stem) if stem else None


def _orphans(indexes: Iterable[str], warcs: Iterable[str]) -> Iterator[str]:
    """A clause for each index whose WARC is not there."""
    wanted = {_index_of(key) for key in warcs}
    return (f"{key}: the WARC that it is the index of is not there" for key in indexes if key not in wanted)


def _replace(path: Path, lines: Iterable[bytes]) -> None:
    """Write lines under another name first: a reader has the former file or the whole new one."""
    temporary = path.with_suffix(".new")
    with temporary.open("wb") as file:
        file.writelines(line + b"\n" for line in lines)
    temporary.replace(path)
