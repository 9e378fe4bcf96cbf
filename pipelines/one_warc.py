"""One WARC of a store derived into a generation: the piece that `process` is made of, here or on another machine.

What a WARC gave is a value that can be sent: whoever put the pieces together gets the same report from either.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from archive.blobs import LocalBlobs
from archive.capture import Location
from archive.errors import BlobNotFound
from archive.layout import IMPORT_PREFIX, articles_key, dropped_key, warc_key
from archive.local_copy import local_copy
from pipelines.archived_pages import pages_of
from pipelines.changes import Changes
from pipelines.imported_pages import origin_in
from pipelines.made import MadeWarc, ShownPage, asking_one, made_in, pack_shown, shown_by, unpack_shown
from pipelines.page_job import Derived, Job
from pipelines.results import PendingResults
from pipelines.worker import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.layout import Stem
    from pipelines.article import Label
    from pipelines.rules import PageRules
    from pipelines.unchanged import NewTemplates

_DOWNLOADS = "state/process"
DERIVED, RESUMED, LEFT = "derived", "resumed", "left"


@dataclass(slots=True, kw_only=True)
class WarcResult:
    """What came of one WARC: `state` is derived now, resumed (it had been) or left, since it could not be derived.

    `pages` went to a worker, `kinds` counts what they and the others gave; `unknown` names the sources of pages that
    the catalogue does not know. `changes` is what differs from the current articles, where that was asked for. Where
    these were made, `made` says what they are, and `shown` what their first pages show.
    """

    state: str
    pages: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    unknown: frozenset[str] = frozenset()
    changes: Changes = field(default_factory=Changes)
    made: MadeWarc | None = None
    shown: tuple[ShownPage, ...] = ()

    def packed(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "state": self.state,
            "pages": self.pages,
            "kinds": dict(self.kinds),
            "unknown": sorted(self.unknown),
            "changes": self.changes.packed(),
            "made": self.made,
            "shown": pack_shown(self.shown),
        }

    @classmethod
    def unpacked(cls, values: Mapping[str, Any]) -> WarcResult:
        """Made from JSON values. Raises `KeyError`, `TypeError`, `ValueError` or `IndexError` for others."""
        return cls(
            state=values["state"],
            pages=values["pages"],
            kinds=Counter(values["kinds"]),
            unknown=frozenset(values["unknown"]),
            changes=Changes.unpacked(values["changes"]),
            made=MadeWarc(*values["made"]) if values["made"] else None,
            shown=unpack_shown(values["shown"]),
        )


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where files are put: `folder` is where they are written, `blobs` where they end up."""

    blobs: BlobStore
    folder: Path

    def store(self, keys: list[str]) -> None:
        """Hand over what was written; there is nothing to do where it was written in its place."""
        if isinstance(self.blobs, LocalBlobs) and self.blobs.root == self.folder:
            return
        for key in keys:
            self.blobs.put_file(key, self.folder / key)
            (self.folder / key).unlink()


