"""Other people's WARCs into a store: taken in beside it, their pages derived, then all published together.

A file grows in the state of the working folder; under final names come manifest, index, the WARC, and last the
articles. What was killed before the WARC had its name leaves nothing that counts: the next run removes it, and the
same command imports the file. What was killed after it gets its articles from the next run, as after any crawl.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from itertools import chain
from typing import TYPE_CHECKING, Any

from archive.blobs import LocalBlobs, open_blobs
from archive.cdxj import parse_line
from archive.durable import make_folder, sync, write_atomically
from archive.errors import Malformed
from archive.fixity import read_promises
from archive.intake import Original, measure, take_in
from archive.layout import IMPORT_PREFIX, STAGING_FOLDER, Stem, cdxj_key, manifest_key, stem_of_key, warc_key
from archive.leases import Held, Leases
from archive.live import holder_of_store
from archive.reindex import index_again
from archive.writer import manifest_text
from crawler.clock import new_run_id, utc_now
from crawler.heartbeat import Heartbeat
from crawler.import_ledger import ImportLedger, PageCounts
from crawler.incoming import UNREADABLE, Refused, warcs_in
from crawler.prepare import finish_backlog, generation_in
from crawler.publish import Publisher
from crawler.room import DEFAULT_SPOOL_LIMIT, Room
from crawler.workplace import Workplace
from pipelines.imported_pages import pages_in
from pipelines.keep import keep_in, kept_in, listed
from pipelines.link_stage import link_new
from pipelines.results import PendingResults
from pipelines.software import software
from pipelines.store_templates import in_force
from pipelines.worker import Workers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from archive.intake import Taken
    from crawler.incoming import Incoming
    from pipelines.article import Label
    from pipelines.rules import PageRules

logger = logging.getLogger(__name__)
IMPORT_LEASE = "import"
"""The name of the lease that keeps two imports into one store apart: each file is to be taken in once."""


class Importer:
    """One import into a store; `import_all`, once.

    `rules` are the page rules of every source by its id; `origin` says whose the WARCs are, None: each says it itself.
    `keep` are the labels that the store is to keep from now on, None: those that it keeps.
    `on_progress(done, total)` counts the files given.
    """

    def __init__(
        self,
        store: str,
        spool: Path | None,
        *,
        rules: Mapping[str, PageRules],
        origin: str | None = None,
        keep: frozenset[Label] | None = None,
        now: Callable[[], dt.datetime] = utc_now,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
        command: str = "import",
        sources: Sequence[str] = (),
        reserve: int | None = None,
    ) -> None:
        self.ledger = ImportLedger()
        self._command = command
        self._sources = sources
        self._store = store
        self._rules = rules
        self._origin = origin
        self._wanted = keep
        self._now = now
        self._on_progress = on_progress
        self._began_at = now()
        self._run = new_run_id(self._began_at)
        self._blobs = open_blobs(store)
        self._blobs.check_usable(write=True)
        self._leases = Leases(self._blobs, self._run)
        self._heartbeat = Heartbeat(self._leases, now)
        self._place = Workplace(self._blobs, store, spool, run=self._run)
        self._folder = self._place.folder
        self._staging = self._folder / STAGING_FOLDER / self._run
        is_local = isinstance(self._blobs, LocalBlobs)
        self._room = Room(store, self._folder, reserve=reserve, spool_limit=None if is_local else DEFAULT_SPOOL_LIMIT)
        self._publisher = Publisher(self._blobs, self._folder)
        self._processes = max(1, os.cpu_count() or 2)
        self._workers: Workers | None = None
        self._serial = 0
        self._known: dict[str, str] = {}
        self._revisits: list[tuple[str, str, str | None]] = []

    def import_all(self, paths: Sequence[Path]) -> dict[str, Any]:
        """Import every file; back comes the run's ledger. Raises `Held`, `StoreNotUsable`, `KeyboardInterrupt`.

        What was imported before an error is whole, and stands in the ledger too.
        """
        return self.import_while(lambda: self._import_files(paths))

    def import_while(self, work: Callable[[], bool]) -> dict[str, Any]:
        """Do `work`, which imports as it goes and is True when it was interrupted; back comes the run's ledger."""
        try:
            self._hold()
            backlog = self._prepare()
            try:
                is_interrupted = work()
            except BaseException:
                if self.ledger.files:
                    self._settle(backlog, is_interrupted=True)
                raise
            return self._settle(backlog, is_interrupted=is_interrupted)
        except OSError as error:
            raise self._room.refusal(error) from error
        finally:
            if self._workers is not None:
                self._workers.abandon()
            shutil.rmtree(self._staging, ignore_errors=True)
            self._heartbeat.stop()
            self._leases.release()
            self._place.leave()

    def _hold(self) -> None:
        self._leases.take([*self._sources, IMPORT_LEASE], self._now())
        if (holder := holder_of_store(self._blobs, self._now())) is not None:
            raise Held(f"the store {self._store}", holder)
        self._heartbeat.start()

    def _prepare(self) -> dict[str, Any]:
        self._generation = generation_in(self._blobs)
        self._keep = (kept_in(self._blobs) if self._wanted is None else keep_in(self._blobs, self._wanted)).labels
        backlog = finish_backlog(
            self._blobs,
            self._place,
            generation=self._generation,
            rules=self._rules,
            processes=self._processes,
            publisher=self._publisher,
            room=self._room,
        )
        for info in self._blobs.list("manifest/"):
            if f"/{IMPORT_PREFIX}-" in info.key:
                self._know(info.key)
        return backlog

    def _know(self, manifest: str) -> None:
        try:
            promises = read_promises(self._blobs, manifest)
        except (ValueError, KeyError, TypeError) as error:
            logger.warning("%s is no manifest: %s: what it names may be imported again", manifest, error)
            return
        self._known |= {promise.original: key for key, promise in promises.items() if promise.original}

    @property
    def folder(self) -> Path:
        """Where files grow: the store itself where it is local."""
        return self._folder

    def look(self) -> None:
        """Raise what keeps this from going on: a lease that was lost, a disk that is nearly full."""
        if self._heartbeat.lost is not None:
            raise self._heartbeat.lost
        self._room.watch()

    def import_extract(self, incoming: Incoming, *, origin: str, extract: Mapping[str, object]) -> None:
        """Import records that were taken out of somebody's WARC; `extract` says of which, and where they lay in it."""
        self._import_file(incoming, origin=origin, extract=extract)

    def _import_files(self, paths: Sequence[Path]) -> bool:
        for number, path in enumerate(paths):
            self._on_progress(number, len(paths))
            for item in warcs_in(path):
                if self._heartbeat.lost is not None:
                    raise self._heartbeat.lost
                if isinstance(item, Refused):
                    self.ledger.refuse(item.name, item.problem)
                else:
                    self._import_file(item)
        self._on_progress(len(paths), len(paths))
        return False

    def _import_file(
        self, incoming: Incoming, *, origin: str | None = None, extract: Mapping[str, object] | None = None
    ) -> None:
        try:
            with incoming.open() as source:
                size, sha256 = measure(source)
        except UNREADABLE as error:
            self.ledger.refuse(incoming.name, f"cannot be read: {getattr(error, 'strerror', None) or error}")
            return
        original = Original(name=incoming.name, size=size, sha256=sha256)
        if sha256 in self._known:
            self.ledger.known_already(original, self._known[sha256])
            return
        self._room.check(size)
        stem = Stem(began_at=self._now(), serial=self._serial, run=self._run, prefix=IMPORT_PREFIX)
        with incoming.open() as source:
            taken = take_in(source, self._staging, warc_key(stem))
        if not taken.warc.records:
            (self._staging / warc_key(stem)).unlink()
            self.ledger.refuse(original.name, f"holds no WARC record: {taken.faults[0].problem}")
            return
        self._serial += 1
        origin = origin or self._origin or taken.origin or original.name.rsplit("/", 1)[-1]
        pages, pending = self._derive(taken, stem, origin)
        facts = taken.manifest_facts(original, origin) | ({"extract": dict(extract)} if extract else {})
        self._publish(taken, stem, facts, pending)
        self._known[sha256] = taken.warc.key
        self.ledger.imported(original, taken, origin, pages)
        revisits = (seen for seen in taken.warc.captures.values() if seen.kind == "revisit")
        self._revisits += [(taken.warc.key, seen.url, seen.payload_digest) for seen in revisits]
        count = sum(counts.announced for counts in pages.values())
        logger.info("%s: %d records, %d pages", original.name, taken.warc.records, count)

    def _derive(self, taken: Taken, stem: Stem, origin: str) -> tuple[dict[str, PageCounts], PendingResults]:
        path = self._staging / warc_key(stem)
        jobs, done = pages_in(taken.warc, path, rules=self._rules, keep=self._keep, origin=origin)
        pending = PendingResults.under(self._folder, taken.warc.key)
        pages: dict[str, PageCounts] = {}
        if jobs and self._workers is None:
            rules = in_force(self._blobs, self._generation, self._rules)
            self._workers = Workers(rules, processes=self._processes)
        for derived in chain(done, self._workers.derive_all(jobs) if self._workers else ()):
            pending.add(derived)
            pages.setdefault(derived.job.account, PageCounts()).settle(derived)
        return pages, pending

    def _publish(self, taken: Taken, stem: Stem, facts: Mapping[str, object], pending: PendingResults) -> None:
        """Give everything its final name, the WARC after what only belongs to it, the articles last."""
        key, records = warc_key(stem), taken.warc.records
        manifest = manifest_text(key=key, size=taken.size, sha256=taken.sha256, records=records, imported=facts)
        write_atomically(self._folder / manifest_key(stem), manifest)
        write_atomically(self._folder / cdxj_key(stem), index_again(taken.warc))
        final = self._folder / key
        make_folder(final.parent)
        (self._staging / key).rename(final)
        sync(final.parent)
        self._publisher.publish(stem, pending.publish(self._folder, stem, self._generation))
        self._publisher.wait()  # so that no more than one file of an import lies in the spool

    def _settle(self, backlog: dict[str, Any], *, is_interrupted: bool) -> dict[str, Any]:
        if not is_interrupted:
            self._look_for_originals()
        ended = self._now()
        report = {
            "schema_version": 1,
            "run": self._run,
            "command": self._command,
            "began_at": self._began_at.isoformat().replace("+00:00", "Z"),
            "ended_at": ended.isoformat().replace("+00:00", "Z"),
            "seconds": round((ended - self._began_at).total_seconds(), 3),
            "software": software(),
            "store": self._store,
            "keep": listed(self._keep),
            "backlog": backlog,
            **self.ledger.as_json(),
            "interrupted": is_interrupted,
        }
        self._publisher.put_report(self._run, json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n")
        self._publisher.wait()
        if self.ledger.warcs:
            link_new(self._blobs, self._generation)
        return report

    def _look_for_originals(self) -> None:
        """Note the revisits whose payload is in no WARC of the store: by its digest, or, without one, by its URL."""
        wanted = {_payload_of(url, digest) for _, url, digest in self._revisits}
        found: set[str] = set()
        indexes = self._blobs.list("cdxj/") if wanted else ()
        for info in indexes:
            if stem_of_key(info.key) is not None and info.key.endswith(".cdxj"):
                found |= wanted & _payloads(self._blobs.get(info.key))
        for warc, url, digest in self._revisits:
            if _payload_of(url, digest) not in found:
                self.ledger.lost_revisit(warc, url)


def _payloads(index: bytes) -> set[str]:
    """The digests and the URLs of the captures of an index that hold a payload."""
    named: set[str] = set()
    for line in index.decode("utf-8", "replace").splitlines():
        try:
            entry = parse_line(line)
        except Malformed:
            continue
        if entry.mime != "warc/revisit":
            named |= {_payload_of(entry.url, entry.payload_digest), entry.url}
    return named


def _payload_of(url: str, digest: str | None) -> str:
    """What a payload is looked for by: its digest, whose spelling may differ in case, or else the URL."""
    return digest.strip().lower() if digest else url
