"""Articles and dropped pages of one WARC, mended: right lines stay byte for byte, the others are derived again."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from archive.capture import Location
from archive.errors import BlobNotFound
from archive.faults import CheckedWarc, Fault, Kind
from archive.layout import stem_of_key, text_key
from archive.local_copy import local_copy
from pipelines.article import Reason
from pipelines.conversions import write_texts
from pipelines.imported_pages import UNKNOWN_ORIGIN, is_memento, origin_in, pages_in
from pipelines.keep import kept_in
from pipelines.page_job import Derived, Job, dropped
from pipelines.store_templates import in_force
from pipelines.tally import Tally
from pipelines.verify_lines import ASKED_FOR, Line, Lines
from pipelines.verify_pages import is_page
from pipelines.worker import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archive.blobs import BlobStore
    from archive.faults import SeenCapture
    from pipelines.rules import PageRules

_DOWNLOADS = "state/repair"


class ResultsMender:
    """`has_changed` is True once a file was written. Arguments as of `pipelines.mend.Mender`."""

    def __init__(
        self, blobs: BlobStore, folder: Path, *, generation: str, rules: Mapping[str, PageRules], processes: int
    ) -> None:
        self._blobs = blobs
        self._folder = folder
        self._generation = generation
        self._rules = rules
        self._processes = processes
        self._workers: Workers | None = None
        self.has_changed = False

    def close(self) -> None:
        """End the processes, and remove what was downloaded."""
        if self._workers is not None:
            self._workers.close()
        shutil.rmtree(self._folder / _DOWNLOADS, ignore_errors=True)

    def mend(self, warc: CheckedWarc, keys: Sequence[str], faults: list[Fault]) -> tuple[list[str], list[Fault]]:
        """Write the files at `keys`, dropped pages first, anew; back come those that changed, and what is not mended.

        `faults` are those of the two files, and the pages of the WARC without a line. A page whose source is not in
        the catalogue leaves the files as they are.
        """
        wrong = {(fault.key, fault.offset) for fault in faults if fault.kind is not Kind.PAGE}
        lines: dict[str, dict[int, bytes]] = {key: self._right_lines(warc, key, wrong) for key in keys}
        named = {offset for kept in lines.values() for offset in kept}
        pages = [
            (offset, seen) for offset, seen in warc.captures.items() if offset not in named and is_page(warc, seen)
        ]
        unknown: set[str] = set()
        if not warc.is_imported:
            named_by = (seen.fact("kakehashi-source") for _, seen in pages)
            unknown = {source for source in named_by if source and source not in self._rules}
        if unknown:
            return [], [*faults, self._needs(warc, unknown)]
        failed: list[Fault] = []
        for derived in self._derive(warc, pages):
            if derived.kind == "failed":
                problem = f"derived again, {derived.job.url} fails: {derived.reason}: {derived.detail}"
                offset = derived.job.location.offset
                failed.append(Fault(kind=Kind.PAGE, key=warc.key, offset=offset, problem=problem))
            else:
                key = keys[0] if derived.kind == "dropped" else keys[1]
                lines[key][derived.job.location.offset] = derived.line.encode() + b"\n"
        return [key for key in keys if self._write(key, lines[key])], failed

    def mend_texts(self, warc: str, articles: str) -> str | None:
        """Write the clean texts of a WARC's articles anew; back comes the key, None where there is no article."""
        stem = stem_of_key(warc)
        if stem is None:
            return None
        try:
            lines = self._blobs.get(articles).splitlines()
        except BlobNotFound:
            return None
        key = text_key(stem)
        with tempfile.TemporaryDirectory() as name:
            if write_texts(Path(name), stem, lines):
                self._blobs.put_file(key, Path(name) / key)
                return key
        self._blobs.delete(key)
        return None

    def _needs(self, warc: CheckedWarc, unknown: set[str]) -> Fault:
        problem = f"has pages of {', '.join(sorted(unknown))}: name the folder of their source files with --sources"
        return Fault(kind=Kind.PAGE, key=warc.key, offset=None, problem=problem)

    def _right_lines(self, warc: CheckedWarc, key: str, wrong: set[tuple[str, int | None]]) -> dict[int, bytes]:
        lines: dict[int, bytes] = {}
        try:
            for item in Lines(warc, Tally(), frozenset()).check(self._blobs, key):
                offset = item.value.provenance.offset if isinstance(item, Line) else None
                if isinstance(item, Line) and offset is not None and (key, item.position) not in wrong:
                    lines.setdefault(offset, item.raw)
        except BlobNotFound:
            pass
        return lines

    def _derive(self, warc: CheckedWarc, pages: list[tuple[int, SeenCapture]]) -> Iterator[Derived]:
        key = warc.key
        path = local_copy(self._blobs, self._folder, key, downloads=_DOWNLOADS) if pages else None
        if path is None:
            return
        keep = kept_in(self._blobs).labels
        jobs: list[Job] = []
        if warc.is_imported:
            only = replace(warc, captures=dict(pages))
            stem = stem_of_key(key)
            origin = origin_in(self._blobs, stem) if stem else UNKNOWN_ORIGIN
            jobs, done = pages_in(only, path, rules=self._rules, keep=keep, origin=origin)
            yield from done
            pages = []
        for offset, seen in pages:
            job = _job(path, Location(warc=key, offset=offset, length=seen.length), seen)
            if seen.fact("kakehashi-role") == "foreign":
                yield _foreign(job, seen)
            else:
                jobs.append(replace(job, keep=keep))
        if self._workers is None:
            rules = in_force(self._blobs, self._generation, self._rules)
            self._workers = Workers(rules, processes=self._processes)
        yield from self._workers.derive_all(jobs)

    def _write(self, key: str, lines: dict[int, bytes]) -> bool:
        data = b"".join(line for _, line in sorted(lines.items()))
        try:
            if self._blobs.get(key) == data:
                return False
        except BlobNotFound:
            pass
        self._blobs.put_bytes(key, data)
        self.has_changed = True
        return True


def _job(path: Path, place: Location, seen: SeenCapture) -> Job:
    return Job(
        path=str(path),
        location=place,
        url=seen.url,
        source=seen.fact("kakehashi-source"),
        keeps_all=ASKED_FOR in seen.facts,
        is_memento=is_memento(seen),
    )


def _foreign(job: Job, seen: SeenCapture) -> Derived:
    return dropped(
        job,
        url=seen.url,
        reason=Reason.REDIRECT,
        detail=f"to {seen.url}",
        record_id=seen.record_id,
        digest=seen.payload_digest,
        captured_at=seen.captured_at,
    )
