"""The lines of articles and dropped pages against the WARC that they were made from, and against themselves."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.dates import format_date
from archive.faults import CheckedWarc, Fault, Kind
from pipelines.article import OWN_ORIGIN, STORED_LABELS, Article, Dropped
from pipelines.canonical import article_id
from pipelines.imported_pages import origin_of
from pipelines.jsonl import parse_article, parse_dropped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.blobs import BlobStore
    from archive.faults import SeenCapture
    from pipelines.article import Provenance
    from pipelines.tally import Tally

ASKED_FOR = ("kakehashi-asked-for", "yes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a file of articles or dropped pages: where it begins in bytes, what it says, and its capture.

    `seen` is None where the record lies within damage.
    """

    key: str
    position: int
    raw: bytes
    value: Article | Dropped
    seen: SeenCapture | None


class Lines:
    """The results of one WARC: `check` reads a file of them, `finish` says what its files have against each other.

    `pages` are then the offsets of the captures that have a line, `texts` the digests of the articles' texts by the id
    of their record, and `are_right` is True when no line had a problem. `known` is the software that runs of this store
    have said.
    """

    def __init__(self, warc: CheckedWarc, tally: Tally, known: frozenset[str]) -> None:
        self.pages: set[int] = set()
        self.texts: dict[str, str] = {}
        self.are_right = True
        self._warc = warc
        self._tally = tally
        self._known = known
        self._last = -1
        self._makers: list[tuple[str, str, int]] = []

    def check(self, blobs: BlobStore, key: str) -> Iterator[Fault | Line]:
        """What is wrong with the lines of a file; those with which nothing is come as they are."""
        position, self._last = 0, -1
        is_dropped = key.startswith("dropped/")
        with blobs.open(key) as lines:
            for raw in lines:
                value, problems = self._read(raw, is_dropped=is_dropped)
                if not raw.endswith(b"\n"):
                    problems = [*(problems if value is not None else ()), "has no line end: the file is cut"]
                self.are_right = self.are_right and not problems
                for problem in problems:
                    yield Fault(kind=Kind.ARTICLE, key=key, offset=position, problem=problem)
                if value is not None:
                    yield from self._note(Line, key, position, raw, value, is_right=not problems)
                position += len(raw)

    def _note(
        self, line: type[Line], key: str, position: int, raw: bytes, value: Article | Dropped, *, is_right: bool
    ) -> Iterator[Line]:
        offset = value.provenance.offset
        seen = self._warc.captures.get(offset) if isinstance(offset, int) else None
        if isinstance(offset, int):
            self.pages.add(offset)
        if isinstance(value, Article) and value.provenance.record_id:
            self.texts[value.provenance.record_id] = digest_of(value.text)
        self._makers.append((json.dumps(value.provenance.software, sort_keys=True), key, position))
        if is_right:
            yield line(key=key, position=position, raw=raw, value=value, seen=seen)

    def finish(self) -> Iterator[Fault]:
        """The lines that name other software than their neighbours, and than any run here."""
        counted = Counter(software for software, _, _ in self._makers)
        usual = next((software for software, _ in counted.most_common(1)), "")
        for software, key, position in self._makers:
            if software != usual and software not in self._known:
                problem = f"says software that no run here and no other line has: {software}"
                yield Fault(kind=Kind.ARTICLE, key=key, offset=position, problem=problem)

    def _read(self, raw: bytes, *, is_dropped: bool) -> tuple[Article | Dropped | None, list[str]]:
        try:
            text = raw.decode("utf-8").rstrip("\n")
            value: Article | Dropped = parse_dropped(text) if is_dropped else parse_article(text)
            problems = list(self._problems(value))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
            return None, [f"is not a line of this file: {type(error).__name__}: {error}"]
        self._tally.dropped += is_dropped
        self._tally.articles += not is_dropped
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
            yield from _differences(value, provenance, seen, origin_of(warc))
        elif warc.is_readable(offset):
            yield f"provenance says byte {offset} of {warc.key}, where no capture begins ({value.url})"
        if isinstance(value, Article):
            yield from _of_itself(value)


def digest_of(text: str) -> str:
    """What a text is compared by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _of_itself(article: Article) -> Iterator[str]:
    """What an article says of itself in two places."""
    expected = article_id(article.canonical_url)
    if article.id != expected:
        yield f"says id {article.id!r}, its canonical URL gives {expected!r}"
    for span in article.relevance.evidence:
        where = article.text if span.where == "text" else article.title or ""
        if where[span.start : span.end] != span.text:
            yield f"says evidence {span.text!r}, its {span.where} has {where[span.start : span.end]!r} there"


def _differences(
    value: Article | Dropped, provenance: Provenance, seen: SeenCapture, origin: str | None
) -> Iterator[str]:
    pairs: list[tuple[str, object, object]] = [
        ("length", provenance.length, seen.length),
        ("record_id", provenance.record_id, seen.record_id),
        ("payload_digest", provenance.payload_digest, seen.payload_digest),
        ("captured_at", provenance.captured_at, format_date(seen.captured_at)),
        ("url", value.url, seen.url),
        ("origin", provenance.origin, OWN_ORIGIN if origin is None else origin),
    ]
    for what, said, found in pairs:
        if said != found:
            yield f"says {what} {said!r}, the record at byte {provenance.offset} has {found!r}"
    if not isinstance(value, Article):
        return
    is_asked_for = origin is None and ASKED_FOR in seen.facts
    if value.relevance.label not in STORED_LABELS and not is_asked_for:
        yield f"is labelled {value.relevance.label}, though nobody asked for this page"
    fetched = format_date(seen.captured_at)
    if value.fetched != fetched:
        yield f"says fetched {value.fetched!r}, the record at byte {provenance.offset} has {fetched!r}"
    source = seen.fact("kakehashi-source")
    if origin is None and seen.facts and value.source != source:
        yield f"says source {value.source!r}, the record at byte {provenance.offset} has {source!r}"
