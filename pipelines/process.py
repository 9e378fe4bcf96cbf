"""Articles of a store made again from its WARCs, into a generation beside the current one.

Each WARC gives a file of the staged generation as soon as it is read, so that a process that was killed goes on where
it stopped. What was staged by other rules or software is begun anew. A staged generation is whole: what was not asked
for, and what cannot be derived since its source is not known here, is taken over from the current one as it is.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archive.blobs import LocalBlobs
from archive.errors import BlobNotFound
from archive.layout import (
    CURRENT_GENERATION_KEY,
    IMPORT_PREFIX,
    STAGED_GENERATION_KEY,
    articles_key,
    dropped_key,
    has_articles,
    stem_of_key,
    templates_key,
    warc_key,
)
from archive.local_copy import local_copy
from pipelines.archived_pages import pages_of
from pipelines.article import Label
from pipelines.capture_workers import CaptureWorkers
from pipelines.changes import Changes
from pipelines.conversions import write_texts
from pipelines.imported_pages import origin_in
from pipelines.keep import keep_in, kept_in, listed
from pipelines.link_stage import write_links
from pipelines.results import PendingResults, current_generation
from pipelines.software import software
from pipelines.store_templates import format_templates, learn_store, with_templates
from pipelines.worker import Workers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.layout import Stem
    from pipelines.rules import PageRules
    from pipelines.store_templates import Templates
    from pipelines.template import Template
    from pipelines.worker import Derived, Job

_DOWNLOADS = "state/process"


@dataclass(slots=True, kw_only=True)
class ProcessReport:
    """What a process did. `staged` names the generation that holds what differs; None where nothing does.

    `derived` and `resumed` count WARCs worked on now and found worked on already, `taken_over` those that were left as
    they are; `unknown` names the sources that the catalogue does not know. `templates` are the hosts whose template was
    learned anew, with the number of pages it was learned from and of lines in it.
    """

    current: str
    staged: str | None = None
    derived: int = 0
    resumed: int = 0
    taken_over: int = 0
    pages: int = 0
    unknown: set[str] = field(default_factory=set)
    templates: dict[str, tuple[int, int]] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)


class Processor:
    """Derives every WARC of a store again. `folder` is where downloads lie, and files that go up to S3.

    `keep` are the labels that are stored; None: those of what is staged, or else those that the store keeps.
    WARCs of runs that go on (`is_live`) are left out: their articles are on their way. `on_progress(done, total)`
    counts WARCs. Close when done. Methods raise `StoreNotUsable` and `OSError`.
    """

    def __init__(
        self,
        blobs: BlobStore,
        folder: Path,
        *,
        rules: Mapping[str, PageRules],
        processes: int,
        keep: frozenset[Label] | None = None,
        is_live: Callable[[str], bool] = lambda _run: False,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> None:
        self._blobs = blobs
        self._folder = folder
        self._rules = rules
        self._processes = processes
        self.keep = keep or _staged_keep(blobs) or kept_in(blobs).labels
        self._is_live = is_live
        self._on_progress = on_progress
        self._workers: Workers | None = None
        self._read_with: Mapping[str, PageRules] = rules

    def close(self, *, is_hurried: bool = False) -> None:
        """End the processes, and remove what was downloaded."""
        if self._workers is not None:
            if is_hurried:
                self._workers.stop()
            self._workers.close()
        shutil.rmtree(self._folder / _DOWNLOADS, ignore_errors=True)

    def stage(self, *, since: dt.date | None = None, scratch: Path | None = None) -> ProcessReport:
        """Derive the WARCs begun on `since` or later; back comes what differs from the current articles.

        With `scratch`, a folder, everything is written there and nothing into the store. Where nothing differs, no
        generation stays staged.
        """
        current = generation_in(self._blobs)
        following = f"{int(current) + 1:04d}"
        report = ProcessReport(current=current, staged=following)
        shelf = _Shelf(LocalBlobs(scratch), scratch) if scratch else _Shelf(self._blobs, self._folder)
        stems = [stem for stem in article_warcs(self._blobs) if not self._is_live(stem.run)]
        templates = self._learn(stems, report)
        begin_staging(shelf.blobs, following, fingerprint(self._rules, since, self.keep, templates), self.keep)
        if templates:
            shelf.blobs.put_bytes(templates_key(following), format_templates(templates))
        self._read_with = with_templates(self._rules, templates)
        for number, stem in enumerate(stems):
            self._on_progress(number, len(stems))
            self._stage_warc(stem, shelf, report, is_asked_for=since is None or stem.began_at.date() >= since)
            self._compare(stem, shelf.blobs, report)
        self._on_progress(len(stems), len(stems))
        if report.changes.is_empty:
            discard_staged(shelf.blobs)
            report.staged = None
        return report

    def _learn(self, stems: list[Stem], report: ProcessReport) -> Templates:
        workers = CaptureWorkers(self._rules, processes=self._processes)
        try:
            templates, news = learn_store(self._blobs, stems, report.current, workers)
        finally:
            workers.close()
        report.templates = {host: (templates[host].pages, len(templates[host].lines)) for host in sorted(news)}
        return templates

    def _stage_warc(self, stem: Stem, shelf: _Shelf, report: ProcessReport, *, is_asked_for: bool) -> None:
        following = str(report.staged)
        if shelf.blobs.stat(articles_key(stem, following)) is not None:
            report.resumed += 1
            return
        path = self._local_copy(stem) if is_asked_for else None
        origin = origin_in(self._blobs, stem) if stem.prefix == IMPORT_PREFIX else None
        jobs: list[Job] = []
        done: list[Derived] = []
        if path is not None:
            jobs, done = pages_of(path, warc_key(stem), rules=self._rules, keep=self.keep, origin=origin)
        unknown = {job.source for job in jobs if job.source is not None and job.source not in self._rules}
        report.unknown |= unknown
        if path is None or unknown:
            report.taken_over += 1
            self._take_over(stem, shelf, report)
            return
        pending = PendingResults.under(shelf.folder, warc_key(stem))
        if jobs and self._workers is None:
            self._workers = Workers(self._read_with, processes=self._processes)
        for derived in (*done, *(self._workers.derive_all(jobs) if self._workers else ())):
            pending.add(derived)
            report.changes.failed += derived.kind == "failed"
        report.derived += 1
        report.pages += len(jobs)
        shelf.store(pending.publish(shelf.folder, stem, following, with_texts=False))
        if path != self._local(stem):
            path.unlink(missing_ok=True)

    def _take_over(self, stem: Stem, shelf: _Shelf, report: ProcessReport) -> None:
        for key_of in (dropped_key, articles_key):
            data = get_or_none(self._blobs, key_of(stem, report.current))
            if data is not None:
                shelf.blobs.put_bytes(key_of(stem, str(report.staged)), data)

    def _compare(self, stem: Stem, staged: BlobStore, report: ProcessReport) -> None:
        for key_of, add in ((articles_key, report.changes.add), (dropped_key, report.changes.add_dropped)):
            before = _lines(self._blobs, key_of(stem, report.current))
            add(before, _lines(staged, key_of(stem, str(report.staged))))

    def _local(self, stem: Stem) -> Path:
        return self._folder / warc_key(stem)

    def _local_copy(self, stem: Stem) -> Path | None:
        return local_copy(self._blobs, self._folder, warc_key(stem), downloads=_DOWNLOADS)

    def accept(self, generation: str) -> None:
        """Make a staged generation the current one; the former stays.

        The switch is one small file; what the generation keeps is said before it. Only the clean texts come after it:
        they can be made again from the articles.
        """
        write_links(self._blobs, generation)
        keep_in(self._blobs, self.keep)
        self._blobs.put_bytes(CURRENT_GENERATION_KEY, json.dumps({"generation": generation}).encode() + b"\n")
        self._blobs.delete(STAGED_GENERATION_KEY)
        shelf = _Shelf(self._blobs, self._folder)
        for stem in article_warcs(self._blobs):
            lines = (get_or_none(self._blobs, articles_key(stem, generation)) or b"").splitlines()
            shelf.store(write_texts(shelf.folder, stem, lines))


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Where files are put: `folder` is where they are written, `blobs` where they end up."""

    blobs: BlobStore
    folder: Path

    def store(self, keys: list[str]) -> None:
        if not isinstance(self.blobs, LocalBlobs):
            for key in keys:
                self.blobs.put_file(key, self.folder / key)
                (self.folder / key).unlink()


