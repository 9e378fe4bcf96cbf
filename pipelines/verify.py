"""Do articles and dropped pages lie where they say? Their lines against the captures of the WARCs that were verified.

`verify_store` is the whole of it: what `archive.verify` finds, then what the lines of the current generation say.
With `deep`, each article is derived again from its record and compared byte for byte, where the same rules and software
made it; the others are counted. Pages are derived in worker processes, a window of them at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.dates import format_date
from archive.errors import BlobNotFound
from archive.faults import CheckedWarc, Fault, Kind
from archive.layout import CURRENT_GENERATION_KEY, FIRST_GENERATION, name_of_warc
from archive.verify import verify_archive
from pipelines.article import Article, Dropped
from pipelines.flow import STORED_LABELS
from pipelines.jsonl import parse_article, parse_dropped
from pipelines.results import current_generation
from pipelines.verify_deep import Deriver, Line, Tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archive.blobs import BlobStore
    from archive.faults import SeenCapture
    from pipelines.article import Provenance
    from pipelines.rules import PageRules

_ASKED_FOR = ("kakehashi-asked-for", "yes")


def verify_store(
    blobs: BlobStore, tally: Tally, *, deep: Mapping[str, PageRules] | None = None, processes: int | None = None
) -> Iterator[Fault]:
    """All faults of a store, found while iterating; `tally` counts along.

    `deep` are the page rules of every source by its id: articles are then derived again. Raises `StoreNotUsable`.
    """
    for fault in _faults(blobs, tally, deep, processes):
        tally.faults += fault.is_wrong
        tally.unfinished += not fault.is_wrong
        yield fault


def _faults(
    blobs: BlobStore, tally: Tally, deep: Mapping[str, PageRules] | None, processes: int | None
) -> Iterator[Fault]:
    try:
        generation = current_generation(_get(blobs, CURRENT_GENERATION_KEY))
    except (ValueError, KeyError, TypeError) as error:
        yield Fault(kind=Kind.ARTICLE, key=CURRENT_GENERATION_KEY, offset=None, problem=f"names no generation: {error}")
        generation = FIRST_GENERATION
    folders = (f"articles/{generation}/", f"dropped/{generation}/")
    files = {info.key for folder in folders for info in blobs.list(folder) if info.key.endswith(".jsonl")}
    has_articles = bool(files)
    again = Deriver(blobs, deep, tally, processes=processes) if deep is not None else None
    try:
        for item in verify_archive(blobs):
            if isinstance(item, Fault):
                yield item
                continue
            tally.warcs += 1
            tally.records += item.records
            tally.captures += len(item.captures)
            for folder in folders:
                key = f"{folder}{name_of_warc(item.key)}.jsonl"
                if key in files:
                    files.remove(key)
                    yield from _Lines(key, item, tally).check(blobs, again)
                elif has_articles:
                    problem = f"is not there, but {item.key} is"
                    yield Fault(kind=Kind.MISSING, key=key, offset=None, problem=problem)
    finally:
        if again is not None:
            again.close()
    for key in sorted(files):
        yield Fault(kind=Kind.MISSING, key=key, offset=None, problem="is made from a WARC that is not there")


def _get(blobs: BlobStore, key: str) -> bytes | None:
    try:
        return blobs.get(key)
    except BlobNotFound:
        return None


class _Lines:
    """The lines of one file of articles or dropped pages, against the WARC that they were made from."""

    def __init__(self, key: str, warc: CheckedWarc, tally: Tally) -> None:
        self._key = key
        self._warc = warc
        self._tally = tally
        self._is_dropped = key.startswith("dropped/")
        self._last = -1

    def check(self, blobs: BlobStore, again: Deriver | None) -> Iterator[Fault]:
        position = 0
        with blobs.open(self._key) as lines:
            for raw in lines:
                value, problems = self._read(raw)
                for problem in problems:
                    yield Fault(kind=Kind.ARTICLE, key=self._key, offset=position, problem=problem)
                if again is not None and isinstance(value, Article) and not problems:
                    yield from again.take(Line(key=self._key, position=position, raw=raw, article=value))
                position += len(raw)
        if again is not None:
            yield from again.finish()

    def _read(self, raw: bytes) -> tuple[Article | Dropped | None, list[str]]:
        try:
            text = raw.decode("utf-8").rstrip("\n")
            value: Article | Dropped = parse_dropped(text) if self._is_dropped else parse_article(text)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            return None, [f"is not a line of this file: {type(error).__name__}: {error}"]
        self._tally.dropped += self._is_dropped
        self._tally.articles += not self._is_dropped
        problems = list(self._problems(value))
        if not raw.endswith(b"\n"):
            problems.append("has no line end: the file is cut")
        return value, problems

    def _problems(self, value: Article | Dropped) -> Iterator[str]:
        provenance, warc = value.provenance, self._warc
        offset = provenance.offset if isinstance(provenance.offset, int) else -1
        if offset <= self._last:
            yield f"provenance says byte {offset}, but stands behind the line of byte {self._last}"
        self._last = max(self._last, offset)
        seen = warc.captures.get(offset)
        if provenance.warc != warc.key:
            yield f"provenance says WARC {provenance.warc!r}, expected {warc.key!r}"
        elif seen is not None:
            yield from _differences(value, provenance, seen)
        elif warc.is_readable(offset):
            yield f"provenance says byte {offset} of {warc.key}, where no capture begins ({value.url})"


def _differences(value: Article | Dropped, provenance: Provenance, seen: SeenCapture) -> Iterator[str]:
    pairs: list[tuple[str, object, object]] = [
        ("length", provenance.length, seen.length),
        ("record_id", provenance.record_id, seen.record_id),
        ("payload_digest", provenance.payload_digest, seen.payload_digest),
        ("captured_at", provenance.captured_at, format_date(seen.captured_at)),
        ("url", value.url, seen.url),
    ]
    for what, said, found in pairs:
        if said != found:
            yield f"says {what} {said!r}, the record at byte {provenance.offset} has {found!r}"
    if isinstance(value, Article) and value.relevance.label not in STORED_LABELS and _ASKED_FOR not in seen.facts:
        yield f"is labelled {value.relevance.label}, though nobody asked for this page"
