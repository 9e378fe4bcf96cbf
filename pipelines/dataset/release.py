"""A release made from a store, in bounded memory: the one function that joins the steps."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

from archive.blobs import open_blobs
from archive.line_sort import LineSorter
from archive.tombstones import read_takedowns
from pipelines.collecting import few_collections
from pipelines.dataset.decide import cutoffs_of, decide
from pipelines.dataset.describe import Released, describe
from pipelines.dataset.errors import NothingFits, NotWanted
from pipelines.dataset.finish import Finisher, row_of
from pipelines.dataset.former import digests_by_id
from pipelines.dataset.gather import Gathered, gather, generation_in, whole
from pipelines.dataset.place import placing
from pipelines.dataset.reservations import Reservations
from pipelines.dataset.spool import Spool
from pipelines.dataset.stats import Counts
from pipelines.dataset.write import ArticleWriter, VersionWriter

if TYPE_CHECKING:
    from pathlib import Path

    from archive.blobs import BlobStore
    from archive.tombstones import Takedowns
    from pipelines.dataset.request import Cutoffs, Request
    from pipelines.selection import Selection

_RUN_BYTES = 128 * 1024 * 1024
_COLLECT_AFTER = 200_000
REMOVED = "removed.jsonl"


class Elsewhere(Protocol):
    """Gathers as `pipelines.dataset.gather.gather` does, by other machines. Raises `NotGathered` where it does not."""

    def __call__(self, wanted: Selection, into: Gathered, *, takedowns: Takedowns, folder: Path) -> None:
        """Fill `into` with what fits, by id; what is in between may lie in `folder`, and is gone at the end."""


def make_release(store: str, out: str, request: Request, elsewhere: Elsewhere | None = None) -> Released:
    """Make a release of the store at `out`, whole or not at all; `elsewhere` gathers its articles, None: this process.

    Raises `NothingFits`, `NotWanted`, `NotGathered`, `RoomIsGone`, `StoreNotUsable`, and `Malformed` for a line that is
    no article.
    """
    _refuse_former(request)
    blobs = open_blobs(store)
    blobs.check_usable(write=False)
    with placing(out) as folder, few_collections(_COLLECT_AFTER):
        return _Making(blobs, store, folder, request).make(elsewhere)


def _refuse_former(request: Request) -> None:
    former = request.delta_from
    if former is None:
        return
    edition = former.manifest["edition"]
    if edition != request.edition:
        raise NotWanted(f"{former.location}: a delta of the edition {request.edition} from one of {edition}")
    if former.manifest["delta_from"] is not None:
        raise NotWanted(f"{former.location}: is a delta itself, expected the manifest of a release with all its rows")


class _Making:
    def __init__(self, blobs: BlobStore, store: str, folder: Path, request: Request) -> None:
        self._blobs = blobs
        self._store = store
        self._folder = folder
        self._request = request
        self._counts = Counts()
        self._problems: list[str] = []
        self._takedowns: Takedowns = read_takedowns(blobs)

    def make(self, elsewhere: Elsewhere | None) -> Released:
        folder, request = self._folder, self._request
        with ExitStack() as stack:
            gathered = Gathered(
                candidates=stack.enter_context(Spool(folder)),
                versions=stack.enter_context(Spool(folder)),
                clustered=stack.enter_context(LineSorter(folder=folder)),
            )
            if elsewhere is not None:
                elsewhere(request.selection, gathered, takedowns=self._takedowns, folder=folder)
            else:
                part = whole(self._blobs, generation_in(self._blobs))
                gather(self._blobs, part, request.selection, gathered, takedowns=self._takedowns, folder=folder)
            self._refuse_nothing(gathered)
            if gathered.unlinked:
                self._problems.append(
                    f"{gathered.unlinked} articles have no line in links/, so their duplicates are not known: "
                    "`kakehashi verify --repair` makes it"
                )
            former = request.delta_from or request.previous
            cutoffs = former.cutoffs if former else cutoffs_of(gathered.days)
            self._finish(gathered, cutoffs, stack)
        return describe(
            folder, request, self._counts, cutoffs=cutoffs, blobs=self._blobs, takedowns=self._takedowns,
            problems=self._problems,
        )  # fmt: skip

    def _refuse_nothing(self, gathered: Gathered) -> None:
        if gathered.candidates.lines:
            return
        for what, wanted in (
            ("language", self._request.selection.language),
            ("source", self._request.selection.source),
        ):
            there = sorted(filter(None, getattr(gathered, f"{what}s")))
            known = {*there, *(tag.split("-")[0] for tag in there)}
            if wanted is not None and there and wanted not in known:
                raise NotWanted(f"--{what} {wanted}: no article of {self._store} has it; there are {', '.join(there)}")
        raise NothingFits(f"{self._store}: no article fits, nothing was written")

    def _finish(self, gathered: Gathered, cutoffs: Cutoffs, stack: ExitStack) -> None:
        folder, request = self._folder, self._request
        verdicts = stack.enter_context(LineSorter(folder=folder))
        decide(gathered.clustered, request.dedup, verdicts)
        earlier = None
        if request.delta_from is not None:
            earlier = digests_by_id(request.delta_from, stack.enter_context(LineSorter(folder=folder)))
        finisher = Finisher(
            request=request, reservations=Reservations(self._blobs, request.forbids), cutoffs=cutoffs,
            counts=self._counts, earlier=earlier,
        )  # fmt: skip
        self._counts.left_out["taken down"] += gathered.taken_down
        ordered = stack.enter_context(LineSorter(run_bytes=_RUN_BYTES, folder=folder))
        with VersionWriter(folder, request.edition) as versions:
            finisher.finish(gathered, verdicts, ordered, versions)
        self._counts.versions = versions.rows
        self._write_articles(ordered)
        if earlier is not None:
            lines = "".join(f"{json.dumps({'id': article})}\n" for article in finisher.gone)
            (folder / REMOVED).write_text(lines, encoding="utf-8")
        if not self._counts.articles and not finisher.gone:
            raise NothingFits(f"{self._store}: nothing is left of what fits ({self._reasons()}), nothing was written")

    def _reasons(self) -> str:
        return ", ".join(f"{count} {reason}" for reason, count in sorted(self._counts.left_out.items()) if count)

    def _write_articles(self, ordered: LineSorter) -> None:
        with ArticleWriter(self._folder, self._request.edition) as writer:
            for item in ordered:
                row, line = row_of(item.decode())
                self._counts.take(row)
                writer.add(row, line)
            if not self._counts.articles:
                writer.add_nothing()
