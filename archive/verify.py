"""Does an archive hold what it says it holds? Every WARC against its manifest, its digests and its index.

Streams, from a folder and from S3 alike: in memory are the captures of one WARC at a time, never a block. What is wrong
comes back as a `Fault`; what is known of each WARC as a `CheckedWarc`, for whoever has more to compare with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, cast

from archive.crosscheck import CrossCheck
from archive.errors import BlobNotFound
from archive.faults import CheckedWarc, Fault, Kind
from archive.fixity import Hashing, Promise, ledger_manifest_key, read_promises
from archive.index_check import check_index
from archive.keys import UNFINISHED_SUFFIXES
from archive.layout import OPEN_SUFFIX, RANGES_FOLDER, name_of_warc, stem_of_key
from archive.warc_check import check_records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from archive.blobs import BlobStore


def verify_archive(blobs: BlobStore, live: Collection[str] = ()) -> Iterator[Fault | CheckedWarc]:
    """All faults of the WARCs, manifests, indexes and ledgers of a store, and each WARC after the faults found in it.

    `live` are the runs that go on: what they have not finished is no fault. Raises `StoreNotUsable` when the store
    fails while it is read.
    """
    with CrossCheck() as cross:
        for item in _Verifier(blobs, cross).verify():
            is_under_way = isinstance(item, Fault) and item.kind is Kind.MISSING and run_of(item.key) in live
            yield replace(item, is_note=True) if isinstance(item, Fault) and is_under_way else item
        yield from cross.faults()
    yield from _unfinished(blobs, live)


def run_of(key: str) -> str:
    """The run that wrote the file at a key."""
    stem = stem_of_key(key)
    return stem.run if stem else key.rsplit("/", 1)[-1].split(".", 1)[0]


def index_of(warc: str) -> str:
    """Where the index of the WARC at a key lies."""
    name = name_of_warc(warc) or warc
    return f"cdxj/{name.rsplit('/', 1)[-1]}.cdxj"


def manifest_of_warc(warc: str) -> str:
    """Where the manifest of the WARC at a key lies."""
    return f"manifest/{name_of_warc(warc)}.json"


def _unfinished(blobs: BlobStore, live: Collection[str]) -> Iterator[Fault]:
    for info in blobs.list_unfinished(""):
        if info.key.endswith(OPEN_SUFFIX) and run_of(info.key) in live:
            problem = f"is still being written ({info.size} bytes)"
            yield Fault(kind=Kind.UNFINISHED, key=info.key, offset=None, problem=problem)
        elif info.key.endswith(OPEN_SUFFIX):
            problem = f"was left by a run that died ({info.size} bytes): the next crawl, or --repair, closes it"
            yield Fault(kind=Kind.LEFTOVER, key=info.key, offset=None, problem=problem)
        elif info.key.endswith(UNFINISHED_SUFFIXES) and not live:
            problem = f"was left by a writer that died ({info.size} bytes): --repair removes it"
            yield Fault(kind=Kind.LEFTOVER, key=info.key, offset=None, problem=problem, is_note=True)
    for info in blobs.list(RANGES_FOLDER):
        if info.key.removeprefix(RANGES_FOLDER).split("/")[0] not in live:
            problem = f"was left by an export that died ({info.size} bytes): --repair, or the next export, removes it"
            yield Fault(kind=Kind.LEFTOVER, key=info.key, offset=None, problem=problem, is_note=True)


class _Verifier:
    def __init__(self, blobs: BlobStore, cross: CrossCheck) -> None:
        self._blobs = blobs
        self._cross = cross
        self._promises: dict[str, Promise] = {}
        self._damaged: set[str] = set()

    def verify(self) -> Iterator[Fault | CheckedWarc]:
        for info in self._blobs.list("manifest/"):
            yield from self._read_manifest(info.key)
        sizes = {info.key: info.size for info in self._blobs.list("warc/")}
        indexes = {info.key for info in self._blobs.list("cdxj/") if info.key.endswith(".cdxj")}
        ledgers = {info.key for info in self._blobs.list("runs/")}
        for key in sorted({*sizes, *self._promises, *ledgers}):
            if not key.startswith("warc/"):
                yield from self._check_plain(key)
            elif key not in sizes:
                problem = f"is not there; {self._named_by(key)} names it"
                yield Fault(kind=Kind.MISSING, key=key, offset=None, problem=problem)
                indexes.discard(index_of(key))
            else:
                yield from self._check_warc(key, sizes[key], indexes)
        for key in sorted(indexes):
            yield Fault(kind=Kind.MISSING, key=key, offset=None, problem="is the index of a WARC that is not there")

    def _named_by(self, key: str) -> str:
        promise = self._promises.get(key)
        return promise.manifest if promise else "nothing"

    def _read_manifest(self, key: str) -> Iterator[Fault]:
        try:
            self._promises |= read_promises(self._blobs, key)
        except (ValueError, KeyError, TypeError, RecursionError, BlobNotFound) as error:
            problem = f"is no manifest: {type(error).__name__}: {error}"
            self._damaged.add(key)
            yield Fault(kind=Kind.MANIFEST, key=key, offset=None, problem=problem)

    def _check_plain(self, key: str) -> Iterator[Fault]:
        if key not in self._promises:
            manifest = ledger_manifest_key(run_of(key))
            if manifest not in self._damaged:
                problem = f"is not there, or does not name {key}"
                yield Fault(kind=Kind.MISSING, key=manifest, offset=None, problem=problem)
            return
        try:
            with self._blobs.open(key) as file:
                source = Hashing(file)
                source.drain()
        except BlobNotFound:
            problem = f"is not there; {self._named_by(key)} names it"
            yield Fault(kind=Kind.MISSING, key=key, offset=None, problem=problem)
        else:
            yield from self._compare(key, source)

    def _check_warc(self, key: str, size: int, indexes: set[str]) -> Iterator[Fault | CheckedWarc]:
        warc = CheckedWarc(key=key)
        with self._blobs.open(key) as file:
            source = Hashing(file)
            stream = cast("BinaryIO", source)
            for fault in check_records(self._blobs, warc, size, source=stream, cross=self._cross):
                # What other people's WARCs came with is kept; what befell them here, their sha256 tells.
                yield replace(fault, is_note=True) if warc.is_imported else fault
            source.drain()
        manifest = manifest_of_warc(key)
        warc.origin = self._promises[key].origin if key in self._promises else None
        if key not in self._promises:
            if manifest not in self._damaged:
                problem = f"is not there, or does not name {key}"
                yield Fault(kind=Kind.MISSING, key=manifest, offset=None, problem=problem)
        else:
            yield from self._compare(key, source)
            yield from self._count(warc)
        index = index_of(key)
        if index in indexes:
            indexes.remove(index)
            with self._blobs.open(index) as lines:
                yield from check_index(index, lines, warc)
        else:
            yield Fault(kind=Kind.MISSING, key=index, offset=None, problem=f"is not there, but {key} is")
        yield warc

    def _count(self, warc: CheckedWarc) -> Iterator[Fault]:
        promise = self._promises[warc.key]
        if promise.records not in (None, warc.records) and warc.broken_at is None:
            problem = f"says {promise.records} records, {warc.key} has {warc.records}"
            yield Fault(kind=Kind.MANIFEST, key=promise.manifest, offset=None, problem=problem)

    def _compare(self, key: str, source: Hashing) -> Iterator[Fault]:
        promise = self._promises[key]
        if source.size != promise.size:
            problem = f"has {source.size} bytes, {promise.manifest} says {promise.size}"
            yield Fault(kind=Kind.CHECKSUM, key=key, offset=None, problem=problem)
        elif source.sha256 != promise.sha256:
            problem = f"has the sha256 {source.sha256}, {promise.manifest} says {promise.sha256}"
            yield Fault(kind=Kind.CHECKSUM, key=key, offset=None, problem=problem)
