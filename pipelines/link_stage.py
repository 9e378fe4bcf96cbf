"""The link stage over a store: all articles of a generation, or those alone that came since it ran last.

What it keeps is `pipelines.link_memory`. Articles that came since are linked alone when all of them were captured after
those that were linked before; anything else, and any doubt, has everything linked again, with the same result.
"""

from __future__ import annotations

import json
import logging
import tempfile
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from archive.errors import BlobNotFound
from archive.layout import link_memory_key, links_key
from pipelines.link_memory import BETWEEN, Columns, LinkMemory, MemoryNotUsableError, Place, write_memory
from pipelines.link_parts import parts_of, parts_of_articles, processes_for
from pipelines.links import Mention, format_link, link_ordered
from pipelines.mention_spool import MentionSpool
from pipelines.near import Near
from pipelines.shingles import units_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from archive.blobs import BlobStore
    from pipelines.link_parts import Part
    from pipelines.links import Link
    from pipelines.shingles import Units

logger = logging.getLogger(__name__)
_NOWHERE = Place("", 0, 0)
_OF_MENTION = 8
_values = attrgetter(*Mention.__slots__)


def link_articles(articles: Iterable[dict[str, Any]]) -> list[Link]:
    """A link for every article, given as the JSON values of its line, in the order of their captures."""
    return list(linked(articles))


def linked(articles: Iterable[dict[str, Any]]) -> Iterator[Link]:
    """As `link_articles`, one link after the other."""
    with _Linking() as linking:
        for part in parts_of_articles(articles):
            linking.add(part, _NOWHERE)
        yield from linking.links()


def write_links(blobs: BlobStore, generation: str, *, processes: int = 1) -> None:
    """Link all articles of a generation, whatever was linked before, and write `links/<generation>/links.jsonl`.

    Where they are many, so many `processes` read them.
    """
    blobs.delete(link_memory_key(generation))
    _write(blobs, generation, article_files(blobs, generation), None, processes)


def link_new(blobs: BlobStore, generation: str, *, processes: int = 1) -> None:
    """Write the same file as `write_links`, but read only the articles that came since, where that is enough."""
    files = article_files(blobs, generation)
    with ExitStack() as stack:
        try:
            former = LinkMemory(stack.enter_context(_open_memory(blobs, generation)))
            _check_files(former, files)
            if len(former.files) < len(files) or _size_of_links(blobs, generation) != former.links_size:
                _write(blobs, generation, files, former, processes)
        except BlobNotFound:
            _write(blobs, generation, files, None, processes)
        except MemoryNotUsableError as problem:
            logger.info("all articles are linked again: %s", problem)
            _write(blobs, generation, files, None, processes)


def read_lines(blobs: BlobStore, generation: str) -> Iterator[str]:
    """Every article line of a generation, file by file in the order of the keys."""
    return read_files(blobs, article_files(blobs, generation))


def read_files(blobs: BlobStore, keys: Iterable[str]) -> Iterator[str]:
    """Every article line of the files at `keys`."""
    for line, _ in _read_places(blobs, keys):
        yield line.decode("utf-8")


def article_files(blobs: BlobStore, generation: str) -> dict[str, int]:
    """The keys of a generation's files of articles in their order, each with its size."""
    listed = blobs.list(f"articles/{generation}/")
    return {info.key: info.size for info in listed if info.key.endswith(".jsonl")}


def _size_of_links(blobs: BlobStore, generation: str) -> int | None:
    info = blobs.stat(links_key(generation))
    return info.size if info is not None else None


def _open_memory(blobs: BlobStore, generation: str) -> BinaryIO:
    key = link_memory_key(generation)
    file = blobs.open(key)
    if file.seekable():
        return file
    file.close()
    with tempfile.TemporaryDirectory(prefix="kakehashi-links-") as folder:
        path = Path(folder) / "memory"
        blobs.download(key, path)
        return path.open("rb")  # it stays readable when the folder is gone


def _check_files(former: LinkMemory, files: Mapping[str, int]) -> None:
    changed = next((key for key, size in former.files.items() if files.get(key) != size), None)
    if changed is not None:
        raise MemoryNotUsableError(f"{changed} is not what it was")


def _read_places(blobs: BlobStore, keys: Iterable[str]) -> Iterator[tuple[bytes, Place]]:
    for key in keys:
        offset = 0
        with blobs.open(key) as file:
            for line in file:
                if line.strip():
                    yield line, Place(key, offset, len(line))
                offset += len(line)