def article_warcs(blobs: BlobStore) -> list[Stem]:
    """The finished WARCs in a store that articles are made of, our own and imported ones, by name."""
    stems = (stem_of_key(info.key) for info in blobs.list("warc/") if info.key.endswith(".warc.gz"))
    return sorted((stem for stem in stems if stem and has_articles(stem)), key=str)


def generation_in(blobs: BlobStore) -> str:
    """The current generation of a store."""
    return current_generation(get_or_none(blobs, CURRENT_GENERATION_KEY))


def _lines(blobs: BlobStore, key: str) -> Iterator[bytes]:
    """The lines of a file as they are asked for; none where there is no such file."""
    try:
        with blobs.open(key) as file:
            yield from file
    except BlobNotFound:
        return


def get_or_none(blobs: BlobStore, key: str) -> bytes | None:
    """What lies at a key; None when nothing does."""
    try:
        return blobs.get(key)
    except BlobNotFound:
        return None


def fingerprint(
    rules: Mapping[str, PageRules],
    since: dt.date | None,
    keep: frozenset[Label],
    templates: Mapping[str, Template] | None = None,
) -> str:
    """What a staged generation was made by: software, rules and hosts of every source, first day, labels, templates."""
    by = {name: [own.digest, *own.hosts] for name, own in sorted(rules.items())}
    learned = {host: template.digest for host, template in (templates or {}).items()}
    facts = json.dumps([software(), by, since.isoformat() if since else None, listed(keep), learned], sort_keys=True)
    return hashlib.sha256(facts.encode()).hexdigest()


def _staged_keep(blobs: BlobStore) -> frozenset[Label] | None:
    """The labels that what is staged keeps: who accepts it need not name them again. None where nothing is staged."""
    raw = get_or_none(blobs, STAGED_GENERATION_KEY)
    names = json.loads(raw).get("keep") if raw else None
    return frozenset(map(Label, names)) if names else None


def begin_staging(blobs: BlobStore, generation: str, made_by: str, keep: frozenset[Label]) -> None:
    """Go on with what is staged where the same rules and software staged it, else remove it and begin anew."""
    values = {"generation": generation, "fingerprint": made_by, "keep": listed(keep)}
    wanted = json.dumps(values).encode() + b"\n"
    if get_or_none(blobs, STAGED_GENERATION_KEY) != wanted:
        discard_staged(blobs)
        blobs.put_bytes(STAGED_GENERATION_KEY, wanted)


def discard_staged(blobs: BlobStore) -> None:
    """Remove the staged generation, its files first; the current one is never touched."""
    raw = get_or_none(blobs, STAGED_GENERATION_KEY)
    if raw is None:
        return
    generation = json.loads(raw)["generation"]
    if generation != generation_in(blobs):
        for folder in ("articles", "dropped"):
            for info in list(blobs.list(f"{folder}/{generation}/")):
                blobs.delete(info.key)
        blobs.delete(templates_key(generation))
    blobs.delete(STAGED_GENERATION_KEY)
