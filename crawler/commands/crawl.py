"""crawl: discover, fetch, archive and extract the articles of sources.

    kakehashi crawl timesca iais --since 2026-11-01
    kakehashi crawl --store s3://bucket/prefix

    kakehashi crawl --due

Without a SOURCE every source of the catalogue is crawled. Incremental: what is in the store and unchanged becomes a
`revisit` record and no second article. With `--due` only those whose time has come (see `kakehashi schedule list`):
what a timer, a crontab line or a cluster calls every ten minutes.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from archive.blobs import open_blobs
from crawler import options
from crawler.clock import utc_now
from crawler.config import load_alarms
from crawler.console import print_report
from crawler.due import plans_of
from crawler.exits import Exit
from crawler.plan import plan
from crawler.states import States

if TYPE_CHECKING:
    import argparse

    from crawler.cluster_jobs import GivenUp
    from crawler.config import Catalogue
    from crawler.past import Past
    from crawler.plan import Plan
    from crawler.sources import Source

_LISTED = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `crawl`."""
    parser.add_argument("source", nargs="*", metavar="SOURCE", help="ids of sources (default: all)")
    parser.add_argument(
        "--since", type=options.parse_day, metavar="DATE", help="only what is announced with this day or later"
    )
    parser.add_argument(
        "--until", type=options.parse_day, metavar="DATE", help="only what is announced with this day or earlier"
    )
    parser.add_argument(
        "--limit", type=options.parse_count, metavar="N", help="fetch at most N articles of each source"
    )
    parser.add_argument(
        "--revisits", type=options.parse_whole, metavar="N",
        help="look again at so many articles of each source that nobody announces any more and that were first seen an "
        "hour, a day, a week or a month ago (default: 100; 0: none)",
    )  # fmt: skip
    parser.add_argument("--due", action="store_true", help="only sources whose time has come; those held are left out")
    parser.add_argument(
        "--from-archive", metavar="STORE-or-WARC",
        help="crawl over this archive instead of the net: fetch nothing, write nothing, print the ledger",
    )  # fmt: skip
    parser.add_argument(
        "--run", metavar="RUN-or-DATE",
        help="with --from-archive: the run to replay, or the last one begun this day or earlier (default: the last)",
    )  # fmt: skip
    options.add_alarms(parser)
    options.add_keep(parser)
    options.add_store(parser)
    options.add_sources(parser)
    options.add_fetching(parser)
    options.add_cluster(parser)
    options.add_json(parser)


def run(args: argparse.Namespace) -> Exit:
    """Crawl, print the ledger; see `exit_of`."""
    catalogue = options.catalogue_of(args)
    sources = [catalogue.get(name) for name in dict.fromkeys(args.source)] or list(catalogue)
    if args.from_archive is not None:
        return _rehearse(args, catalogue)
    if args.run is not None:
        return _fail("--run names the run of an archive, expected --from-archive with it")
    if args.due:
        load_alarms(args.alarms)  # a file that is wrong is told of at once, not when something is due
        plans = plans_of(sources, States(open_blobs(args.store)), utc_now())
        due = [item.source for item in plans if item.is_due(utc_now())]
        if not due:
            return _nothing_due(plans, as_json=args.json)
        sources = [catalogue.get(name) for name in due]
    if args.cluster is not None:
        return _over_cluster(sources, args)
    from crawler.crawl import crawl

    report = crawl(
        sources,
        catalogue=catalogue,
        store=args.store,
        spool=args.spool,
        options=options.fetch_options(args),
        command="crawl",
        since=args.since,
        until=args.until,
        limit=args.limit,
        revisits=args.revisits,
        alarms=args.alarms,
        is_due=_is_due if args.due else None,
    )
    return show(report, as_json=args.json) if report is not None else _nothing_due([], as_json=args.json)


def _is_due(source: Source, past: Past) -> bool:
    return plan(source, past, utc_now()).is_due(utc_now())


def _nothing_due(plans: list[Plan], *, as_json: bool) -> Exit:
    """Say that nothing is due, and what is next."""
    if as_json:
        following = {"source": plans[0].source, "at": plans[0].at.isoformat(), "why": plans[0].why} if plans else None
        json.dump({"run": None, "sources": {}, "next": following}, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
    elif plans:
        first = plans[0]
        print(f"nothing is due; next {first.source} at {first.at:%Y-%m-%dT%H:%M:%SZ} ({first.why})")  # noqa: T201
    else:
        print("nothing is due any more: another run was faster")  # noqa: T201
    return Exit.DONE


def _rehearse(args: argparse.Namespace, catalogue: Catalogue) -> Exit:
    from crawler.archived_runs import NoSuchRunError, open_archive
    from crawler.comparing import sentences
    from crawler.crawl import rehearse

    with open_archive(args.from_archive) as archive:
        names = list(dict.fromkeys(args.source)) or list(archive.sources) or list(catalogue.ids)
        unknown = [name for name in names if name not in catalogue.ids]
        if len(unknown) == len(names):
            return _fail(f"no source file for {', '.join(unknown)}: name the folder of their files with --sources")
        try:
            report = rehearse(
                [catalogue.get(name) for name in names if name not in unknown],
                catalogue=catalogue,
                archive=archive,
                wanted_run=args.run,
                options=options.fetch_options(args),
                since=args.since,
                until=args.until,
                limit=args.limit,
            )
        except NoSuchRunError as error:
            return _fail(error)
        problems = [*archive.problems, *(f"{name}: no source file, left out; see --sources" for name in unknown)]
    for problem in problems:
        _fail(problem)
    code = show(report, as_json=args.json)
    if not args.json:
        for name, compared in report["from_archive"]["sources"].items():
            for line in sentences(name, compared, listed=_LISTED):
                sys.stdout.write(f"{line}\n")
    return Exit.FAILURES if code is Exit.DONE and problems else code


def _fail(problem: object) -> Exit:
    print(f"kakehashi: {problem}", file=sys.stderr)  # noqa: T201
    return Exit.USAGE


def _over_cluster(sources: list[Source], args: argparse.Namespace) -> Exit:
    """The same crawl by the workers of a cluster, a job for the sources that share no host with others."""
    from crawler.cluster_crawl import crawl_over_cluster
    from crawler.console import JobBar

    with JobBar("crawling", "jobs") as bar:
        report, given_up = crawl_over_cluster(sources, args, on_progress=bar.show)
    return show_all(report, given_up, as_json=args.json)


def show_all(report: dict[str, Any], given_up: list[GivenUp], *, as_json: bool) -> Exit:
    """As `show`, and the jobs that a cluster gave up."""
    code = show(report, as_json=as_json)
    for job in given_up:
        print(f"kakehashi: {job}", file=sys.stderr)  # noqa: T201
    return Exit.FAILURES if given_up else code


def show(report: dict[str, Any], *, as_json: bool) -> Exit:
    """Print the ledger of a run and give the exit code that it deserves; interrupted, say how to go on."""
    if as_json:
        json.dump(report, sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        print_report(report)
    if report["interrupted"]:
        print("kakehashi: interrupted; what was fetched is stored, the same command goes on", file=sys.stderr)  # noqa: T201
    return exit_of(report)


def exit_of(report: dict[str, Any]) -> Exit:
    """0 when all went well, 1 when something failed and is listed, 130 when the run was interrupted."""
    if report["interrupted"]:
        return Exit.INTERRUPTED
    has_failures = any(ledger["failed"] or ledger["problems"] for ledger in report["sources"].values())
    return Exit.FAILURES if has_failures or not report["adds_up"] else Exit.DONE
