"""The second pass: candidates with their verdicts, rights and digests, in the order of a release; versions beside them.

Everything comes by id and is merged: verdicts, pairs of versions, the rows of an earlier release.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pipelines.dataset.decide import read_verdicts
from pipelines.dataset.gather import Candidate
from pipelines.dataset.rows import finished
from pipelines.dataset.spool import FIELD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archive.line_sort import LineSorter
    from pipelines.dataset.gather import Gathered
    from pipelines.dataset.request import Cutoffs, Request
    from pipelines.dataset.reservations import Reservations
    from pipelines.dataset.stats import Counts
    from pipelines.dataset.write import VersionWriter

T = TypeVar("T")


class ById(Generic[T]):
    """Values that come by id, asked for by ids that rise; `passed` collects the ids that nobody asked for."""

    def __init__(self, pairs: Iterable[tuple[str, T]]) -> None:
        self._pairs = iter(pairs)
        self._next = next(self._pairs, None)
        self.passed: list[str] = []

    def of(self, article: str) -> list[T]:
        """The values of an id, in their order; none where it has none."""
        found: list[T] = []
        while self._next is not None and self._next[0] <= article:
            if self._next[0] == article:
                found.append(self._next[1])
            else:
                self.passed.append(self._next[0])
            self._next = next(self._pairs, None)
        return found

    def drain(self) -> Iterator[str]:
        """The ids that were not asked for since the last call."""
        passed, self.passed = self.passed, []
        yield from passed

    def rest(self) -> Iterator[str]:
        """The ids behind the last that was asked for."""
        while self._next is not None:
            yield self._next[0]
            self._next = next(self._pairs, None)


@dataclass(slots=True, kw_only=True)
class Finisher:
    """Writes the versions, and gives rows to `ordered`. `earlier` has the row digests of the release a delta is from.

    `gone` are then the ids that the earlier release had and this one has not.
    """

    request: Request
    reservations: Reservations
    cutoffs: Cutoffs
    counts: Counts
    earlier: Iterable[tuple[str, str]] | None = None
    gone: list[str] = field(default_factory=list)

    def finish(self, gathered: Gathered, verdicts: LineSorter, ordered: LineSorter, versions: VersionWriter) -> None:
        """Go through the candidates once. Raises `OSError`."""
        judged = ById((verdict.id, verdict) for verdict in read_verdicts(verdicts))
        pairs = ById(_pair(line) for line in gathered.versions)
        earlier = ById(self.earlier or ())
        for packed in gathered.candidates:
            candidate = Candidate.unpacked(packed)
            verdict = next(iter(judged.of(candidate.id)), None)
            if verdict is not None and not verdict.is_kept:
                self.counts.left_out["duplicate"] += 1
                continue
            line, split = self._finished(candidate, verdict.day if verdict else candidate.day)
            if line is None:
                continue
            before = earlier.of(candidate.id)
            self.gone.extend(earlier.drain())
            if self.earlier is not None and before == [_digest_in(line)]:
                self.counts.left_out["unchanged"] += 1
                continue
            ordered.add(line_in_order(candidate, split, line).encode())
            for pair in pairs.of(candidate.id):
                versions.add({**json.loads(pair), "split": split})
        self.gone.extend(earlier.rest())

    def _finished(self, candidate: Candidate, day: str) -> tuple[str | None, str]:
        url = json.loads(candidate.url)
        reservations = self.reservations.of(url, candidate.captured_at, by_page=bool(candidate.reserved))
        split = self.cutoffs.split_of(day)
        if self.request.respects_reservations and reservations["is_reserved"]:
            self.counts.left_out["reserved"] += 1
            return None, split
        return finished(candidate.line, split=split, reservations=reservations), split


_SPLITS = ("train", "validation", "test")


def line_in_order(candidate: Candidate, split: str, line: str) -> str:
    """What sorts rows into the order of a release: by file, then by day, capture and id."""
    key = (candidate.partition, str(_SPLITS.index(split)), candidate.day, candidate.captured_at, candidate.id)
    return FIELD.join((*key, line))


def row_of(ordered: str) -> tuple[dict[str, Any], str]:
    """The row in such a line, and its line of JSON."""
    line = ordered.rsplit(FIELD, 1)[-1]
    return json.loads(line), line


def _pair(line: str) -> tuple[str, str]:
    article, row = line.split(FIELD, 1)
    return article, row


def _digest_in(line: str) -> str:
    return line[-66:-2]
