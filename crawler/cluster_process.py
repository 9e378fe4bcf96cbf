"""The WARCs of a store derived by the workers of a cluster: one job for each, the same step that runs here."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from archive.layout import warc_key
from crawler.cluster import run_jobs
from crawler.cluster_jobs import DERIVE, ORDER, SOURCES_PLACE, TEMPLATES, Job, report_of
from pipelines.keep import listed
from pipelines.one_warc import WarcResult
from pipelines.store_templates import format_templates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archive.layout import Stem
    from crawler.cluster_jobs import Ended, GivenUp
    from pipelines.process import WarcPlan


@dataclass(slots=True, kw_only=True)
class WarcsElsewhere:
    """Derives what a plan says on the cluster at `address`; `given_up` are the jobs that failed too often.

    `files` are the texts of the source files, by name, that the catalogue was read from beside the packaged ones, or
    with `is_only` instead of them. `look` raises what keeps this from going on.
    """

    address: str
    store: str
    files: Mapping[str, str]
    is_only: bool
    on_progress: Callable[[int, int, str], None]
    look: Callable[[], None] = lambda: None
    given_up: list[GivenUp] = field(default_factory=list)

    def __call__(self, plan: WarcPlan, take: Callable[[WarcResult], None]) -> list[str]:
        """Run a job for each WARC; back come the names of those given up. Raises `ClusterUnusable`."""
        templates = format_templates(plan.templates).decode()
        batch = run_jobs(
            self.address,
            (self._job(stem, plan, templates) for stem in plan.stems),
            on_progress=self.on_progress,
            on_ended=lambda ended: take(_result(ended)),
            look=self.look,
        )
        self.given_up += batch.given_up
        return [job.name for job in batch.given_up]

    def _job(self, stem: Stem, plan: WarcPlan, templates: str) -> Job:
        order = {
            "store": self.store,
            "warc": warc_key(stem),
            "generation": plan.generation,
            "current": plan.current,
            "is_asked_for": plan.asks_for(stem),
            "since": plan.since.isoformat() if plan.since else None,
            "keep": listed(plan.keep),
            "made_by": plan.made_by,
            "is_dry": plan.is_dry,
            "is_only": self.is_only,
        }
        files = {**self.files, ORDER: json.dumps(order), TEMPLATES: templates}
        return Job(name=str(stem), argv=(DERIVE, SOURCES_PLACE), files=files)


def _result(ended: Ended) -> WarcResult:
    return WarcResult.unpacked(report_of(ended) or {})


def store_for_workers(store: str) -> str:
    """The name under which every machine finds a store: of a folder its whole path."""
    return store if "://" in store else str(Path(store).absolute())
