"""The WARCs of a store derived by the workers of a cluster: one job for each, the same step that runs here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.layout import warc_key
from crawler.cluster_jobs import DERIVE, NEWS, report_of
from pipelines.keep import listed
from pipelines.one_warc import WarcResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.layout import Stem
    from crawler.cluster_jobs import Ended, Job
    from crawler.clustered import Clustered
    from pipelines.process import WarcPlan


@dataclass(frozen=True, slots=True)
class WarcsElsewhere:
    """Derives what a plan says on a cluster."""

    cluster: Clustered

    def __call__(self, plan: WarcPlan, take: Callable[[Stem, WarcResult], None]) -> list[str]:
        """Run a job for each WARC; back come the names of those given up. Raises `ClusterUnusable`."""
        stems = {str(stem): stem for stem in plan.stems}
        news = json.dumps(plan.news.packed(plan.templates))
        jobs = (self._job(stem, plan, news) for stem in plan.stems)
        batch = self.cluster.run(jobs, lambda ended: take(stems[ended.name], _result(ended)))
        return [job.name for job in batch.given_up]

    def _job(self, stem: Stem, plan: WarcPlan, news: str) -> Job:
        made = plan.made_of(stem)
        order = {
            "warc": warc_key(stem),
            "generation": plan.generation,
            "current": plan.current,
            "is_asked_for": plan.asks_for(stem),
            "since": plan.since.isoformat() if plan.since else None,
            "keep": listed(plan.keep),
            "made_by": plan.made_by,
            "is_dry": plan.is_dry,
            "reads_all": plan.reads_all,
            "made": made,
        }
        return self.cluster.step(str(stem), DERIVE, order, plan.templates, {NEWS: news} if made is not None else None)


def _result(ended: Ended) -> WarcResult:
    return WarcResult.unpacked(report_of(ended) or {})
