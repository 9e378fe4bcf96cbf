"""Other people's WARCs imported by the workers of a cluster: one job for each, under a name that is given here.

So a job that is done twice writes the same bytes at the same keys. Who sends them holds the lease on imports, knows
what is in the store already, and finds files that are given twice.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.intake import Original, measure
from archive.layout import cdxj_key, manifest_key, warc_key
from crawler.cluster_jobs import IMPORT, report_of
from crawler.import_ledger import ImportLedger
from crawler.incoming import UNREADABLE, Incoming, Refused, warcs_in
from pipelines.keep import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from archive.layout import Stem
    from crawler.cluster_jobs import Ended, Job
    from crawler.clustered import Clustered
    from crawler.importing import Importer


@dataclass(frozen=True, slots=True)
class _Given:
    """A WARC among what was given: the file that it is, or is in, and the name under which it is imported."""

    path: Path
    incoming: Incoming
    stem: Stem


def import_over_cluster(importer: Importer, paths: Sequence[Path], cluster: Clustered) -> bool:
    """Import every file; False, since it is never interrupted in between. Raises as `Clustered.run`."""
    cluster.look = importer.look
    parts: dict[str, ImportLedger] = {}
    given: dict[str, _Given] = {}
    for number, (path, item) in enumerate((each, item) for each in paths for item in warcs_in(each)):
        name = item.name if item.name not in parts else f"{item.name} (given as number {number + 1})"
        parts[name] = ImportLedger()
        if isinstance(item, Refused):
            parts[name].refuse(item.name, item.problem)
        else:
            given[name] = _Given(path, item, importer.stem(len(given)))
    twins = _twins(given)

    def take(ended: Ended) -> None:
        parts[ended.name] = ImportLedger.unpacked(report_of(ended) or {})

    jobs = [_job(name, one, importer, cluster) for name, one in given.items() if name not in twins]
    try:
        batch = cluster.run(jobs, take)
        for job in batch.given_up:
            parts[job.name].refuse(job.name, f"failed {job.tries} times: {job.why}")
            undo(importer, given[job.name].stem)
        for name, twin in twins.items():
            _settle_twin(parts[name], parts[twin.name], twin)
    finally:
        for part in parts.values():
            importer.take(part)
    return False


@dataclass(frozen=True, slots=True)
class _Twin:
    """A file, `original`, that has the bytes of the one at `name`."""

    name: str
    original: Original


def _twins(given: Mapping[str, _Given]) -> dict[str, _Twin]:
    """The WARCs that have the bytes of an earlier one, which they name; only those of one size are read for it."""
    by_size: dict[int | None, list[str]] = defaultdict(list)
    for name, one in given.items():
        by_size[one.incoming.size].append(name)
    found: dict[str, _Twin] = {}
    for alike in by_size.values():
        first: dict[str, str] = {}
        for name in alike if len(alike) > 1 else ():
            incoming = given[name].incoming
            try:
                with incoming.open() as source:
                    size, sha256 = measure(source)
            except UNREADABLE:
                continue  # the job says what is wrong with it
            earlier = first.setdefault(sha256, name)
            if earlier != name:
                found[name] = _Twin(earlier, Original(name=incoming.name, size=size, sha256=sha256))
    return found


def _settle_twin(part: ImportLedger, earlier: ImportLedger, twin: _Twin) -> None:
    """Say of a file what became of the one with its bytes."""
    entry = earlier.files[-1]
    if entry["state"] == "refused":
        part.refuse(twin.original.name, entry["problem"])
    else:
        part.known_already(twin.original, entry["warc"])


def _job(name: str, one: _Given, importer: Importer, cluster: Clustered) -> Job:
    order = {
        "path": str(one.path.absolute()),
        "given_as": str(one.path),
        "name": one.incoming.name,
        "known": importer.known_of_size(one.incoming.size),
        **order_of(one.stem, importer),
    }
    return cluster.step(name, IMPORT, order, importer.plan().templates)


def order_of(stem: Stem, importer: Importer) -> dict[str, object]:
    """What every order says that imports: under which name, by what rules, and who holds the lease."""
    plan = importer.plan()
    return {
        "stem": warc_key(stem),
        "origin": importer.origin,
        "generation": plan.generation,
        "since": None,
        "keep": listed(plan.keep),
        "made_by": plan.made_by,
        "run": importer.run,
    }


def undo(importer: Importer, stem: Stem) -> None:
    """Remove the WARC of a job that never came to its manifest: else it would be there without being known."""
    if importer.blobs.stat(manifest_key(stem)) is None:
        for key in (warc_key(stem), cdxj_key(stem)):
            importer.blobs.delete(key)
