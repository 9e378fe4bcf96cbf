"""The orders for the WARCs of a plan: which of them are renewed, by what news, and which are derived."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from archive.layout import stem_of_key
from crawler.cluster import Batch
from crawler.cluster_jobs import NEWS, ORDER, TEMPLATES, Ended, Job
from crawler.cluster_process import WarcsElsewhere
from crawler.clustered import Clustered
from pipelines.article import STORED_LABELS
from pipelines.made import MadeWarc
from pipelines.one_warc import DERIVED, WarcResult
from pipelines.process import WarcPlan
from pipelines.store_templates import parse_templates
from pipelines.template import template_of
from pipelines.unchanged import NewTemplates, new_templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archive.layout import Stem

NAMES = ("20261119T000000Zabcdef", "20261120T000000Zabcdef", "20261121T000000Zabcdef")
STEMS = [
    stem for run in NAMES
    if (stem := stem_of_key(f"warc/2026/11/kakehashi-{run[:15]}000Z-00000-{run}.warc.gz")) is not None
]  # fmt: skip
FORMER = {"a.example": template_of(3, ["old line"]), "gone.example": template_of(4, ["gone"])}
FOUND = {"a.example": template_of(9, ["new line", "old line"]), "b.example": template_of(5, ["line"])}


class Answering(Clustered):
    """A cluster whose jobs all end at once, the last first, with as many pages as their number."""

    jobs: dict[str, Job]

    def run(self, jobs: Iterable[Job], on_ended: Callable[[Ended], None], *, at_once: int | None = None) -> Batch:
        assert at_once is None
        self.jobs = {job.name: job for job in jobs}
        for number, name in reversed(list(enumerate(self.jobs))):
            out = json.dumps(WarcResult(state=DERIVED, pages=number).packed())
            on_ended(Ended(name=name, code=0, out=out, err=""))
        return Batch({})


def plan(current: str | None) -> WarcPlan:
    """Of the three WARCs the first is of a day that is not asked for, and the last was not made now."""
    return WarcPlan(
        stems=tuple(STEMS), generation="0002", current=current, since=dt.date(2026, 11, 20), keep=STORED_LABELS,
        templates=FOUND, made_by="rules", made={str(stem): MadeWarc(7, "digest") for stem in STEMS[:2]},
        news=new_templates(FORMER, FOUND),
    )  # fmt: skip


def ordered(current: str | None) -> tuple[list[Job], dict[Stem, int]]:
    """The jobs for the WARCs, and the number of pages that is told of each."""
    cluster = Answering(
        address="", store="s3://b", files={}, is_only=False, on_progress=lambda _done, _total, _facts: None
    )
    told: dict[Stem, int] = {}
    WarcsElsewhere(cluster)(plan(current), lambda stem, result: told.update({stem: result.pages}))
    return [cluster.jobs[str(stem)] for stem in STEMS], told


def order_of(job: Job) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(job.files[ORDER])
    return found


def test_what_was_made_a_moment_ago_is_to_be_renewed() -> None:
    """Not where it is not asked for; the news come with the order, and each result with its WARC."""
    jobs, told = ordered("0001")
    skipped, renewed, derived = map(order_of, jobs)

    assert [skipped["is_asked_for"], renewed["is_asked_for"], derived["is_asked_for"]] == [False, True, True]
    assert [skipped["made"], renewed["made"], derived["made"]] == [None, [7, "digest"], None]
    assert [NEWS in job.files for job in jobs] == [False, True, False]
    news, templates = jobs[1].files[NEWS], jobs[1].files[TEMPLATES].encode()
    assert "new line" not in news  # it goes along with the templates
    assert NewTemplates.unpacked(json.loads(news), parse_templates(templates)) == new_templates(FORMER, FOUND)
    assert told == dict(zip(STEMS, range(3), strict=True))
    assert [order_of(job)["made"] for job in ordered(None)[0]] == [None, None, None]


def test_what_all_jobs_are_given_is_in_memory_once() -> None:
    """A command holds its jobs until they are done: templates of megabytes are not to be there with each of them."""
    for current in ("0001", None):
        assert len({id(job.files[TEMPLATES]) for job in ordered(current)[0]}) == 1