def _write(
    blobs: BlobStore, generation: str, files: Mapping[str, int], former: LinkMemory | None, processes: int
) -> None:
    """Link, then write the links, then what is kept: a stop in between costs a run over everything, or nothing."""
    new = [key for key in files if former is None or key not in former.files]
    processes = processes_for(sum(files[key] for key in new), processes)
    with tempfile.TemporaryDirectory(prefix="kakehashi-links-") as name, _Linking(blobs, former) as linking:
        for part, place in _readable(_read_places(blobs, new), processes):
            linking.add(part, place)
        links, memory = Path(name, "links.jsonl"), Path(name, "memory")
        with links.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(map(format_link, linking.links()))
        linking.write_memory(memory, files, links.stat().st_size)
        blobs.put_file(links_key(generation), links)
        blobs.put_file(link_memory_key(generation), memory)


def _readable(lines: Iterable[tuple[bytes, Place]], processes: int) -> Iterator[tuple[Part, Place]]:
    """A damaged line costs its own link, not the run that links: `verify` names it, and `--repair` mends it."""
    places: deque[Place] = deque()

    def placed() -> Iterator[bytes]:
        for line, place in lines:
            places.append(place)
            yield line

    for part in parts_of(placed(), processes):
        place = places.popleft()
        if isinstance(part, str):
            logger.warning("a line of articles/ cannot be read and is not linked (see `kakehashi verify`): %s", part)
        else:
            yield part, place


class _Linking:
    """The new articles of one run, beside those of earlier ones. Use it in a `with`."""

    def __init__(self, blobs: BlobStore | None = None, former: LinkMemory | None = None) -> None:
        self._blobs = blobs
        self._former = former
        self._spool = MentionSpool()
        self._near = Near(former.columns if former is not None else None, self._former_units)
        self._new = Columns.empty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._near.__exit__()
        self._spool.__exit__()

    def add(self, part: Part, place: Place) -> None:
        """Take in an article that was not linked before."""
        self._spool.add((*_values(part.mention), place.key, str(place.offset), str(place.length)))
        self._near.add(part.mention.words, part.sketch)

    def links(self) -> Iterator[Link]:
        """A link for every mention, earlier and new. Raises `MemoryNotUsableError` when a new one is older."""
        self._check_order()
        self._new = self._near.columns(self._new_texts())
        yield from link_ordered(_Mentions(self._rows), self._firsts())

    def _check_order(self) -> None:
        first = next(self._spool.rows(), None)
        if self._former is not None and first is not None and _order(first) <= self._former.last:
            raise MemoryNotUsableError("an article is older than what was linked before")

    def _new_texts(self) -> Iterator[tuple[str, int]]:
        begins = self._former.rows_size if self._former is not None else 0
        for row in self._spool.rows():
            yield _mention(row).words, begins
            begins += len(row)

    def _rows(self) -> Iterator[bytes]:
        if self._former is not None:
            yield from self._former.rows()
        yield from self._spool.rows()

    def _firsts(self) -> dict[str, tuple[str, float]]:
        old = self._former.columns if self._former is not None else Columns.empty()

        def digest(place: int) -> str:
            return old.digest(place) if place < len(old) else self._new.digest(place - len(old))

        pairs = {**old.firsts, **self._new.firsts}
        return {digest(later): (digest(first), similarity) for later, (first, similarity) in pairs.items()}

    def _former_units(self, place: int) -> Units:
        """The units of a text that was linked before, read again from its article."""
        assert self._former is not None, "there are no earlier texts"
        assert self._blobs is not None, "earlier texts lie in a store"
        key, offset, length = _fields(self._former.row(place))[_OF_MENTION:]
        try:
            units = units_of(json.loads(self._blobs.get_range(key, int(offset), int(length)))["text"])
        except (ValueError, KeyError, TypeError, BlobNotFound) as error:
            raise MemoryNotUsableError(f"{key}: {error}") from error
        if units.digest != self._former.columns.digest(place):
            raise MemoryNotUsableError(f"{key} is not what it was")
        return units

    def write_memory(self, path: Path, files: Mapping[str, int], links_size: int) -> None:
        """Keep what is known now."""
        last = self._former.last if self._former is not None else ("", "")
        for row in self._spool.rows():
            last = _order(row)
        write_memory(path, self._former, self._spool.rows(), self._new, last=last, files=files, links_size=links_size)


@dataclass(frozen=True, slots=True)
class _Mentions:
    """The mentions in their order, as often as they are asked for."""

    rows: Callable[[], Iterator[bytes]]

    def __iter__(self) -> Iterator[Mention]:
        return map(_mention, self.rows())


def _fields(row: bytes) -> list[str]:
    return row.decode("utf-8", "surrogatepass").removesuffix("\n").split(BETWEEN)


def _mention(row: bytes) -> Mention:
    return Mention(*_fields(row)[:_OF_MENTION])


def _order(row: bytes) -> tuple[str, str]:
    captured_at, record_id = _fields(row)[:2]
    return captured_at, record_id