class OneWarc:
    """Derives one WARC after the other; its page workers start with the first page. Close when done.

    `folder` is where WARCs lie or come, `rules` say which sources are known, `read_with` are the same with the
    templates in force. With `reads_all` no page is dropped at a glance. `may_publish` raises what forbids to store what
    was derived. Methods raise `StoreNotUsable` and `OSError`.
    """

    def __init__(
        self,
        blobs: BlobStore,
        shelf: Shelf,
        folder: Path,
        *,
        rules: Mapping[str, PageRules],
        read_with: Mapping[str, PageRules],
        keep: frozenset[Label],
        processes: int,
        reads_all: bool = False,
    ) -> None:
        self._blobs = blobs
        self._shelf = shelf
        self._folder = folder
        self._rules = rules
        self._read_with = read_with
        self._keep = keep
        self._processes = processes
        self._reads_all = reads_all
        self.may_publish: Callable[[], None] = lambda: None
        self._workers: Workers | None = None

    def close(self, *, is_hurried: bool = False) -> None:
        """End the processes, and remove what was downloaded."""
        if self._workers is not None and is_hurried:
            self._workers.abandon()  # a pool that is closed waits for all that it was given
        elif self._workers is not None:
            self._workers.close()
        shutil.rmtree(self._folder / _DOWNLOADS, ignore_errors=True)

    def make(self, stem: Stem, generation: str) -> WarcResult:
        """Make articles and clean texts of a WARC that has none in the current generation."""
        if self._shelf.blobs.stat(articles_key(stem, generation)) is not None:
            return WarcResult(state=RESUMED)
        return self._derive(stem, generation, with_texts=True)

    def stage(self, stem: Stem, generation: str, *, current: str, is_asked_for: bool) -> WarcResult:
        """Derive a WARC into a generation beside the `current` one; back comes what differs.

        What is not asked for, and what cannot be derived, is taken over from the current one.
        """
        if self._shelf.blobs.stat(articles_key(stem, generation)) is not None:
            result = WarcResult(state=RESUMED)
        elif is_asked_for:
            result = self._derive(stem, generation, with_texts=False)
        else:
            result = WarcResult(state=LEFT)
        if result.state == LEFT:
            self._take_over(stem, generation, current)
        result.changes.failed += result.kinds["failed"]
        self._compare(stem, generation, current, result.changes)
        return result

    def renew(self, stem: Stem, generation: str, *, current: str, made: MadeWarc, news: NewTemplates) -> WarcResult:
        """As `stage`, for a WARC whose `current` articles were made a moment ago by the same rules but for templates.

        The pages that `news` may touch are derived; the lines of all others are what they would be. Where what lies
        there is not what was `made`, all are derived: a job that was sent by a process that died may have written it.
        """
        articles, dropped = (list(_lines(self._blobs, key_of(stem, current))) for key_of in (articles_key, dropped_key))
        is_staged = self._shelf.blobs.stat(articles_key(stem, generation)) is not None
        if is_staged or not made.is_still(articles, dropped):
            return self.stage(stem, generation, current=current, is_asked_for=True)
        touched = news.touched(articles, dropped)
        if not touched:
            self._take_over(stem, generation, current)
            return WarcResult(state=DERIVED, pages=made.pages, changes=Changes(articles=len(articles)))
        standing = [*_standing("article", articles, touched), *_standing("dropped", dropped, touched)]
        result = self._derive(stem, generation, with_texts=False, touched=touched, standing=standing)
        result.pages = made.pages
        result.changes.failed += result.kinds["failed"]
        self._compare(stem, generation, current, result.changes)
        return result

    def _derive(
        self,
        stem: Stem,
        generation: str,
        *,
        with_texts: bool,
        touched: frozenset[int] | None = None,
        standing: Sequence[Derived] = (),
    ) -> WarcResult:
        """Derive the pages of a WARC; where `touched` is given, those records alone, beside what is `standing`.

        With texts, as who makes them wants, the result says too what was made.
        """
        path = local_copy(self._blobs, self._folder, warc_key(stem), downloads=_DOWNLOADS)
        if path is None:
            return WarcResult(state=LEFT)
        try:
            origin = origin_in(self._blobs, stem) if stem.prefix == IMPORT_PREFIX else None
            jobs, done = pages_of(path, warc_key(stem), rules=self._rules, keep=self._keep, origin=origin)
            unknown = frozenset(job.source for job in jobs if job.source is not None and job.source not in self._rules)
            if unknown:
                return WarcResult(state=LEFT, unknown=unknown)
            if self._reads_all:
                jobs = [replace(job, is_whole=True) for job in jobs]
            if with_texts:
                jobs = asking_one(jobs)
            if touched is not None:
                jobs, done = [job for job in jobs if job.location.offset in touched], list(standing)
            return self._publish(stem, generation, jobs, done, with_texts=with_texts)
        finally:
            if path != self._folder / warc_key(stem):
                path.unlink(missing_ok=True)

    def _publish(
        self, stem: Stem, generation: str, jobs: list[Job], done: list[Derived], *, with_texts: bool
    ) -> WarcResult:
        result = WarcResult(state=DERIVED, pages=len(jobs))
        pending = PendingResults.under(self._shelf.folder, warc_key(stem))
        if jobs and self._workers is None:
            self._workers = Workers(self._read_with, processes=self._processes)
        shown: list[ShownPage | None] = []
        for derived in (*done, *(self._workers.derive_all(jobs) if self._workers else ())):
            pending.add(derived)
            result.kinds[derived.kind] += 1
            shown.append(shown_by(derived))
        self.may_publish()
        keys = pending.publish(self._shelf.folder, stem, generation, with_texts=with_texts)
        if with_texts:
            result.made = made_in(self._shelf.folder, stem, generation, len(jobs))
            result.shown = tuple(page for page in shown if page is not None)
        self._shelf.store(keys)
        return result

    def _take_over(self, stem: Stem, generation: str, current: str) -> None:
        for key_of in (dropped_key, articles_key):
            data = get_or_none(self._blobs, key_of(stem, current))
            if data is not None:
                self.may_publish()
                self._shelf.blobs.put_bytes(key_of(stem, generation), data)

    def _compare(self, stem: Stem, generation: str, current: str, changes: Changes) -> None:
        for key_of, add in ((articles_key, changes.add), (dropped_key, changes.add_dropped)):
            add(_lines(self._blobs, key_of(stem, current)), _lines(self._shelf.blobs, key_of(stem, generation)))


def _standing(kind: str, lines: Sequence[bytes], touched: frozenset[int]) -> Iterator[Derived]:
    """What lies in a store already, but for the records that are derived again."""
    for line in lines:
        item = json.loads(line)
        place = item["provenance"]
        if place["offset"] not in touched:
            location = Location(warc=place["warc"], offset=place["offset"], length=place["length"])
            job = Job(path="", location=location, url=item["url"], source=None)
            yield Derived(job=job, kind=kind, reason="", line=line.decode("utf-8").removesuffix("\n"))


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
