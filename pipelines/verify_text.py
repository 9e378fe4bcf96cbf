"""The clean texts of `text/` against the articles that they were taken from, and the records that they refer to."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from archive.faults import CheckedWarc, Fault, Kind
from archive.layout import stem_of_key, text_key
from archive.record_check import check_record
from archive.resync import Damage, walk_stored
from archive.uri import target_uri
from pipelines.conversions import write_texts
from pipelines.verify_lines import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from archive.blobs import BlobStore
    from archive.scan import Block, RecordHeader
    from pipelines.tally import Tally

_STEP = 256 * 1024
_MAX_TEXT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Text:
    problems: tuple[str, ...]
    digest: str


class _Kept:
    """A block that keeps what is read from it: a text is small, and is needed twice."""

    def __init__(self, block: Block) -> None:
        self._block = block
        self.data = b""

    def read(self, size: int) -> bytes:
        part = self._block.read(size)
        if len(self.data) < _MAX_TEXT_BYTES:
            self.data += part
        return part


def check_texts(
    blobs: BlobStore, key: str, size: int, *, warc: CheckedWarc, texts: Mapping[str, str] | None, tally: Tally
) -> Iterator[Fault]:
    """What is wrong with the conversions at `key`, made from the articles of `warc`.

    `texts` are the digests of the articles' texts by the id of their record; None where the articles are not right.
    """
    urls = {seen.record_id: seen.url for seen in warc.captures.values()}
    named: set[str] = set()
    for item in walk_stored(blobs, key, size, take=_take):
        if isinstance(item, Damage):
            finding = item.finding
            yield Fault(kind=Kind.TEXT, key=key, offset=finding.offset, problem=finding.problem)
            continue
        header, text, place = item
        problems = [f"{header.kind}: {problem}" for problem in text.problems]
        if header.kind == "conversion":
            tally.texts += 1
            named.add(header.field("WARC-Refers-To") or "")
            problems += _problems(header, text, warc, urls, texts)
        for problem in problems:
            yield Fault(kind=Kind.TEXT, key=key, offset=place.offset, problem=problem)
    for record_id in texts or ():
        if record_id not in named:
            problem = f"has no text for the article of {record_id} ({urls.get(record_id)})"
            yield Fault(kind=Kind.TEXT, key=key, offset=None, problem=problem)


def compare_texts(blobs: BlobStore, key: str, size: int, articles: bytes) -> Iterator[Fault]:
    """Nothing, when the conversions at `key` are byte for byte what the lines of articles give.

    With another size they were packed by another compressor: then their records are all that can be checked.
    """
    stem = stem_of_key(key)
    if stem is None:
        return
    with tempfile.TemporaryDirectory() as name, blobs.open(key) as stored:
        folder = Path(name)
        if not write_texts(folder, stem, articles.splitlines()):
            yield Fault(kind=Kind.TEXT, key=key, offset=None, problem="should not be there: there is no article")
            return
        path = folder / text_key(stem)
        with path.open("rb") as again:
            place = _first_difference(stored, again) if path.stat().st_size == size else None
    if place is not None:
        yield Fault(kind=Kind.TEXT, key=key, offset=place, problem="is not what the articles give from here on")


def _first_difference(stored: BinaryIO, again: BinaryIO) -> int | None:
    position = 0
    while part := again.read(_STEP):
        other = stored.read(len(part))
        if other != part:
            pairs = zip(other, part, strict=False)
            return position + next((at for at, (one, two) in enumerate(pairs) if one != two), len(other))
        position += len(part)
    return None


def _take(header: RecordHeader, block: Block) -> _Text:
    kept = _Kept(block)
    checked = check_record(header, kept)
    return _Text(checked.problems, digest_of(kept.data.decode("utf-8", "replace")))


def _problems(
    header: RecordHeader,
    text: _Text,
    warc: CheckedWarc,
    urls: Mapping[str | None, str],
    texts: Mapping[str, str] | None,
) -> Iterator[str]:
    pointer = header.field("WARC-Refers-To")
    if pointer not in urls:
        if warc.broken_at is None:
            yield f"refers to {pointer}, which is no capture of {warc.key}"
        return
    if header.field("WARC-Target-URI") != target_uri(urls[pointer]):
        yield f"says URL {header.field('WARC-Target-URI')!r}, its original has {urls[pointer]!r}"
    expected = texts.get(pointer or "") if texts is not None else text.digest
    if expected is None:
        yield f"refers to {pointer}, of which there is no article"
    elif expected != text.digest:
        yield f"has another text than the article of {pointer}"
