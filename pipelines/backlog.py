"""What a killed run left behind, finished at the start of the next: files closed, articles made and published.

Three things can lie about: a WARC still `.open`, a finished one without index or manifest, and one whose articles were
never made. The articles come out as the run itself would have made them, since the metadata records say what each page
was to it. Files of runs that are alive are left alone.
"""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from archive.blobs import LocalBlobs
from archive.layout import (
    IMPORT_PREFIX,
    STAGING_FOLDER,
    articles_key,
    cdxj_key,
    has_articles,
    manifest_key,
    stem_of_key,
    warc_key,
)
from archive.local_copy import local_copy
from archive.locks import holding
from archive.repair import close_abandoned, complete
from pipelines.archived_pages import pages_of
from pipelines.imported_pages import origin_in
from pipelines.keep import kept_in
from pipelines.made import Made, made_in, shown_by
from pipelines.one_warc import DERIVED, LEFT
from pipelines.process import plan_to_make
from pipelines.results import PENDING_FOLDER, PendingResults
from pipelines.store_templates import in_force
from pipelines.worker import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.layout import Stem
    from pipelines.one_warc import WarcResult
    from pipelines.page_job import Derived, Job
    from pipelines.process import Elsewhere
    from pipelines.rules import PageRules

_DOWNLOADS = "state/backlog"


