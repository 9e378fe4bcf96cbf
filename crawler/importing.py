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
from functools import partial
from typing import TYPE_CHECKING, Any

from archive.blobs import LocalBlobs, open_blobs
from archive.cdxj import parse_line
from archive.errors import Malformed
from archive.fixity import read_promises
from archive.layout import IMPORT_PREFIX, STAGING_FOLDER, Stem, stem_of_key
from archive.leases import Held, Leases
from archive.live import holder_of_store
from crawler.clock import new_run_id, utc_now
from crawler.cluster_jobs import ClusterUnusable
from crawler.heartbeat import Heartbeat
from crawler.import_ledger import ImportLedger
from crawler.import_one import OneImport
from crawler.incoming import Refused, warcs_in
from crawler.prepare import finish_backlog, generation_in
from crawler.publish import Publisher
from crawler.room import DEFAULT_SPOOL_LIMIT, Room
from crawler.workplace import Workplace
from pipelines.keep import keep_in, kept_in, listed
from pipelines.link_stage import link_new
from pipelines.process import plan_to_make
from pipelines.software import software
from pipelines.store_templates import in_force

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from crawler.incoming import Incoming
    from pipelines.article import Label
    from pipelines.process import WarcPlan
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
        self.origin = origin
        self._wanted = keep
        self._now = now
        self._on_progress = on_progress
        self._began_at = now()
        self.run = new_run_id(self._began_at)
        self.blobs = open_blobs(store)
        self.blobs.check_usable(write=True)
        self._leases = Leases(self.blobs, self.run)
        self._heartbeat = Heartbeat(self._leases, now)
        self._place = Workplace(self.blobs, store, spool, run=self.run)
        self._folder = self._place.folder
        self._staging = self._folder / STAGING_FOLDER / self.run
        is_local = isinstance(self.blobs, LocalBlobs)
        self._room = Room(store, self._folder, reserve=reserve, spool_limit=None if is_local else DEFAULT_SPOOL_LIMIT)
        self._publisher = Publisher(self.blobs, self._folder)
        self._processes = max(1, os.cpu_count() or 2)
        self._one: OneImport | None = None
        self._serial = 0
        self.known: dict[str, str] = {}
        self._sizes: dict[str, int | None] = {}
        self._origins: dict[str, str | None] = {}
        self._plan: WarcPlan | None = None

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
        except ClusterUnusable:
            raise
        except OSError as error:
            raise self._room.refusal(error) from error
        finally:
            if self._one is not None:
                self._one.abandon()
            shutil.rmtree(self._staging, ignore_errors=True)
            self._heartbeat.stop()
            self._leases.release()
            self._place.leave()

    def _hold(self) -> None:
        self._leases.take([*self._sources, IMPORT_LEASE], self._now())
        if (holder := holder_of_store(self.blobs, self._now())) is not None:
            raise Held(f"the store {self._store}", holder)
        self._heartbeat.start()

    def _prepare(self) -> dict[str, Any]:
        self.generation = generation_in(self.blobs)
        self.keep = (kept_in(self.blobs) if self._wanted is None else keep_in(self.blobs, self._wanted)).labels
        backlog = finish_backlog(
            self.blobs,
            self._place,
            generation=self.generation,
            rules=self._rules,
            processes=self._processes,
            publisher=self._publisher,
            room=self._room,
        )
        for info in self.blobs.list("manifest/"):
            if f"/{IMPORT_PREFIX}-" in info.key:
                self._know(info.key)
        return backlog

    def _know(self, manifest: str) -> None:
        try:
            promises = read_promises(self.blobs, manifest)
        except (ValueError, KeyError, TypeError) as error:
            logger.warning("%s is no manifest: %s: what it names may be imported again", manifest, error)
            return
        for key, promise in promises.items():
            if promise.original:
                self.known[promise.original] = key
                self._sizes[promise.original] = promise.original_size
                self._origins[promise.original] = promise.origin

    def known_of_size(self, size: int | None) -> dict[str, str]:
        """Of what is in the store the keys, by sha256 of what they were made from, that such a file may be."""
        return {sha256: key for sha256, key in self.known.items() if self._sizes.get(sha256) in (size, None)}

    def known_from(self, origin: str) -> dict[str, str]:
        """Of what is in the store the keys, by sha256 of what they were made from, that are of this origin."""
        return {sha256: key for sha256, key in self.known.items() if self._origins.get(sha256) == origin}

    def plan(self) -> WarcPlan:
        """By what rules articles are made, for machines that are to make them too."""
        self._plan = self._plan or plan_to_make(self.blobs, (), self.generation, self._rules)
        return self._plan

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
        self._one = self._one or self._new_one()
        stem = self.stem(self._serial)
        part = self._one.take(incoming, stem, self.known, origin=origin, extract=extract)
        self._serial += len(part.warcs)
        self.take(part)

    def _new_one(self) -> OneImport:
        return OneImport(
            self._folder, self._staging, rules=self._rules, read_with=partial(self._rules_in_force),
            generation=self.generation, keep=self.keep, origin=self.origin, processes=self._processes,
            check_room=self._room.check, publish=self._publish,
        )  # fmt: skip

    def _rules_in_force(self) -> Mapping[str, PageRules]:
        return in_force(self.blobs, self.generation, self._rules)

    def _publish(self, stem: Stem, derived: list[str]) -> None:
        self._publisher.publish(stem, derived)
        self._publisher.wait()  # so that no more than one file of an import lies in the spool

    def stem(self, serial: int) -> Stem:
        """A name for the next WARC that is imported."""
        return Stem(began_at=self._now(), serial=serial, run=self.run, prefix=IMPORT_PREFIX)

    def take(self, part: ImportLedger) -> None:
        """Take in the ledger of one file, which may have been imported elsewhere."""
        self.ledger.merge(part)
        self.known |= {file["sha256"]: file["warc"] for file in part.files if file["state"] == "imported"}

    def _settle(self, backlog: dict[str, Any], *, is_interrupted: bool) -> dict[str, Any]:
        if not is_interrupted:
            self._look_for_originals()
        ended = self._now()
        report = {
            "schema_version": 1,
            "run": self.run,
            "command": self._command,
            "began_at": self._began_at.isoformat().replace("+00:00", "Z"),
            "ended_at": ended.isoformat().replace("+00:00", "Z"),
            "seconds": round((ended - self._began_at).total_seconds(), 3),
            "software": software(),
            "store": self._store,
            "keep": listed(self.keep),
            "backlog": backlog,
            **self.ledger.as_json(),
            "interrupted": is_interrupted,
        }
        self._publisher.put_report(self.run, json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n")
        self._publisher.wait()
        if self.ledger.warcs:
            link_new(self.blobs, self.generation, processes=self._processes)
        return report

    def _look_for_originals(self) -> None:
        """Note the revisits whose payload is in no WARC of the store: by its digest, or, without one, by its URL."""
        wanted = {_payload_of(url, digest) for _, url, digest in self.ledger.revisits}
        found: set[str] = set()
        indexes = self.blobs.list("cdxj/") if wanted else ()
        for info in indexes:
            if stem_of_key(info.key) is not None and info.key.endswith(".cdxj"):
                found |= wanted & _payloads(self.blobs.get(info.key))
        for warc, url, digest in self.ledger.revisits:
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
