"""CC-NEWS read by the workers of a cluster: the lists here, then one job for each file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from crawler.ccnews_reading import MAX_FAILURES_IN_A_ROW
from crawler.cluster_import import order_of, undo
from crawler.cluster_jobs import CCNEWS, report_of
from crawler.import_ledger import ImportLedger
from crawler.ranges import fetch_parts

if TYPE_CHECKING:
    from archive.layout import Stem
    from crawler.ccnews import NewsFile
    from crawler.ccnews_reading import CcNewsReading
    from crawler.cluster_jobs import Ended, Job
    from crawler.clustered import Clustered
    from crawler.importing import Importer
    from crawler.options import FetchOptions


class _NotAskedAnyMoreError(Exception):
    """Several files in a row could not be read."""


def read_over_cluster(importer: Importer, reading: CcNewsReading, cluster: Clustered, options: FetchOptions) -> bool:
    """Read what there is of the days, and import what is wanted of it; True when a signal came during the lists.

    Raises as `Clustered.run`.
    """
    if fetch_parts(reading.lists(), options):
        return True
    return _Files(importer, reading, cluster, options).read()


class _Files:
    def __init__(self, importer: Importer, reading: CcNewsReading, cluster: Clustered, options: FetchOptions) -> None:
        self._importer = importer
        self._reading = reading
        self._cluster = cluster
        self._options = options
        self._files = {file.path: file for file in reading.found}
        self._stems = {path: importer.stem(number) for number, path in enumerate(self._files)}
        self._parts: dict[str, ImportLedger] = {}
        self._failures = 0

    def read(self) -> bool:
        self._cluster.look = self._look
        jobs = [self._job(file, self._stems[file.path]) for file in self._files.values()]
        try:
            for job in self._cluster.run(jobs, self._take).given_up:
                self._parts[job.name] = ImportLedger()
                self._reading.give_up(job.name, f"failed {job.tries} times: {job.why}")
                undo(self._importer, self._stems[job.name])
        except _NotAskedAnyMoreError:
            self._reading.defer(len(self._files) - len(self._parts))
        finally:
            for path in self._files:
                self._importer.take(self._parts.get(path, ImportLedger()))
        return False

    def _look(self) -> None:
        self._importer.look()
        if self._failures >= MAX_FAILURES_IN_A_ROW:
            raise _NotAskedAnyMoreError

    def _take(self, ended: Ended) -> None:
        report = report_of(ended) or {}
        self._parts[ended.name] = ImportLedger.unpacked(report["ledger"])
        self._reading.add(self._files[ended.name], report["read"])
        self._failures = self._failures + 1 if report["read"]["failed"] else 0

    def _job(self, file: NewsFile, stem: Stem) -> Job:
        order: dict[str, Any] = {
            **order_of(stem, self._importer),
            "base": self._reading.base,
            "path": file.path,
            "day": file.day.isoformat(),
            "sources": self._reading.names,
            "known": self._importer.known_from(self._reading.origin_of(file)),
            "options": asdict(self._options) | {"keep": None},
        }
        return self._cluster.step(file.path, CCNEWS, order, self._importer.plan().templates)
