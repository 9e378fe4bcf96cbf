"""A crawl by the workers of a cluster: one job per source, or per group of sources that share a host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler import options
from crawler.cluster import run_jobs
from crawler.cluster_jobs import GivenUp, Job, by_host, fetch_arguments, merge_reports
from crawler.clustered import source_files, store_for_workers

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping, Sequence

    from crawler.sources import Source


def crawl_over_cluster(
    sources: Sequence[Source], args: argparse.Namespace, *, on_progress: Callable[[int, int, str], None]
) -> tuple[dict[str, Any], list[GivenUp]]:
    """The ledgers of all jobs as one, and the jobs that failed too often. Raises `ClusterUnusable`."""
    common = (*_since_until(args), *fetch_arguments(options.fetch_options(args)), *store_arguments(args))
    given, files = source_files(args)
    jobs = [
        Job(
            name="+".join(source.id for source in group),
            argv=("crawl", *(source.id for source in group), "--json", *common, *given),
            files=files,
        )
        for group in by_host(sources)
    ]
    batch = run_jobs(args.cluster, jobs, on_progress=on_progress)
    return merge_reports(batch.ended), batch.given_up


def backfill_over_cluster(
    sources: Sequence[Source], args: argparse.Namespace, *, on_progress: Callable[[int, int, str], None]
) -> tuple[dict[str, Any], list[GivenUp]]:
    """As `crawl_over_cluster`, of a web archive: a job per source, one after the other, for they all ask one host."""
    days = {"--since": args.since, "--until": args.until, "--limit": args.limit}
    given, files = source_files(args)
    common = (*_named(days), *fetch_arguments(options.fetch_options(args)), *store_arguments(args), *given)
    jobs = [
        Job(
            name=source.id,
            argv=("backfill", "wayback", source.id, "--wayback", args.wayback, "--json", *common),
            files=files,
        )
        for source in sources
    ]
    batch = run_jobs(args.cluster, jobs, on_progress=on_progress, at_once=1)
    return merge_reports(batch.ended), batch.given_up


def _since_until(args: argparse.Namespace) -> tuple[str, ...]:
    named = {"--since": args.since, "--until": args.until, "--limit": args.limit, "--revisits": args.revisits}
    return _named(named)


def _named(values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(part for name, value in values.items() if value is not None for part in (name, str(value)))


def store_arguments(args: argparse.Namespace) -> tuple[str, ...]:
    """The store under a name that every machine knows; spools are the workers' own."""
    return ("--store", store_for_workers(str(args.store)))
