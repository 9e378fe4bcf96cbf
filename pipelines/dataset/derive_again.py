"""Articles derived again from records by their places, WARC by WARC, whatever order they are asked for in."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from archive.capture import Location
from archive.cdxj import parse_line
from archive.dates import format_date, parse_date
from archive.errors import Malformed
from archive.layout import stem_of_key, warc_key
from archive.line_sort import LineSorter
from archive.local_copy import local_copy
from pipelines.article import OWN_ORIGIN
from pipelines.dataset.spool import FIELD
from pipelines.mementos import address_in
from pipelines.page_job import Job
from pipelines.worker import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from archive.blobs import BlobStore
    from pipelines.rules import PageRules

_BATCH = 256
_DOWNLOADS = "state/rehydrate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An article to be derived: the `place` of its record as a provenance has it; `order` and `about` come back."""

    order: str
    place: Mapping[str, Any]
    url: str
    source: str | None
    about: str


class Again:
    """Takes what is wanted, then derives it. `problems` says what could not be, one clause each.

    A record whose WARC the store does not have is looked for by its payload digest: who crawled for themselves has the
    same bytes elsewhere.
    """

    def __init__(
        self, blobs: BlobStore, folder: Path, *, rules: Mapping[str, PageRules], processes: int, sort_in: Path
    ) -> None:
        self._blobs = blobs
        self._folder = folder
        self._rules = rules
        self._processes = processes
        self._sorter = LineSorter(folder=sort_in)
        self._warcs = {info.key for info in blobs.list("warc/")}
        self._astray: dict[str, list[Wanted]] = {}
        self._workers: Workers | None = None
        self.problems: list[str] = []

    def close(self) -> None:
        """End the processes and forget what waits."""
        if self._workers is not None:
            self._workers.close()
        self._sorter.__exit__()

    def add(self, wanted: Wanted) -> None:
        """Take one. Raises `OSError` when the disk takes no more."""
        place = wanted.place
        if place["warc"] in self._warcs:
            self._add_at(wanted, Location(warc=place["warc"], offset=place["offset"], length=place["length"]))
        else:
            self._astray.setdefault(place["payload_digest"] or "", []).append(wanted)

    def _add_at(self, wanted: Wanted, place: Location) -> None:
        when = wanted.place["captured_at"]  # an instant where it comes from a table
        when = format_date(when) if isinstance(when, dt.datetime) else when
        facts = json.dumps([place.length, wanted.url, wanted.source, wanted.place["origin"], when])
        fields = (place.warc, f"{place.offset:016d}", wanted.order, facts, wanted.about)
        self._sorter.add(FIELD.join(fields).encode())

    def derived(self) -> Iterator[tuple[Wanted, dict[str, Any]]]:
        """What was wanted, each with the JSON values of its article; what gave none is in `problems`."""
        self._look_for_astray()
        for warc, lines in groupby((line.decode() for line in self._sorter), key=lambda line: line.split(FIELD, 1)[0]):
            path = local_copy(self._blobs, self._folder, warc, downloads=_DOWNLOADS)
            if path is None:
                self.problems.append(f"{warc}: is not in the store")
                continue
            batch: list[tuple[Job, Wanted]] = []
            for line in lines:
                batch.append(_job(line, path))
                if len(batch) == _BATCH:
                    yield from self._derive(batch)
                    batch = []
            yield from self._derive(batch)
            if path.parent != (self._folder / warc).parent:
                path.unlink(missing_ok=True)

    def _derive(self, batch: list[tuple[Job, Wanted]]) -> Iterator[tuple[Wanted, dict[str, Any]]]:
        if not batch:
            return
        self._workers = self._workers or Workers(self._rules, processes=self._processes)
        waiting: dict[int, list[Wanted]] = {}
        jobs: dict[int, Job] = {}
        for job, wanted in batch:
            jobs[job.location.offset] = job
            waiting.setdefault(job.location.offset, []).append(wanted)
        for derived in self._workers.derive_all(list(jobs.values())):
            for wanted in waiting[derived.job.location.offset]:
                if derived.kind == "article":
                    yield wanted, json.loads(derived.line)
                else:
                    self.problems.append(
                        f"{wanted.url}: gives no article today: {derived.reason} {derived.detail}".strip()
                    )

    def _look_for_astray(self) -> None:
        for info in self._blobs.list("cdxj/") if self._astray else ():
            stem = stem_of_key(info.key)
            if stem is None:
                continue
            with self._blobs.open(info.key) as lines:
                for line in lines:
                    self._match(line, warc_key(stem))
        for missing in self._astray.values():
            self.problems.extend(f"{item.url}: {item.place['warc']} is not in the store" for item in missing)

    def _match(self, line: bytes, warc: str) -> None:
        try:
            entry = parse_line(line.decode().removesuffix("\n"))
        except (Malformed, UnicodeDecodeError):
            return
        place = entry.location
        if entry.mime != "warc/revisit" and entry.truncated is None:
            for wanted in self._astray.pop(entry.payload_digest, ()):
                self._add_at(wanted, Location(warc=warc, offset=place.offset, length=place.length))


def _job(line: str, path: Path) -> tuple[Job, Wanted]:
    warc, offset, order, facts, about = line.split(FIELD, 4)
    length, url, source, origin, captured_at = json.loads(facts)
    location = Location(warc=warc, offset=int(offset), length=length)
    job = Job(
        path=str(path), location=location, url=url, source=source, keeps_all=True,
        origin=None if origin == OWN_ORIGIN else origin, is_memento=address_in(origin) is not None,
        captured_at=parse_date(captured_at) if captured_at else None,
    )  # fmt: skip
    return job, Wanted(order=order, place={}, url=url, source=source, about=about)
