"""Which of the articles with one text stays, and which split each is in: no cluster is ever divided.

Splits are by time, a day whole: the oldest four fifths are for training, a tenth each for validation and test. A
cluster goes where its newest article falls, so that nothing in `train` is newer than the first day of the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pipelines.dataset.request import Cutoffs, Dedup
from pipelines.dataset.spool import FIELD

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator

    from archive.line_sort import LineSorter

_VALIDATION_FROM, _TEST_FROM = 0.8, 0.9


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of an article in a cluster: whether it stays, and the day that decides on its split."""

    id: str
    is_kept: bool
    day: str


def cutoffs_of(days: Counter[str]) -> Cutoffs:
    """The first days of validation and test, by the count of articles of each day; None where the days are too few."""
    total, before = sum(days.values()), 0
    validation = test = None
    for day in sorted(days):
        if before >= total * _TEST_FROM and validation is not None:
            test = day
            break
        if validation is None and before >= total * _VALIDATION_FROM:
            validation = day
        before += days[day]
    return Cutoffs(validation=validation, test=test)


def decide(clustered: LineSorter, dedup: Dedup, verdicts: LineSorter) -> None:
    """Give a verdict on each line of `clustered` to the other sorter, which then has them by id."""
    lines = (line.decode().split(FIELD) for line in clustered)
    for _, members in groupby(lines, key=lambda fields: fields[0]):
        for verdict in _judge([fields[1:] for fields in members], dedup):
            verdicts.add(FIELD.join((verdict.id, "1" if verdict.is_kept else "", verdict.day)).encode())


def _judge(members: list[list[str]], dedup: Dedup) -> Iterator[Verdict]:
    """The verdicts on one cluster, whose members come by day, then capture, then id."""
    kept = list(_kept(members, dedup))
    newest = max(day for (day, _, _, _), stays in zip(members, kept, strict=True) if stays)
    for (_, _, article, _), stays in zip(members, kept, strict=True):
        yield Verdict(article, stays, newest)


def _kept(members: list[list[str]], dedup: Dedup) -> Iterator[bool]:
    seen: set[str] = set()
    for _, _, _, text in members:
        same = {Dedup.NEAR: "", Dedup.EXACT: text}.get(dedup)
        yield same is None or same not in seen
        seen.update([] if same is None else [same])


def read_verdicts(verdicts: Iterable[bytes]) -> Iterator[Verdict]:
    """The verdicts by id."""
    for line in verdicts:
        article, kept, day = line.decode().split(FIELD)
        yield Verdict(article, bool(kept), day)
