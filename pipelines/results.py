"""What the pages of one WARC gave, collected until the WARC closes, then written in the order of its offsets."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.durable import write_atomically
from archive.errors import BlobNotFound
from archive.layout import FIRST_GENERATION, articles_key, dropped_key, stem_of_key
from pipelines.article import Reason
from pipelines.conversions import write_texts

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO, Self

    from archive.blobs import BlobStore
    from archive.layout import Stem
    from pipelines.page_job import Derived

PENDING_FOLDER = "state/pending"
_TOPIC_REASONS = frozenset({Reason.OFF_TOPIC.value, Reason.ONE_SIDE.value, Reason.SPORT.value})


@dataclass(frozen=True, slots=True)
class _Place:
    offset: int
    kind: str
    position: int
    length: int


class PendingResults:
    """Lines spooled to disk as they come, so that a long WARC costs no memory; `publish` sorts and writes them.

    Losing the spool loses nothing: the pages are derived again from the WARC.
    """

    @classmethod
    def under(cls, folder: Path, warc: str) -> Self:
        """The results of the WARC at a key, spooled in the state of a working folder."""
        return cls(folder / PENDING_FOLDER / (warc.rsplit("/", 1)[-1] + ".results"))

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file: BinaryIO = _own_file(path)
        self._places: list[_Place] = []

    def add(self, derived: Derived) -> None:
        """Take one outcome; failed pages have no line in the store, only in the run's ledger."""
        if derived.kind == "failed":
            return
        data = derived.line.encode("utf-8") + b"\n"
        position = self._file.seek(0, 2)
        self._file.write(data)
        self._places.append(_Place(derived.job.location.offset, derived.kind, position, len(data)))

    def publish(self, folder: Path, stem: Stem, generation: str, *, with_texts: bool = True) -> list[str]:
        """Write dropped pages, clean texts, then articles under `folder`; back come their keys. The spool is removed.

        The clean texts are those of the current generation: a staged one has none. The articles come last: a WARC whose
        articles are there has been worked on to its end.
        """
        articles = self._lines("article")
        write_atomically(folder / dropped_key(stem, generation), self._lines("dropped"))
        texts = write_texts(folder, stem, articles.splitlines()) if with_texts else []
        write_atomically(folder / articles_key(stem, generation), articles)
        self.drop()
        return [dropped_key(stem, generation), *texts, articles_key(stem, generation)]

    def drop(self) -> None:
        """Remove what was collected, and publish nothing."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _lines(self, kind: str) -> bytes:
        parts: list[bytes] = []
        for place in sorted((place for place in self._places if place.kind == kind), key=lambda place: place.offset):
            self._file.seek(place.position)
            parts.append(self._file.read(place.length))
        return b"".join(parts)


def _own_file(path: Path) -> BinaryIO:
    """A new file at `path`, whoever has one there: that stays as it is in the hands of who writes it.

    A command that derives a WARC again and a run that finishes it may meet, and make the same lines. Raises `OSError`.
    """
    while True:
        path.unlink(missing_ok=True)
        with suppress(FileExistsError):  # the other run's, which came in between
            return path.open("x+b")


def current_generation(raw: bytes | None) -> str:
    """The generation that `articles/current.json` names; the first where there is no such file."""
    if raw is None:
        return FIRST_GENERATION
    return str(json.loads(raw)["generation"])


class DroppedForTopic:
    """Which records a crawl dropped because they are off topic, looked up WARC by WARC."""

    def __init__(self, blobs: BlobStore, generation: str) -> None:
        self._blobs = blobs
        self._generation = generation
        self._by_warc: dict[str, frozenset[str]] = {}

    def has(self, record_id: str, warc: str | None) -> bool:
        """True when the record, in the WARC of this name, was dropped for its topic alone."""
        stem = stem_of_key(warc) if warc else None
        if warc is None or stem is None:
            return False
        if warc not in self._by_warc:
            self._by_warc[warc] = self._read(dropped_key(stem, self._generation))
        return record_id in self._by_warc[warc]

    def _read(self, key: str) -> frozenset[str]:
        try:
            lines = self._blobs.get(key).split(b"\n")
        except BlobNotFound:
            return frozenset()
        return frozenset(record_id for line in lines if (record_id := _dropped_for_topic(line)) is not None)


def _dropped_for_topic(line: bytes) -> str | None:
    """The record of a page that is off topic; None for any other, and for a line that is damaged."""
    try:
        page = json.loads(line)
        return str(page["provenance"]["record_id"]) if page["reason"] in _TOPIC_REASONS else None
    except (ValueError, KeyError, TypeError):
        return None
