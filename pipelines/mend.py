"""Repair: what can be derived again from sound WARCs is; what cannot is said and stays as it is, being evidence.

Each file is replaced whole or not at all, so that a repair that is killed leaves nothing half done, and the next one
finishes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.blobs import LocalBlobs
from archive.closed import manifest_text
from archive.errors import BlobNotFound
from archive.faults import CheckedWarc, Fault, Kind
from archive.fixity import Hashing, ledger_manifest_key, manifest_of
from archive.keys import UNFINISHED_SUFFIXES
from archive.layout import OPEN_SUFFIX, RANGES_FOLDER, is_imported, links_key, name_of_warc
from archive.reindex import index_again
from archive.verify import index_of, manifest_of_warc, run_of
from archive.warc_check import read_warc
from pipelines.link_stage import write_links
from pipelines.mend_results import ResultsMender

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from archive.blobs import BlobStore
    from pipelines.rules import PageRules

_DAMAGE = frozenset({Kind.DAMAGED, Kind.DIGEST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A file that was made again, or removed: its key, and what was done, in one clause."""

    key: str
    done: str

    def __str__(self) -> str:
        return f"mended: {self.key}: {self.done}"


class Mender:
    """Mends the faults of one verification of a store that nobody else writes to.

    `folder` is where files may be downloaded to, `rules` are the page rules of every source by its id. Close when done.
    """

    def __init__(
        self, blobs: BlobStore, folder: Path, *, generation: str, rules: Mapping[str, PageRules], processes: int
    ) -> None:
        self._blobs = blobs
        self._generation = generation
        self._results = ResultsMender(blobs, folder, generation=generation, rules=rules, processes=processes)
        self._sizes = {info.key: info.size for info in blobs.list("warc/")}
        self._read: CheckedWarc | None = None

    def close(self) -> None:
        """End the processes, and remove what was downloaded."""
        self._results.close()

    def mend(self, faults: Iterable[Fault]) -> Iterator[Mended | Fault]:
        """What was mended, and each fault that could not be. Raises `StoreNotUsable`."""
        by_key: dict[str, list[Fault]] = {}
        for fault in faults:
            by_key.setdefault(fault.key, []).append(fault)
        damaged = {key for key, found in by_key.items() if any(fault.kind in _DAMAGE for fault in found)}
        for warc in self._sizes:
            yield from self._mend_index(warc, by_key)
            yield from self._mend_manifest(warc, by_key, is_sound=warc not in damaged)
            yield from self._mend_results(warc, by_key)
        yield from self._mend_links(by_key)
        left = [fault for found in by_key.values() for fault in found]
        unsound = {fault.key for fault in left if fault.kind is Kind.LEDGER}
        for fault in left:
            yield self._mend_other(fault, unsound) or fault

    def _mend_index(self, warc: str, faults: dict[str, list[Fault]]) -> Iterator[Mended]:
        index = index_of(warc)
        if not faults.pop(index, None):
            return
        try:
            before = self._blobs.get(index)
        except BlobNotFound:
            before = b""
        data = index_again(self._warc(warc), before)
        self._blobs.put_bytes(index, data)
        yield Mended(key=index, done=f"made again from {warc}: {len(data.splitlines())} lines")

    def _mend_manifest(self, warc: str, faults: dict[str, list[Fault]], *, is_sound: bool) -> Iterator[Mended]:
        """Only one that is not there, of a WARC whose records are sound: any other is evidence."""
        manifest = manifest_of_warc(warc)
        if manifest not in faults or not is_sound or self._blobs.stat(manifest) is not None:
            return
        if is_imported(warc):  # whose it was stood there alone
            return
        del faults[manifest]
        with self._blobs.open(warc) as file:
            source = Hashing(file)
            source.drain()
        records = self._warc(warc).records
        text = manifest_text(key=warc, size=source.size, sha256=source.sha256, records=records)
        self._blobs.put_bytes(manifest, text)
        yield Mended(key=manifest, done=f"made again from {warc}, whose {records} records are sound")

    def _mend_results(self, warc: str, faults: dict[str, list[Fault]]) -> Iterator[Mended | Fault]:
        keys = [f"{kind}/{self._generation}/{name_of_warc(warc)}.jsonl" for kind in ("dropped", "articles")]
        pages = [fault for fault in faults.get(warc, []) if fault.kind is Kind.PAGE]
        mine = [*pages, *(fault for key in keys for fault in faults.pop(key, []))]
        if not mine:
            yield from self._mend_texts(warc, keys[1], faults)
            return
        faults[warc] = [fault for fault in faults.get(warc, []) if fault.kind is not Kind.PAGE]
        changed, left = self._results.mend(self._warc(warc), keys, mine)
        yield from (Mended(key=key, done="derived again where it was not right") for key in changed)
        yield from left
        yield from self._mend_texts(warc, keys[1], faults, has_changed=bool(changed))

    def _mend_texts(
        self, warc: str, articles: str, faults: dict[str, list[Fault]], *, has_changed: bool = False
    ) -> Iterator[Mended]:
        key = f"text/{name_of_warc(warc)}.warc.gz"
        if key in faults or has_changed:
            faults.pop(key, None)
            written = self._results.mend_texts(warc, articles)
            yield Mended(key=key, done="made again from the articles" if written else "removed: there is no article")

    def _mend_links(self, faults: dict[str, list[Fault]]) -> Iterator[Mended]:
        key = links_key(self._generation)
        if faults.pop(key, None) or self._results.has_changed:
            write_links(self._blobs, self._generation)
            yield Mended(key=key, done="made again from the articles")

    def _warc(self, key: str) -> CheckedWarc:
        if self._read is None or self._read.key != key:
            self._read = read_warc(self._blobs, key, self._sizes[key])
        return self._read

    def _mend_other(self, fault: Fault, unsound: set[str]) -> Mended | None:
        if fault.kind is Kind.LEFTOVER and fault.key.endswith(UNFINISHED_SUFFIXES):
            return self._remove(fault.key)
        if fault.kind is Kind.LEFTOVER and fault.key.startswith(RANGES_FOLDER):
            self._blobs.delete(fault.key)
            return Mended(key=fault.key, done="removed")
        ledger = f"runs/{run_of(fault.key)}.json"
        is_of_ledger = fault.kind is Kind.MISSING and fault.key == ledger_manifest_key(run_of(fault.key))
        if is_of_ledger and ledger not in unsound and self._blobs.stat(fault.key) is None:
            self._blobs.put_bytes(fault.key, manifest_of(ledger, self._blobs.get(ledger)))
            return Mended(key=fault.key, done=f"made again from {ledger}, which adds up")
        return None

    def _remove(self, key: str) -> Mended | None:
        """Remove a temporary file; a WARC that is still open holds records, and stays."""
        if key.endswith(OPEN_SUFFIX) or not isinstance(self._blobs, LocalBlobs):
            return None
        self._blobs.delete(key)
        return Mended(key=key, done="removed")