@dataclass(slots=True, kw_only=True)
class BacklogReport:
    """What was finished: counts of files and pages, and the bytes of records that were cut since they were not whole.

    `waiting` are the WARCs with pages of sources that this run's catalogue does not know: left for one that does.
    """

    closed: int = 0
    cut_bytes: int = 0
    warcs: int = 0
    articles: int = 0
    dropped: int = 0
    failed: int = 0
    waiting: int = 0

    @property
    def has_news(self) -> bool:
        """True when there was anything to finish."""
        return any(asdict(self).values())

    def as_json(self) -> dict[str, Any]:
        """The counts as plain JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        parts = [
            f"finished what an earlier run left: {self.closed} open WARCs closed",
            f"{self.cut_bytes} bytes of unfinished records cut",
            f"articles of {self.warcs} WARCs made ({self.articles} kept, {self.dropped} dropped, {self.failed} failed)",
        ]
        return ", ".join(parts) + (f", {self.waiting} WARCs wait for their sources" if self.waiting else "")


class Backlog:
    """The backlog of a store and of the folder where its files grow, which are one where the store is local.

    `is_live` says of a run whether it still goes on. `elsewhere` makes the articles of WARCs in the store on
    other machines; None: here. `finish` raises `StoreNotUsable` and `OSError`.
    """

    def __init__(
        self,
        blobs: BlobStore,
        folder: Path,
        *,
        generation: str,
        rules: Mapping[str, PageRules],
        is_live: Callable[[str], bool],
        processes: int,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._blobs = blobs
        self._folder = folder
        self._generation = generation
        self._rules = rules
        self._is_live = is_live
        self._processes = processes
        self._elsewhere = elsewhere
        self._workers: Workers | None = None
        self._report = BacklogReport()
        self.made = Made()

    def finish(self) -> BacklogReport:
        """Close, index, derive and publish whatever lies about; back comes what that was.

        One run of a machine at a time: what one derives, another would upload and remove from under it.
        """
        with holding(self._folder / "state"):
            return self._finish()

    def _finish(self) -> BacklogReport:
        for closed in close_abandoned(self._folder, self._is_live):
            self._report.closed += closed.path is not None
            self._report.cut_bytes += closed.cut_bytes
        self._sweep()
        local = self._stems(path.name for path in sorted((self._folder / "warc").rglob("*.warc.gz")))
        for stem in local:
            with suppress(FileNotFoundError):  # another run has uploaded it meanwhile
                complete(self._folder, stem, self._folder / warc_key(stem))
        waiting = self._without_articles(local)
        if self._elsewhere is not None:
            waiting = self._send(waiting, self._elsewhere)
        try:
            for stem in waiting:
                self._make_articles(stem)
        except BaseException:
            if self._workers is not None:  # interrupted, or the store is gone: pages that wait are for the next run
                self._workers.abandon()
            raise
        else:
            if self._workers is not None:
                self._workers.close()
        finally:
            shutil.rmtree(self._folder / _DOWNLOADS, ignore_errors=True)
        return self._report

    def _sweep(self) -> None:
        """Remove the unfinished lines of ended runs: their pages are derived again."""
        for path in (self._folder / PENDING_FOLDER).glob("*.results"):
            stem = stem_of_key(path.name)
            if stem is None or not self._is_live(stem.run):
                path.unlink(missing_ok=True)
        for path in (self._folder / STAGING_FOLDER).glob("*"):
            if not self._is_live(path.name):
                shutil.rmtree(path, ignore_errors=True)
        self._sweep_imports()
        for path in (self._folder / "state" / "live").glob("*.lock"):
            if not self._is_live(path.stem):
                path.unlink(missing_ok=True)

    def _sweep_imports(self) -> None:
        """Remove manifest and index of an import that was killed before its WARC had its name: nothing is lost."""
        for path in (self._folder / "manifest").glob(f"*/*/{IMPORT_PREFIX}-*.json"):
            stem = stem_of_key(path.name)
            if stem is None or self._is_live(stem.run) or (self._folder / warc_key(stem)).exists():
                continue
            if self._blobs.stat(warc_key(stem)) is None:
                (self._folder / cdxj_key(stem)).unlink(missing_ok=True)
                path.unlink()

    def _stems(self, keys: Iterable[str]) -> list[Stem]:
        """The WARCs among these names, those of living runs left out."""
        stems = (stem_of_key(key) for key in keys)
        return [stem for stem in stems if stem and not self._is_live(stem.run)]

    def _without_articles(self, local: list[Stem]) -> list[Stem]:
        made = {info.key for info in self._blobs.list(f"articles/{self._generation}/")}
        stored = self._stems(info.key for info in self._blobs.list("warc/") if info.key.endswith(".warc.gz"))
        stems = {str(stem): stem for stem in (*stored, *local) if has_articles(stem)}
        return [stem for _, stem in sorted(stems.items()) if not self._has_articles(stem, made)]

    def _has_articles(self, stem: Stem, made: set[str]) -> bool:
        key = articles_key(stem, self._generation)
        return key in made or (self._folder / key).exists()

    def _make_articles(self, stem: Stem) -> None:
        path = local_copy(self._blobs, self._folder, warc_key(stem), downloads=_DOWNLOADS)
        if path is None:
            return
        keep = kept_in(self._blobs).labels
        jobs, done = pages_of(path, warc_key(stem), rules=self._rules, keep=keep, origin=self._origin(stem))
        if any(job.source is not None and job.source not in self._rules for job in jobs):
            self._report.waiting += 1
            return
        pending, kinds = PendingResults.under(self._folder, warc_key(stem)), Counter[str]()
        for derived in (*done, *self._derived(self.made.asking(jobs))):
            pending.add(derived)
            kinds[derived.kind] += 1
            self.made.keep_lines(stem, shown_by(derived))
        if kinds["failed"] and not path.exists():  # another run uploads it, and has made its articles
            pending.drop()
            return
        self._report.warcs += 1
        self._count(kinds)
        keys = pending.publish(self._folder, stem, self._generation)
        if not kinds["failed"]:
            self.made.warcs[str(stem)] = made_in(self._folder, stem, self._generation, len(jobs))
        self._upload(keys, is_needed=path != self._local(stem))

    def _derived(self, jobs: list[Job]) -> Iterator[Derived]:
        """What the jobs give; their processes start with the first of them, when the WARC was read meanwhile."""
        if jobs and self._workers is None:
            rules = in_force(self._blobs, self._generation, self._rules)
            self._workers = Workers(rules, processes=self._processes)
        return self._workers.derive_all(jobs) if self._workers is not None else iter(())

    def _send(self, waiting: list[Stem], elsewhere: Elsewhere) -> list[Stem]:
        """Let others make the articles of the WARCs that are in the store; back come those that lie here alone."""
        keys = {info.key for info in self._blobs.list("warc/")} if waiting else set()
        stored = [stem for stem in waiting if warc_key(stem) in keys]
        if stored:
            elsewhere(plan_to_make(self._blobs, stored, self._generation, self._rules), self._take)
        return [stem for stem in waiting if warc_key(stem) not in keys]

    def _take(self, stem: Stem, result: WarcResult) -> None:
        self.made.take(stem, result)
        self._report.warcs += result.state == DERIVED
        self._report.waiting += result.state == LEFT
        self._count(result.kinds)

    def _origin(self, stem: Stem) -> str | None:
        """Whose WARC it was, as the manifest says, here or in the store; None for our own."""
        if stem.prefix != IMPORT_PREFIX:
            return None
        is_here = (self._folder / manifest_key(stem)).exists()
        return origin_in(LocalBlobs(self._folder) if is_here else self._blobs, stem)

    def _count(self, kinds: Mapping[str, int]) -> None:
        self._report.articles += kinds.get("article", 0)
        self._report.dropped += kinds.get("dropped", 0)
        self._report.failed += kinds.get("failed", 0)

    def _local(self, stem: Stem) -> Path:
        return self._folder / warc_key(stem)

    def _upload(self, keys: list[str], *, is_needed: bool) -> None:
        """Store what was made of a WARC that is in the store already; the others go up together with theirs."""
        if is_needed and not isinstance(self._blobs, LocalBlobs):
            for key in keys:
                self._blobs.put_file(key, self._folder / key)
                (self._folder / key).unlink()
