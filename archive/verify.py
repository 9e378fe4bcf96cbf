"""Does an archive hold what it says it holds? Every WARC against its manifest, its digests and its index.

Streams, from a folder and from S3 alike: in memory are the captures of one WARC at a time, never a block. What is wrong
comes back as a `Fault`; what is known of each WARC as a `CheckedWarc`, for whoever has more to compare with it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, cast

from archive.dates import parse_date
from archive.errors import BlobNotFound
from archive.faults import CheckedWarc, Fault, Kind, SeenCapture
from archive.index_check import check_index
from archive.layout import OPEN_SUFFIX, name_of_warc
from archive.reader import is_about, is_http, parse_fields, target_of
from archive.record_check import CheckedRecord, check_record
from archive.scan import Finding, RecordHeader, walk_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.blobs import BlobStore
    from archive.capture import Location

_STEP = 1024 * 1024
_CAPTURES = frozenset({"response", "revisit", "resource"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Promise:
    manifest: str
    size: int
    sha256: str


def verify_archive(blobs: BlobStore) -> Iterator[Fault | CheckedWarc]:
    """All faults of the WARCs, manifests and indexes of a store, and each WARC after the faults found in it.

    Raises `StoreNotUsable` when the store fails while it is read.
    """
    promises: dict[str, _Promise] = {}
    for info in blobs.list("manifest/"):
        yield from _read_manifest(blobs, info.key, promises)
    sizes = {info.key: info.size for info in blobs.list("warc/")}
    indexes = {info.key for info in blobs.list("cdxj/") if info.key.endswith(".cdxj")}
    for key in sorted({*sizes, *promises}):
        promise = promises.get(key)
        if key not in sizes and not key.startswith("warc/"):
            yield from _check_plain(blobs, key, promise)
        elif key not in sizes:
            yield Fault(kind=Kind.MISSING, key=key, offset=None, problem=f"is not there; {_named_by(promise)} names it")
            indexes.discard(_index_of(key))
        else:
            yield from _check_warc(blobs, key, sizes[key], promise, indexes)
    for key in sorted(indexes):
        yield Fault(kind=Kind.MISSING, key=key, offset=None, problem="is the index of a WARC that is not there")
    for info in blobs.list_unfinished("warc/"):
        if info.key.endswith(OPEN_SUFFIX):
            problem = f"is still being written, or was left by a run that died ({info.size} bytes)"
            yield Fault(kind=Kind.UNFINISHED, key=info.key, offset=None, problem=problem)


def _named_by(promise: _Promise | None) -> str:
    return promise.manifest if promise else "nothing"


def _index_of(warc: str) -> str:
    name = name_of_warc(warc) or warc
    return f"cdxj/{name.rsplit('/', 1)[-1]}.cdxj"


def _read_manifest(blobs: BlobStore, key: str, promises: dict[str, _Promise]) -> Iterator[Fault]:
    try:
        for file in json.loads(blobs.get(key))["files"]:
            promise = _Promise(manifest=key, size=int(file["size"]), sha256=str(file["sha256"]).lower())
            promises[str(file["key"])] = promise
    except (ValueError, KeyError, TypeError, RecursionError, BlobNotFound) as error:
        yield Fault(
            kind=Kind.MANIFEST, key=key, offset=None, problem=f"is no manifest: {type(error).__name__}: {error}"
        )


def _check_plain(blobs: BlobStore, key: str, promise: _Promise | None) -> Iterator[Fault]:
    try:
        with blobs.open(key) as file:
            source = _Hashing(file)
            source.drain()
    except BlobNotFound:
        yield Fault(kind=Kind.MISSING, key=key, offset=None, problem=f"is not there; {_named_by(promise)} names it")
    else:
        yield from _compare(key, source, promise)


def _check_warc(
    blobs: BlobStore, key: str, size: int, promise: _Promise | None, indexes: set[str]
) -> Iterator[Fault | CheckedWarc]:
    warc = CheckedWarc(key=key)
    with blobs.open(key) as file:
        source = _Hashing(file)
        yield from _check_records(source, warc, size)
        source.drain()
    if promise is None:
        name = name_of_warc(key)
        yield Fault(kind=Kind.MISSING, key=f"manifest/{name}.json", offset=None, problem=f"is not there, but {key} is")
    else:
        yield from _compare(key, source, promise)
    index = _index_of(key)
    if index in indexes:
        indexes.remove(index)
        with blobs.open(index) as lines:
            yield from check_index(index, lines, warc)
    else:
        yield Fault(kind=Kind.MISSING, key=index, offset=None, problem=f"is not there, but {key} is")
    yield warc


def _compare(key: str, source: _Hashing, promise: _Promise | None) -> Iterator[Fault]:
    if promise is None:
        return
    if source.size != promise.size:
        problem = f"has {source.size} bytes, {promise.manifest} says {promise.size}"
        yield Fault(kind=Kind.CHECKSUM, key=key, offset=None, problem=problem)
    elif source.sha256 != promise.sha256:
        problem = f"has the sha256 {source.sha256}, {promise.manifest} says {promise.sha256}"
        yield Fault(kind=Kind.CHECKSUM, key=key, offset=None, problem=problem)


class _Hashing:
    """A stream that notes size and sha256 of what is read from it."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._sha256 = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        data = self._source.read(size)
        self._sha256.update(data)
        self.size += len(data)
        return data

    def drain(self) -> None:
        while self.read(_STEP):
            pass

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()


def _check_records(source: _Hashing, warc: CheckedWarc, size: int) -> Iterator[Fault]:
    last: int | None = None
    for item in walk_records(cast("BinaryIO", source), warc=warc.key, size=size, take=check_record):
        if isinstance(item, Finding):
            warc.broken_at = item.offset
            yield Fault(kind=Kind.DAMAGED, key=warc.key, offset=item.offset, problem=item.problem)
            continue
        header, checked, location = item
        warc.records += 1
        for problem in checked.problems:
            yield Fault(kind=Kind.DIGEST, key=warc.key, offset=location.offset, problem=f"{header.kind}: {problem}")
        last = _note(warc, last, header, checked, location)


def _note(
    warc: CheckedWarc, last: int | None, header: RecordHeader, checked: CheckedRecord, location: Location
) -> int | None:
    """Remember a capture, or the facts of the last one; back comes the offset of the last capture."""
    if last is not None and header.kind == "metadata" and is_about(header, warc.captures[last].record_id):
        warc.captures[last] = replace(warc.captures[last], facts=parse_fields(checked.metadata))
        return last
    url = target_of(header)
    if url is None or not _is_capture(header, url):
        return last
    warc.captures[location.offset] = SeenCapture(
        kind=header.kind,
        url=url,
        captured_at=parse_date(header.field("WARC-Date")),
        record_id=header.field("WARC-Record-ID"),
        payload_digest=header.field("WARC-Payload-Digest"),
        length=location.length,
    )
    return location.offset


def _is_capture(header: RecordHeader, url: str) -> bool:
    """As the reader has it: what gets a line in an index."""
    if header.kind == "resource":
        is_page = "html" in (header.field("Content-Type") or "")
        return is_page and url.startswith(("http://", "https://"))
    return header.kind in _CAPTURES and is_http(header)
